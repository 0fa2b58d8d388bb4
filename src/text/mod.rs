//! Numbers, sizes, durations and ratios as text for people, shared by both front ends.

mod number;
mod read_error;
mod size;
mod units;

pub use number::{parse_number, quoted, shortest};
pub use read_error::read_error_text;
pub use size::{parse_size, size_text};
pub use units::{Unit, duration, memory, precise_duration, ratio};
