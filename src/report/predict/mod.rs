//! Predicts makespans for other plans, and searches for the best possible one.

pub mod contention;
pub mod curve;
pub mod optimum;
pub mod packing;
pub mod predictor;
pub mod scenario;
