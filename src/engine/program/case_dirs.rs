//! Where the programs of a worker process run and leave their output. What one of
//! them has left untouched serves the next one: to make folders and files for each
//! and take them away again would cost more than to start a short program.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::run::Status;
use crate::study::{KeepOutput, Program};

use super::output_files::{OutputFiles, remove};

/// Gives a place to one case after another.
pub(crate) struct CaseDirs {
    keep_output: KeepOutput,
    needs_case_folder: bool,
    /// Whether a case is told where its folder is: then it stays.
    names_folder: bool,
    /// Whether programs run in a folder of the user's.
    elsewhere: bool,
    spare: Option<Spare>,
    /// Output that is not kept goes to the same nameless files for all cases.
    scratch: Option<OutputFiles>,
}

/// Where a program runs and leaves its output.
pub(crate) struct CaseDir {
    /// The folder of the case.
    folder: PathBuf,
    /// The one that the program runs in, unless that is the user's.
    pub(crate) runs_in: PathBuf,
    pub(crate) output: OutputFiles,
}

/// An empty folder but for empty files of the output, if it has those. It goes when it
/// is dropped.
struct Spare {
    path: PathBuf,
    output: Option<OutputFiles>,
}

impl CaseDirs {
    pub(crate) fn new(program: &Program) -> Self {
        Self {
            keep_output: program.keep_output,
            needs_case_folder: program.needs_case_folder(),
            names_folder: program.command.names_folder(),
            elsewhere: program.work_folder.is_some(),
            spare: None,
            scratch: None,
        }
    }

    /// A place for the case whose folder is to be this one.
    pub(crate) fn open(&mut self, folder: &Path) -> Result<CaseDir, String> {
        let within = || folder.parent().unwrap_or(folder);
        let named = self.keep_output != KeepOutput::None;
        let mut runs_in = folder.to_owned();
        let mut output = None;
        if self.needs_case_folder {
            match self.spare.take() {
                Some(spare) if fs::rename(&spare.path, folder).is_ok() => {
                    output = spare.into_output();
                }
                _ => fs::create_dir(folder).map_err(|error| without_folder(&error, folder))?,
            }
        } else if !self.elsewhere {
            let spare = match self.spare.take() {
                Some(spare) => spare,
                None => Spare::new(within()).map_err(|error| without_folder(&error, within()))?,
            };
            runs_in.clone_from(&self.spare.insert(spare).path);
        }
        let output = match output {
            Some(output) => Ok(output),
            None if named => OutputFiles::named(folder).inspect(|_| stamp(folder)),
            None => match self.scratch.take() {
                Some(mut scratch) => scratch.empty().map(|()| scratch),
                None => OutputFiles::nameless(within()),
            },
        };
        let output =
            output.map_err(|error| format!("cannot take the output of the program: {error}"))?;
        Ok(CaseDir { folder: folder.to_owned(), runs_in, output })
    }

    /// The case has ended so: keeps what is to be kept.
    pub(crate) fn close(&mut self, place: CaseDir, status: Option<Status>) {
        let CaseDir { folder, mut output, .. } = place;
        let keep = match self.keep_output {
            // Of one that waits for a licence there is nothing to be said.
            _ if status == Some(Status::Refused) => false,
            KeepOutput::All => true,
            KeepOutput::Failed => status != Some(Status::Done),
            KeepOutput::None => false,
        };
        if self.keep_output == KeepOutput::None {
            self.scratch = Some(output);
            if self.needs_case_folder {
                // Fails if the program has put something there, and that is to stay.
                fs::remove_dir(&folder).ok();
            } else {
                self.spare = self.spare.take().and_then(|spare| spare.leave_as(&folder));
            }
            return;
        }
        let untouched = is_untouched(&folder);
        let empty = output.is_empty().unwrap_or(false);
        if untouched && !self.names_folder && (empty || !keep) && output.empty().is_ok() {
            self.spare = Some(Spare { path: folder, output: Some(output) });
        } else if !keep {
            // This process has them open until the next case: they take no room till then.
            output.empty().ok();
            remove(&folder);
            fs::remove_dir(&folder).ok();
        } else if untouched {
            let now = SystemTime::now();
            File::open(&folder).and_then(|folder| folder.set_modified(now)).ok();
        }
    }
}

impl Spare {
    /// A folder for programs whose output goes elsewhere.
    fn new(within: &Path) -> io::Result<Self> {
        let path = within.join(format!("worker-{}", std::process::id()));
        if !path.is_dir() {
            fs::create_dir(&path)?;
        }
        stamp(&path);
        Ok(Self { path, output: None })
    }

