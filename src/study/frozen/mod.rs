//! The frozen inputs of a run.

pub mod frozen_study;
pub mod lengths;
