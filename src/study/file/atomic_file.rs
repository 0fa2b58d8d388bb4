//! Files that are either complete or absent: written to a temporary file in the same
//! folder, then renamed.

use std::fs::{self, OpenOptions};
use std::io::{Error, ErrorKind, Result, Write as _};
use std::path::{Path, PathBuf, is_separator};

use tempfile::{Builder, NamedTempFile};

use crate::system::file_names::is_device_name;
use crate::system::files::allow_all_by_mask;

/// Maximum number of symbolic links to follow.
const MAX_LINKS: usize = 40;

/// File that appears at its path when it is committed. Dropping it leaves nothing.
#[derive(Debug)]
pub struct AtomicFile {
    temporary: NamedTempFile,
    path: PathBuf,
}

impl AtomicFile {
    /// Creates the temporary file for a path, or for the target of a symbolic link.
    /// Fails if the file cannot be created at the path.
    pub fn create(path: &Path) -> Result<Self> {
        let path = Self::target(path)?;
        let temporary = temporary_for(&path)?;
        Ok(Self { temporary, path })
    }

    /// Returns the path that is written: the target of symbolic links, which need not exist, so
    /// that it is replaced and not the link.
    pub fn target(path: &Path) -> Result<PathBuf> {
        let mut path = path.to_owned();
        for _ in 0..MAX_LINKS {
            match fs::read_link(&path) {
                Ok(link) => path = path.parent().unwrap_or(Path::new("")).join(link),
                Err(_) => return Ok(path),
            }
        }
        Err(Error::new(ErrorKind::InvalidInput, "too many symbolic links"))
    }

    pub fn as_file_mut(&mut self) -> &mut fs::File {
        self.temporary.as_file_mut()
    }

    /// Moves the file to its path, with the permissions of the file that it replaces.
    pub fn commit(self) -> Result<()> {
        if let Ok(replaced) = fs::metadata(&self.path) {
            self.temporary.as_file().set_permissions(replaced.permissions())?;
        }
        self.temporary.as_file().sync_all()?;
        self.temporary.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Writes a file completely, or leaves the existing file unchanged.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = AtomicFile::create(path)?;
    file.as_file_mut().write_all(bytes)?;
    file.commit()
}

/// Creates a temporary file in the folder of a path.
fn temporary_for(path: &Path) -> Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if path.is_dir() {
        return Err(Error::new(ErrorKind::IsADirectory, "the path is a folder"));
    }
    if path.file_name().is_none() || path.to_string_lossy().ends_with(is_separator) {
        return Err(Error::new(ErrorKind::InvalidInput, "the path has no file name"));
    }
    if is_device_name(path) || path.exists() && !path.is_file() {
        return Err(Error::new(ErrorKind::InvalidInput, "the path is not a regular file"));
    }
    if let Ok(found) = fs::metadata(path) {
        if found.permissions().readonly() {
            return Err(Error::new(ErrorKind::PermissionDenied, "the file is write-protected"));
        }
        OpenOptions::new().append(true).open(path)?;
    }
    if !folder.is_dir() {
        return Err(Error::new(ErrorKind::NotFound, "no such folder"));
    }
    let mut builder = Builder::new();
    builder.prefix(".caselanes-").suffix(".part");
    allow_all_by_mask(&mut builder);
    builder.tempfile_in(folder).map_err(|error| match error.kind() {
        // Without the name of the temporary file, which would only confuse.
        kind @ (ErrorKind::PermissionDenied
        | ErrorKind::ReadOnlyFilesystem
        | ErrorKind::StorageFull) => kind.into(),
        _ => error,
    })
}
