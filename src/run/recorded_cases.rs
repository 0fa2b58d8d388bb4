//! The state of a run that was recorded elsewhere: in a report, a journal or a log.

use std::collections::BTreeMap;

use super::case_notes::CaseNotes;
use super::case_record::{Attempt, CaseRecord, Status};
use super::failure_counts::FailureCounts;
use super::run_state::RunState;

/// The cases of a recorded run, in listed order, without its events.
#[derive(Debug, Clone, Default)]
pub struct RecordedCases {
    /// Records of all cases.
    pub records: Vec<CaseRecord>,
    /// Why cases did not succeed.
    pub errors: BTreeMap<u32, String>,
    /// Attempts of cases that have several.
    pub attempts: BTreeMap<u32, Vec<Attempt>>,
    /// Values of each output after the first.
    pub further_values: Vec<Vec<Option<f64>>>,
    /// Facts that few runs have.
    pub notes: CaseNotes,
    /// Why the run could not continue.
    pub abort_message: Option<String>,
    /// Seconds from 1970 to the start of the run.
    pub started_at: Option<i64>,
    /// Number of the last session, from 0, if it may have run no case.
    pub last_session: u32,
}

impl RecordedCases {
    /// Numbers the cases by their starts, where the order of dispatch is unknown.
    pub fn number_by_start(&mut self) {
        let mut by_start: Vec<u32> = (0..).take(self.records.len()).collect();
        by_start.sort_by_key(|&case| self.records[case as usize].start_ns);
        for (number, case) in (0..).zip(by_start) {
            self.records[case as usize].dispatch_index = number;
        }
    }

    /// Returns the state at the end of the run. What only events tell stays empty.
    pub fn into_state(self) -> RunState {
        let Self { records, errors, attempts, further_values, notes, started_at, .. } = self;
        let abort_message = self.abort_message;
        let sessions = records.iter().filter(|record| record.has_started());
        let session = sessions.map(|record| record.session).fold(self.last_session, u32::max);
        let mut state =
            RunState { session, has_ended: true, started_at, abort_message, ..RunState::default() };
        for (case, record) in (0..).zip(&records) {
            let has_ended = record.status != Status::NotRun;
            let is_done = record.status == Status::Done;
            let is_earlier = record.session != session;
            state.ended_count += u32::from(has_ended);
            state.done_count += u32::from(is_done);
            if is_earlier {
                state.resumed_count += u32::from(is_done);
                continue;
            }
            let tries = attempts.get(&case).map_or(&[][..], Vec::as_slice);
            let is_earlier_try = |one: &&Attempt| one.start_ns != record.start_ns;
            let earlier = tries.iter().filter(is_earlier_try);
            let spans = earlier.map(|one| (one.start_ns, one.end_ns, false));
            let last = (record.start_ns, record.end_ns, is_done);
            for (start_ns, end_ns, is_useful) in spans.chain(record.has_started().then_some(last)) {
                state.makespan_ns = state.makespan_ns.max(end_ns);
                if !is_useful {
                    state.lost_ns = state.lost_ns.saturating_add(end_ns - start_ns);
                }
            }
        }
        state.failures = FailureCounts::of(&records);
        state.records = records;
        state.errors = errors;
        state.attempts = attempts;
        state.further_values = further_values;
        state.notes = notes;
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(status: Status, start_ns: u64, end_ns: u64, session: u32) -> CaseRecord {
        CaseRecord { status, attempts: 1, start_ns, end_ns, session, ..CaseRecord::default() }
    }

    #[test]
    fn counts_and_lost_time_follow_from_the_records() {
        let records = vec![
            record(Status::Done, 0, 90, 0),
            record(Status::Done, 5, 9, 1),
            record(Status::Failed, 9, 20, 1),
            CaseRecord::default(),
        ];
        let attempt = |start_ns, end_ns, status| Attempt { lane: 0, start_ns, end_ns, status };
        let tries = vec![attempt(1, 4, Status::Failed), attempt(5, 9, Status::Done)];
        let attempts = BTreeMap::from([(1, tries)]);
        let state = RecordedCases { records, attempts, ..RecordedCases::default() }.into_state();
        assert_eq!((state.done_count, state.ended_count, state.resumed_count), (2, 3, 1));
        assert_eq!((state.makespan_ns, state.lost_ns, state.session), (20, 14, 1));
        assert!(state.has_ended && !state.all_done());
        // A log may not tell why a case failed.
        let expected = [(Status::Failed, 1), (Status::TimedOut, 0), (Status::Cancelled, 0)];
        assert_eq!(state.unsuccessful_counts(), expected);
    }

    #[test]
    fn lost_time_saturates() {
        let records = vec![record(Status::Failed, 0, u64::MAX, 0); 2];
        let state = RecordedCases { records, ..RecordedCases::default() }.into_state();
        assert_eq!(state.lost_ns, u64::MAX);
    }
}
