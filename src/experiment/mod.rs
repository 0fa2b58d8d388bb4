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
mod remaining;
mod sample;
mod statistics;
mod step;
mod sweep;

pub(crate) use comparison::{CompareRow, compare_rows};
pub use example::ExampleName;
pub(crate) use example::findings;
pub use experiment::Experiment;
pub(crate) use experiment::Subject;
pub(crate) use export::comparison::CompareReport;
pub(crate) use export::example::{ExampleList, ExampleReport};
pub(crate) use findings::{Best, Claim, FigureTable};
pub(crate) use remaining::RemainingSteps;
pub(crate) use sample::CaseSample;
pub use statistics::{Interval, Verdict, difference};
pub(crate) use step::{LabelledRun, RunStep};
pub(crate) use sweep::plan::SweepPlan;
pub(crate) use sweep::report::SweepPoint;
pub(crate) use sweep::report::SweepReport;
