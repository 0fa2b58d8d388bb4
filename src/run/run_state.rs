//! The reducer: folds run events into the state of a run. It is the only one;
//! window, command line and report look at what it makes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::schedule::{WaitReason, WaitSpan};

use super::attempt_folder::attempt_folder;
use super::case_record::{Attempt, CaseRecord, Status};
use super::process_record::ProcessRecord;
use super::run_event::{CaseEnd, CaseOutcome, ResumedCase, RunEvent};

/// There are not more workers than this that can wait at the same time.
const MANY_WORKERS: usize = 256;

/// The cases run once more, one after another, as far as that has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesState {
    /// How many have ended.
    pub ended: u32,
    /// From the start of the first to the end of the last, once all are done.
    pub total_ns: Option<u64>,
}

/// The state of a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RunState {
    records: Vec<CaseRecord>,
    errors: BTreeMap<u32, String>,
    done: u32,
    ended_cases: u32,
    ready_ns: Vec<u64>,
    left_ns: Vec<u64>,
    processes: Vec<ProcessRecord>,
    tries: BTreeMap<u32, Vec<Attempt>>,
    added_ns: Vec<(u64, u64)>,
    retired_ns: Vec<u64>,
    paused: bool,
    /// Of a run that is over there is none: kept runs do not hold it.
    #[serde(skip)]
    held: Option<WaitReason>,
    workers: Option<u32>,
    licences: Vec<(u64, u32)>,
    recalled: u32,
    session: u32,
    folder: Option<PathBuf>,
    earlier_folders: BTreeMap<u32, PathBuf>,
    dispatch_ns: u64,
    waits: Vec<WaitSpan>,
    makespan_ns: u64,
    lost_ns: u64,
    series: Option<SeriesState>,
    aborted: Option<String>,
    ended: bool,
}

impl RunState {
    /// The state of a run of so many cases before anything has happened.
    #[must_use]
    pub fn new(cases: usize) -> Self {
        Self { records: vec![CaseRecord::default(); cases], ..Self::default() }
    }

