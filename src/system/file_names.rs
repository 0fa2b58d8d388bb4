//! Names of files.

/// Whether names that differ in letter case only name the same file.
pub(crate) const IGNORE_CASE: bool = cfg!(any(windows, target_os = "macos"));
