//! Options for the report and its file.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args};

use crate::report::{EXPORTERS, Exporter, TableFormat, exporter_for, exporter_named};

#[derive(Debug, Args)]
pub(crate) struct ReportOptions {
    /// Format of the report [default: by the suffix of the output file, else a table]
    #[arg(long, value_name = "FORMAT")]
    #[arg(value_parser = format_parser())]
    format: Option<&'static dyn Exporter>,

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
    pub(crate) fn format(&self) -> &'static dyn Exporter {
        let by_suffix = || exporter_for(self.output.as_deref()?);
        self.format.or_else(by_suffix).unwrap_or(&TableFormat)
    }
}

fn format_parser() -> impl TypedValueParser<Value = &'static dyn Exporter> {
    let value =
        |format: &dyn Exporter| PossibleValue::new(format.name()).help(format.description());
    PossibleValuesParser::new(EXPORTERS.iter().copied().map(value))
        .try_map(|name| exporter_named(&name).ok_or("unknown format"))
}