    /// Folds in what has happened.
    pub fn apply(&mut self, event: RunEvent) {
        match event {
            RunEvent::WorkerReady { at_ns } => self.ready_ns.push(at_ns),
            RunEvent::WorkerLeft { at_ns } => self.left_ns.push(at_ns),
            RunEvent::WorkerAdded { requested_ns, at_ns } => {
                self.added_ns.push((requested_ns, at_ns))
            }
            RunEvent::WorkerRetired { at_ns } => self.retired_ns.push(at_ns),
            RunEvent::Resized { workers, .. } => self.workers = Some(workers),
            RunEvent::Paused { .. } => self.paused = true,
            RunEvent::Resumed { .. } => self.paused = false,
            RunEvent::Licences { at_ns, available } => self.licences.push((at_ns, available)),
            RunEvent::FolderMade { path, session } => {
                self.folder = Some(path);
                self.session = session;
            }
            RunEvent::CaseResumed(recalled) => self.recall(*recalled),
            RunEvent::CaseRemoved { case, .. } => self.drop_case(case),
            RunEvent::CaseRequeued { case, .. } => self.put_back(case),
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
            RunEvent::Blocked { reason } => self.held = Some(reason),
            RunEvent::Started { ticket, asked_ns, at_ns } => {
                self.held = None;
                self.dispatch_ns += at_ns - asked_ns;
                let session = self.session;
                let record = &mut self.records[ticket.case as usize];
                if record.has_started() && record.session != session {
                    // Those of another sitting are of another clock.
                    self.tries.remove(&ticket.case);
                }
                *record = CaseRecord {
                    status: Status::Running,
                    attempts: ticket.attempt,
                    lane: ticket.lane,
                    dispatch_index: ticket.dispatch_index,
                    start_ns: at_ns,
                    end_ns: at_ns,
                    session,
                    ..CaseRecord::default()
                };
            }
            RunEvent::Finished(end) => self.finish(end),
            RunEvent::Waited(waited) => self.wait(waited),
            RunEvent::Aborted { message } => self.aborted = Some(message),
            RunEvent::SeriesStarted { .. } => {
                self.series = Some(SeriesState { ended: 0, total_ns: None });
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
            RunEvent::Ended => self.end(),
        }
    }

    fn finish(&mut self, end: CaseEnd) {
        let status = match end.outcome.status() {
            // Nothing starts any more: it was not its turn again.
            Status::Refused if !end.will_retry => Status::NotRun,
            status => status,
        };
        let value = match end.outcome {
            CaseOutcome::Done(value) => value,
            CaseOutcome::Cancelled | CaseOutcome::Refused => None,
            CaseOutcome::Failed(message) | CaseOutcome::TimedOut(message) => {
                self.errors.insert(end.ticket.case, message);
                None
            }
        };
        let record = &mut self.records[end.ticket.case as usize];
        if record.status == Status::Running {
            // The way to the worker, if that is elsewhere.
            self.dispatch_ns += end.start_ns.saturating_sub(record.start_ns);
        }
        self.ended_cases += u32::from(!end.will_retry && status != Status::NotRun);
        match status {
            Status::Done => self.done += 1,
            _ => self.lost_ns += end.end_ns - end.start_ns,
        }
        if end.will_retry || end.ticket.attempt > 1 {
            let (start_ns, end_ns) = (end.start_ns, end.end_ns);
            let this = Attempt { lane: end.ticket.lane, start_ns, end_ns, status };
            self.tries.entry(end.ticket.case).or_default().push(this);
        }
        self.makespan_ns = self.makespan_ns.max(end.end_ns);
        *record = CaseRecord {
            status,
            attempts: end.ticket.attempt,
            lane: end.ticket.lane,
            dispatch_index: end.ticket.dispatch_index,
            start_ns: end.start_ns,
            end_ns: end.end_ns,
            waited_ns: end.waited_ns,
            cpu_ns: end.cpu_ns,
            memory_bytes: end.memory_bytes,
            value,
            will_retry: end.will_retry,
            session: self.session,
        };
        // What an earlier attempt said is not what became of the case.
        if status == Status::Done
            || !end.will_retry && status != Status::Failed && status != Status::TimedOut
        {
            self.errors.remove(&end.ticket.case);
        }
    }

    /// A worker that waits for long hears again and again that it is to: that is one
    /// waiting.
    fn wait(&mut self, waited: WaitSpan) {
        let held = !matches!(waited.reason, WaitReason::Empty | WaitReason::Barrier);
        let mut latest = self.waits.iter_mut().rev().take(MANY_WORKERS).filter(|_| held);
        let before = latest.find(|w| w.reason == waited.reason && w.until_ns == waited.from_ns);
        match before {
            Some(before) => before.until_ns = waited.until_ns,
            None => self.waits.push(waited),
        }
    }

    /// A case was done in an earlier sitting.
    fn recall(&mut self, recalled: ResumedCase) {
        let ResumedCase { case, record, attempts: tries, folder } = recalled;
        self.earlier_folders.insert(case, folder);
        if !tries.is_empty() {
            self.tries.insert(case, tries);
        }
        self.done += u32::from(record.status == Status::Done);
        self.ended_cases += 1;
        self.recalled += 1;
        self.records[case as usize] = record;
    }

    /// A case that was not in work is not to be run.
    fn drop_case(&mut self, case: u32) {
        let record = &mut self.records[case as usize];
        if record.will_retry && record.status == Status::Done {
            self.take_back(case);
            return;
        }
        if !record.has_ended() {
            self.ended_cases += 1;
        }
        record.status = Status::Cancelled;
        record.will_retry = false;
        self.errors.remove(&case);
    }

    /// A case that was done and was to be run once more is not: it stays done.
    fn take_back(&mut self, case: u32) {
        let record = &mut self.records[case as usize];
        record.will_retry = false;
        self.done += 1;
        self.ended_cases += 1;
        if record.session == self.session {
            self.lost_ns -= record.time_ns();
        } else {
            self.recalled += 1;
        }
    }

    /// A case that had ended is to be run once more.
    fn put_back(&mut self, case: u32) {
        let record = &mut self.records[case as usize];
        let done = record.status == Status::Done;
        self.ended_cases -= 1;
        self.done -= u32::from(done);
        record.will_retry = true;
        if record.has_started() && record.session != self.session {
            self.recalled -= u32::from(done);
        } else if record.has_started() {
            let CaseRecord { lane, start_ns, end_ns, status, .. } = *record;
            let tries = self.tries.entry(case).or_default();
            if tries.is_empty() {
                tries.push(Attempt { lane, start_ns, end_ns, status });
            }
            // What is done once more has come to nothing the first time.
            self.lost_ns += if done { record.time_ns() } else { 0 };
        }
    }

    /// Nothing more will happen: what waited to be tried again was not.
    fn end(&mut self) {
        self.ended = true;
        self.held = None;
        for case in (0..).take(self.records.len()) {
            let record = &mut self.records[case as usize];
            match record.status {
                _ if !record.will_retry => {}
                // What was done and not done once more stays done.
                Status::Done => self.take_back(case),
                status => {
                    record.will_retry = false;
                    if status == Status::Refused {
                        record.status = Status::NotRun;
                        self.errors.remove(&case);
                    } else {
                        self.ended_cases += 1;
                    }
                }
            }
        }
        // Only where the run broke off: its worker never told what became of it.
        for record in self.records.iter_mut().filter(|r| r.status == Status::Running) {
            record.status = Status::Cancelled;
            self.ended_cases += 1;
        }
    }

    /// The records of all cases, in listed order.
    #[must_use]
    pub fn records(&self) -> &[CaseRecord] {
        &self.records
    }

    /// Why a case failed or took too long.
    #[must_use]
    pub fn error(&self, case: u32) -> Option<&str> {
        self.errors.get(&case).map(String::as_str)
    }

    /// All failures, in listed order.
    pub fn errors(&self) -> impl Iterator<Item = (u32, &str)> {
        self.errors.iter().map(|(&case, message)| (case, message.as_str()))
    }

    /// How many cases are done.
    #[must_use]
    pub fn done_count(&self) -> u32 {
        self.done
    }

    /// How many cases have ended, well or not.
    #[must_use]
    pub fn ended_count(&self) -> u32 {
        self.ended_cases
    }

    /// Whether an attempt at a case has ended in this sitting.
    #[must_use]
    pub fn any_attempt_ended(&self) -> bool {
        let here = |record: &CaseRecord| {
            let over = record.has_ended() || record.will_retry && record.has_started();
            over && record.session == self.session
        };
        self.makespan_ns > 0 || self.records.iter().any(here)
    }

    /// Whether all cases are done.
    #[must_use]
    pub fn all_done(&self) -> bool {
        self.done as usize == self.records.len()
    }

    /// From the start of the run to the end of the last case so far.
    #[must_use]
    pub fn makespan_ns(&self) -> u64 {
        self.makespan_ns
    }

    /// When each worker asked for its first case.
    #[must_use]
    pub fn ready_ns(&self) -> &[u64] {
        &self.ready_ns
    }

    /// When each worker asked for a case and was told that the run is over.
    #[must_use]
    pub fn left_ns(&self) -> &[u64] {
        &self.left_ns
    }

    /// The worker processes, in the order in which they were ready; none
    /// unless the strategy has them.
    #[must_use]
    pub fn processes(&self) -> &[ProcessRecord] {
        &self.processes
    }

    /// All attempts at a case of which there were several, in the order of time.
    #[must_use]
    pub fn attempts(&self, case: u32) -> &[Attempt] {
        self.tries.get(&case).map_or(&[], Vec::as_slice)
    }

    /// How many cases were done in earlier sittings.
    #[must_use]
    pub fn resumed_count(&self) -> u32 {
        self.recalled
    }

    /// Which sitting of the run this is, from 0.
    #[must_use]
    pub fn session(&self) -> u32 {
        self.session
    }

    /// Whether it is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// What is waited for while nothing is in work and nothing can start.
    #[must_use]
    pub fn blocked_by(&self) -> Option<WaitReason> {
        self.held.filter(|_| !self.paused)
    }

    /// Whether workers came or left while it went on.
    #[must_use]
    pub fn workers_changed(&self) -> bool {
        !self.added_ns.is_empty() || !self.retired_ns.is_empty()
    }

    /// How many workers are wanted, if that was changed while it went on.
    #[must_use]
    pub fn target_workers(&self) -> Option<u32> {
        self.workers
    }

    /// When each worker that was added later was asked for, and when it asked for
    /// its first case.
    #[must_use]
    pub fn added_workers_ns(&self) -> &[(u64, u64)] {
        &self.added_ns
    }

    /// When workers left because fewer were wanted.
    #[must_use]
    pub fn retired_ns(&self) -> &[u64] {
        &self.retired_ns
    }

    /// What was learned of the number of licences, and when.
    #[must_use]
    pub fn licences(&self) -> &[(u64, u32)] {
        &self.licences
    }

    /// The folder of the output of programs, if there are any.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The folder of the last attempt at a case, of a program that has one, whether or
    /// not it is still there.
    #[must_use]
    pub fn case_folder(&self, case: u32) -> Option<PathBuf> {
        let record = self.records.get(case as usize).filter(|record| record.has_started())?;
        if record.session != self.session {
            return self.earlier_folders.get(&case).cloned();
        }
        Some(self.folder.as_ref()?.join(attempt_folder(case, record.attempts)))
    }

    /// The sum of the times between asking for a case and the start of its
    /// work, the ways to and from a worker process included.
    #[must_use]
    pub fn dispatch_ns(&self) -> u64 {
        self.dispatch_ns
    }

    /// The sum of the times of attempts that came to nothing.
    #[must_use]
    pub fn lost_ns(&self) -> u64 {
        self.lost_ns
    }

    /// All waiting of the workers.
    #[must_use]
    pub fn waits(&self) -> &[WaitSpan] {
        &self.waits
    }

    /// The cases run once more, one after another, if that was begun.
    #[must_use]
    pub fn series(&self) -> Option<&SeriesState> {
        self.series.as_ref()
    }

    /// Why the run could not go on.
    #[must_use]
    pub fn abort_message(&self) -> Option<&str> {
        self.aborted.as_deref()
    }

    /// Whether nothing more will happen.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended
    }
}

