//! From the arguments to an exit status.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Parser as _;
use clap::error::ErrorKind;

use super::console::{print_error, print_line};
use super::exit_status::BAD_INPUT;
use crate::cli::arguments::arguments::{Arguments, CliCommand, known_commands, known_options};
use crate::cli::commands::compare::compare;
use crate::cli::commands::examples::examples;
use crate::cli::commands::predict::predict;
use crate::cli::commands::run::run;
use crate::cli::commands::sweep::sweep;

/// What is left to be done once the command line is through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CliOutcome {
    /// End with this status: 0 all cases done, 1 some case not done, 2 bad usage
    /// or input, 130 interrupted.
    Exit(u8),
    /// Open the window, with this study if there is one.
    Window(Option<PathBuf>),
}

/// Does what the arguments say; the first one is the program's own name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> CliOutcome {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.len() > 2 && arguments.last().is_some_and(|last| last == "--") {
        print_error("expected a program behind --, found nothing");
        return CliOutcome::Exit(BAD_INPUT);
    }
    CliOutcome::Exit(match Arguments::try_parse_from(&arguments) {
        Ok(Arguments { command: Some(command), .. }) => perform(&command),
        Ok(Arguments { command: None, study }) => return window(study),
        Err(error) => {
            // A closed pipe must not become a panic.
            error.print().ok();
            if error.kind() == ErrorKind::UnknownArgument {
                let subcommand = arguments.get(1).and_then(|argument| argument.to_str());
                print_line(&format!("\nknown options: {}", known_options(subcommand)));
            }
            u8::try_from(error.exit_code()).unwrap_or(BAD_INPUT)
        }
    })
}

fn perform(command: &CliCommand) -> u8 {
    let status = match command {
        CliCommand::Run(arguments) => run(arguments),
        CliCommand::Compare(arguments) => compare(arguments),
        CliCommand::Sweep(arguments) => sweep(arguments),
        CliCommand::Predict(arguments) => predict(arguments),
        CliCommand::Examples(arguments) => examples(arguments),
    };
    status.unwrap_or_else(|message| {
        print_error(&message);
        BAD_INPUT
    })
}

/// The window, unless what was given is no file: then it was meant otherwise.
fn window(study: Option<PathBuf>) -> CliOutcome {
    match study {
        Some(study) if !study.is_file() => {
            let study = study.display();
            print_error(&format!(
                "expected a command ({}) or a study file, found nothing of that name: {study}",
                known_commands()
            ));
            CliOutcome::Exit(BAD_INPUT)
        }
        study => CliOutcome::Window(study),
    }
}
