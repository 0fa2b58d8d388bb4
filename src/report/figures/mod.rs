//! Totals, ratios, the account of lane-seconds and its breakdown.

pub mod account;
pub mod account_part;
pub mod breakdown;
pub mod breakdown_text;
pub mod case_lengths;
mod critical_cases;
pub mod difference;
pub mod lower_bound;
pub mod run_figures;
mod session_cases;
