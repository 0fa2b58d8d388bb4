use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt as _;
use std::path::Path;

use winsafe::co;

/// Takes a file, which is created if it does not exist, until it is closed. Returns `None` if
/// another process holds it.
///
/// Others may read it, which a lock would not allow, but not open it for writing.
pub(crate) fn take(path: &Path) -> io::Result<Option<File>> {
    let shared = co::FILE_SHARE::READ | co::FILE_SHARE::DELETE;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).share_mode(shared.raw());
    match options.open(path) {
        Err(error) if is_violation(&error) => Ok(None),
        opened => opened.map(Some),
    }
}

/// Whether a process holds the file.
pub(crate) fn is_held(path: &Path) -> bool {
    let opened = OpenOptions::new().write(true).open(path);
    opened.is_err_and(|error| is_violation(&error))
}

/// Whether another process does not share a file.
fn is_violation(error: &io::Error) -> bool {
    error.raw_os_error() == Some(co::ERROR::SHARING_VIOLATION.raw().cast_signed())
}
