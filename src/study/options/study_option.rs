//! The table of all study options.

use std::ffi::OsStr;

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::option_spec::{
    FieldAccess, OptionSpec, OptionValue, ValueKind, described, set_choice, set_flag, set_optional,
    set_or_default, utf8,
};
use crate::study::input_files::template_source::TemplateSource;
use crate::study::plan::plan_parsers::{
    parse_positive, parse_retries, parse_seed, parse_start_every, parse_time_scale, parse_workers,
};
use crate::study::plan::run_plan::{
    ClockChoice, DEFAULT_TIME_SCALE, Order, Plan, SeriesChoice, Strategy,
};
use crate::study::program::cluster::{
    ClusterLicence, parse_licence, parse_on, parse_slurm_name, parse_slurm_options,
    parse_slurm_time,
};
use crate::study::program::external_program::{
    CommandLine, DEFAULT_GRACE_S, KeepOutput, Program, parse_exit_status, parse_grace, parse_path,
    parse_search_text, parse_timeout, parse_variable,
};
use crate::study::program::program_output::{ProgramOutput, parse_regex};
use crate::study::resources::case_demand::CaseDemand;
use crate::text::parse_size;

/// Accesses a field of the plan or the program: returns its value with a constructor of
/// [`OptionValue`], and sets it with a function of `option_spec`.
macro_rules! field {
    (
        $owner:ident: $field:ident,
        $value:ident($($value_argument:expr)?),
        $set:ident($($set_argument:expr),*)
    ) => {
        FieldAccess::$owner(
            |owner| OptionValue::$value(&owner.$field $(, $value_argument)?),
            |owner, text| $set(&mut owner.$field, text $(, $set_argument)*),
        )
    };
}

/// An option of a study. Study files list them in this order.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub enum StudyOption {
    Strategy,
    Workers,
    Batch,
    Order,
    Seed,
    TimeScale,
    Series,
    Clock,
    Licences,
    Retries,
    StopAfter,
    MemoryFloor,
    StartEvery,
    CoresPerCase,
    Oversubscribe,
    MemoryPerCase,
    Memory,
    TokensPerCase,
    Tokens,
    Timeout,
    Grace,
    ValueRegex,
    ValueFile,
    Value,
    Stdin,
    Template,
    Env,
    WorkFolder,
    KeepOutput,
    OutputLimit,
    RefusedExit,
    RefusedText,
    On,
    SlurmPartition,
    SlurmAccount,
    SlurmTime,
    Slurm,
    SlurmLicence,
}

