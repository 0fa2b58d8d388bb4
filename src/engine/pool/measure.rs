//! Runs and measures cases on the thread that does the work.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

use crate::run::CaseOutcome;
use crate::study::Case;
use crate::workload::{Context, Failure, Workload};

use super::clock::Clock;
use crate::system::clock::{CPU_STEP_NS, thread_cpu_ns};
use crate::system::threads::sharpen_sleep;

/// Steps of CPU time that a case must last for its CPU time to be known.
const KNOWN_CPU_STEPS: u64 = 8;

/// Outcome and measurements of a case, with the meanings that they have in `CaseEnd`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CaseMeasurement {
    pub(crate) start_ns: u64,
    pub(crate) end_ns: u64,
    pub(crate) waited_ns: Option<u64>,
    pub(crate) cpu_ns: Option<u64>,
    pub(crate) memory_bytes: Option<u64>,
    pub(crate) outcome: CaseOutcome,
    /// Whether the program did not write the file that holds the value.
    pub(crate) lacks_value_file: bool,
    /// End of the output of a program that did not succeed.
    pub(crate) output_tail: Option<String>,
}

impl CaseMeasurement {
    /// Creates the result of a case that nothing measured.
    pub(crate) fn unmeasured(start_ns: u64, end_ns: u64, outcome: CaseOutcome) -> Self {
        Self {
            start_ns,
            end_ns,
            waited_ns: None,
            cpu_ns: None,
            memory_bytes: None,
            outcome,
            lacks_value_file: false,
            output_tail: None,
        }
    }
}

/// Runs cases on the calling thread and measures them.
pub(crate) struct Meter<'a> {
    clock: Clock,
    workload: &'a dyn Workload,
    context: Context<'a>,
    /// CPU time at the end of the previous case. Reading it is a system call, so
    /// one reading serves as the end of a case and the start of the next.
    cpu_ns: Option<u64>,
}

impl<'a> Meter<'a> {
    pub(crate) fn new(clock: Clock, workload: &'a dyn Workload, context: Context<'a>) -> Self {
        sharpen_sleep();
        Self { clock, workload, context, cpu_ns: thread_cpu_ns() }
    }

    /// Restarts the CPU clock after the thread did anything else than run cases, such as waiting.
    pub(crate) fn restart(&mut self) {
        self.cpu_ns = thread_cpu_ns();
    }

    /// Runs and measures a case that starts at `start_ns`.
    pub(crate) fn measure(&mut self, case: Case<'_>, start_ns: u64) -> CaseMeasurement {
        let outcome = run_case(self.workload, case, &mut self.context);
        let end_ns = self.clock.now_ns();
        let cpu_end_ns = thread_cpu_ns();

        let time_ns = end_ns - start_ns;
        let waited = u64::try_from(self.context.take_waited().as_nanos()).unwrap_or(u64::MAX);
        let waited_ns = waited.min(time_ns);
        let used_ns = self.cpu_ns.zip(cpu_end_ns).map(|(from, to)| to.saturating_sub(from));
        self.cpu_ns = cpu_end_ns;
        CaseMeasurement {
            start_ns,
            end_ns,
            waited_ns: Some(waited_ns),
            // One thread cannot compute for longer than it did not wait.
            cpu_ns: known_cpu_ns(used_ns, time_ns).map(|used_ns| used_ns.min(time_ns - waited_ns)),
            memory_bytes: None,
            outcome,
            lacks_value_file: false,
            output_tail: None,
        }
    }
}

/// Returns the CPU time of a case that took `time_ns`, unless the case was too short for the
/// steps in which the system accounts for CPU time.
pub(crate) fn known_cpu_ns(used_ns: Option<u64>, time_ns: u64) -> Option<u64> {
    used_ns.filter(|_| time_ns >= KNOWN_CPU_STEPS * CPU_STEP_NS)
}

