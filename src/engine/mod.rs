//! Does it: runs the cases on rayon threads and tells what happens.

mod clock;
mod desk;
mod handle;
mod series;
mod threads;
mod worker;

pub use clock::logical_cpus;
pub use handle::{RunHandle, start};
