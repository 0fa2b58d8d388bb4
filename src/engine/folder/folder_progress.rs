//! How far the run in a folder is, and what works on it, without opening it.

use std::fs;
use std::path::Path;

use super::folder_layout::{JOURNAL, LOCK};
use super::folder_lock::FolderLock;
use super::journal_reader::{JournalHistory, session_folder};
use crate::engine::cluster::submissions::Submissions;

/// Progress of the run in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderProgress {
    pub cases: usize,
    pub done: usize,
    pub in_use: FolderUse,
}

/// What works on the run in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderUse {
    Unused,
    /// Its last session was not followed to its end, so cases may still run there.
    OnCluster,
    /// Another process runs or follows it.
    ByProcess,
}

impl FolderProgress {
    /// Reads a folder. Returns `None` if it holds no run that can be resumed.
    pub fn read(path: &Path) -> Option<Self> {
        let history = JournalHistory::read(&fs::read(path.join(JOURNAL)).ok()?).ok()?;
        let in_use = if FolderLock::is_taken(&path.join(LOCK)) {
            FolderUse::ByProcess
        } else if session_on_cluster(path, &history).is_some() {
            FolderUse::OnCluster
        } else {
            FolderUse::Unused
        };
        let (cases, done) = history.case_and_done_counts();
        Some(Self { cases, done, in_use })
    }
}

/// Returns the number of the last session if it is on a cluster and was not followed to its end.
pub(super) fn session_on_cluster(path: &Path, history: &JournalHistory) -> Option<u32> {
    let number = history.sessions.saturating_sub(1);
    let is_there = || Submissions::exist_in(&path.join(session_folder(number)));
    (!history.is_over && is_there()).then_some(number)
}
