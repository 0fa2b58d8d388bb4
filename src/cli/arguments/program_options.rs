//! The options of programs of the user's own.

use std::path::{PathBuf, absolute};
use std::sync::Arc;

use clap::Args;

use crate::study::{
    CommandLine, KeepOutput, Program, Study, WorkloadName, parse_grace, parse_refused_exit,
    parse_refused_text, parse_regex, parse_timeout, parse_variable,
};
use crate::text::parse_size;

use super::options::choice;

/// A program of the user's own that each case runs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Your own program")]
pub(crate) struct ProgramOptions {
    /// The program that each case runs, and its arguments. In them {name}, {x}
    /// and {y} are those of the case, {index} its number from 0, {case} a folder
    /// of its own, {run} that of the run, {column} any further column; {{ and }}
    /// are braces. There is no shell in between: each argument stays one
    #[arg(last = true, value_name = "PROGRAM ARG")]
    command: Vec<String>,

    /// How long a case may take, in seconds; then the program is told to end
    #[arg(long, value_name = "S", allow_negative_numbers = true, value_parser = parse_timeout)]
    timeout: Option<f64>,

    /// How long a program may take to end once it has been told to, in seconds;
    /// then it is killed [default: 5]
    #[arg(long, value_name = "S", allow_negative_numbers = true, value_parser = parse_grace)]
    grace: Option<f64>,

    /// Finds the value: the first group of this regular expression, else all of
    /// it, the last time that it matches. Without it, the last number
    #[arg(long, value_name = "REGEX", allow_hyphen_values = true, value_parser = parse_regex)]
    value_regex: Option<String>,

    /// Where the value is looked for: a file in the folder of the case. Without
    /// it, on standard output
    #[arg(long, value_name = "PATH")]
    value_file: Option<PathBuf>,

    /// What the program reads from standard input. Without it, nothing
    #[arg(long, value_name = "FILE")]
    stdin: Option<PathBuf>,

    /// Adds to the environment of the program; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_variable)]
    env: Vec<(String, String)>,

    /// The folder that the program runs in. Without it, that of the case
    #[arg(long, value_name = "DIR")]
    work_folder: Option<PathBuf>,

    /// Whose output is kept, in the folder of the case [default: all]
    #[arg(long, value_name = "WHOSE")]
    #[arg(value_parser = choice("output to be kept", KeepOutput::description))]
    keep_output: Option<KeepOutput>,

    /// How much is kept of each of its two outputs, a size such as 500k or 2M; what
    /// is in the middle goes. Without it, all
    #[arg(long, value_name = "SIZE", allow_negative_numbers = true, value_parser = parse_size)]
    output_limit: Option<u64>,

    /// The exit status by which the program says that it got no licence: the case
    /// has not failed then, but waits and is tried again
    #[arg(long, value_name = "CODE", allow_negative_numbers = true)]
    #[arg(value_parser = parse_refused_exit)]
    refused_exit: Option<i32>,

    /// The text in its output by which the program says so
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    #[arg(value_parser = parse_refused_text)]
    refused_text: Option<String>,
}

impl ProgramOptions {
    /// The study with what is said here in place of what it said; `asked` is the
    /// workload that was asked for, and `besides` an option that is for programs
    /// too.
    pub(crate) fn over(
        &self,
        study: Study,
        asked: Option<WorkloadName>,
        besides: Option<&'static str>,
    ) -> Result<Study, String> {
        let workload = match (asked, self.command.is_empty()) {
            (None, false) => WorkloadName::Command,
            (Some(asked), false) if asked != WorkloadName::Command => {
                let asked: &str = asked.into();
                return Err(format!(
                    "a program behind -- is for the workload command, found --workload {asked}"
                ));
            }
            (_, _) => study.workload,
        };
        if workload != WorkloadName::Command {
            return match self.first_said().or(besides) {
                Some(option) => {
                    Err(format!("{option} is for a program of your own; add -- PROGRAM ARG..."))
                }
                None => Ok(Study { program: None, ..study }),
            };
        }
        let before = study.program.as_deref();
        let command = if self.command.is_empty() {
            before.map(|program| program.command.clone())
        } else {
            Some(CommandLine::parse(&self.command)?)
        };
        let Some(command) = command else {
            return Err("the workload command needs a program; add -- PROGRAM ARG...".to_owned());
        };
        let program = self.over_program(before, command);
        Ok(Study { workload, program: Some(Arc::new(program)), ..study })
    }

    /// The program of a study with what is said here in place of what it said.
    /// Paths that are said here start from the current folder.
    fn over_program(&self, before: Option<&Program>, command: CommandLine) -> Program {
        let mut program = before.cloned().unwrap_or_else(|| Program::new(command.clone()));
        if !self.command.is_empty() {
            program.stdin = program.stdin.as_deref().map(|path| program.path(path));
            program.work_folder = program.work_folder.as_deref().map(|path| program.path(path));
            program.command = command;
            program.base = PathBuf::new();
        }
        let here = |path: &PathBuf| absolute(path).unwrap_or_else(|_| path.clone());
        program.stdin = self.stdin.as_ref().map(here).or(program.stdin);
        program.work_folder = self.work_folder.as_ref().map(here).or(program.work_folder);
        program.timeout_s = self.timeout.or(program.timeout_s);
        program.grace_s = self.grace.unwrap_or(program.grace_s);
        program.value_regex = self.value_regex.clone().or(program.value_regex);
        program.value_file = self.value_file.clone().or(program.value_file);
        self.env.iter().cloned().for_each(|variable| program.set_variable(variable));
        program.keep_output = self.keep_output.unwrap_or(program.keep_output);
        program.output_limit_bytes = self.output_limit.or(program.output_limit_bytes);
        program.refused_exit = self.refused_exit.or(program.refused_exit);
        program.refused_text = self.refused_text.clone().or(program.refused_text);
        program
    }

    /// The first of the options that was said.
    fn first_said(&self) -> Option<&'static str> {
        let said = [
            ("--timeout", self.timeout.is_some()),
            ("--grace", self.grace.is_some()),
            ("--value-regex", self.value_regex.is_some()),
            ("--value-file", self.value_file.is_some()),
            ("--stdin", self.stdin.is_some()),
            ("--env", !self.env.is_empty()),
            ("--work-folder", self.work_folder.is_some()),
            ("--keep-output", self.keep_output.is_some()),
            ("--output-limit", self.output_limit.is_some()),
            ("--refused-exit", self.refused_exit.is_some()),
            ("--refused-text", self.refused_text.is_some()),
        ];
        said.into_iter().find(|(_, said)| *said).map(|(option, _)| option)
    }
}
