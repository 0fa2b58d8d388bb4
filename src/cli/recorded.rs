//! Reads the recorded run that an argument names.

use std::io::stdin;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use strum::VariantArray as _;

use super::console::print_note;
use super::input::{is_standard_input, source_name};
use crate::app::{open_recorded, read_recorded_from};
use crate::report::{LogKind, RunReport};

/// The recorded run that a command reads.
#[derive(Debug, Args)]
pub(crate) struct RecordedOptions {
    /// Recorded run: a report as JSON, a run folder, or another tool's log, such as a job log
    /// of GNU parallel; - is standard input
    #[arg(value_name = "RUN")]
    pub(crate) recorded: PathBuf,

    /// Kind of the log [default: recognised by its content]
    #[arg(long, value_name = "KIND", value_parser = kind_parser())]
    pub(crate) from: Option<LogKind>,
}

impl RecordedOptions {
    /// Returns the file that must not be replaced.
    pub(crate) fn inputs(&self) -> Vec<PathBuf> {
        (!is_standard_input(&self.recorded)).then(|| self.recorded.clone()).into_iter().collect()
    }

    /// Names the run in messages.
    pub(crate) fn name(&self) -> String {
        source_name(&self.recorded)
    }

    /// Reads the run and prints what should be known about its record.
    pub(crate) fn read(&self, is_quiet: bool) -> Result<RunReport, String> {
        let name = self.name();
        let run = if is_standard_input(&self.recorded) {
            read_recorded_from(stdin().lock(), &name, self.from)?
        } else {
            open_recorded(&self.recorded, self.from)?
        };
        run.notes.iter().for_each(|note| print_note(&format!("{name}: {note}"), is_quiet));
        Ok(run.report)
    }
}

fn kind_parser() -> impl TypedValueParser<Value = LogKind> {
    let value = |kind: &LogKind| PossibleValue::new(kind.name()).help(kind.title());
    PossibleValuesParser::new(LogKind::VARIANTS.iter().map(value))
        .try_map(|name| name.parse::<LogKind>())
}
