//! What running in parallel costs.

use std::fmt;

use crate::study::ClockChoice;

use crate::report::run_report::RunReport;
use crate::text::precise_duration;

/// What a run spent on anything but its cases, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Overhead {
    /// From the start of the run until a worker asked for its first case.
    pub(crate) startup_s: f64,
    /// Between the end of a case and the start of the next.
    pub(crate) dispatch_s: f64,
}

impl Overhead {
    /// That of this run, if it really ran.
    pub(crate) fn of(report: &RunReport) -> Option<Self> {
        let account = report.figures.account?;
        let started = report.state.records().iter().filter(|record| record.has_started()).count();
        if report.frozen.plan.clock == ClockChoice::Virtual || started == 0 {
            return None;
        }
        Some(Self {
            startup_s: account.startup / f64::from(report.frozen.plan.workers),
            dispatch_s: account.dispatch / started as f64,
        })
    }

    /// What it comes to with so many workers that run at once.
    pub(crate) fn of_s(self, cases: usize, at_once: u32) -> f64 {
        self.startup_s + self.dispatch_s * cases as f64 / f64::from(at_once.max(1))
    }

    /// From which length of a case on so many workers that run at once take less
    /// than a loop: where n L / m + overhead = n L. `None` where they never do.
    pub(crate) fn pays_from_s(self, cases: usize, at_once: u32) -> Option<f64> {
        if cases < 2 || at_once < 2 {
            return None;
        }
        let saved = 1.0 - 1.0 / f64::from(at_once);
        Some(self.of_s(cases, at_once) / (cases as f64 * saved))
    }
}

impl fmt::Display for Overhead {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (startup, dispatch) =
            (precise_duration(self.startup_s), precise_duration(self.dispatch_s));
        write!(to, "The overhead of this run: {startup} to start, {dispatch} for each case.")
    }
}
