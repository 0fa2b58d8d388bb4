//! Freezes a study into the inputs of a run: makes every open choice and checks every case.

use std::fmt;
use std::sync::Arc;

use strum::VariantArray as _;

use crate::study::{
    Case, CaseResources, CaseTable, ClockChoice, Column, Dispatch, FrozenPlan, FrozenStudy,
    InputFileError, InputFiles, LaneCount, Lengths, Limits, MAX_CASE_LANES, Order, Plan, Program,
    SeriesChoice, Strategy, StudyOption, WORKER_RANGE, WorkloadName, same_slurm_option,
};

use crate::text::list;

use super::workload::{Length, Refusal, Workload};

/// Longest wait of one case in seconds, after the time scale: 31 years.
pub const LONGEST_S: f64 = 1e9;

/// Longest sum of all cases on the virtual clock, which counts nanoseconds in 64 bits.
const LONGEST_SUM_S: f64 = 9e9;

const DEMO_WORKERS: u32 = 3;

/// A choice of the user that freezing ignores.
#[derive(Debug, Clone, PartialEq)]
pub enum Remark {
    /// A column whose placeholder has another meaning, so that it cannot be used.
    ShadowedColumn(String),
    /// A time scale for programs.
    TimeScaleIgnored(f64),
    /// An order by length without known lengths.
    OrderIgnored(Order),
    /// A worker count for a strategy that fixes it.
    WorkersIgnored { workers: u32, strategy: Strategy },
    /// An option without the one that it limits or is limited by.
    ResourceIgnored { option: StudyOption, without: StudyOption },
    /// A batch size for a strategy without batches.
    BatchIgnored { batch: u32, strategy: Strategy },
}

impl fmt::Display for Remark {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ShadowedColumn(column) => write!(
                to,
                "column {column} cannot be used as {{{column}}}, which has another meaning; rename \
                 the column"
            ),
            Self::TimeScaleIgnored(scale) => {
                write!(to, "ignoring --time-scale {scale}: programs run at their own speed")
            }
            Self::OrderIgnored(order) => {
                let order: &str = (*order).into();
                write!(to, "ignoring --order {order}: case lengths are unknown")
            }
            Self::WorkersIgnored { workers, strategy } => {
                let name: &str = (*strategy).into();
                let concurrency = match strategy.lanes() {
                    LaneCount::PerCase => "runs all cases at once",
                    LaneCount::One | LaneCount::Workers => "runs one case at a time",
                };
                write!(to, "ignoring --workers {workers}: strategy \"{name}\" {concurrency}")
            }
            Self::ResourceIgnored { option, without } => {
                write!(
                    to,
                    "ignoring --{}: it has no effect without --{}",
                    option.key(),
                    without.key()
                )
            }
            Self::BatchIgnored { batch, strategy } => {
                let name: &str = (*strategy).into();
                write!(to, "ignoring --batch {batch}: strategy \"{name}\" has no batches")
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FreezeError {
    /// The workload rejects these rows, by index.
    #[error("the workload rejects {} of the cases", .0.len())]
    Cases(Vec<(usize, Refusal)>),
    #[error(
        "the virtual clock needs the intended time of each case, which this workload does not \
         know; use --clock real"
    )]
    NoTimes,
    /// The virtual clock counts nanoseconds in 64 bits.
    #[error("the cases take {0:e} s in total: the virtual clock ends at {LONGEST_SUM_S:e} s")]
    TooLong(f64),
    #[error(
        "strategy \"all-at-once\" runs at most {MAX_CASE_LANES} cases: found {0}; use another \
         strategy, such as threads"
    )]
    TooManyAtOnce(usize),
    #[error(
        "the virtual clock cannot measure the series total, because it runs nothing; use --series \
         estimate or --clock real"
    )]
    NothingToMeasure,
    /// The program cannot run these cases, and why.
    #[error("{0}")]
    Program(String),
    /// An option of the program, by its key, prevents the run of these cases, and why.
    #[error("{0}: {1}")]
    Option(&'static str, String),
}

/// Facts from outside the study that freezing uses.
#[derive(Debug, Clone, Copy)]
pub struct Environment<'a> {
    /// Number of threads that the machine runs at once.
    pub logical_cpus: u32,
    /// Seed for plans that have none.
    pub seed: u64,
    /// Times of the same cases in their last run, in seconds, if all are known.
    pub last_s: Option<&'a [f64]>,
}

