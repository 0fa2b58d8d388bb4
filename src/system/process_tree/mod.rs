//! A program and all processes it starts, as one unit to wait for and to end.

#[cfg(unix)]
mod unix;
mod usage;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::exit_waiter::ExitWaiter;
#[cfg(unix)]
pub(crate) use unix::process_tree::{POLITE_END, ProcessTree, separate};
pub(crate) use usage::{ResourceUsage, WakeReason};
#[cfg(windows)]
pub(crate) use windows::accounting::cpu_ns;
#[cfg(windows)]
pub(crate) use windows::exit_waiter::ExitWaiter;
#[cfg(windows)]
pub(crate) use windows::job::KillOnCloseJob;
#[cfg(windows)]
pub(crate) use windows::process_tree::{POLITE_END, ProcessTree, separate};
