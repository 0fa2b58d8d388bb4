//! Folder names of attempts.

/// Returns the name of the folder of an attempt (from 1) within the folder of a
/// session: `case-7`, and `case-7.2` for the second attempt.
pub fn attempt_folder(case: u32, attempt: u32) -> String {
    match attempt {
        0 | 1 => format!("case-{case}"),
        attempt => format!("case-{case}.{attempt}"),
    }
}
