//! Options for the report and its file.

use std::path::{Path, PathBuf};

use clap::{ArgAction, Args};

use super::study_options::choice;
use crate::report::ReportFormat;

#[derive(Debug, Args)]
pub(crate) struct ReportOptions {
    /// Format of the report [default: by the suffix of the output file, .json or .csv,
    /// else a table]
    #[arg(long, value_name = "FORMAT")]
    #[arg(value_parser = choice(ReportFormat::description))]
    format: Option<ReportFormat>,

    /// Write the report to this file instead of standard output; - is standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Print errors only: no progress bar and no notes
    #[arg(long, action = ArgAction::SetTrue)]
    pub(crate) quiet: bool,
}

impl ReportOptions {
    /// Returns the file to write the report to; `None` for standard output.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// Returns the format named by `--format`, else by the suffix of the output file,
    /// else the table.
    pub(crate) fn format(&self) -> ReportFormat {
        let by_suffix = || ReportFormat::of_path(self.output.as_deref()?);
        self.format.or_else(by_suffix).unwrap_or(ReportFormat::Table)
    }
}
