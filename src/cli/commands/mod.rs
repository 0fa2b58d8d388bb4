//! One file per command.

pub mod cases;
pub mod compare;
pub mod examples;
pub mod plan;
pub mod predict;
pub mod report;
pub mod run;
pub mod sweep;
