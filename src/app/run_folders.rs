//! The folders of runs of programs that the window starts: one per run, named after
//! the time of its start.
//!
//! They hold output of the user's programs, so none is ever removed here.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use super::threads::{Wake, spawn};
use crate::engine::{FolderError, FolderProgress, RunFolder};
use crate::history::LocalClock;

/// Marks the folder of an unfinished run that is not to be offered again.
const DISMISSED: &str = "left-alone";

const SEARCHED_FOLDERS: usize = 50;

const MAX_PER_SECOND: u32 = 100;

/// Makes run folders below a folder.
#[derive(Debug, Clone)]
pub struct NewRunFolder {
    path: PathBuf,
    clock: LocalClock,
}

impl NewRunFolder {
    /// Makes the folder of a run that starts now.
    pub fn make(&self) -> Result<RunFolder, FolderError> {
        let time = (self.clock)().local.replace(' ', "_").replace(':', "-");
        let mut number = 1;
        loop {
            let name = if number == 1 { time.clone() } else { format!("{time}_{number}") };
            let path = self.path.join(name);
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

#[derive(Debug)]
pub enum FolderMessage {
    /// The newest unfinished run; one that another process works on only if there is no other.
    Unfinished {
        folder: PathBuf,
        progress: FolderProgress,
    },
    SearchFailed(io::Error, PathBuf),
    DismissFailed(io::Error, PathBuf),
}

pub struct RunFolders {
    maker: NewRunFolder,
    sender: Sender<FolderMessage>,
    receiver: Receiver<FolderMessage>,
    wake: Wake,
}

impl RunFolders {
    /// Starts to search in this folder, which may be missing.
    pub fn new(path: PathBuf, clock: LocalClock, wake: Wake) -> Self {
        let (sender, receiver) = channel();
        let folders =
            Self { maker: NewRunFolder { path: path.clone(), clock }, sender, receiver, wake };
        folders.in_background(move || find_unfinished(&path));
        folders
    }

    pub fn maker(&self) -> &NewRunFolder {
        &self.maker
    }

    /// Stops offering the run in this folder.
    pub fn dismiss(&self, folder: PathBuf) {
        self.in_background(move || {
            let error = fs::write(folder.join(DISMISSED), "").err()?;
            Some(FolderMessage::DismissFailed(error, folder))
        });
    }

    pub fn poll(&self) -> Option<FolderMessage> {
        self.receiver.try_recv().ok()
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
fn find_unfinished(path: &Path) -> Option<FolderMessage> {
    let mut folders = match subfolders(path) {
        Ok(folders) => folders,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => return Some(FolderMessage::SearchFailed(error, path.to_owned())),
    };
    folders.sort();
    let mut in_use = None;
    for folder in folders.into_iter().rev().take(SEARCHED_FOLDERS) {
        // The check spares reading the journal.
        if folder.join(DISMISSED).exists() {
            continue;
        }
        let Some(progress) = RunFolder::progress(&folder) else { continue };
        if progress.done >= progress.cases {
            continue;
        }
        let is_in_use = progress.in_use;
        let unfinished = FolderMessage::Unfinished { folder, progress };
        if !is_in_use {
            return Some(unfinished);
        }
        in_use = in_use.or(Some(unfinished));
    }
    in_use
}

fn subfolders(path: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(path)?.flatten();
    Ok(entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect())
}
