//! Size and place of the window on the desktop, and its input before any control sees it.

pub(crate) mod global_input;
pub(crate) mod window_place;
