//! Executes a frozen study and follows it to its end.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::{self, RunHandle};
use crate::report::TimeLeft;
use crate::run::{RunState, replay};
use crate::study::{ClockChoice, Frozen, SeriesChoice};
use crate::workload::Workload;

use super::interrupt::Interrupt;
use super::main::say;
use super::progress::Progress;
use super::results_file::ResultsFile;
use super::sitting::Begun;

/// How often the command line looks for an interrupt and redraws.
const TICK: Duration = Duration::from_millis(10);

/// Runs the study, or plays it on the virtual clock. `what` stands before the
/// progress. The error is a message for the user.
pub(super) fn execute(
    frozen: &Arc<Frozen>,
    workload: Arc<dyn Workload>,
    begun: Begun,
    interrupt: &Interrupt,
    what: &str,
    quiet: bool,
) -> Result<RunState, String> {
    if frozen.plan.clock == ClockChoice::Virtual {
        return Ok(replay(frozen));
    }
    let Begun { setting, mut results, .. } = begun;
    let handle = engine::start_with(Arc::clone(frozen), workload, setting, || ())
        .map_err(|error| format!("the system gives no thread: {error}"))?;
    let state = follow(&handle, frozen, results.as_mut(), interrupt, what, quiet);
    if let Some(Err(message)) = results.map(|results| results.finish(&state)) {
        say(&format!("error: {message}"));
    }
    Ok(state)
}

/// Folds the events until the run is over; an interrupt cancels it.
fn follow(
    handle: &RunHandle,
    frozen: &Frozen,
    mut results: Option<&mut ResultsFile>,
    interrupt: &Interrupt,
    what: &str,
    quiet: bool,
) -> RunState {
    let mut state = RunState::new(frozen.cases.len());
    let mut time_left = TimeLeft::new(frozen);
    let runs = if frozen.plan.series == SeriesChoice::Measure { 2 } else { 1 };
    let mut progress = Progress::new(frozen.cases.len() as u64 * runs, quiet);
    let mut cancelled = false;
    while !state.ended() {
        let Some(bundle) = handle.next_within(TICK) else { break };
        for event in bundle {
            time_left.apply(&event);
            if let Some(results) = &mut results {
                results.apply(&event);
            }
            state.apply(event);
        }
        if !cancelled && interrupt.asked() {
            cancelled = true;
            handle.cancel();
            if frozen.program.is_some() {
                say("interrupted: programs are told to end; once more, and nothing is reported");
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
            None => (0, format!("{what}{} of {cases} cases", state.ended_cases())),
            Some(series) => {
                (series.ended, format!("{what}in series {} of {cases} cases", series.ended))
            }
        };
        let ended = u64::from(ended + state.ended_cases());
        progress.show(ended, &done, now_ns, time_left.left(now_ns));
    }
    progress.clear();
    state
}
