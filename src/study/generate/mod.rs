//! Generates cases from values per column.

mod joe_kuo;
pub mod recipe;
pub mod recipe_error;
pub mod rows;
mod samplers;
pub mod values;
