//! Sweeps: the same cases with growing worker counts, each total beside its prediction.

pub mod plan;
pub mod report;
