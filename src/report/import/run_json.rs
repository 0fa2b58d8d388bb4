//! A run report in JSON, `caselanes.run/1`, as it is read.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::case_list::{CaseListResult, ReportCases, case_list};
use super::json_fields::{
    at_least_one, batch, clock, log_kind, order, schema, seed, series, strategy, time_of_day,
    time_scale, workload,
};
use crate::report::figures::account::Account;
use crate::report::figures::run_figures::Figures;
use crate::report::figures::series_total::{SeriesKind, SeriesTotal};
use crate::report::figures::session_cases::done_s;
use crate::report::run_observations::RunObservations;
use crate::report::run_report::{Machine, RunReport};
use crate::report::run_source::{LogKind, RecordedLog, RunSource};
use crate::run::RecordedCases;
use crate::study::{
    CaseDemand, CaseResources, CaseTable, ClockChoice, CommandLine, CpuCounts, FrozenPlan,
    FrozenStudy, InputFiles, Lengths, Limits, MAX_CASE_LANES, Order, Program, ProgramOutput,
    SeriesChoice, Strategy, WorkloadName, parse_name, set_public_option,
};

#[derive(Deserialize)]
#[serde(expecting = "a run report, which begins with {\"schema\": \"caselanes.run/1\"")]
pub struct RunJson {
    #[serde(rename = "schema", deserialize_with = "schema")]
    _schema: (),
    #[serde(deserialize_with = "workload")]
    workload: Option<WorkloadName>,
    #[serde(deserialize_with = "strategy")]
    strategy: Option<Strategy>,
    #[serde(deserialize_with = "at_least_one")]
    workers: Option<u32>,
    #[serde(deserialize_with = "batch")]
    batch: Option<u32>,
    #[serde(default)]
    batch_follows_workers: Option<bool>,
    #[serde(deserialize_with = "order")]
    order: Option<Order>,
    #[serde(default, deserialize_with = "clock")]
    clock: Option<ClockChoice>,
    #[serde(deserialize_with = "seed")]
    seed: Option<u64>,
    #[serde(deserialize_with = "time_scale")]
    time_scale: Option<f64>,
    machine: InputMachineJson,
    #[serde(default)]
    version: Option<String>,
    #[serde(default, deserialize_with = "time_of_day")]
    started_at: Option<i64>,
    #[serde(default)]
    command: Option<Vec<String>>,
    #[serde(default, deserialize_with = "log_kind")]
    recorded_by: Option<LogKind>,
    #[serde(default)]
    aborted: Option<String>,
    #[serde(default)]
    total_parallel_s: Option<f64>,
    #[serde(default)]
    total_series_s: Option<f64>,
    #[serde(default, deserialize_with = "series")]
    series: Option<SeriesKind>,
    #[serde(default)]
    total_series_low_s: Option<f64>,
    #[serde(default)]
    total_series_high_s: Option<f64>,
    #[serde(default)]
    speedup: Option<f64>,
    #[serde(default)]
    efficiency: Option<f64>,
    #[serde(default)]
    lower_bound_s: Option<f64>,
    #[serde(default)]
    account: Option<Account>,
    #[serde(default)]
    resources: Option<BTreeMap<String, InputResourceJson>>,
    #[serde(default)]
    session: Option<u32>,
    #[serde(default)]
    options: Option<Vec<String>>,
    #[serde(default)]
    events: Option<RunObservations>,
    #[serde(default)]
    value_names: Option<Vec<String>>,
    #[serde(deserialize_with = "case_list")]
    cases: CaseListResult,
}

#[derive(Deserialize)]
#[serde(expecting = "a resource, an object")]
struct InputResourceJson {
    #[serde(default)]
    total: Option<u64>,
    per_case: InputAmountJson,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected an amount or the name of a column")]
enum InputAmountJson {
    Amount(u64),
    Column(String),
}

#[derive(Deserialize)]
#[serde(expecting = "the machine, an object")]
struct InputMachineJson {
    #[serde(deserialize_with = "at_least_one")]
    logical_cpus: Option<u32>,
    #[serde(default)]
    os: Option<String>,
    #[serde(default)]
    physical_cores: Option<u32>,
    #[serde(default)]
    installed_cpus: Option<u32>,
    #[serde(default)]
    affinity_cpus: Option<u32>,
}

impl InputMachineJson {
    fn machine(&self) -> Machine {
        let usable = self.logical_cpus.unwrap_or(0);
        let installed = self.installed_cpus.zip(self.affinity_cpus);
        let cpus = installed.map(|(logical_cpus, affinity)| CpuCounts {
            physical_cores: self.physical_cores,
            logical_cpus,
            affinity,
            usable,
        });
        Machine { cpus, ..Machine::recorded(usable, self.os.as_deref().unwrap_or_default()) }
    }
}

impl RunJson {
    /// Builds the report. Figures that the cases do not give are those of the file.
    pub fn report(mut self) -> Result<RunReport, String> {
        let cases = std::mem::replace(&mut self.cases, Ok(ReportCases::default()))?;
        let ReportCases { table, mut recorded, outputs, intended_s, .. } = cases;
        let ReportCases { has_starts, has_inputs, has_dispatch, .. } = cases;
        recorded.started_at = self.started_at;
        recorded.last_session = self.session.unwrap_or(0);
        recorded.abort_message = self.aborted.take();
        let source =
            self.recorded_by.map_or(RunSource::Report { has_seed: self.seed.is_some() }, |kind| {
                RunSource::Log(RecordedLog { kind, has_starts, has_dispatch })
            });
        if !source.has_dispatch() {
            recorded.number_by_start();
        }
        let mut plan = self.plan(&recorded)?;
        let names = self.value_names.take().unwrap_or(outputs);
        let mut program = self.program()?;
        let options = self.options.take();
        for option in options.iter().flatten() {
            set_public_option(option, &mut plan.limits, program.as_mut())?;
        }
        if let Some(program) = &mut program {
            name_outputs(program, names)?;
        }
        let frozen = FrozenStudy {
            program: program.map(Arc::new),
            workload: self.workload.unwrap_or(WorkloadName::Command),
            lengths: intended_s.map_or(Lengths::Unknown, Lengths::Seconds),
            input_files: InputFiles::default(),
            has_inputs: has_inputs || self.recorded_by.is_none(),
            resources: self.resources(&table)?,
            cases: table,
            plan,
        };
        let machine = self.machine.machine();
        let mut state = recorded.into_state();
        let events = self.events.take();
        let has_events = events.is_some();
        if let Some(events) = events {
            events.add_to(&mut state);
        }
        let of_cases = RunReport::of_records(Arc::new(frozen), state, machine, source);
        let mut report = RunReport {
            figures: self.figures(&of_cases.figures),
            version: self.version.take().map(Cow::Owned),
            has_events,
            options,
            ..of_cases
        };
        report.forget_whole_times();
        Ok(report)
    }

