//! The parts of the window's state: tabs, dialogs, notices, and the cell that is
//! edited.

use std::path::PathBuf;

use crate::report;
use crate::study::{Column, RowId};

use crate::history::SavedRunId;

/// What is shown in the middle.
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
    /// A bar for each case, and the totals.
    #[default]
    Bars,
    /// Lanes over time.
    Timeline,
    /// The total against the number of workers.
    Workers,
    /// Several runs side by side.
    Compare,
    /// A row for each case.
    Results,
    /// A line for each start and end.
    Log,
}

impl Tab {
    /// Its title.
    #[must_use]
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

/// The study that is to take the place of this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AfterUnsaved {
    /// The demo.
    New,
    /// One that is still to be named.
    Open,
    /// That of a file.
    File(PathBuf),
    /// One of an example's tables of cases.
    Cases(usize),
    /// That of the run in this folder, which goes on.
    Run(PathBuf),
}

/// A question or a text in front of the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialog {
    /// Which file to open.
    Open {
        /// The path so far.
        path: String,
    },
    /// Which file to save to.
    Save {
        /// The path so far.
        path: String,
    },
    /// Which run to go on with.
    GoOn {
        /// The path of its folder so far.
        path: String,
    },
    /// Which file to write the results to.
    Export {
        /// The path so far.
        path: String,
    },
    /// The case that is tried, and what came of it.
    Trial,
    /// Whether to end the run and close.
    QuitWhileRunning,
    /// Whether to close without saving.
    QuitUnsaved,
    /// Whether to delete these kept runs.
    DeleteRuns(Vec<SavedRunId>),
    /// Whether to go on to another study without saving.
    LoseChanges(AfterUnsaved),
    /// All shortcuts.
    Shortcuts,
    /// What this is.
    About,
}

impl Dialog {
    /// The path that is typed in it.
    pub(crate) fn path(&mut self) -> Option<&mut String> {
        match self {
            Self::Open { path }
            | Self::Save { path }
            | Self::GoOn { path }
            | Self::Export { path } => Some(path),
            _ => None,
        }
    }
}

/// Something the user should know; it stays until it is sent away or the next
/// one comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What went wrong, or well.
    pub text: String,
    /// Whether it went wrong.
    pub error: bool,
}

/// What the window says of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineInfo {
    /// For the reports.
    pub report: report::Machine,
    /// Free memory in bytes, where known.
    pub free_memory: Option<u64>,
}

/// The cell that has the keyboard, and what was typed there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editing {
    /// The row.
    pub row: RowId,
    /// The column.
    pub column: Column,
    /// The text as typed.
    pub text: String,
}
