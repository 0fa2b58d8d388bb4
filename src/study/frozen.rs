//! Complete and checked inputs of a run, which do not change after its start.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::study::{
    CaseResources, CaseTable, ClockChoice, DEFAULT_OUTPUT, Dispatch, InputFiles, LaneCount, Limits,
    Order, Plan, Program, SeriesChoice, Strategy, Study, WorkloadName,
};

/// Plan with every choice made.
#[derive(Debug, Clone, PartialEq)]
pub struct FrozenPlan {
    /// Strategy.
    pub strategy: Strategy,
    /// Number of lanes, at least 1.
    pub workers: u32,
    /// Number of cases per batch, if it was requested; else it follows the workers.
    pub batch: Option<u32>,
    /// Order of dispatch.
    pub order: Order,
    /// Seed of all random draws.
    pub seed: u64,
    /// Factor for every wait and every amount of computing.
    pub time_scale: f64,
    /// Source of the series total.
    pub series: SeriesChoice,
    /// Clock that the cases run on.
    pub clock: ClockChoice,
    /// Limits besides the number of workers.
    pub limits: Limits,
}

impl FrozenPlan {
    /// Returns the number of cases per batch, if the strategy has batches.
    pub fn batch_size(&self) -> Option<u32> {
        let has_batches = self.strategy.dispatch() == Dispatch::Batches;
        has_batches.then(|| self.batch.unwrap_or(self.workers))
    }

    /// Returns the requested batch size of a recorded one. Records that do not tell whether it
    /// follows the workers hold one that does if it is their number.
    pub fn requested_batch(
        recorded: Option<u32>,
        workers: u32,
        follows_workers: Option<bool>,
    ) -> Option<u32> {
        recorded.filter(|&batch| !follows_workers.unwrap_or(batch == workers))
    }
}

/// All inputs of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct FrozenStudy {
    /// Cases.
    pub cases: CaseTable,
    /// Whether x and y of the cases are known. Those in the logs of other tools rarely are.
    pub has_inputs: bool,
    /// Workload.
    pub workload: WorkloadName,
    /// Plan.
    pub plan: FrozenPlan,
    /// Case lengths known before the run.
    pub lengths: Lengths,
    /// Program that the workload `command` runs.
    pub program: Option<Arc<Program>>,
    /// Templates of its input files, as they were read.
    pub input_files: InputFiles,
    /// What running cases share, and what each of them needs.
    pub resources: CaseResources,
}

impl FrozenStudy {
    /// Returns the maximum number of cases running at once: the smallest of workers, licences and
    /// the number of cases that the resources suffice for.
    pub fn max_running(&self) -> u32 {
        let at_once = self.resources.most_at_once().map(|(at_once, _)| at_once);
        let at_once = at_once.and_then(|at_once| u32::try_from(at_once).ok());
        let limits = [self.plan.limits.licences, at_once].into_iter().flatten();
        limits.fold(self.plan.workers, u32::min)
    }

    /// Returns the order of the cases. It is that of the table if the plan orders them by lengths
    /// that are unknown.
    pub fn order(&self) -> Order {
        match self.plan.order {
            Order::Longest | Order::Shortest if self.lengths == Lengths::Unknown => Order::Listed,
            order => order,
        }
    }

    /// Whether its cases run on a cluster.
    pub fn is_on_cluster(&self) -> bool {
        self.program.as_ref().is_some_and(|program| program.cluster.is_some())
    }

    /// Returns the number of values of each case, at least 1.
    pub fn value_count(&self) -> usize {
        self.program.as_ref().map_or(1, |program| program.output_count())
    }

    /// Returns the name of a value of each case.
    pub fn value_name(&self, index: usize) -> &str {
        let program = self.program.as_deref();
        program.map_or(DEFAULT_OUTPUT, |program| program.output_name(index).unwrap_or_default())
    }

    /// Returns the names of the values of each case, at least one.
    pub fn value_names(&self) -> Vec<&str> {
        (0..self.value_count()).map(|index| self.value_name(index)).collect()
    }

    /// Returns the study that runs again as this one did.
    pub fn study(&self) -> Study {
        let FrozenPlan { limits, strategy, workers, batch, order, seed, time_scale, series, clock } =
            self.plan.clone();
        // Other strategies have as many lanes as they need.
        let has_workers = strategy.lanes() == LaneCount::Workers;
        let plan = Plan {
            limits,
            strategy,
            workers: has_workers.then_some(workers),
            batch,
            order,
            seed: Some(seed),
            time_scale,
            series,
            clock,
        };
        let Self { cases, workload, program, .. } = self.clone();
        Study { cases, workload, program, plan, recipe: None }
    }
}

/// Lengths of all cases of a table, in listed order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Lengths {
    /// Seconds that the workload intends, after the time scale.
    Seconds(Vec<f64>),
    /// Amounts of computing, which give an order but no times.
    Amounts(Vec<f64>),
    /// Seconds that the same cases took in their last run, which give an order but
    /// are not the intended times.
    Last(Vec<f64>),
    /// Unknown.
    Unknown,
}

impl Lengths {
    /// Returns the intended time of a case, in seconds.
    pub fn intended_s(&self, case: usize) -> Option<f64> {
        self.seconds().map(|seconds| seconds[case])
    }

    /// Returns the intended times of all cases, in seconds.
    pub fn seconds(&self) -> Option<&[f64]> {
        match self {
            Self::Seconds(seconds) => Some(seconds),
            Self::Amounts(_) | Self::Last(_) | Self::Unknown => None,
        }
    }

    /// Returns numbers that compare as the lengths do.
    pub fn weights(&self) -> Option<&[f64]> {
        match self {
            Self::Seconds(weights) | Self::Amounts(weights) | Self::Last(weights) => Some(weights),
            Self::Unknown => None,
        }
    }

    /// Describes the source of the lengths for a report.
    pub fn source(&self) -> &'static str {
        match self {
            Self::Seconds(_) => "as the workload intends",
            Self::Amounts(_) => "by the amount of computing",
            Self::Last(_) => "from the last run",
            Self::Unknown => "not known",
        }
    }
}