#[cfg(test)]
mod tests {
    use super::super::run_event::ProcessStart;
    use super::*;
    use crate::schedule::Ticket;

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
    fn a_case_goes_from_not_run_through_in_work_to_done() {
        let mut state = RunState::new(2);
        assert_eq!(state.records()[1].status, Status::NotRun);
        state.apply(RunEvent::Started { ticket: ticket(1), asked_ns: 8, at_ns: 10 });
        let record = state.records()[1];
        assert_eq!(
            (record.status, record.start_ns, record.has_ended()),
            (Status::Running, 10, false)
        );
        state.apply(end(1, CaseOutcome::Done(Some(4.0))));
        let record = state.records()[1];
        assert_eq!((record.status, record.value, record.time_ns()), (Status::Done, Some(4.0), 20));
        assert_eq!(record.busy_ns(), Some(17));
        assert_eq!((state.done_count(), state.all_done()), (1, false));
        assert_eq!((state.makespan_ns(), state.dispatch_ns(), state.lost_ns()), (30, 2, 0));
    }

    #[test]
    fn the_way_to_a_worker_elsewhere_is_dispatch() {
        let mut state = RunState::new(1);
        state.apply(RunEvent::Started { ticket: ticket(0), asked_ns: 1, at_ns: 4 });
        assert_eq!(state.dispatch_ns(), 3);
        state.apply(end(0, CaseOutcome::Done(None)));
        assert_eq!(state.dispatch_ns(), 9);
        assert_eq!(state.records()[0].time_ns(), 20);
    }

