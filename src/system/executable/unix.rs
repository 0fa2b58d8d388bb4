use std::path::{Path, PathBuf};

/// Whether a program is named with its folder, and is not looked up in `PATH`.
pub(crate) fn has_folder(name: &str) -> bool {
    name.contains('/')
}

/// Returns the path of a program as it is: the system looks it up in `PATH` when it starts.
pub(crate) fn find(path: &Path) -> PathBuf {
    path.to_owned()
}
