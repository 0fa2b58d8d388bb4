//! Settings of threads.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub(crate) use linux::{name_process, sharpen_sleep};
#[cfg(not(target_os = "linux"))]
pub(crate) use other::{name_process, sharpen_sleep};
