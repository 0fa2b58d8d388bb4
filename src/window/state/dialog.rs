//! Modal dialogs.

use std::path::{Path, PathBuf, absolute, is_separator};

use super::command::Command;
use super::parts::Notice;
use crate::app::UnfinishedFolder;
use crate::history::SavedRunId;
use crate::report::{CsvFormat, Exporter, TableFormat, exporter_for, with_suffix};
use crate::window::cases::column_form::ColumnForm;

/// What follows once the document may be left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// Open the demo.
    Demo,
    /// Open a study or a table of cases.
    File(PathBuf),
    /// Open one of the example's tables of cases.
    ExampleCases(usize),
    /// Resume the run in this folder with its study.
    RunFolder(PathBuf),
    /// Open the cases and the plan of a saved run as a study.
    SavedRun(SavedRunId),
    /// Open the cases and the plan of the recorded run that is shown as a study.
    RecordedStudy,
    Quit,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialog {
    /// Covers the window while this study, or else the previous session, is read.
    Opening(Option<PathBuf>),
    Path(PathDialog),
    /// Asks whether to replace the file of this path dialog.
    ConfirmReplace(PathDialog),
    /// Asks whether to replace the file of the study, which holds something that the document
    /// does not; then takes the next step.
    ConfirmOverwrite(Option<NextStep>),
    /// Asks whether to save the document before it is left.
    SaveChanges(NextStep),
    /// Offers these unfinished runs; `None` while they are searched.
    ResumeRun(Option<Vec<UnfinishedFolder>>),
    Trial,
    /// Generates cases.
    Generator,
    /// Shows the file that the template with this index is rendered to.
    TemplatePreview(usize),
    /// Adds or changes a column of the case table.
    Column(ColumnForm),
    /// Asks for the decimal sign of pasted numbers, one of which has two readings.
    DecimalSign(String),
    /// Shows how a table is understood, and imports it.
    Import,
    ConfirmQuitWhileRunning,
    ConfirmDeleteRuns(Vec<SavedRunId>),
    Shortcuts,
    Glossary,
    Palette(Palette),
    About,
}

/// The command palette.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Palette {
    /// The text typed, which filters the commands.
    pub text: String,
    /// Place of the entry to run among those listed.
    pub chosen: usize,
}

/// Asks for a path. Stays open until the path has been used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathDialog {
    pub purpose: PathPurpose,
    /// The path typed so far.
    pub text: String,
    /// Why the path could not be used.
    pub notice: Option<Notice>,
    /// What follows once the document is saved.
    pub next: Option<NextStep>,
    /// The saved run to export.
    pub run: Option<SavedRunId>,
}

impl PathDialog {
    pub fn new(purpose: PathPurpose, text: String) -> Self {
        Self { purpose, text, notice: None, next: None, run: None }
    }

    /// Returns the format that the name of a report means.
    pub fn format(&self) -> &'static dyn Exporter {
        match self.text.trim() {
            "" => &CsvFormat,
            _ => exporter_for(&self.target()).unwrap_or(&TableFormat),
        }
    }

    /// Whether the name of a picture means an SVG.
    pub(crate) fn is_svg(&self) -> bool {
        self.target().extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("svg"))
    }

    /// Returns the text with the suffix of another format; without a name, a proposed one.
    pub fn text_with(&self, format: &dyn Exporter) -> String {
        let text = self.text.trim();
        with_suffix(if text.is_empty() { "~/results" } else { text }, format)
    }

    /// Returns the path meant, which is absolute: `~` is the home folder, and a missing file
    /// extension is added.
    pub fn target(&self) -> PathBuf {
        let typed = Path::new(self.text.trim());
        let path = match (typed.strip_prefix("~"), std::env::home_dir()) {
            (Ok(rest), Some(home)) => home.join(rest),
            // The window may run in another folder at the next start.
            _ => absolute(typed).unwrap_or_else(|_| typed.to_owned()),
        };
        // The name of a folder, which cannot be written.
        if self.text.trim().ends_with(is_separator) {
            return path;
        }
        let found = path.extension().map(|found| found.to_string_lossy().to_ascii_lowercase());
        match (self.purpose, found.as_deref()) {
            (PathPurpose::SaveStudy, found) if found != Some("caselanes") => {
                path.with_added_extension("caselanes")
            }
            (PathPurpose::SaveCases, found) if !matches!(found, Some("csv" | "xlsx")) => {
                path.with_added_extension("csv")
            }
            (PathPurpose::ExportResults, None) => path.with_added_extension("csv"),
            (PathPurpose::ExportRun, found) if found != Some("run") => {
                path.with_added_extension("run")
            }
            (PathPurpose::SavePicture, found) if !matches!(found, Some("png" | "svg")) => {
                path.with_added_extension("png")
            }
            (PathPurpose::SaveLog, None) => path.with_added_extension("txt"),
            _ => path,
        }
    }
}

