//! A file that one process at a time holds, and that others can read.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{is_held, take};
#[cfg(windows)]
pub(crate) use windows::{is_held, take};
