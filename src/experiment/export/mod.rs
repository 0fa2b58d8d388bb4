//! Experiments in every report format.

pub mod comparison;
pub mod example;
pub mod sweep;
