//! Estimates the time left of a run in progress.

mod length_model;
mod length_source;
mod ratios;
mod simulation;
pub mod time_left;
pub mod time_left_range;
