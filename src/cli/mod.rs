//! The command line face.

mod args;
mod input;
mod interrupt;
mod main;
mod output;
mod progress;
mod run;

pub use main::{Next, main};
