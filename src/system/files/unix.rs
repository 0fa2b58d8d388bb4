use std::fs::{Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use tempfile::Builder;

/// Gives a temporary file the permissions of any new file, reduced by the user's mask.
pub(crate) fn allow_all_by_mask<'a, 'b>(
    builder: &'a mut Builder<'b, 'b>,
) -> &'a mut Builder<'b, 'b> {
    builder.permissions(Permissions::from_mode(0o666))
}

/// Returns the number of names of a file, where the system tells.
#[expect(clippy::unnecessary_wraps, reason = "the same interface on every system")]
pub(crate) fn link_count(file: &Metadata) -> Option<u64> {
    Some(file.nlink())
}

/// Returns the error of opening or reading a path unchanged: the system reports folders as such.
pub(crate) fn open_error(_path: &Path, error: io::Error) -> io::Error {
    error
}
