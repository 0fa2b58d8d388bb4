//! Starting a run, hearing of it, and cancelling it.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;

use crate::run::{ResumedCase, RunEvent};
use crate::schedule::{Rules, Scheduler, SchedulerEvent, dispatch_order};
use crate::study::{FrozenStudy, LaneCount, Program, RunsIn, SeriesChoice, WORKERS};
use crate::workload::{Context, GlobalLock, StopSignal, Workload};

use super::clock::Clock;
use super::dispatcher::Dispatcher;
use super::extra_threads::ExtraThreads;
use super::measure::Meter;
use super::series;
use super::threads;
use super::worker;
use super::worker::ThreadCaseRunner;
use crate::engine::folder::run_folder::RunFolder;
use crate::engine::processes::process_pool::{ProcessPool, Watchdog};
use crate::engine::processes::worker_program::WorkerProgram;

/// How long the messenger rests between two bundles of events, so that many
/// short cases travel together.
const REST: Duration = Duration::from_millis(15);

/// A run in progress. Dropping it cancels the run.
pub struct RunHandle {
    job: Arc<RunJob>,
    events: Receiver<Vec<RunEvent>>,
}

struct RunJob {
    frozen: Arc<FrozenStudy>,
    workload: Arc<dyn Workload>,
    clock: Clock,
    desk: Dispatcher,
    stop: Arc<StopSignal>,
    /// What ends the case of each worker that works on a thread.
    own_stops: Mutex<BTreeMap<u32, Arc<StopSignal>>>,
    lock: Option<GlobalLock>,
    crew: Watchdog,
    added: ExtraThreads,
    program: WorkerProgram,
    folder: OnceLock<RunFolder>,
    /// How many worker processes have been numbered.
    numbered: AtomicU32,
}

/// What a run is given besides what it is of.
#[derive(Debug, Default)]
pub struct RunOptions {
    /// The program that runs as a worker process.
    pub worker_program: WorkerProgram,
    /// Where programs of the user's own leave their files. Without it, in a folder
    /// of the system's for temporary files, without a journal.
    pub folder: Option<RunFolder>,
    /// The cases that an earlier sitting has done.
    pub resumed: Vec<ResumedCase>,
    /// The only cases that are run, by their indices; without it, all.
    pub only: Option<HashSet<u32>>,
}

/// Starts a run of the frozen study. Events come in bundles; after each one
/// `wake` is called. It takes as long as putting the cases in order: a window
/// calls it from a thread of its own. Fails if the system gives no thread.
pub fn start(
    frozen: Arc<FrozenStudy>,
    workload: Arc<dyn Workload>,
    wake: impl Fn() + Send + 'static,
) -> io::Result<RunHandle> {
    start_with(frozen, workload, RunOptions::default(), wake)
}

/// The same in this setting. Worker processes go by the name of the workload.
pub fn start_with(
    frozen: Arc<FrozenStudy>,
    workload: Arc<dyn Workload>,
    setting: RunOptions,
    wake: impl Fn() + Send + 'static,
) -> io::Result<RunHandle> {
    let clock = Clock::start();
    let RunOptions { worker_program: program, folder, resumed: recalled, only } = setting;
    let plan = &frozen.plan;
    let cases = u32::try_from(frozen.cases.len()).unwrap_or(u32::MAX);
    let mut order = dispatch_order(plan.order, cases, frozen.lengths.weights(), plan.seed);
    if !recalled.is_empty() {
        let done: HashSet<u32> = recalled.iter().map(|recalled| recalled.case).collect();
        order.retain(|case| !done.contains(case));
    }
    if let Some(only) = only {
        order.retain(|case| only.contains(case));
    }
    let scheduler = Scheduler::new(order, Rules::of(plan));
    let desk = Dispatcher::new(clock, scheduler, &frozen);
    for recalled in recalled {
        desk.note(RunEvent::CaseResumed(Box::new(recalled)));
    }
    let grace = workload.program().map_or(Duration::ZERO, Program::grace);
    let lock = (plan.strategy.runs_in() == RunsIn::GlobalLock).then(GlobalLock::default);
    let job = Arc::new(RunJob {
        frozen,
        workload,
        clock,
        desk,
        stop: Arc::default(),
        own_stops: Mutex::default(),
        lock,
        crew: Watchdog::patient(grace),
        added: ExtraThreads::default(),
        program,
        folder: folder.map_or_else(OnceLock::new, OnceLock::from),
        numbered: AtomicU32::new(0),
    });

    let (sender, events) = channel();
    let messenger = Arc::clone(&job);
    thread::Builder::new()
        .name("messenger".to_owned())
        .spawn(move || send_bundles(&messenger.desk, &sender, &wake))?;
    let runner = Arc::clone(&job);
    let spawned = thread::Builder::new().name("run".to_owned()).spawn(move || {
        // Whatever happens, the stream ends.
        if catch_unwind(AssertUnwindSafe(|| runner.run())).is_err() {
            let message = "the engine panicked; this is a fault of CaseLanes".to_owned();
            runner.desk.note(RunEvent::Aborted { message });
        }
        runner.desk.close();
    });
    if let Err(error) = spawned {
        job.desk.close();
        return Err(error);
    }
    Ok(RunHandle { job, events })
}

