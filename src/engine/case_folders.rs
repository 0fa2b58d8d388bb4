//! A folder that holds a folder for each attempt at a case.

use std::path::Path;

use crate::run::attempt_folder;

/// The folder of the cases of one sitting. When it is dropped it goes, if nothing
/// is in it.
pub(super) struct CaseFolders {
    path: String,
}

impl CaseFolders {
    /// In this folder, which is there.
    pub(super) fn at(path: &str) -> Self {
        Self { path: path.to_owned() }
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

    /// The folder of this attempt (from 1) at the case at this index.
    pub(super) fn of_case(&self, index: u32, attempt: u32) -> String {
        format!("{}/{}", self.path, attempt_folder(index, attempt))
    }
}

impl Drop for CaseFolders {
    fn drop(&mut self) {
        // Fails if there is something in it, and that is to stay.
        std::fs::remove_dir(&self.path).ok();
    }
}
