//! One process at a time works in the folder of a run.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

/// Held until it is released or dropped, or its process ends however.
#[derive(Debug)]
pub(crate) struct FolderLock {
    file: File,
}

/// Why there is no lock.
pub(crate) enum LockError {
    /// Another process has it; its number, where it is said.
    InUse(Option<u32>),
    Failed(io::Error),
}

impl FolderLock {
    /// Takes the lock that is this file. Where files cannot be locked it is believed
    /// that nobody else is there.
    pub(crate) fn take(path: &Path) -> Result<Self, LockError> {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(path);
        let mut file = file.map_err(LockError::Failed)?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            let mut said = String::new();
            file.take(20).read_to_string(&mut said).ok();
            return Err(LockError::InUse(said.trim().parse().ok()));
        }
        let mut say = || {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}", std::process::id())
        };
        say().map_err(LockError::Failed)?;
        Ok(Self { file })
    }

    /// Whether a process has the lock that is this file.
    pub(crate) fn is_taken(path: &Path) -> bool {
        let file = File::open(path);
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// What it is held by, in the folder.
    #[cfg(unix)]
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Lets go of it before it is dropped.
    pub(crate) fn release(&self) {
        self.file.unlock().ok();
    }
}
