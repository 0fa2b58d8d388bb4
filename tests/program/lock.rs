//! Locks that show which programs live.

use std::fs::File;
use std::path::Path;

/// Whether a process lives that holds this file, by the action `hold`.
pub fn is_held(path: &Path) -> bool {
    File::options().append(true).open(path).is_ok_and(|file| file.try_lock().is_err())
}
