//! Starts runs; follows, steers and cancels them.

use std::collections::HashSet;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicU32;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;

use crate::run::{ResumedCase, RunEvent};
use crate::schedule::{Rules, Scheduler, SchedulerEvent, dispatch_order};
use crate::study::{FrozenStudy, LaneCount, RunsIn};
use crate::workload::{GlobalLock, Workload};

use super::clock::Clock;
use super::dispatcher::Dispatcher;
use super::run_job::RunJob;
use super::threads::ExtraThreads;
use crate::engine::folder::run_folder::RunFolder;
use crate::engine::processes::watchdog::Watchdog;
use crate::engine::processes::worker_program::WorkerProgram;

/// Pause between two bundles of events, so that many short cases travel together.
const BUNDLE_PAUSE: Duration = Duration::from_millis(15);

/// Steers a run from other threads. No method waits for the run.
pub(crate) trait RunControl: Send + Sync {
    fn cancel(&self);
    fn pause(&self);
    fn resume(&self);
    fn resize(&self, workers: u32);
    fn cancel_case(&self, case: u32);
    fn requeue_case(&self, case: u32);
    fn now_ns(&self) -> u64;
    /// Nobody follows the run any more.
    fn leave(&self);
}

/// A run in progress. Dropping it cancels the run, except on a cluster.
pub struct RunHandle {
    control: Arc<dyn RunControl>,
    events: Receiver<Vec<RunEvent>>,
}

/// Options of a run that are not part of its study.
#[derive(Default)]
pub struct RunOptions {
    /// Program that runs as a worker process.
    pub worker_program: WorkerProgram,
    /// Folder for the output of external programs. Without it, they use a
    /// temporary folder, and there is no journal.
    pub folder: Option<RunFolder>,
    /// Cases that an earlier session has done.
    pub resumed: Vec<ResumedCase>,
    /// Indices of the cases to run; `None` runs all.
    pub only: Option<HashSet<u32>>,
    /// Times of the cases in a run that has ended, in nanoseconds, of which a sample runs
    /// again. No other case runs.
    pub sampled_ns: Option<Vec<u64>>,
}

/// Starts a run of the frozen study.
///
/// Events arrive in bundles; `wake` is called after each one. Sorting the cases
/// takes a while, so call this off the UI thread. Worker processes find the
/// workload by its name in the study. Fails if a thread cannot be created.
pub fn start(
    frozen: Arc<FrozenStudy>,
    workload: Arc<dyn Workload>,
    run_options: RunOptions,
    wake: impl Fn() + Send + 'static,
) -> io::Result<RunHandle> {
    let clock = Clock::start();
    let unix_s = jiff::Timestamp::now().as_second();
    let RunOptions { worker_program, folder, resumed, only, sampled_ns } = run_options;
    let order = match sampled_ns {
        Some(_) => Vec::new(),
        None => cases_to_run(&frozen, &resumed, only.as_ref()),
    };
    let scheduler =
        Scheduler::new(order, Rules::of(&frozen.plan)).with_resources(&frozen.resources);
    let dispatcher = Dispatcher::new(clock, scheduler, &frozen, sampled_ns);
    dispatcher.emit(RunEvent::Began { unix_s });
    for case in resumed {
        dispatcher.emit(RunEvent::CaseResumed(Box::new(case)));
    }
    let needs_lock = frozen.plan.strategy.runs_in() == RunsIn::GlobalLock;
    let watchdog = Watchdog::of_program(workload.program());
    let job = Arc::new(RunJob {
        frozen,
        workload,
        clock,
        dispatcher,
        stop: Arc::default(),
        worker_stops: Mutex::default(),
        global_lock: needs_lock.then(GlobalLock::default),
        watchdog,
        extra_threads: ExtraThreads::default(),
        worker_program,
        folder: folder.map_or_else(OnceLock::new, OnceLock::from),
        next_worker: AtomicU32::new(0),
    });

    let (sender, events) = channel();
    let source = Arc::clone(&job);
    thread::Builder::new()
        .name("run events".to_owned())
        .spawn(move || send_bundles(&source.dispatcher, &sender, &wake))?;
    let runner = Arc::clone(&job);
    let spawned = thread::Builder::new().name("run".to_owned()).spawn(move || {
        // The stream has to end even after a panic.
        if catch_unwind(AssertUnwindSafe(|| runner.run())).is_err() {
            let message = "the engine panicked; this is a bug in CaseLanes".to_owned();
            runner.dispatcher.emit(RunEvent::Aborted { message });
        }
        runner.dispatcher.close();
    });
    if let Err(error) = spawned {
        job.dispatcher.close();
        return Err(error);
    }
    Ok(RunHandle::new(Arc::new(LocalControl(job)), events))
}

