//! The run report as JSON, `caselanes.run/1`.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::report::figures::session_cases::done_s;
use crate::report::run_observations::RunObservations;
use crate::report::{Account, Machine, RunReport};
use crate::run::{Attempt, CaseRecord, Status};
use crate::schedule::s_from_ns;
use crate::study::{Case, CaseDemand, CaseResources, CaseTable, SharedResource};

#[derive(Serialize)]
struct ReportJson<'a> {
    schema: &'static str,
    workload: Option<&'static str>,
    strategy: Option<&'static str>,
    workers: Option<u32>,
    batch: Option<u32>,
    /// Whether no batch size was requested, if the strategy has batches.
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_follows_workers: Option<bool>,
    order: Option<&'static str>,
    clock: &'static str,
    seed: Option<u64>,
    time_scale: Option<f64>,
    machine: MachineJson,
    version: Option<&'a str>,
    started_at: Option<String>,
    command: Option<Vec<&'a str>>,
    /// Limits and options of the program, as `KEY=VALUE`; variables of its environment have no
    /// value, since they may be secret.
    options: Option<&'a [String]>,
    /// Number of the last session, from 0.
    session: Option<u32>,
    /// Kind of the log it was read from; then `workers` is the least number.
    recorded_by: Option<&'static str>,
    /// What running cases shared.
    resources: Option<BTreeMap<&'static str, ResourceJson<'a>>>,
    /// Why the run could not continue.
    aborted: Option<&'a str>,
    total_parallel_s: Option<f64>,
    total_series_s: Option<f64>,
    series: Option<&'static str>,
    total_series_low_s: Option<f64>,
    total_series_high_s: Option<f64>,
    speedup: Option<f64>,
    efficiency: Option<f64>,
    lower_bound_s: Option<f64>,
    account: Option<Account>,
    /// What is known beside the cases, if events were observed.
    events: Option<RunObservations>,
    value_names: &'a [&'a str],
    cases: CaseListJson<'a>,
}

#[derive(Serialize)]
struct MachineJson {
    /// Those that cases may use.
    logical_cpus: Option<u32>,
    os: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_cores: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    installed_cpus: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    affinity_cpus: Option<u32>,
}

/// A resource: memory in bytes. A need is a number, or the column that holds it.
#[derive(Serialize)]
struct ResourceJson<'a> {
    total: Option<u64>,
    per_case: AmountJson<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum AmountJson<'a> {
    Amount(u64),
    Column(&'a str),
}

fn resources(resources: &CaseResources) -> Option<BTreeMap<&'static str, ResourceJson<'_>>> {
    fn resource(shared: &SharedResource) -> (&'static str, ResourceJson<'_>) {
        let per_case = match &shared.per_case {
            CaseDemand::Amount(amount) => AmountJson::Amount(*amount),
            CaseDemand::Column(heading) => AmountJson::Column(heading),
        };
        (shared.resource.into(), ResourceJson { total: shared.total, per_case })
    }
    let resources: BTreeMap<_, _> = resources.iter().map(resource).collect();
    (!resources.is_empty()).then_some(resources)
}

/// Returns the account for this format. The work of programs is unknown: their whole time
/// stands for it, so that the parts add up.
pub(super) fn account_of(report: &RunReport, account: Account) -> Account {
    let programs = report.frozen.program.is_some().then(|| done_s(report));
    Account { work: account.work.or(programs), ..account }
}

/// The cases, built one by one as they are written.
struct CaseListJson<'a>(&'a RunReport, &'a [&'a str]);

impl Serialize for CaseListJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report, names) = self;
        let cases = report.cases();
        serializer
            .collect_seq(cases.map(|(case, record)| CaseJson::of(report, names, case, record)))
    }
}

/// The extra columns of a case.
pub(super) struct ColumnsJson<'a>(pub(super) &'a CaseTable, pub(super) usize);

impl Serialize for ColumnsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(table, case) = *self;
        let columns = table.extra_columns().iter();
        serializer.collect_map(columns.map(|(heading, cells)| (heading, cells.get(case))))
    }
}

/// The values of a case by the names of the outputs.
pub(super) struct ValuesJson<'a>(
    pub(super) &'a RunReport,
    pub(super) &'a [&'a str],
    pub(super) usize,
);

impl Serialize for ValuesJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report, names, case) = *self;
        let value = |(output, name)| (name, report.value(case, output));
        serializer.collect_map(names.iter().enumerate().map(value))
    }
}

#[derive(Serialize)]
struct CaseJson<'a> {
    index: usize,
    name: &'a str,
    x: Option<f64>,
    y: Option<f64>,
    columns: ColumnsJson<'a>,
    value: Option<f64>,
    values: ValuesJson<'a>,
    status: &'static str,
    error: Option<&'a str>,
    lane: Option<u32>,
    dispatch_index: Option<u32>,
    start_s: Option<f64>,
    end_s: Option<f64>,
    time_s: Option<f64>,
    waited_s: Option<f64>,
    cpu_s: Option<f64>,
    intended_s: Option<f64>,
    memory_bytes: Option<u64>,
    attempts: u32,
    tries: Option<Vec<AttemptJson>>,
    session: Option<u32>,
    host: Option<&'a str>,
    queued_s: Option<f64>,
    output_tail: Option<&'a str>,
}

