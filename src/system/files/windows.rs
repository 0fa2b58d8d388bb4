use std::fs::Metadata;
use std::io;
use std::path::Path;

use tempfile::Builder;

/// Does nothing: new files inherit the permissions of their folder.
pub(crate) fn allow_all_by_mask<'a, 'b>(
    builder: &'a mut Builder<'b, 'b>,
) -> &'a mut Builder<'b, 'b> {
    builder
}

/// Returns `None`: the system does not tell the number of names of a file.
pub(crate) fn link_count(_file: &Metadata) -> Option<u64> {
    None
}

/// Returns the error of opening or reading a path. The system denies access to folders, as to
/// files of others.
pub(crate) fn open_error(path: &Path, error: io::Error) -> io::Error {
    if path.is_dir() { io::ErrorKind::IsADirectory.into() } else { error }
}
