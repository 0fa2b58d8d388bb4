//! Facts about a run as a whole: its figures, and how it was run.

use super::exporter::Cell;
use super::run_json::account_of;
use crate::report::{Headline, RunReport};
use crate::text::list;

/// A name, and a value or nothing.
type Fact = (&'static str, Cell<'static>);

/// Returns the answer and the figures of a run.
pub fn summary_facts(report: &RunReport) -> Vec<Fact> {
    let (figures, state) = (&report.figures, &report.state);
    let series = figures.series;
    let interval_s = series.and_then(|series| series.interval_s);
    let mut facts: Vec<Fact> = vec![
        ("answer", Headline::for_run(report).to_string().into()),
        ("cases", (state.records.len() as u64).into()),
        ("done", state.done_count.into()),
        ("total_parallel_s", figures.total_parallel_s.into()),
        ("total_series_s", series.map(|series| series.total_s).into()),
        ("series", series.map(|series| series.kind.name()).into()),
        ("total_series_low_s", interval_s.map(|(low_s, _)| low_s).into()),
        ("total_series_high_s", interval_s.map(|(_, high_s)| high_s).into()),
        ("speedup", figures.speedup.into()),
        ("efficiency", figures.efficiency.into()),
        ("lower_bound_s", figures.lower_bound_s.into()),
    ];
    if let Some(account) = figures.account.map(|account| account_of(report, account)) {
        facts.extend([
            ("lane_seconds", account.lane_seconds.into()),
            ("work_s", account.work.into()),
            ("stretch_s", account.stretch.into()),
            ("startup_s", account.startup.into()),
            ("dispatch_s", account.dispatch.into()),
            ("barrier_s", account.barrier.into()),
            ("held_s", account.held.into()),
            ("lost_s", account.lost.into()),
            ("idle_s", account.idle.into()),
        ]);
    }
    facts
}

/// Returns how a run was run.
pub fn run_facts(report: &RunReport) -> Vec<Fact> {
    let frozen = &report.frozen;
    let plan = &frozen.plan;
    let command = frozen.program.as_ref().map(|program| shell_words::join(program.command.words()));
    let command = command.filter(|command| !command.is_empty());
    if let Some(log) = report.source.log() {
        return vec![
            ("recorded_by", log.kind.name().into()),
            ("workers_at_least", log.has_starts.then_some(plan.workers).into()),
            ("started_at", report.started_at().into()),
        ];
    }
    vec![
        ("workload", <&str>::from(frozen.workload).into()),
        ("command", command.into()),
        ("outputs", list(frozen.value_names()).into()),
        ("strategy", <&str>::from(plan.strategy).into()),
        ("workers", plan.workers.into()),
        ("batch", plan.batch_size().into()),
        ("order", <&str>::from(frozen.order()).into()),
        ("clock", <&str>::from(plan.clock).into()),
        ("seed", report.source.has_seed().then_some(plan.seed).into()),
        ("time_scale", plan.time_scale.into()),
        ("logical_cpus", Some(report.machine.logical_cpus).filter(|&cpus| cpus > 0).into()),
        ("cpus", report.machine.cpus.map(|cpus| cpus.to_string()).into()),
        ("os", report.machine.os.into()),
        ("version", report.version.as_deref().map(str::to_owned).into()),
        ("started_at", report.started_at().into()),
    ]
}
