use std::fs::File;
use std::io;

use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;

/// Reserves disk space for a part of a file without changing its length. Returns false if the
/// file system cannot reserve any.
pub(crate) fn reserve(file: &File, from: u64, bytes: u64) -> io::Result<bool> {
    match fallocate(file, FallocateFlags::KEEP_SIZE, from, bytes) {
        Ok(()) => Ok(true),
        Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Frees the disk space of a part of a file, which then reads as zeros. File systems without
/// holes keep it.
pub(crate) fn punch_hole(file: &File, from: u64, bytes: u64) {
    let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
    fallocate(file, flags, from, bytes).ok();
}