    #[test]
    fn a_process_that_replaces_another_has_a_record_of_its_own() {
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
        let [first, second] = state.processes() else { panic!("{:?}", state.processes()) };
        assert_eq!((first.memory_bytes, first.ended), (Some(100), true));
        assert_eq!((second.memory_bytes, second.startup_ns()), (Some(300), 10));
    }

    #[test]
    fn a_failure_keeps_its_message_and_its_time_is_lost() {
        let mut state = RunState::new(1);
        state.apply(end(0, CaseOutcome::Failed("overflow".into())));
        assert_eq!(state.error(0), Some("overflow"));
        assert_eq!((state.done_count(), state.ended_count(), state.lost_ns()), (0, 1, 20));
    }

    /// The end of an attempt at case 0.
    fn tried(attempt: u32, end_ns: u64, outcome: CaseOutcome, again: bool) -> RunEvent {
        let RunEvent::Finished(end) = end(0, outcome) else { unreachable!() };
        let ticket = Ticket { attempt, dispatch_index: attempt, ..end.ticket };
        RunEvent::Finished(CaseEnd { ticket, end_ns, will_retry: again, ..end })
    }

    #[test]
    fn of_several_attempts_the_last_one_counts_and_all_are_kept() {
        let mut state = RunState::new(1);
        state.apply(tried(1, 30, CaseOutcome::Refused, true));
        assert_eq!((state.ended_count(), state.records()[0].has_ended()), (0, false));
        state.apply(tried(2, 40, CaseOutcome::Failed("no mesh".into()), true));
        assert_eq!(state.error(0), Some("no mesh"));
        state.apply(tried(3, 50, CaseOutcome::Done(Some(1.0)), false));
        assert_eq!((state.done_count(), state.ended_count(), state.error(0)), (1, 1, None));
        let statuses: Vec<Status> = state.attempts(0).iter().map(|one| one.status).collect();
        assert_eq!(statuses, [Status::Refused, Status::Failed, Status::Done]);
        assert_eq!(state.lost_ns(), 20 + 30);
    }

