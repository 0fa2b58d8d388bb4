//! What draws the window: OpenGL, which is the fastest without a graphics card; on Windows
//! DirectX or Vulkan, as Windows has a software device for DirectX only.

#[cfg(not(windows))]
mod other;
#[cfg(windows)]
mod windows;

#[cfg(not(windows))]
pub(crate) use other::{REMEDY, name, run};
#[cfg(windows)]
pub(crate) use windows::{REMEDY, name, run};