/// Runs a case. A panic fails this case only; the global lock is released in any case.
pub(crate) fn run_case(
    workload: &dyn Workload,
    case: Case<'_>,
    context: &mut Context<'_>,
) -> CaseOutcome {
    let result = catch_unwind(AssertUnwindSafe(|| {
        context.begin_case()?;
        workload.run(case, context)
    }));
    context.end_case();
    match result {
        Ok(Ok(value)) if value.is_finite() => CaseOutcome::done(Some(value)),
        Ok(Ok(value)) => {
            let problem = if value.is_nan() { "undefined" } else { "overflow" };
            CaseOutcome::Failed(format!("{problem}: expected a finite value, found {value}"))
        }
        Ok(Err(Failure::Cancelled)) => CaseOutcome::Cancelled,
        Ok(Err(Failure::Failed(message))) => CaseOutcome::Failed(message),
        Err(panic) => CaseOutcome::Failed(format!("panicked: {}", panic_text(panic.as_ref()))),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::{Duration, Instant};

    use crate::workload::{GlobalLock, StopSignal};

    use super::*;

    const CASE: Case<'_> = Case { index: 0, name: "", x: 2.0, y: 1.0 };

    struct Custom(fn(&mut Context<'_>) -> Result<f64, Failure>);

    impl Workload for Custom {
        fn description(&self) -> &'static str {
            "a function of the test"
        }

        fn run(&self, _case: Case<'_>, context: &mut Context<'_>) -> Result<f64, Failure> {
            self.0(context)
        }
    }

    #[test]
    fn the_lock_is_released_however_a_case_ends() {
        let (lock, stop) = (GlobalLock::default(), StopSignal::default());
        let jobs = [
            Custom(|_| Ok(1.0)),
            Custom(|_| Err(Failure::Failed("no mesh".to_owned()))),
            Custom(|_| panic!("no licence")),
            Custom(|context| context.wait(1e-3).map(|()| 2.0)),
            Custom(|context| context.compute(10.0, |_| panic!("no memory")).map(|()| 3.0)),
        ];
        let mut first = Context::new(&stop, 0, 1.0).with_lock(&lock);
        let mut second = Context::new(&stop, 0, 1.0).with_lock(&lock);
        // Both run on one thread: a lock that one of them kept would block forever.
        for job in &jobs {
            assert_eq!(run_case(job, CASE, &mut first), run_case(job, CASE, &mut second));
        }
    }

    #[test]
    fn a_value_that_is_not_finite_fails_with_a_reason() {
        let stop = StopSignal::default();
        let mut context = Context::new(&stop, 0, 1.0);
        for (job, expected) in [
            (Custom(|_| Ok(f64::NEG_INFINITY)), "overflow: expected a finite value, found -inf"),
            (Custom(|_| Ok(f64::NAN)), "undefined: expected a finite value, found NaN"),
        ] {
            let outcome = run_case(&job, CASE, &mut context);
            assert_eq!(outcome, CaseOutcome::Failed(expected.to_owned()));
        }
    }

    #[test]
    fn time_without_the_lock_is_neither_waited_nor_cpu_time() {
        let (lock, stop) = (GlobalLock::default(), StopSignal::default());
        let mut holding = Context::new(&stop, 0, 1.0).with_lock(&lock);
        holding.begin_case().unwrap();
        let (sender, started) = channel();
        thread::scope(|scope| {
            let case = scope.spawn(|| {
                let mut context = Context::new(&stop, 0, 1.0).with_lock(&lock);
                let (start, cpu_ns) = (Instant::now(), thread_cpu_ns());
                sender.send(()).unwrap();
                let outcome = run_case(&Custom(|_| Ok(1.0)), CASE, &mut context);
                let used_ns = thread_cpu_ns().zip(cpu_ns).map(|(to, from)| to - from);
                (outcome, start.elapsed(), context.take_waited(), used_ns)
            });
            started.recv().unwrap();
            thread::sleep(Duration::from_millis(200));
            holding.end_case();
            let (outcome, time, waited, used_ns) = case.join().unwrap();
            assert_eq!(outcome, CaseOutcome::done(Some(1.0)));
            assert!(time >= Duration::from_millis(200), "{time:?}");
            assert_eq!(waited, Duration::ZERO);
            assert!(used_ns.is_none_or(|used_ns| used_ns < 50_000_000), "{used_ns:?}");
        });
    }
}
