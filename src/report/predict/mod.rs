//! Predicts makespans for other plans, searches for the best possible one, and computes
//! throughputs under shared resources.

pub mod contention;
pub mod curve;
pub mod optimum;
pub mod packing;
pub mod predictor;
pub mod scenario;
pub mod throughput;