/// Makes every open choice of the plan, checks every case and computes the lengths.
///
/// Returns the frozen study with remarks on the choices it ignores.
pub fn freeze(
    cases: CaseTable,
    name: WorkloadName,
    workload: &dyn Workload,
    plan: &Plan,
    environment: Environment<'_>,
) -> Result<(FrozenStudy, Vec<Remark>), FreezeError> {
    let seed = plan.seed.unwrap_or(environment.seed);
    let mut remarks = Vec::new();
    let mut time_scale = plan.time_scale;
    let mut input_files = InputFiles::default();
    if name == WorkloadName::Command {
        input_files = check_program(&cases, workload, plan)?;
        let command = workload.program().map(|program| &program.command);
        for column in command.map(|command| command.shadowed_columns(&cases)).unwrap_or_default() {
            remarks.push(Remark::ShadowedColumn(column.to_string()));
        }
        if time_scale != 1.0 {
            remarks.push(Remark::TimeScaleIgnored(time_scale));
            time_scale = 1.0;
        }
    }

    let mut lengths = lengths(&cases, workload, seed, time_scale)?;
    if lengths == Lengths::Unknown
        && let Some(last_s) = environment.last_s.filter(|last_s| last_s.len() == cases.len())
    {
        lengths = Lengths::Last(last_s.to_vec());
    }

    if plan.clock == ClockChoice::Virtual {
        let seconds = lengths.seconds().ok_or(FreezeError::NoTimes)?;
        let sum: f64 = seconds.iter().sum();
        if sum > LONGEST_SUM_S {
            return Err(FreezeError::TooLong(sum));
        }
        if plan.series != SeriesChoice::Estimate {
            return Err(FreezeError::NothingToMeasure);
        }
    }
    if lengths == Lengths::Unknown && matches!(plan.order, Order::Longest | Order::Shortest) {
        remarks.push(Remark::OrderIgnored(plan.order));
    }
    let workers = workers(name, plan, cases.len(), environment.logical_cpus, &mut remarks)?;
    let has_batches = plan.strategy.dispatch() == Dispatch::Batches;
    let batch = plan.batch.filter(|_| has_batches);
    if let Some(batch) = plan.batch.filter(|_| !has_batches) {
        remarks.push(Remark::BatchIgnored { batch, strategy: plan.strategy });
    }
    let is_on_cluster = workload.program().is_some_and(|program| program.cluster.is_some());
    let shared = if is_on_cluster {
        // The cluster shares out its cores and its memory.
        Limits { oversubscribe: true, memory_bytes: None, ..plan.limits.clone() }
    } else {
        plan.limits.clone()
    };
    let resources = CaseResources::new(&shared, &cases, environment.logical_cpus)
        .map_err(|(key, problem)| FreezeError::Option(key, problem))?;
    remarks.extend(ignored_resources(plan));
    let plan = FrozenPlan {
        strategy: plan.strategy,
        workers,
        batch,
        order: plan.order,
        seed,
        time_scale,
        series: plan.series,
        clock: plan.clock,
        limits: plan.limits.clone(),
    };
    let program = workload.program().cloned().map(Arc::new);
    let workload = name;
    let frozen = FrozenStudy {
        cases,
        has_inputs: true,
        workload,
        plan,
        lengths,
        program,
        input_files,
        resources,
    };
    Ok((frozen, remarks))
}

/// Returns a remark for each option of resources that has no effect alone.
fn ignored_resources(plan: &Plan) -> impl Iterator<Item = Remark> + '_ {
    let pairs = [
        (StudyOption::Oversubscribe, StudyOption::CoresPerCase),
        (StudyOption::Memory, StudyOption::MemoryPerCase),
        (StudyOption::TokensPerCase, StudyOption::Tokens),
    ];
    let is_set = |option: StudyOption| option.get(plan, None).is_some();
    let ignored =
        pairs.into_iter().filter(move |(option, without)| is_set(*option) && !is_set(*without));
    ignored.map(|(option, without)| Remark::ResourceIgnored { option, without })
}

