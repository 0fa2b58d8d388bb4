//! The figures of a run: totals, speed-up, efficiency, lower bound.

use strum::IntoStaticStr;

use crate::run::{CaseRecord, RunState};
use crate::schedule::s_from_ns;
use crate::study::FrozenStudy;

use super::account::Account;
use super::case_lengths::CaseLengths;
use super::lower_bound::lower_bound_ns;

/// Where a series total comes from. The three are never mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum SeriesKind {
    /// The cases were really run one after another.
    Measured,
    /// The sum of the times that the cases are meant to take.
    Estimated,
    /// The sum of CPU and waited times. Cores that share a chip run slower
    /// together, so alone the cases may take less.
    AtMost,
}

impl SeriesKind {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The name in a sentence.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Estimated => "estimated",
            Self::AtMost => "at most",
        }
    }
}

/// How long the cases take one after another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeriesTotal {
    /// In seconds.
    pub total_s: f64,
    /// Where it comes from.
    pub kind: SeriesKind,
}

/// The figures of a run. What is not defined is absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// From the start of the run, or of its last sitting, to the end of the last
    /// case in it, in seconds; 0 for a table without cases, absent if no case ended.
    pub total_parallel_s: Option<f64>,
    /// The same cases one after another; only if all are done, and in one sitting.
    pub series: Option<SeriesTotal>,
    /// Series total divided by parallel total.
    pub speedup: Option<f64>,
    /// Speed-up divided by workers, if they were as many all the time.
    pub efficiency: Option<f64>,
    /// No schedule on these lanes and with these licences ends sooner, in seconds;
    /// only of a run in one sitting.
    pub lower_bound_s: Option<f64>,
    /// Where the lane-seconds went, if there are any.
    pub account: Option<Account>,
}

impl Figures {
    /// The figures of a run of this study.
    #[must_use]
    pub fn of(frozen: &FrozenStudy, state: &RunState) -> Self {
        let plan = &frozen.plan;
        let any = frozen.cases.is_empty() || state.any_attempt_ended();
        let total_parallel_s = any.then(|| s_from_ns(state.makespan_ns()));
        let series = series_total(frozen, state);
        let speedup = series
            .zip(total_parallel_s.filter(|&total_s| total_s > 0.0))
            .map(|(series, total_s)| series.total_s / total_s);
        Self {
            total_parallel_s,
            series,
            speedup,
            efficiency: speedup
                .filter(|_| state.target_workers().is_none())
                .map(|speedup| speedup / f64::from(plan.workers)),
            lower_bound_s: CaseLengths::of(frozen, state)
                .filter(|_| state.resumed_count() == 0 && state.target_workers().is_none())
                .map(|known| s_from_ns(lower_bound_ns(&known.lengths_ns, plan.at_once()))),
            account: any.then(|| Account::of(state, plan.workers, plan.clock)),
        }
    }
}

fn series_total(frozen: &FrozenStudy, state: &RunState) -> Option<SeriesTotal> {
    if !state.all_done() || state.resumed_count() > 0 {
        return None;
    }
    if let Some(total_ns) = state.series().and_then(|series| series.total_ns) {
        return Some(SeriesTotal { total_s: s_from_ns(total_ns), kind: SeriesKind::Measured });
    }
    if let Some(seconds) = frozen.lengths.seconds() {
        // The sum of nothing is −0 in Rust.
        let total_s = seconds.iter().sum::<f64>() + 0.0;
        return Some(SeriesTotal { total_s, kind: SeriesKind::Estimated });
    }
    let own_ns = state.records().iter().map(CaseRecord::busy_ns).sum::<Option<u64>>()?;
    Some(SeriesTotal { total_s: s_from_ns(own_ns), kind: SeriesKind::AtMost })
}
