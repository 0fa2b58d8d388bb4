//! Where the report goes: standard output, or a file that is whole or not
//! there at all.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write, stdout};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// A place for the report that was found to be writable.
pub(super) enum Output {
    /// Standard output.
    Standard,
    /// A file, written beside and then renamed over.
    File(PathBuf),
    /// What is no regular file, such as a device or a named pipe.
    Special(File),
}

impl Output {
    /// Finds out, before anything runs, whether the report can be written
    /// there.
    pub(super) fn prepare(path: Option<&Path>) -> io::Result<Self> {
        let Some(path) = path else { return Ok(Self::Standard) };
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => {
                Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"))
            }
            Ok(found) if !found.is_file() => {
                Ok(Self::Special(OpenOptions::new().write(true).open(path)?))
            }
            Ok(_) => {
                OpenOptions::new().write(true).open(path)?;
                // Behind a link, the file is replaced and not the link.
                let path = fs::canonicalize(path)?;
                beside(&path)?;
                Ok(Self::File(path))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                beside(path)?;
                Ok(Self::File(path.to_owned()))
            }
            Err(error) => Err(error),
        }
    }

    /// Writes the report there. A file appears, or is replaced, only when all
    /// of it is written.
    pub(super) fn write(
        self,
        report: impl FnOnce(&mut BufWriter<&mut dyn Write>) -> io::Result<()>,
    ) -> io::Result<()> {
        match self {
            Self::Standard => write_to(&mut stdout().lock(), report),
            Self::Special(mut file) => write_to(&mut file, report),
            Self::File(path) => {
                let mut file = beside(&path)?;
                write_to(&mut file, report)?;
                if let Ok(replaced) = fs::metadata(&path) {
                    file.as_file().set_permissions(replaced.permissions())?;
                }
                file.as_file().sync_all()?;
                file.persist(&path).map_err(|error| error.error)?;
                Ok(())
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

/// A new file in the same folder, which goes away unless it is renamed.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if path.file_name().is_none() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it has no file name"));
    }
    if !folder.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "there is no such folder"));
    }
    let mut builder = Builder::new();
    builder.prefix(".caselanes-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As for any new file, less the user's mask.
        builder.permissions(Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
