//! The file of the study, and what is known of its content on disk.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::document::Document;
use crate::history::SavedRunId;
use crate::study::TableOptions;

#[derive(Debug, Default)]
pub struct StudyFile {
    /// The study or table of cases that was opened or saved last.
    pub path: Option<PathBuf>,
    /// The document as last saved.
    pub(super) saved: Document,
    /// The content of the file as last read or written, if known.
    pub version: Option<FileVersion>,
    /// Parts of the file that saving drops.
    pub extra: Option<FileExtra>,
    /// How the table of cases is read.
    pub table_options: TableOptions,
    pub disk: DiskState,
    /// Whether the user has kept the document instead of what another program wrote.
    pub(super) is_kept: bool,
    /// The table of cases that the study names.
    pub cases_file: Option<CasesFile>,
    /// The name of the study of a resumed run, which has no file.
    pub resumed_name: Option<String>,
    /// The saved run that the document was opened from, if no file has it.
    pub saved_run: Option<SavedRunId>,
    /// The folder of the latest run of the document, if it ran programs.
    pub run_folder: Option<PathBuf>,
}

/// Parts of a study file that a document lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileExtra {
    Comments,
    /// The name of a table of cases.
    Table,
    Both,
}

impl FileExtra {
    pub fn of(has_comments: bool, names_table: bool) -> Option<Self> {
        match (has_comments, names_table) {
            (true, true) => Some(Self::Both),
            (true, false) => Some(Self::Comments),
            (false, true) => Some(Self::Table),
            (false, false) => None,
        }
    }

    /// Says what saving does to them.
    pub fn text(self) -> &'static str {
        match self {
            Self::Comments => "The file has comments. Saving drops them.",
            Self::Table => {
                "The file takes its cases from another file. Saving writes the cases into the file."
            }
            Self::Both => {
                "The file has comments, and takes its cases from another file. Saving drops the \
                 comments and writes the cases into the file."
            }
        }
    }
}

/// A table of cases, and its content as last read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasesFile {
    pub path: PathBuf,
    pub version: FileVersion,
    pub disk: DiskState,
}

/// How the file on disk differs from what was last read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DiskState {
    #[default]
    Same,
    /// Another program has changed it to this version.
    Changed(FileVersion),
    Missing,
}

/// Identifies the content of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileVersion(u64);

impl FileVersion {
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        Self(hasher.finish())
    }
}

impl StudyFile {
    pub(crate) fn new(path: Option<PathBuf>, saved: Document) -> Self {
        Self { path, saved, version: None, extra: None, ..Self::default() }
    }

    /// Returns the study file, which saving replaces. A table of cases is only imported.
    pub fn study(&self) -> Option<&Path> {
        self.path.as_deref().filter(|path| is_study(path))
    }

    /// Returns the name of the study: that of its file without the extension, or of the run that
    /// it was resumed from.
    pub fn study_name(&self) -> Option<String> {
        match &self.path {
            Some(path) => Some(path.file_stem()?.to_string_lossy().into_owned()),
            None => self.resumed_name.clone(),
        }
    }

    /// Returns the name of the file, if there is one.
    pub fn name(&self) -> Option<String> {
        Some(self.path.as_ref()?.file_name()?.to_string_lossy().into_owned())
    }

    /// Returns a path beside the file, with another ending; empty without a file.
    pub(crate) fn beside(&self, ending: &str) -> String {
        let stem = |path: &PathBuf| {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            path.with_file_name(format!("{stem}{ending}")).display().to_string()
        };
        self.path.as_ref().map_or(String::new(), stem)
    }

    /// Returns whether a document would be lost without the window.
    pub(crate) fn lacks(&self, document: &Document) -> bool {
        self.is_kept || self.is_missing() || *document != self.saved
    }

    /// Whether the study or its table of cases no longer exists.
    pub(crate) fn is_missing(&self) -> bool {
        let cases = self.cases_file.iter().map(|cases| cases.disk);
        [self.disk].into_iter().chain(cases).any(|disk| disk == DiskState::Missing)
    }

