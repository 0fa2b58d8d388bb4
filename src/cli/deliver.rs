//! Where the report of a command goes, found out before anything runs, and how
//! it gets there.

use std::fs;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use super::output::OutputTarget;
use crate::cli::arguments::report_options::ReportOptions;
use crate::report::Exportable;

/// Finds out whether the report can be written where the options say. `read`
/// are the files that the command reads. The error is a message for the user.
pub(super) fn prepare(options: &ReportOptions, read: &[PathBuf]) -> Result<OutputTarget, String> {
    let path = options.output.as_deref();
    let shown = path.unwrap_or(Path::new("")).display();
    let same = |a: &Path, b: &Path| {
        fs::canonicalize(a).is_ok_and(|a| fs::canonicalize(b).is_ok_and(|b| a == b))
    };
    if path.is_some_and(|output| read.iter().any(|file| same(output, file))) {
        let message = "the report would replace a file that this run reads; name another file";
        return Err(format!("{message}: {shown}"));
    }
    if options.format().is_binary() && path.is_none() && io::stdout().is_terminal() {
        return Err(format!(
            "format {} is binary: standard output is a terminal; name a file with --output",
            options.format().name()
        ));
    }
    OutputTarget::prepare(path)
        .map_err(|error| format!("the report cannot be written: {error}: {shown}"))
}

/// Writes the report. If that fails after all, it goes to standard output, so
/// that nothing is lost.
pub(super) fn deliver(
    options: &ReportOptions,
    output: OutputTarget,
    content: &dyn Exportable,
) -> Result<(), String> {
    let format = options.format();
    let write = |to: &mut BufWriter<&mut dyn Write>| format.write(content, to);
    let standard = matches!(output, OutputTarget::Standard);
    match output.write(write) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) if standard => Err(format!("the report cannot be written: {error}")),
        Err(error) => {
            OutputTarget::Standard.write(write).ok();
            let path = options.output.as_deref().unwrap_or(Path::new("")).display();
            Err(format!(
                "the report cannot be written: {error}; it went to standard output: {path}"
            ))
        }
    }
}
