//! What can be said on the command line.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, CommandFactory as _, Parser, Subcommand};
use strum::VariantArray;

use crate::study::{
    ClockChoice, Order, Plan, SeriesChoice, Strategy, Study, WorkloadName, names, parse_batch,
    parse_name, parse_seed, parse_time_scale, parse_workers,
};
use crate::workload::description;

/// Runs a table of cases in parallel and shows where the time went. Without a
/// command it opens the window.
#[derive(Debug, Parser)]
#[command(name = "caselanes", bin_name = "caselanes", version)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Start with: caselanes, or caselanes run --time-scale 0.1")]
pub(super) struct Arguments {
    /// Open the window with this study, or this table of cases
    pub(super) study: Option<PathBuf>,

    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the cases once, in parallel, and report the times
    Run(RunArguments),
}

const EXAMPLES: &str = "\
Examples:
  caselanes run                                     the three cases of the demo, 3 workers
  caselanes run study.caselanes --workers 4         a study file, with 4 workers
  caselanes run --cases cases.csv --workload wait --workers 2 --order longest
  caselanes run --cases - --workload crunch --series measure --format json < cases.csv

A case is a row: name, x, y. The workload is the calculation that each case goes
through, a worker takes one case at a time.

Exit status: 0 all cases done, 1 some case not done, 2 bad usage or input,
130 interrupted (what finished is still reported).";

const READING: &str = "\
The table of cases:
  name,x,y
  short,0.5,1
  long,2,1
Columns in any order; separated by commas, semicolons or tabs, and with the latter
two a decimal comma is understood. Further columns are kept.

The report:
  lane          one of as many slots as there are workers; a case runs in one
  total         from the start of the run to the end of its last case
  in series     the same cases one after another: measured (--series measure),
                estimated from the times they are meant to take, or at most their
                CPU and waiting time
  speed-up      in series divided by total; efficiency is that divided by workers
  lower bound   no order of these cases on so many workers takes less
  lane-seconds  workers times total, and where they went: work, stretch (longer for
                sharing a core with others), start-up, dispatch, barrier and held
                (waiting to be allowed), lost (failed or cancelled), idle";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{READING}"))]
pub(super) struct RunArguments {
    /// The study file: cases, workload and plan, as in the README. Options win
    /// over it
    #[arg(value_name = "STUDY")]
    pub(super) study: Option<PathBuf>,

    /// The cases: a CSV file with the columns name, x and y; - is standard
    /// input. Without it, those of the study file, else the three of the demo
    #[arg(long, value_name = "FILE")]
    pub(super) cases: Option<PathBuf>,

    /// The calculation that each case goes through. Without it, demo
    #[arg(long, value_name = "NAME")]
    #[arg(value_parser = choice("workload", description))]
    pub(super) workload: Option<WorkloadName>,

    /// How the cases are run [default: threads]
    #[arg(long, value_name = "NAME")]
    #[arg(value_parser = choice("strategy", Strategy::description))]
    strategy: Option<Strategy>,

    /// How many cases are in work at once, 1 to 256. Without it, 3 for the
    /// demo, else the number of logical CPUs
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = parse_workers)]
    workers: Option<u32>,

    /// How many cases are in a batch, for the strategy batches. Without it, as
    /// many as workers
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = parse_batch)]
    batch: Option<u32>,

    /// In which order the cases are started [default: listed]
    #[arg(long, value_name = "NAME")]
    #[arg(value_parser = choice("order", Order::description))]
    order: Option<Order>,

    /// Makes random draws repeatable. Without it one is drawn and reported
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_seed)]
    seed: Option<u64>,

    /// Multiplies every wait and every amount of computing; above 0, at most
    /// 1000 [default: 1]
    #[arg(long, value_name = "F", allow_negative_numbers = true)]
    #[arg(value_parser = parse_time_scale)]
    time_scale: Option<f64>,

    /// Where the total in series comes from [default: estimate]
    #[arg(long, value_name = "HOW")]
    #[arg(value_parser = choice("series total", SeriesChoice::description))]
    series: Option<SeriesChoice>,

    /// Which clock the cases run on [default: real]
    #[arg(long, value_name = "CLOCK")]
    #[arg(value_parser = choice("clock", ClockChoice::description))]
    clock: Option<ClockChoice>,

    /// How the report is written. Without it, as the output file ends, .json or
    /// .csv, else a table
    #[arg(long, value_name = "FORMAT")]
    #[arg(value_parser = choice("format", Format::description))]
    format: Option<Format>,

    /// Write the report to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// No progress bar and no remarks; errors are still said
    #[arg(long, action = ArgAction::SetTrue)]
    pub(super) quiet: bool,
}

/// How the report is written.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub(super) enum Format {
    Table,
    Json,
    Csv,
}

impl Format {
    fn description(self) -> &'static str {
        match self {
            Self::Table => "a table and a summary, for people",
            Self::Json => "everything, for programs",
            Self::Csv => "a row a case, for spreadsheets",
        }
    }
}

impl RunArguments {
    /// The study with what is said here in place of what it said.
    pub(super) fn over(&self, study: Study) -> Study {
        let plan = study.plan;
        Study {
            cases: study.cases,
            workload: self.workload.unwrap_or(study.workload),
            plan: Plan {
                strategy: self.strategy.unwrap_or(plan.strategy),
                workers: self.workers.or(plan.workers),
                batch: self.batch.or(plan.batch),
                order: self.order.unwrap_or(plan.order),
                seed: self.seed.or(plan.seed),
                time_scale: self.time_scale.unwrap_or(plan.time_scale),
                series: self.series.unwrap_or(plan.series),
                clock: self.clock.unwrap_or(plan.clock),
            },
        }
    }

    pub(super) fn format(&self) -> Format {
        let named = || {
            let extension = self.output.as_deref()?.extension()?.to_str()?;
            extension.to_ascii_lowercase().parse().ok()
        };
        self.format.or_else(named).unwrap_or(Format::Table)
    }
}

/// A parser of the names of a choice, which lists them with their
/// descriptions.
fn choice<T>(
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

/// All commands, with commas between.
pub(super) fn known_commands() -> String {
    let command = Arguments::command();
    command.get_subcommands().map(clap::Command::get_name).collect::<Vec<_>>().join(", ")
}

/// The options that the subcommand of this command line knows, one per line.
pub(super) fn known_options(subcommand: Option<&str>) -> String {
    let mut command = Arguments::command();
    command.build();
    let found = subcommand.and_then(|name| command.find_subcommand(name));
    let options = found.unwrap_or(&command).get_arguments();
    let names = options.filter_map(|option| option.get_long()).map(|name| format!("--{name}"));
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_format_follows_the_name_of_the_output_unless_said() {
        let format = |line: &str| {
            let arguments = Arguments::parse_from(line.split_whitespace());
            let Some(Command::Run(run)) = arguments.command else { panic!("no run") };
            run.format()
        };
        assert_eq!(format("caselanes run"), Format::Table);
        assert_eq!(format("caselanes run --output a.JSON"), Format::Json);
        assert_eq!(format("caselanes run --output a.txt"), Format::Table);
        assert_eq!(format("caselanes run --output a.json --format csv"), Format::Csv);
    }
}
