//! State of a run, produced by the reducer and read by window, command line and reports.
//!
//! The run history stores it with postcard, which writes the fields in order
//! without names: fields may be renamed, but not reordered.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::schedule::{WaitReason, WaitSpan};
use crate::study::MAX_CASE_LANES;

use super::case_notes::CaseNotes;
use super::case_record::{Attempt, CaseRecord, Status, attempt_folder};
use super::failure_counts::FailureCounts;
use super::queue_state::{CasePlace, QueueState};
use super::run_event::ProcessRecord;

/// State of a run. Only the reducer changes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RunState {
    /// Records of all cases, in listed order.
    pub records: Vec<CaseRecord>,
    pub(super) errors: BTreeMap<u32, String>,
    /// Recounted from the records when a saved run is read.
    #[serde(skip)]
    pub(super) failures: FailureCounts,
    /// Number of cases that are done.
    pub done_count: u32,
    /// Number of cases that have ended, successfully or not.
    pub ended_count: u32,
    /// When each worker asked for its first case.
    pub ready_ns: Vec<u64>,
    /// When each worker asked for a case after the run was over.
    pub left_ns: Vec<u64>,
    /// Worker processes in the order they were ready.
    pub processes: Vec<ProcessRecord>,
    /// Attempts of cases that have several, of the session of their record.
    pub(super) attempts: BTreeMap<u32, Vec<Attempt>>,
    /// Results of cases that run again, until the new attempt has a result.
    #[serde(skip)]
    pub(super) replaced: BTreeMap<u32, CaseResult>,
    /// Attempts of this session that brought no result, at cases that are done in an earlier
    /// one; saved runs lack them.
    #[serde(skip)]
    pub(super) reruns: BTreeMap<u32, Vec<Attempt>>,
    /// When each worker added to the run was requested and when it asked for its first case.
    pub added_workers_ns: Vec<(u64, u64)>,
    /// When workers left because their number was reduced.
    pub retired_ns: Vec<u64>,
    /// Whether the run is paused.
    pub is_paused: bool,
    /// Always `None` once the run has ended, so saved runs lack it.
    #[serde(skip)]
    pub(super) blocked_by: Option<WaitReason>,
    /// What waits on the cluster; always `None` once the run has ended.
    #[serde(skip)]
    pub queue: Option<QueueState>,
    /// Number of cases of this session whose value file is missing; saved runs lack it.
    #[serde(skip)]
    pub missing_value_files: usize,
    /// Values of each output after the first, in listed order; empty if there is only one.
    #[serde(skip)]
    pub(super) further_values: Vec<Vec<Option<f64>>>,
    /// Facts that few runs have.
    #[serde(skip)]
    pub notes: CaseNotes,
    /// How many cases the cores of the cluster allow at once; `None` on this machine.
    #[serde(skip)]
    pub core_slots: Option<u32>,
    /// Seconds from 1970 to the start of the run; `None` on the virtual clock.
    #[serde(skip)]
    pub started_at: Option<i64>,
    /// Requested number of workers, if it was changed while the run was in progress.
    pub target_workers: Option<u32>,
    /// Estimates of available licences with their times.
    pub licences: Vec<(u64, u32)>,
    /// Number of cases done in earlier sessions.
    pub resumed_count: u32,
    /// Number of this session, from 0.
    pub session: u32,
    pub(super) folder: Option<PathBuf>,
    /// Folders of cases done in earlier sessions.
    pub(super) earlier_folders: BTreeMap<u32, PathBuf>,
    /// Total time between requests for a case and the start of its work, including
    /// communication with worker processes.
    pub dispatch_ns: u64,
    /// All periods in which workers waited.
    pub waits: Vec<WaitSpan>,
    /// Time from the start of the run to the end of the last case so far.
    pub makespan_ns: u64,
    /// Total time of wasted attempts.
    pub lost_ns: u64,
    /// Progress of the second pass for the series total, if it has started.
    pub series: Option<SeriesState>,
    /// The cases sampled for the series total, with their times alone, in nanoseconds.
    #[serde(skip)]
    pub series_sample: Vec<(u32, u64)>,
    pub(super) abort_message: Option<String>,
    /// Whether the run is over.
    pub has_ended: bool,
}

/// Latest time in a run, in nanoseconds: four years.
const MAX_NS: u64 = 1 << 57;

