//! Lanes over time: geometry, painting and tooltips, shared by all tabs that show lanes.

pub mod axis;
pub mod blocks;
pub mod painter;
pub mod tooltip;
