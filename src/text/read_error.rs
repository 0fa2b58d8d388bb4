//! Messages for files that cannot be read.

use std::io;

/// Returns what is wrong with a file that could not be read, to be followed by its path.
#[must_use]
pub fn read_error_text(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::IsADirectory => "expected a file, found a folder".to_owned(),
        _ => format!("cannot read the file ({error})"),
    }
}
