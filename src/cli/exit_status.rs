//! Exit statuses of the commands.

pub(super) const ALL_DONE: u8 = 0;
pub(super) const NOT_ALL_DONE: u8 = 1;
pub(super) const BAD_INPUT: u8 = 2;
pub(super) const INTERRUPTED: u8 = 130;
