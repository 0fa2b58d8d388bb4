//! Lock of a run folder: one process at a time works in it.

use std::fs::{self, File};
use std::io::{self, Seek as _, Write as _};
use std::path::Path;

use parking_lot::Mutex;

use crate::system::file_lock;

/// A lock, held until it is released or dropped or its process exits.
pub(crate) struct FolderLock {
    /// The lock file, until the lock is released.
    file: Mutex<Option<File>>,
}

pub(crate) enum LockError {
    /// Another process holds it; its PID, if the lock file tells.
    InUse(Option<u32>),
    Io(io::Error),
}

impl FolderLock {
    /// Takes the lock, and writes the PID of this process to the file. Where the file
    /// system has no locks, the folder counts as free.
    pub(crate) fn take(path: &Path) -> Result<Self, LockError> {
        let Some(mut file) = file_lock::take(path).map_err(LockError::Io)? else {
            let pid = fs::read_to_string(path).unwrap_or_default();
            return Err(LockError::InUse(pid.trim().parse().ok()));
        };
        let mut write_pid = || {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}", std::process::id())
        };
        write_pid().map_err(LockError::Io)?;
        Ok(Self { file: Mutex::new(Some(file)) })
    }

    pub(crate) fn is_taken(path: &Path) -> bool {
        file_lock::is_held(path)
    }

    pub(crate) fn release(&self) {
        *self.file.lock() = None;
    }
}
