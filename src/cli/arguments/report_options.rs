//! Options for the reports and their files.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args};

use crate::report::{EXPORTERS, Exporter, TableFormat, exporter_for, exporter_named};
use crate::text::count;

#[derive(Debug, Args)]
pub(crate) struct ReportOptions {
    /// Format of the report, with at most one --output [default: by the suffix of the output
    /// file, else a table]
    #[arg(long, value_name = "FORMAT")]
    #[arg(value_parser = format_parser())]
    format: Option<&'static dyn Exporter>,

    /// Write the report to this file instead of standard output, which is -; the suffix
    /// chooses the format; repeat the option for more files
    #[arg(long = "output", value_name = "FILE")]
    outputs: Vec<PathBuf>,

    /// Print errors only: no progress bar and no notes
    #[arg(long, action = ArgAction::SetTrue)]
    pub(crate) quiet: bool,
}

impl ReportOptions {
    /// Returns the outputs, at least one, each with its format: the one named by `--format`,
    /// else by the suffix, else the table. The output `-` is standard output.
    pub(crate) fn outputs(&self) -> Result<Vec<(&Path, &'static dyn Exporter)>, String> {
        if self.outputs.is_empty() {
            return Ok(vec![(Path::new("-"), self.format.unwrap_or(&TableFormat))]);
        }
        if self.format.is_some() && self.outputs.len() > 1 {
            let found = count(self.outputs.len(), "output");
            return Err(format!(
                "--format is for one --output, found {found}; remove --format: the suffixes \
                 choose the formats"
            ));
        }
        let format =
            |path: &Path| self.format.or_else(|| exporter_for(path)).unwrap_or(&TableFormat);
        Ok(self.outputs.iter().map(|path| (path.as_path(), format(path))).collect())
    }
}

fn format_parser() -> impl TypedValueParser<Value = &'static dyn Exporter> {
    let value =
        |format: &dyn Exporter| PossibleValue::new(format.name()).help(format.description());
    PossibleValuesParser::new(EXPORTERS.iter().copied().map(value))
        .try_map(|name| exporter_named(&name).ok_or("unknown format"))
}
