//! Names of files.

use std::path::{Component, Path, Prefix, absolute};

/// Whether names that differ in letter case only name the same file.
pub(crate) const IGNORE_CASE: bool = cfg!(any(windows, target_os = "macos"));

/// Whether the system reserves this name for a device, such as `NUL`, `CON` and
/// `\\.\pipe\name` on Windows.
pub(crate) fn is_device_name(path: &Path) -> bool {
    let path = absolute(path).unwrap_or_default();
    let Some(Component::Prefix(prefix)) = path.components().next() else { return false };
    matches!(prefix.kind(), Prefix::DeviceNS(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_names_exist_on_windows_only() {
        for (name, is_device) in [
            ("NUL", true),
            ("nul", true),
            ("CON", true),
            (r"\\.\pipe\results", true),
            ("NULL", false),
            ("console.json", false),
            (r"C:\results.json", false),
            ("", false),
        ] {
            assert_eq!(is_device_name(Path::new(name)), is_device && cfg!(windows), "{name}");
        }
    }
}
