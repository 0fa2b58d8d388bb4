//! What is compared: several runs that answer one question. Comparisons of
//! setups and the reference examples as steps to be run, and what they show.
//! Pure: the faces run the steps.

mod claim;
mod comparison;
mod example;
mod examples;
mod grid;
mod interval;
mod json;
mod judge;
mod paired;
mod sample;
mod session;
mod step;
mod sweep;
mod sweep_text;
mod text;

pub use claim::Claim;
pub use comparison::{CompareRow, Verdict, compare_rows};
pub use example::{ExampleName, Findings, findings};
pub use grid::{Grid, GridCell};
pub use interval::Interval;
pub use json::{CompareReport, ExampleEntry, ExampleReport};
pub use paired::{Difference, difference};
pub use sample::Sample;
pub use session::{Session, Subject};
pub use step::{Labelled, Step};
pub use sweep::{FixedWorkers, SweepPlan, SweepPoint, SweepReport};
pub use sweep_text::{write_sweep, write_sweep_csv};
pub use text::{
    write_claims_csv, write_comparison, write_comparison_csv, write_example, write_examples,
    write_examples_csv,
};
