//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand};

use crate::experiment::ExampleName;
use crate::study::{
    Plan, SeriesChoice, Setup, Strategy, Study, WorkerCounts, parse_setup, parse_worker_counts,
};

use super::folder_options::FolderOptions;
use super::limit_options::LimitOptions;
use super::options::{
    DispatchOptions, LaneOptions, ReportOptions, SourceOptions, TimeOptions, choice,
};
use super::program_options::ProgramOptions;

/// Runs a table of cases in parallel and shows where the time went. Without a
/// command it opens the window.
#[derive(Debug, Parser)]
#[command(name = "caselanes", bin_name = "caselanes", version)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Start with: caselanes, or caselanes run --time-scale 0.1")]
pub(crate) struct Arguments {
    /// Open the window with this study, or this table of cases
    pub(crate) study: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Option<CliCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CliCommand {
    /// Run the cases once, in parallel, and report the times
    Run(Box<RunArguments>),
    /// Run the cases by several setups, and compare the times
    Compare(CompareArguments),
    /// Run the cases with growing numbers of workers: how many are worth having
    Sweep(SweepArguments),
    /// Compute from one run's report how long it would take otherwise
    Predict(PredictArguments),
    /// List the reference experiments, or run one
    Examples(ExamplesArguments),
}

const EXAMPLES: &str = "\
Examples:
  caselanes run                                     the three cases of the demo, 3 workers
  caselanes run study.caselanes --workers 4         a study file, with 4 workers
  caselanes run --cases cases.csv --workload wait --workers 2 --order longest
  caselanes run --cases - --workload crunch --series measure --format json < cases.csv
  caselanes run --cases cases.csv --workers 2 -- ./solver --x {x} --out {case}/out.txt
  caselanes run --cases cases.csv --run-folder study --licences 3 -- ./solver {x}
  caselanes run --resume study                      go on with that run

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
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) source: SourceOptions,

    /// How the cases are run [default: threads]
    #[arg(long, value_name = "NAME")]
    #[arg(value_parser = choice("strategy", Strategy::description))]
    strategy: Option<Strategy>,

    #[command(flatten)]
    lanes: LaneOptions,

    #[command(flatten)]
    time: TimeOptions,

    /// Where the total in series comes from [default: estimate]
    #[arg(long, value_name = "HOW")]
    #[arg(value_parser = choice("series total", SeriesChoice::description))]
    series: Option<SeriesChoice>,

    #[command(flatten)]
    pub(crate) report: ReportOptions,

    #[command(flatten)]
    limits: LimitOptions,

    #[command(flatten)]
    program: ProgramOptions,

    #[command(flatten)]
    pub(crate) folder: FolderOptions,
}

const COMPARING: &str = "\
Examples:
  caselanes compare --setup series --setup threads:3 --time-scale 0.1
  caselanes compare study.caselanes --setup threads:2 threads:2:longest processes:2
  caselanes compare --cases cases.csv --workload crunch --setup series global-lock:2 threads:2
  caselanes compare --cases cases.csv --setup threads:2 threads:4 -- ./solve {x}

Every setup runs the same cases, in turn: one block that only warms up, then
--repeat blocks of which each begins with another setup. Speed-up and verdict are
against the first setup. A difference that the noise could make is called that.";

#[derive(Debug, Args)]
#[command(after_help = COMPARING)]
pub(crate) struct CompareArguments {
    #[command(flatten)]
    pub(crate) source: SourceOptions,

    /// What is compared: STRATEGY[:WORKERS[:ORDER]], such as threads:3:longest;
    /// several, behind one --setup or each behind its own
    #[arg(long = "setup", value_name = "SETUP", required = true, num_args = 1..)]
    #[arg(value_parser = parse_setup)]
    pub(crate) setups: Vec<Setup>,

    /// How many times each setup is run, 1 to 1000
    #[arg(long, value_name = "N", default_value = "7", allow_negative_numbers = true)]
    #[arg(value_parser = parse_repeat)]
    pub(crate) repeat: u32,

    #[command(flatten)]
    lanes: LaneOptions,

    #[command(flatten)]
    time: TimeOptions,

    #[command(flatten)]
    pub(crate) report: ReportOptions,

    #[command(flatten)]
    limits: LimitOptions,

    #[command(flatten)]
    program: ProgramOptions,
}

const SWEEPING: &str = "\
Examples:
  caselanes sweep --time-scale 0.1                  until more workers stop paying
  caselanes sweep study.caselanes --workers 1..8    1 to 8 workers, whatever they gain
  caselanes sweep --cases cases.csv --workload crunch --workers 1,2,4 --sample 100
  caselanes sweep --cases cases.csv --workers 1..4 -- ./solve {x}

After a run that only warms up each number of workers is run --repeat times, in
turn. Beside the measured total stands the predicted one: from the times that the
cases are meant to take, else from their CPU and waiting time with the fewest
workers and from how much cases that compute slowed each other down with the other
numbers of workers. At the end: the fewest workers within 5 % of the best, what one
more would save, and what binds. Where cases compute, that goes by measured totals
only.";

#[derive(Debug, Args)]
#[command(after_help = SWEEPING)]
pub(crate) struct SweepArguments {
    #[command(flatten)]
    pub(crate) source: SourceOptions,

