//! Case folders and output files of the programs a worker process runs.
//!
//! Folders and files that a program leaves untouched are reused for the next case:
//! creating and removing them would take longer than a short program runs.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::run::Status;
use crate::study::{KeepOutput, Program};
use crate::system::files::link_count;

use super::output_files::{OutputFiles, remove_output_files};

/// Provides one case after another with a folder and output files.
pub(crate) struct CaseDirs {
    keep_output: KeepOutput,
    needs_case_folder: bool,
    /// Whether the next case may take an untouched folder: not if the command names it, if input
    /// files in it are kept, or if one is in a folder of its own, which would leave it untouched.
    is_reusable: bool,
    has_work_folder: bool,
    /// Names of the input files in each folder.
    inputs: Arc<[String]>,
    spare: Option<SpareDir>,
    /// Unnamed output files shared by all cases if no output is kept.
    scratch: Option<OutputFiles>,
}

pub(crate) struct CaseDir {
    folder: PathBuf,
    /// Working directory of the program, unless the user chose one.
    pub(crate) working_dir: PathBuf,
    pub(crate) output: OutputFiles,
}

/// An input file of a case, with its name in the folder of the case.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct InputFile {
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
}

/// A folder that is empty or holds only empty output files and input files. Removed on drop.
struct SpareDir {
    path: PathBuf,
    inputs: Arc<[String]>,
    output: Option<OutputFiles>,
}

impl CaseDirs {
    pub(crate) fn new(program: &Program) -> Self {
        let inputs: Arc<[String]> =
            program.templates.iter().map(|template| template.name.clone()).collect();
        let keeps_inputs = !inputs.is_empty() && program.keep_output == KeepOutput::All;
        let is_flat = inputs.iter().all(|name| !name.contains('/'));
        Self {
            keep_output: program.keep_output,
            needs_case_folder: program.needs_case_folder(),
            is_reusable: is_flat && !keeps_inputs && !program.command.uses_case_folder(),
            has_work_folder: program.work_folder.is_some(),
            inputs,
            spare: None,
            scratch: None,
        }
    }

    /// Prepares the case whose folder is `folder`, with its input files. The error is a
    /// message for the user.
    pub(crate) fn open(&mut self, folder: &Path, files: &[InputFile]) -> Result<CaseDir, String> {
        let parent = || folder.parent().unwrap_or(folder);
        let has_named_output = self.keep_output != KeepOutput::None;
        let mut working_dir = folder.to_owned();
        let mut output = None;
        let mut is_reused = false;
        if self.needs_case_folder {
            match self.spare.take() {
                Some(spare) if fs::rename(&spare.path, folder).is_ok() => {
                    is_reused = true;
                    output = spare.into_output();
                }
                _ => fs::create_dir(folder).map_err(|error| create_error(&error, folder))?,
            }
        } else if !self.has_work_folder {
            let spare = match self.spare.take() {
                Some(spare) => spare,
                None => SpareDir::new(parent()).map_err(|error| create_error(&error, parent()))?,
            };
            working_dir.clone_from(&self.spare.insert(spare).path);
        }
        let mut is_changed = false;
        let output = match output {
            Some(output) => Ok(output),
            None if has_named_output => {
                is_changed = true;
                OutputFiles::create_in(folder)
            }
            None => match self.scratch.take() {
                Some(mut scratch) => scratch.truncate().map(|()| scratch),
                None => OutputFiles::create_unnamed(parent()),
            },
        };
        let output = output.map_err(|error| {
            format!("cannot create the output files of the case: {error}: {}", folder.display())
        })?;
        for file in files {
            is_changed |= write_input(folder, file, is_reused).map_err(|error| {
                format!("cannot write the input files of the case: {error}: {}", folder.display())
            })?;
        }
        if is_changed && self.is_reusable {
            self.is_reusable = mark_untouched(folder).is_ok();
        }
        Ok(CaseDir { folder: folder.to_owned(), working_dir, output })
    }

