//! Modal dialogs.

use std::path::PathBuf;

use crate::history::SavedRunId;

/// A study to open in place of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStudy {
    Demo,
    /// A study whose path the user enters.
    AskForPath,
    /// A study or a table of cases.
    File(PathBuf),
    /// One of the example's tables of cases.
    ExampleCases(usize),
    /// The study of the run in this folder, which is resumed.
    RunFolder(PathBuf),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialog {
    /// Asks for a path; the path typed so far.
    Path(PathPurpose, String),
    Trial,
    ConfirmQuitWhileRunning,
    ConfirmQuitUnsaved,
    ConfirmDeleteRuns(Vec<SavedRunId>),
    /// Asks whether to open another study without saving.
    ConfirmDiscardChanges(NextStudy),
    Shortcuts,
    About,
}

/// The purpose of a path that the user enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathPurpose {
    OpenStudy,
    SaveStudy,
    ResumeRun,
    ExportResults,
}
