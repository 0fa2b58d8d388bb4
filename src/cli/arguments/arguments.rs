//! Commands and their arguments.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand};

use crate::experiment::ExampleName;
use crate::study::{Setup, StudyOption, WorkerCounts, parse_setup, parse_worker_counts};
use crate::text::list;

use super::case_options::CasesArguments;
use super::end_options::EndOptions;
use super::plan_options::PlanArguments;
use super::report_options::ReportOptions;
use super::source_options::SourceOptions;
use super::study_changes::StudyChanges;
use super::study_options::{OptionFilter, StudyOptions, choice};
use crate::cli::generated::GeneratedFile;
use crate::cli::recorded::RecordedOptions;

/// Runs a table of cases in parallel and shows where the time went. Without a
/// command, opens the window.
#[derive(Debug, Parser)]
#[command(name = "caselanes", bin_name = "caselanes", version)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Start with: caselanes, or caselanes run --time-scale 0.1")]
pub(crate) struct Arguments {
    /// Open the window with this study, table of cases or recorded run
    pub(crate) study: Option<PathBuf>,

    /// Print the manual page, or the completions of a shell
    #[arg(long, value_name = "KIND", exclusive = true)]
    pub(crate) generate: Option<GeneratedFile>,

    #[command(subcommand)]
    pub(crate) command: Option<CliCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CliCommand {
    /// Run the cases once, in parallel, and report the times
    Run(Box<RunArguments>),
    /// Run the cases with several setups and compare the times
    Compare(CompareArguments),
    /// Run the cases with increasing worker counts to find how many are worth having
    Sweep(SweepArguments),
    /// Predict the time of any setup from one recorded run; nothing runs
    Predict(PredictArguments),
    /// Report on a recorded run in any format; nothing runs
    Report(ReportArguments),
    /// Generate cases from values per column
    Cases(CasesArguments),
    /// Find how many cores per case are best under shared cores, memory and tokens
    Plan(PlanArguments),
    /// List the reference experiments, or run one
    Examples(ExamplesArguments),
}

impl OptionFilter for RunArguments {
    fn accepts(_: StudyOption) -> bool {
        true
    }
}

/// The setups choose the strategy, and each run is its own measurement.
impl OptionFilter for CompareArguments {
    fn accepts(option: StudyOption) -> bool {
        !matches!(option, StudyOption::Strategy | StudyOption::Series)
    }
}

/// `sweep` has its own `--workers`.
impl OptionFilter for SweepArguments {
    fn accepts(option: StudyOption) -> bool {
        !matches!(option, StudyOption::Workers | StudyOption::Series)
    }
}

/// Everything else is known from the recorded run.
impl OptionFilter for PredictArguments {
    fn accepts(option: StudyOption) -> bool {
        use StudyOption::{Batch, Order, Strategy, Workers};
        matches!(option, Strategy | Workers | Batch | Order) || option.is_resource()
    }

    fn default_of(option: StudyOption) -> &'static str {
        match option {
            StudyOption::Workers | StudyOption::Batch | StudyOption::Order => "as in the report",
            resource if resource.is_resource() => "as in the report",
            _ => option.spec().default,
        }
    }
}

/// The plans of examples are fixed.
impl OptionFilter for ExamplesArguments {
    fn accepts(option: StudyOption) -> bool {
        matches!(option, StudyOption::Seed | StudyOption::TimeScale | StudyOption::Clock)
    }
}

const EXAMPLES: &str = "\
Examples:
  caselanes run                                     the three cases of the demo, 3 workers
  caselanes run study.caselanes --workers 4         a study file, with 4 workers
  caselanes run --cases cases.csv --workload wait --workers 2 --order longest
  caselanes run --cases - --workload crunch --series measure --format json < cases.csv
  caselanes run --cases cases.csv --workers 2 -- ./solver --x {x} --out {case}/out.txt
  caselanes run --cases cases.csv --run-folder study --licences 3 -- ./solver {x}
  caselanes run --resume study                      resume that run
  caselanes run study.caselanes --output run.json --output cases.xlsx
  caselanes run study.caselanes --fail-if 'speedup<1.8' --on-end 'notify-send done'

A case is a row: name, x, y. The workload is the calculation that each case goes
through. A worker runs one case at a time.

Exit status: 0 all cases done, 1 some case not done, 2 bad usage or input, 3 a --fail-if
is true, 130 interrupted (finished cases are still reported).";

const READING: &str = "\
The table of cases:
  name,x,y
  short,0.5,1
  long,2,1
Columns may be in any order, separated by commas, semicolons or tabs; the latter two
allow decimal commas. Extra columns are kept. Workbooks (.xlsx, .xlsb, .xls, .ods) are
read alike; --separator, --decimal, --encoding, --no-header and --sheet decide how.