    /// Removes or keeps folder and output of a case, depending on its status.
    pub(crate) fn close(&mut self, case_dir: CaseDir, status: Option<Status>) {
        let CaseDir { folder, mut output, .. } = case_dir;
        let keeps_output = match self.keep_output {
            _ if status == Some(Status::Refused) => false,
            KeepOutput::All => true,
            KeepOutput::Failed => status != Some(Status::Done),
            KeepOutput::None => false,
        };
        if self.keep_output == KeepOutput::None {
            self.scratch = Some(output);
            if self.needs_case_folder && self.is_reusable && is_untouched(&folder) {
                let inputs = Arc::clone(&self.inputs);
                self.spare = Some(SpareDir { path: folder, inputs, output: None });
            } else if self.needs_case_folder {
                remove_inputs(&folder, &self.inputs);
                // Fails if the program wrote files of its own, which must stay.
                fs::remove_dir(&folder).ok();
            } else {
                self.spare = self.spare.take().and_then(|spare| spare.keep_files_as(&folder));
            }
            return;
        }
        let untouched = self.is_reusable && is_untouched(&folder);
        let holds_nothing = || self.inputs.is_empty() && output.is_empty().unwrap_or(false);
        let is_spare = untouched && (!keeps_output || holds_nothing());
        if is_spare && output.truncate().is_ok() {
            let inputs = Arc::clone(&self.inputs);
            self.spare = Some(SpareDir { path: folder, inputs, output: Some(output) });
        } else if !keeps_output {
            // Programs may hold the files open: truncating them frees the disk now.
            output.truncate().ok();
            drop(output);
            remove_output_files(&folder);
            remove_inputs(&folder, &self.inputs);
            fs::remove_dir(&folder).ok();
        } else if untouched {
            let now = SystemTime::now();
            File::open(&folder).and_then(|folder| folder.set_modified(now)).ok();
        }
    }
}

impl SpareDir {
    /// Creates a working directory for programs whose output goes elsewhere.
    fn new(parent: &Path) -> io::Result<Self> {
        let path = parent.join(format!("worker-{}", std::process::id()));
        if !path.is_dir() {
            fs::create_dir(&path)?;
        }
        mark_untouched(&path).ok();
        Ok(Self { path, inputs: Arc::default(), output: None })
    }

    /// Returns the folder if it is untouched; otherwise keeps its files under `name`.
    fn keep_files_as(mut self, name: &Path) -> Option<Self> {
        if is_untouched(&self.path) {
            return Some(self);
        }
        let path = std::mem::take(&mut self.path);
        if fs::remove_dir(&path).is_err() {
            fs::rename(&path, name).ok();
        }
        None
    }

    /// Returns the output files of a folder that was renamed, without removing it.
    fn into_output(mut self) -> Option<OutputFiles> {
        self.path = PathBuf::new();
        self.output.take()
    }
}

impl Drop for SpareDir {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            remove_output_files(&self.path);
            remove_inputs(&self.path, &self.inputs);
            fs::remove_dir(&self.path).ok();
        }
    }
}

/// Writes an input file, if possible in place of that of another case. Returns whether a file was
/// created.
pub(crate) fn write_input(folder: &Path, file: &InputFile, is_reused: bool) -> io::Result<bool> {
    let InputFile { name, content } = file;
    let path = folder.join(name);
    if is_reused {
        if replace_content(&path, content).is_ok() {
            return Ok(false);
        }
        fs::remove_file(&path).ok();
    }
    if let Some((parent, _)) = name.rsplit_once('/') {
        fs::create_dir_all(folder.join(parent))?;
    }
    File::create_new(path)?.write_all(content)?;
    Ok(true)
}

/// Replaces the content of a file, which takes less time than creating another one. Fails if the
/// file has a link, which keeps the content.
fn replace_content(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::options().write(true).open(path)?;
    let before = file.metadata()?;
    if link_count(&before).is_none_or(|links| links > 1) {
        return Err(io::ErrorKind::ResourceBusy.into());
    }
    file.write_all(content)?;
    // Cut afterwards: ext4 writes a file to the disk at once that was cut to nothing before.
    if before.len() > content.len() as u64 {
        file.set_len(content.len() as u64)?;
    }
    Ok(())
}

