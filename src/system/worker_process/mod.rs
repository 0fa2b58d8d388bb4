//! Starts and binds worker processes.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{Parent, bind, continue_process, detach, own_path, set_name};
#[cfg(windows)]
pub(crate) use windows::{Parent, bind, continue_process, detach, own_path, set_name};
