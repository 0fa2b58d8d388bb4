//! Command lines as people type and read them, split into words and joined.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{join, quote, split};
#[cfg(windows)]
pub(crate) use windows::{join, quote, split};