    #[test]
    fn what_still_waited_to_be_tried_again_at_the_end_was_not() {
        let mut state = RunState::new(1);
        state.apply(tried(1, 30, CaseOutcome::Failed("no mesh".into()), true));
        state.apply(RunEvent::Ended);
        let record = state.records()[0];
        assert_eq!(
            (record.status, record.has_ended(), state.ended_count()),
            (Status::Failed, true, 1)
        );
        let mut state = RunState::new(1);
        state.apply(tried(1, 30, CaseOutcome::Refused, true));
        state.apply(RunEvent::Ended);
        assert_eq!((state.records()[0].status, state.ended_count()), (Status::NotRun, 0));
        let mut state = RunState::new(1);
        state.apply(tried(1, 30, CaseOutcome::Refused, false));
        state.apply(RunEvent::Ended);
        assert_eq!((state.records()[0].status, state.ended_count()), (Status::NotRun, 0));
        assert_eq!(state.lost_ns(), 20);
    }

    /// What an earlier sitting did of case 0 in two attempts.
    fn recalled() -> RunEvent {
        let one = |status| Attempt { lane: 9, start_ns: 0, end_ns: 5, status };
        RunEvent::CaseResumed(Box::new(ResumedCase {
            case: 0,
            record: CaseRecord { status: Status::Done, attempts: 2, ..CaseRecord::default() },
            attempts: vec![one(Status::Failed), one(Status::Done)],
            folder: PathBuf::from("/run/case-7.2"),
        }))
    }

    #[test]
    fn a_recalled_case_may_be_put_back_and_taken_out_as_often_as_one_likes() {
        let mut state = RunState::new(1);
        state.apply(recalled());
        state.apply(RunEvent::FolderMade { path: "/run/sitting-2".into(), session: 1 });
        for _ in 0..3 {
            state.apply(RunEvent::CaseRequeued { case: 0, at_ns: 1 });
            assert_eq!((state.resumed_count(), state.done_count(), state.ended_count()), (0, 0, 0));
            state.apply(RunEvent::CaseRemoved { case: 0, at_ns: 2 });
            assert_eq!((state.resumed_count(), state.done_count(), state.ended_count()), (1, 1, 1));
            assert_eq!(state.records()[0].status, Status::Done, "it keeps what it has");
        }
        assert_eq!(state.case_folder(0).unwrap(), Path::new("/run/case-7.2"));
    }

    #[test]
    fn attempts_of_another_sitting_are_not_among_those_of_this_one() {
        let mut state = RunState::new(1);
        state.apply(recalled());
        state.apply(RunEvent::FolderMade { path: "/run/sitting-2".into(), session: 1 });
        state.apply(RunEvent::CaseRequeued { case: 0, at_ns: 1 });
        assert_eq!(state.attempts(0).len(), 2);
        state.apply(RunEvent::Started { ticket: ticket(0), asked_ns: 8, at_ns: 10 });
        state.apply(end(0, CaseOutcome::Done(Some(4.0))));
        assert_eq!((state.attempts(0), state.resumed_count(), state.done_count()), (&[][..], 0, 1));
        assert_eq!(state.case_folder(0).unwrap(), Path::new("/run/sitting-2/case-0"));
    }

