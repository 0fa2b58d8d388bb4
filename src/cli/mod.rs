//! The command line: arguments in, text out.

mod arguments;
mod commands;
mod console;
mod deliver;
mod exit_status;
mod folder;
mod follow;
mod generated;
mod input;
mod interrupt;
mod main;
mod on_end;
mod output_target;
mod progress;
mod recorded;
mod steps;

pub use main::{CliOutcome, main};
