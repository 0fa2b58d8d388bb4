//! Where the report goes: standard output, or a file that is whole or not
//! there at all.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Error, ErrorKind, Write, stdout};
use std::path::{Path, PathBuf, is_separator};

use tempfile::{Builder, NamedTempFile};

/// How many links to links are followed.
const LINKS: usize = 40;

/// A place for the report that was found to be writable.
pub(super) enum Output {
    /// Standard output.
    Standard,
    /// A file, written beside and then renamed over.
    File(PathBuf),
    /// What is not to be replaced, such as a device, a pipe, or a file that is
    /// open already.
    Open(File),
}

impl Output {
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
                Self::beside(&target(path)?)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Self::beside(&target(path)?),
            Err(error) => Err(error),
        }
    }

    fn beside(path: &Path) -> io::Result<Self> {
        part_of(path)?;
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
                let mut part = part_of(&path)?;
                write_to(&mut part, report)?;
                if let Ok(replaced) = fs::metadata(&path) {
                    part.as_file().set_permissions(replaced.permissions())?;
                }
                part.as_file().sync_all()?;
                part.persist(&path).map_err(|error| error.error)?;
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

/// The file behind a link, there or not: it is replaced, and not the link.
fn target(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        match fs::read_link(&path) {
            Ok(link) => path = path.parent().unwrap_or(Path::new("")).join(link),
            Err(_) => return Ok(path),
        }
    }
    Err(Error::new(ErrorKind::InvalidInput, "too many links"))
}

/// A new file in the same folder, which goes away unless it is renamed.
fn part_of(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if path.file_name().is_none() || path.to_string_lossy().ends_with(is_separator) {
        return Err(Error::new(ErrorKind::InvalidInput, "it names no file"));
    }
    if !folder.is_dir() {
        return Err(Error::new(ErrorKind::NotFound, "there is no such folder"));
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
