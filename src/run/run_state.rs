//! State of a run, produced by the reducer and read by window, command line and reports.
//!
//! The run history stores it with postcard, which writes the fields in order
//! without names: fields may be renamed and grouped, but not reordered.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::schedule::{WaitReason, WaitSpan};

use super::case_record::{Attempt, CaseRecord, attempt_folder};
use super::process_record::ProcessRecord;

/// State of a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RunState {
    pub(super) cases: CaseLog,
    pub(super) ready_ns: Vec<u64>,
    pub(super) left_ns: Vec<u64>,
    pub(super) processes: Vec<ProcessRecord>,
    /// Attempts of cases that have several.
    pub(super) attempts: BTreeMap<u32, Vec<Attempt>>,
    pub(super) changes: RunChanges,
    pub(super) sessions: SessionLog,
    pub(super) times: RunTimes,
    pub(super) series: Option<SeriesState>,
    pub(super) abort_message: Option<String>,
    pub(super) has_ended: bool,
}

/// Records of all cases, and how many of them are done or have ended.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct CaseLog {
    pub(super) records: Vec<CaseRecord>,
    pub(super) errors: BTreeMap<u32, String>,
    pub(super) done: u32,
    pub(super) ended: u32,
}

/// Changes while the run is in progress.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct RunChanges {
    pub(super) added_workers_ns: Vec<(u64, u64)>,
    pub(super) retired_ns: Vec<u64>,
    pub(super) is_paused: bool,
    /// Always `None` once the run has ended, so saved runs lack it.
    #[serde(skip)]
    pub(super) blocked_by: Option<WaitReason>,
    pub(super) target_workers: Option<u32>,
    pub(super) licences: Vec<(u64, u32)>,
}

/// Sessions of a run that was resumed, and its folders.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct SessionLog {
    /// Number of cases whose result is from an earlier session.
    pub(super) resumed: u32,
    pub(super) current: u32,
    pub(super) folder: Option<PathBuf>,
    /// Folders of cases done in earlier sessions.
    pub(super) earlier_folders: BTreeMap<u32, PathBuf>,
}

/// Times of the run as a whole, in nanoseconds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct RunTimes {
    pub(super) dispatch_ns: u64,
    pub(super) waits: Vec<WaitSpan>,
    pub(super) makespan_ns: u64,
    pub(super) lost_ns: u64,
}

/// Progress of the series measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SeriesState {
    pub ended: u32,
    /// Time from the start of the first case to the end of the last, once all are done.
    pub total_ns: Option<u64>,
}

impl RunState {
    /// Creates the state of a run of this many cases before its first event.
    pub fn new(cases: usize) -> Self {
        let records = vec![CaseRecord::default(); cases];
        Self { cases: CaseLog { records, ..CaseLog::default() }, ..Self::default() }
    }

    /// Returns the records of all cases, in listed order.
    pub fn records(&self) -> &[CaseRecord] {
        &self.cases.records
    }

    /// Returns why a case failed or timed out.
    pub fn error(&self, case: u32) -> Option<&str> {
        self.cases.errors.get(&case).map(String::as_str)
    }

    /// Iterates over the errors of all cases, in listed order.
    pub fn errors(&self) -> impl Iterator<Item = (u32, &str)> {
        self.cases.errors.iter().map(|(&case, message)| (case, message.as_str()))
    }

    /// Returns the number of cases with an error.
    pub fn error_count(&self) -> usize {
        self.cases.errors.len()
    }

    /// Returns the number of cases that are done.
    pub fn done_count(&self) -> u32 {
        self.cases.done
    }

    /// Returns the number of cases that have ended, successfully or not.
    pub fn ended_count(&self) -> u32 {
        self.cases.ended
    }

    /// Whether an attempt at a case has ended in this session.
    pub fn any_attempt_ended(&self) -> bool {
        let is_from_here = |record: &CaseRecord| {
            let has_attempt = record.has_ended() || record.will_retry && record.has_started();
            has_attempt && record.session == self.sessions.current
        };
        self.times.makespan_ns > 0 || self.records().iter().any(is_from_here)
    }

    /// Whether all cases are done.
    pub fn all_done(&self) -> bool {
        self.cases.done as usize == self.records().len()
    }

    /// Returns the time from the start of the run to the end of the last case so far.
    pub fn makespan_ns(&self) -> u64 {
        self.times.makespan_ns
    }

    /// Returns when each worker asked for its first case.
    pub fn ready_ns(&self) -> &[u64] {
        &self.ready_ns
    }

