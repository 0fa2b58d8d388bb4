//! How a picture is drawn.

use crate::report::PictureTheme;

/// The theme and the scale of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureForm {
    pub theme: PictureTheme,
    /// Pixels per point of a PNG.
    pub scale: u8,
}

impl Default for PictureForm {
    fn default() -> Self {
        Self { theme: PictureTheme::Light, scale: 2 }
    }
}
