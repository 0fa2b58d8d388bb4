//! Reasons a folder cannot be used as a run folder.

use std::io;
use std::path::{Path, PathBuf};

/// Why a folder cannot be used as a run folder.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It already holds a run.
    #[error("the folder already holds a run; resume it or choose another folder: {}", .0.display())]
    HoldsRun(PathBuf),
    /// It holds files that the run would overwrite.
    #[error("the folder already holds {found}, which the run would overwrite; choose another folder: {}", path.display())]
    HoldsFiles {
        /// Name of such a file.
        found: String,
        /// The folder.
        path: PathBuf,
    },
    /// It holds no run to resume.
    #[error("{problem}: {}", path.display())]
    NoRun {
        /// Expected and found object.
        problem: &'static str,
        /// The folder.
        path: PathBuf,
    },
    /// Another process uses it.
    #[error("the run is in use by another CaseLanes{}; wait until it exits, or stop it: {}", process_suffix(*process), path.display())]
    InUse {
        /// PID of that process, if known.
        process: Option<u32>,
        /// The folder.
        path: PathBuf,
    },
    /// A newer version wrote it.
    #[error("the run was started by a newer version of CaseLanes; resume it with that version: {}", .0.display())]
    Newer(PathBuf),
    /// Its path is not Unicode, but is substituted into arguments.
    #[error("the path of the run folder is not valid Unicode; choose another folder: {}", .0.display())]
    NotUnicode(PathBuf),
    /// Its study cannot be read.
    #[error("cannot read the study of the run: {0}")]
    Study(String),
    /// An operation failed.
    #[error("cannot {operation}: {error}: {}", path.display())]
    Io {
        /// Operation, such as `create the folder`.
        operation: &'static str,
        /// Error of the system.
        error: io::Error,
        /// The file or folder.
        path: PathBuf,
    },
}

/// Returns a function that adds operation and path to a system error.
pub(super) fn io_error(
    operation: &'static str,
    path: &Path,
) -> impl FnOnce(io::Error) -> FolderError {
    let path = path.to_owned();
    move |error| FolderError::Io { operation, error, path }
}

fn process_suffix(process: Option<u32>) -> String {
    process.map_or(String::new(), |process| format!(" (process {process})"))
}
