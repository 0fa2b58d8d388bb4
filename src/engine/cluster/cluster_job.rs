//! Runs a study on a cluster: submits job arrays, follows them, and emits run events.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use parking_lot::{Condvar, Mutex};

use crate::engine::folder::journal::Journal;
use crate::engine::folder::resume::ContinuedCase;
use crate::engine::folder::run_folder::RunFolder;
use crate::engine::pool::run_handle::{RunControl, RunHandle, RunOptions, cases_to_run};
use crate::engine::program::result_reader::ResultReader;
use crate::run::{CaseEnd, CaseOutcome, CasePlace, QueueState, RunEvent};
use crate::study::{
    CaseResources, Cluster, ClusterLicence, FrozenStudy, Order, Program, Resource, SharedResource,
    WORKER_RANGE,
};

use super::array_request::{ArrayRequest, CaseNeeds};
use super::case_files::ClusterFolders;
use super::cluster_run::{
    ClusterRules, ClusterRun, FILE_DELAY_NS, Observations, TaskEnd, TaskPhase,
};
use super::queue_listing::{EndedState, TaskState};
use super::slurm_client::{SlurmClient, SlurmError};
use super::submissions::Submissions;
use super::task_script::script;
use super::time_stamps::{EndStamp, StartStamp, TaskExit};

/// Arrays up to this size fit the default configuration of Slurm.
const USUAL_ARRAY_SIZE: u32 = 1000;

/// Longest pauses between two looks at the queue, here and through `ssh`.
const LONGEST_PAUSES: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(5)];

const SHORTEST_PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];

/// How long the end of a task may be missing that Slurm or the user stopped.
const STOP_DELAY_NS: u64 = 5_000_000_000;

/// Characters of the ID of the run in names of jobs.
const NAME_LENGTH: usize = 12;

/// Why a run did not start on a cluster, as a message for the user.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ClusterError(String);

impl From<SlurmError> for ClusterError {
    fn from(error: SlurmError) -> Self {
        Self(error.to_string())
    }
}

/// What the user asks of the run while it is in progress.
#[derive(Debug, Default)]
struct Requests {
    cancel: bool,
    leave: bool,
    cancel_cases: Vec<u32>,
    requeue: Vec<u32>,
    workers: Option<u32>,
    pause: Option<bool>,
}

/// The part of the run that other threads see.
#[derive(Default)]
struct ClusterControl {
    requests: Mutex<Requests>,
    changed: Condvar,
    first_start_ns: Mutex<Option<u64>>,
}

impl ClusterControl {
    fn ask(&self, change: impl FnOnce(&mut Requests)) {
        change(&mut self.requests.lock());
        self.changed.notify_all();
    }

    /// Waits for a request, at most for a time, and takes all requests.
    fn wait(&self, pause: Duration) -> Requests {
        let mut requests = self.requests.lock();
        let deadline = Instant::now() + pause;
        let is_empty = |it: &mut Requests| {
            let is_steered = it.workers.is_some() || it.pause.is_some();
            let has_cases = !it.cancel_cases.is_empty() || !it.requeue.is_empty();
            !it.cancel && !it.leave && !is_steered && !has_cases
        };
        self.changed.wait_while_until(&mut requests, is_empty, deadline);
        std::mem::take(&mut requests)
    }
}

impl RunControl for ClusterControl {
    fn cancel(&self) {
        self.ask(|requests| requests.cancel = true);
    }

    fn pause(&self) {
        self.ask(|requests| requests.pause = Some(true));
    }

    fn resume(&self) {
        self.ask(|requests| requests.pause = Some(false));
    }

    fn resize(&self, workers: u32) {
        self.ask(|requests| requests.workers = Some(workers));
    }

    fn cancel_case(&self, case: u32) {
        self.ask(|requests| requests.cancel_cases.push(case));
    }

    fn requeue_case(&self, case: u32) {
        self.ask(|requests| requests.requeue.push(case));
    }

    fn now_ns(&self) -> u64 {
        self.first_start_ns.lock().map_or(0, |first_ns| unix_ns().saturating_sub(first_ns))
    }

    /// The jobs stay on the cluster; the run can be resumed from its folder.
    fn leave(&self) {
        self.ask(|requests| requests.leave = true);
    }
}

/// What the queue tells about a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SeenState<'a> {
    /// The cluster did not answer.
    Unknown,
    Unlisted,
    Listed(&'a TaskState),
}

