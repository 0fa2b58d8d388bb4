//! The figures of a run: totals, speed-up, efficiency, lower bound.

use strum::IntoStaticStr;

use super::account::Account;
use super::lower_bound::{CaseLengths, lower_bound_ns};
use crate::run::{CaseRecord, RunState};
use crate::schedule::s_from_ns;
use crate::study::FrozenStudy;

/// Source of a series total. Totals of different kinds are never mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum SeriesKind {
    /// Time of a run of the cases one after another.
    Measured,
    /// Sum of the intended times.
    Estimated,
    /// Sum of CPU and waited times. Cores that share a chip slow each other down, so
    /// the cases may take less time alone.
    AtMost,
}

impl SeriesKind {
    /// Name in reports.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Name in a sentence.
    pub fn label(self) -> &'static str {
        if self == Self::AtMost { "at most" } else { self.name() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeriesTotal {
    pub total_s: f64,
    pub kind: SeriesKind,
}

/// The figures of a run; `None` where a figure is undefined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Makespan in seconds: start of the run, or of its last session, to the end of the
    /// last case. 0 for a table without cases; `None` if no case ended.
    pub total_parallel_s: Option<f64>,
    /// Series total; only if all cases are done, in one session.
    pub series: Option<SeriesTotal>,
    /// Series total divided by parallel total.
    pub speedup: Option<f64>,
    /// Speed-up divided by workers; only if their number never changed.
    pub efficiency: Option<f64>,
    /// Lower bound in seconds of any schedule on these lanes and licences; only for a
    /// run in one session, and once it has ended only if all cases are done.
    pub lower_bound_s: Option<f64>,
    /// How the lane-seconds were spent, if any case ended.
    pub account: Option<Account>,
}

impl Figures {
    /// Computes the figures of a run of this study.
    pub fn of(frozen: &FrozenStudy, state: &RunState) -> Self {
        let plan = &frozen.plan;
        let has_total = frozen.cases.is_empty() || state.any_attempt_ended();
        let total_parallel_s = has_total.then(|| s_from_ns(state.makespan_ns));
        let series = series_total(frozen, state);
        let speedup = series
            .zip(total_parallel_s.filter(|&total_s| total_s > 0.0))
            .map(|(series, total_s)| series.total_s / total_s);
        Self {
            total_parallel_s,
            series,
            speedup,
            efficiency: speedup
                .filter(|_| state.target_workers.is_none())
                .map(|speedup| speedup / f64::from(plan.workers)),
            lower_bound_s: CaseLengths::of(frozen, state)
                .filter(|_| state.resumed_count == 0 && state.target_workers.is_none())
                .filter(|_| state.all_done() || !state.has_ended)
                .map(|lengths| s_from_ns(lower_bound_ns(&lengths.lengths_ns, plan.max_running()))),
            account: has_total.then(|| Account::of(state, plan.workers, plan.clock)),
        }
    }
}

fn series_total(frozen: &FrozenStudy, state: &RunState) -> Option<SeriesTotal> {
    if !state.all_done() || state.resumed_count > 0 {
        return None;
    }
    if let Some(total_ns) = state.series.and_then(|series| series.total_ns) {
        return Some(SeriesTotal { total_s: s_from_ns(total_ns), kind: SeriesKind::Measured });
    }
    if let Some(seconds) = frozen.lengths.seconds() {
        // An empty f64 sum is −0 in Rust.
        let total_s = seconds.iter().sum::<f64>() + 0.0;
        return Some(SeriesTotal { total_s, kind: SeriesKind::Estimated });
    }
    let own_ns = state.records.iter().map(CaseRecord::busy_ns).sum::<Option<u64>>()?;
    Some(SeriesTotal { total_s: s_from_ns(own_ns), kind: SeriesKind::AtMost })
}
