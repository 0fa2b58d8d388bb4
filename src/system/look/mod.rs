//! How the system wants windows to look.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;
mod system_look;

#[cfg(target_os = "linux")]
pub(crate) use linux::read_look;
#[cfg(not(target_os = "linux"))]
pub(crate) use other::read_look;
pub use system_look::SystemLook;
