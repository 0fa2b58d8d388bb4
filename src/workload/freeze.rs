//! From what the user asked for to the frozen inputs of a run: every choice
//! made, every case checked.

use std::sync::Arc;

use strum::VariantArray as _;

use crate::study::{
    Case, CaseTable, ClockChoice, Column, Dispatch, FrozenPlan, FrozenStudy, LaneCount, Lengths,
    MAX_CASE_LANES, Order, Plan, SeriesChoice, Strategy, WORKER_RANGE, WorkloadName,
};

use super::workload::{Length, Refusal, Workload};

/// The longest wait of one case, in seconds after the time scale: 31 years.
pub const LONGEST_S: f64 = 1e9;

/// The longest that all cases together may take on the virtual clock, whose
/// nanoseconds are counted in 64 bits.
const LONGEST_SUM_S: f64 = 9e9;

/// Workers of the demo, as in the original.
const DEMO_WORKERS: u32 = 3;

/// Something that was decided otherwise than asked, said in a sentence.
pub type Remark = String;

/// Why a study cannot run.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FreezeError {
    /// The workload cannot take these rows, by index.
    #[error("the workload cannot take {} of the cases", .0.len())]
    Cases(Vec<(usize, Refusal)>),
    /// The virtual clock needs lengths.
    #[error(
        "the virtual clock needs the time that each case is meant to take, and this workload \
         does not know it; use --clock real"
    )]
    NoTimes,
    /// The virtual clock counts nanoseconds in 64 bits.
    #[error("the cases take {0:e} s in all, and the virtual clock ends at {LONGEST_SUM_S:e} s")]
    TooLong(f64),
    /// The strategy all-at-once has a thread for each case.
    #[error(
        "expected at most {MAX_CASE_LANES} cases to start all at once, found {0}; use another \
         strategy, such as threads"
    )]
    TooManyAtOnce(usize),
    /// The virtual clock runs nothing.
    #[error(
        "the virtual clock runs nothing, so it cannot measure the series total; use \
         --series estimate or --clock real"
    )]
    NothingToMeasure,
    /// The program cannot be run for these cases, and why.
    #[error("{0}")]
    Program(String),
}

/// What is known besides the study when it is frozen.
#[derive(Debug, Clone, Copy)]
pub struct Environment<'a> {
    /// How many threads the machine really runs at once.
    pub logical_cpus: u32,
    /// The seed to be used if the plan has none.
    pub seed: u64,
    /// How long each of the same cases took in its last run, in seconds, where
    /// all are known.
    pub last_s: Option<&'a [f64]>,
}

/// Makes every choice of the plan, checks every case, and takes the lengths.
/// A seed that the plan does not give is `given.seed`. Remarks say what was
/// decided otherwise than asked.
pub fn freeze(
    cases: CaseTable,
    name: WorkloadName,
    workload: &dyn Workload,
    plan: &Plan,
    given: Environment<'_>,
) -> Result<(FrozenStudy, Vec<Remark>), FreezeError> {
    let seed = plan.seed.unwrap_or(given.seed);
    let mut remarks = Vec::new();
    let mut time_scale = plan.time_scale;
    if name == WorkloadName::Command {
        check_program(&cases, workload, plan)?;
        let command = workload.program().map(|program| &program.command);
        for column in command.map(|command| command.shadowed_columns(&cases)).unwrap_or_default() {
            remarks.push(format!(
                "the column {column} is not put in for {{{column}}}, which means something else; \
                 give it another heading"
            ));
        }
        if time_scale != 1.0 {
            remarks.push(format!("no time scale of {time_scale}: programs take what they take"));
            time_scale = 1.0;
        }
    }

    let mut lengths = lengths(&cases, workload, seed, time_scale)?;
    if lengths == Lengths::Unknown
        && let Some(last_s) = given.last_s.filter(|last_s| last_s.len() == cases.len())
    {
        lengths = Lengths::Last(last_s.to_vec());
    }

    if plan.clock == ClockChoice::Virtual {
        let seconds = lengths.seconds().ok_or(FreezeError::NoTimes)?;
        let sum: f64 = seconds.iter().sum();
        if sum > LONGEST_SUM_S {
            return Err(FreezeError::TooLong(sum));
        }
        if plan.series == SeriesChoice::Measure {
            return Err(FreezeError::NothingToMeasure);
        }
    }
    if lengths == Lengths::Unknown && matches!(plan.order, Order::Longest | Order::Shortest) {
        remarks.push("the lengths of the cases are not known: they run as listed".to_owned());
    }
    let workers = workers(name, plan, cases.len(), given.logical_cpus, &mut remarks)?;
    let batch =
        (plan.strategy.dispatch() == Dispatch::Batches).then(|| plan.batch.unwrap_or(workers));
    if let (Some(asked), None) = (plan.batch, batch) {
        let strategy: &str = plan.strategy.into();
        remarks.push(format!("no batches of {asked}: the strategy {strategy} has none"));
    }
    let plan = FrozenPlan {
        strategy: plan.strategy,
        workers,
        batch,
        order: plan.order,
        seed,
        time_scale,
        series: plan.series,
        clock: plan.clock,
        limits: plan.limits,
    };
    let program = workload.program().cloned().map(Arc::new);
    Ok((FrozenStudy { cases, workload: name, plan, lengths, program }, remarks))
}

