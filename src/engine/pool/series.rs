//! Measures the series total: runs the cases again, one after another.

use crate::run::RunEvent;
use crate::study::{Case, CaseTable};

use super::clock::Clock;
use super::dispatcher::Dispatcher;

/// Runs the cases in listed order. `run` returns start and end of a case, or `None` if it
/// does not succeed: then no total is reported.
pub(crate) fn measure(
    dispatcher: &Dispatcher,
    clock: Clock,
    cases: &CaseTable,
    mut run: impl FnMut(u32, Case<'_>) -> Option<(u64, u64)>,
) {
    let first_start_ns = clock.now_ns();
    dispatcher.emit(RunEvent::SeriesStarted { at_ns: first_start_ns });
    let mut last_end_ns = first_start_ns;
    for (row, case) in cases.iter().zip(0..) {
        let Some((start_ns, end_ns)) = run(case, row) else { return };
        last_end_ns = end_ns;
        dispatcher.emit(RunEvent::SeriesCase { case, start_ns, end_ns });
    }
    dispatcher.emit(RunEvent::SeriesDone { total_ns: last_end_ns - first_start_ns });
}
