//! Makespans for other plans, and the best possible one.

pub mod contention;
pub mod curve;
pub mod optimum;
pub mod packing;
pub mod predictor;
