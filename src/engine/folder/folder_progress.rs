//! How far the run in a folder is, and what works on it, without opening it.

use std::fs;
use std::path::{Path, PathBuf};

use super::case_key::CaseKey;
use super::folder_layout::{JOURNAL, LOCK};
use super::folder_lock::FolderLock;
use super::journal_reader::{JournalHistory, session_folder};
use super::resume::Resume;
use crate::engine::cluster::submissions::Submissions;
use crate::study::{InputFiles, Study};

/// Progress of the run in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderProgress {
    /// Folder of the study, to which its paths are relative.
    pub base: PathBuf,
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
        Some(Self { base: PathBuf::from(history.base), cases, done, in_use })
    }
}

/// Returns the number of the last session if it is on a cluster and was not followed to its end.
pub(super) fn session_on_cluster(path: &Path, history: &JournalHistory) -> Option<u32> {
    let number = history.sessions.saturating_sub(1);
    let is_there = || Submissions::exist_in(&path.join(session_folder(number)));
    (!history.is_over && is_there()).then_some(number)
}

/// Returns how many finished cases of the run in a folder have changed in a study, so that
/// resuming the run with it repeats them; `None` if its files cannot be read.
pub fn changed_case_count(path: &Path, study: &Study) -> Option<usize> {
    let history = JournalHistory::read(&fs::read(path.join(JOURNAL)).ok()?).ok()?;
    let program = study.program.as_deref();
    let read = |program| InputFiles::read(program, &study.cases);
    let input_files = program.map(read).transpose().ok()?.unwrap_or_default();
    let keys = CaseKey::of_all(&study.cases, program, &input_files);
    Some(Resume::new(&keys, Some(&history)).counts.changed_done)
}
