//! The binary: chooses a face, and is the only place that ends the process.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(caselanes::cli::main(std::env::args_os()))
}