impl RunJob {
    fn run(&self) {
        let workers = self.frozen.plan.workers;
        let through = match self.runs_in() {
            RunsIn::Pool | RunsIn::GlobalLock => {
                let through = threads::in_pool(workers, || self.work(None));
                self.added.join();
                through
            }
            RunsIn::Processes => self.processes().run(&self.added),
            RunsIn::OwnThreads => {
                threads::each_on_its_own(workers, || self.work(None), || self.cancel())
            }
        };
        if let Err(message) = through {
            self.desk.note(RunEvent::Aborted { message });
            return;
        }
        // Programs have been measured where they run.
        let measure =
            self.frozen.plan.series == SeriesChoice::Measure && self.workload.program().is_none();
        if measure && !self.stop.is_stopped() && self.desk.is_all_done() {
            let Self { desk, frozen, workload, stop, .. } = self;
            series::measure(desk, self.clock, frozen, workload.as_ref(), stop);
        }
    }

    /// Worker processes start the programs, whatever the strategy.
    fn runs_in(&self) -> RunsIn {
        match self.workload.program() {
            Some(_) => RunsIn::Processes,
            None => self.frozen.plan.strategy.runs_in(),
        }
    }

    /// Runs cases on the calling thread until none are left.
    fn work(&self, added_ns: Option<u64>) {
        let Self { desk, frozen, workload, clock, .. } = self;
        let number = self.numbered.fetch_add(1, Relaxed);
        let stop = Arc::new(StopSignal::child_of(Arc::clone(&self.stop)));
        self.own_stops.lock().insert(number, Arc::clone(&stop));
        let context = Context::new(&stop, frozen.plan.seed, frozen.plan.time_scale);
        let context = match &self.lock {
            Some(lock) => context.with_lock(lock),
            None => context,
        };
        let meter = Meter::new(*clock, workload.as_ref(), context);
        let mut own = ThreadCaseRunner { worker: number, meter, stop: &stop };
        worker::work(desk, frozen, &mut own, clock.now_ns(), added_ns);
    }

    fn processes(&self) -> ProcessPool<'_> {
        ProcessPool {
            desk: &self.desk,
            clock: self.clock,
            frozen: &self.frozen,
            stop: &self.stop,
            crew: &self.crew,
            program: &self.program,
            external: self.workload.program(),
            folder: &self.folder,
            numbered: &self.numbered,
        }
    }

    /// Ends the case that this worker has.
    fn end_work_of(&self, worker: u32) {
        self.crew.end(worker);
        if let Some(stop) = self.own_stops.lock().get(&worker) {
            stop.stop();
        }
    }

    fn cancel(&self) {
        self.desk.cancel();
        self.stop.stop();
        self.crew.cancel();
    }

    /// Runs on so many workers from now on.
    fn resize(self: &Arc<Self>, workers: u32) {
        let workers = workers.clamp(*WORKERS.start(), *WORKERS.end());
        let (missing, from_ns) = self.desk.resize(workers);
        if missing == 0 {
            return;
        }
        let job = Arc::clone(self);
        let work = move || {
            let through = threads::in_pool(missing, || match job.runs_in() {
                RunsIn::Processes => job.processes().work(Some(from_ns)),
                _ => job.work(Some(from_ns)),
            });
            if through.is_err() {
                job.desk.go_without(missing);
            }
        };
        let start = || thread::Builder::new().name("added workers".to_owned()).spawn(work);
        if self.added.add(start).is_err() {
            self.desk.go_without(missing);
        }
    }
}

fn send_bundles(desk: &Dispatcher, sender: &Sender<Vec<RunEvent>>, wake: &impl Fn()) {
    while let Some(bundle) = desk.bundle() {
        // Nobody listens any more: the run is being cancelled by the handle's end.
        if sender.send(bundle).is_err() {
            return;
        }
        wake();
        desk.rest(REST);
    }
}

impl RunHandle {
    /// What has happened since the last call, without waiting; `None` if
    /// nothing has, or nothing will any more.
    #[must_use]
    pub fn try_next(&self) -> Option<Vec<RunEvent>> {
        self.events.try_recv().ok()
    }

    /// What has happened since the last call. Waits for it at most so long,
    /// and then gives an empty bundle; `None` once nothing will happen any more.
    #[must_use]
    pub fn next_within(&self, timeout: Duration) -> Option<Vec<RunEvent>> {
        match self.events.recv_timeout(timeout) {
            Ok(bundle) => Some(bundle),
            Err(RecvTimeoutError::Timeout) => Some(Vec::new()),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Starts no more cases and ends those in work; what finished stays.
    pub fn cancel(&self) {
        self.job.cancel();
    }

    /// Starts no more cases until [`resume`](Self::resume); those in work go on.
    pub fn pause(&self) {
        self.job.desk.steer(SchedulerEvent::Pause, |at_ns| RunEvent::Paused { at_ns });
    }

    /// Ends a pause.
    pub fn resume(&self) {
        self.job.desk.steer(SchedulerEvent::Resume, |at_ns| RunEvent::Resumed { at_ns });
    }

    /// Uses so many workers from now on, 1 to 256. More of them start at once; fewer
    /// let the cases in work end. A strategy that has no number of workers keeps
    /// its lanes.
    pub fn resize(&self, workers: u32) {
        if self.job.frozen.plan.strategy.lanes() == LaneCount::Workers {
            self.job.resize(workers);
        }
    }

    /// Takes this case out of the run. One that is in work is ended.
    pub fn cancel_case(&self, case: u32) {
        self.job.desk.drop_case(case, |worker| self.job.end_work_of(worker));
    }

    /// Runs this case once more, which has ended, unless the run is over.
    pub fn requeue_case(&self, case: u32) {
        self.job.desk.put_back(case);
    }

    /// The time since the start of the run, in nanoseconds.
    #[must_use]
    pub fn now_ns(&self) -> u64 {
        self.job.clock.now_ns()
    }
}

impl Drop for RunHandle {
    fn drop(&mut self) {
        self.cancel();
    }
}
