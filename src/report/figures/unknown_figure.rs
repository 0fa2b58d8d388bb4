//! Why a figure of a run is unknown.

use std::fmt;

use crate::report::run_report::RunReport;
use crate::text::{count, grouped, plural};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownFigure {
    NoCaseEnded,
    /// So many of all cases are not done.
    NotAllDone {
        left: usize,
        cases: usize,
    },
    /// So many cases were done in earlier sessions, whose time is not part of the total.
    EarlierSessions(u32),
    /// Nothing tells the times of the cases one after another.
    AloneTimes,
    /// The run took no time.
    NoTime,
    WorkersChanged,
    /// The run was paused; its total includes that.
    Paused,
}

impl UnknownFigure {
    /// Returns why the total is unknown, if it is.
    pub fn of_total(report: &RunReport) -> Option<Self> {
        report.figures.total_parallel_s.is_none().then_some(Self::NoCaseEnded)
    }

    /// Returns why the speed-up is unknown, if it is.
    pub fn of_speedup(report: &RunReport) -> Option<Self> {
        let (figures, state) = (&report.figures, &report.state);
        let cases = state.records.len();
        if figures.speedup.is_some() {
            return None;
        }
        Some(match cases - state.done_count as usize {
            0 if state.resumed_count > 0 => Self::EarlierSessions(state.resumed_count),
            0 if figures.series.is_none() => Self::AloneTimes,
            0 if report.figures.steering.is_some_and(|it| it.paused_s > 0.0) => Self::Paused,
            0 => Self::of_total(report).unwrap_or(Self::NoTime),
            left => Self::NotAllDone { left, cases },
        })
    }

    /// Returns why the efficiency is unknown, if it is.
    pub fn of_efficiency(report: &RunReport) -> Option<Self> {
        let is_unknown = report.figures.efficiency.is_none();
        is_unknown.then(|| Self::of_speedup(report).unwrap_or(Self::WorkersChanged))
    }
}

impl fmt::Display for UnknownFigure {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoCaseEnded => to.write_str("no case ended"),
            Self::NotAllDone { left, cases } => {
                let (are, cases) = (plural(left, "is", "are"), count(cases, "case"));
                write!(to, "{} of {cases} {are} not done", grouped(left))
            }
            Self::EarlierSessions(earlier) => {
                let were = plural(earlier, "was", "were");
                write!(to, "{} {were} done in an earlier session", count(earlier, "case"))
            }
            Self::AloneTimes => to.write_str("the time that each case takes alone is unknown"),
            Self::NoTime => to.write_str("the run took no time"),
            Self::Paused => to.write_str("the run was paused"),
            Self::WorkersChanged => to.write_str("the number of workers changed during the run"),
        }
    }
}
