//! The reference examples, one file each: explanation, runs and claims.

pub mod build;
pub mod crash_tests;
pub mod demo;
pub mod io_and_cpu;
pub mod pools;
pub mod race;
pub mod two_orders;
