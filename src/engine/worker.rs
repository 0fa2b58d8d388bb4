//! A worker: asks the desk for a case, runs it, measures it, reports it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::run::{CaseEnd, CaseOutcome, RunEvent};
use crate::schedule::Outcome;
use crate::study::{Case, Frozen};
use crate::workload::{Context, Failure, Stop, Workload};

use super::clock::{Clock, sharpen_sleep, thread_cpu_ns};
use super::desk::Desk;

/// Runs cases on the calling thread until the desk has none left.
pub(super) fn work(desk: &Desk, clock: Clock, frozen: &Frozen, job: &dyn Workload, stop: &Stop) {
    sharpen_sleep();
    let mut context = Context::new(stop, frozen.plan.seed, frozen.plan.time_scale);
    // Reading the CPU clock costs a system call: each reading ends one case and
    // begins the next. What the desk uses in between is cut off again below.
    let mut cpu_ns = thread_cpu_ns();
    let mut turn = desk.first(clock.now_ns());
    while let Some(now) = turn {
        if now.waited {
            cpu_ns = thread_cpu_ns();
        }
        let case = frozen.cases.case(now.ticket.case as usize);
        let outcome = run_case(job, case, &mut context);
        let end_ns = clock.now_ns();
        let cpu_end_ns = thread_cpu_ns();

        let time_ns = end_ns - now.start_ns;
        let waited = u64::try_from(context.take_waited().as_nanos()).unwrap_or(u64::MAX);
        let waited_ns = waited.min(time_ns);
        let used_ns = cpu_ns.zip(cpu_end_ns).map(|(from, to)| to.saturating_sub(from));
        cpu_ns = cpu_end_ns;
        let settled = match outcome {
            CaseOutcome::Failed(_) => Outcome::Failed,
            CaseOutcome::Done(_) | CaseOutcome::Cancelled => Outcome::Settled,
        };
        let report = RunEvent::Finished(CaseEnd {
            ticket: now.ticket,
            start_ns: now.start_ns,
            end_ns,
            waited_ns: Some(waited_ns),
            // One thread cannot have computed for longer than it did not wait.
            cpu_ns: used_ns.map(|used_ns| used_ns.min(time_ns - waited_ns)),
            outcome,
        });
        turn = desk.again(now.ticket.lane, settled, report, end_ns);
    }
}

/// Takes a case through the workload. A panic fails this case alone.
pub(super) fn run_case(
    job: &dyn Workload,
    case: Case<'_>,
    context: &mut Context<'_>,
) -> CaseOutcome {
    match catch_unwind(AssertUnwindSafe(|| job.run(case, context))) {
        Ok(Ok(value)) if value.is_finite() => CaseOutcome::Done(Some(value)),
        Ok(Ok(value)) => {
            let what = if value.is_nan() { "undefined" } else { "overflow" };
            CaseOutcome::Failed(format!("{what}: expected a finite value, found {value}"))
        }
        Ok(Err(Failure::Cancelled)) => CaseOutcome::Cancelled,
        Ok(Err(Failure::Failed(message))) => CaseOutcome::Failed(message),
        Err(panic) => CaseOutcome::Failed(format!("panicked: {}", panic_text(panic.as_ref()))),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a text")
}
