//! Where an attempt at a case has its files.

/// The name of the folder of an attempt (from 1) at the case at this index, in the
/// folder of the run's sitting: `case-7`, and of the second attempt `case-7.2`.
#[must_use]
pub fn attempt_folder(case: u32, attempt: u32) -> String {
    match attempt {
        0 | 1 => format!("case-{case}"),
        attempt => format!("case-{case}.{attempt}"),
    }
}
