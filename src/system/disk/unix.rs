use std::fs::File;
use std::path::Path;

use rustix::fs::fstatvfs;
use rustix::process::geteuid;

/// Free space below which a disk counts as full, in bytes.
const FULL_DISK_BYTES: u64 = 1 << 12;

/// The disk of a folder.
pub(crate) struct Disk {
    /// `None` if the folder cannot be read.
    folder: Option<File>,
    /// Whether this process may use disk space reserved for the superuser.
    is_root: bool,
}

impl Disk {
    pub(crate) fn of(folder: &Path) -> Self {
        Self { folder: File::open(folder).ok(), is_root: geteuid().is_root() }
    }

    /// Whether there is no space for data or for files, where the system reports it.
    pub(crate) fn is_full(&self) -> bool {
        let disk = self.folder.as_ref().and_then(|folder| fstatvfs(folder).ok());
        disk.is_some_and(|disk| {
            let free = if self.is_root { disk.f_bfree } else { disk.f_bavail };
            let no_space =
                disk.f_blocks > 0 && free.saturating_mul(disk.f_frsize) < FULL_DISK_BYTES;
            no_space || disk.f_files > 0 && disk.f_ffree == 0
        })
    }
}