The report:
  lane          one of the slots that cases run in; a run has as many as workers
  total         from the start of the run to the end of its last case
  in series     the same cases one after another: measured (--series measure),
                sampled (--series sample runs a few again), estimated from their
                intended times, or at most their CPU and waiting time
  speed-up      in series divided by total; efficiency is speed-up divided by workers
  lower bound   least total of these cases with this many workers, in any order
  lane-seconds  workers times total, split into work, stretch (slower because cores
                are shared), start-up, dispatch, barrier, held (waiting for
                permission), lost (failed or cancelled) and idle";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{READING}"))]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) source: SourceOptions,

    #[command(flatten)]
    pub(crate) report: ReportOptions,

    #[command(flatten)]
    pub(crate) end: EndOptions,

    #[command(flatten)]
    pub(crate) changes: StudyChanges<Self>,

    #[command(flatten)]
    pub(crate) folder: FolderOptions,
}

/// Folder in which a run of programs keeps its files.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run folder")]
pub(crate) struct FolderOptions {
    /// Keep the case folders, the results so far and the journal in this folder, which
    /// must not hold a run [default: a folder for temporary files]
    #[arg(long, value_name = "DIR")]
    pub(crate) run_folder: Option<PathBuf>,

    /// Resume the run in this folder: cases that are done are kept, all others run.
    /// The study is that of the run; options, a STUDY and edited --cases override it
    #[arg(long, value_name = "DIR", conflicts_with = "run_folder")]
    pub(crate) resume: Option<PathBuf>,
}

impl FolderOptions {
    pub(crate) fn given(&self) -> Option<&'static str> {
        let options = [("--run-folder", &self.run_folder), ("--resume", &self.resume)];
        options.into_iter().find(|(_, folder)| folder.is_some()).map(|(option, _)| option)
    }
}

const COMPARING: &str = "\
Examples:
  caselanes compare --setup series --setup threads:3 --time-scale 0.1
  caselanes compare study.caselanes --setup threads:2 threads:2:longest processes:2
  caselanes compare --cases cases.csv --workload crunch --setup series global-lock:2 threads:2
  caselanes compare --cases cases.csv --setup threads:2 threads:4 -- ./solve {x}

The setups run the same cases in turn: one block to warm up, then --repeat blocks,
each starting with another setup. Speed-up and verdict are relative to the first
setup. A difference within the noise is reported as such.";

#[derive(Debug, Args)]
#[command(after_help = COMPARING)]
pub(crate) struct CompareArguments {
    #[command(flatten)]
    pub(crate) source: SourceOptions,

    /// Setup to compare: STRATEGY[:WORKERS[:ORDER]], such as threads:3:longest; give
    /// several after one --setup, or repeat the option
    #[arg(long = "setup", value_name = "SETUP", required = true, num_args = 1..)]
    #[arg(value_parser = parse_setup)]
    pub(crate) setups: Vec<Setup>,

    /// Runs per setup, from 1 to 1000
    #[arg(long, value_name = "N", default_value = "7", allow_negative_numbers = true)]
    #[arg(value_parser = parse_repeat)]
    pub(crate) repeat: u32,

    #[command(flatten)]
    pub(crate) report: ReportOptions,

    #[command(flatten)]
    pub(crate) changes: StudyChanges<Self>,
}

const SWEEPING: &str = "\
Examples:
  caselanes sweep --time-scale 0.1                  until more workers do not pay off
  caselanes sweep study.caselanes --workers 1..8    1 to 8 workers
  caselanes sweep --cases cases.csv --workload crunch --workers 1,2,4 --sample 100
  caselanes sweep --cases cases.csv --workers 1..4 -- ./solve {x}

After one run to warm up, the worker counts run in turn, --repeat times each. Each
measured total is shown next to its prediction, which uses the intended times of the
cases, else their CPU and waiting time with the fewest workers and the slowdown of
computing cases with the other worker counts. The result is the smallest worker count
within 5 % of the best total, the saving of one more worker, and the bottleneck. For
cases that compute, only measured totals count.";

#[derive(Debug, Args)]
#[command(after_help = SWEEPING)]
pub(crate) struct SweepArguments {
    #[command(flatten)]
    pub(crate) source: SourceOptions,

    /// Worker counts from 1 to 256: a range such as 1..8, which includes 8, or a list
    /// such as 1,2,4 [default: increase until more workers do not pay off]
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true)]
    #[arg(value_parser = parse_worker_counts)]
    pub(crate) workers: Option<WorkerCounts>,

    /// Runs per worker count, from 1 to 1000 [default: 3, on the virtual clock 1]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = parse_repeat)]
    pub(crate) repeat: Option<u32>,

    /// Run only N cases, chosen by their lengths, and predict the total of all
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = parse_sample)]
    pub(crate) sample: Option<usize>,

    #[command(flatten)]
    pub(crate) report: ReportOptions,

    #[command(flatten)]
    pub(crate) changes: StudyChanges<Self>,
}

const PREDICTING: &str = "\
Examples:
  caselanes run --workload wait --cases cases.csv --format json --output run.json
  caselanes predict run.json --workers 8 --order longest
  parallel -j4 --joblog jobs.log sleep ::: 3 1 2 5 4
  caselanes predict jobs.log --workers 2

