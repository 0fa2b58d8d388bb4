//! Experiments, several runs that answer one question: comparisons, sweeps and the
//! reference examples. Pure: it plans the steps and evaluates them, `app` runs them.

mod claim;
mod comparison;
mod example;
mod examples;
#[expect(clippy::module_inception, reason = "named for its main type")]
mod experiment;
mod export;
mod grid;
mod judge;
mod sample;
mod statistics;
mod step;
mod sweep;

pub use claim::Claim;
pub use comparison::{CompareRow, Verdict, compare_rows};
pub use example::{ExampleName, Findings, findings};
pub use experiment::{Experiment, Subject};
pub use export::comparison::CompareReport;
pub use export::example::{ExampleList, ExampleReport};
pub use grid::{FigureCell, FigureTable};
pub use sample::CaseSample;
pub use statistics::interval::Interval;
pub use statistics::paired::{PairedDifference, difference};
pub use step::{LabelledRun, RunStep};
pub use sweep::plan::{FixedWorkers, SweepPlan};
pub use sweep::point::SweepPoint;
pub use sweep::report::SweepReport;
