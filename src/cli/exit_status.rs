//! Exit statuses of the commands.

pub(super) const ALL_DONE: u8 = 0;
pub(super) const NOT_ALL_DONE: u8 = 1;
pub(super) const BAD_INPUT: u8 = 2;
pub(super) const CONDITION_MET: u8 = 3;
pub(super) const INTERRUPTED: u8 = 130;

/// Returns the status that takes precedence.
pub(super) fn combined(statuses: &[u8]) -> u8 {
    let order = [INTERRUPTED, BAD_INPUT, NOT_ALL_DONE, CONDITION_MET];
    order.into_iter().find(|status| statuses.contains(status)).unwrap_or(ALL_DONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupt_precedes_errors_failed_cases_and_conditions() {
        assert_eq!(combined(&[]), ALL_DONE);
        assert_eq!(combined(&[ALL_DONE, CONDITION_MET]), CONDITION_MET);
        assert_eq!(combined(&[CONDITION_MET, NOT_ALL_DONE]), NOT_ALL_DONE);
        assert_eq!(combined(&[NOT_ALL_DONE, BAD_INPUT, CONDITION_MET]), BAD_INPUT);
        assert_eq!(combined(&[BAD_INPUT, INTERRUPTED]), INTERRUPTED);
    }
}
