//! The command line: arguments in, text out.

mod arguments;
mod commands;
mod deliver;
mod follow;
mod input;
mod interrupt;
mod main;
mod output;
mod progress;
mod results_file;
mod session;
mod sitting;

pub use main::{CliOutcome, main};
