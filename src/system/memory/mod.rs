//! Memory of this process.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(any(target_os = "linux", windows)))]
mod other;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::own_peak_bytes;
#[cfg(not(any(target_os = "linux", windows)))]
pub(crate) use other::own_peak_bytes;
#[cfg(windows)]
pub(crate) use windows::own_peak_bytes;
