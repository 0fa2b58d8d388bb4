//! Groups of fields of the window's state.

use std::path::PathBuf;
use std::sync::Arc;

use super::document::Document;
use super::example_menu::ExampleScale;
use super::resume::UnfinishedRun;
use super::ui_parts::CellEdit;
use crate::report::RunReport;
use crate::study::Column;
use crate::window::compare::experiment_view::ExperimentView;
use crate::window::form::{CommandLineEdit, ProgramFields, Trial};

/// The file of the study.
#[derive(Debug, Default)]
pub struct StudyFile {
    /// Its path, once the study has been opened from or saved to a file.
    pub path: Option<PathBuf>,
    /// The document as last saved.
    pub(super) saved: Document,
}

/// Input of the form that is not yet part of the document.
#[derive(Debug, Default)]
pub struct FormState {
    /// The command line of the program.
    pub command_line: CommandLineEdit,
    /// The limits and output options of the program.
    pub program_fields: ProgramFields,
    /// The cell with keyboard focus.
    pub editing: Option<CellEdit>,
    /// The cell to focus next.
    pub pending_focus: Option<(usize, Column)>,
}

/// State of the Bars tab.
#[derive(Debug, Default)]
pub struct BarsState {
    /// Number of times the zoom was reset.
    pub zoom_resets: u32,
    /// Whether the totals, which dwarf the bars of many cases, are hidden.
    pub hides_totals: bool,
}

/// Runs and experiments besides the run shown in the tabs.
#[derive(Debug, Default)]
pub struct RunsState {
    /// Whether a run or an experiment is being prepared.
    pub is_starting: bool,
    /// The last experiment: a comparison or an example.
    pub experiment: Option<ExperimentView>,
    /// The last trial of one case.
    pub trial: Option<Trial>,
    /// The run of programs offered to be resumed.
    pub unfinished: Option<UnfinishedRun>,
    /// The last run on the real clock with all cases done. Its times order the
    /// cases of the next run where nothing better is known.
    pub(super) last_complete: Option<Arc<RunReport>>,
}

/// Which results no longer match the document.
///
/// Comparing large documents takes too long for every frame, so
/// `AppState::update_staleness` stores the outcome after each change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Staleness {
    /// Whether the document differs from its file.
    pub has_unsaved_changes: bool,
    /// Whether the run shown is of another study.
    pub run_is_outdated: bool,
    /// Whether the last comparison is of another study.
    pub experiment_is_outdated: bool,
}

/// Choices that are remembered until the next start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preferences {
    /// The theme.
    pub theme: egui::ThemePreference,
    /// Whether the welcome text is folded.
    pub is_welcome_folded: bool,
    /// The time scale of examples.
    pub example_scale: ExampleScale,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: egui::ThemePreference::System,
            is_welcome_folded: false,
            example_scale: ExampleScale::default(),
        }
    }
}
