//! The folders of runs of programs that the window starts: one per run, named after
//! the time of its start and its study.
//!
//! They hold output of the user's programs, so none is ever removed here.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use super::threads::{Wake, spawn};
use crate::engine::{FolderError, FolderProgress, FolderUse, RunFolder};
use crate::history::LocalClock;

/// Marks the folder of an unfinished run that is not to be offered again.
const DISMISSED: &str = "left-alone";

const SEARCHED_FOLDERS: usize = 50;

const MAX_PER_SECOND: u32 = 100;

/// Length of the time in the name of a folder, such as `2026-11-24_14-03-12`.
const TIME_LENGTH: usize = 19;

/// Longest name of a study in the name of a folder.
const MAX_STUDY_CHARS: usize = 40;

/// Makes run folders below a folder.
#[derive(Debug, Clone)]
pub struct NewRunFolder {
    path: PathBuf,
    clock: LocalClock,
    /// The name of the study, if it has one.
    study: Option<String>,
}

impl NewRunFolder {
    /// Makes the folder of a run that starts now.
    pub fn make(&self) -> Result<RunFolder, FolderError> {
        let time = (self.clock)().local.replace(' ', "_").replace(':', "-");
        let study = self.study.as_deref().map(name_in_folder);
        let study = study.map_or(String::new(), |name| format!("_{name}"));
        let mut number = 1;
        loop {
            let number_text = if number == 1 { String::new() } else { format!("-{number}") };
            let path = self.path.join(format!("{time}{number_text}{study}"));
            match RunFolder::create(&path) {
                Err(FolderError::Taken(_)) if number < MAX_PER_SECOND => number += 1,
                made => return made,
            }
        }
    }
}

/// Lets the run in this folder be offered again should it not finish.
pub(super) fn offer_again(folder: &Path) {
    // Usually there is nothing to remove.
    fs::remove_file(folder.join(DISMISSED)).ok();
}

/// The folder of an unfinished run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedFolder {
    pub path: PathBuf,
    pub progress: FolderProgress,
}

impl UnfinishedFolder {
    fn find(path: PathBuf) -> Option<Self> {
        let progress = FolderProgress::read(&path)?;
        (progress.done < progress.cases).then_some(Self { path, progress })
    }

    /// Returns the name of the study, if the name of the folder has it, and the time of the
    /// start; else the name of the folder.
    pub fn name_and_time(&self) -> (Option<String>, String) {
        name_and_time(&self.path)
    }
}

/// Returns the name of a study as the names of its run folders have it. Programs meet it in
/// paths, so it has no spaces.
fn name_in_folder(study: &str) -> String {
    let usual = |c: char| if c.is_alphanumeric() || c == '.' { c } else { '-' };
    study.chars().take(MAX_STUDY_CHARS).map(usual).collect()
}

/// Whether the name of a run folder is for a study with this name.
pub fn is_folder_of(folder: &Path, study: &str) -> bool {
    study_of_folder(folder).is_some_and(|name| name == name_in_folder(study))
}

/// Returns the name of the study of a run folder, if the name of the folder has it.
pub fn study_of_folder(folder: &Path) -> Option<String> {
    name_and_time(folder).0
}

fn name_and_time(folder: &Path) -> (Option<String>, String) {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_time = |time: &str| {
        let digits = |c: char| if c.is_ascii_digit() { '0' } else { c };
        time.chars().map(digits).eq("0000-00-00_00-00-00".chars())
    };
    match name.split_at_checked(TIME_LENGTH).filter(|(time, _)| is_time(time)) {
        None => (None, name),
        Some((time, rest)) => {
            let (date, clock) = time.split_at(10);
            let study = rest.split_once('_').map(|(_, study)| study.to_owned());
            (study, format!("{date} {}", clock[1..].replace('-', ":")))
        }
    }
}

#[derive(Debug)]
pub enum FolderMessage {
    /// The newest unfinished run; one that another process works on only if there is no other.
    Unfinished(UnfinishedFolder),
    /// All unfinished runs, also dismissed ones, the newest first.
    AllUnfinished(Vec<UnfinishedFolder>),
    SearchFailed(io::Error, PathBuf),
    DismissFailed(io::Error, PathBuf),
}

pub struct RunFolders {
    path: PathBuf,
    clock: LocalClock,
    sender: Sender<FolderMessage>,
    receiver: Receiver<FolderMessage>,
    wake: Wake,
}

impl RunFolders {
    /// Starts to search in this folder, which may be missing.
    pub fn new(path: PathBuf, clock: LocalClock, wake: Wake) -> Self {
        let (sender, receiver) = channel();
        let folders = Self { path, clock, sender, receiver, wake };
        folders.search(newest_unfinished);
        folders
    }

