//! Lanes over time: painting and tooltips, shared by all tabs that show lanes.

pub mod painter;
pub mod tooltip;
