//! Standard streams of a worker process and of its programs.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{WorkerStdio, own_streams};
#[cfg(windows)]
pub(crate) use windows::{WorkerStdio, own_streams};
