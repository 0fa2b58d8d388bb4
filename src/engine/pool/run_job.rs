//! The parts of a run that its threads share.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;

use crate::run::{RunEvent, choose_sample};
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

/// The cases that run again, one after another, for the series total.
pub(crate) enum SecondPass {
    /// All cases: their total is measured.
    All,
    /// A few cases, by index: the total is estimated from them.
    Sample(Vec<u32>),
}

impl RunJob {
    /// Returns the cases that are to run again for the series total; `None` if there is no
    /// second pass, or not every case succeeded.
    pub(crate) fn second_pass(&self) -> Option<SecondPass> {
        if self.stop.is_stopped() || !self.dispatcher.has_only_successes() {
            return None;
        }
        match self.frozen.plan.series {
            SeriesChoice::Estimate => None,
            SeriesChoice::Sample => {
                Some(SecondPass::Sample(choose_sample(&self.dispatcher.take_times_ns()?)))
            }
            SeriesChoice::Measure => Some(SecondPass::All),
        }
    }

    /// Runs the cases of the second pass one after another. `run` returns start and end of a
    /// case, or `None` if it does not succeed: then no total is reported.
    pub(crate) fn run_again(
        &self,
        pass: SecondPass,
        mut run: impl FnMut(u32, Case<'_>) -> Option<(u64, u64)>,
    ) {
        let cases = &self.frozen.cases;
        let count = u32::try_from(cases.len()).unwrap_or(u32::MAX);
        let (order, is_sample) = match pass {
            SecondPass::All => ((0..count).collect(), false),
            SecondPass::Sample(sample) => (sample, true),
        };
        let at_ns = self.clock.now_ns();
        let count = u32::try_from(order.len()).unwrap_or(u32::MAX);
        self.dispatcher.emit(RunEvent::SeriesStarted { at_ns, cases: count });
        let (mut last_end_ns, mut alone_ns) = (at_ns, Vec::new());
        for case in order {
            let Some((start_ns, end_ns)) = run(case, cases.case(case as usize)) else { return };
            last_end_ns = end_ns;
            if is_sample {
                alone_ns.push((case, end_ns.saturating_sub(start_ns)));
            }
            self.dispatcher.emit(RunEvent::SeriesCase { case, start_ns, end_ns });
        }
        self.dispatcher.emit(if is_sample {
            RunEvent::SeriesSampled { alone_ns }
        } else {
            RunEvent::SeriesDone { total_ns: last_end_ns - at_ns }
        });
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
