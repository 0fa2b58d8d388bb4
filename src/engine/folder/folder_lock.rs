//! Lock of a run folder: one process at a time works in it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

/// A lock, held until it is released or dropped or its process exits.
pub(crate) struct FolderLock {
    file: File,
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
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(path);
        let mut file = file.map_err(LockError::Io)?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            let mut pid = String::new();
            file.take(20).read_to_string(&mut pid).ok();
            return Err(LockError::InUse(pid.trim().parse().ok()));
        }
        let mut write_pid = || {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}", std::process::id())
        };
        write_pid().map_err(LockError::Io)?;
        Ok(Self { file })
    }

    pub(crate) fn is_taken(path: &Path) -> bool {
        let file = File::open(path);
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    #[cfg(unix)]
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    pub(crate) fn release(&self) {
        self.file.unlock().ok();
    }
}
