//! The target of a report: standard output or a file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Error, ErrorKind, Write, stdout};
use std::path::{Path, PathBuf};

use crate::study::AtomicFile;

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
                Err(Error::new(ErrorKind::IsADirectory, "it is a folder"))
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
            Self::Standard => write_to(&mut stdout().lock(), report),
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
