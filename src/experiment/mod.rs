//! What is compared: several runs that answer one question. Comparisons of
//! setups and the reference examples as steps to be run, and what they show.
//! Pure: the faces run the steps.

mod claim;
mod step;

pub use claim::Claim;
pub use step::{Labelled, Step};