    /// Returns the file that another program has changed: the study, or its table of cases.
    pub(crate) fn changed(&self) -> Option<&Path> {
        let is_changed = |disk| matches!(disk, DiskState::Changed(_));
        let cases = self.cases_file.as_ref().filter(|cases| is_changed(cases.disk));
        let study = self.path.as_deref().filter(|_| is_changed(self.disk));
        study.or(cases.map(|cases| &*cases.path))
    }

    /// Returns the files to watch, with their content as last read or written.
    pub(crate) fn watched(&self) -> Vec<(PathBuf, FileVersion)> {
        let cases = self.cases_file.iter().map(|cases| (cases.path.clone(), cases.version));
        self.path.clone().zip(self.version).into_iter().chain(cases).collect()
    }

    /// Notes the version on disk, if the file was watched with the version that is known;
    /// `None` if it is missing. Returns whether it went missing.
    pub(crate) fn note(
        &mut self,
        (path, known): (&Path, FileVersion),
        found: Option<FileVersion>,
    ) -> bool {
        let cases = self.cases_file.as_mut();
        let disk = if (self.path.as_deref(), self.version) == (Some(path), Some(known)) {
            &mut self.disk
        } else if let Some(cases) = cases.filter(|it| (&*it.path, it.version) == (path, known)) {
            &mut cases.disk
        } else {
            return false;
        };
        let before = *disk;
        *disk = match found {
            None => DiskState::Missing,
            Some(found) if found == known => DiskState::Same,
            Some(found) => DiskState::Changed(found),
        };
        *disk == DiskState::Missing && before != DiskState::Missing
    }

    /// Keeps the document instead of the content on disk, which the next saving replaces.
    pub(crate) fn keep_mine(&mut self) {
        if let DiskState::Changed(found) = self.disk {
            (self.version, self.disk, self.is_kept) = (Some(found), DiskState::Same, true);
        }
        if let Some(cases) = &mut self.cases_file
            && let DiskState::Changed(found) = cases.disk
        {
            (cases.version, cases.disk, self.is_kept) = (found, DiskState::Same, true);
        }
    }
}

/// Returns whether a path is that of a study file, by its extension.
pub fn is_study(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "caselanes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_watched_version_of_the_open_file_is_noted() {
        let (path, [first, second]) = (Path::new("/a"), [b"1", b"2"].map(|b| FileVersion::of(b)));
        let mut file = StudyFile::new(Some(path.into()), Document::default());
        file.version = Some(first);
        assert!(!file.note((Path::new("/b"), first), None) && file.disk == DiskState::Same);
        assert!(!file.note((path, second), None) && file.disk == DiskState::Same, "an older one");
        file.note((path, first), Some(second));
        assert_eq!(file.disk, DiskState::Changed(second));
        assert!(!file.lacks(&Document::default()), "there is nothing to save");
        file.keep_mine();
        assert_eq!((file.version, file.disk), (Some(second), DiskState::Same));
        assert!(file.lacks(&Document::default()));
        for version in [first, second] {
            file.note((path, second), Some(version));
            assert!(file.lacks(&Document::default()), "no file has what was kept");
        }
        assert!(file.note((path, second), None), "it has gone");
        assert!(!file.note((path, second), None), "as is known");
        file.note((path, second), Some(second));
        assert_eq!(file.disk, DiskState::Same);

        let cases = Path::new("/r.csv");
        file.cases_file =
            Some(CasesFile { path: cases.into(), version: first, disk: DiskState::Same });
        assert_eq!((file.watched().len(), file.changed()), (2, None));
        file.note((cases, first), Some(second));
        assert_eq!((file.disk, file.changed()), (DiskState::Same, Some(cases)));
        file.keep_mine();
        assert!(file.lacks(&Document::default()) && file.changed().is_none());
        assert!(file.note((cases, second), None) && file.is_missing());
    }
}
