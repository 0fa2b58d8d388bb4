//! Disk space of a file, apart from its length.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub(crate) use linux::{punch_hole, reserve};
#[cfg(not(target_os = "linux"))]
pub(crate) use other::{punch_hole, reserve};
