//! The folders of runs of programs, beside the settings: one for each run, named by
//! the time of its start. They hold what the user's programs wrote, so none is ever
//! removed here; whoever wants the room deletes them like any other folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use egui::Context;

use super::history_store::LocalClock;
use crate::engine::{FolderError, RunFolder};
use crate::window::state::resume::UnfinishedRun;

/// The file in the folder of a run that is not to be offered again.
const LEFT: &str = "left-alone";

/// So many folders are looked into at the start, the newest.
const LOOKED_INTO: usize = 50;

/// So many runs may begin in the same second.
const MOST_IN_A_SECOND: u32 = 100;

/// Where folders of runs are made.
#[derive(Debug, Clone)]
pub(crate) struct NewRunFolder {
    path: PathBuf,
    clock: LocalClock,
}

impl NewRunFolder {
    /// Makes the folder of a run that begins now.
    pub(crate) fn make(&self) -> Result<RunFolder, FolderError> {
        let time = (self.clock)().local.replace(' ', "_").replace(':', "-");
        let mut number = 1;
        loop {
            let name = if number == 1 { time.clone() } else { format!("{time}_{number}") };
            let path = self.path.join(name);
            match RunFolder::create(&path) {
                Err(FolderError::HoldsRun(_) | FolderError::InUse { .. })
                    if number < MOST_IN_A_SECOND =>
                {
                    number += 1;
                }
                made => return made,
            }
        }
    }
}

/// A run goes on or begins in this folder: should it break off, it is offered.
pub(crate) fn offer_again(folder: &Path) {
    // Mostly there is nothing to remove.
    fs::remove_file(folder.join(LEFT)).ok();
}

/// What was found at the start.
pub(crate) enum UnfinishedFolder {
    /// A run that can go on.
    Unfinished(UnfinishedRun),
    /// Something to be told.
    Told(String),
    /// Something went wrong.
    Failed(String),
}

/// Looks for runs that were not finished, on threads.
pub(crate) struct RunFolders {
    place: NewRunFolder,
    sender: Sender<UnfinishedFolder>,
    receiver: Receiver<UnfinishedFolder>,
    ctx: Context,
}

impl RunFolders {
    /// Begins to look in this folder, which need not be there.
    pub(crate) fn new(path: PathBuf, clock: LocalClock, ctx: &Context) -> Self {
        let (sender, receiver) = channel();
        let folders =
            Self { place: NewRunFolder { path, clock }, sender, receiver, ctx: ctx.clone() };
        let place = folders.place.path.clone();
        folders.in_background(move || look(&place));
        folders
    }

    pub(crate) fn place(&self) -> &NewRunFolder {
        &self.place
    }

    /// The run in this folder is not to be offered at the next start.
    pub(crate) fn leave(&self, folder: PathBuf) {
        self.in_background(move || {
            let failed = fs::write(folder.join(LEFT), "").err()?;
            Some(UnfinishedFolder::Failed(format!(
                "The run will be offered again: {failed}: {}",
                folder.display()
            )))
        });
    }

    /// What was found since the last call.
    pub(crate) fn found(&self) -> Option<UnfinishedFolder> {
        self.receiver.try_recv().ok()
    }

    fn in_background(&self, work: impl FnOnce() -> Option<UnfinishedFolder> + Send + 'static) {
        let (sender, ctx) = (self.sender.clone(), self.ctx.clone());
        let work = move || {
            if let Some(found) = work() {
                sender.send(found).ok();
                ctx.request_repaint();
            }
        };
        // Without a thread nothing is offered; it can still be asked for.
        thread::Builder::new().name("run folders".to_owned()).spawn(work).ok();
    }
}

/// The newest run that was not finished and was not left alone.
fn look(place: &Path) -> Option<UnfinishedFolder> {
    let mut folders = match folders(place) {
        Ok(folders) => folders,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            let message = format!("Runs of programs cannot be looked for: {error}");
            return Some(UnfinishedFolder::Failed(format!("{message}: {}", place.display())));
        }
    };
    folders.sort();
    let mut in_use = None;
    for folder in folders.into_iter().rev().take(LOOKED_INTO) {
        // Their journals need not be read.
        if folder.join(LEFT).exists() {
            continue;
        }
        let Some(progress) = RunFolder::progress(&folder) else { continue };
        let (cases, done) = (progress.cases, progress.done);
        if done >= cases {
            continue;
        }
        if progress.in_use {
            let noun = if cases == 1 { "case" } else { "cases" };
            let told = format!(
                "Another CaseLanes works on a run of {cases} {noun}, {done} of them done: {}",
                folder.display()
            );
            in_use = in_use.or(Some(UnfinishedFolder::Told(told)));
            continue;
        }
        let unfinished = UnfinishedRun { folder, cases, done, ended: false, of_document: false };
        return Some(UnfinishedFolder::Unfinished(unfinished));
    }
    in_use
}

fn folders(place: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(place)?.flatten();
    Ok(entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect())
}
