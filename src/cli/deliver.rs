//! Checks before a run where its report goes, and delivers the report afterwards.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use super::output::OutputTarget;
use crate::cli::arguments::report_options::ReportOptions;
use crate::report::Exportable;

/// Checks that the report can be written as the options say, without replacing one of
/// the `inputs` of the command.
pub(super) fn prepare(options: &ReportOptions, inputs: &[PathBuf]) -> Result<OutputTarget, String> {
    let Some(path) = options.output.as_deref() else {
        return Ok(OutputTarget::Standard);
    };
    let is_same_file = |input: &PathBuf| {
        fs::canonicalize(path).is_ok_and(|a| fs::canonicalize(input).is_ok_and(|b| a == b))
    };
    if inputs.iter().any(is_same_file) {
        let message = "the report would replace an input of this command; name another file";
        return Err(format!("{message}: {}", path.display()));
    }
    OutputTarget::prepare(path)
        .map_err(|error| format!("cannot write the report: {error}: {}", path.display()))
}

/// Writes the report. If its target fails, the report goes to standard output, so that
/// it is not lost.
pub(super) fn deliver(
    options: &ReportOptions,
    output: OutputTarget,
    content: &dyn Exportable,
) -> Result<(), String> {
    let format = options.format();
    let write = |to: &mut BufWriter<&mut dyn Write>| format.write(content, to);
    let is_standard = matches!(output, OutputTarget::Standard);
    let Err(error) = output.write(write) else { return Ok(()) };
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Ok(());
    }
    let message = format!("cannot write the report: {error}");
    match &options.output {
        Some(path) if !is_standard => {
            OutputTarget::Standard.write(write).ok();
            Err(format!("{message}: {}; it went to standard output", path.display()))
        }
        _ => Err(message),
    }
}
