//! The reducer: folds run events into the state of a run.

use crate::schedule::{Ticket, WaitReason, WaitSpan};

use super::case_record::{Attempt, CaseRecord, Status};
use super::case_values::CaseValues;
use super::run_event::{CaseEnd, CaseOutcome, ProcessRecord, ResumedCase, RunEvent};
use super::run_state::{CaseResult, RunState, SeriesState};

/// Maximum number of workers that can wait at the same time.
const MAX_WAITING_WORKERS: usize = 256;

/// Contribution of one case to the counters of the run.
struct CaseTally {
    done: u32,
    ended: u32,
    resumed: u32,
    /// Time of an attempt in this session that is not lost.
    useful_ns: u64,
}

impl RunState {
    /// Folds an event into the state.
    pub fn apply(&mut self, event: RunEvent) {
        match event {
            RunEvent::Began { unix_s } => self.started_at = Some(unix_s),
            RunEvent::WorkerReady { at_ns } => self.ready_ns.push(at_ns),
            RunEvent::WorkerLeft { at_ns } => self.left_ns.push(at_ns),
            RunEvent::WorkerAdded { requested_ns, at_ns } => {
                self.added_workers_ns.push((requested_ns, at_ns));
            }
            RunEvent::WorkerRetired { at_ns } => self.retired_ns.push(at_ns),
            RunEvent::Resized { workers, .. } => self.target_workers = Some(workers),
            RunEvent::Paused { .. } => self.is_paused = true,
            RunEvent::Resumed { .. } => self.is_paused = false,
            RunEvent::Licences { at_ns, available } => self.licences.push((at_ns, available)),
            RunEvent::CoreSlots(slots) => self.core_slots = Some(slots),
            RunEvent::Blocked { reason, .. } => self.blocked_by = Some(reason),
            RunEvent::FolderCreated { path, session } => {
                self.folder = Some(path);
                self.session = session;
            }
            RunEvent::CaseResumed(resumed) => self.resume_case(*resumed),
            RunEvent::CaseRemoved { case, .. } => self.remove_case(case),
            RunEvent::CaseRequeued { case, .. } => self.requeue_case(case),
            RunEvent::ProcessStarted(start) => {
                let memory_bytes = start.memory_bytes;
                self.processes.push(ProcessRecord { start, memory_bytes, ended: false });
            }
            RunEvent::ProcessEnded { worker, memory_bytes } => {
                let mut latest = self.processes.iter_mut().rev();
                if let Some(process) = latest.find(|process| process.start.worker == worker) {
                    process.memory_bytes = memory_bytes.or(process.memory_bytes);
                    process.ended = true;
                }
            }
            RunEvent::Started { ticket, asked_ns, at_ns } => {
                self.blocked_by = None;
                self.dispatch_ns += at_ns - asked_ns;
                self.start_case(ticket, at_ns);
            }
            RunEvent::CasePlaced { case, place } => self.notes.set_place(case, &place),
            RunEvent::QueueChanged { queue, .. } => self.queue = Some(queue),
            RunEvent::ValueFileMissing => self.missing_value_files += 1,
            RunEvent::OutputTail { case, text } => self.notes.set_output_tail(case, Some(text)),
            RunEvent::Finished(end) => self.finish_case(end),
            RunEvent::Waited(wait) => self.add_wait(wait),
            RunEvent::Aborted { message } => self.abort_message = Some(message),
            RunEvent::SeriesStarted { cases, .. } => {
                self.series = Some(SeriesState { cases, ..SeriesState::default() });
            }
            RunEvent::SeriesCase { .. } => {
                if let Some(series) = &mut self.series {
                    series.ended += 1;
                }
            }
            RunEvent::SeriesDone { total_ns } => {
                if let Some(series) = &mut self.series {
                    series.total_ns = Some(total_ns);
                }
            }
            RunEvent::SeriesSampled { alone_ns } => self.series_sample = alone_ns,
            RunEvent::Ended => self.end(),
        }
    }

