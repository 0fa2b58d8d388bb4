//! Files that are whole or not there at all: written beside, then renamed over.

use std::fs::{self, Permissions};
use std::io::{Error, ErrorKind, Result, Write as _};
use std::path::{Path, PathBuf, is_separator};

use tempfile::{Builder, NamedTempFile};

/// How many links to links are followed.
const LINKS: usize = 40;

/// A file in the making. Unless it is finished, nothing of it is left.
#[derive(Debug)]
pub struct AtomicFile {
    part: NamedTempFile,
    path: PathBuf,
}

impl AtomicFile {
    /// Begins the file of this path; behind a link, the one that the link names.
    /// Whether that can be done shows here and not at the end.
    pub fn begin(path: &Path) -> Result<Self> {
        let path = target(path)?;
        let part = part_of(&path)?;
        Ok(Self { part, path })
    }

    /// What is written to.
    pub fn as_file_mut(&mut self) -> &mut fs::File {
        self.part.as_file_mut()
    }

    /// Puts the file in its place, with the rights of the one that it replaces.
    pub fn finish(self) -> Result<()> {
        if let Ok(replaced) = fs::metadata(&self.path) {
            self.part.as_file().set_permissions(replaced.permissions())?;
        }
        self.part.as_file().sync_all()?;
        self.part.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Writes a whole file, or leaves what was there.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = AtomicFile::begin(path)?;
    file.as_file_mut().write_all(bytes)?;
    file.finish()
}

/// The file behind a link, there or not: it is replaced, and not the link.
fn target(path: &Path) -> Result<PathBuf> {
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
fn part_of(path: &Path) -> Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if path.file_name().is_none() || path.to_string_lossy().ends_with(is_separator) {
        return Err(Error::new(ErrorKind::InvalidInput, "it names no file"));
    }
    if path.is_dir() {
        return Err(Error::new(ErrorKind::IsADirectory, "it is a folder"));
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
