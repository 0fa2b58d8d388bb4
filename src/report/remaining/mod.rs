//! Estimates the time left of a run in progress.

pub mod length_model;
pub mod ratios;
pub mod simulation;
pub mod time_left;