    /// Changes the record of a case. All counters of the run follow from the
    /// records before and after.
    fn update(&mut self, case: u32, change: impl FnOnce(&mut CaseRecord)) {
        let before = self.tally(case);
        let record = &mut self.records[case as usize];
        self.failures.remove(record);
        change(record);
        self.failures.add(record);
        let after = self.tally(case);
        self.done_count = self.done_count + after.done - before.done;
        self.ended_count = self.ended_count + after.ended - before.ended;
        self.resumed_count = self.resumed_count + after.resumed - before.resumed;
        self.lost_ns = self.lost_ns + before.useful_ns - after.useful_ns;
    }

    fn tally(&self, case: u32) -> CaseTally {
        let record = &self.records[case as usize];
        let has_ended =
            !record.will_retry && !matches!(record.status, Status::NotRun | Status::Running);
        let is_done = has_ended && record.status == Status::Done;
        let is_resumed = is_done && self.is_resumed(case);
        CaseTally {
            done: u32::from(is_done),
            ended: u32::from(has_ended),
            resumed: u32::from(is_resumed),
            useful_ns: if is_done && !is_resumed { record.time_ns() } else { 0 },
        }
    }

    /// Whether the record of a case is from an earlier session.
    fn is_resumed(&self, case: u32) -> bool {
        self.earlier_folders.contains_key(&case)
    }

    fn resume_case(&mut self, resumed: ResumedCase) {
        let ResumedCase { case, record, further_values, attempts, folder, place } = resumed;
        if let Some(place) = place {
            self.notes.set_place(case, &place);
        }
        self.earlier_folders.insert(case, folder);
        if !attempts.is_empty() {
            self.attempts.insert(case, attempts);
        }
        self.update(case, |current| *current = record);
        self.set_further_values(case, &further_values);
    }

    /// Replaces the values of the outputs after the first.
    #[inline]
    fn set_further_values(&mut self, case: u32, values: &[Option<f64>]) {
        if !values.is_empty() || !self.further_values.is_empty() {
            self.replace_further_values(case, values);
        }
    }

    fn replace_further_values(&mut self, case: u32, values: &[Option<f64>]) {
        if values.len() > self.further_values.len() {
            self.further_values.resize(values.len(), vec![None; self.records.len()]);
        }
        for (output, column) in self.further_values.iter_mut().enumerate() {
            column[case as usize] = values.get(output).copied().flatten();
        }
    }

    /// Returns an empty record of an attempt in this session.
    fn new_record(&self, ticket: Ticket) -> CaseRecord {
        let Ticket { lane, attempt: attempts, dispatch_index, .. } = ticket;
        let session = self.session;
        CaseRecord { attempts, lane, dispatch_index, session, ..CaseRecord::default() }
    }

    fn start_case(&mut self, ticket: Ticket, at_ns: u64) {
        let case = ticket.case;
        if self.records[case as usize].status == Status::Done {
            self.keep_result(case);
        }
        let (status, start_ns, end_ns) = (Status::Running, at_ns, at_ns);
        let started = CaseRecord { status, start_ns, end_ns, ..self.new_record(ticket) };
        self.update(case, |record| *record = started);
        self.set_further_values(case, &[]);
        self.notes.set_output_tail(case, None);
    }

    fn finish_case(&mut self, end: CaseEnd) {
        let CaseEnd { ticket, start_ns, end_ns, will_retry, .. } = end;
        let Ticket { case, lane, attempt, .. } = ticket;
        let status = match end.outcome.status() {
            // The run is over, so the case did not get another chance.
            Status::Refused if !will_retry => Status::NotRun,
            status => status,
        };
        let values = match end.outcome {
            CaseOutcome::Done(values) => values,
            CaseOutcome::Cancelled | CaseOutcome::Refused => CaseValues::default(),
            CaseOutcome::Failed(message) | CaseOutcome::TimedOut(message) => {
                self.errors.insert(case, message);
                CaseValues::default()
            }
        };
        // The error of an earlier attempt is not the result of the case.
        let has_final_error = matches!(status, Status::Failed | Status::TimedOut);
        if status == Status::Done || !will_retry && !has_final_error {
            self.errors.remove(&case);
        }
        if will_retry || attempt > 1 {
            let this = Attempt { lane, start_ns, end_ns, status };
            self.attempts.entry(case).or_default().push(this);
        }
        let running = &self.records[case as usize];
        if running.status == Status::Running {
            // The way to the worker, if it is another process.
            self.dispatch_ns += start_ns.saturating_sub(running.start_ns);
        }
        self.makespan_ns = self.makespan_ns.max(end_ns);
        // Lost unless the record says that the case is done.
        self.lost_ns += end_ns - start_ns;
        let finished = CaseRecord {
            status,
            start_ns,
            end_ns,
            waited_ns: end.waited_ns,
            cpu_ns: end.cpu_ns,
            memory_bytes: end.memory_bytes,
            value: values.first,
            will_retry,
            ..self.new_record(ticket)
        };
        self.update(case, |record| *record = finished);
        self.set_further_values(case, values.further());
        match status {
            Status::Done => drop(self.replaced.remove(&case)),
            Status::Failed | Status::TimedOut if !will_retry => drop(self.replaced.remove(&case)),
            Status::Cancelled | Status::NotRun => self.restore_result(case),
            _ => {}
        }
    }

