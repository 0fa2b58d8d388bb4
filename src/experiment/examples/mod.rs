//! The reference examples, a file each: their text, their runs, their claims.

mod build;
pub(super) mod crash_tests;
pub(super) mod demo;
pub(super) mod io_and_cpu;
pub(super) mod pools;
pub(super) mod queries;
pub(super) mod race;
pub(super) mod simulations;
mod two_orders;