fn check_program(
    cases: &CaseTable,
    workload: &dyn Workload,
    plan: &Plan,
) -> Result<InputFiles, FreezeError> {
    let Some(program) = workload.program() else {
        let message = "workload \"command\" runs a program: found none";
        return Err(FreezeError::Program(message.to_owned()));
    };
    if !plan.strategy.runs_programs() {
        let suitable = Strategy::VARIANTS.iter().filter(|strategy| strategy.runs_programs());
        let suitable = list(suitable.map(|&strategy| <&str>::from(strategy)));
        let strategy: &str = plan.strategy.into();
        return Err(FreezeError::Program(format!(
            "strategy \"{strategy}\" does not run programs; use one of {suitable}"
        )));
    }
    if plan.clock == ClockChoice::Virtual {
        return Err(FreezeError::NoTimes);
    }
    program.check(cases).map_err(|(key, problem)| FreezeError::Option(key, problem))?;
    check_cluster(program, plan)
        .map_err(|(option, problem)| FreezeError::Option(option.key(), problem.to_owned()))?;
    check_slurm_options(program)
        .map_err(|(option, problem)| FreezeError::Option(option.key(), problem))?;
    InputFiles::read(program, cases).map_err(|error| match error {
        InputFileError::Unreadable(problem) => {
            FreezeError::Option(StudyOption::Template.key(), problem)
        }
        InputFileError::Invalid(problems) => FreezeError::Program(problems),
    })
}

/// Checks that the program and the plan set what is possible where the cases run.
fn check_cluster(program: &Program, plan: &Plan) -> Result<(), (StudyOption, &'static str)> {
    const NEEDS_CLUSTER: &str = "applies to a cluster; add --on slurm, or remove it";
    const LOCAL_ONLY: &str = "applies to this machine, not to a cluster; remove it";
    if program.cluster.is_none() {
        let mut options = StudyOption::of_program().filter(|option| option.is_place());
        let useless = options.find(|option| option.get(plan, Some(program)).is_some());
        return useless.map_or(Ok(()), |option| Err((option, NEEDS_CLUSTER)));
    }
    let mut local = StudyOption::of_plan().filter(|option| option.is_of_this_machine());
    if let Some(option) = local.find(|option| option.get(plan, None).is_some()) {
        let problem = match option {
            StudyOption::Licences => {
                "limits the cases on this machine; remove it, take licences of the cluster with \
                 --slurm-licence NAME[:N], and limit the cases at once with --workers"
            }
            StudyOption::Tokens => {
                "applies to this machine; remove it, and take licences of the cluster with \
                 --slurm-licence NAME[:N]"
            }
            _ => LOCAL_ONLY,
        };
        return Err((option, problem));
    }
    if plan.series != SeriesChoice::Estimate {
        return Err((StudyOption::Series, "cases on a cluster do not run again; remove it"));
    }
    if plan.strategy.dispatch() != Dispatch::NextFree {
        let problem = "Slurm has no batches and no shares; use threads, processes or series";
        return Err((StudyOption::Strategy, problem));
    }
    Ok(())
}

/// Checks that nothing is set both by an option of its own and by one of `sbatch`.
fn check_slurm_options(program: &Program) -> Result<(), (StudyOption, String)> {
    let own = [
        (StudyOption::SlurmPartition, &program.slurm_partition, "--partition", "-p"),
        (StudyOption::SlurmAccount, &program.slurm_account, "--account", "-A"),
        (StudyOption::SlurmTime, &program.slurm_time, "--time", "-t"),
    ];
    for (option, _, long, short) in own.into_iter().filter(|(_, value, ..)| value.is_some()) {
        if let Some(same) = same_slurm_option(&program.slurm_options, long, short) {
            return Err((option, format!("--slurm sets it too: {same}; remove one of them")));
        }
    }
    Ok(())
}

pub fn default_workers(name: WorkloadName, logical_cpus: u32) -> u32 {
    match name {
        WorkloadName::Demo => DEMO_WORKERS,
        _ => logical_cpus.clamp(*WORKER_RANGE.start(), *WORKER_RANGE.end()),
    }
}