    /// Keeps the result of a case that runs again.
    fn keep_result(&mut self, case: u32) {
        let at = case as usize;
        let record = CaseRecord { will_retry: false, ..self.records[at] };
        let further_values = self.further_values.iter().map(|column| column[at]).collect();
        let place = self.notes.place(at);
        let earlier = self.earlier_folders.remove(&case).map(|folder| {
            // The times of earlier sessions are from another clock.
            (folder, self.attempts.remove(&case).unwrap_or_default())
        });
        if let Some(attempts) = self.reruns.remove(&case) {
            self.attempts.insert(case, attempts);
        }
        self.replaced.insert(case, CaseResult { record, further_values, place, earlier });
    }

    /// Restores the result that a case had before a rerun that brought none.
    fn restore_result(&mut self, case: u32) {
        let Some(result) = self.replaced.remove(&case) else { return };
        let CaseResult { record, further_values, place, earlier } = result;
        self.errors.remove(&case);
        self.notes.set_output_tail(case, None);
        place.iter().for_each(|place| self.notes.set_place(case, place));
        if let Some((folder, attempts)) = earlier {
            let rerun = Attempt::of(&self.records[case as usize]);
            let reruns = self.attempts.remove(&case).unwrap_or_else(|| vec![rerun]);
            self.reruns.insert(case, reruns);
            self.earlier_folders.insert(case, folder);
            if !attempts.is_empty() {
                self.attempts.insert(case, attempts);
            }
        }
        self.update(case, |current| *current = record);
        self.set_further_values(case, &further_values);
    }

    /// Adds a wait. A worker that waits for long reports it in pieces, which are joined.
    fn add_wait(&mut self, wait: WaitSpan) {
        let comes_in_pieces = !matches!(wait.reason, WaitReason::Empty | WaitReason::Barrier);
        let waits = &mut self.waits;
        let mut latest =
            waits.iter_mut().rev().take(MAX_WAITING_WORKERS).filter(|_| comes_in_pieces);
        let before = latest.find(|w| w.reason == wait.reason && w.until_ns == wait.from_ns);
        match before {
            Some(before) => before.until_ns = wait.until_ns,
            None => waits.push(wait),
        }
    }

    /// Removes a case that is not running. A requeued case that was done stays done.
    fn remove_case(&mut self, case: u32) {
        if self.records[case as usize].status != Status::Done {
            self.errors.remove(&case);
        }
        self.update(case, |record| {
            if record.status != Status::Done {
                record.status = Status::Cancelled;
            }
            record.will_retry = false;
        });
        self.restore_result(case);
    }

    fn requeue_case(&mut self, case: u32) {
        let record = self.records[case as usize];
        if record.has_started() && !self.is_resumed(case) {
            self.attempts.entry(case).or_insert_with(|| vec![Attempt::of(&record)]);
        }
        self.update(case, |record| record.will_retry = true);
    }

