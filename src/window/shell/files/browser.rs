//! Opens a file with the program that the system has for its kind.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::report::{RunReport, exporter_named};
use crate::system::opener::OPENER;
use crate::system::worker_process::unbind;

/// Writes a report as HTML to a file of its own in the folder for temporary files, which the
/// browser may read later.
pub(super) fn write_html(report: &RunReport) -> io::Result<PathBuf> {
    let format = exporter_named("html").ok_or(ErrorKind::Unsupported)?;
    let mut file = tempfile::Builder::new().prefix("caselanes-").suffix(".html").tempfile()?;
    format.write(report, file.as_file_mut())?;
    Ok(file.into_temp_path().keep()?)
}

/// Opens a file with a program, or that of the system. Waits until the program ends, which may
/// be when the browser is closed. Returns why the file could not be opened.
pub(super) fn open(program: Option<OsString>, file: &Path) -> Result<(), String> {
    let (name, arguments) = OPENER;
    let program = program.unwrap_or(name.into());
    let mut opener = Command::new(&program);
    opener.args(arguments).arg(file);
    unbind(&mut opener);
    opener.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let program = program.display();
    match opener.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program} failed with {status}")),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(format!("this system has no {program}"))
        }
        Err(error) => Err(format!("{program}: {error}")),
    }
}
