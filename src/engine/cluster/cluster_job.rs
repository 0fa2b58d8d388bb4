//! Follows a run on a cluster: looks at its tasks, acts on requests, and emits run events.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use super::case_files::ClusterFolders;
use super::run_requests::{ClusterControl, Requests, unix_ns};
use super::slurm::queue_listing::TaskState;
use super::slurm::slurm_client::SlurmError;
use super::slurm::time_stamps::StartStamp;
use super::submissions::ArrayTask;
use super::submitter::Submitter;
use super::task_observer::{SeenState, TaskObserver};
use super::tracking::cluster_run::ClusterRun;
use super::tracking::cluster_task::{Observations, TaskPhase};
use crate::engine::folder::journal::Journal;
use crate::engine::folder::run_folder::RunFolder;
use crate::run::{CaseEnd, CasePlace, QueueState, RunEvent};
use crate::study::{Program, WORKER_RANGE};

/// Longest pauses between two looks at the queue, here and through `ssh`.
const LONGEST_PAUSES: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(5)];

const SHORTEST_PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];

/// A run on a cluster.
pub(super) struct ClusterJob {
    pub(super) program: Arc<Program>,
    pub(super) folder: RunFolder,
    pub(super) folders: ClusterFolders,
    pub(super) submitter: Submitter,
    pub(super) observer: TaskObserver,
    pub(super) run: ClusterRun,
    pub(super) control: Arc<ClusterControl>,
    /// Where the cases run that have started.
    pub(super) places: HashMap<u32, CasePlace>,
    pub(super) has_cancelled_waiting: bool,
}

impl ClusterJob {
    /// Adds the tasks of all arrays that were submitted.
    pub(super) fn add_arrays(&mut self) {
        for array in &self.submitter.submissions.arrays {
            self.run.add_array(array);
        }
    }

    /// Returns the events of the journal of an earlier session of this program.
    pub(super) fn replayed_events(&mut self) -> Vec<RunEvent> {
        self.place_running();
        let events = self.run.take_events();
        events.iter().for_each(|event| self.note_place(event));
        events
    }

    /// Finds where the cases run whose end is not in the journal.
    fn place_running(&mut self) {
        let arrays = &self.submitter.submissions.arrays;
        let running = self.run.open_tasks().filter(|(_, task)| task.phase != TaskPhase::Waiting);
        let places: Vec<_> = running
            .filter_map(|(_, task)| {
                let StartStamp { at_ns, host, .. } = StartStamp::read(&self.folders.case(task.of))?;
                let queued_ns = at_ns.checked_sub(arrays[task.array].submitted_ns);
                Some((task.of.case, CasePlace { host, queued_ns }))
            })
            .collect();
        for (case, place) in places {
            self.run.emit(RunEvent::CasePlaced { case, place });
        }
    }

    /// Follows the run to its end, or until nobody wants to know more.
    pub(super) fn follow(mut self, sender: &Sender<Vec<RunEvent>>, wake: &impl Fn()) {
        let started = Instant::now();
        let remote = usize::from(self.submitter.client.is_remote());
        loop {
            if self.poll() {
                break;
            }
            if !self.send(sender, wake) {
                return;
            }
            // Short runs are looked at more often.
            let pause =
                (started.elapsed() / 20).clamp(SHORTEST_PAUSES[remote], LONGEST_PAUSES[remote]);
            let requests = self.control.wait(pause);
            if requests.leave {
                return;
            }
            self.steer(requests);
            self.submit_retries();
            self.submitter.adjust_throttles(&self.run);
        }
        self.run.finish();
        self.send(sender, wake);
        let finished = self.folder.finish();
        let mut last = Vec::new();
        if let Err(error) = finished {
            let message = self.folder.journal_error(&error);
            last.push(RunEvent::Aborted { message });
        }
        self.folder.clean_up();
        last.push(RunEvent::Ended);
        sender.send(last).ok();
        wake();
    }

