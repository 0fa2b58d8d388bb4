//! A run as its threads share it: runs the cases where the strategy says.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::thread;

use parking_lot::Mutex;

use crate::run::RunEvent;
use crate::study::{FrozenStudy, RunsIn, SeriesChoice, WORKER_RANGE};
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

pub(super) struct RunJob {
    pub(super) frozen: Arc<FrozenStudy>,
    pub(super) workload: Arc<dyn Workload>,
    pub(super) clock: Clock,
    pub(super) dispatcher: Dispatcher,
    pub(super) stop: Arc<StopSignal>,
    /// Stop signal of each worker that runs on a thread.
    pub(super) worker_stops: Mutex<BTreeMap<u32, Arc<StopSignal>>>,
    pub(super) global_lock: Option<GlobalLock>,
    pub(super) watchdog: Watchdog,
    pub(super) extra_threads: ExtraThreads,
    pub(super) worker_program: WorkerProgram,
    pub(super) folder: OnceLock<RunFolder>,
    /// Number of the next worker.
    pub(super) next_worker: AtomicU32,
}

impl RunJob {
    /// Runs all cases, then measures the series total if the plan asks for it.
    pub(super) fn run(&self) {
        let workers = self.frozen.plan.workers;
        let result = match self.runs_in() {
            RunsIn::Pool | RunsIn::GlobalLock => {
                let result = threads::in_pool(workers, || self.work(None));
                self.extra_threads.join();
                result
            }
            RunsIn::Processes => self.process_pool().run(&self.extra_threads),
            RunsIn::OwnThreads => {
                threads::on_own_threads(workers, || self.work(None), || self.cancel())
            }
        };
        if let Err(message) = result {
            self.dispatcher.emit(RunEvent::Aborted { message });
            return;
        }
        // The process pool has already measured the series total of programs.
        let measures_series =
            self.frozen.plan.series == SeriesChoice::Measure && self.workload.program().is_none();
        if measures_series && !self.stop.is_stopped() && self.dispatcher.has_only_successes() {
            let Self { dispatcher, frozen, workload, stop, .. } = self;
            series::measure(dispatcher, self.clock, frozen, workload.as_ref(), stop);
        }
    }

    /// Returns where the cases run: programs always run in worker processes.
    fn runs_in(&self) -> RunsIn {
        match self.workload.program() {
            Some(_) => RunsIn::Processes,
            None => self.frozen.plan.strategy.runs_in(),
        }
    }

    /// Runs cases on the calling thread until none is left.
    fn work(&self, requested_ns: Option<u64>) {
        let Self { dispatcher, frozen, workload, clock, .. } = self;
        let worker = self.next_worker.fetch_add(1, Relaxed);
        let stop = Arc::new(StopSignal::child_of(Arc::clone(&self.stop)));
        self.worker_stops.lock().insert(worker, Arc::clone(&stop));
        let context = Context::new(&stop, frozen.plan.seed, frozen.plan.time_scale);
        let context = match &self.global_lock {
            Some(lock) => context.with_lock(lock),
            None => context,
        };
        let meter = Meter::new(*clock, workload.as_ref(), context);
        let mut case_runner = ThreadCaseRunner { worker, meter, stop: &stop };
        worker::work(dispatcher, frozen, &mut case_runner, clock.now_ns(), requested_ns);
    }

    fn process_pool(&self) -> ProcessPool<'_> {
        ProcessPool {
            dispatcher: &self.dispatcher,
            clock: self.clock,
            frozen: &self.frozen,
            stop: &self.stop,
            watchdog: &self.watchdog,
            worker_program: &self.worker_program,
            program: self.workload.program(),
            folder: &self.folder,
            next_worker: &self.next_worker,
        }
    }

    /// Ends the running case of a worker.
    pub(super) fn end_case_of(&self, worker: u32) {
        self.watchdog.end(worker);
        if let Some(stop) = self.worker_stops.lock().get(&worker) {
            stop.stop();
        }
    }

    pub(super) fn cancel(&self) {
        self.dispatcher.cancel();
        self.stop.stop();
        self.watchdog.cancel();
    }

    /// Changes the number of workers while the run is in progress.
    pub(super) fn resize(self: &Arc<Self>, workers: u32) {
        let workers = workers.clamp(*WORKER_RANGE.start(), *WORKER_RANGE.end());
        let (missing, requested_ns) = self.dispatcher.resize(workers);
        if missing == 0 {
            return;
        }
        let job = Arc::clone(self);
        let work = move || {
            let result = threads::in_pool(missing, || match job.runs_in() {
                RunsIn::Processes => job.process_pool().work(Some(requested_ns)),
                _ => job.work(Some(requested_ns)),
            });
            if result.is_err() {
                job.dispatcher.give_up_workers(missing);
            }
        };
        let start = || thread::Builder::new().name("extra workers".to_owned()).spawn(work);
        if self.extra_threads.add(start).is_err() {
            self.dispatcher.give_up_workers(missing);
        }
    }
}
