//! Reasons a folder cannot be used as a run folder.

use std::fmt::Display;
use std::io;
use std::path::Path;

/// Why a folder cannot be used as a run folder, as a message for the user.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It already holds a run, or another process uses it.
    #[error("{0}")]
    Taken(String),
    /// Any other problem.
    #[error("{0}")]
    Unusable(String),
}

/// Returns the error for a problem with a file or folder.
pub(super) fn unusable(problem: impl Display, path: &Path) -> FolderError {
    FolderError::Unusable(format!("{problem}: {}", path.display()))
}

/// Returns a function that adds operation and path to a system error.
pub(super) fn io_error(
    operation: &'static str,
    path: &Path,
) -> impl FnOnce(io::Error) -> FolderError {
    move |error| unusable(format_args!("cannot {operation}: {error}"), path)
}