impl StudyOption {
    #[expect(clippy::too_many_lines, reason = "a table")]
    pub fn spec(self) -> OptionSpec {
        match self {
            Self::Strategy => OptionSpec {
                title: "Strategy",
                help: "How cases are dispatched and where they run",
                default: "threads",
                value_name: "NAME",
                kind: ValueKind::Choice(|| described(Strategy::description)),
                access: field!(Plan: strategy, choice(), set_choice()),
            },
            Self::Workers => OptionSpec {
                title: "Workers",
                help: "Number of threads or processes that each run one case at a time, from 1 to 256",
                default: "3 for the demo, else the number of usable CPUs",
                value_name: "N",
                kind: ValueKind::Number,
                access: field!(Plan: workers, whole(), set_optional(parse_workers)),
            },
            Self::Batch => OptionSpec {
                title: "Batch",
                help: "Number of cases per batch; only for the strategy batches",
                default: "the number of workers",
                value_name: "N",
                kind: ValueKind::Number,
                access: field!(Plan: batch, whole(), set_optional(parse_positive)),
            },
            Self::Order => OptionSpec {
                title: "Order",
                help: "Order in which cases start",
                default: "listed",
                value_name: "NAME",
                kind: ValueKind::Choice(|| described(Order::description)),
                access: field!(Plan: order, choice(), set_choice()),
            },
            Self::Seed => OptionSpec {
                title: "Seed",
                help: "Start of all random draws; the same seed repeats a run",
                default: "random (a new seed each run)",
                value_name: "N",
                kind: ValueKind::Number,
                access: field!(Plan: seed, whole(), set_optional(parse_seed)),
            },
            Self::TimeScale => OptionSpec {
                title: "Time scale",
                help: "Factor for every wait and every amount of computing, above 0 and at most \
                       1000",
                default: "1",
                value_name: "F",
                kind: ValueKind::Number,
                access: field!(
                    Plan: time_scale,
                    decimal_unless(DEFAULT_TIME_SCALE),
                    set_or_default(DEFAULT_TIME_SCALE, parse_time_scale)
                ),
            },
            Self::Series => OptionSpec {
                title: "Series total",
                help: "Source of the series total, the time of all cases one after another",
                default: "estimate",
                value_name: "HOW",
                kind: ValueKind::Choice(|| described(SeriesChoice::description)),
                access: field!(Plan: series, choice(), set_choice()),
            },
            Self::Clock => OptionSpec {
                title: "Clock",
                help: "Clock that the cases run on",
                default: "real",
                value_name: "CLOCK",
                kind: ValueKind::Choice(|| described(ClockChoice::description)),
                access: field!(Plan: clock, choice(), set_choice()),
            },
            Self::Licences => OptionSpec {
                title: "Licences",
                help: "Maximum number of cases running at once, whatever the number of workers",
                default: "the number of workers",
                value_name: "N",
                kind: ValueKind::Number,
                access: field!(Limits: licences, whole(), set_optional(parse_positive)),
            },
            Self::Retries => OptionSpec {
                title: "Retries",
                help: "Retry failed cases this many times, with increasing pauses: 1 s, 2 s, 4 s, …",
                default: "0",
                value_name: "N",
                kind: ValueKind::Number,
                access: field!(Limits: retries, positive(), set_or_default(0, parse_retries)),
            },
            Self::StopAfter => OptionSpec {
                title: "Stop after",
                help: "Start no further case after this many failed cases; running cases finish",
                default: "never",
                value_name: "N",
                kind: ValueKind::Number,
                access: field!(Limits: stop_after, whole(), set_optional(parse_positive)),
            },
            Self::MemoryFloor => OptionSpec {
                title: "Memory floor",
                help: "Start no case while less memory than this is free; a size such as 500M, \
                       2G or 1.5GiB",
                default: "none",
                value_name: "SIZE",
                kind: ValueKind::Size,
                access: field!(Limits: memory_floor_bytes, size(), set_optional(parse_size)),
            },
            Self::StartEvery => OptionSpec {
                title: "Start every [s]",
                help: "Least time between two starts, retries included, in seconds",
                default: "none",
                value_name: "S",
                kind: ValueKind::Number,
                access: field!(Limits: start_every_s, decimal(), set_optional(parse_start_every)),
            },
            Self::CoresPerCase => OptionSpec {
                title: "Cores per case",
                help: "Number of cores that a case uses, or the column that holds it; running \
                       cases use no more than the usable CPUs together",
                default: "1, without a limit",
                value_name: "N|COLUMN",
                kind: ValueKind::Demand,
                access: field!(
                    Limits: cores_per_case,
                    count_or_column(),
                    set_optional(CaseDemand::parse_count)
                ),
            },
            Self::Oversubscribe => OptionSpec {
                title: "Oversubscribe",
                help: "Let running cases use more cores together than there are usable CPUs",
                default: "off",
                value_name: "BOOL",
                kind: ValueKind::Flag,
                access: field!(Limits: oversubscribe, flag(), set_flag()),
            },
            Self::MemoryPerCase => OptionSpec {
                title: "Memory per case",
                help: "Memory that a case needs, a size such as 500M, 2G or 1.5GiB, or the column \
                       that holds it; running cases need no more than --memory together",
                default: "no limit",
                value_name: "SIZE|COLUMN",
                kind: ValueKind::Demand,
                access: field!(
                    Limits: memory_per_case,
                    size_or_column(),
                    set_optional(CaseDemand::parse_memory)
                ),
            },
            Self::Memory => OptionSpec {
                title: "Memory in all",
                help: "Memory that running cases share by --memory-per-case; a size such as 12G",
                default: "the free memory at the start",
                value_name: "SIZE",
                kind: ValueKind::Size,
                access: field!(Limits: memory_bytes, size(), set_optional(parse_size)),
            },
            Self::TokensPerCase => OptionSpec {
                title: "Tokens per case",
                help: "Number of licence tokens that a case needs, or the column that holds it; \
                       running cases hold no more than --tokens together",
                default: "1",
                value_name: "K|COLUMN",
                kind: ValueKind::Demand,
                access: field!(
                    Limits: tokens_per_case,
                    count_or_column(),
                    set_optional(CaseDemand::parse_count)
                ),
            },
            Self::Tokens => OptionSpec {
                title: "Tokens",
                help: "Number of licence tokens that running cases share",
                default: "no limit",
                value_name: "N",
                kind: ValueKind::Number,
                access: field!(Limits: tokens, whole(), set_optional(parse_positive)),
            },
            Self::Timeout => OptionSpec {
                title: "Time limit [s]",
                help: "Maximum time per case, in seconds; a program that takes longer is stopped \
                       and its case counts as timed out",
                default: "none",
                value_name: "S",
                kind: ValueKind::Number,
                access: field!(Program: timeout_s, decimal(), set_optional(parse_timeout)),
            },
            Self::Grace => OptionSpec {
                title: "Grace [s]",
                help: "Time a program gets to exit when it is stopped, in seconds; then it is \
                       killed",
                default: "5",
                value_name: "S",
                kind: ValueKind::Number,
                access: field!(
                    Program: grace_s,
                    decimal_unless(DEFAULT_GRACE_S),
                    set_or_default(DEFAULT_GRACE_S, parse_grace)
                ),
            },
            Self::ValueRegex => OptionSpec {
                title: "Value expression",
                help: "Regular expression that finds the value: the first group, else the whole, \
                       of its last match",
                default: "the last number",
                value_name: "REGEX",
                kind: ValueKind::Text,
                access: field!(Program: value_regex, text(), set_optional(parse_regex)),
            },
            Self::ValueFile => OptionSpec {
                title: "Value file",
                help: "File in the folder of the case that holds the value",
                default: "standard output",
                value_name: "PATH",
                kind: ValueKind::CasePath,
                access: field!(Program: value_file, path(), set_optional(parse_path)),
            },
            Self::Value => OptionSpec {
                title: "Outputs",
                help: "Named number to find in standard output, or in a FILE in the folder of the \
                       case: the first group, else the whole, of the last match of REGEX; without \
                       NAME it is named value",
                default: "value, the last number on standard output",
                value_name: "[NAME[@FILE]=]REGEX",
                kind: ValueKind::Outputs,
                access: FieldAccess::Program(
                    |program| {
                        let outputs = &program.named_outputs;
                        let texts = || outputs.iter().map(ProgramOutput::text).collect();
                        (!outputs.is_empty()).then(|| OptionValue::List(texts()))
                    },
                    |program, text| match text {
                        None => {
                            program.named_outputs.clear();
                            Ok(())
                        }
                        Some(text) => program.add_output(ProgramOutput::parse(utf8(text)?)?),
                    },
                ),
            },
            Self::Stdin => OptionSpec {
                title: "Standard input",
                help: "File that the program reads from standard input",
                default: "none",
                value_name: "FILE",
                kind: ValueKind::Path,
                access: field!(Program: stdin, path(), set_optional(parse_path)),
            },
            Self::Template => OptionSpec {
                title: "Templates",
                help: "File to render into the folder of the case as NAME [default: the name of \
                       SOURCE without .tpl or .template]; {{ column }} and {{ expression }} insert \
                       values, {{ x|fmt(\"%10.4f\") }} formats them as C does",
                default: "none",
                value_name: "SOURCE[:NAME]",
                kind: ValueKind::Templates,
                access: FieldAccess::Program(
                    |program| {
                        let texts: Vec<_> =
                            program.templates.iter().map(TemplateSource::text).collect();
                        (!texts.is_empty()).then_some(OptionValue::List(texts))
                    },
                    |program, text| match text {
                        None => {
                            program.templates.clear();
                            Ok(())
                        }
                        Some(text) => program.add_template(TemplateSource::parse(utf8(text)?)?),
                    },
                ),
            },
            Self::Env => OptionSpec {
                title: "Environment",
                help: "Variables to add to the environment of the program, such as THREADS=1",
                default: "none",
                value_name: "NAME=VALUE",
                kind: ValueKind::Variables,
                access: FieldAccess::Program(
                    |program| {
                        let variables = Some(program.environment.clone());
                        variables.filter(|list| !list.is_empty()).map(OptionValue::Variables)
                    },
                    |program, text| {
                        match text {
                            None => program.environment.clear(),
                            Some(text) => program.set_variable(parse_variable(utf8(text)?)?),
                        }
                        Ok(())
                    },
                ),
            },
            Self::WorkFolder => OptionSpec {
                title: "Work folder",
                help: "Folder that the program runs in",
                default: "the folder of the case",
                value_name: "DIR",
                kind: ValueKind::Path,
                access: field!(Program: work_folder, path(), set_optional(parse_path)),
            },
            Self::KeepOutput => OptionSpec {
                title: "Keep output",
                help: "Cases whose output is kept, in the folder of the case",
                default: "all",
                value_name: "CASES",
                kind: ValueKind::Choice(|| described(KeepOutput::description)),
                access: field!(Program: keep_output, choice(), set_choice()),
            },
            Self::OutputLimit => OptionSpec {
                title: "Output limit",
                help: "Maximum size kept of each output stream, such as 500k or 2M; the middle is \
                       dropped",
                default: "none",
                value_name: "SIZE",
                kind: ValueKind::Size,
                access: field!(Program: output_limit_bytes, size(), set_optional(parse_size)),
            },
            Self::RefusedExit => OptionSpec {
                title: "Refused exit",
                help: "Exit status that means no licence was available; the case does not fail \
                       but waits and is retried",
                default: "none",
                value_name: "CODE",
                kind: ValueKind::Number,
                access: field!(Program: refused_exit, whole(), set_optional(parse_exit_status)),
            },
            Self::RefusedText => OptionSpec {
                title: "Refused text",
                help: "Text in the output that means no licence was available; the case does not \
                       fail but waits and is retried",
                default: "none",
                value_name: "TEXT",
                kind: ValueKind::Text,
                access: field!(Program: refused_text, text(), set_optional(parse_search_text)),
            },
            Self::On => OptionSpec {
                title: "Runs on",
                help: "Where the program runs: local is this machine, slurm a cluster, slurm@HOST \
                       a cluster that is reached through ssh",
                default: "local",
                value_name: "WHERE",
                kind: ValueKind::Text,
                access: FieldAccess::Program(
                    |program| {
                        program.cluster.as_ref().map(|cluster| OptionValue::Text(cluster.text()))
                    },
                    |program, text| {
                        let parsed = text.map(|text| parse_on(utf8(text)?)).transpose()?;
                        // This machine has no use for the others.
                        if parsed == Some(None) {
                            program.clear_slurm_options();
                        }
                        program.cluster = parsed.flatten();
                        Ok(())
                    },
                ),
            },
            Self::SlurmPartition => OptionSpec {
                title: "Partition",
                help: "Partition of the cluster that the cases run in; with --on slurm",
                default: "that of the cluster",
                value_name: "NAME",
                kind: ValueKind::Text,
                access: field!(Program: slurm_partition, text(), set_optional(parse_slurm_name)),
            },
            Self::SlurmAccount => OptionSpec {
                title: "Account",
                help: "Account of the cluster that is charged for the cases; with --on slurm",
                default: "that of the user",
                value_name: "NAME",
                kind: ValueKind::Text,
                access: field!(Program: slurm_account, text(), set_optional(parse_slurm_name)),
            },
            Self::SlurmTime => OptionSpec {
                title: "Job time limit",
                help: "Time after which the cluster ends a case, as MINUTES, HOURS:MINUTES:SECONDS \
                       or DAYS-HOURS; with --on slurm",
                default: "that of the partition",
                value_name: "TIME",
                kind: ValueKind::Text,
                access: field!(Program: slurm_time, text(), set_optional(parse_slurm_time)),
            },
            Self::Slurm => OptionSpec {
                title: "Slurm options",
                help: "Further option for sbatch, such as --constraint=avx2; with --on slurm",
                default: "none",
                value_name: "OPTION",
                kind: ValueKind::Texts,
                access: FieldAccess::Program(
                    |program| {
                        let texts = program.slurm_options.clone();
                        (!texts.is_empty()).then_some(OptionValue::List(texts))
                    },
                    |program, text| {
                        match text {
                            None => program.slurm_options.clear(),
                            Some(text) => {
                                let text = utf8(text)?;
                                parse_slurm_options(text)?;
                                program.slurm_options.push(text.to_owned());
                            }
                        }
                        Ok(())
                    },
                ),
            },
            Self::SlurmLicence => OptionSpec {
                title: "Slurm licences",
                help: "Licence of the cluster that each case takes, and how many; with --on slurm",
                default: "none",
                value_name: "NAME[:N]",
                kind: ValueKind::Texts,
                access: FieldAccess::Program(
                    |program| {
                        let licences = &program.slurm_licences;
                        let texts = || licences.iter().map(ClusterLicence::text).collect();
                        (!licences.is_empty()).then(|| OptionValue::List(texts()))
                    },
                    |program, text| match text {
                        None => {
                            program.slurm_licences.clear();
                            Ok(())
                        }
                        Some(text) => program.add_licence(parse_licence(utf8(text)?)?),
                    },
                ),
            },
        }
    }

