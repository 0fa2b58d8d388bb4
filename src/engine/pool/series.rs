//! The series total, measured: the cases once more, one after another, on one
//! thread and without a pool.

use crate::run::{CaseOutcome, RunEvent};
use crate::study::FrozenStudy;
use crate::workload::{Context, StopSignal, Workload};

use super::clock::{Clock, sharpen_sleep};
use super::dispatcher::Dispatcher;
use super::measure::run_case;

/// Runs the cases in listed order on the calling thread. If one does not end
/// well, there is no total.
pub(crate) fn measure(
    desk: &Dispatcher,
    clock: Clock,
    frozen: &FrozenStudy,
    job: &dyn Workload,
    stop: &StopSignal,
) {
    sharpen_sleep();
    let mut context = Context::new(stop, frozen.plan.seed, frozen.plan.time_scale);
    let first_ns = clock.now_ns();
    desk.note(RunEvent::SeriesStarted { at_ns: first_ns });
    let mut end_ns = first_ns;
    for (case, number) in frozen.cases.iter().zip(0..) {
        let start_ns = clock.now_ns();
        let outcome = run_case(job, case, &mut context);
        end_ns = clock.now_ns();
        if !matches!(outcome, CaseOutcome::Done(_)) {
            return;
        }
        desk.note(RunEvent::SeriesCase { case: number, start_ns, end_ns });
    }
    desk.note(RunEvent::SeriesDone { total_ns: end_ns - first_ns });
}
