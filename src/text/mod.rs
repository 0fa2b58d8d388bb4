//! Formats numbers, sizes, durations, counts and tables for people, for both front ends, and lines
//! with a checksum for files.

mod checked_line;
mod columns;
mod known_separators;
mod number;
mod phrase;
mod size;
mod units;

pub(crate) use checked_line::{end_line, is_checksum_right};
pub(crate) use columns::{Columns, TextColumnOf};
pub use known_separators::KnownSeparators;
pub(crate) use known_separators::{ambiguity, grouping, may_have_decimal_comma};
pub(crate) use number::{
    decimal, grouped, loses_digits, parse_grouped_number, parse_number, quoted, shortest,
    significant,
};
pub(crate) use phrase::{
    capitalized, count, list, one_line, paragraph, plural, read_error_text, short_name, shortened,
    unbroken,
};
pub(crate) use size::{parse_size, size_text};
pub(crate) use units::{
    Unit, ascii_factor, column_factor, duration, factor, four_digit_duration, memory, percent,
    precise_duration, ratio, signed_percent, worker_time,
};
