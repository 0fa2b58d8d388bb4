//! The program that opens a file as the user would.

/// Name of the program, and its arguments before the file.
#[cfg(target_os = "windows")]
pub(crate) const OPENER: (&str, &[&str]) = ("rundll32", &["url.dll,FileProtocolHandler"]);
#[cfg(target_os = "macos")]
pub(crate) const OPENER: (&str, &[&str]) = ("open", &[]);
#[cfg(not(any(target_os = "windows", target_os = "macos")))]
pub(crate) const OPENER: (&str, &[&str]) = ("xdg-open", &[]);