    /// How many workers: a range such as 1..8, which ends with 8, or numbers such
    /// as 1,2,4, from 1 to 256. Without it, until more workers stop paying
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true)]
    #[arg(value_parser = parse_worker_counts)]
    pub(crate) workers: Option<WorkerCounts>,

    /// How many times each number of workers is run, 1 to 1000 [default: 3, on the
    /// virtual clock 1]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = parse_repeat)]
    pub(crate) repeat: Option<u32>,

    /// Run only N of the cases, chosen by their lengths, and predict what all
    /// would take
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = parse_sample)]
    pub(crate) sample: Option<usize>,

    /// How the cases are run [default: threads]
    #[arg(long, value_name = "NAME")]
    #[arg(value_parser = choice("strategy", Strategy::description))]
    strategy: Option<Strategy>,

    #[command(flatten)]
    dispatch: DispatchOptions,

    #[command(flatten)]
    time: TimeOptions,

    #[command(flatten)]
    pub(crate) report: ReportOptions,

    #[command(flatten)]
    limits: LimitOptions,

    #[command(flatten)]
    program: ProgramOptions,
}

const PREDICTING: &str = "\
Examples:
  caselanes run --workload wait --cases cases.csv --format json --output run.json
  caselanes predict run.json --workers 8 --order longest

Nothing runs: the scheduler is driven by a virtual clock with the lengths of the
cases in the report, as they were meant to be, else as they were measured.";

#[derive(Debug, Args)]
#[command(after_help = PREDICTING)]
pub(crate) struct PredictArguments {
    /// The report of a run as JSON; - is standard input
    #[arg(value_name = "REPORT")]
    pub(crate) recorded: PathBuf,

    /// How the cases would be run [default: threads]
    #[arg(long, value_name = "NAME")]
    #[arg(value_parser = choice("strategy", Strategy::description))]
    pub(crate) strategy: Option<Strategy>,

    #[command(flatten)]
    pub(crate) lanes: LaneOptions,

    #[command(flatten)]
    pub(crate) report: ReportOptions,
}

const RUNNING_EXAMPLES: &str = "\
Examples:
  caselanes examples                                list them
  caselanes examples crash-tests --time-scale 0.1   run one, ten times as fast
  caselanes examples crash-tests --clock virtual    compute it, in no time

After its runs each example says which claims of its document held here, which
did not, and which the noise leaves open.";

#[derive(Debug, Args)]
#[command(after_help = RUNNING_EXAMPLES)]
pub(crate) struct ExamplesArguments {
    /// Which example is run; without it they are listed
    #[arg(value_name = "NAME")]
    #[arg(value_parser = choice("example", ExampleName::title))]
    pub(crate) name: Option<ExampleName>,

    #[command(flatten)]
    pub(crate) time: TimeOptions,

    #[command(flatten)]
    pub(crate) report: ReportOptions,
}

impl RunArguments {
    /// The study with what is said here in place of what it said.
    pub(crate) fn over(&self, study: Study) -> Result<Study, String> {
        let (source, besides) = (&self.source, self.folder.said());
        let study = self.program.over(source.over(study), source.workload, besides)?;
        let plan = self.limits.over(&self.time.over(&self.lanes.over(&study.plan)));
        let plan = Plan {
            strategy: self.strategy.unwrap_or(plan.strategy),
            series: self.series.unwrap_or(plan.series),
            ..plan
        };
        Ok(Study { plan, ..study })
    }
}

impl CompareArguments {
    /// The study with what is said here in place of what it said.
    pub(crate) fn over(&self, study: Study) -> Result<Study, String> {
        let study = self.program.over(self.source.over(study), self.source.workload, None)?;
        // Each run is measured as it is; none is run once more for its total.
        let plan = Plan { series: SeriesChoice::Estimate, ..study.plan };
        let plan = self.limits.over(&self.time.over(&self.lanes.over(&plan)));
        Ok(Study { plan, ..study })
    }
}

impl SweepArguments {
    /// The study with what is said here in place of what it said.
    pub(crate) fn over(&self, study: Study) -> Result<Study, String> {
        let study = self.program.over(self.source.over(study), self.source.workload, None)?;
        let plan = self.limits.over(&self.time.over(&self.dispatch.over(&study.plan)));
        let plan = Plan { strategy: self.strategy.unwrap_or(plan.strategy), ..plan };
        Ok(Study { plan, ..study })
    }
}

fn parse_sample(text: &str) -> Result<usize, String> {
    let sample = text.parse().ok().filter(|&sample| sample >= 1);
    sample.ok_or_else(|| "expected a whole number of at least 1".to_owned())
}

fn parse_repeat(text: &str) -> Result<u32, String> {
    const MOST: u32 = 1000;
    let repeat = text.parse().ok().filter(|repeat| (1..=MOST).contains(repeat));
    repeat.ok_or_else(|| format!("expected a whole number from 1 to {MOST}"))
}

/// All commands, with commas between.
pub(crate) fn known_commands() -> String {
    let command = Arguments::command();
    command.get_subcommands().map(clap::Command::get_name).collect::<Vec<_>>().join(", ")
}

/// The options that the subcommand of this command line knows, one per line.
pub(crate) fn known_options(subcommand: Option<&str>) -> String {
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
            let Some(CliCommand::Run(run)) = arguments.command else { panic!("no run") };
            run.report.format().name()
        };
        assert_eq!(format("caselanes run"), "table");
        assert_eq!(format("caselanes run --output a.JSON"), "json");
        assert_eq!(format("caselanes run --output a.txt"), "table");
        assert_eq!(format("caselanes run --output a.json --format csv"), "csv");
    }
}
