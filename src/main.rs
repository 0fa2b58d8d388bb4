//! The binary: chooses a front end. Nothing else ends the process.

use std::io::{Write as _, stderr};
use std::process::ExitCode;

use caselanes::app::{is_worker, worker_main};
use caselanes::cli::{self, CliOutcome};
use caselanes::window::open_window;

fn main() -> ExitCode {
    if is_worker(std::env::args_os()) {
        return exit_code(worker_main(), 2);
    }
    match cli::main(std::env::args_os()) {
        CliOutcome::Exit(status) => ExitCode::from(status),
        CliOutcome::Window(study) => {
            exit_code(open_window(study).map_err(|message| format!("error: {message}")), 2)
        }
    }
}

fn exit_code(result: Result<(), String>, status: u8) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // A closed standard error is ignored.
            writeln!(stderr(), "{message}").ok();
            ExitCode::from(status)
        }
    }
}
