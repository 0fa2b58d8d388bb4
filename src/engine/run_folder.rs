//! The folder of a run of programs, which holds a folder for each case.

use std::path::{Path, PathBuf};

/// The folder of a run. When it is dropped it goes, if nothing is in it.
pub(super) struct RunFolder {
    path: String,
}

impl RunFolder {
    /// Makes a folder of its own in the system's folder for temporary files.
    pub(super) fn make() -> Result<Self, String> {
        let beside = std::env::temp_dir();
        let made = tempfile::Builder::new().prefix("caselanes-").tempdir_in(&beside);
        let path = made
            .map(tempfile::TempDir::keep)
            .and_then(std::path::absolute)
            .map_err(|error| format!("cannot make a folder in {}: {error}", beside.display()))?;
        // It is put into arguments, and those are text.
        let text = |path: PathBuf| path.into_os_string().into_string();
        let path = text(path).map_err(|path| {
            format!("expected a folder whose name is text, found {}", path.display())
        })?;
        Ok(Self { path })
    }

    /// A folder in it for the cases when they are run one after another.
    pub(super) fn for_series(&self) -> Result<Self, String> {
        let path = format!("{}/series", self.path);
        std::fs::create_dir(&path).map_err(|error| format!("cannot make {path}: {error}"))?;
        Ok(Self { path })
    }

    pub(super) fn path(&self) -> &Path {
        Path::new(&self.path)
    }

    /// The folder of the case at this index.
    pub(super) fn of_case(&self, index: u32) -> String {
        format!("{}/case-{index}", self.path)
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // Fails if there is something in it, and that is to stay.
        std::fs::remove_dir(&self.path).ok();
    }
}
