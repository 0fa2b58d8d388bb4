//! How a process ended.

mod process_exit;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

pub(crate) use process_exit::ProcessExit;
#[cfg(unix)]
pub(crate) use unix::{code_text, signal_name, signal_of};
#[cfg(windows)]
pub(crate) use windows::{code_text, signal_name, signal_of};