Nothing runs: a virtual clock drives the scheduler with the recorded case lengths,
intended or else measured. See also: caselanes report --help";

const REPORTING: &str = "\
Examples:
  caselanes report run.json                         the table of a run recorded as JSON
  caselanes report run.json --output run.xlsx       the same run as a workbook
  caselanes report study-folder                     what is finished of a run in a folder
  parallel -j4 --joblog jobs.log sleep ::: 3 1 2 5 4
  caselanes report jobs.log --format csv
  sacct -X -P -j 42 -o JobID,Submit,Start,End,State,ExitCode,NodeList,JobName |
    caselanes report -

Of the log of another tool, only the cases and their times are known. Its lanes are
the fewest that hold the cases; the tool may have had more workers. Figures that the
log does not give are absent.

Exit status: 0 all cases done, 1 some case not done, 2 bad usage or input.";

#[derive(Debug, Args)]
#[command(after_help = REPORTING)]
pub(crate) struct ReportArguments {
    #[command(flatten)]
    pub(crate) recorded: RecordedOptions,

    #[command(flatten)]
    pub(crate) report: ReportOptions,
}

#[derive(Debug, Args)]
#[command(after_help = PREDICTING)]
pub(crate) struct PredictArguments {
    #[command(flatten)]
    pub(crate) recorded: RecordedOptions,

    #[command(flatten)]
    pub(crate) options: StudyOptions<Self>,

    #[command(flatten)]
    pub(crate) report: ReportOptions,
}

const RUNNING_EXAMPLES: &str = "\
Examples:
  caselanes examples                                list them
  caselanes examples crash-tests --time-scale 0.1   run one, ten times as fast
  caselanes examples crash-tests --clock virtual    simulate it, in milliseconds

After its runs, each example reports which of its claims are confirmed on this
machine, which are not, and which are inconclusive because of noise.";

#[derive(Debug, Args)]
#[command(after_help = RUNNING_EXAMPLES)]
pub(crate) struct ExamplesArguments {
    /// Example to run; without it, all are listed
    #[arg(value_name = "NAME")]
    #[arg(value_parser = choice(ExampleName::title))]
    pub(crate) name: Option<ExampleName>,

    #[command(flatten)]
    pub(crate) options: StudyOptions<Self>,

    #[command(flatten)]
    pub(crate) report: ReportOptions,
}

fn parse_sample(text: &str) -> Result<usize, String> {
    let sample = text.parse().ok().filter(|&sample| sample >= 1);
    sample.ok_or_else(|| "expected a whole number of at least 1".to_owned())
}

fn parse_repeat(text: &str) -> Result<u32, String> {
    const MAX: u32 = 1000;
    let repeat = text.parse().ok().filter(|repeat| (1..=MAX).contains(repeat));
    repeat.ok_or_else(|| format!("expected a whole number from 1 to {MAX}"))
}

pub(crate) fn known_commands() -> String {
    let command = Arguments::command();
    command.get_subcommands().map(clap::Command::get_name).collect::<Vec<_>>().join(", ")
}

pub(crate) fn known_options(subcommand: Option<&str>) -> String {
    let mut command = Arguments::command();
    command.build();
    let found = subcommand.and_then(|name| command.find_subcommand(name));
    let options = found.unwrap_or(&command).get_arguments();
    let names = options.filter_map(|option| option.get_long()).map(|name| format!("--{name}"));
    list(names)
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn clap_accepts_the_definition_of_the_arguments() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_study_option_is_explained_in_the_help_of_run() {
        let command = Arguments::command();
        let run = command.find_subcommand("run").unwrap();
        for option in StudyOption::VARIANTS {
            let argument = run.get_arguments().find(|arg| arg.get_long() == Some(option.key()));
            let help = argument.unwrap().get_help().unwrap().to_string();
            assert!(help.contains(option.spec().help) && help.contains("[default: "), "{help}");
        }
    }

    #[test]
    fn the_suffix_of_each_output_chooses_its_format_unless_one_is_given() {
        let formats = |line: &str| {
            let arguments = Arguments::parse_from(line.split_whitespace());
            let Some(CliCommand::Run(run)) = arguments.command else { panic!("not a run command") };
            let outputs = run.report.outputs()?;
            Ok(outputs.iter().map(|(_, format)| format.name()).collect::<Vec<_>>().join(" "))
        };
        let known = |line: &str| formats(line).unwrap_or_else(|error: String| panic!("{error}"));
        assert_eq!(known("caselanes run"), "table");
        assert_eq!(known("caselanes run --format json"), "json");
        assert_eq!(known("caselanes run --output a.JSON --output a.txt"), "json table");
        assert_eq!(known("caselanes run --output - --output b.csv"), "table csv");
        assert_eq!(known("caselanes run --output a.json --format csv"), "csv");
        let error = formats("caselanes run --output a.json --output b.csv --format csv");
        assert!(error.unwrap_err().starts_with("--format is for one --output, found 2 outputs"));
    }
}
