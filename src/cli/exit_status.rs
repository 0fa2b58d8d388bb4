//! Exit statuses of the commands.

/// Every case is done.
pub(super) const ALL_DONE: u8 = 0;
/// Some case is not done.
pub(super) const NOT_ALL_DONE: u8 = 1;
/// Bad usage or input.
pub(super) const BAD_INPUT: u8 = 2;
/// Interrupted by the user.
pub(super) const INTERRUPTED: u8 = 130;

/// Returns the status of an experiment.
pub(super) fn experiment_status(is_interrupted: bool, is_all_done: bool) -> u8 {
    match (is_interrupted, is_all_done) {
        (true, _) => INTERRUPTED,
        (false, true) => ALL_DONE,
        (false, false) => NOT_ALL_DONE,
    }
}