    /// Records new events in the journal and sends them. Returns whether somebody receives them.
    fn send(&mut self, sender: &Sender<Vec<RunEvent>>, wake: &impl Fn()) -> bool {
        let events = self.run.take_events();
        for event in &events {
            self.note_place(event);
            self.record(event);
        }
        if events.is_empty() {
            return true;
        }
        if let Some(Err(error)) = self.folder.journal().map(Journal::flush) {
            let message = self.folder.journal_error(&error);
            self.run.emit(RunEvent::Aborted { message });
        }
        let is_received = sender.send(events).is_ok();
        wake();
        is_received
    }

    fn note_place(&mut self, event: &RunEvent) {
        if let RunEvent::CasePlaced { case, place } = event {
            self.places.insert(*case, place.clone());
        }
    }

    fn record(&mut self, event: &RunEvent) {
        let Some(journal) = self.folder.journal() else { return };
        let written = match event {
            RunEvent::Started { ticket, at_ns, .. } => journal.record_start(ticket, *at_ns),
            RunEvent::Finished(end) => {
                let written = journal.record_cluster_end(end, self.places.get(&end.ticket.case));
                self.clean_up(end);
                written
            }
            _ => Ok(()),
        };
        if let Err(error) = written {
            // The time stamps of the case remain, so nothing is lost.
            let message = self.folder.journal_error(&error);
            self.run.emit(RunEvent::Aborted { message });
        }
    }

    fn clean_up(&self, end: &CaseEnd) {
        let (case, attempt) = (end.ticket.case, end.ticket.attempt);
        let task = ArrayTask { index: 0, case, attempt };
        self.folders.clean_up(&self.program, task, end.outcome.status());
    }

    /// Looks at the queue and at the stamps of tasks. Returns whether the run is over.
    fn poll(&mut self) -> bool {
        let arrays = &self.submitter.submissions.arrays;
        let names: Vec<_> = arrays.iter().map(|array| &*array.name).collect();
        let listing = if self.run.open_tasks().next().is_some() {
            self.submitter.client.list(&names)
        } else {
            Ok(Vec::new())
        };
        let now_ns = unix_ns();
        let states: Option<HashMap<_, _>> = match &listing {
            Ok(entries) => {
                Some(entries.iter().map(|entry| ((entry.job, entry.index), &entry.state)).collect())
            }
            Err(error) => {
                self.run.note_problem(error.to_string(), unix_ns());
                None
            }
        };
        let mut new = Observations::default();
        let numbers: Vec<_> = self.run.open_tasks().map(|(number, _)| number).collect();
        let mut queue = QueueState::default();
        for number in numbers {
            let task = self.run.task_mut(number);
            let job = self.submitter.submissions.arrays[task.array].job;
            let listed = job.and_then(|job| states.as_ref()?.get(&(job, task.of.index)));
            let state = match (states.is_some(), listed) {
                (true, Some(&state)) => SeenState::Listed(state),
                (true, None) => SeenState::Unlisted,
                (false, _) => SeenState::Unknown,
            };
            if let SeenState::Listed(TaskState::Waiting(reason)) = state
                && task.phase == TaskPhase::Waiting
            {
                queue.waiting += 1;
                if queue.reason.is_none() {
                    queue.reason.clone_from(reason);
                }
                continue;
            }
            self.observer.observe((number, task), job.unwrap_or(0), state, now_ns, &mut new);
        }
        if states.is_some() {
            new.queue = Some(queue);
        }
        let before = self.run.first_start_ns();
        self.run.absorb(now_ns, new);
        if before.is_none() && self.run.first_start_ns().is_some() {
            self.control.set_first_start(self.run.first_start_ns());
            self.submitter.submissions.first_start_ns = self.run.first_start_ns();
            self.write_submissions();
        }
        if self.run.is_stopped() && !self.has_cancelled_waiting {
            self.has_cancelled_waiting = true;
            for job in self.submitter.waiting_jobs(&self.run) {
                let answer = self.submitter.client.cancel_waiting(job);
                self.note_failure(answer);
            }
        }
        self.run.is_over()
    }

