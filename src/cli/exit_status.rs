//! Exit statuses of the commands.

/// Every case is done.
pub(super) const ALL_DONE: u8 = 0;
/// Some case is not done.
pub(super) const NOT_ALL_DONE: u8 = 1;
/// Bad usage or input.
pub(super) const BAD_INPUT: u8 = 2;
/// Interrupted by the user.
pub(super) const INTERRUPTED: u8 = 130;
