//! Totals, ratios, the account of lane-seconds and its breakdown.

pub mod account;
pub mod breakdown;
pub mod difference;
pub mod fail_condition;
pub mod longest_case;
pub mod lower_bound;
pub mod median;
pub mod run_figures;
pub mod series_total;
pub mod session_cases;
pub mod shared_cpus;
pub mod steering;
pub mod unknown_figure;
