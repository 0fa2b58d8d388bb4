//! Writes results in each format.

pub mod csv;
pub mod exporter;
pub mod html;
pub mod json;
pub mod markdown;
pub mod plan;
pub mod registry;
pub mod run;
pub mod run_facts;
pub mod run_json;
pub mod svg;
pub mod table;
pub mod trace;
pub mod xlsx;