    fn steer(&mut self, requests: Requests) {
        if requests.cancel {
            self.cancel();
            return;
        }
        let now_ns = unix_ns();
        self.cancel_cases(&requests.cancel_cases, now_ns);
        for case in requests.requeue {
            self.run.requeue(case, now_ns);
        }
        if let Some(workers) = requests.workers {
            let workers = workers.clamp(*WORKER_RANGE.start(), *WORKER_RANGE.end());
            self.run.resize(workers, now_ns);
            self.submitter.submissions.workers = workers;
            self.write_submissions();
        }
        if let Some(is_paused) =
            requests.pause.filter(|&pause| pause != self.submitter.submissions.is_paused)
        {
            self.submitter.submissions.is_paused = is_paused;
            self.write_submissions();
            let at_ns = self.run.since_first(now_ns);
            self.run.emit(if is_paused {
                RunEvent::Paused { at_ns }
            } else {
                RunEvent::Resumed { at_ns }
            });
            let answer = self.submitter.hold_waiting(&self.run, is_paused);
            self.note_failure(answer);
        }
    }

    fn cancel_cases(&mut self, cases: &[u32], now_ns: u64) {
        let mut jobs = Vec::new();
        for &case in cases {
            if self.run.withdraw_retry(case, now_ns) {
                continue;
            }
            let open = self.run.open_tasks().find(|(_, task)| task.of.case == case);
            let Some((number, task)) = open else { continue };
            if let Some(job) = self.submitter.submissions.arrays[task.array].job {
                jobs.push(format!("{job}_{}", task.of.index));
            }
            self.run.task_mut(number).is_cancel_asked = true;
        }
        if !jobs.is_empty() {
            let answer = self.submitter.client.cancel(&jobs);
            self.note_failure(answer);
        }
    }

    fn cancel(&mut self) {
        self.run.stop();
        self.has_cancelled_waiting = true;
        let arrays = &self.submitter.submissions.arrays;
        let mut jobs: Vec<_> =
            self.run.open_tasks().filter_map(|(_, task)| arrays[task.array].job).collect();
        jobs.sort_unstable();
        jobs.dedup();
        let numbers: Vec<_> = self.run.open_tasks().map(|(number, _)| number).collect();
        for number in numbers {
            self.run.task_mut(number).is_cancel_asked = true;
        }
        if !jobs.is_empty() {
            let jobs: Vec<_> = jobs.iter().map(u64::to_string).collect();
            if let Err(error) = self.submitter.client.cancel(&jobs) {
                self.run.note_problem(error.to_string(), unix_ns());
                // Asks again after the next look at the queue.
                self.control.ask(|requests| requests.cancel = true);
                thread::sleep(SHORTEST_PAUSES[0]);
            }
        }
    }

    fn note_failure(&mut self, answer: Result<(), SlurmError>) {
        if let Err(error) = answer {
            self.run.note_problem(error.to_string(), unix_ns());
        }
    }

    /// Submits cases again that are due, once all others have started: then the limit of their
    /// array keeps the number of cases at once.
    fn submit_retries(&mut self) {
        let due = self.run.due_retries(unix_ns());
        let (running, waiting) = self.run.count(|_| true);
        let free = self.run.workers().saturating_sub(running);
        if due.is_empty() || waiting > 0 || free == 0 || self.submitter.submissions.is_paused {
            return;
        }
        match self.submitter.submit_again(&due, free) {
            Ok(added) => {
                for number in added {
                    self.run.add_array(&self.submitter.submissions.arrays[number]);
                }
            }
            Err(error) => self.run.note_problem(error.to_string(), unix_ns()),
        }
    }

    fn write_submissions(&mut self) {
        if let Err(message) = self.submitter.write() {
            self.run.emit(RunEvent::Aborted { message });
        }
    }
}
