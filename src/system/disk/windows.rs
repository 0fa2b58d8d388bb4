use std::path::Path;

use winsafe::GetDiskFreeSpaceEx;

/// Free space below which a disk counts as full, in bytes.
const FULL_DISK_BYTES: u64 = 1 << 12;

/// The disk of a folder.
pub(crate) struct Disk {
    folder: String,
}

impl Disk {
    pub(crate) fn of(folder: &Path) -> Self {
        Self { folder: folder.display().to_string() }
    }

    /// Whether there is no space for this user, where the system reports it.
    pub(crate) fn is_full(&self) -> bool {
        let mut free = 0;
        let read = GetDiskFreeSpaceEx(Some(&self.folder), Some(&mut free), None, None);
        read.is_ok() && free < FULL_DISK_BYTES
    }
}
