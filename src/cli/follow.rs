//! Shows the progress of a run on the terminal and cancels the run on an interrupt.

use std::sync::Arc;
use std::time::Duration;

use super::interrupt::Interrupt;
use super::progress::ProgressLine;
use crate::app::{
    Execution, PartialRun, ResultsWriter, RunHandle, RunObserver, follow, free_memory_bytes,
    this_machine,
};
use crate::report::{TimeLeftEstimator, memory_amounts, queue_news_text, wait_target};
use crate::run::{QueueNews, QueueState, RunEvent, RunState, most_run_again};
use crate::schedule::{WaitReason, s_from_ns};
use crate::study::{FrozenStudy, Limits};
use crate::text::{count, duration, grouped};

/// How long nothing must have been able to start before the reason is printed, in seconds.
const REPORTED_WAIT_S: f64 = 3.0;

/// How often the command line checks for an interrupt and redraws.
const TICK: Duration = Duration::from_millis(10);

pub(super) struct RunMonitor<'a> {
    frozen: Arc<FrozenStudy>,
    interrupt: &'a Interrupt,
    /// Printed before the number of cases.
    prefix: String,
    time_left: TimeLeftEstimator,
    line: ProgressLine,
    wait: WaitReporter,
    queue: QueueReporter,
    /// Writes the results so far, if there is a file for them.
    results: Option<&'a mut ResultsWriter>,
    is_quiet: bool,
}

impl<'a> RunMonitor<'a> {
    pub(super) fn new(
        frozen: &Arc<FrozenStudy>,
        interrupt: &'a Interrupt,
        prefix: String,
        results: Option<&'a mut ResultsWriter>,
        is_quiet: bool,
    ) -> Self {
        let cases = frozen.cases.len();
        let again = most_run_again(frozen.plan.series, cases);
        let line = ProgressLine::new((cases + again) as u64, is_quiet);
        let time_left = TimeLeftEstimator::new(frozen);
        let (wait, queue) = (WaitReporter::default(), QueueReporter::default());
        let frozen = Arc::clone(frozen);
        Self { frozen, interrupt, prefix, time_left, line, wait, queue, results, is_quiet }
    }

    /// Follows the run to its end. A simulated run has already ended.
    pub(super) fn follow(mut self, execution: Execution) -> (RunState, Option<RunHandle>) {
        let handle = match execution {
            Execution::Simulated(state) => return (*state, None),
            Execution::Running(handle) => handle,
        };
        let state = follow(&handle, self.frozen.cases.len(), TICK, &mut self);
        self.line.clear();
        (state, Some(handle))
    }
}

impl RunObserver for RunMonitor<'_> {
    fn is_cancelled(&self) -> bool {
        self.interrupt.is_raised()
    }

    fn on_cancel(&mut self) {
        if self.frozen.program.is_some() {
            self.line.print("stopping programs; press Ctrl-C again to quit without a report");
        }
    }

    fn on_events(&mut self, events: &[RunEvent], _now_ns: u64) {
        for event in events {
            self.time_left.apply(event);
            if matches!(event, RunEvent::Started { .. }) {
                self.wait = WaitReporter::default();
            }
        }
    }

    fn on_progress(&mut self, state: &RunState, now_ns: u64) {
        if let Some(results) = &mut self.results {
            let frozen = &self.frozen;
            results.update(state, now_ns, || {
                PartialRun::InProgress(Arc::clone(frozen), Box::new(state.clone()), this_machine())
            });
        }
        if self.line.is_due(now_ns) {
            self.time_left.update(now_ns);
            let cases = u32::try_from(self.frozen.cases.len()).unwrap_or(u32::MAX);
            let (pass, ended, cases) = match state.series {
                None => ("", state.ended_count, cases),
                Some(series) => ("in series ", series.ended, series.cases),
            };
            let in_series = state.series.map_or(0, |series| series.ended);
            let steps = u64::from(state.ended_count + in_series);
            let prefix = &self.prefix;
            let text = format!("{prefix}{pass}{} of {}", grouped(ended), count(cases, "case"));
            self.line.show(steps, &text, now_ns, self.time_left.estimate(now_ns));
        }
        if let Some(text) = self.queue.update(state.queue.as_ref()).filter(|_| !self.is_quiet) {
            self.line.print(&text);
        }
        let limits = &self.frozen.plan.limits;
        let text = self.wait.update(state.blocked_by(), limits, now_ns);
        if let Some(text) = text.filter(|_| !self.is_quiet) {
            self.line.print(&text);
        }
    }
}

/// Reports why cases wait on a cluster, and whether it answers, each time this changes.
#[derive(Default)]
struct QueueReporter {
    latest: QueueState,
}

impl QueueReporter {
    fn update(&mut self, queue: Option<&QueueState>) -> Option<String> {
        let queue = queue?;
        let before = std::mem::replace(&mut self.latest, queue.clone());
        QueueNews::between(&before, queue).as_ref().map(queue_news_text)
    }
}

/// Reports once per wait that no case can start.
#[derive(Default)]
struct WaitReporter {
    since_ns: Option<u64>,
    is_reported: bool,
}

impl WaitReporter {
    fn update(
        &mut self,
        reason: Option<WaitReason>,
        limits: &Limits,
        now_ns: u64,
    ) -> Option<String> {
        let Some(reason) = reason else {
            *self = Self::default();
            return None;
        };
        let wait_s = s_from_ns(now_ns - *self.since_ns.get_or_insert(now_ns));
        if wait_s < REPORTED_WAIT_S || self.is_reported {
            return None;
        }
        self.is_reported = true;
        let (wait, target) = (duration(wait_s), wait_target(reason));
        let amounts = memory_amounts(reason, limits, free_memory_bytes());
        let separator = if amounts.is_empty() { "" } else { ": " };
        Some(format!("no case started for {wait}: waiting for {target}{separator}{amounts}"))
    }
}