/// Returns the cases that are still to be run, in dispatch order.
pub(crate) fn cases_to_run(
    frozen: &FrozenStudy,
    resumed: &[ResumedCase],
    only: Option<&HashSet<u32>>,
) -> Vec<u32> {
    let plan = &frozen.plan;
    let cases = u32::try_from(frozen.cases.len()).unwrap_or(u32::MAX);
    let mut order = dispatch_order(plan.order, cases, frozen.lengths.weights(), plan.seed);
    if !resumed.is_empty() {
        let done: HashSet<u32> = resumed.iter().map(|resumed| resumed.case).collect();
        order.retain(|case| !done.contains(case));
    }
    if let Some(only) = only {
        order.retain(|case| only.contains(case));
    }
    order
}

fn send_bundles(dispatcher: &Dispatcher, sender: &Sender<Vec<RunEvent>>, wake: &impl Fn()) {
    while let Some(bundle) = dispatcher.next_bundle() {
        // The receiver is gone: the handle was dropped, which cancels the run.
        if sender.send(bundle).is_err() {
            return;
        }
        wake();
        dispatcher.sleep_until_closed(BUNDLE_PAUSE);
    }
}

impl RunHandle {
    pub(crate) fn new(control: Arc<dyn RunControl>, events: Receiver<Vec<RunEvent>>) -> Self {
        Self { control, events }
    }

    /// Returns the events since the last call without waiting; `None` if there are none.
    pub fn try_next(&self) -> Option<Vec<RunEvent>> {
        self.events.try_recv().ok()
    }

    /// Returns the events since the last call. Waits at most `timeout`, then
    /// returns an empty bundle; `None` after the last event.
    pub fn next_within(&self, timeout: Duration) -> Option<Vec<RunEvent>> {
        match self.events.recv_timeout(timeout) {
            Ok(bundle) => Some(bundle),
            Err(RecvTimeoutError::Timeout) => Some(Vec::new()),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Ends running cases and starts no more; finished cases are kept.
    pub fn cancel(&self) {
        self.control.cancel();
    }

    /// Starts no more cases until [`resume`](Self::resume); running cases continue.
    pub fn pause(&self) {
        self.control.pause();
    }

    /// Ends a pause.
    pub fn resume(&self) {
        self.control.resume();
    }

    /// Changes the number of workers, 1 to 256.
    ///
    /// Additional workers start at once; surplus workers finish their case first.
    /// Has no effect on strategies with a fixed number of lanes.
    pub fn resize(&self, workers: u32) {
        self.control.resize(workers);
    }

    /// Removes a case from the run. A running case is ended.
    pub fn cancel_case(&self, case: u32) {
        self.control.cancel_case(case);
    }

    /// Runs a case again that has ended. Has no effect once the run is over.
    pub fn requeue_case(&self, case: u32) {
        self.control.requeue_case(case);
    }

    /// Returns the nanoseconds since the start of the run; on a cluster since the start of the
    /// first case.
    pub fn now_ns(&self) -> u64 {
        self.control.now_ns()
    }
}

impl Drop for RunHandle {
    fn drop(&mut self) {
        self.control.leave();
    }
}

/// A run on this machine.
struct LocalControl(Arc<RunJob>);

impl RunControl for LocalControl {
    fn cancel(&self) {
        self.0.cancel();
    }

    fn pause(&self) {
        self.0.dispatcher.steer(SchedulerEvent::Pause, |at_ns| RunEvent::Paused { at_ns });
    }

    fn resume(&self) {
        self.0.dispatcher.steer(SchedulerEvent::Resume, |at_ns| RunEvent::Resumed { at_ns });
    }

    fn resize(&self, workers: u32) {
        if self.0.frozen.plan.strategy.lanes() == LaneCount::Workers {
            self.0.resize(workers);
        }
    }

    fn cancel_case(&self, case: u32) {
        self.0.dispatcher.remove_case(case, |worker| self.0.end_case_of(worker));
    }

    fn requeue_case(&self, case: u32) {
        self.0.dispatcher.requeue_case(case);
    }

    fn now_ns(&self) -> u64 {
        self.0.clock.now_ns()
    }

    fn leave(&self) {
        self.0.cancel();
    }
}
