//! Groups of options that several commands share.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args};
use strum::VariantArray;

use crate::report::{EXPORTERS, Exporter, TableFormat, exporter_for, exporter_named};
use crate::study::{
    ClockChoice, Order, Plan, Study, WorkloadName, names, parse_batch, parse_name, parse_seed,
    parse_time_scale, parse_workers,
};
use crate::workload::description;

/// Where the cases and their calculation come from.
#[derive(Debug, Args)]
pub(crate) struct SourceOptions {
    /// The study file: cases, workload and plan, as in the README. Options win
    /// over it
    #[arg(value_name = "STUDY")]
    pub(crate) study: Option<PathBuf>,

    /// The cases: a CSV file with the columns name, x and y; - is standard
    /// input. Without it, those of the study file, else the three of the demo
    #[arg(long, value_name = "FILE")]
    pub(crate) cases: Option<PathBuf>,

    /// The calculation that each case goes through. Without it, demo
    #[arg(long, value_name = "NAME")]
    #[arg(value_parser = choice("workload", description))]
    pub(crate) workload: Option<WorkloadName>,
}

/// How many cases are in work at once, and which first.
#[derive(Debug, Args)]
pub(crate) struct LaneOptions {
    /// How many cases are in work at once, 1 to 256. Without it, 3 for the
    /// demo, else the number of logical CPUs
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = parse_workers)]
    workers: Option<u32>,

    #[command(flatten)]
    dispatch: DispatchOptions,
}

/// What is dispatched when.
#[derive(Debug, Args)]
pub(crate) struct DispatchOptions {
    /// How many cases are in a batch, for the strategy batches. Without it, as
    /// many as workers
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = parse_batch)]
    batch: Option<u32>,

    /// In which order the cases are started [default: listed]
    #[arg(long, value_name = "NAME")]
    #[arg(value_parser = choice("order", Order::description))]
    order: Option<Order>,
}

/// What is drawn, how long it takes, and on which clock.
#[derive(Debug, Args)]
pub(crate) struct TimeOptions {
    /// Makes random draws repeatable. Without it one is drawn and reported
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_seed)]
    seed: Option<u64>,

    /// Multiplies every wait and every amount of computing; above 0, at most
    /// 1000 [default: 1]
    #[arg(long, value_name = "F", allow_negative_numbers = true)]
    #[arg(value_parser = parse_time_scale)]
    time_scale: Option<f64>,

    /// Which clock the cases run on [default: real]
    #[arg(long, value_name = "CLOCK")]
    #[arg(value_parser = choice("clock", ClockChoice::description))]
    clock: Option<ClockChoice>,
}

/// How and where the report is written.
#[derive(Debug, Args)]
pub(crate) struct ReportOptions {
    /// How the report is written. Without it, as the output file ends, .json or
    /// .csv, else a table
    #[arg(long, value_name = "FORMAT")]
    #[arg(value_parser = format_parser())]
    format: Option<&'static dyn Exporter>,

    /// Write the report to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// No progress bar and no remarks; errors are still said
    #[arg(long, action = ArgAction::SetTrue)]
    pub(crate) quiet: bool,
}

impl SourceOptions {
    /// The study with what is said here in place of what it said.
    pub(crate) fn over(&self, study: Study) -> Study {
        Study { workload: self.workload.unwrap_or(study.workload), ..study }
    }
}

impl LaneOptions {
    /// The plan with what is said here in place of what it said.
    pub(crate) fn over(&self, plan: &Plan) -> Plan {
        Plan { workers: self.workers.or(plan.workers), ..self.dispatch.over(plan) }
    }
}

impl DispatchOptions {
    /// The plan with what is said here in place of what it said.
    pub(crate) fn over(&self, plan: &Plan) -> Plan {
        Plan {
            batch: self.batch.or(plan.batch),
            order: self.order.unwrap_or(plan.order),
            ..plan.clone()
        }
    }
}

impl TimeOptions {
    /// The plan with what is said here in place of what it said.
    pub(crate) fn over(&self, plan: &Plan) -> Plan {
        Plan {
            seed: self.seed.or(plan.seed),
            time_scale: self.time_scale.unwrap_or(plan.time_scale),
            clock: self.clock.unwrap_or(plan.clock),
            ..plan.clone()
        }
    }
}

impl ReportOptions {
    /// Returns the format named by `--format`, else by the suffix of the output file,
    /// else the table.
    pub(crate) fn format(&self) -> &'static dyn Exporter {
        let by_suffix = || exporter_for(self.output.as_deref()?);
        self.format.or_else(by_suffix).unwrap_or(&TableFormat)
    }
}

/// Parses the name of a report format.
fn format_parser() -> impl TypedValueParser<Value = &'static dyn Exporter> {
    let value =
        |format: &dyn Exporter| PossibleValue::new(format.name()).help(format.description());
    PossibleValuesParser::new(EXPORTERS.map(value))
        .try_map(|name| exporter_named(&name).ok_or("unknown format"))
}

/// A parser of the names of a choice, which lists them with their
/// descriptions.
pub(crate) fn choice<T>(
    what: &'static str,
    describe: impl Fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T>
where
    T: VariantArray + Copy + Send + Sync + Into<&'static str> + std::str::FromStr,
{
    let values = names::<T>().zip(T::VARIANTS);
    let values = values.map(|(name, &value)| PossibleValue::new(name).help(describe(value)));
    PossibleValuesParser::new(values.collect::<Vec<_>>())
        .try_map(move |name| parse_name(what, &name))
}
