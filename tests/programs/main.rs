//! The user's own programs, run from the command line. `case-program` takes the place of a
//! shell: see `tests/program/case_program.rs` for its actions.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod input_files;
#[path = "../program/interrupt.rs"]
mod interrupt;
#[path = "../program/lock.rs"]
mod lock;
mod output;
mod outputs;
#[path = "../program/path.rs"]
mod path;
mod processes;
mod run_folders;
mod running;
mod sandbox;
