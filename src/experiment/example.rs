//! The reference examples: small systems with published figures, whose claims are tested here.

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::findings::Findings;
use super::judge::Judge;
use super::step::{LabelledRun, RunStep};
use crate::experiment::examples::{crash_tests, demo, io_and_cpu, pools, race, two_orders};
use crate::study::Plan;

/// A reference example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum ExampleName {
    /// The web demo.
    Demo,
    /// Six crash tests, run in four ways.
    CrashTests,
    /// Database queries in two orders.
    Queries,
    /// Computing cases in the same two orders.
    Simulations,
    /// Threads and processes for waiting and for computing.
    IoAndCpu,
    /// Pools and processes, and their overhead.
    Pools,
    /// A data race: fast but wrong.
    Race,
}

impl ExampleName {
    /// Returns the title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Demo => "The web demo",
            Self::CrashTests => "Crash tests",
            Self::Queries => "Queries",
            Self::Simulations => "Simulations",
            Self::IoAndCpu => "Waiting against computing",
            Self::Pools => "Pools and processes",
            Self::Race => "Fast but wrong",
        }
    }

    /// Returns the title of the document that it reproduces.
    pub fn document(self) -> &'static str {
        match self {
            Self::Demo => {
                "Snippet Wednesday: Improve app performance by running calculations in parallel"
            }
            Self::CrashTests | Self::Race => "Crash Course on Python Parallel Processing",
            Self::Queries | Self::Simulations => "Embarrassingly-parallel Python",
            Self::IoAndCpu => "Parallelisation in Python",
            Self::Pools => "Parallel Processing in Python",
        }
    }

    /// Explains the example in a few sentences.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Demo => demo::EXPLANATION,
            Self::CrashTests => crash_tests::EXPLANATION,
            Self::Queries => two_orders::QUERIES,
            Self::Simulations => two_orders::SIMULATIONS,
            Self::IoAndCpu => io_and_cpu::EXPLANATION,
            Self::Pools => pools::EXPLANATION,
            Self::Race => race::EXPLANATION,
        }
    }

    /// Returns the runs, with time scale, seed and clock of this plan. Without a seed
    /// each run draws its own.
    pub fn steps(self, plan: &Plan, logical_cpus: u32) -> Vec<RunStep> {
        match self {
            Self::Demo => demo::steps(plan),
            Self::CrashTests => crash_tests::steps(plan),
            Self::Queries => two_orders::query_steps(plan),
            Self::Simulations => two_orders::simulation_steps(plan),
            Self::IoAndCpu => io_and_cpu::steps(plan, logical_cpus),
            Self::Pools => pools::steps(plan, logical_cpus),
            Self::Race => race::steps(plan),
        }
    }
}

/// Evaluates the finished runs of an example; claims whose runs are missing are inconclusive.
pub fn findings(name: ExampleName, runs: &[LabelledRun]) -> Findings {
    let judge = Judge::new(runs);
    let claims = match name {
        ExampleName::Demo => demo::claims(&judge),
        ExampleName::CrashTests => crash_tests::claims(&judge),
        ExampleName::Queries => two_orders::query_claims(&judge),
        ExampleName::Simulations => two_orders::simulation_claims(&judge),
        ExampleName::IoAndCpu => io_and_cpu::claims(&judge),
        ExampleName::Pools => pools::claims(&judge),
        ExampleName::Race => race::claims(&judge),
    };
    let grid = (name == ExampleName::IoAndCpu).then(|| io_and_cpu::grid(&judge)).flatten();
    Findings { claims, grid }
}
