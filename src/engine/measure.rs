//! Running cases and measuring them, by the thread that does the work.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

use crate::run::CaseOutcome;
use crate::study::Case;
use crate::workload::{Context, Failure, Workload};

use super::clock::{Clock, sharpen_sleep, thread_cpu_ns};

/// What came of a case, with its times in nanoseconds from the start of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Measured {
    pub(super) start_ns: u64,
    pub(super) end_ns: u64,
    /// How much of the time it waited, where known.
    pub(super) waited_ns: Option<u64>,
    /// How much CPU time it used, where known.
    pub(super) cpu_ns: Option<u64>,
    pub(super) outcome: CaseOutcome,
}

/// Runs cases on the calling thread and measures them.
pub(super) struct Meter<'a> {
    clock: Clock,
    workload: &'a dyn Workload,
    context: Context<'a>,
    /// Reading the CPU clock costs a system call: each reading ends one case
    /// and begins the next. What is used in between is cut off again below.
    cpu_ns: Option<u64>,
}

impl<'a> Meter<'a> {
    pub(super) fn new(clock: Clock, workload: &'a dyn Workload, context: Context<'a>) -> Self {
        sharpen_sleep();
        Self { clock, workload, context, cpu_ns: thread_cpu_ns() }
    }

    /// To be called where the thread did something else, such as waiting, since
    /// its last case.
    pub(super) fn begin_anew(&mut self) {
        self.cpu_ns = thread_cpu_ns();
    }

    /// Runs a case that starts at `start_ns`.
    pub(super) fn measure(&mut self, case: Case<'_>, start_ns: u64) -> Measured {
        let outcome = run_case(self.workload, case, &mut self.context);
        let end_ns = self.clock.now_ns();
        let cpu_end_ns = thread_cpu_ns();

        let time_ns = end_ns - start_ns;
        let waited = u64::try_from(self.context.take_waited().as_nanos()).unwrap_or(u64::MAX);
        let waited_ns = waited.min(time_ns);
        let used_ns = self.cpu_ns.zip(cpu_end_ns).map(|(from, to)| to.saturating_sub(from));
        self.cpu_ns = cpu_end_ns;
        Measured {
            start_ns,
            end_ns,
            waited_ns: Some(waited_ns),
            // One thread cannot have computed for longer than it did not wait.
            cpu_ns: used_ns.map(|used_ns| used_ns.min(time_ns - waited_ns)),
            outcome,
        }
    }
}

/// Takes a case through the workload. A panic fails this case alone.
pub(super) fn run_case(
    workload: &dyn Workload,
    case: Case<'_>,
    context: &mut Context<'_>,
) -> CaseOutcome {
    match catch_unwind(AssertUnwindSafe(|| workload.run(case, context))) {
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