    /// Returns the name on the command line behind `--`.
    pub fn key(self) -> &'static str {
        self.into()
    }

    /// Returns the name in study files, which hold all items of an option together.
    pub fn file_key(self) -> &'static str {
        match self {
            Self::Value => "values",
            Self::Template => "templates",
            option => option.key(),
        }
    }

    pub fn of_file_key(key: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|option| option.file_key() == key)
    }

    /// Whether the option applies to the user's own program rather than to the plan.
    pub fn is_for_programs(self) -> bool {
        matches!(self.spec().access, FieldAccess::Program(..))
    }

    /// Whether the option is one of the limits of the plan.
    pub fn is_limit(self) -> bool {
        matches!(self.spec().access, FieldAccess::Limits(..))
    }

    /// Whether the option tells what running cases share, or what each of them needs.
    pub fn is_resource(self) -> bool {
        matches!(
            self,
            Self::CoresPerCase
                | Self::Oversubscribe
                | Self::MemoryPerCase
                | Self::Memory
                | Self::TokensPerCase
                | Self::Tokens
        )
    }

    /// Whether the option tells where the cases run.
    pub fn is_place(self) -> bool {
        matches!(
            self,
            Self::On
                | Self::SlurmPartition
                | Self::SlurmAccount
                | Self::SlurmTime
                | Self::Slurm
                | Self::SlurmLicence
        )
    }

    /// Whether the option shares out this machine, so that a cluster has no use for it.
    pub fn is_of_this_machine(self) -> bool {
        matches!(
            self,
            Self::Licences
                | Self::MemoryFloor
                | Self::StartEvery
                | Self::Memory
                | Self::Oversubscribe
                | Self::TokensPerCase
                | Self::Tokens
        )
    }

    /// Whether a program may give other values, or another output, after a change.
    pub fn affects_results(self) -> bool {
        matches!(
            self,
            Self::ValueRegex
                | Self::ValueFile
                | Self::Value
                | Self::Stdin
                | Self::Template
                | Self::Env
                | Self::WorkFolder
        )
    }

    pub fn of_plan() -> impl Iterator<Item = Self> {
        Self::VARIANTS.iter().copied().filter(|option| !option.is_for_programs())
    }

    pub fn of_program() -> impl Iterator<Item = Self> {
        Self::VARIANTS.iter().copied().filter(|option| option.is_for_programs())
    }

    /// Returns the options of two programs that differ and may change results.
    pub fn changed_results(a: &Program, b: &Program) -> Vec<Self> {
        let plan = Plan::default();
        let is_changed = |option: &Self| option.get(&plan, Some(a)) != option.get(&plan, Some(b));
        Self::of_program().filter(|it| it.affects_results()).filter(is_changed).collect()
    }

    /// Returns the value unless it is the default. Options of a program are unset without one.
    pub fn get(self, plan: &Plan, program: Option<&Program>) -> Option<OptionValue> {
        match self.spec().access {
            FieldAccess::Plan(get, _) => get(plan),
            FieldAccess::Limits(get, _) => get(&plan.limits),
            FieldAccess::Program(get, _) => get(program?),
        }
    }

    /// Parses a text into the field of a plan; `None` restores the default. Leaves
    /// the plan as it is if the option is for programs.
    pub fn set_in_plan(self, plan: &mut Plan, text: Option<&OsStr>) -> Result<(), String> {
        match self.spec().access {
            FieldAccess::Plan(_, set) => set(plan, text),
            FieldAccess::Limits(_, set) => set(&mut plan.limits, text),
            FieldAccess::Program(..) => Ok(()),
        }
    }

    /// Parses a text into the field of a program; `None` restores the default. Leaves
    /// the program as it is if the option is for plans.
    pub fn set_in_program(self, program: &mut Program, text: Option<&OsStr>) -> Result<(), String> {
        match self.spec().access {
            FieldAccess::Plan(..) | FieldAccess::Limits(..) => Ok(()),
            FieldAccess::Program(_, set) => set(program, text),
        }
    }

    pub fn check(self, text: &OsStr) -> Result<(), String> {
        self.set_in_plan(&mut Plan::default(), Some(text))?;
        self.set_in_program(&mut Program::new(CommandLine::default()), Some(text))
    }
}
