//! The pipe from which a worker process receives its cases: read by one thread, while others
//! learn at once that it was closed.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{Hangup, watch};
#[cfg(windows)]
pub(crate) use windows::{Hangup, watch};
