//! How a study is run: strategy, workers, order, limits and seed.

pub mod plan_parsers;
pub mod random_stream;
pub mod run_plan;
