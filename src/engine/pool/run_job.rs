//! The parts of a run that its threads share.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::run::{CaseOutcome, RunEvent, choose_sample};
use crate::schedule::{Rules, Scheduler, SchedulerEvent, SchedulerStep, Ticket};
use crate::study::{Case, FrozenStudy, SeriesChoice};
use crate::workload::{GlobalLock, StopSignal, Workload};

use super::clock::Clock;
use super::dispatcher::Dispatcher;
use super::measure::CaseMeasurement;
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

    /// Runs the cases of the second pass one after another, by the rules of the run. `run` makes
    /// an attempt, or returns `None` if no case can run any more. No total is reported unless
    /// every case succeeds.
    pub(crate) fn run_again(
        &self,
        pass: SecondPass,
        mut run: impl FnMut(Ticket, Case<'_>) -> Option<CaseMeasurement>,
    ) {
        let FrozenStudy { cases, plan, .. } = &*self.frozen;
        let count = u32::try_from(cases.len()).unwrap_or(u32::MAX);
        let (order, is_sample): (Vec<u32>, _) = match pass {
            SecondPass::All => ((0..count).collect(), false),
            SecondPass::Sample(sample) => (sample, true),
        };
        self.stop.register_thread();
        let at_ns = self.clock.now_ns();
        let count = u32::try_from(order.len()).unwrap_or(u32::MAX);
        self.dispatcher.emit(RunEvent::SeriesStarted { at_ns, cases: count });
        let (mut last_end_ns, mut alone_ns) = (at_ns, Vec::new());
        let mut scheduler = Scheduler::new(order, Rules::of(plan).in_series());
        loop {
            let now_ns = self.clock.now_ns();
            let ticket = match scheduler.next(now_ns) {
                SchedulerStep::Start(ticket) => ticket,
                SchedulerStep::Wait { until_ns: Some(until_ns), .. } => {
                    let pause = Duration::from_nanos(until_ns.saturating_sub(now_ns));
                    if self.stop.sleep_until(Instant::now() + pause) {
                        continue;
                    }
                    return;
                }
                SchedulerStep::Wait { until_ns: None, .. } => return,
                SchedulerStep::Done => break,
            };
            let Ticket { case, lane, .. } = ticket;
            let Some(measured) = run(ticket, cases.case(case as usize)) else { return };
            let CaseMeasurement { start_ns, end_ns, outcome, .. } = measured;
            scheduler.record_start(start_ns, lane);
            match outcome {
                CaseOutcome::Done(_) => {
                    scheduler.handle(end_ns, SchedulerEvent::Finished { lane, has_failed: false });
                    last_end_ns = end_ns;
                    if is_sample {
                        alone_ns.push((case, end_ns.saturating_sub(start_ns)));
                    }
                    self.dispatcher.emit(RunEvent::SeriesCase { case, start_ns, end_ns });
                }
                CaseOutcome::Refused => {
                    scheduler.handle(end_ns, SchedulerEvent::Refused { lane });
                }
                CaseOutcome::Cancelled => return,
                CaseOutcome::Failed(_) | CaseOutcome::TimedOut(_) => {
                    let failed = SchedulerEvent::Finished { lane, has_failed: true };
                    if !scheduler.handle(end_ns, failed) {
                        return;
                    }
                }
            }
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
