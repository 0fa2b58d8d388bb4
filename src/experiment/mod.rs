//! What is compared: several runs that answer one question. Comparisons of
//! setups and the reference examples as steps to be run, and what they show.
//! Pure: the faces run the steps.

mod claim;
mod comparison;
mod example;
mod examples;
mod grid;
mod json;
mod judge;
mod session;
mod step;

pub use claim::Claim;
pub use example::{ExampleName, Findings, findings};
pub use grid::{Grid, GridCell};
pub use json::{ExampleEntry, ExampleReport};
pub use session::{Session, Subject};
pub use step::{Labelled, Step};
