//! The monotonic clock that all processes share, and the CPU time of a thread.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{CPU_STEP_NS, monotonic_ns, thread_cpu_ns};
#[cfg(windows)]
pub(crate) use windows::{CPU_STEP_NS, monotonic_ns, thread_cpu_ns};
