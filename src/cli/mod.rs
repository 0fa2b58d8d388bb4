//! The command line face.

mod args;
mod compare;
mod deliver;
mod examples;
mod follow;
mod input;
mod interrupt;
mod main;
mod options;
mod output;
mod predict;
mod program_options;
mod progress;
mod run;
mod session;
mod sweep;

pub use main::{Next, main};
