//! The figures of a run: totals, speed-up, efficiency, lower bound.

use super::account::Account;
use super::lower_bound::{CaseLengths, lower_bound_ns};
use super::series_total::{SeriesTotal, series_total};
use super::steering::Steering;
use crate::report::run_source::RunSource;
use crate::run::{CaseRecord, RunState};
use crate::schedule::s_from_ns;
use crate::study::FrozenStudy;

/// The figures of a run; `None` where a figure is undefined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Makespan in seconds: start of the run, or of its last session, to the end of the
    /// last case. 0 for a table without cases; `None` if no case ended.
    pub total_parallel_s: Option<f64>,
    /// Sum of the times of all cases in seconds; only if their starts are unknown.
    pub sum_of_times_s: Option<f64>,
    /// Series total; only if all cases are done, in one session.
    pub series: Option<SeriesTotal>,
    /// Series total divided by parallel total; not for a run that was paused.
    pub speedup: Option<f64>,
    /// Speed-up divided by workers; only if their number never changed.
    pub efficiency: Option<f64>,
    /// Lower bound in seconds of any schedule on these lanes and licences; only for a
    /// run in one session, and once it has ended only if all cases are done.
    pub lower_bound_s: Option<f64>,
    /// How the lane-seconds were spent, if any case ended.
    pub account: Option<Account>,
    /// What the user changed while the run was in progress, if anything.
    pub steering: Option<Steering>,
}

impl Figures {
    /// Computes the figures of a run of this study.
    pub fn of(frozen: &FrozenStudy, state: &RunState) -> Self {
        let plan = &frozen.plan;
        let has_total = frozen.cases.is_empty() || state.any_attempt_ended();
        let total_parallel_s = has_total.then(|| s_from_ns(state.makespan_ns));
        let series = series_total(frozen, state);
        let steering = Steering::of(plan.workers, state);
        let was_paused = steering.is_some_and(|steering| steering.paused_s > 0.0);
        let speedup = series
            .zip(total_parallel_s.filter(|&total_s| total_s > 0.0 && !was_paused))
            .map(|(series, total_s)| series.total_s / total_s);
        Self {
            total_parallel_s,
            sum_of_times_s: None,
            series,
            speedup,
            efficiency: speedup
                .filter(|_| state.target_workers.is_none())
                .map(|speedup| speedup / f64::from(plan.workers)),
            lower_bound_s: CaseLengths::of(frozen, state)
                .filter(|_| state.resumed_count == 0 && state.target_workers.is_none())
                .filter(|_| state.all_done() || !state.has_ended)
                .map(|CaseLengths { lengths_ns, .. }| {
                    let lanes = lower_bound_ns(&lengths_ns, frozen.max_running());
                    s_from_ns(lanes.max(frozen.resources.lower_bound_ns(&lengths_ns)))
                }),
            account: has_total
                .then(|| Account::of(state, plan.workers, plan.clock).known_for(frozen)),
            steering,
        }
    }

    /// Computes the figures of a run of which only the cases were recorded.
    pub fn of_records(frozen: &FrozenStudy, state: &RunState, source: RunSource) -> Self {
        let plan = &frozen.plan;
        let figures = Self::of(frozen, state);
        let has_total = figures.account.is_some() && source.has_starts();
        let is_log = source.log().is_some();
        let account = has_total.then(|| {
            let account = Account::of_records(state, plan.workers, plan.clock);
            let lost = account.lost.filter(|_| source.has_statuses());
            Account { lost, ..account }.known_for(frozen)
        });
        let total_parallel_s = figures.total_parallel_s.filter(|_| has_total);
        if is_log {
            let sum_s = |sum, record: &CaseRecord| sum + s_from_ns(record.time_ns());
            return Self {
                total_parallel_s,
                sum_of_times_s: (!source.has_starts())
                    .then(|| state.records.iter().fold(0.0, sum_s)),
                account,
                series: None,
                speedup: None,
                efficiency: None,
                lower_bound_s: None,
                steering: None,
            };
        }
        Self { total_parallel_s, account, ..figures }
    }
}