    /// Settles the cases that were still to be retried or never reported an end.
    fn end(&mut self) {
        self.has_ended = true;
        self.blocked_by = None;
        self.queue = None;
        for case in (0..).take(self.records.len()) {
            let CaseRecord { status, will_retry, .. } = self.records[case as usize];
            if will_retry && status == Status::Refused {
                self.errors.remove(&case);
            }
            if will_retry || status == Status::Running {
                self.update(case, |record| {
                    record.will_retry = false;
                    record.status = match status {
                        Status::Refused => Status::NotRun,
                        // The run broke off before the worker reported the end.
                        Status::Running => Status::Cancelled,
                        status => status,
                    };
                });
                self.restore_result(case);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use proptest::prelude::*;

    use super::super::failure_counts::FailureCounts;
    use super::super::run_event::ProcessStart;
    use super::super::run_state::StateAdditions;
    use super::*;

    fn ticket(case: u32) -> Ticket {
        Ticket { case, lane: 1, attempt: 1, dispatch_index: case }
    }

    fn end(case: u32, outcome: CaseOutcome) -> RunEvent {
        RunEvent::Finished(CaseEnd {
            will_retry: false,
            ticket: ticket(case),
            start_ns: 10,
            end_ns: 30,
            waited_ns: Some(15),
            cpu_ns: Some(2),
            memory_bytes: None,
            outcome,
        })
    }

    #[test]
    fn a_case_goes_from_not_run_through_running_to_done() {
        let mut state = RunState::new(2);
        assert_eq!(state.records[1].status, Status::NotRun);
        state.apply(RunEvent::Started { ticket: ticket(1), asked_ns: 8, at_ns: 10 });
        let record = state.records[1];
        assert_eq!(
            (record.status, record.start_ns, record.has_ended()),
            (Status::Running, 10, false)
        );
        state.apply(end(1, CaseOutcome::done(Some(4.0))));
        let record = state.records[1];
        assert_eq!((record.status, record.value, record.time_ns()), (Status::Done, Some(4.0), 20));
        assert_eq!(record.busy_ns(), Some(17));
        assert_eq!((state.done_count, state.all_done()), (1, false));
        assert_eq!((state.makespan_ns, state.dispatch_ns, state.lost_ns), (30, 2, 0));
    }

    #[test]
    fn the_way_to_a_worker_process_counts_as_dispatch() {
        let mut state = RunState::new(1);
        state.apply(RunEvent::Started { ticket: ticket(0), asked_ns: 1, at_ns: 4 });
        assert_eq!(state.dispatch_ns, 3);
        state.apply(end(0, CaseOutcome::done(None)));
        assert_eq!(state.dispatch_ns, 9);
        assert_eq!(state.records[0].time_ns(), 20);
    }

    #[test]
    fn a_replacement_process_has_its_own_record() {
        let mut state = RunState::new(1);
        for (process_id, from_ns) in [(70, 0), (71, 50)] {
            state.apply(RunEvent::ProcessStarted(ProcessStart {
                worker: 3,
                process_id,
                replaces: process_id == 71,
                from_ns,
                ready_ns: from_ns + 10,
                memory_bytes: Some(100),
            }));
            let memory_bytes = (process_id == 71).then_some(300);
            state.apply(RunEvent::ProcessEnded { worker: 3, memory_bytes });
        }
        let [first, second] = state.processes.as_slice() else { panic!("{:?}", state.processes) };
        assert_eq!((first.memory_bytes, first.ended), (Some(100), true));
        assert_eq!((second.memory_bytes, second.startup_ns()), (Some(300), 10));
    }

    #[test]
    fn each_output_has_a_value_and_those_of_an_earlier_attempt_are_dropped() {
        let mut state = RunState::new(2);
        state.apply(resumed());
        let values = |state: &RunState, case| [0, 1, 2, 3].map(|output| state.value(case, output));
        assert_eq!(values(&state, 0), [None, None, Some(5.0), None]);
        state.apply(end(1, CaseOutcome::Done([Some(1.0), Some(2.0)].into_iter().collect())));
        assert_eq!(values(&state, 1), [Some(1.0), Some(2.0), None, None]);
        state.apply(RunEvent::Started { ticket: ticket(0), asked_ns: 8, at_ns: 10 });
        assert_eq!(values(&state, 0), [None; 4]);
        let further = vec![vec![None, Some(2.0)], vec![None, None]];
        assert_eq!(state.further_values, further);
        assert!(RunState::new(2).with_additions(StateAdditions::new(&further, &[])).is_some());
        assert!(RunState::new(3).with_additions(StateAdditions::new(&further, &[])).is_none());
    }

    #[test]
    fn a_single_value_is_kept_in_the_record_alone() {
        let mut state = RunState::new(1);
        state.apply(end(0, CaseOutcome::done(Some(1.0))));
        assert_eq!((state.value(0, 0), state.further_values.len()), (Some(1.0), 0));
    }

    #[test]
    fn a_failed_case_has_its_message_and_its_time_is_lost() {
        let mut state = RunState::new(1);
        state.apply(end(0, CaseOutcome::Failed("overflow".into())));
        assert_eq!(state.error(0), Some("overflow"));
        assert_eq!((state.done_count, state.ended_count, state.lost_ns), (0, 1, 20));
    }

    /// The end of an attempt at case 0.
    fn attempt_end(attempt: u32, end_ns: u64, outcome: CaseOutcome, will_retry: bool) -> RunEvent {
        let RunEvent::Finished(end) = end(0, outcome) else { unreachable!() };
        let ticket = Ticket { attempt, dispatch_index: attempt, ..end.ticket };
        RunEvent::Finished(CaseEnd { ticket, end_ns, will_retry, ..end })
    }

    #[test]
    fn all_attempts_are_kept_and_the_last_one_counts() {
        let mut state = RunState::new(1);
        state.apply(attempt_end(1, 30, CaseOutcome::Refused, true));
        assert_eq!((state.ended_count, state.records[0].has_ended()), (0, false));
        state.apply(attempt_end(2, 40, CaseOutcome::Failed("no mesh".into()), true));
        assert_eq!(state.error(0), Some("no mesh"));
        state.apply(attempt_end(3, 50, CaseOutcome::done(Some(1.0)), false));
        assert_eq!((state.done_count, state.ended_count, state.error(0)), (1, 1, None));
        let statuses: Vec<Status> = state.attempts(0).iter().map(|one| one.status).collect();
        assert_eq!(statuses, [Status::Refused, Status::Failed, Status::Done]);
        assert_eq!(state.lost_ns, 20 + 30);
    }

    #[test]
    fn pending_retries_are_dropped_at_the_end() {
        let mut state = RunState::new(1);
        state.apply(attempt_end(1, 30, CaseOutcome::Failed("no mesh".into()), true));
        state.apply(RunEvent::Ended);
        let record = state.records[0];
        assert_eq!(
            (record.status, record.has_ended(), state.ended_count),
            (Status::Failed, true, 1)
        );
        let mut state = RunState::new(1);
        state.apply(attempt_end(1, 30, CaseOutcome::Refused, true));
        state.apply(RunEvent::Ended);
        assert_eq!((state.records[0].status, state.ended_count), (Status::NotRun, 0));
        let mut state = RunState::new(1);
        state.apply(attempt_end(1, 30, CaseOutcome::Refused, false));
        state.apply(RunEvent::Ended);
        assert_eq!((state.records[0].status, state.ended_count), (Status::NotRun, 0));
        assert_eq!(state.lost_ns, 20);
    }

    /// Case 0, done in an earlier session in two attempts.
    fn resumed() -> RunEvent {
        let one = |status| Attempt { lane: 9, start_ns: 0, end_ns: 5, status };
        RunEvent::CaseResumed(Box::new(ResumedCase {
            case: 0,
            record: CaseRecord { status: Status::Done, attempts: 2, ..CaseRecord::default() },
            further_values: Box::new([None, Some(5.0)]),
            attempts: vec![one(Status::Failed), one(Status::Done)],
            folder: PathBuf::from("/run/case-7.2"),
            place: None,
        }))
    }

    #[test]
    fn a_resumed_case_can_be_requeued_and_removed_repeatedly() {
        let mut state = RunState::new(1);
        state.apply(resumed());
        state.apply(RunEvent::FolderCreated { path: "/run/session-2".into(), session: 1 });
        for _ in 0..3 {
            state.apply(RunEvent::CaseRequeued { case: 0, at_ns: 1 });
            assert_eq!((state.resumed_count, state.done_count, state.ended_count), (0, 0, 0));
            state.apply(RunEvent::CaseRemoved { case: 0, at_ns: 2 });
            assert_eq!((state.resumed_count, state.done_count, state.ended_count), (1, 1, 1));
            assert_eq!(state.records[0].status, Status::Done, "it keeps its result");
        }
        assert_eq!(state.case_folder(0).unwrap(), Path::new("/run/case-7.2"));
    }

    #[test]
    fn attempts_of_earlier_sessions_are_not_mixed_with_those_of_this_one() {
        let mut state = RunState::new(1);
        state.apply(resumed());
        state.apply(RunEvent::FolderCreated { path: "/run/session-2".into(), session: 1 });
        state.apply(RunEvent::CaseRequeued { case: 0, at_ns: 1 });
        assert_eq!(state.attempts(0).len(), 2);
        state.apply(RunEvent::Started { ticket: ticket(0), asked_ns: 8, at_ns: 10 });
        state.apply(end(0, CaseOutcome::done(Some(4.0))));
        assert_eq!((state.attempts(0), state.resumed_count, state.done_count), (&[][..], 0, 1));
        assert_eq!(state.case_folder(0).unwrap(), Path::new("/run/session-2/case-0"));
    }

    #[test]
    fn the_result_of_an_earlier_session_stays_until_there_is_a_new_one() {
        let mut state = RunState::new(1);
        state.apply(resumed());
        state.apply(RunEvent::FolderCreated { path: "/run/session-2".into(), session: 1 });
        let result = |state: &RunState| {
            let values = [0, 1, 2].map(|output| state.value(0, output));
            let counts = (state.done_count, state.resumed_count);
            (state.records[0], values, state.attempts(0).to_vec(), state.case_folder(0), counts)
        };
        let before = result(&state);
        let mut rerun = |attempt, outcome| {
            state.apply(RunEvent::CaseRequeued { case: 0, at_ns: 1 });
            let ticket = Ticket { attempt, ..ticket(0) };
            state.apply(RunEvent::Started { ticket, asked_ns: 8, at_ns: 10 });
            assert_eq!((state.done_count, state.resumed_count), (0, 0));
            state.apply(attempt_end(attempt, 30 * u64::from(attempt), outcome, false));
            state.clone()
        };
        for (attempt, lost_ns) in [(1, 20), (2, 20 + 50)] {
            let state = rerun(attempt, CaseOutcome::Cancelled);
            assert_eq!((result(&state), state.lost_ns), (before.clone(), lost_ns));
            let of_session: Vec<_> = state.session_attempts().collect();
            assert_eq!(of_session.len(), attempt as usize);
            assert!(of_session.iter().all(|one| one.session == 1 && !one.is_recorded));
        }
        let state = rerun(3, CaseOutcome::done(Some(4.0)));
        assert_eq!((state.value(0, 0), state.resumed_count, state.lost_ns), (Some(4.0), 0, 70));
        let statuses = state.session_attempts().map(|one| one.attempt.status);
        let cancelled = Status::Cancelled;
        assert_eq!(statuses.collect::<Vec<_>>(), [cancelled, cancelled, Status::Done]);
    }

    #[test]
    fn a_cancelled_case_drops_the_error_of_an_earlier_attempt() {
        let mut state = RunState::new(1);
        state.apply(attempt_end(1, 30, CaseOutcome::Failed("no mesh".into()), true));
        state.apply(attempt_end(2, 40, CaseOutcome::Cancelled, false));
        assert_eq!((state.records[0].status, state.error(0)), (Status::Cancelled, None));
    }

    #[test]
    fn a_long_wait_reported_in_pieces_is_one_wait() {
        let mut state = RunState::new(1);
        let waited =
            |reason, from_ns, until_ns| RunEvent::Waited(WaitSpan { reason, from_ns, until_ns });
        for at_ns in 0..100 {
            // Two workers whose pieces alternate.
            state.apply(waited(WaitReason::Memory, 10 * at_ns, 10 * at_ns + 10));
            state.apply(waited(WaitReason::Memory, 10 * at_ns + 3, 10 * at_ns + 13));
            state.apply(waited(WaitReason::Empty, 10 * at_ns, 10 * at_ns + 10));
        }
        let memory = state.waits.iter().filter(|wait| wait.reason == WaitReason::Memory);
        let memory: Vec<_> = memory.map(|wait| (wait.from_ns, wait.until_ns)).collect();
        assert_eq!(memory, [(0, 1000), (3, 1003)]);
        assert_eq!(state.waits.len(), 102);
    }

    #[test]
    fn a_done_case_that_is_requeued_but_not_run_stays_done() {
        let mut state = RunState::new(2);
        state.apply(end(0, CaseOutcome::done(Some(1.0))));
        state.apply(RunEvent::CaseRequeued { case: 0, at_ns: 40 });
        assert_eq!((state.done_count, state.ended_count, state.lost_ns), (0, 0, 20));
        state.apply(RunEvent::Ended);
        assert_eq!((state.done_count, state.ended_count, state.lost_ns), (1, 1, 0));
        assert_eq!(state.records[0].status, Status::Done);
    }

    #[test]
    fn the_result_of_a_case_that_runs_again_is_kept_until_there_is_a_new_one() {
        let done = |values: [f64; 2]| CaseOutcome::Done(values.map(Some).into_iter().collect());
        let again = |last: Option<RunEvent>| {
            let mut state = RunState::new(1);
            state.apply(attempt_end(1, 30, done([1.0, 2.0]), false));
            state.apply(RunEvent::CaseRequeued { case: 0, at_ns: 40 });
            let ticket = Ticket { attempt: 2, ..ticket(0) };
            state.apply(RunEvent::Started { ticket, asked_ns: 45, at_ns: 50 });
            assert_eq!((state.value(0, 0), state.done_count, state.lost_ns), (None, 0, 20));
            last.into_iter().for_each(|event| state.apply(event));
            state.apply(RunEvent::Ended);
            let result = [0, 1].map(|output| state.value(0, output));
            assert_eq!(state.attempt_count(0) as usize, state.attempts(0).len().max(1));
            (result, state.done_count, state.lost_ns, state.records[0].time_ns())
        };
        let failed = || CaseOutcome::Failed("no mesh".into());
        let kept = [Some(1.0), Some(2.0)];
        let ended = |outcome, will_retry| again(Some(attempt_end(2, 70, outcome, will_retry)));
        assert_eq!(ended(CaseOutcome::Cancelled, false), (kept, 1, 60, 20));
        assert_eq!(ended(CaseOutcome::Refused, false), (kept, 1, 60, 20));
        assert_eq!(ended(failed(), true), (kept, 1, 60, 20), "cancelled before the next attempt");
        assert_eq!(again(None), (kept, 1, 0, 20), "the run broke off");
        assert_eq!(ended(failed(), false), ([None; 2], 0, 80, 60));
        assert_eq!(ended(done([3.0, 4.0]), false), ([Some(3.0), Some(4.0)], 1, 20, 60));
    }

    #[test]
    fn a_resumed_case_is_done_and_takes_no_time_in_this_session() {
        let mut state = RunState::new(2);
        let record = CaseRecord {
            status: Status::Done,
            attempts: 1,
            start_ns: 500,
            end_ns: 900,
            value: Some(2.0),
            ..CaseRecord::default()
        };
        state.apply(RunEvent::FolderCreated { path: "run/session-2".into(), session: 1 });
        let folder = PathBuf::from("/run/case-7");
        let further_values = Box::default();
        let resumed = ResumedCase {
            case: 1,
            record,
            further_values,
            attempts: Vec::new(),
            folder,
            place: None,
        };
        state.apply(RunEvent::CaseResumed(Box::new(resumed)));
        assert_eq!((state.done_count, state.resumed_count, state.makespan_ns), (1, 1, 0));
        state.apply(end(0, CaseOutcome::done(None)));
        assert!(state.all_done());
        assert_eq!((state.records[0].session, state.records[1].session), (1, 0));
    }

    #[test]
    fn cases_can_be_removed_and_requeued() {
        let mut state = RunState::new(2);
        state.apply(RunEvent::CaseRemoved { case: 1, at_ns: 5 });
        assert_eq!((state.records[1].status, state.ended_count), (Status::Cancelled, 1));
        state.apply(end(0, CaseOutcome::done(Some(1.0))));
        state.apply(RunEvent::CaseRequeued { case: 0, at_ns: 40 });
        assert_eq!((state.done_count, state.ended_count), (0, 1));
        state.apply(attempt_end(2, 70, CaseOutcome::done(Some(3.0)), false));
        state.apply(RunEvent::CaseRequeued { case: 1, at_ns: 75 });
        state.apply(RunEvent::Ended);
        assert_eq!((state.done_count, state.records[0].value), (1, Some(3.0)));
        assert_eq!((state.attempts(0).len(), state.lost_ns), (2, 20));
    }

    /// Applies a legal next event to a case and returns the time of its attempt, if it ended one.
    fn step(state: &mut RunState, case: u32, choice: usize, now_ns: u64) -> Option<u64> {
        let record = state.records[case as usize];
        if record.status == Status::Running {
            let failed = || CaseOutcome::Failed("no mesh".into());
            let (outcome, will_retry) = [
                (CaseOutcome::done(Some(1.0)), false),
                (CaseOutcome::done(None), false),
                (failed(), true),
                (failed(), false),
                (CaseOutcome::TimedOut("late".into()), true),
                (CaseOutcome::Cancelled, false),
                (CaseOutcome::Refused, true),
                (CaseOutcome::Refused, false),
            ][choice]
                .clone();
            let ticket = Ticket { attempt: record.attempts, ..ticket(case) };
            let start_ns = record.start_ns + 1;
            state.apply(RunEvent::Finished(CaseEnd {
                ticket,
                start_ns,
                end_ns: now_ns,
                waited_ns: None,
                cpu_ns: None,
                memory_bytes: None,
                outcome,
                will_retry,
            }));
            return Some(now_ns - start_ns);
        }
        let is_new = record.status == Status::NotRun && !record.has_started();
        let is_pending = record.will_retry || is_new;
        let at_ns = now_ns;
        state.apply(match (is_pending, choice) {
            (true, 0) => RunEvent::CaseRemoved { case, at_ns },
            (true, _) => {
                let ticket = Ticket { attempt: record.attempts + 1, ..ticket(case) };
                RunEvent::Started { ticket, asked_ns: at_ns, at_ns }
            }
            (false, _) => RunEvent::CaseRequeued { case, at_ns },
        });
        None
    }

    /// Counts done, ended and resumed cases and lost time from the records alone.
    fn recount(state: &RunState, attempts_ns: u64) -> (u32, u32, u32, u64) {
        let count = |counts: &dyn Fn(&CaseRecord) -> bool| {
            u32::try_from(state.records.iter().filter(|record| counts(record)).count()).unwrap()
        };
        let is_done = |record: &CaseRecord| record.status == Status::Done && !record.will_retry;
        let is_removed =
            |record: &CaseRecord| record.status == Status::Cancelled && !record.will_retry;
        let has_ended = |record: &CaseRecord| {
            let was_refused = matches!(record.status, Status::NotRun | Status::Refused);
            record.has_ended() && !was_refused || is_removed(record)
        };
        let is_resumed = |record: &CaseRecord| is_done(record) && record.session == 0;
        let useful = state.records.iter().filter(|r| is_done(r) && r.session == 1);
        let useful_ns: u64 = useful.map(CaseRecord::time_ns).sum();
        (count(&is_done), count(&has_ended), count(&is_resumed), attempts_ns - useful_ns)
    }

    proptest! {
        #[test]
        fn the_counters_agree_with_a_recount_of_the_records(
            steps in proptest::collection::vec((0..4_u32, 0..8_usize), 0..60),
        ) {
            let mut state = RunState::new(4);
            state.apply(resumed());
            state.apply(RunEvent::FolderCreated { path: "/run/session-2".into(), session: 1 });
            let (mut attempts_ns, mut now_ns) = (0, 0);
            let check = |state: &RunState, attempts_ns| {
                let counters = (
                    state.done_count,
                    state.ended_count,
                    state.resumed_count,
                    state.lost_ns,
                );
                prop_assert_eq!(counters, recount(state, attempts_ns));
                let attempts = state.session_attempts().map(|one| one.attempt);
                let known_ns: u64 = attempts.map(|one| one.end_ns - one.start_ns).sum();
                prop_assert_eq!(known_ns, attempts_ns);
                prop_assert_eq!(state.failures, FailureCounts::of(&state.records));
                Ok(())
            };
            for (case, choice) in steps {
                now_ns += 10;
                attempts_ns += step(&mut state, case, choice, now_ns).unwrap_or(0);
                check(&state, attempts_ns)?;
            }
            state.apply(RunEvent::Ended);
            check(&state, attempts_ns)?;
        }
    }
}
