use std::path::{Path, PathBuf, is_separator};

/// Whether a program is named with its folder, and is not looked up in `PATH`.
pub(crate) fn has_folder(name: &str) -> bool {
    name.contains(|c: char| is_separator(c) || c == ':')
}

/// Returns the file of a program, looked up in `PATH` if it has no folder, with the endings that
/// `PATHEXT` lists. Returns the path unchanged if no such file exists.
pub(crate) fn find(path: &Path) -> PathBuf {
    which::which(path).unwrap_or_else(|_| path.to_owned())
}