impl SeenState<'_> {
    fn ended(self) -> Option<EndedState> {
        match self {
            Self::Listed(TaskState::Ended(ended)) => Some(*ended),
            _ => None,
        }
    }

    /// Whether the task has started for certain.
    fn has_run(self) -> bool {
        match self {
            Self::Listed(TaskState::Running) => true,
            Self::Listed(TaskState::Ended(ended)) => ended.is_regular(),
            _ => false,
        }
    }
}

/// A run on a cluster.
struct ClusterJob {
    frozen: Arc<FrozenStudy>,
    program: Arc<Program>,
    client: SlurmClient,
    folder: RunFolder,
    folders: ClusterFolders,
    reader: ResultReader,
    needs: CaseNeeds,
    options: Vec<String>,
    submissions: Submissions,
    run: ClusterRun,
    control: Arc<ClusterControl>,
    /// Where the cases run that have started.
    places: HashMap<u32, CasePlace>,
    /// Limits of the arrays that were changed, by their numbers.
    throttles: BTreeMap<usize, u32>,
    is_paused: bool,
    has_cancelled_waiting: bool,
}

/// Returns how many cases of a program a cluster can run at once at most.
pub fn cluster_slots(
    cluster: &Cluster,
    program: &Program,
    resources: &CaseResources,
    cases: usize,
) -> Result<u32, ClusterError> {
    let cores = needs(resources, program).cores.unwrap_or(1);
    let slots = SlurmClient::new(cluster).slots(cores, &program.slurm_licences)?;
    let cases = u32::try_from(cases).unwrap_or(u32::MAX);
    Ok(slots.min(cases).clamp(*WORKER_RANGE.start(), *WORKER_RANGE.end()))
}

/// Returns what a task of the array needs: as much as the most demanding case.
fn needs(resources: &CaseResources, program: &Program) -> CaseNeeds {
    let most = |resource: Resource| {
        let shared = resources.iter().find(|shared| shared.resource == resource);
        shared.map(SharedResource::most_need)
    };
    CaseNeeds {
        cores: most(Resource::Cores).and_then(|cores| u32::try_from(cores).ok()),
        memory_bytes: most(Resource::Memory),
        licences: program.slurm_licences.iter().map(ClusterLicence::text).collect(),
    }
}

/// Submits a run, or follows one that was submitted before. Returns it with notes for the user.
///
/// Waits for the cluster, so call this off the UI thread.
pub fn start_on_cluster(
    frozen: Arc<FrozenStudy>,
    options: RunOptions,
    continued: Option<Vec<ContinuedCase>>,
    wake: impl Fn() + Send + 'static,
) -> Result<(RunHandle, Vec<String>), ClusterError> {
    let (Some(program), Some(folder)) = (frozen.program.clone(), options.folder) else {
        return Err(ClusterError("a run on a cluster needs a program and a folder".to_owned()));
    };
    let Some(cluster) = &program.cluster else {
        return Err(ClusterError("the program has no cluster".to_owned()));
    };
    let folders =
        ClusterFolders { run: folder.path().to_owned(), cases: folder.cases_folder().to_owned() };
    let order = cases_to_run(&frozen, &options.resumed, options.only.as_ref());
    let is_continued = continued.is_some();
    let submissions = if is_continued {
        Submissions::read(&folders.cases).map_err(|error| {
            ClusterError(format!("cannot read which jobs were submitted: {error}"))
        })?
    } else {
        Submissions::new(frozen.plan.workers)
    };
    let limits = &frozen.plan.limits;
    let rules = ClusterRules {
        workers: submissions.workers,
        retries: limits.retries,
        stop_after: limits.stop_after,
    };
    let words = |text: &String| shell_words::split(text).unwrap_or_default();
    let control = Arc::new(ClusterControl::default());
    let mut run = ClusterRun::new(rules, submissions.first_start_ns);
    let mut early = vec![RunEvent::Began { unix_s: folder.started_at() }];
    early.extend(options.resumed.into_iter().map(|case| RunEvent::CaseResumed(Box::new(case))));
    let (path, session) = (folders.cases.clone(), folder.session());
    early.push(RunEvent::FolderCreated { path, session });
    early.append(&mut run.take_events());
    let mut job = ClusterJob {
        client: SlurmClient::new(cluster),
        reader: ResultReader::new(&program),
        needs: needs(&frozen.resources, &program),
        options: program.slurm_options.iter().flat_map(words).collect(),
        frozen,
        program,
        folders,
        submissions,
        run,
        control: Arc::clone(&control),
        places: HashMap::new(),
        throttles: BTreeMap::new(),
        is_paused: false,
        has_cancelled_waiting: false,
        folder,
    };
    if is_continued {
        job.submit_unsubmitted()?;
        for array in &job.submissions.arrays {
            job.run.add_array(array);
        }
        job.run.replay(continued.unwrap_or_default());
        job.place_running();
        for event in job.run.take_events() {
            job.note_place(&event);
            early.push(event);
        }
    } else if !order.is_empty() {
        let cases: Vec<_> = order.into_iter().map(|case| (case, 1)).collect();
        if let Err(error) = job.submit_first(&cases) {
            return Err(job.give_up(error));
        }
    }
    let notes = vec![job.submitted_note(is_continued)];
    *control.first_start_ns.lock() = job.run.first_start_ns();

    let (sender, events) = channel();
    sender.send(early).ok();
    thread::Builder::new()
        .name("cluster".to_owned())
        .spawn(move || job.follow(&sender, &wake))
        .map_err(|error| ClusterError(format!("cannot start a thread: {error}")))?;
    Ok((RunHandle::new(control, events), notes))
}

