//! The cost of running in parallel.

use crate::study::ClockChoice;

use crate::report::run_report::RunReport;

/// Time a run spent beside its cases, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Overhead {
    /// Start of the run until a worker asked for its first case, per worker.
    pub(crate) startup_s: f64,
    /// End of a case to the start of the next, per case.
    pub(crate) dispatch_s: f64,
}

impl Overhead {
    /// The overhead of a run; `None` on the virtual clock or if no case started.
    pub(crate) fn of(report: &RunReport) -> Option<Self> {
        let account = report.figures.account?;
        let started = report.state.records.iter().filter(|record| record.has_started()).count();
        if report.frozen.plan.clock == ClockChoice::Virtual || started == 0 {
            return None;
        }
        Some(Self {
            startup_s: account.startup / f64::from(report.frozen.plan.workers),
            dispatch_s: account.dispatch / started as f64,
        })
    }

    /// Overhead in seconds of this many cases on workers that run in parallel.
    pub(crate) fn total_s(self, cases: usize, parallel: u32) -> f64 {
        self.startup_s + self.dispatch_s * cases as f64 / f64::from(parallel.max(1))
    }

    /// Length L of a case from which m parallel workers beat a loop over n cases:
    /// n L / m + overhead = n L. `None` if they never do.
    pub(crate) fn pays_from_s(self, cases: usize, parallel: u32) -> Option<f64> {
        if cases < 2 || parallel < 2 {
            return None;
        }
        let saved = 1.0 - 1.0 / f64::from(parallel);
        Some(self.total_s(cases, parallel) / (cases as f64 * saved))
    }
}