/// Removes input files, and the folders in the folder of the case that are empty then.
pub(crate) fn remove_inputs(folder: &Path, names: &[String]) {
    for name in names {
        fs::remove_file(folder.join(name)).ok();
        let mut inner = name.as_str();
        while let Some((parent, _)) = inner.rsplit_once('/') {
            fs::remove_dir(folder.join(parent)).ok();
            inner = parent;
        }
    }
}

/// Sets the modification time to the epoch. Any file created in the folder changes it,
/// even if it is removed again. Where the time cannot be set, folders count as touched.
fn mark_untouched(folder: &Path) -> io::Result<()> {
    File::open(folder)?.set_modified(SystemTime::UNIX_EPOCH)
}

fn is_untouched(folder: &Path) -> bool {
    let modified = fs::metadata(folder).and_then(|folder| folder.modified());
    modified.is_ok_and(|modified| modified == SystemTime::UNIX_EPOCH)
}

fn create_error(error: &io::Error, path: &Path) -> String {
    format!("cannot create the folder of the case: {error}: {}", path.display())
}

#[cfg(test)]
mod tests {
    use tempfile::{TempDir, tempdir};

    use std::io::Read as _;

    use super::*;
    use crate::study::{CommandLine, TemplateSource};

    /// Whether the system tells the number of links of a file.
    const REPLACES_IN_PLACE: bool = !cfg!(windows);

    fn case_dirs(keep_output: KeepOutput, argument: &str) -> CaseDirs {
        let command = CommandLine::parse(&["solve", argument]).unwrap();
        CaseDirs::new(&Program { keep_output, ..Program::new(command) })
    }

    /// Lists folders and files, sorted by path.
    fn files(parent: &TempDir) -> Vec<String> {
        let mut paths = Vec::new();
        for folder in fs::read_dir(parent.path()).unwrap().map(Result::unwrap) {
            let name = folder.file_name().into_string().unwrap();
            let inside = fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
            let inside = inside.map(|file| format!("{name}/{}", file.file_name().display()));
            paths.push(name.clone());
            paths.extend(inside);
        }
        paths.sort();
        paths
    }

    const DONE: Option<Status> = Some(Status::Done);

    #[test]
    #[cfg_attr(windows, ignore = "folders are not reused: their time of change cannot be set")]
    fn an_untouched_folder_is_reused_for_the_next_case() {
        let parent = tempdir().unwrap();
        let path = |name: &str| parent.path().join(name);
        let mut dirs = case_dirs(KeepOutput::All, "{x}");
        let dir = dirs.open(&path("case-0"), &[]).unwrap();
        assert_eq!(dir.working_dir, path("case-0"));
        dirs.close(dir, DONE);
        let dir = dirs.open(&path("case-1"), &[]).unwrap();
        assert_eq!(files(&parent), ["case-1", "case-1/stderr.txt", "case-1/stdout.txt"]);
        (&dir.output.out).write_all(b"7").unwrap();
        dirs.close(dir, DONE);
        let dir = dirs.open(&path("case-2"), &[]).unwrap();
        fs::write(dir.working_dir.join("own"), "").unwrap();
        dirs.close(dir, DONE);
        let dir = dirs.open(&path("case-3"), &[]).unwrap();
        dirs.close(dir, DONE);
        drop(dirs);
        let kept = ["case-1", "case-1/stderr.txt", "case-1/stdout.txt", "case-2", "case-2/own"];
        let kept = kept.into_iter().chain(["case-2/stderr.txt", "case-2/stdout.txt"]);
        assert_eq!(files(&parent), kept.collect::<Vec<_>>());
        let modified = fs::metadata(path("case-1")).unwrap().modified().unwrap();
        assert!(modified > SystemTime::UNIX_EPOCH);
    }

    #[test]
    fn a_folder_named_in_the_command_stays() {
        let parent = tempdir().unwrap();
        let mut dirs = case_dirs(KeepOutput::All, "{case}");
        for name in ["case-0", "case-1"] {
            let dir = dirs.open(&parent.path().join(name), &[]).unwrap();
            dirs.close(dir, DONE);
        }
        drop(dirs);
        assert_eq!(files(&parent).len(), 6);
    }

