//! The command line face.

mod args;
mod compare;
mod deliver;
mod examples;
mod folder_options;
mod follow;
mod input;
mod interrupt;
mod limit_options;
mod main;
mod options;
mod output;
mod predict;
mod program_options;
mod progress;
mod results_file;
mod run;
mod session;
mod sitting;
mod sweep;

pub use main::{Next, main};
