//! Parses the arguments and performs the command.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

use super::console::{print_error, print_line};
use super::exit_status::BAD_INPUT;
use crate::cli::arguments::arguments::{Arguments, CliCommand, known_commands, known_options};
use crate::cli::commands::cases::cases;
use crate::cli::commands::compare::compare;
use crate::cli::commands::examples::examples;
use crate::cli::commands::plan::plan;
use crate::cli::commands::predict::predict;
use crate::cli::commands::report::report;
use crate::cli::commands::run::run;
use crate::cli::commands::sweep::sweep;
use crate::cli::generated::GeneratedFile;

/// What the program does after the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CliOutcome {
    /// Exit with this status: 0 all cases done, 1 some case not done, 2 bad usage or
    /// input, 3 a condition of `--fail-if` is true, 130 interrupted.
    Exit(u8),
    /// Open the window, with a study if one is given.
    Window(Option<PathBuf>),
}

/// Performs the command in the arguments, of which the first is the program's name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> CliOutcome {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.len() > 2 && arguments.last().is_some_and(|last| last == "--") {
        print_error("missing program after --");
        return CliOutcome::Exit(BAD_INPUT);
    }
    CliOutcome::Exit(match Arguments::try_parse_from(&arguments) {
        Ok(Arguments { command: Some(command), .. }) => perform(&command),
        Ok(Arguments { generate: Some(file), .. }) => print_generated(file),
        Ok(Arguments { command: None, study, .. }) => return open_window(study),
        Err(error) => {
            // Printing fails without a panic if the pipe is closed.
            error.print().ok();
            if error.kind() == ErrorKind::UnknownArgument {
                let subcommand = arguments.get(1).and_then(|argument| argument.to_str());
                print_line(&format!("\nknown options: {}", known_options(subcommand)));
            }
            u8::try_from(error.exit_code()).unwrap_or(BAD_INPUT)
        }
    })
}

fn print_generated(file: GeneratedFile) -> u8 {
    let written =
        file.content(Arguments::command()).and_then(|content| io::stdout().write_all(&content));
    u8::from(written.is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe))
}

fn perform(command: &CliCommand) -> u8 {
    let status = match command {
        CliCommand::Run(arguments) => run(arguments),
        CliCommand::Compare(arguments) => compare(arguments),
        CliCommand::Sweep(arguments) => sweep(arguments),
        CliCommand::Predict(arguments) => predict(arguments),
        CliCommand::Report(arguments) => report(arguments),
        CliCommand::Cases(arguments) => cases(arguments),
        CliCommand::Plan(arguments) => plan(arguments),
        CliCommand::Examples(arguments) => examples(arguments),
    };
    status.unwrap_or_else(|message| {
        print_error(&message);
        BAD_INPUT
    })
}

/// Chooses the window, unless the argument cannot be a file: then it is a misspelt command. The
/// window says why a file cannot be opened, for those who do not see the terminal.
fn open_window(study: Option<PathBuf>) -> CliOutcome {
    match study {
        Some(study) if study.extension().is_some() && !study.exists() => {
            print_error(&format!("no such file: {}", study.display()));
            CliOutcome::Window(Some(study))
        }
        Some(study) if !study.exists() => {
            let study = study.display();
            print_error(&format!(
                "no such command or file: {study}; the commands are {}",
                known_commands()
            ));
            CliOutcome::Exit(BAD_INPUT)
        }
        study => CliOutcome::Window(study),
    }
}
