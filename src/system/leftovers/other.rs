use std::time::Duration;

/// Finds none. On Windows, programs end with their worker process and cannot be left over;
/// elsewhere the system does not show the environment of a process.
pub(crate) fn end_leftovers(_variables: &[(&str, String)], _grace: Duration) -> (usize, usize) {
    (0, 0)
}
