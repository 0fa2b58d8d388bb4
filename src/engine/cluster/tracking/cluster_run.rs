//! State of a run on a cluster: turns time stamps of tasks into run events.

use std::collections::{BTreeMap, BTreeSet};

use super::cluster_lanes::{ClusterLanes, LaneChoice};
use super::cluster_task::{FILE_DELAY_NS, Observations, Task, TaskEnd, TaskPhase};
use super::queue_waits::QueueWaits;
use super::retry_queue::RetryQueue;
use crate::engine::cluster::slurm::time_stamps::StartStamp;
use crate::engine::cluster::submissions::{ArrayTask, JobArray};
use crate::run::{CaseEnd, CasePlace, RunEvent, Status};
use crate::schedule::{Ticket, WaitReason, WaitSpan};

/// Rules of the run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClusterRules {
    pub(crate) workers: u32,
    pub(crate) retries: u32,
    pub(crate) stop_after: Option<u32>,
}

#[derive(Debug)]
pub(crate) struct ClusterRun {
    rules: ClusterRules,
    /// Start of the first case in nanoseconds from 1970.
    first_start_ns: Option<u64>,
    /// Since when a start has been known without the others of its time.
    start_known_ns: Option<u64>,
    lanes: ClusterLanes,
    tasks: Vec<Task>,
    submitted_ns: Vec<u64>,
    next_dispatch: u32,
    retries: RetryQueue,
    failed_cases: u32,
    /// Whether no case may start any more.
    is_stopped: bool,
    /// Whether that is because of failures: then the others count as not run.
    has_too_many_failures: bool,
    waits: QueueWaits,
    events: Vec<RunEvent>,
}

impl ClusterRun {
    pub(crate) fn new(rules: ClusterRules, first_start_ns: Option<u64>) -> Self {
        let ready = (0..rules.workers).map(|_| RunEvent::WorkerReady { at_ns: 0 });
        Self {
            rules,
            first_start_ns,
            start_known_ns: None,
            lanes: ClusterLanes::new(rules.workers),
            tasks: Vec::new(),
            submitted_ns: Vec::new(),
            next_dispatch: 0,
            retries: RetryQueue::new(rules.retries),
            failed_cases: 0,
            is_stopped: false,
            has_too_many_failures: false,
            waits: QueueWaits::default(),
            events: ready.collect(),
        }
    }

    /// Adds the tasks of an array that was submitted.
    pub(crate) fn add_array(&mut self, array: &JobArray) {
        let number = self.submitted_ns.len();
        self.submitted_ns.push(array.submitted_ns);
        for &task in &array.tasks {
            self.retries.submit(task);
            self.tasks.push(Task {
                array: number,
                of: task,
                phase: TaskPhase::Waiting,
                is_cancel_asked: false,
                gone_ns: None,
            });
        }
    }

    pub(crate) fn take_events(&mut self) -> Vec<RunEvent> {
        std::mem::take(&mut self.events)
    }

    pub(crate) fn first_start_ns(&self) -> Option<u64> {
        self.first_start_ns
    }

