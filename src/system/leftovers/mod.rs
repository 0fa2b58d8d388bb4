//! Programs that outlived the app and the worker process that started them.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub(crate) use linux::end_leftovers;
#[cfg(not(target_os = "linux"))]
pub(crate) use other::end_leftovers;
