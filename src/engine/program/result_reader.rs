//! Reads how a program ended, and its values, from its exit status and output.

use std::io;
use std::path::Path;
use std::process::ExitStatus;

use crate::run::CaseOutcome;
use crate::study::Program;

use super::output_files::OutputFiles;
use super::process_tree::exit_status;
use super::value_finder::{FoundValues, ValueFinder, last_line};

pub(crate) struct ResultReader {
    finder: ValueFinder,
    refused_exit: Option<i32>,
    refused_text: Option<String>,
}

impl ResultReader {
    pub(crate) fn new(program: &Program) -> Self {
        Self {
            finder: ValueFinder::new(program.outputs()),
            refused_exit: program.refused_exit,
            refused_text: program.refused_text.clone(),
        }
    }

    /// Returns the values of a program that has exited, or how its case ended without success.
    pub(crate) fn read(
        &self,
        status: ExitStatus,
        output: &mut OutputFiles,
        folder: &Path,
    ) -> Result<FoundValues, CaseOutcome> {
        let unreadable =
            |what, error| CaseOutcome::Failed(format!("cannot read its {what}: {error}"));
        if self.is_refused(status, output).map_err(|error| unreadable("output", error))? {
            return Err(CaseOutcome::Refused);
        }
        if !status.success() {
            let status = exit_status(status);
            return Err(CaseOutcome::Failed(match last_line(&mut output.err).ok().flatten() {
                Some(line) => format!("{status}; stderr: {line}"),
                None => status,
            }));
        }
        self.finder.find(&mut output.out, folder).map_err(|error| unreadable("value", error))
    }

    fn is_refused(&self, status: ExitStatus, output: &mut OutputFiles) -> io::Result<bool> {
        if self.refused_exit.is_some() && status.code() == self.refused_exit {
            return Ok(true);
        }
        self.refused_text.as_deref().map_or(Ok(false), |text| output.contains(text))
    }
}

/// Explains that a program took too long.
pub(crate) fn timeout_message(timeout_s: Option<f64>, was_killed: bool) -> String {
    let timeout_s = timeout_s.unwrap_or_default();
    let note = if was_killed { "; killed because it did not exit on SIGTERM" } else { "" };
    format!("took longer than {timeout_s} s{note}")
}
