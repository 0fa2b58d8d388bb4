//! Writes a run report in each format.

pub mod columns;
pub mod csv;
pub mod json;
pub mod table;
