//! Executes a frozen study and follows it to its end.

use std::sync::Arc;
use std::time::Duration;

use crate::engine;
use crate::engine::RunHandle;
use crate::report::{TimeLeftEstimator, wait_target};
use crate::run::{RunEvent, RunState, replay};
use crate::schedule::{WaitReason, s_from_ns};
use crate::study::{ClockChoice, FrozenStudy, SeriesChoice};
use crate::text::duration;
use crate::workload::Workload;

use super::interrupt::Interrupt;
use super::progress::ProgressLine;
use super::results_file::{PendingResults, ResultsWriter};
use super::sitting::StartedSession;

/// When nothing was in work for so long, it is said why.
const HELD_S: f64 = 3.0;

/// How often the command line looks for an interrupt and redraws.
const TICK: Duration = Duration::from_millis(10);

/// Runs the study, or plays it on the virtual clock; returns also the results that are
/// still being written. `what` stands before the progress. The error is a message for
/// the user.
pub(super) fn execute(
    frozen: &Arc<FrozenStudy>,
    workload: Arc<dyn Workload>,
    begun: StartedSession,
    interrupt: &Interrupt,
    what: &str,
    quiet: bool,
) -> Result<(RunState, Option<PendingResults>), String> {
    if frozen.plan.clock == ClockChoice::Virtual {
        return Ok((replay(frozen), None));
    }
    let StartedSession { setting, mut results, .. } = begun;
    let handle = engine::start_with(Arc::clone(frozen), workload, setting, || ())
        .map_err(|error| format!("the system gives no thread: {error}"))?;
    let state = follow(&handle, frozen, results.as_mut(), interrupt, what, quiet);
    let last = results.map(|results| results.finish(&state, handle));
    Ok((state, last))
}

/// Folds the events until the run is over; an interrupt cancels it.
fn follow(
    handle: &RunHandle,
    frozen: &FrozenStudy,
    mut results: Option<&mut ResultsWriter>,
    interrupt: &Interrupt,
    what: &str,
    quiet: bool,
) -> RunState {
    let mut state = RunState::new(frozen.cases.len());
    let mut time_left = TimeLeftEstimator::new(frozen);
    let runs = if frozen.plan.series == SeriesChoice::Measure { 2 } else { 1 };
    let mut progress = ProgressLine::new(frozen.cases.len() as u64 * runs, quiet);
    let mut cancelled = false;
    let mut held = WaitReporter::default();
    while !state.has_ended() {
        let Some(bundle) = handle.next_within(TICK) else { break };
        for event in bundle {
            time_left.apply(&event);
            if matches!(event, RunEvent::Started { .. }) {
                held = WaitReporter::default();
            }
            if let Some(results) = &mut results {
                results.apply(&event);
            }
            state.apply(event);
        }
        if !cancelled && interrupt.asked() {
            cancelled = true;
            handle.cancel();
            if frozen.program.is_some() {
                progress.say(
                    "interrupted: programs are told to end; once more, and nothing is reported",
                );
            }
        }
        let now_ns = handle.now_ns();
        if let Some(results) = &mut results {
            results.update(&state, now_ns);
        }
        if progress.is_due(now_ns) {
            time_left.update(now_ns);
        }
        let cases = frozen.cases.len();
        let (ended, done) = match state.series() {
            None => (0, format!("{what}{} of {cases} cases", state.ended_count())),
            Some(series) => {
                (series.ended, format!("{what}in series {} of {cases} cases", series.ended))
            }
        };
        let ended = u64::from(ended + state.ended_count());
        progress.show(ended, &done, now_ns, time_left.estimate(now_ns));
        if let Some(words) = held.look(state.blocked_by(), now_ns).filter(|_| !quiet) {
            progress.say(&words);
        }
    }
    progress.clear();
    state
}

/// Tells, once each time, that nothing can start.
#[derive(Default)]
struct WaitReporter {
    since_ns: Option<u64>,
    said: bool,
}

impl WaitReporter {
    fn look(&mut self, why: Option<WaitReason>, now_ns: u64) -> Option<String> {
        let Some(why) = why else {
            *self = Self::default();
            return None;
        };
        let held_s = s_from_ns(now_ns - *self.since_ns.get_or_insert(now_ns));
        if held_s < HELD_S || self.said {
            return None;
        }
        self.said = true;
        Some(format!(
            "nothing could start for {}: waiting for {}",
            duration(held_s),
            wait_target(why)
        ))
    }
}
