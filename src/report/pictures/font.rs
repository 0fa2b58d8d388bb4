//! The bundled typeface, of the window and of pictures.

pub(crate) static REGULAR_FONT: &[u8] = include_bytes!("../../../assets/fonts/Roboto-Regular.ttf");
pub(crate) static BOLD_FONT: &[u8] = include_bytes!("../../../assets/fonts/Roboto-Bold.ttf");
pub(crate) static SYMBOL_FONT: &[u8] = include_bytes!("../../../assets/fonts/symbols.ttf");
