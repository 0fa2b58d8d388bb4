//! Experiments, several runs that answer one question: comparisons, sweeps and the
//! reference examples. Pure: it plans the steps and evaluates them, `app` runs them.

mod comparison;
mod example;
mod examples;
#[expect(clippy::module_inception, reason = "named for its main type")]
mod experiment;
mod export;
mod findings;
mod judge;
mod sample;
mod statistics;
mod step;
mod sweep;

pub use comparison::{CompareRow, compare_rows};
pub use example::{ExampleName, findings};
pub use experiment::{Experiment, Subject};
pub use export::comparison::CompareReport;
pub use export::example::{ExampleList, ExampleReport};
pub use findings::{Claim, FigureTable, Findings};
pub use sample::CaseSample;
pub use statistics::{Interval, Verdict, difference};
pub use step::{LabelledRun, RunStep};
pub use sweep::plan::{FixedWorkers, SweepPlan};
pub use sweep::point::SweepPoint;
pub use sweep::report::SweepReport;