/// One of several attempts at a case.
#[derive(Serialize)]
struct AttemptJson {
    lane: u32,
    start_s: f64,
    end_s: f64,
    status: &'static str,
}

impl AttemptJson {
    fn of(one: &Attempt) -> Self {
        let Attempt { lane, start_ns, end_ns, status } = *one;
        let (start_s, end_s) = (s_from_ns(start_ns), s_from_ns(end_ns));
        Self { lane, start_s, end_s, status: final_status(status) }
    }
}

/// Returns the name of a status in this format, which only has final ones: a case that
/// got no licence was not run.
pub(super) fn final_status(status: Status) -> &'static str {
    match status {
        Status::Refused | Status::Running => Status::NotRun.name(),
        over => over.name(),
    }
}

impl<'a> CaseJson<'a> {
    fn of(
        report: &'a RunReport,
        names: &'a [&'a str],
        case: Case<'a>,
        record: &CaseRecord,
    ) -> Self {
        let has_inputs = report.frozen.has_inputs;
        let started = Some(record).filter(|record| record.has_started());
        let placed = started.filter(|_| report.source.has_starts());
        let dispatched = started.filter(|_| report.source.has_dispatch());
        let notes = &report.state.notes;
        let tries = report.attempts(case.index);
        let tries = (tries.len() > 1).then(|| tries.iter().map(AttemptJson::of).collect());
        Self {
            index: case.index,
            name: case.name,
            x: has_inputs.then_some(case.x),
            y: has_inputs.then_some(case.y),
            columns: ColumnsJson(&report.frozen.cases, case.index),
            value: record.value,
            values: ValuesJson(report, names, case.index),
            status: final_status(record.status),
            error: report.error(case.index),
            lane: placed.map(|r| r.lane),
            dispatch_index: dispatched.map(|r| r.dispatch_index),
            start_s: placed.map(|r| s_from_ns(r.start_ns)),
            end_s: placed.map(|r| s_from_ns(r.end_ns)),
            time_s: started.map(|r| s_from_ns(r.time_ns())),
            waited_s: record.waited_ns.map(s_from_ns),
            cpu_s: record.cpu_ns.map(s_from_ns),
            intended_s: report.frozen.lengths.intended_s(case.index),
            memory_bytes: record.memory_bytes,
            attempts: report.attempt_count(case.index),
            tries,
            session: dispatched.map(|r| r.session),
            host: notes.host(case.index),
            queued_s: notes.queued_ns(case.index).map(s_from_ns),
            output_tail: notes.output_tail(case.index),
        }
    }
}

impl Serialize for RunReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plan = &self.frozen.plan;
        let figures = &self.figures;
        let value_names = &self.frozen.value_names();
        let interval_s = figures.series.and_then(|series| series.interval_s);
        let log = self.source.log();
        let Machine { logical_cpus, os, cpus } = self.machine;
        let command = self.frozen.program.as_ref().map(|program| program.command.words());
        let command = command.map(Iterator::collect::<Vec<_>>);
        let report = ReportJson {
            schema: "caselanes.run/1",
            workload: log.is_none().then(|| self.frozen.workload.into()),
            strategy: log.is_none().then(|| plan.strategy.into()),
            workers: self.source.has_starts().then_some(plan.workers),
            batch: plan.batch_size(),
            batch_follows_workers: plan.batch_size().map(|_| plan.batch.is_none()),
            order: log.is_none().then(|| self.frozen.order().into()),
            clock: plan.clock.into(),
            seed: self.source.has_seed().then_some(plan.seed),
            time_scale: log.is_none().then_some(plan.time_scale),
            machine: MachineJson {
                logical_cpus: (logical_cpus > 0).then_some(logical_cpus),
                os: (!os.is_empty()).then_some(os),
                physical_cores: cpus.and_then(|cpus| cpus.physical_cores),
                installed_cpus: cpus.map(|cpus| cpus.logical_cpus),
                affinity_cpus: cpus.map(|cpus| cpus.affinity),
            },
            version: self.version.as_deref(),
            started_at: self.started_at(),
            // Reports before the key do not tell the command.
            command: command.filter(|words| !words.is_empty()),
            options: self.options.as_deref(),
            session: log.is_none().then_some(self.state.session),
            recorded_by: log.map(|log| log.kind.name()),
            resources: resources(&self.frozen.resources),
            aborted: self.state.abort_message(),
            total_parallel_s: figures.total_parallel_s,
            total_series_s: figures.series.map(|series| series.total_s),
            series: figures.series.map(|series| series.kind.name()),
            total_series_low_s: interval_s.map(|(low_s, _)| low_s),
            total_series_high_s: interval_s.map(|(_, high_s)| high_s),
            speedup: figures.speedup,
            efficiency: figures.efficiency,
            lower_bound_s: figures.lower_bound_s,
            account: figures.account.map(|account| account_of(self, account)),
            events: self.has_events.then(|| RunObservations::of(&self.state)),
            value_names,
            cases: CaseListJson(self, value_names),
        };
        report.serialize(serializer)
    }
}
