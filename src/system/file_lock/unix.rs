use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// Takes a file, which is created if it does not exist, until it is closed. Returns `None` if
/// another process holds it. Where the file system has no locks, the file counts as free.
pub(crate) fn take(path: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    let is_held = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
    Ok(Some(file).filter(|_| !is_held))
}

/// Whether a process holds the file.
pub(crate) fn is_held(path: &Path) -> bool {
    let file = File::open(path);
    file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}
