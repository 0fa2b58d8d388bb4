//! Measures the series total: runs the cases again, one after another, on one thread.

use crate::run::{CaseOutcome, RunEvent};
use crate::study::FrozenStudy;
use crate::workload::{Context, StopSignal, Workload};

use super::clock::{Clock, sharpen_sleep};
use super::dispatcher::Dispatcher;
use super::measure::run_case;

/// Runs the cases in listed order on the calling thread. If a case does not
/// succeed, no total is reported.
pub(crate) fn measure(
    dispatcher: &Dispatcher,
    clock: Clock,
    frozen: &FrozenStudy,
    workload: &dyn Workload,
    stop: &StopSignal,
) {
    sharpen_sleep();
    let mut context = Context::new(stop, frozen.plan.seed, frozen.plan.time_scale);
    let first_start_ns = clock.now_ns();
    dispatcher.emit(RunEvent::SeriesStarted { at_ns: first_start_ns });
    let mut last_end_ns = first_start_ns;
    for (row, case) in frozen.cases.iter().zip(0..) {
        let start_ns = clock.now_ns();
        let outcome = run_case(workload, row, &mut context);
        let end_ns = clock.now_ns();
        if !matches!(outcome, CaseOutcome::Done(_)) {
            return;
        }
        last_end_ns = end_ns;
        dispatcher.emit(RunEvent::SeriesCase { case, start_ns, end_ns });
    }
    dispatcher.emit(RunEvent::SeriesDone { total_ns: last_end_ns - first_start_ns });
}