    #[test]
    fn a_case_that_is_cancelled_does_not_keep_what_an_earlier_attempt_said() {
        let mut state = RunState::new(1);
        state.apply(tried(1, 30, CaseOutcome::Failed("no mesh".into()), true));
        state.apply(tried(2, 40, CaseOutcome::Cancelled, false));
        assert_eq!((state.records()[0].status, state.error(0)), (Status::Cancelled, None));
    }

    #[test]
    fn a_long_waiting_is_one_however_often_it_was_looked() {
        let mut state = RunState::new(1);
        let waited =
            |why, from_ns, until_ns| RunEvent::Waited(WaitSpan { reason: why, from_ns, until_ns });
        for at_ns in 0..100 {
            // Two workers, whose looks fall between each other.
            state.apply(waited(WaitReason::Memory, 10 * at_ns, 10 * at_ns + 10));
            state.apply(waited(WaitReason::Memory, 10 * at_ns + 3, 10 * at_ns + 13));
            state.apply(waited(WaitReason::Empty, 10 * at_ns, 10 * at_ns + 10));
        }
        let memory = state.waits().iter().filter(|wait| wait.reason == WaitReason::Memory);
        let memory: Vec<_> = memory.map(|wait| (wait.from_ns, wait.until_ns)).collect();
        assert_eq!(memory, [(0, 1000), (3, 1003)]);
        assert_eq!(state.waits().len(), 102);
    }

    #[test]
    fn what_was_done_and_not_done_once_more_stays_done() {
        let mut state = RunState::new(2);
        state.apply(end(0, CaseOutcome::Done(Some(1.0))));
        state.apply(RunEvent::CaseRequeued { case: 0, at_ns: 40 });
        assert_eq!((state.done_count(), state.ended_count(), state.lost_ns()), (0, 0, 20));
        state.apply(RunEvent::Ended);
        assert_eq!((state.done_count(), state.ended_count(), state.lost_ns()), (1, 1, 0));
        assert_eq!(state.records()[0].status, Status::Done);
    }

    #[test]
    fn what_an_earlier_sitting_did_is_done_and_takes_no_time_of_this_one() {
        let mut state = RunState::new(2);
        let record = CaseRecord {
            status: Status::Done,
            attempts: 1,
            start_ns: 500,
            end_ns: 900,
            value: Some(2.0),
            ..CaseRecord::default()
        };
        state.apply(RunEvent::FolderMade { path: "run/sitting-2".into(), session: 1 });
        let folder = PathBuf::from("/run/case-7");
        let recalled = ResumedCase { case: 1, record, attempts: Vec::new(), folder };
        state.apply(RunEvent::CaseResumed(Box::new(recalled)));
        assert_eq!((state.done_count(), state.resumed_count(), state.makespan_ns()), (1, 1, 0));
        state.apply(end(0, CaseOutcome::Done(None)));
        assert!(state.all_done());
        assert_eq!((state.records()[0].session, state.records()[1].session), (1, 0));
    }

    #[test]
    fn the_user_takes_cases_out_and_puts_them_back() {
        let mut state = RunState::new(2);
        state.apply(RunEvent::CaseRemoved { case: 1, at_ns: 5 });
        assert_eq!((state.records()[1].status, state.ended_count()), (Status::Cancelled, 1));
        state.apply(end(0, CaseOutcome::Done(Some(1.0))));
        state.apply(RunEvent::CaseRequeued { case: 0, at_ns: 40 });
        assert_eq!((state.done_count(), state.ended_count()), (0, 1));
        state.apply(tried(2, 70, CaseOutcome::Done(Some(3.0)), false));
        state.apply(RunEvent::CaseRequeued { case: 1, at_ns: 75 });
        state.apply(RunEvent::Ended);
        assert_eq!((state.done_count(), state.records()[0].value), (1, Some(3.0)));
        assert_eq!((state.attempts(0).len(), state.lost_ns()), (2, 20));
    }
}
