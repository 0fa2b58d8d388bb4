//! Pictures as pixels and as PNG.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::font::{BOLD_FONT, REGULAR_FONT, SYMBOL_FONT};

/// Most pixels of a picture: 256 MB.
const MAX_PIXELS: f32 = 67_108_864.0;

/// A picture as rows of pixels from the top: red, green, blue and opacity of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PicturePixels {
    /// Number of columns.
    pub width: u32,
    /// Number of rows.
    pub height: u32,
    /// Four bytes per pixel.
    pub rgba: Vec<u8>,
}

/// Why a picture cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// It is no SVG.
    #[error("cannot draw the picture: {0}")]
    Svg(String),
    /// The pixels would fill the memory.
    #[error("the picture would have more than 67 million pixels; choose a smaller scale")]
    TooLarge,
}

/// Draws an SVG at this scale, with the bundled typeface.
pub fn render_pixels(svg: &str, scale: f32) -> Result<PicturePixels, PictureError> {
    let mut options = Options { font_family: "Roboto".to_owned(), ..Options::default() };
    let fonts = options.fontdb_mut();
    for font in [REGULAR_FONT, BOLD_FONT, SYMBOL_FONT] {
        fonts.load_font_data(font.to_vec());
    }
    fonts.set_sans_serif_family("Roboto");
    let tree = Tree::from_str(svg, &options).map_err(|e| PictureError::Svg(e.to_string()))?;
    let size = tree.size();
    let [width, height] = [size.width(), size.height()].map(|length| (length * scale).ceil());
    if !(width >= 1.0 && height >= 1.0 && width * height <= MAX_PIXELS) {
        return Err(PictureError::TooLarge);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
    let (width, height) = (width as u32, height as u32);
    let mut pixels = Pixmap::new(width, height).ok_or(PictureError::TooLarge)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    Ok(PicturePixels { width, height, rgba: pixels.take_demultiplied() })
}

/// Draws an SVG at this scale as the content of a PNG file.
pub fn render_png(svg: &str, scale: f32) -> Result<Vec<u8>, PictureError> {
    let PicturePixels { width, height, rgba } = render_pixels(svg, scale)?;
    let mut content = Vec::new();
    let mut encoder = png::Encoder::new(&mut content, width, height);
    encoder.set_color(png::ColorType::Rgba);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&rgba)?;
        writer.finish()
    });
    written.map_err(|error| PictureError::Svg(error.to_string()))?;
    Ok(content)
}
