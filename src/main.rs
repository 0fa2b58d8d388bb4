//! The binary: chooses a face, and is the only place that ends the process.

use std::io::{Write as _, stderr};
use std::process::ExitCode;

use caselanes::cli::{self, CliOutcome};
use caselanes::engine::{is_worker, worker_main};
use caselanes::window::open_window;

fn main() -> ExitCode {
    if is_worker(std::env::args_os()) {
        return ended(worker_main(), 2);
    }
    match cli::main(std::env::args_os()) {
        CliOutcome::Exit(status) => ExitCode::from(status),
        CliOutcome::Window(study) => ended(open_window(study), 1),
    }
}

fn ended(result: Result<(), String>, status: u8) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // Without standard error there is nobody to tell.
            writeln!(stderr(), "{message}").ok();
            ExitCode::from(status)
        }
    }
}