    /// Returns when each worker asked for a case after the run was over.
    pub fn left_ns(&self) -> &[u64] {
        &self.left_ns
    }

    /// Returns the worker processes in the order they were ready; empty for
    /// strategies without worker processes.
    pub fn processes(&self) -> &[ProcessRecord] {
        &self.processes
    }

    /// Returns all attempts at a case in chronological order; empty for a case
    /// with a single attempt.
    pub fn attempts(&self, case: u32) -> &[Attempt] {
        self.attempts.get(&case).map_or(&[], Vec::as_slice)
    }

    /// Returns the number of cases done in earlier sessions.
    pub fn resumed_count(&self) -> u32 {
        self.sessions.resumed
    }

    /// Returns the number of this session, from 0.
    pub fn session(&self) -> u32 {
        self.sessions.current
    }

    /// Whether the run is paused.
    pub fn is_paused(&self) -> bool {
        self.changes.is_paused
    }

    /// Returns why no case is running, unless the run is paused.
    pub fn blocked_by(&self) -> Option<WaitReason> {
        self.changes.blocked_by.filter(|_| !self.changes.is_paused)
    }

    /// Whether workers were added or retired while the run was in progress.
    pub fn workers_changed(&self) -> bool {
        !self.changes.added_workers_ns.is_empty() || !self.changes.retired_ns.is_empty()
    }

    /// Returns the requested number of workers, if it was changed while the run was in progress.
    pub fn target_workers(&self) -> Option<u32> {
        self.changes.target_workers
    }

    /// Returns when each added worker was requested and when it asked for its first case.
    pub fn added_workers_ns(&self) -> &[(u64, u64)] {
        &self.changes.added_workers_ns
    }

    /// Returns when workers left because their number was reduced.
    pub fn retired_ns(&self) -> &[u64] {
        &self.changes.retired_ns
    }

    /// Returns the estimates of available licences with their times.
    pub fn licences(&self) -> &[(u64, u32)] {
        &self.changes.licences
    }

    /// Returns the folder for the output of programs, if there is one.
    pub fn folder(&self) -> Option<&Path> {
        self.sessions.folder.as_deref()
    }

    /// Returns the folder of the latest attempt at a case, if programs have
    /// folders. It may no longer exist.
    pub fn case_folder(&self, case: u32) -> Option<PathBuf> {
        let record = self.records().get(case as usize).filter(|record| record.has_started())?;
        if record.session != self.sessions.current {
            return self.sessions.earlier_folders.get(&case).cloned();
        }
        Some(self.folder()?.join(attempt_folder(case, record.attempts)))
    }

    /// Returns the total time between requests for a case and the start of its
    /// work, including communication with worker processes.
    pub fn dispatch_ns(&self) -> u64 {
        self.times.dispatch_ns
    }

    /// Returns the total time of wasted attempts.
    pub fn lost_ns(&self) -> u64 {
        self.times.lost_ns
    }

    /// Returns all periods in which workers waited.
    pub fn waits(&self) -> &[WaitSpan] {
        &self.times.waits
    }

    /// Returns the progress of the series measurement, if it has started.
    pub fn series(&self) -> Option<&SeriesState> {
        self.series.as_ref()
    }

    /// Returns why the run could not continue.
    pub fn abort_message(&self) -> Option<&str> {
        self.abort_message.as_deref()
    }

    /// Whether the run is over.
    pub fn has_ended(&self) -> bool {
        self.has_ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_fields_keep_their_order() {
        let mut state = RunState::new(2);
        state.cases.done = 1;
        state.cases.errors.insert(1, "no mesh".to_owned());
        state.changes.added_workers_ns.push((3, 4));
        state.changes.target_workers = Some(5);
        state.sessions.resumed = 6;
        state.times.lost_ns = 7;
        let RunState { cases, ready_ns, left_ns, processes, attempts, .. } = &state;
        let RunState { changes, sessions, times, series, abort_message, has_ended, .. } = &state;
        let flat = (
            (&cases.records, &cases.errors, cases.done, cases.ended),
            (ready_ns, left_ns, processes, attempts),
            (&changes.added_workers_ns, &changes.retired_ns, changes.is_paused),
            (changes.target_workers, &changes.licences),
            (sessions.resumed, sessions.current, &sessions.folder, &sessions.earlier_folders),
            (times.dispatch_ns, &times.waits, times.makespan_ns, times.lost_ns),
            (series, abort_message, has_ended),
        );
        let bytes = postcard::to_stdvec(&flat).unwrap();
        assert_eq!(postcard::to_stdvec(&state).unwrap(), bytes);
    }
}
