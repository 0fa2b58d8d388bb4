//! Tabs, dialogs, messages, and the cell being edited.

use std::path::PathBuf;

use crate::history::SavedRunId;
use crate::report;
use crate::study::{Column, RowId};

/// A tab in the middle of the window.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    strum::VariantArray,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum Tab {
    /// A bar per case, and the totals.
    #[default]
    Bars,
    /// Lanes over time.
    Timeline,
    /// Total time against the number of workers.
    Workers,
    /// Several runs side by side.
    Compare,
    /// A row per case.
    Results,
    /// A line per start and end of a case.
    Log,
}

impl Tab {
    /// Returns its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Bars => "Bars",
            Self::Timeline => "Timeline",
            Self::Workers => "Workers",
            Self::Compare => "Compare",
            Self::Results => "Results",
            Self::Log => "Log",
        }
    }
}

/// A study to open in place of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStudy {
    /// The demo.
    Demo,
    /// A study whose path the user enters.
    AskForPath,
    /// A study or a table of cases from a file.
    File(PathBuf),
    /// One of the example's tables of cases.
    ExampleCases(usize),
    /// The study of the run in this folder, which is resumed.
    RunFolder(PathBuf),
}

/// A modal dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialog {
    /// Asks which file to open.
    OpenStudy {
        /// The path typed so far.
        path: String,
    },
    /// Asks where to save the study.
    SaveStudy {
        /// The path typed so far.
        path: String,
    },
    /// Asks which run to resume.
    ResumeRun {
        /// The path of the run folder typed so far.
        path: String,
    },
    /// Asks where to write the results.
    ExportResults {
        /// The path typed so far.
        path: String,
    },
    /// Shows the trial of one case.
    Trial,
    /// Asks whether to cancel the run and close.
    ConfirmQuitWhileRunning,
    /// Asks whether to close without saving.
    ConfirmQuitUnsaved,
    /// Asks whether to delete saved runs.
    ConfirmDeleteRuns(Vec<SavedRunId>),
    /// Asks whether to open another study without saving.
    ConfirmDiscardChanges(NextStudy),
    /// Lists the keyboard shortcuts.
    Shortcuts,
    /// Shows name, version and licence.
    About,
}

impl Dialog {
    /// Returns the path typed into it.
    pub(crate) fn path(&mut self) -> Option<&mut String> {
        match self {
            Self::OpenStudy { path }
            | Self::SaveStudy { path }
            | Self::ResumeRun { path }
            | Self::ExportResults { path } => Some(path),
            _ => None,
        }
    }
}

/// A message that stays until it is dismissed or replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The message.
    pub text: String,
    /// Whether it reports an error.
    pub is_error: bool,
}

/// The machine as the window describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineInfo {
    /// Part that goes into reports.
    pub report: report::Machine,
    /// Free memory in bytes, if known.
    pub free_memory: Option<u64>,
}

/// The cell with keyboard focus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellEdit {
    /// Its row.
    pub row: RowId,
    /// Its column.
    pub column: Column,
    /// The text as typed.
    pub text: String,
}
