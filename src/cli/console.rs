//! Lines on standard error.

use std::io::{Write as _, stderr};

/// Prints a line on standard error. A closed standard error is ignored.
pub(super) fn print_line(text: &str) {
    writeln!(stderr(), "{text}").ok();
}

pub(super) fn print_error(message: &str) {
    print_line(&format!("error: {message}"));
}

/// Prints a note on standard error, unless `is_quiet`.
pub(super) fn print_note(text: &str, is_quiet: bool) {
    if !is_quiet {
        print_line(&format!("note: {text}"));
    }
}