/// Parts of the state that saved runs hold behind it, since version 4.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct StateAdditions<'a> {
    further_values: Cow<'a, [Vec<Option<f64>>]>,
    series_sample: Cow<'a, [(u32, u64)]>,
}

impl<'a> StateAdditions<'a> {
    /// Borrows the parts.
    pub fn new(further_values: &'a [Vec<Option<f64>>], series_sample: &'a [(u32, u64)]) -> Self {
        let (further_values, series_sample) = (further_values.into(), series_sample.into());
        Self { further_values, series_sample }
    }
}

/// The result of a case that was done.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CaseResult {
    pub(super) record: CaseRecord,
    /// Values of the outputs after the first.
    pub(super) further_values: Vec<Option<f64>>,
    /// Where it ran, if on a cluster.
    pub(super) place: Option<CasePlace>,
    /// Folder and attempts, if it is of an earlier session.
    pub(super) earlier: Option<(PathBuf, Vec<Attempt>)>,
}

/// Progress of the second pass, which runs cases again for the series total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SeriesState {
    /// Number of cases that run again; saved runs lack it.
    #[serde(skip)]
    pub cases: u32,
    pub ended: u32,
    /// Time from the start of the first case to the end of the last, once all are done.
    pub total_ns: Option<u64>,
}

impl RunState {
    /// Creates the state of a run of this many cases before its first event.
    pub fn new(cases: usize) -> Self {
        Self { records: vec![CaseRecord::default(); cases], ..Self::default() }
    }

    /// Whether it is a possible state of a run of this many cases, such as that of a file whose
    /// checksum is right: its cases exist, and nothing ends before it starts.
    pub fn is_sound(&self, cases: usize) -> bool {
        let is_case = |case: &u32| (*case as usize) < cases;
        let is_time = |&ns: &u64| ns <= MAX_NS;
        let is_span = |from_ns: u64, to_ns: u64| from_ns <= to_ns && is_time(&to_ns);
        // Runs that gained workers, or resumed with more, have more lanes than the plan.
        let is_lane = |lane: u32| lane < MAX_CASE_LANES;
        let is_attempt = |one: &Attempt| is_span(one.start_ns, one.end_ns) && is_lane(one.lane);
        let is_record = |record: &CaseRecord| {
            let times = [record.waited_ns, record.cpu_ns];
            is_span(record.start_ns, record.end_ns)
                && is_lane(record.lane)
                && times.iter().flatten().all(is_time)
        };
        let counts = [self.done_count, self.ended_count, self.resumed_count];
        self.records.len() == cases
            && self.records.iter().all(is_record)
            && self.errors.keys().chain(self.attempts.keys()).all(is_case)
            && self.attempts.values().flatten().all(is_attempt)
            && self.processes.iter().all(|it| is_span(it.start.from_ns, it.start.ready_ns))
            && self.waits.iter().all(|wait| wait.from_ns <= wait.until_ns)
            && self.added_workers_ns.iter().all(|&(from_ns, at_ns)| is_span(from_ns, at_ns))
            && is_time(&self.makespan_ns)
            && counts.iter().all(|&count| count as usize <= cases)
            && self.done_count <= self.ended_count
    }

    /// Returns the value of an output of a case.
    pub fn value(&self, case: u32, output: usize) -> Option<f64> {
        match output {
            0 => self.records[case as usize].value,
            output => self.further_values.get(output - 1)?[case as usize],
        }
    }

