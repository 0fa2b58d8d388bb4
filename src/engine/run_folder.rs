//! The folder of a run of programs, which holds a folder for each case.

use std::path::{Path, PathBuf};

use crate::run::CaseEnd;
use crate::schedule::Ticket;

/// The folder of a run. When it is dropped it goes, if nothing is in it.
#[derive(Debug)]
pub struct RunFolder {
    path: String,
}

impl RunFolder {
    /// Makes a folder of its own in the system's folder for temporary files.
    pub(super) fn temporary() -> Result<Self, String> {
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

    pub(super) fn path(&self) -> &Path {
        Path::new(&self.path)
    }

    pub(super) fn cases_folder(&self) -> &Path {
        Path::new(&self.path)
    }

    pub(super) fn session(&self) -> u32 {
        0
    }

    pub(super) fn marker(&self) -> Option<&str> {
        None
    }

    pub(super) fn note_start(&self, _ticket: &Ticket, _at_ns: u64) -> std::io::Result<()> {
        Ok(())
    }

    pub(super) fn note_end(&self, _end: &CaseEnd) -> std::io::Result<()> {
        Ok(())
    }

    /// The run is over. Where nothing is left of it, neither is the folder.
    pub(super) fn finish(&self) -> std::io::Result<()> {
        // Fails if there is something in it, and that is to stay.
        std::fs::remove_dir(&self.path).ok();
        Ok(())
    }
}