impl ClusterJob {
    fn follow(mut self, sender: &Sender<Vec<RunEvent>>, wake: &impl Fn()) {
        let started = Instant::now();
        let remote = usize::from(self.client.is_remote());
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
            self.adjust_throttles();
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

    /// Finds where the cases run whose end is not in the journal.
    fn place_running(&mut self) {
        let running = self.run.open_tasks().filter(|(_, task)| task.phase != TaskPhase::Waiting);
        let places: Vec<_> = running
            .filter_map(|(_, task)| {
                let StartStamp { at_ns, host, .. } = StartStamp::read(&self.folders.case(task.of))?;
                let queued_ns = at_ns.checked_sub(self.submissions.arrays[task.array].submitted_ns);
                Some((task.of.case, CasePlace { host, queued_ns }))
            })
            .collect();
        for (case, place) in places {
            self.run.emit(RunEvent::CasePlaced { case, place });
        }
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
        let task =
            (super::submissions::ArrayTask { index: 0, case, attempt }, end.outcome.status());
        self.folders.clean_up(&self.program, task.0, task.1);
    }

    /// Looks at the queue and at the stamps of tasks. Returns whether the run is over.
    fn poll(&mut self) -> bool {
        let names: Vec<_> = self.submissions.arrays.iter().map(|array| &*array.name).collect();
        let listing = if self.run.open_tasks().next().is_some() {
            self.client.list(&names)
        } else {
            Ok(Vec::new())
        };
        let now_ns = unix_ns();
        let states: Option<HashMap<_, _>> = match &listing {
            Ok(entries) => {
                Some(entries.iter().map(|entry| ((entry.job, entry.index), &entry.state)).collect())
            }
            Err(error) => {
                self.run.note_problem(error.to_string());
                None
            }
        };
        let mut new = Observations::default();
        let numbers: Vec<_> = self.run.open_tasks().map(|(number, _)| number).collect();
        let mut queue = QueueState::default();
        for number in numbers {
            let task = self.run.task(number);
            let job = self.submissions.arrays[task.array].job;
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
            self.observe(number, state, now_ns, &mut new);
        }
        if states.is_some() {
            new.queue = Some(queue);
        }
        let before = self.run.first_start_ns();
        self.run.absorb(now_ns, new);
        if before.is_none() && self.run.first_start_ns().is_some() {
            *self.control.first_start_ns.lock() = self.run.first_start_ns();
            self.submissions.first_start_ns = self.run.first_start_ns();
            self.write_submissions();
        }
        if self.run.is_stopped() && !self.has_cancelled_waiting {
            self.has_cancelled_waiting = true;
            self.cancel_waiting();
        }
        self.run.is_over()
    }

    /// Looks at the stamps of a task.
    fn observe(
        &mut self,
        number: usize,
        state: SeenState<'_>,
        now_ns: u64,
        new: &mut Observations,
    ) {
        let task = self.run.task(number);
        let (array, array_task, is_asked) = (task.array, task.of, task.is_cancel_asked);
        let is_waiting = task.phase == TaskPhase::Waiting;
        if is_waiting && state == SeenState::Unknown {
            return;
        }
        let folder = self.folders.case(array_task);
        let start = StartStamp::read(&folder);
        if let Some(start) = &start {
            if is_waiting {
                new.starts.push((number, start.clone()));
            }
            if let Some(mut end) = EndStamp::read(&folder) {
                let ended = state.ended().filter(|ended| !ended.is_regular());
                if end.exit.is_signal() {
                    // Slurm may have sent it to the program before the script noticed.
                    let since_ns = *self.run.task_mut(number).gone_ns.get_or_insert(now_ns);
                    let is_running = state == SeenState::Listed(&TaskState::Running);
                    if is_running && !is_asked && now_ns < since_ns + STOP_DELAY_NS {
                        return;
                    }
                    if is_asked || ended.is_some() {
                        end.exit = TaskExit::Stopped;
                    }
                }
                let stopped = match ended {
                    Some(ended) => ended.outcome(),
                    None => CaseOutcome::Cancelled,
                };
                let times = (start.at_ns, end);
                let end =
                    self.folders.results(&self.program, &self.reader, array_task, times, stopped);
                self.folders.remove_empty_log(array, array_task);
                new.ends.push((number, end));
                return;
            }
        } else if is_waiting && state.has_run() {
            new.lacks_start = true;
        }
        let ended = state.ended();
        if ended.is_none() && state != SeenState::Unlisted {
            self.run.task_mut(number).gone_ns = None;
            return;
        }
        // Its last files may not have arrived yet.
        let gone_ns = *self.run.task_mut(number).gone_ns.get_or_insert(now_ns);
        let is_stopped = is_asked || ended.is_some_and(|ended| !ended.is_regular());
        let delay_ns = if is_stopped { STOP_DELAY_NS } else { FILE_DELAY_NS };
        let has_waited = now_ns >= gone_ns.saturating_add(delay_ns);
        if start.is_none() && is_waiting {
            let is_removed = ended.is_none_or(|ended| ended == EndedState::Cancelled);
            // A task that never started writes no file.
            if is_removed && (is_asked || now_ns >= gone_ns.saturating_add(STOP_DELAY_NS)) {
                new.removed.push(number);
                self.folders.remove_empty_log(array, array_task);
            } else if has_waited {
                let job = self.submissions.arrays[array].job.unwrap_or(0);
                new.starts.push((number, StartStamp { at_ns: now_ns, job, host: "".into() }));
                new.ends.push((number, self.lost(number, ended, now_ns)));
            }
        } else if has_waited {
            new.ends.push((number, self.lost(number, ended, now_ns)));
        }
    }

    fn lost(&self, number: usize, ended: Option<EndedState>, now_ns: u64) -> TaskEnd {
        let task = self.run.task(number);
        let outcome = match ended {
            _ if task.is_cancel_asked => CaseOutcome::Cancelled,
            Some(ended) => ended.outcome(),
            None => EndedState::Completed.outcome(),
        };
        self.folders.lost(task.array, task.of, now_ns, outcome)
    }

    fn steer(&mut self, requests: Requests) {
        if requests.cancel {
            self.cancel();
            return;
        }
        let now_ns = unix_ns();
        let mut jobs = Vec::new();
        for case in requests.cancel_cases {
            if self.run.withdraw_retry(case, now_ns) {
                continue;
            }
            let open = self.run.open_tasks().find(|(_, task)| task.of.case == case);
            let Some((number, task)) = open else { continue };
            if let Some(job) = self.submissions.arrays[task.array].job {
                jobs.push(format!("{job}_{}", task.of.index));
            }
            self.run.task_mut(number).is_cancel_asked = true;
        }
        if !jobs.is_empty() {
            let answer = self.client.cancel(&jobs);
            self.note_failure(answer);
        }
        for case in requests.requeue {
            self.run.requeue(case, now_ns);
        }
        if let Some(workers) = requests.workers {
            let workers = workers.clamp(*WORKER_RANGE.start(), *WORKER_RANGE.end());
            self.run.resize(workers, now_ns);
            self.submissions.workers = workers;
            self.write_submissions();
        }
        if let Some(is_paused) = requests.pause.filter(|&pause| pause != self.is_paused) {
            self.is_paused = is_paused;
            let at_ns = self.run.since_first(now_ns);
            self.run.emit(if is_paused {
                RunEvent::Paused { at_ns }
            } else {
                RunEvent::Resumed { at_ns }
            });
            for job in self.waiting_jobs() {
                let answer = self.client.hold(job, is_paused);
                self.note_failure(answer);
            }
        }
    }

    fn cancel(&mut self) {
        self.run.stop();
        self.has_cancelled_waiting = true;
        let numbers: Vec<_> = self.run.open_tasks().map(|(number, _)| number).collect();
        let mut jobs: Vec<_> = numbers
            .iter()
            .filter_map(|&number| self.submissions.arrays[self.run.task(number).array].job)
            .collect();
        jobs.sort_unstable();
        jobs.dedup();
        for number in numbers {
            self.run.task_mut(number).is_cancel_asked = true;
        }
        if !jobs.is_empty() {
            let jobs: Vec<_> = jobs.iter().map(u64::to_string).collect();
            if let Err(error) = self.client.cancel(&jobs) {
                self.run.note_problem(error.to_string());
                // Asks again after the next look at the queue.
                self.control.ask(|requests| requests.cancel = true);
                thread::sleep(SHORTEST_PAUSES[0]);
            }
        }
    }

    fn cancel_waiting(&mut self) {
        for job in self.waiting_jobs() {
            let answer = self.client.cancel_waiting(job);
            self.note_failure(answer);
        }
    }

    /// Returns the jobs with tasks that have not started.
    fn waiting_jobs(&self) -> Vec<u64> {
        let arrays = self.submissions.arrays.iter().enumerate();
        let waiting = arrays.filter(|(number, _)| self.run.count(|it| it == *number).1 > 0);
        waiting.filter_map(|(_, array)| array.job).collect()
    }

    fn note_failure(&mut self, answer: Result<(), SlurmError>) {
        if let Err(error) = answer {
            self.run.note_problem(error.to_string());
        }
    }

    /// Submits cases again that are due, once all others have started: then the limit of their
    /// array keeps the number of cases at once.
    fn submit_retries(&mut self) {
        let due = self.run.due_retries(unix_ns());
        let (running, waiting) = self.run.count(|_| true);
        let free = self.run.workers().saturating_sub(running);
        if due.is_empty() || waiting > 0 || free == 0 || self.is_paused {
            return;
        }
        let added = self.submissions.add(&self.name_part(), &due, true, USUAL_ARRAY_SIZE);
        let submitted = added.clone().try_for_each(|number| self.submit(number, free));
        match submitted {
            Ok(()) => {
                for number in added {
                    self.run.add_array(&self.submissions.arrays[number]);
                    self.throttles.insert(number, free);
                }
            }
            Err(error) => {
                // None of them may remain half submitted.
                for number in added.clone() {
                    if let Some(job) = self.submissions.arrays[number].job {
                        self.client.cancel(&[job.to_string()]).ok();
                    }
                }
                self.submissions.arrays.truncate(added.start);
                self.write_submissions();
                self.run.note_problem(error.to_string());
            }
        }
    }

    /// Keeps the number of cases at once where several arrays are on the cluster.
    fn adjust_throttles(&mut self) {
        let workers = self.run.workers();
        let initial = self.submissions.arrays.len();
        for number in 0..initial {
            let (_, waiting) = self.run.count(|array| array == number);
            if waiting == 0 {
                continue;
            }
            let (others, _) = self.run.count(|array| array != number);
            let wanted = workers.saturating_sub(others).max(1);
            let current = self.throttles.get(&number).copied().unwrap_or(self.frozen.plan.workers);
            if let Some(job) = self.submissions.arrays[number].job.filter(|_| wanted != current) {
                match self.client.set_throttle(job, wanted) {
                    Ok(()) => drop(self.throttles.insert(number, wanted)),
                    // The last of its tasks may just have started.
                    Err(_) => return,
                }
            }
        }
    }

    fn name_part(&self) -> String {
        let id: String = self.folder.id().chars().take(NAME_LENGTH).collect();
        format!("{id}-{}", self.folder.session())
    }

    /// Submits the cases of a new session.
    fn submit_first(&mut self, cases: &[(u32, u32)]) -> Result<(), SlurmError> {
        let is_listed = self.frozen.plan.order == Order::Listed;
        let largest = cases.iter().map(|&(case, _)| case + 1).max().unwrap_or(0);
        let max_size = if largest > USUAL_ARRAY_SIZE {
            self.client.max_array_size()?.unwrap_or(USUAL_ARRAY_SIZE)
        } else {
            USUAL_ARRAY_SIZE
        };
        let added = self.submissions.add(&self.name_part(), cases, is_listed, max_size);
        let workers = self.run.workers();
        for number in added {
            self.submit(number, workers)?;
            self.run.add_array(&self.submissions.arrays[number]);
        }
        Ok(())
    }

    /// Submits arrays that a session recorded before it ended; those that the cluster knows are
    /// found by their names.
    fn submit_unsubmitted(&mut self) -> Result<(), SlurmError> {
        for number in 0..self.submissions.arrays.len() {
            if self.submissions.arrays[number].job.is_some() {
                continue;
            }
            let array = &self.submissions.arrays[number];
            let of_files = |task| StartStamp::read(&self.folders.case(task)).map(|it| it.job);
            let started = array.tasks.iter().find_map(|&task| of_files(task));
            match self.client.list(&[&array.name])?.first().map(|entry| entry.job).or(started) {
                Some(job) => {
                    self.submissions.arrays[number].job = Some(job);
                    self.write_submissions();
                }
                None => self.submit(number, self.submissions.workers)?,
            }
        }
        Ok(())
    }

    /// Submits an array. It is recorded before, and its job ID after.
    fn submit(&mut self, number: usize, at_once: u32) -> Result<(), SlurmError> {
        let after = number.checked_sub(1).and_then(|before| self.submissions.arrays[before].job);
        // Arrays of retries are submitted when all earlier tasks have started.
        let is_retry = self.submissions.arrays[number].tasks.iter().any(|task| task.attempt > 1);
        let after = after.filter(|_| !is_retry);
        let prepared = {
            let tasks = &self.submissions.arrays[number].tasks;
            self.folders.prepare(&self.frozen, &self.program, number, tasks)
        };
        prepared.map_err(SlurmError::before_submission)?;
        self.submissions.arrays[number].submitted_ns = unix_ns();
        self.submissions
            .write(&self.folders.cases)
            .map_err(|error| SlurmError::before_submission(record_problem(&error)))?;
        let array = &self.submissions.arrays[number];
        let indices: Vec<_> = array.tasks.iter().map(|task| task.index).collect();
        let tasks = self.folders.tasks(number);
        let request = ArrayRequest {
            name: &array.name,
            indices: &indices,
            at_once,
            after,
            needs: &self.needs,
            options: &self.options,
            folder: &self.folders.run,
            logs: &tasks,
            script: &script(&tasks),
        };
        let job = match self.client.submit(&request) {
            Ok(job) => job,
            Err(error) if !error.was_run => return Err(error),
            // Slurm may have taken the job before the answer was lost.
            Err(error) => match self.client.list(&[&array.name]) {
                Ok(found) => match found.first() {
                    Some(entry) => entry.job,
                    None => return Err(error.without_effect()),
                },
                Err(_) => return Err(error),
            },
        };
        self.submissions.arrays[number].job = Some(job);
        self.submissions
            .write(&self.folders.cases)
            .map_err(|error| SlurmError::after_submission(record_problem(&error)))
    }

    fn write_submissions(&mut self) {
        if let Err(error) = self.submissions.write(&self.folders.cases) {
            self.run.emit(RunEvent::Aborted { message: record_problem(&error) });
        }
    }

    /// Removes what a run has left that was not submitted.
    fn give_up(mut self, error: SlurmError) -> ClusterError {
        if error.was_run {
            let resume = "resume the run to follow it, or to submit what is missing";
            return ClusterError(format!("{error}; {resume}: {}", self.folders.run.display()));
        }
        let jobs = self.submissions.arrays.iter().filter_map(|array| array.job);
        let jobs: Vec<_> = jobs.map(|job| job.to_string()).collect();
        if !jobs.is_empty() {
            self.client.cancel(&jobs).ok();
        }
        self.folders.discard(self.submissions.arrays.iter().flat_map(|it| it.tasks.clone()));
        self.folder.discard();
        error.into()
    }

    fn submitted_note(&self, is_continued: bool) -> String {
        let jobs = self.submissions.arrays.iter().filter_map(|array| array.job);
        let jobs: Vec<_> = jobs.map(|job| job.to_string()).collect();
        let noun = crate::text::plural(jobs.len(), "job", "jobs");
        let (jobs, workers) = (crate::text::list(jobs.iter()), self.run.workers());
        if jobs.is_empty() {
            return "nothing was submitted to Slurm: no case is left to run".to_owned();
        }
        let start = if is_continued { "following" } else { "submitted to Slurm:" };
        format!("{start} {noun} {jobs}, at most {} at once", crate::text::count(workers, "case"))
    }
}

fn record_problem(error: &std::io::Error) -> String {
    format!("cannot record which jobs are submitted: {error}")
}

fn unix_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