/// The purpose of a path that the user enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathPurpose {
    OpenStudy,
    SaveStudy,
    SaveCases,
    ImportCases,
    ResumeRun,
    ExportResults,
    SaveLog,
    SavePicture,
    ImportRun,
    ExportRun,
}

impl PathPurpose {
    /// Returns the purpose of the path that a command asks for.
    pub(crate) fn of(command: Command) -> Option<Self> {
        Some(match command {
            Command::SaveAs => Self::SaveStudy,
            Command::ImportCases => Self::ImportCases,
            Command::SaveCases => Self::SaveCases,
            Command::ExportResults => Self::ExportResults,
            Command::ImportRun => Self::ImportRun,
            Command::SaveLog => Self::SaveLog,
            Command::SavePicture => Self::SavePicture,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::exporter_named;

    #[test]
    fn a_path_means_the_home_folder_and_its_missing_extension() {
        let target = |purpose, text: &str| PathDialog::new(purpose, text.to_owned()).target();
        let home = std::env::home_dir().unwrap();
        assert_eq!(target(PathPurpose::OpenStudy, " ~/a.csv "), home.join("a.csv"));
        for (purpose, text, expected) in [
            (PathPurpose::SaveStudy, "/a/wings", "/a/wings.caselanes"),
            (PathPurpose::SaveStudy, "/a/wings.caselanes", "/a/wings.caselanes"),
            (PathPurpose::SaveStudy, "/a/wings.csv", "/a/wings.csv.caselanes"),
            (PathPurpose::SaveCases, "/a.CSV", "/a.CSV"),
            (PathPurpose::SaveCases, "/a.xlsx", "/a.xlsx"),
            (PathPurpose::SaveLog, "/a", "/a.txt"),
            (PathPurpose::ExportResults, "/a.json", "/a.json"),
            (PathPurpose::ExportRun, "/a.1", "/a.1.run"),
        ] {
            // On Windows with its drive.
            assert_eq!(target(purpose, text), absolute(expected).unwrap());
        }
        assert!(target(PathPurpose::SaveStudy, "wings").is_absolute());
        for purpose in [PathPurpose::SaveStudy, PathPurpose::ExportResults] {
            let folder = target(purpose, "/a/b/");
            assert_eq!((&folder, folder.extension()), (&absolute("/a/b").unwrap(), None));
        }
    }

    #[test]
    fn a_format_changes_the_suffix_of_a_report_and_the_suffix_names_the_format() {
        let dialog = |text: &str| PathDialog::new(PathPurpose::ExportResults, text.to_owned());
        let formats = ["a", "/a.JSON", "/a.trace.json", "/a.txt", ""];
        let names = formats.map(|text| dialog(text).format().name());
        assert_eq!(names, ["csv", "json", "trace", "table", "csv"]);
        let text = |text: &str, format| dialog(text).text_with(exporter_named(format).unwrap());
        assert_eq!(text("/a.b.csv", "trace"), "/a.b.trace.json");
        assert_eq!(text("/a.trace.json", "table"), "/a.txt");
        assert_eq!(text("/a.txt", "xlsx"), "/a.xlsx");
        assert_eq!(text("/a.1", "json"), "/a.1.json");
        assert_eq!(text(" ", "json"), "~/results.json");
    }
}
