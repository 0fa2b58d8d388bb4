//! Generates cases from values per column.

mod joe_kuo;
pub mod recipe;
mod rows;
mod samplers;
pub mod values;