/// Returns the worker count of the strategy, with a remark if it ignores the plan's.
fn workers(
    name: WorkloadName,
    plan: &Plan,
    cases: usize,
    logical_cpus: u32,
    remarks: &mut Vec<Remark>,
) -> Result<u32, FreezeError> {
    let workers = match plan.strategy.lanes() {
        LaneCount::One => 1,
        LaneCount::PerCase => {
            let at_once = u32::try_from(cases).ok().filter(|&cases| cases <= MAX_CASE_LANES);
            at_once.ok_or(FreezeError::TooManyAtOnce(cases))?.max(1)
        }
        LaneCount::Workers => {
            return Ok(plan.workers.unwrap_or_else(|| default_workers(name, logical_cpus)));
        }
    };
    if let Some(requested) = plan.workers.filter(|&requested| requested != workers) {
        remarks.push(Remark::WorkersIgnored { workers: requested, strategy: plan.strategy });
    }
    Ok(workers)
}

/// Checks every case and returns the lengths after the time scale: seconds or amounts
/// if all cases have them, else unknown.
fn lengths(
    cases: &CaseTable,
    workload: &dyn Workload,
    seed: u64,
    time_scale: f64,
) -> Result<Lengths, FreezeError> {
    let mut seconds = Vec::new();
    let mut amounts = Vec::new();
    let mut refused = Vec::new();
    for case in cases.iter() {
        match checked_length(workload, case, seed, time_scale) {
            Ok(Length::Seconds(length)) => seconds.push(length),
            Ok(Length::Amount(length)) => amounts.push(length),
            Ok(Length::Unknown) => {}
            Err(refusal) => refused.push((case.index, refusal)),
        }
    }
    if !refused.is_empty() {
        return Err(FreezeError::Cases(refused));
    }
    if cases.is_empty() {
        // An example case tells what the workload knows.
        let example = Case { index: 0, name: "", x: 0.0, y: 0.0 };
        return Ok(match workload.length(example, seed) {
            Length::Seconds(_) => Lengths::Seconds(seconds),
            Length::Amount(_) => Lengths::Amounts(amounts),
            Length::Unknown => Lengths::Unknown,
        });
    }
    Ok(match cases.len() {
        all if all == seconds.len() => Lengths::Seconds(seconds),
        all if all == amounts.len() => Lengths::Amounts(amounts),
        _ => Lengths::Unknown,
    })
}

