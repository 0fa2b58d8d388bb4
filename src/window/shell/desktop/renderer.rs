//! The system that draws the window.

use eframe::Renderer;

/// Windows has a software device for DirectX, but not for OpenGL. Elsewhere OpenGL is the
/// faster one without a graphics card.
#[cfg(windows)]
pub(crate) const RENDERER: (Renderer, &str) = (Renderer::Wgpu, "DirectX or Vulkan");
#[cfg(not(windows))]
pub(crate) const RENDERER: (Renderer, &str) = (Renderer::Glow, "OpenGL");
