//! Pure geometry of the charts, for the window and for pictures in reports.

pub(crate) mod axis;
pub(crate) mod bar_layout;
pub(crate) mod blocks;
pub(crate) mod elision;
pub(crate) mod lane_blocks;
pub(crate) mod marks;
pub(crate) mod name_layout;
pub(crate) mod text_width;
pub(crate) mod value_marks;
pub(crate) mod worker_axes;
pub(crate) mod zoom;
