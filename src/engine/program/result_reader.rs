//! Reads how a program ended, and its values, from its exit status and output.

use std::io;
use std::path::Path;

use crate::run::CaseOutcome;
use crate::study::Program;

use super::output_files::OutputFiles;
use super::value_finder::{FoundValues, ValueFinder, last_line};
use crate::system::exit_status::ProcessExit;
use crate::system::process_tree::POLITE_END;

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
        exit: ProcessExit,
        output: &mut OutputFiles,
        folder: &Path,
    ) -> Result<FoundValues, CaseOutcome> {
        let unreadable =
            |what, error| CaseOutcome::Failed(format!("cannot read its {what}: {error}"));
        if self.is_refused(exit, output).map_err(|error| unreadable("output", error))? {
            return Err(CaseOutcome::Refused);
        }
        if !exit.is_success() {
            return Err(CaseOutcome::Failed(match last_line(&mut output.err).ok().flatten() {
                Some(line) => format!("{exit}; stderr: {line}"),
                None => exit.to_string(),
            }));
        }
        self.finder.find(&mut output.out, folder).map_err(|error| unreadable("value", error))
    }

    fn is_refused(&self, exit: ProcessExit, output: &mut OutputFiles) -> io::Result<bool> {
        if self.refused_exit.is_some_and(|code| exit == ProcessExit::Code(code)) {
            return Ok(true);
        }
        self.refused_text.as_deref().map_or(Ok(false), |text| output.contains(text))
    }
}

/// Explains that a program took too long.
pub(crate) fn timeout_message(timeout_s: Option<f64>, was_killed: bool) -> String {
    let timeout_s = timeout_s.unwrap_or_default();
    let killed = format!("; killed because it did not exit on {POLITE_END}");
    let note = if was_killed { &killed } else { "" };
    format!("took longer than {timeout_s} s{note}")
}
