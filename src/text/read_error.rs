//! Messages for files that cannot be read.

use std::io;

/// Describes why a file cannot be read. Callers append its path.
pub fn read_error_text(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::IsADirectory => "expected a file, found a folder".to_owned(),
        _ => format!("cannot read the file ({error})"),
    }
}