    #[test]
    fn input_files_are_written_afresh_and_kept_with_the_output() {
        let flat = &["deck"][..];
        let nested = &["deck", "in/a/mesh"][..];
        for (keep_output, names, kept) in [
            (KeepOutput::All, nested, 10),
            (KeepOutput::Failed, flat, 0),
            (KeepOutput::Failed, nested, 0),
            (KeepOutput::None, flat, 0),
            (KeepOutput::None, nested, 0),
        ] {
            let (parent, links) = (tempdir().unwrap(), tempdir().unwrap());
            let command = CommandLine::parse(&["solve", "{x}"]).unwrap();
            let sources =
                names.iter().map(|name| TemplateSource::parse(&format!("deck.tpl:{name}")));
            let templates = sources.map(Result::unwrap).collect();
            let program = Program { templates, keep_output, ..Program::new(command) };
            let mut dirs = CaseDirs::new(&program);
            for content in ["first", "2"] {
                let folder = parent.path().join(format!("case-{content}"));
                let input =
                    |name: &&str| InputFile { name: (*name).into(), content: content.into() };
                let inputs: Vec<_> = names.iter().map(input).collect();
                let dir = dirs.open(&folder, &inputs).unwrap();
                assert_eq!(fs::read_to_string(folder.join("deck")).unwrap(), content);
                fs::hard_link(folder.join("deck"), links.path().join(content)).unwrap();
                dirs.close(dir, DONE);
            }
            drop(dirs);
            assert_eq!(files(&parent).len(), kept, "{keep_output:?}: {:?}", files(&parent));
            // A link from outside keeps what was rendered for its case.
            assert_eq!(fs::read_to_string(links.path().join("first")).unwrap(), "first");
        }
    }

    #[test]
    fn an_input_file_replaces_that_of_the_case_before_in_place() {
        for keep_output in [KeepOutput::Failed, KeepOutput::None] {
            let parent = tempdir().unwrap();
            let command = CommandLine::parse(&["solve", "{x}"]).unwrap();
            let templates = vec![TemplateSource::parse("deck.tpl").unwrap()];
            let mut dirs =
                CaseDirs::new(&Program { templates, keep_output, ..Program::new(command) });
            let (mut is_in_place, mut before) = (Vec::new(), None::<File>);
            for (case, content) in ["long content", "short", "", "last"].into_iter().enumerate() {
                let folder = parent.path().join(format!("case-{case}"));
                let deck = InputFile { name: "deck".into(), content: content.into() };
                let dir = dirs.open(&folder, &[deck]).unwrap();
                assert_eq!(fs::read_to_string(folder.join("deck")).unwrap(), content);
                is_in_place.push(before.take().is_some_and(|mut file| {
                    let mut text = String::new();
                    file.read_to_string(&mut text).unwrap();
                    text == content
                }));
                before = File::open(folder.join("deck")).ok().filter(|_| REPLACES_IN_PLACE);
                if case == 1 {
                    // The program replaces it.
                    fs::write(folder.join("new"), "other").unwrap();
                    fs::rename(folder.join("new"), folder.join("deck")).unwrap();
                }
                dirs.close(dir, DONE);
            }
            drop(dirs);
            assert_eq!(files(&parent).len(), 0, "{keep_output:?}");
            assert_eq!(is_in_place, [false, true, false, true].map(|is| is && REPLACES_IN_PLACE));
        }
    }

    #[test]
    fn unwanted_output_is_removed_and_other_files_stay() {
        for keep in [KeepOutput::Failed, KeepOutput::None] {
            let parent = tempdir().unwrap();
            let mut dirs = case_dirs(keep, "{x}");
            for (name, own) in [("case-0", false), ("case-1", true), ("case-2", false)] {
                let dir = dirs.open(&parent.path().join(name), &[]).unwrap();
                (&dir.output.out).write_all(b"text").unwrap();
                if own {
                    fs::write(dir.working_dir.join("own"), "").unwrap();
                }
                dirs.close(dir, DONE);
            }
            let last = dirs.open(&parent.path().join("case-3"), &[]).unwrap();
            assert!(last.output.is_empty().unwrap());
            dirs.close(last, Some(Status::Refused));
            drop(dirs);
            assert_eq!(files(&parent), ["case-1", "case-1/own"], "{keep:?}");
        }
    }
}