    /// Returns what the serialized form lacks.
    pub fn additions(&self) -> StateAdditions<'_> {
        StateAdditions::new(&self.further_values, &self.series_sample)
    }

    /// Adds what the serialized form lacks; `None` if it belongs to other cases.
    pub fn with_additions(self, additions: StateAdditions<'_>) -> Option<Self> {
        let StateAdditions { further_values, series_sample } = additions;
        let cases = self.records.len();
        let fits = further_values.iter().all(|values| values.len() == cases)
            && series_sample.iter().all(|&(case, _)| (case as usize) < cases);
        let (further_values, series_sample) =
            (further_values.into_owned(), series_sample.into_owned());
        let failures = FailureCounts::of(&self.records);
        fits.then_some(Self { failures, further_values, series_sample, ..self })
    }

    /// Returns why a case failed or timed out.
    pub fn error(&self, case: u32) -> Option<&str> {
        self.errors.get(&case).map(String::as_str)
    }

    /// Iterates over the errors of all cases, in listed order.
    pub fn errors(&self) -> impl ExactSizeIterator<Item = (u32, &str)> {
        self.errors.iter().map(|(&case, message)| (case, message.as_str()))
    }

    /// Whether the latest attempt at a case failed or timed out, also if the case will run again.
    pub fn has_failure(&self, status: Status) -> bool {
        self.failures.with_status(status).0 > 0
    }

    /// Returns how many cases have ended without success, by status.
    pub fn unsuccessful_counts(&self) -> [(Status, u32); 3] {
        let ended = |status| self.failures.with_status(status).1;
        let [failed, timed_out] = [Status::Failed, Status::TimedOut].map(ended);
        let cancelled = (self.ended_count - self.done_count).saturating_sub(failed + timed_out);
        [(Status::Failed, failed), (Status::TimedOut, timed_out), (Status::Cancelled, cancelled)]
    }

    /// Whether an attempt at a case has ended in this session.
    pub fn any_attempt_ended(&self) -> bool {
        let is_from_here = |record: &CaseRecord| {
            let has_attempt = record.has_ended() || record.will_retry && record.has_started();
            has_attempt && record.session == self.session
        };
        self.makespan_ns > 0 || self.records.iter().any(is_from_here)
    }

    /// Whether all cases are done.
    pub fn all_done(&self) -> bool {
        self.done_count as usize == self.records.len()
    }

    /// Number of cases that this session has to run.
    pub fn session_cases(&self) -> usize {
        self.records.len().saturating_sub(self.resumed_count as usize)
    }

    /// Whether all cases are done in this session, so that its total is that of the whole run.
    pub fn all_done_in_session(&self) -> bool {
        self.all_done() && self.resumed_count == 0
    }

    /// Returns all attempts at a case in chronological order; empty for a case
    /// with a single attempt.
    pub fn attempts(&self, case: u32) -> &[Attempt] {
        self.attempts.get(&case).map_or(&[], Vec::as_slice)
    }

    /// Returns the number of attempts at a case, that of a cancelled rerun included. A refused
    /// start is repeated as the same attempt.
    pub fn attempt_count(&self, case: u32) -> u32 {
        let known = self.attempts(case).iter().filter(|one| one.status != Status::Refused);
        let known = u32::try_from(known.count()).unwrap_or(u32::MAX);
        self.records[case as usize].attempts.max(known)
    }

    /// Returns why no case is running, unless the run is paused.
    pub fn blocked_by(&self) -> Option<WaitReason> {
        self.blocked_by.filter(|_| !self.is_paused)
    }

    /// Whether workers were added or retired while the run was in progress.
    pub fn workers_changed(&self) -> bool {
        !self.added_workers_ns.is_empty() || !self.retired_ns.is_empty()
    }

    /// Returns the folder for the output of programs, if there is one.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Returns the folder of the latest attempt at a case, if programs have
    /// folders. It may no longer exist.
    pub fn case_folder(&self, case: u32) -> Option<PathBuf> {
        let record = self.records.get(case as usize).filter(|record| record.has_started())?;
        if record.session != self.session {
            return self.earlier_folders.get(&case).cloned();
        }
        Some(self.folder()?.join(attempt_folder(case, record.attempts)))
    }

    /// Returns why the run could not continue.
    pub fn abort_message(&self) -> Option<&str> {
        self.abort_message.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_fields_keep_their_order() {
        let mut state = RunState::new(2);
        state.done_count = 1;
        state.errors.insert(1, "no mesh".to_owned());
        state.added_workers_ns.push((3, 4));
        state.target_workers = Some(5);
        state.resumed_count = 6;
        state.lost_ns = 7;
        let flat = (
            (&state.records, &state.errors, state.done_count, state.ended_count),
            (&state.ready_ns, &state.left_ns, &state.processes, &state.attempts),
            (&state.added_workers_ns, &state.retired_ns, state.is_paused),
            (state.target_workers, &state.licences),
            (state.resumed_count, state.session, &state.folder, &state.earlier_folders),
            (state.dispatch_ns, &state.waits, state.makespan_ns, state.lost_ns),
            (&state.series, &state.abort_message, state.has_ended),
        );
        let bytes = postcard::to_stdvec(&flat).unwrap();
        assert_eq!(postcard::to_stdvec(&state).unwrap(), bytes);
    }
}
