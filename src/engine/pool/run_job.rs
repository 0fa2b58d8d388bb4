//! The parts of a run that its threads share.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;

use crate::run::RunEvent;
use crate::study::{Case, FrozenStudy, SeriesChoice};
use crate::workload::{GlobalLock, StopSignal, Workload};

use super::clock::Clock;
use super::dispatcher::Dispatcher;
use super::threads::ExtraThreads;
use crate::engine::folder::run_folder::RunFolder;
use crate::engine::processes::watchdog::Watchdog;
use crate::engine::processes::worker_program::WorkerProgram;

pub(crate) struct RunJob {
    pub(crate) frozen: Arc<FrozenStudy>,
    pub(crate) workload: Arc<dyn Workload>,
    pub(crate) clock: Clock,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) stop: Arc<StopSignal>,
    /// Stop signal of each worker that runs on a thread.
    pub(super) worker_stops: Mutex<BTreeMap<u32, Arc<StopSignal>>>,
    pub(super) global_lock: Option<GlobalLock>,
    pub(crate) watchdog: Watchdog,
    pub(crate) extra_threads: ExtraThreads,
    pub(crate) worker_program: WorkerProgram,
    /// Folder for the output of programs, once it exists.
    pub(crate) folder: OnceLock<RunFolder>,
    pub(crate) next_worker: AtomicU32,
}

impl RunJob {
    /// Whether the series total is to be measured and can be.
    pub(crate) fn measures_series(&self) -> bool {
        self.frozen.plan.series == SeriesChoice::Measure
            && !self.stop.is_stopped()
            && self.dispatcher.has_only_successes()
    }

    /// Measures the series total: runs the cases again, in listed order. `run` returns start
    /// and end of a case, or `None` if it does not succeed: then no total is reported.
    pub(crate) fn measure_series(&self, mut run: impl FnMut(u32, Case<'_>) -> Option<(u64, u64)>) {
        let first_start_ns = self.clock.now_ns();
        self.dispatcher.emit(RunEvent::SeriesStarted { at_ns: first_start_ns });
        let mut last_end_ns = first_start_ns;
        for (row, case) in self.frozen.cases.iter().zip(0..) {
            let Some((start_ns, end_ns)) = run(case, row) else { return };
            last_end_ns = end_ns;
            self.dispatcher.emit(RunEvent::SeriesCase { case, start_ns, end_ns });
        }
        self.dispatcher.emit(RunEvent::SeriesDone { total_ns: last_end_ns - first_start_ns });
    }

    pub(super) fn end_case_of(&self, worker: u32) {
        self.watchdog.end(worker);
        if let Some(stop) = self.worker_stops.lock().get(&worker) {
            stop.stop();
        }
    }

    pub(crate) fn cancel(&self) {
        self.dispatcher.cancel();
        self.stop.stop();
        self.watchdog.cancel();
    }
}
