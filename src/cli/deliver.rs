//! Checks before a run where its report goes, and delivers the report afterwards.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use crate::cli::arguments::report_options::ReportOptions;
use crate::cli::console::{TerminalWriter, print_note};
use crate::report::Exportable;
use crate::study::AtomicFile;

/// Checks that the report can be written as the options say, without replacing one of
/// the `inputs` of the command.
pub(super) fn prepare(options: &ReportOptions, inputs: &[PathBuf]) -> Result<OutputTarget, String> {
    let format = options.format();
    let Some(path) = options.file() else {
        if format.is_binary() && io::stdout().is_terminal() {
            let name = format.name();
            return Err(format!("{name} cannot be shown in a terminal; add --output FILE"));
        }
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
    let write = |to: &mut BufWriter<&mut dyn Write>| {
        let remark = format.write(content, to)?;
        remark.into_iter().for_each(|remark| print_note(&remark.to_string(), options.quiet));
        Ok(())
    };
    let is_standard = matches!(output, OutputTarget::Standard);
    let is_replaced = output.replaces_file();
    let Err(error) = output.write(write) else {
        if let Some(path) = options.file().filter(|_| !is_standard) {
            let outcome = if is_replaced { "the report replaced" } else { "the report is in" };
            print_note(&format!("{outcome} {}", path.display()), options.quiet);
        }
        return Ok(());
    };
    if error.kind() == ErrorKind::BrokenPipe {
        return Ok(());
    }
    let message = format!("cannot write the report: {error}");
    match options.file() {
        Some(path) if !(is_standard || format.is_binary() && io::stdout().is_terminal()) => {
            OutputTarget::Standard.write(write).ok();
            Err(format!("{message}: {}; it went to standard output", path.display()))
        }
        _ => Err(message),
    }
}

/// Prints the answer as a note if the report is in a file.
pub(super) fn print_summary(text: &str, options: &ReportOptions) {
    if options.file().is_some() {
        print_note(text, options.quiet);
    }
}

pub(super) enum OutputTarget {
    Standard,
    /// A file, replaced by rename once the report is complete.
    File(PathBuf),
    /// A target that must not be replaced, such as a device, a pipe, or a file that is
    /// already open.
    Open(File),
}

impl OutputTarget {
    /// Checks before the run that the report can be written to `path`.
    pub(super) fn prepare(path: &Path) -> io::Result<Self> {
        // Opening these would write from the start of a file that is already open.
        if path == Path::new("/dev/stdout") || path == Path::new("/dev/fd/1") {
            return Ok(Self::Standard);
        }
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => {
                Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder"))
            }
            // Other names of open files may lead to a regular file, which must not be
            // replaced while it is open.
            Ok(found) if !found.is_file() || path.starts_with("/dev") => {
                Ok(Self::Open(OpenOptions::new().append(true).open(path)?))
            }
            Ok(_) => {
                OpenOptions::new().append(true).open(path)?;
                Self::file(path)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Self::file(path),
            Err(error) => Err(error),
        }
    }

    /// Whether writing replaces a file that exists.
    pub(super) fn replaces_file(&self) -> bool {
        matches!(self, Self::File(path) if path.exists())
    }

    fn file(path: &Path) -> io::Result<Self> {
        AtomicFile::create(path)?;
        Ok(Self::File(path.to_owned()))
    }

    /// Writes the report. A file is created or replaced only once all of it is written.
    pub(super) fn write(
        self,
        report: impl FnOnce(&mut BufWriter<&mut dyn Write>) -> io::Result<()>,
    ) -> io::Result<()> {
        match self {
            Self::Standard if io::stdout().is_terminal() => {
                write_to(&mut TerminalWriter::new(io::stdout().lock()), report)
            }
            Self::Standard => write_to(&mut io::stdout().lock(), report),
            Self::Open(mut file) => write_to(&mut file, report),
            Self::File(path) => {
                let mut file = AtomicFile::create(&path)?;
                write_to(file.as_file_mut(), report)?;
                file.commit()
            }
        }
    }
}

fn write_to(
    to: &mut dyn Write,
    report: impl FnOnce(&mut BufWriter<&mut dyn Write>) -> io::Result<()>,
) -> io::Result<()> {
    let mut buffer = BufWriter::with_capacity(1 << 16, to);
    report(&mut buffer)?;
    buffer.flush()
}
