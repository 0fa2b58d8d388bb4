//! The folder that programs run in one after another, as long as they leave nothing
//! in it: to make one for each and take it away again would cost more than to start
//! a short program.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// An empty folder. It goes when it is dropped.
pub(super) struct SpareFolder {
    path: PathBuf,
}

impl SpareFolder {
    /// Makes one in this folder.
    pub(super) fn new(within: &Path) -> io::Result<Self> {
        let path = within.join(format!("worker-{}", std::process::id()));
        if !path.is_dir() {
            fs::create_dir(&path)?;
        }
        // What is put into it, even if it is taken away again, changes this. Where it
        // cannot be set, more than was needed is looked at.
        File::open(&path).and_then(|folder| folder.set_modified(SystemTime::UNIX_EPOCH)).ok();
        Ok(Self { path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves what is in it under this name. Returns the folder again if it was not
    /// touched.
    pub(super) fn leave_as(self, name: &Path) -> Option<Self> {
        let modified = fs::metadata(&self.path).and_then(|folder| folder.modified());
        if modified.is_ok_and(|modified| modified == SystemTime::UNIX_EPOCH) {
            return Some(self);
        }
        if fs::remove_dir(&self.path).is_err() {
            fs::rename(&self.path, name).ok();
        }
        None
    }
}

impl Drop for SpareFolder {
    fn drop(&mut self) {
        fs::remove_dir(&self.path).ok();
    }
}

#[cfg(test)]
mod tests {
    use tempfile::tempdir;

    use super::*;

    #[test]
    fn it_is_used_again_until_something_is_left_in_it() {
        let within = tempdir().unwrap();
        let named = within.path().join("case-0");
        let spare = SpareFolder::new(within.path()).unwrap();
        let path = spare.path().to_owned();
        let spare = spare.leave_as(&named).unwrap();
        fs::write(path.join("gone"), "").unwrap();
        fs::remove_file(path.join("gone")).unwrap();
        assert!(spare.leave_as(&named).is_none() && !path.exists() && !named.exists());
        let spare = SpareFolder::new(within.path()).unwrap();
        fs::write(path.join("left"), "").unwrap();
        assert!(spare.leave_as(&named).is_none());
        assert!(named.join("left").exists() && !path.exists());
        drop(SpareFolder::new(within.path()).unwrap());
        assert!(!path.exists());
    }
}
