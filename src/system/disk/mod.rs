//! Free space of a disk.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::Disk;
#[cfg(windows)]
pub(crate) use windows::Disk;
