//! Generates cases from values per column.

pub mod case_format;
mod joe_kuo;
pub mod recipe;
pub mod recipe_error;
pub mod rows;
mod samplers;
pub mod values;
