//! Charts as shapes, and their drawing as SVG and pixels.

pub mod account_picture;
pub mod axes;
pub mod bars_picture;
pub mod font;
pub mod ink;
pub mod picture;
pub mod png;
pub mod scatter_picture;
pub mod svg;
pub mod timeline_picture;
pub mod totals_picture;
pub mod value_scale;
pub mod workers_picture;
