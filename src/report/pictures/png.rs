//! Pictures as pixels and as PNG.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
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
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::default());
    let written = rgba
        .chunks(width as usize * 4)
        // Each row begins with its filter: none.
        .try_for_each(|row| rows.write_all(&[0]).and_then(|()| rows.write_all(row)));
    let data = written.and_then(|()| rows.finish());
    let data = data.map_err(|e| PictureError::Svg(e.to_string()))?;
    let [[w0, w1, w2, w3], [h0, h1, h2, h3]] = [width, height].map(u32::to_be_bytes);
    // 8 bits per channel, red, green, blue and opacity, not interlaced.
    let header = [w0, w1, w2, w3, h0, h1, h2, h3, 8, 6, 0, 0, 0];
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in [(b"IHDR", &header[..]), (b"IDAT", &data), (b"IEND", &[])] {
        let length = u32::try_from(content.len()).map_err(|_| PictureError::TooLarge)?;
        png.extend(length.to_be_bytes());
        let start = png.len();
        png.extend(kind);
        png.extend(content);
        let checksum = crc32fast::hash(&png[start..]);
        png.extend(checksum.to_be_bytes());
    }
    Ok(png)
}