    fn plan(&self, recorded: &RecordedCases) -> Result<FrozenPlan, String> {
        let lanes = recorded.records.iter().map(|record| record.lane + 1).max().unwrap_or(1);
        let workers = self.workers.unwrap_or(lanes);
        let most = MAX_CASE_LANES.max(lanes);
        if workers > most {
            return Err(format!("expected at most {most} workers, found {workers}"));
        }
        Ok(FrozenPlan {
            strategy: self.strategy.unwrap_or_default(),
            workers,
            batch: FrozenPlan::requested_batch(self.batch, workers, self.batch_follows_workers),
            order: self.order.unwrap_or_default(),
            seed: self.seed.unwrap_or(0),
            time_scale: self.time_scale.unwrap_or(1.0),
            series: match self.series {
                Some(SeriesKind::Measured) => SeriesChoice::Measure,
                Some(SeriesKind::Sampled) => SeriesChoice::Sample,
                _ => SeriesChoice::Estimate,
            },
            clock: self.clock.unwrap_or_default(),
            limits: Limits::default(),
        })
    }

    fn resources(&mut self, cases: &CaseTable) -> Result<CaseResources, String> {
        let all = self.resources.take().unwrap_or_default().into_iter();
        let resource = |(name, InputResourceJson { total, per_case }): (String, _)| {
            let per_case = match per_case {
                InputAmountJson::Amount(amount) => CaseDemand::Amount(amount),
                InputAmountJson::Column(heading) => CaseDemand::Column(heading),
            };
            Ok((parse_name("resource", &name)?, total, per_case))
        };
        let all: Vec<_> = all.map(resource).collect::<Result<_, String>>()?;
        Ok(CaseResources::recorded(all, cases))
    }

    fn program(&self) -> Result<Option<Program>, String> {
        if self.workload != Some(WorkloadName::Command) {
            return Ok(None);
        }
        let command = match &self.command {
            Some(words) => {
                CommandLine::parse(words).map_err(|error| format!("command: {error}"))?
            }
            None => CommandLine::default(),
        };
        Ok(Some(Program::new(command)))
    }

    /// Returns the figures that the file holds; those that it lacks are taken from `of_cases`.
    fn figures(&self, of_cases: &Figures) -> Figures {
        let series = self.total_series_s.zip(self.series).map(|(total_s, kind)| SeriesTotal {
            total_s,
            kind,
            interval_s: self.total_series_low_s.zip(self.total_series_high_s),
        });
        Figures {
            total_parallel_s: self.total_parallel_s,
            sum_of_times_s: of_cases.sum_of_times_s,
            series,
            speedup: self.speedup,
            efficiency: self.efficiency,
            lower_bound_s: self.lower_bound_s,
            account: self.account,
            steering: of_cases.steering,
        }
    }
}

/// Names the outputs of a program, unless its options did. Without them it is unknown how they
/// were found.
fn name_outputs(program: &mut Program, names: Vec<String>) -> Result<(), String> {
    let known = program.outputs();
    if known.iter().map(|output| &output.name).eq(&names) {
        return Ok(());
    }
    (program.value_regex, program.value_file) = (None, None);
    program.named_outputs.clear();
    for name in names {
        program.add_output(ProgramOutput { name, ..ProgramOutput::default() })?;
    }
    Ok(())
}

impl RunReport {
    /// Forgets the work of programs if it is the sum of their times, which stands for it in
    /// files.
    fn forget_whole_times(&mut self) {
        let times_s = self.frozen.program.is_some().then(|| done_s(self));
        if let Some(account) = &mut self.figures.account
            && account.stretch.is_none()
            && account.work == times_s
        {
            account.work = None;
        }
    }
}
