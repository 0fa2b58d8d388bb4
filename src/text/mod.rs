//! Formats numbers, sizes, durations, counts and tables for people, for both front ends.

mod columns;
mod number;
mod phrase;
mod read_error;
mod size;
mod units;

pub use columns::{Columns, TextColumnOf, write_table};
pub use number::{parse_number, quoted, shortest};
pub use phrase::{count, list, one_line, paragraph, plural};
pub use read_error::read_error_text;
pub use size::{parse_size, size_text};
pub use units::{
    Unit, ascii_factor, duration, factor, four_digit_duration, memory, percent, precise_duration,
    ratio, signed_percent,
};
