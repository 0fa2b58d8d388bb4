//! A place that a report is written to: standard output, a device or pipe, or a file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use crate::cli::console::TerminalWriter;
use crate::study::AtomicFile;
use crate::system::file_names::{IGNORE_CASE, is_device_name};

/// Declared in the order in which reports are written: one that blocks comes last.
pub(super) enum OutputTarget {
    /// A file, replaced by rename once the report is complete.
    File(PathBuf),
    /// A target that must not be replaced, such as a device, a pipe, or a file that is
    /// already open.
    Open(File),
    Standard,
}

impl OutputTarget {
    /// Checks before the run that the report can be written to `path`; `-` is standard output.
    pub(super) fn prepare(path: &Path) -> io::Result<Self> {
        // Opening the others would write from the start of a file that is already open.
        if ["-", "/dev/stdout", "/dev/fd/1"].iter().any(|name| path == Path::new(name)) {
            return Ok(Self::Standard);
        }
        if is_device_name(path) {
            return Ok(Self::Open(OpenOptions::new().write(true).open(path)?));
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
            Ok(_) => Self::file(path),
            Err(error) if error.kind() == ErrorKind::NotFound => Self::file(path),
            Err(error) => Err(error),
        }
    }

    pub(super) fn is_terminal(&self) -> bool {
        match self {
            Self::File(_) => false,
            Self::Open(file) => file.is_terminal(),
            Self::Standard => io::stdout().is_terminal(),
        }
    }

    /// Whether writing replaces a file that exists.
    pub(super) fn replaces_file(&self) -> bool {
        matches!(self, Self::File(path) if path.exists())
    }

    /// Returns the place in the order of writing.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::File(_) => 0,
            Self::Open(_) => 1,
            Self::Standard => 2,
        }
    }

    fn file(path: &Path) -> io::Result<Self> {
        AtomicFile::create(path)?;
        Ok(Self::File(path.to_owned()))
    }

    /// Writes the report. A file is created or replaced only once all of it is written.
    pub(super) fn write(
        &mut self,
        report: impl FnOnce(&mut BufWriter<&mut dyn Write>) -> io::Result<()>,
    ) -> io::Result<()> {
        match self {
            Self::Standard if io::stdout().is_terminal() => {
                write_to(&mut TerminalWriter::new(io::stdout().lock()), report)
            }
            Self::Standard => write_to(&mut io::stdout().lock(), report),
            Self::Open(file) => write_to(file, report),
            Self::File(path) => {
                let mut file = AtomicFile::create(path)?;
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

/// Returns one path for all names of a file, also of a file that does not exist yet.
pub(super) fn canonical(path: &Path) -> PathBuf {
    let path = if path == Path::new("-") { Path::new("/dev/stdout") } else { path };
    if let Ok(found) = fs::canonicalize(path) {
        return found;
    }
    let path = AtomicFile::target(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match (fs::canonicalize(folder.unwrap_or(Path::new("."))), path.file_name()) {
        // File systems without letter case have two names for a new file.
        (Ok(folder), Some(name)) if IGNORE_CASE => folder.join(name.to_ascii_lowercase()),
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path,
    }
}
