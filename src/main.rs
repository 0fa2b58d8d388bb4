//! The binary: chooses a face, and is the only place that ends the process.

use std::io::{Write as _, stderr};
use std::process::ExitCode;

use caselanes::cli::{self, Next};
use caselanes::window::open_window;

fn main() -> ExitCode {
    match cli::main(std::env::args_os()) {
        Next::Exit(status) => ExitCode::from(status),
        Next::Window(study) => match open_window(study) {
            Ok(()) => ExitCode::SUCCESS,
            Err(message) => {
                // Without standard error there is nobody to tell.
                writeln!(stderr(), "{message}").ok();
                ExitCode::FAILURE
            }
        },
    }
}
