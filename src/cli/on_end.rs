//! The command at the end of a run.

use std::io::{self, stderr};
use std::path::{Path, absolute};
use std::process::{Command, ExitStatus, Stdio};

use tempfile::{Builder, TempPath};

use crate::cli::arguments::end_options::CommandWords;
use crate::cli::console::print_note;
use crate::report::{RunReport, serialize};

/// Variable with the path of the report.
const REPORT_VARIABLE: &str = "CASELANES_REPORT";

/// Runs the command and waits for it. A failure is a note. It gets the path of the report in
/// `file`; without one, of a JSON report that is removed afterwards.
pub(super) fn run_on_end(command: &CommandWords, file: Option<&Path>, report: &RunReport) {
    let temporary = file.is_none().then(|| temporary_report(report));
    let path = match &temporary {
        None => file,
        Some(Ok(temporary)) => Some(temporary.as_ref()),
        Some(Err(error)) => {
            print_note(&format!("--on-end: there is no report: {error}"), false);
            None
        }
    };
    let problem = match run(command, path) {
        Ok(status) if status.success() => return,
        Ok(status) => format!("it failed with {status}"),
        Err(error) => format!("cannot run it: {error}"),
    };
    print_note(&format!("--on-end {:?}: {problem}", command.program), false);
}

fn run(command: &CommandWords, report: Option<&Path>) -> io::Result<ExitStatus> {
    let mut process = Command::new(&command.program);
    // Standard output is for results.
    process.args(&command.arguments).stdin(Stdio::null()).stdout(stderr());
    process.env_remove(REPORT_VARIABLE);
    if let Some(path) = report {
        process.env(REPORT_VARIABLE, absolute(path)?);
    }
    process.status()
}

fn temporary_report(report: &RunReport) -> io::Result<TempPath> {
    let mut file = Builder::new().prefix("caselanes-").suffix(".json").tempfile()?;
    serialize(report, file.as_file_mut())?;
    Ok(file.into_temp_path())
}
