//! Where the report goes: standard output, or a file that is whole or not
//! there at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Error, ErrorKind, Write, stdout};
use std::path::{Path, PathBuf};

use crate::study::AtomicFile;

/// A place for the report that was found to be writable.
pub(super) enum OutputTarget {
    /// Standard output.
    Standard,
    /// A file, written beside and then renamed over.
    File(PathBuf),
    /// What is not to be replaced, such as a device, a pipe, or a file that is
    /// open already.
    Open(File),
}

impl OutputTarget {
    /// Finds out, before anything runs, whether the report can be written
    /// there.
    pub(super) fn prepare(path: Option<&Path>) -> io::Result<Self> {
        let Some(path) = path else { return Ok(Self::Standard) };
        // The name of what is open already: opened anew it would be written to
        // from its start.
        if path == Path::new("/dev/stdout") || path == Path::new("/dev/fd/1") {
            return Ok(Self::Standard);
        }
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => {
                Err(Error::new(ErrorKind::IsADirectory, "it is a folder"))
            }
            // Behind the other names of open files may be a regular one, which
            // is not to be replaced under those who have it open.
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

    fn file(path: &Path) -> io::Result<Self> {
        AtomicFile::begin(path)?;
        Ok(Self::File(path.to_owned()))
    }

    /// Writes the report there. A file appears, or is replaced, only when all
    /// of it is written.
    pub(super) fn write(
        self,
        report: impl FnOnce(&mut BufWriter<&mut dyn Write>) -> io::Result<()>,
    ) -> io::Result<()> {
        match self {
            Self::Standard => write_to(&mut stdout().lock(), report),
            Self::Open(mut file) => write_to(&mut file, report),
            Self::File(path) => {
                let mut file = AtomicFile::begin(&path)?;
                write_to(file.as_file_mut(), report)?;
                file.finish()
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
