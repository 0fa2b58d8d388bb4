//! From the arguments to an exit status.

use std::ffi::OsString;
use std::io::{Write as _, stderr};

use clap::Parser as _;
use clap::error::ErrorKind;

use super::args::{Arguments, Command, known_options};
use super::run::run;

/// Some case was not done.
pub(super) const NOT_ALL_DONE: u8 = 1;
/// Bad usage or input.
pub(super) const BAD_INPUT: u8 = 2;
/// Interrupted by the user.
pub(super) const INTERRUPTED: i32 = 130;

/// Does what the arguments say; the first one is the program's own name.
/// Returns the exit status: 0 all cases done, 1 some case not done, 2 bad usage
/// or input, 130 interrupted.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    match Arguments::try_parse_from(&arguments) {
        Ok(Arguments { command: Some(Command::Run(arguments)) }) => run(&arguments),
        Ok(Arguments { command: None }) => {
            say("the window is not built yet; the command line is: caselanes run --help");
            NOT_ALL_DONE
        }
        Err(error) => {
            // A closed pipe must not become a panic.
            error.print().ok();
            if error.kind() == ErrorKind::UnknownArgument {
                let subcommand = arguments.get(1).and_then(|argument| argument.to_str());
                say(&format!("\nknown options: {}", known_options(subcommand)));
            }
            u8::try_from(error.exit_code()).unwrap_or(BAD_INPUT)
        }
    }
}

/// Says a line on standard error. If even that is gone, nobody listens.
pub(super) fn say(text: &str) {
    writeln!(stderr(), "{text}").ok();
}
