//! The CPUs of the machine, by number.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(any(target_os = "linux", windows)))]
mod other;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{affinity, online_count, pin_thread, sibling_rank};
#[cfg(not(any(target_os = "linux", windows)))]
pub(crate) use other::{affinity, online_count, pin_thread, sibling_rank};
#[cfg(windows)]
pub(crate) use windows::{affinity, online_count, sibling_rank};
