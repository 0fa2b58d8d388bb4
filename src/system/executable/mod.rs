//! Finds the file of a program.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{find, has_folder};
#[cfg(windows)]
pub(crate) use windows::{find, has_folder};