/// Looks whether the program can be run for each of the cases.
fn check_program(
    cases: &CaseTable,
    workload: &dyn Workload,
    plan: &Plan,
) -> Result<(), FreezeError> {
    let Some(program) = workload.program() else {
        let message = "the workload command runs a program, and none is given";
        return Err(FreezeError::Program(message.to_owned()));
    };
    if !plan.strategy.runs_programs() {
        let known = Strategy::VARIANTS.iter().filter(|strategy| strategy.runs_programs());
        let known: Vec<&str> = known.map(|&strategy| strategy.into()).collect();
        let found: &str = plan.strategy.into();
        return Err(FreezeError::Program(format!(
            "expected a strategy that runs programs ({}), found {found}",
            known.join(", ")
        )));
    }
    if plan.clock == ClockChoice::Virtual {
        return Err(FreezeError::NoTimes);
    }
    program.check(cases).map_err(FreezeError::Program)
}

/// How many workers cases of this workload have unless the plan says otherwise.
#[must_use]
pub fn usual_workers(name: WorkloadName, logical_cpus: u32) -> u32 {
    match name {
        WorkloadName::Demo => DEMO_WORKERS,
        _ => logical_cpus.clamp(*WORKER_RANGE.start(), *WORKER_RANGE.end()),
    }
}

/// How many workers the strategy has, with a remark where that is not what was
/// asked for.
fn workers(
    name: WorkloadName,
    plan: &Plan,
    cases: usize,
    logical_cpus: u32,
    remarks: &mut Vec<Remark>,
) -> Result<u32, FreezeError> {
    let strategy: &str = plan.strategy.into();
    let (workers, has) = match plan.strategy.lanes() {
        LaneCount::One => (1, "has 1 worker"),
        LaneCount::PerCase => {
            let at_once = u32::try_from(cases).ok().filter(|&cases| cases <= MAX_CASE_LANES);
            let workers = at_once.ok_or(FreezeError::TooManyAtOnce(cases))?;
            (workers.max(1), "has a worker for each case")
        }
        LaneCount::Workers => {
            return Ok(plan.workers.unwrap_or_else(|| usual_workers(name, logical_cpus)));
        }
    };
    if let Some(asked) = plan.workers.filter(|&asked| asked != workers) {
        remarks.push(format!("not {asked} workers: the strategy {strategy} {has}"));
    }
    Ok(workers)
}

/// The lengths after the time scale: seconds if all are known in seconds,
/// amounts if all are known as amounts, else unknown. Every case is checked.
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
        // What is known of no case is what would be known of one.
        let none = Case { index: 0, name: "", x: 0.0, y: 0.0 };
        return Ok(match workload.length(none, seed) {
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
        let given = Environment { logical_cpus: 2, seed: 7, last_s: None };
        freeze(cases, name, find(name).as_ref(), plan, given)
    }

    #[test]
    fn the_demo_has_three_workers_and_others_as_many_as_logical_cpus() {
        let workers = |name| frozen(name, &[1.0], &Plan::default()).unwrap().0.plan.workers;
        assert_eq!(workers(WorkloadName::Demo), 3);
        assert_eq!(workers(WorkloadName::Wait), 2);
    }

    #[test]
    fn series_has_one_worker_and_says_so() {
        let plan = Plan { strategy: Strategy::Series, workers: Some(4), ..Plan::default() };
        let (frozen, remarks) = frozen(WorkloadName::Wait, &[1.0], &plan).unwrap();
        assert_eq!(frozen.plan.workers, 1);
        assert_eq!(remarks.len(), 1);
    }

    #[test]
    fn all_at_once_has_a_worker_for_each_case_up_to_a_limit() {
        let plan = Plan { strategy: Strategy::AllAtOnce, workers: Some(2), ..Plan::default() };
        let (ok, remarks) = frozen(WorkloadName::Wait, &[1.0; 5], &plan).unwrap();
        assert_eq!(ok.plan.workers, 5);
        assert_eq!(remarks, ["not 2 workers: the strategy all-at-once has a worker for each case"]);
        let error = frozen(WorkloadName::Wait, &vec![1.0; 5000], &plan).unwrap_err();
        assert_eq!(error, FreezeError::TooManyAtOnce(5000));
        assert_eq!(frozen(WorkloadName::Wait, &[], &plan).unwrap().0.plan.workers, 1);
    }

    #[test]
    fn batches_are_as_wide_as_the_workers_unless_said_and_others_have_none() {
        let plan = Plan { strategy: Strategy::Batches, workers: Some(3), ..Plan::default() };
        assert_eq!(frozen(WorkloadName::Wait, &[1.0], &plan).unwrap().0.plan.batch, Some(3));
        let plan = Plan { batch: Some(7), ..plan };
        assert_eq!(frozen(WorkloadName::Wait, &[1.0], &plan).unwrap().0.plan.batch, Some(7));
        let plan = Plan { strategy: Strategy::Shares, ..plan };
        let (frozen, remarks) = frozen(WorkloadName::Wait, &[1.0], &plan).unwrap();
        assert_eq!(frozen.plan.batch, None);
        assert_eq!(remarks, ["no batches of 7: the strategy shares has none"]);
    }

    #[test]
    fn a_seed_that_was_not_given_is_the_drawn_one() {
        let seed = |seed| {
            let plan = Plan { seed, ..Plan::default() };
            frozen(WorkloadName::Wait, &[1.0], &plan).unwrap().0.plan.seed
        };
        assert_eq!((seed(None), seed(Some(3))), (7, 3));
    }

    #[test]
    fn what_cannot_be_waited_for_is_refused_by_row_and_column() {
        let xs = [1.0, -1.0, 1e300, 0.0, 2e19, f64::MAX];
        let error = frozen(WorkloadName::Wait, &xs, &Plan::default()).unwrap_err();
        let FreezeError::Cases(refused) = error else { panic!("{error}") };
        assert_eq!(refused.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1, 2, 4, 5]);
        assert!(refused.iter().all(|(_, refusal)| refusal.column == Column::X));
    }

    #[test]
    fn the_virtual_clock_takes_only_what_it_can_compute() {
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
