//! Size and place of the window on the desktop, and how the desktop wants windows to look.

pub(crate) mod system_look;
pub(crate) mod window_place;