    /// Returns what makes the folder of a run of this study.
    pub fn maker(&self, study: Option<String>) -> NewRunFolder {
        NewRunFolder { path: self.path.clone(), clock: self.clock, study }
    }

    /// Starts to search for all unfinished runs.
    pub fn list(&self) {
        self.search(|folders| {
            let unfinished = folders.into_iter().filter_map(UnfinishedFolder::find);
            Some(FolderMessage::AllUnfinished(unfinished.collect()))
        });
    }

    /// Stops offering the run in this folder.
    pub fn dismiss(&self, folder: PathBuf) {
        self.in_background(move || {
            let error = fs::write(folder.join(DISMISSED), "").err();
            // A folder that is gone is not offered.
            let error = error.filter(|error| error.kind() != io::ErrorKind::NotFound)?;
            Some(FolderMessage::DismissFailed(error, folder))
        });
    }

    pub fn poll(&self) -> Option<FolderMessage> {
        self.receiver.try_recv().ok()
    }

    /// Searches the run folders, the newest first.
    fn search(&self, search: fn(Vec<PathBuf>) -> Option<FolderMessage>) {
        let path = self.path.clone();
        self.in_background(move || match subfolders(&path) {
            Ok(folders) => search(folders),
            Err(error) if error.kind() == io::ErrorKind::NotFound => search(Vec::new()),
            Err(error) => Some(FolderMessage::SearchFailed(error, path)),
        });
    }

    fn in_background(&self, work: impl FnOnce() -> Option<FolderMessage> + Send + 'static) {
        let (sender, wake) = (self.sender.clone(), Wake::clone(&self.wake));
        let work = move || {
            if let Some(message) = work() {
                sender.send(message).ok();
                wake();
            }
        };
        // Without a thread no run is offered; the user can still open its folder.
        spawn("run folders", work).ok();
    }
}

/// Finds the newest run that is unfinished and not dismissed.
fn newest_unfinished(folders: Vec<PathBuf>) -> Option<FolderMessage> {
    let folders = folders.into_iter().take(SEARCHED_FOLDERS);
    // The check spares reading the journal.
    let offered = folders.filter(|folder| !folder.join(DISMISSED).exists());
    let mut in_use = None;
    for unfinished in offered.filter_map(UnfinishedFolder::find) {
        if unfinished.progress.in_use != FolderUse::ByProcess {
            return Some(FolderMessage::Unfinished(unfinished));
        }
        in_use = in_use.or(Some(unfinished));
    }
    in_use.map(FolderMessage::Unfinished)
}

fn subfolders(path: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(path)?.flatten();
    let mut folders: Vec<_> =
        entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort_unstable_by(|a, b| b.cmp(a));
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Moment;

    fn two_past_noon() -> Moment {
        Moment { unix_ms: 1, local: "2026-11-24 14:03:12".to_owned() }
    }

    fn progress() -> FolderProgress {
        FolderProgress { base: PathBuf::new(), cases: 1, done: 0, in_use: FolderUse::Unused }
    }

    #[test]
    fn the_name_of_a_run_folder_tells_the_study_and_the_time() {
        let place = tempfile::tempdir().unwrap();
        let made = |study: Option<&str>| {
            let study = study.map(str::to_owned);
            let maker = NewRunFolder { path: place.path().to_owned(), clock: two_past_noon, study };
            let folder = maker.make().unwrap();
            let path = folder.path().to_owned();
            // A folder without a session is removed with it.
            std::mem::forget(folder);
            let folder = UnfinishedFolder { path: path.clone(), progress: progress() };
            let (name, time) = folder.name_and_time();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), name, time)
        };
        let time = "2026-11-24 14:03:12".to_owned();
        let (folder, name, at) = made(Some("my wing/ä"));
        assert_eq!(folder, "2026-11-24_14-03-12_my-wing-ä");
        assert_eq!((name.as_deref(), &at), (Some("my-wing-ä"), &time));
        assert!(is_folder_of(Path::new(&folder), "my wing/ä"));
        assert!(!is_folder_of(Path::new(&folder), "my wing"));
        assert_eq!(made(None), ("2026-11-24_14-03-12".to_owned(), None, time));
    }

    #[test]
    fn a_folder_with_another_name_is_shown_by_its_name() {
        let path = PathBuf::from("/runs/overnight");
        let unfinished = UnfinishedFolder { path, progress: progress() };
        assert_eq!(unfinished.name_and_time(), (None, "overnight".to_owned()));
    }
}
