//! Size and place of the window on the desktop.

pub(crate) mod window_place;
