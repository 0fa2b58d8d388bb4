//! Finds folders that cannot be written before something is lost for it.

use std::io;
use std::path::{Path, PathBuf};

/// A folder for something that outlives the window.
#[derive(Debug, Clone)]
pub(crate) struct DataFolder {
    pub(crate) path: PathBuf,
    /// What it holds.
    pub(crate) name: &'static str,
    /// What the user loses if it cannot be written.
    pub(crate) loss: &'static str,
}

/// Returns why some of the folders cannot be written, and what is lost: a sentence for each
/// place that is to blame.
pub(crate) fn unwritable(folders: &[DataFolder]) -> Option<String> {
    let mut places: Vec<(&Path, io::Error, Vec<&str>)> = Vec::new();
    for folder in folders {
        let Err((place, error)) = check(&folder.path) else { continue };
        match places.iter_mut().find(|(found, ..)| *found == place) {
            Some((.., losses)) => losses.push(folder.loss),
            None => places.push((place, error, vec![folder.loss])),
        }
    }
    let sentence = |(place, error, losses): &(&Path, io::Error, Vec<&str>)| {
        format!("Cannot write to {}: {error}; {}", place.display(), losses.join("; "))
    };
    let sentences: Vec<String> = places.iter().map(sentence).collect();
    (!sentences.is_empty()).then(|| sentences.join(". "))
}

/// Checks whether a folder, which may be missing, can be written. The error comes with the
/// existing folder that it is about.
pub(crate) fn check(folder: &Path) -> Result<(), (&Path, io::Error)> {
    let existing = folder.ancestors().find(|folder| folder.exists()).unwrap_or(folder);
    // Leaves nothing behind, not even if the program is killed.
    tempfile::tempfile_in(existing).map(drop).map_err(|error| (existing, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_cannot_be_written_are_named_once_with_all_that_is_lost() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        std::fs::write(&file, "").unwrap();
        let folder = |path: &Path, loss| DataFolder { path: path.to_owned(), name: "", loss };
        let fine = folder(&home.path().join("missing/runs"), "runs are lost");
        assert_eq!(unwritable(std::slice::from_ref(&fine)), None);
        assert!(!home.path().join("missing").exists(), "nothing is made");
        let bad = [
            fine,
            folder(&file, "settings are lost"),
            folder(&file.join("sessions"), "changes are lost"),
        ];
        let text = unwritable(&bad).unwrap();
        let start = format!("Cannot write to {}: ", file.display());
        assert!(text.starts_with(&start), "{text}");
        assert!(text.ends_with("; settings are lost; changes are lost"), "{text}");
    }
}