    pub(crate) fn workers(&self) -> u32 {
        self.rules.workers
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// Returns the tasks that are not over, with their numbers.
    pub(crate) fn open_tasks(&self) -> impl Iterator<Item = (usize, &Task)> {
        self.tasks.iter().enumerate().filter(|(_, task)| task.phase != TaskPhase::Over)
    }

    pub(crate) fn task_mut(&mut self, number: usize) -> &mut Task {
        &mut self.tasks[number]
    }

    /// Returns the numbers of running and of waiting tasks of arrays.
    pub(crate) fn count(&self, is_counted: impl Fn(usize) -> bool) -> (u32, u32) {
        let (mut running, mut waiting) = (0, 0);
        for (_, task) in self.open_tasks().filter(|(_, task)| is_counted(task.array)) {
            match task.phase {
                TaskPhase::Waiting => waiting += 1,
                _ => running += 1,
            }
        }
        (running, waiting)
    }

    pub(crate) fn is_over(&self) -> bool {
        self.retries.is_empty() && self.open_tasks().next().is_none()
    }

    /// Returns the numbers of all tasks, by case and attempt.
    pub(super) fn task_numbers(&self) -> BTreeMap<(u32, u32), usize> {
        let numbered = self.tasks.iter().enumerate();
        numbered.map(|(number, task)| ((task.of.case, task.of.attempt), number)).collect()
    }

    /// Does not submit cases again that are on the cluster.
    pub(super) fn withdraw_open_retries(&mut self) {
        let open: BTreeSet<_> = self.open_tasks().map(|(_, task)| task.of.case).collect();
        self.retries.withdraw_all(&open);
    }

    /// Starts a task in the lane that it had before.
    pub(super) fn start_known(
        &mut self,
        number: usize,
        lane: u32,
        dispatch_index: u32,
        start_ns: u64,
        place: Option<CasePlace>,
    ) {
        let added = self.lanes.occupy_known(lane);
        for _ in 0..added {
            self.events.push(RunEvent::WorkerAdded { requested_ns: start_ns, at_ns: start_ns });
        }
        self.next_dispatch = self.next_dispatch.max(dispatch_index + 1);
        let ArrayTask { case, attempt, .. } = self.tasks[number].of;
        self.retries.withdraw(case);
        let ticket = Ticket { case, lane, attempt, dispatch_index };
        self.tasks[number].phase = TaskPhase::Running { ticket, start_ns };
        self.events.push(RunEvent::Started { ticket, asked_ns: start_ns, at_ns: start_ns });
        if let Some(place) = place {
            self.events.push(RunEvent::CasePlaced { case, place });
        }
    }

    /// Takes what is new. Starts whose lane is not known yet are left for the next time.
    pub(crate) fn absorb(&mut self, now_ns: u64, observations: Observations) {
        let Observations { starts, ends, removed, lacks_start, queue } = observations;
        if self.first_start_ns.is_none() && !starts.is_empty() {
            let known_ns = *self.start_known_ns.get_or_insert(now_ns);
            if lacks_start && now_ns < known_ns.saturating_add(FILE_DELAY_NS) {
                return;
            }
            self.first_start_ns = starts.iter().map(|(_, start)| start.at_ns).min();
        }
        // At the same time, ends come first: they free lanes. But a task starts before it ends.
        let mut changes: Vec<_> = starts
            .into_iter()
            .map(|(number, start)| (start.at_ns, 1, number, Some(start), None))
            .chain(ends.into_iter().map(|(number, end)| (end.at_ns, 0, number, None, Some(end))))
            .collect();
        let own_start: BTreeMap<_, _> = changes
            .iter()
            .filter(|change| change.1 == 1)
            .map(|change| (change.2, change.0))
            .collect();
        for change in changes.iter_mut().filter(|change| change.1 == 0) {
            if own_start.get(&change.2).is_some_and(|&start_ns| start_ns >= change.0) {
                (change.0, change.1) = (own_start[&change.2], 2);
            }
        }
        changes.sort_by_key(|&(at_ns, rank, number, ..)| (at_ns, rank, number));
        for (at_ns, _, number, start, end) in changes {
            if let Some(start) = start {
                self.start_task(number, &start, now_ns);
            } else if let Some(end) = end {
                let end_ns = self.since_first(at_ns.max(end.at_ns));
                self.end_task(number, end_ns, end, now_ns);
            }
        }
        for number in removed {
            self.remove_task(number, now_ns);
        }
        if let Some(queue) = queue {
            let (tasks, times) = (self.count(|_| true), (now_ns, self.since_first(now_ns)));
            let free_ns = self.lanes.free_since_ns().min().unwrap_or(0);
            let oldest_ns = self.first_start_ns.unwrap_or(0).saturating_add(free_ns);
            self.events.append(&mut self.waits.read(queue, tasks, times, oldest_ns));
        }
    }

    /// Returns the time since the first start.
    pub(crate) fn since_first(&self, at_ns: u64) -> u64 {
        self.first_start_ns.map_or(0, |first_ns| at_ns.saturating_sub(first_ns))
    }

    fn start_task(&mut self, number: usize, start: &StartStamp, now_ns: u64) {
        let Task { array, of: task, phase, .. } = &self.tasks[number];
        if *phase != TaskPhase::Waiting {
            return;
        }
        let ArrayTask { case, attempt, .. } = *task;
        let queued_ns = start.at_ns.checked_sub(self.submitted_ns[*array]);
        let start_ns = self.since_first(start.at_ns);
        let may_wait = now_ns < start.at_ns.saturating_add(FILE_DELAY_NS);
        let (lane, since_ns) = match self.lanes.occupy(start_ns, may_wait) {
            LaneChoice::Later => return,
            LaneChoice::Free { lane, since_ns } => (lane, since_ns),
            LaneChoice::Added(lane) => {
                let (requested_ns, at_ns) = (start_ns, start_ns);
                self.events.push(RunEvent::WorkerAdded { requested_ns, at_ns });
                (lane, start_ns)
            }
        };
        let free_ns = self.first_start_ns.unwrap_or(0).saturating_add(since_ns);
        let reason = if attempt > 1 {
            Some(WaitReason::Backoff)
        } else {
            self.waits.reason_between(free_ns, start.at_ns)
        };
        let asked_ns = match reason {
            Some(reason) => {
                let wait = WaitSpan { reason, from_ns: since_ns, until_ns: start_ns };
                self.events.push(RunEvent::Waited(wait));
                start_ns
            }
            None => since_ns,
        };
        let dispatch_index = self.next_dispatch;
        self.next_dispatch += 1;
        let ticket = Ticket { case, lane, attempt, dispatch_index };
        self.tasks[number].phase = TaskPhase::Running { ticket, start_ns };
        self.waits.note_start();
        self.events.push(RunEvent::Started { ticket, asked_ns, at_ns: start_ns });
        let place = CasePlace { host: start.host.clone(), queued_ns };
        self.events.push(RunEvent::CasePlaced { case, place });
    }

    pub(super) fn end_task(&mut self, number: usize, end_ns: u64, end: TaskEnd, now_ns: u64) {
        let TaskPhase::Running { ticket, start_ns } = self.tasks[number].phase else { return };
        self.tasks[number].phase = TaskPhase::Over;
        let end_ns = end_ns.max(start_ns);
        let case = ticket.case;
        let is_asked = self.tasks[number].is_cancel_asked;
        let may_retry = !is_asked && !self.is_stopped;
        let will_retry = may_retry && self.retries.count(case, &end.outcome, now_ns);
        if let Some(text) = end.output_tail {
            self.events.push(RunEvent::OutputTail { case, text });
        }
        if end.lacks_value_file {
            self.events.push(RunEvent::ValueFileMissing);
        }
        let is_failure = matches!(end.outcome.status(), Status::Failed | Status::TimedOut);
        self.events.push(RunEvent::Finished(CaseEnd {
            ticket,
            start_ns,
            end_ns,
            waited_ns: None,
            cpu_ns: end.cpu_ns,
            memory_bytes: None,
            outcome: end.outcome,
            will_retry,
        }));
        if self.lanes.free(ticket.lane, end_ns) {
            self.events.push(RunEvent::WorkerRetired { at_ns: end_ns });
        }
        if is_failure && !will_retry {
            self.count_failed_case();
        }
    }

    fn count_failed_case(&mut self) {
        self.failed_cases += 1;
        let failed = self.failed_cases;
        if !self.is_stopped && self.rules.stop_after.is_some_and(|limit| failed >= limit) {
            let is_waiting = |task: &Task| task.phase == TaskPhase::Waiting;
            let has_more = !self.retries.is_empty() || self.tasks.iter().any(is_waiting);
            self.stop();
            self.has_too_many_failures = true;
            if has_more {
                self.events.push(RunEvent::too_many_failed(failed));
            }
        }
    }

    /// Lets no case start any more. Those that are running continue.
    pub(crate) fn stop(&mut self) {
        self.is_stopped = true;
        self.retries.clear();
        for task in self.tasks.iter_mut().filter(|task| task.phase == TaskPhase::Waiting) {
            task.is_cancel_asked = true;
        }
    }

    fn remove_task(&mut self, number: usize, now_ns: u64) {
        let task = &mut self.tasks[number];
        if task.phase == TaskPhase::Waiting {
            task.phase = TaskPhase::Over;
            let case = task.of.case;
            if !self.has_too_many_failures {
                let at_ns = self.since_first(now_ns);
                self.events.push(RunEvent::CaseRemoved { case, at_ns });
            }
        }
    }

    /// Withdraws a case that waits to be submitted again. Returns whether there was one.
    pub(crate) fn withdraw_retry(&mut self, case: u32, now_ns: u64) -> bool {
        let is_withdrawn = self.retries.withdraw(case);
        if is_withdrawn {
            let at_ns = self.since_first(now_ns);
            self.events.push(RunEvent::CaseRemoved { case, at_ns });
        }
        is_withdrawn
    }

    /// Submits a case again that has ended.
    pub(crate) fn requeue(&mut self, case: u32, now_ns: u64) {
        let is_open = self.open_tasks().any(|(_, task)| task.of.case == case);
        if !is_open && !self.retries.has(case) && !self.is_stopped {
            let at_ns = self.since_first(now_ns);
            self.events.push(RunEvent::CaseRequeued { case, at_ns });
            self.retries.add(case, now_ns);
        }
    }

    /// Returns the cases that are due to be submitted again, each with the number of its next
    /// attempt.
    pub(crate) fn due_retries(&self, now_ns: u64) -> Vec<(u32, u32)> {
        self.retries.due(now_ns)
    }

    /// Changes the number of lanes.
    pub(crate) fn resize(&mut self, workers: u32, now_ns: u64) {
        let at_ns = self.since_first(now_ns);
        self.rules.workers = workers;
        let (joining, leaving) = self.lanes.resize(workers, at_ns);
        self.events.push(RunEvent::Resized { at_ns, workers });
        for _ in 0..joining {
            self.events.push(RunEvent::WorkerAdded { requested_ns: at_ns, at_ns });
        }
        for _ in 0..leaving {
            self.events.push(RunEvent::WorkerRetired { at_ns });
        }
    }

    pub(crate) fn emit(&mut self, event: RunEvent) {
        self.events.push(event);
    }

    /// Records that the cluster does not answer.
    pub(crate) fn note_problem(&mut self, problem: String, now_ns: u64) {
        let at_ns = self.since_first(now_ns);
        self.events.extend(self.waits.note_problem(problem, at_ns));
    }

    /// Ends the run: no lane receives another case.
    pub(crate) fn finish(&mut self) {
        for at_ns in self.lanes.free_since_ns() {
            self.events.push(RunEvent::WorkerLeft { at_ns });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{
        RULES, SECOND_NS, array, at, done, failed, run, see, start, state,
    };
    use super::*;
    use crate::run::Status;

    #[test]
    fn times_count_from_the_first_start_and_the_wait_before_it_is_queued() {
        let mut cluster = run(RULES, 3);
        see(&mut cluster, 9, vec![start(1, 6), start(0, 5), start(2, 8)], vec![done(0, 8)]);
        see(&mut cluster, 20, vec![], vec![done(1, 9), done(2, 11)]);
        assert!(cluster.is_over());
        cluster.finish();
        cluster.emit(RunEvent::Ended);
        let state = state(&mut cluster, 3);
        let spans: Vec<_> =
            state.records.iter().map(|it| (it.lane, it.start_ns, it.end_ns)).collect();
        let s = SECOND_NS;
        assert_eq!(spans, [(0, 0, 3 * s), (1, s, 4 * s), (0, 3 * s, 6 * s)]);
        assert_eq!((state.makespan_ns, state.done_count), (6 * s, 3));
        assert_eq!(state.notes.queued_ns(2), Some(8 * s));
        assert_eq!(state.notes.host(2), Some("n1"));
        // Every moment of both lanes is accounted for: 9 s of cases, 1 s before the second
        // start, 2 s at the end of lane 1.
        assert_eq!((state.dispatch_ns, state.left_ns), (s, vec![6 * s, 4 * s]));
    }

    #[test]
    fn the_first_start_waits_for_stamps_of_others_that_are_running() {
        let mut cluster = run(RULES, 2);
        let starts = vec![start(1, 6)];
        let late = Observations { starts, lacks_start: true, ..Observations::default() };
        cluster.absorb(at(7), late);
        assert_eq!(cluster.first_start_ns(), None);
        see(&mut cluster, 9, vec![start(1, 6), start(0, 5)], vec![]);
        assert_eq!(cluster.first_start_ns(), Some(at(5)));
    }

    #[test]
    fn a_failed_case_is_tried_again_as_often_as_the_rules_say() {
        let mut cluster = run(RULES, 1);
        see(&mut cluster, 4, vec![start(0, 1)], vec![failed(0, 3)]);
        assert_eq!(cluster.due_retries(at(4)), [], "after a pause");
        assert_eq!(cluster.due_retries(at(5)), [(0, 2)]);
        assert!(!cluster.is_over());
        cluster.add_array(&array(&[(0, 2)]));
        assert_eq!(cluster.due_retries(at(60)), [], "it is submitted");
        see(&mut cluster, 9, vec![start(1, 7)], vec![failed(1, 8)]);
        assert!(cluster.is_over());
        cluster.emit(RunEvent::Ended);
        let state = state(&mut cluster, 1);
        assert_eq!((state.records[0].status, state.attempts(0).len()), (Status::Failed, 2));
        assert_eq!(state.error(0), Some("bad"));
    }

    #[test]
    fn too_many_failures_stop_the_run_and_the_others_have_not_run() {
        let mut cluster = run(ClusterRules { retries: 0, stop_after: Some(1), ..RULES }, 2);
        see(&mut cluster, 4, vec![start(0, 1)], vec![failed(0, 3)]);
        assert!(cluster.is_stopped());
        let removed = vec![1];
        cluster.absorb(at(9), Observations { removed, ..Observations::default() });
        assert!(cluster.is_over());
        cluster.emit(RunEvent::Ended);
        let state = state(&mut cluster, 2);
        assert_eq!(state.records[1].status, Status::NotRun);
        let message = "stopped after 1 failed case; no other attempt was started";
        assert_eq!(state.abort_message(), Some(message));
    }

    #[test]
    fn a_cancelled_case_that_waited_is_cancelled_without_an_attempt() {
        let mut cluster = run(RULES, 1);
        cluster.task_mut(0).is_cancel_asked = true;
        let removed = vec![0];
        cluster.absorb(at(9), Observations { removed, ..Observations::default() });
        let state = state(&mut cluster, 1);
        assert_eq!((state.records[0].status, state.records[0].attempts), (Status::Cancelled, 0));
    }

    #[test]
    fn a_lane_is_not_shared_while_an_end_has_not_been_seen() {
        let mut cluster = run(RULES, 3);
        see(&mut cluster, 2, vec![start(0, 0), start(1, 0)], vec![]);
        see(&mut cluster, 6, vec![start(2, 5)], vec![]);
        assert_eq!(cluster.count(|_| true), (2, 1), "the third case waits for the end of another");
        see(&mut cluster, 8, vec![start(2, 5)], vec![done(1, 4)]);
        let state = state(&mut cluster, 3);
        assert_eq!((state.records[2].lane, state.records[2].start_ns), (1, 5 * SECOND_NS));
    }
}