    /// What is in it stays under this name. Returns the folder again if it was not
    /// touched.
    fn leave_as(mut self, name: &Path) -> Option<Self> {
        if is_untouched(&self.path) {
            return Some(self);
        }
        let path = std::mem::take(&mut self.path);
        if fs::remove_dir(&path).is_err() {
            fs::rename(&path, name).ok();
        }
        None
    }

    /// The files of the output, of a folder that has another name now.
    fn into_output(mut self) -> Option<OutputFiles> {
        self.path = PathBuf::new();
        self.output.take()
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            remove(&self.path);
            fs::remove_dir(&self.path).ok();
        }
    }
}

/// Marks a folder: what is put into it from now on, even if it is taken away again,
/// changes the mark. Where there can be none, more is looked at than needed.
fn stamp(folder: &Path) {
    File::open(folder).and_then(|folder| folder.set_modified(SystemTime::UNIX_EPOCH)).ok();
}

fn is_untouched(folder: &Path) -> bool {
    let modified = fs::metadata(folder).and_then(|folder| folder.modified());
    modified.is_ok_and(|modified| modified == SystemTime::UNIX_EPOCH)
}

fn without_folder(error: &io::Error, path: &Path) -> String {
    format!("cannot make the folder of the case: {error}: {}", path.display())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use tempfile::{TempDir, tempdir};

    use super::*;
    use crate::study::CommandLine;

    fn places(keep_output: KeepOutput, argument: &str) -> CaseDirs {
        let command = CommandLine::parse(&["solve", argument]).unwrap();
        CaseDirs::new(&Program { keep_output, ..Program::new(command) })
    }

    /// What there is, by its path.
    fn files(within: &TempDir) -> Vec<String> {
        let mut found = Vec::new();
        for folder in fs::read_dir(within.path()).unwrap().map(Result::unwrap) {
            let name = folder.file_name().into_string().unwrap();
            let inside = fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
            let inside = inside.map(|file| format!("{name}/{}", file.file_name().display()));
            found.push(name.clone());
            found.extend(inside);
        }
        found.sort();
        found
    }

    const DONE: Option<Status> = Some(Status::Done);

    #[test]
    fn a_case_that_leaves_nothing_leaves_its_place_to_the_next() {
        let within = tempdir().unwrap();
        let path = |name: &str| within.path().join(name);
        let mut places = places(KeepOutput::All, "{x}");
        let place = places.open(&path("case-0")).unwrap();
        assert_eq!(place.runs_in, path("case-0"));
        places.close(place, DONE);
        let place = places.open(&path("case-1")).unwrap();
        assert_eq!(files(&within), ["case-1", "case-1/stderr.txt", "case-1/stdout.txt"]);
        (&place.output.out).write_all(b"7").unwrap();
        places.close(place, DONE);
        let place = places.open(&path("case-2")).unwrap();
        fs::write(place.runs_in.join("own"), "").unwrap();
        places.close(place, DONE);
        let place = places.open(&path("case-3")).unwrap();
        places.close(place, DONE);
        drop(places);
        let kept = ["case-1", "case-1/stderr.txt", "case-1/stdout.txt", "case-2", "case-2/own"];
        let kept = kept.into_iter().chain(["case-2/stderr.txt", "case-2/stdout.txt"]);
        assert_eq!(files(&within), kept.collect::<Vec<_>>());
        let modified = fs::metadata(path("case-1")).unwrap().modified().unwrap();
        assert!(modified > SystemTime::UNIX_EPOCH);
    }

    #[test]
    fn a_folder_that_a_case_is_told_of_stays() {
        let within = tempdir().unwrap();
        let mut places = places(KeepOutput::All, "{case}");
        for name in ["case-0", "case-1"] {
            let place = places.open(&within.path().join(name)).unwrap();
            places.close(place, DONE);
        }
        drop(places);
        assert_eq!(files(&within).len(), 6);
    }

    #[test]
    fn output_that_is_not_to_be_kept_goes_and_other_files_stay() {
        for keep in [KeepOutput::Failed, KeepOutput::None] {
            let within = tempdir().unwrap();
            let mut places = places(keep, "{x}");
            for (name, own) in [("case-0", false), ("case-1", true), ("case-2", false)] {
                let place = places.open(&within.path().join(name)).unwrap();
                (&place.output.out).write_all(b"text").unwrap();
                if own {
                    fs::write(place.runs_in.join("own"), "").unwrap();
                }
                places.close(place, DONE);
            }
            let mut last = places.open(&within.path().join("case-3")).unwrap();
            assert!(last.output.is_empty().unwrap());
            places.close(last, Some(Status::Refused));
            drop(places);
            assert_eq!(files(&within), ["case-1", "case-1/own"], "{keep:?}");
        }
    }
}
