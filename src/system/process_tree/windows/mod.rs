//! Job objects: they hold a program and all processes it starts.

pub mod accounting;
pub mod exit_waiter;
pub mod job;
pub mod process_tree;
