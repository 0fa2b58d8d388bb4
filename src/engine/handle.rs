//! Starting a run, hearing of it, and cancelling it.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::run::RunEvent;
use crate::schedule::{Event, Rules, Scheduler, dispatch_order};
use crate::study::{Frozen, RunsIn, SeriesChoice};
use crate::workload::{Context, GlobalLock, Stop, Workload};

use super::clock::Clock;
use super::desk::Desk;
use super::measure::Meter;
use super::processes::{Crew, Processes};
use super::series;
use super::threads;
use super::worker;
use super::worker_program::WorkerProgram;

/// How long the messenger rests between two bundles of events, so that many
/// short cases travel together.
const REST: Duration = Duration::from_millis(15);

/// A run in progress. Dropping it cancels the run.
pub struct RunHandle {
    job: Arc<Job>,
    events: Receiver<Vec<RunEvent>>,
}

struct Job {
    frozen: Arc<Frozen>,
    workload: Arc<dyn Workload>,
    clock: Clock,
    desk: Desk,
    stop: Stop,
    program: WorkerProgram,
    crew: Crew,
}

/// Starts a run of the frozen study. Events come in bundles; after each one
/// `wake` is called. It takes as long as putting the cases in order: a window
/// calls it from a thread of its own. Fails if the system gives no thread.
pub fn start(
    frozen: Arc<Frozen>,
    workload: Arc<dyn Workload>,
    wake: impl Fn() + Send + 'static,
) -> io::Result<RunHandle> {
    start_with(frozen, workload, WorkerProgram::This, wake)
}

/// The same with this program for worker processes, for callers that are not
/// the program themselves. Worker processes go by the name of the workload.
pub fn start_with(
    frozen: Arc<Frozen>,
    workload: Arc<dyn Workload>,
    program: WorkerProgram,
    wake: impl Fn() + Send + 'static,
) -> io::Result<RunHandle> {
    let clock = Clock::start();
    let plan = &frozen.plan;
    let cases = u32::try_from(frozen.cases.len()).unwrap_or(u32::MAX);
    let order = dispatch_order(plan.order, cases, frozen.lengths.weights(), plan.seed);
    let scheduler = Scheduler::new(order, Rules::of(plan));
    let desk = Desk::new(clock, scheduler);
    let grace_s = workload.program().map_or(0.0, |program| program.grace_s);
    let crew = Crew::patient(Duration::try_from_secs_f64(grace_s).unwrap_or_default());
    let job = Arc::new(Job { frozen, workload, clock, desk, stop: Stop::default(), program, crew });

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

impl Job {
    fn run(&self) {
        let Self { frozen, workload, clock, desk, stop, program, crew } = self;
        let workers = frozen.plan.workers;
        let external = workload.program();
        // Worker processes start the programs, whatever the strategy.
        let runs_in = match external {
            Some(_) => RunsIn::Processes,
            None => frozen.plan.strategy.runs_in(),
        };
        let lock = (runs_in == RunsIn::GlobalLock).then(GlobalLock::default);
        let work = || {
            let context = Context::new(stop, frozen.plan.seed, frozen.plan.time_scale);
            let context = match &lock {
                Some(lock) => context.under(lock),
                None => context,
            };
            let mut meter = Meter::new(*clock, workload.as_ref(), context);
            worker::work(desk, frozen, &mut meter, clock.now_ns());
        };
        let through = match runs_in {
            RunsIn::Pool | RunsIn::GlobalLock => threads::in_pool(workers, work),
            RunsIn::Processes => {
                Processes { desk, clock: *clock, frozen, stop, crew, program, external }.run()
            }
            RunsIn::OwnThreads => threads::each_on_its_own(workers, work, || self.cancel()),
        };
        if let Err(message) = through {
            desk.note(RunEvent::Aborted { message });
            return;
        }
        // Programs have been measured where they run.
        let measure = frozen.plan.series == SeriesChoice::Measure && external.is_none();
        if measure && !stop.is_stopped() {
            series::measure(desk, *clock, frozen, workload.as_ref(), stop);
        }
    }

    fn cancel(&self) {
        self.desk.cancel();
        self.stop.stop();
        self.crew.cancel();
    }
}

fn send_bundles(desk: &Desk, sender: &Sender<Vec<RunEvent>>, wake: &impl Fn()) {
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
        self.job.desk.steer(Event::Pause, |at_ns| RunEvent::Paused { at_ns });
    }

    /// Ends a pause.
    pub fn resume(&self) {
        self.job.desk.steer(Event::Resume, |at_ns| RunEvent::Resumed { at_ns });
    }

    /// Uses so many workers from now on. More of them start at once; fewer let the
    /// cases in work end.
    pub fn resize(&self, workers: u32) {
        let told = |at_ns| RunEvent::Resized { at_ns, workers };
        self.job.desk.steer(Event::Resize(workers), told);
    }

    /// Takes this case out of the run; if it is in work its program is ended.
    pub fn cancel_case(&self, case: u32) {
        self.job.desk.steer(Event::Drop { case }, |at_ns| RunEvent::Dropped { case, at_ns });
    }

    /// Runs this case once more, which has ended.
    pub fn put_back(&self, case: u32) {
        self.job.desk.steer(Event::PutBack { case }, |at_ns| RunEvent::PutBack { case, at_ns });
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