fn checked_length(
    workload: &dyn Workload,
    case: Case<'_>,
    seed: u64,
    time_scale: f64,
) -> Result<Length, Refusal> {
    workload.check(case)?;
    match workload.length(case, seed) {
        Length::Seconds(length) if length * time_scale > LONGEST_S => {
            let found = length * time_scale;
            let message = format!("expected a wait of at most {LONGEST_S:e} s, found {found:e} s");
            Err(Refusal { column: Column::X, message })
        }
        Length::Seconds(length) => Ok(Length::Seconds(length * time_scale)),
        Length::Amount(length) => Ok(Length::Amount(length * time_scale)),
        Length::Unknown => Ok(Length::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::super::find::find;
    use super::*;

    fn frozen(
        name: WorkloadName,
        xs: &[f64],
        plan: &Plan,
    ) -> Result<(FrozenStudy, Vec<Remark>), FreezeError> {
        let mut cases = CaseTable::default();
        for &x in xs {
            cases.push("", x, 1.0, &[]);
        }
        let environment = Environment { logical_cpus: 2, seed: 7, last_s: None };
        freeze(cases, name, find(name).as_ref(), plan, environment)
    }

    #[test]
    fn the_demo_defaults_to_three_workers_and_others_to_the_logical_cpus() {
        let workers = |name| frozen(name, &[1.0], &Plan::default()).unwrap().0.plan.workers;
        assert_eq!(workers(WorkloadName::Demo), 3);
        assert_eq!(workers(WorkloadName::Wait), 2);
    }

    #[test]
    fn series_has_one_worker_and_remarks_on_a_request_for_more() {
        let plan = Plan { strategy: Strategy::Series, workers: Some(4), ..Plan::default() };
        let (frozen, remarks) = frozen(WorkloadName::Wait, &[1.0], &plan).unwrap();
        assert_eq!(frozen.plan.workers, 1);
        let remark = "ignoring --workers 4: strategy \"series\" runs one case at a time";
        assert_eq!(remarks.iter().map(ToString::to_string).collect::<Vec<_>>(), [remark]);
    }

    #[test]
    fn all_at_once_has_one_worker_per_case_up_to_a_limit() {
        let plan = Plan { strategy: Strategy::AllAtOnce, workers: Some(2), ..Plan::default() };
        let (ok, remarks) = frozen(WorkloadName::Wait, &[1.0; 5], &plan).unwrap();
        assert_eq!(ok.plan.workers, 5);
        let remark = "ignoring --workers 2: strategy \"all-at-once\" runs all cases at once";
        assert_eq!(remarks.iter().map(ToString::to_string).collect::<Vec<_>>(), [remark]);
        let error = frozen(WorkloadName::Wait, &vec![1.0; 5000], &plan).unwrap_err();
        assert_eq!(error, FreezeError::TooManyAtOnce(5000));
        assert_eq!(frozen(WorkloadName::Wait, &[], &plan).unwrap().0.plan.workers, 1);
    }

    #[test]
    fn batches_default_to_the_worker_count_and_other_strategies_have_none() {
        let plan = Plan { strategy: Strategy::Batches, workers: Some(3), ..Plan::default() };
        assert_eq!(frozen(WorkloadName::Wait, &[1.0], &plan).unwrap().0.plan.batch_size(), Some(3));
        let plan = Plan { batch: Some(7), ..plan };
        assert_eq!(frozen(WorkloadName::Wait, &[1.0], &plan).unwrap().0.plan.batch_size(), Some(7));
        let plan = Plan { strategy: Strategy::Shares, ..plan };
        let (frozen, remarks) = frozen(WorkloadName::Wait, &[1.0], &plan).unwrap();
        assert_eq!(frozen.plan.batch_size(), None);
        assert_eq!(remarks, [Remark::BatchIgnored { batch: 7, strategy: Strategy::Shares }]);
        assert_eq!(
            remarks[0].to_string(),
            "ignoring --batch 7: strategy \"shares\" has no batches"
        );
    }

    #[test]
    fn a_plan_without_a_seed_takes_that_of_the_environment() {
        let seed = |seed| {
            let plan = Plan { seed, ..Plan::default() };
            frozen(WorkloadName::Wait, &[1.0], &plan).unwrap().0.plan.seed
        };
        assert_eq!((seed(None), seed(Some(3))), (7, 3));
    }

    #[test]
    fn impossible_waits_are_rejected_by_row_and_column() {
        let xs = [1.0, -1.0, 1e300, 0.0, 2e19, f64::MAX];
        let error = frozen(WorkloadName::Wait, &xs, &Plan::default()).unwrap_err();
        let FreezeError::Cases(refused) = error else { panic!("{error}") };
        assert_eq!(refused.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1, 2, 4, 5]);
        assert!(refused.iter().all(|(_, refusal)| refusal.column == Column::X));
    }

    #[test]
    fn the_virtual_clock_rejects_unknown_and_excessive_times() {
        let plan = Plan { clock: ClockChoice::Virtual, ..Plan::default() };
        assert_eq!(frozen(WorkloadName::Crunch, &[1.0], &plan), Err(FreezeError::NoTimes));
        assert_eq!(frozen(WorkloadName::Crunch, &[], &plan), Err(FreezeError::NoTimes));
        assert!(matches!(
            frozen(WorkloadName::Wait, &[1e9; 20], &plan),
            Err(FreezeError::TooLong(_))
        ));
        let measure = Plan { series: SeriesChoice::Measure, ..plan };
        assert_eq!(
            frozen(WorkloadName::Wait, &[1.0], &measure),
            Err(FreezeError::NothingToMeasure)
        );
    }

    #[test]
    fn lengths_are_scaled() {
        let plan = Plan { time_scale: 0.5, ..Plan::default() };
        let lengths = |name| frozen(name, &[1.0, 8.0], &plan).unwrap().0.lengths;
        assert_eq!(lengths(WorkloadName::Wait), Lengths::Seconds(vec![0.5, 4.0]));
        assert_eq!(lengths(WorkloadName::Crunch), Lengths::Amounts(vec![5e6, 4e7]));
    }
}
