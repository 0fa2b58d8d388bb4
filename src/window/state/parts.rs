//! Groups of fields of the window's state.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use super::count_fields::CountFields;
use super::document::Document;
use super::example_menu::ExampleScale;
use super::run_view::RunView;
use crate::app::TrialResult;
use crate::report::{self, RunReport};
use crate::study::{CaseColumn, Column, RowId, StudyOption};
use crate::text::{count, grouped, plural};
use crate::window::compare::experiment_view::ExperimentView;
use crate::window::form::cluster_check::ClusterCheck;
use crate::window::form::{CommandLineEdit, FormLayout, ProgramFields};
use crate::window::pictures::picture_choices::PictureForm;
use crate::window::results::output_state::OutputQuery;
use crate::window::theme::ThemeChoice;

/// A tab in the middle of the window.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, IntoStaticStr, VariantArray,
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
    /// The whole case table, with all its columns.
    Cases,
}

impl Tab {
    /// Returns the id of the field that searches the tab.
    pub fn search_id(self) -> egui::Id {
        egui::Id::unique(("search", self as u8))
    }

    /// Whether the tab has such a field.
    pub(super) fn has_search(self) -> bool {
        matches!(self, Self::Log | Self::Results | Self::Cases)
    }
}

/// A message to the user. An error stays until it is dismissed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub is_error: bool,
}

/// The machine as the window describes it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MachineInfo {
    /// Part that goes into reports.
    pub report: report::Machine,
    /// Free memory in bytes, if known.
    pub free_memory: Option<u64>,
}

/// A file that was opened or saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentFile {
    pub path: PathBuf,
    pub is_missing: bool,
}

/// Input of the form that is not yet part of the document.
#[derive(Debug, Default)]
pub struct FormState {
    pub command_line: CommandLineEdit,
    pub program_fields: ProgramFields,
    pub counts: CountFields,
    /// What the cluster has answered last.
    pub cluster_check: Option<ClusterCheck>,
    /// The cell with keyboard focus.
    pub editing: Option<CellEdit>,
    pub pending_focus: Option<(usize, Column)>,
}

/// Texts typed into fields of the form that are not in the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedTexts {
    /// The command line of the program.
    pub command: Option<String>,
    pub options: BTreeMap<StudyOption, String>,
}

impl FormState {
    pub fn typed(&self) -> TypedTexts {
        let (command, options) = (&self.command_line.typed, &self.program_fields.typed);
        TypedTexts { command: command.clone(), options: options.clone() }
    }

    pub(crate) fn set_typed(&mut self, TypedTexts { command, options }: TypedTexts) {
        self.command_line = CommandLineEdit { typed: command };
        self.program_fields = ProgramFields { typed: options, pending_focus: None };
    }
}

/// The cell with keyboard focus, and its text as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellEdit {
    pub row: RowId,
    pub column: CaseColumn,
    pub text: String,
    /// Whether the user has changed the text.
    pub is_changed: bool,
}

/// The text field that has the focus, or had it when the open menu was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FocusedText {
    /// Whether some of its text is selected.
    pub has_selection: bool,
}

#[derive(Debug, Default)]
pub struct BarsState {
    /// Number of times the zoom was reset.
    pub zoom_resets: u32,
    /// Whether to show the totals; `None` hides them where they dwarf the bars of many cases.
    pub shows_totals: Option<bool>,
}

/// Runs and experiments besides the run shown in the tabs.
#[derive(Debug, Default)]
pub struct RunsState {
    /// Whether a run or an experiment is being prepared.
    pub is_starting: bool,
    /// The last experiment: a comparison or an example.
    pub experiment: Option<ExperimentView>,
    /// The last comparison, while an example or a comparison without a complete run is shown.
    pub(super) comparison_before: Option<ExperimentView>,
    pub trial: Option<Trial>,
    /// The last run of the document while another run is shown.
    pub own: Option<RunView>,
    /// The run of programs offered to be resumed.
    pub unfinished: Option<UnfinishedRun>,
    /// The document when the run or experiment in progress was asked for.
    pub(super) started_with: Document,
    /// What was changed in the document since, while it is in progress.
    pub changed_since: Vec<&'static str>,
    /// The last run on the real clock with all cases done. Its times order the
    /// cases of the next run where nothing better is known.
    pub(super) last_complete: Option<Arc<RunReport>>,
}

/// A trial, running or ended.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trial {
    pub name: String,
    /// The command on one line, once known.
    pub command: Option<String>,
    /// The folder of the attempt, once there is one.
    pub folder: Option<PathBuf>,
    pub end: Option<TrialEnd>,
    pub is_cancelled: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TrialEnd {
    /// The case ran.
    Ran(TrialResult),
    /// The case could not be run, and why.
    Refused(String),
}

impl Trial {
    pub fn output(&self) -> Option<OutputQuery> {
        Some(OutputQuery { folder: self.folder.clone()?, is_live: self.end.is_none() })
    }
}

/// A run of programs that can be resumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedRun {
    pub folder: PathBuf,
    /// Folder of the study, to which its paths are relative.
    pub base: PathBuf,
    pub cases: usize,
    pub done: usize,
    /// Number of finished cases that were changed in the document since, as last counted.
    pub changed: usize,
    pub left_by: LeftBy,
    /// Whether the document is the study of the run. It is then resumed with the document as
    /// it is now, including any corrections.
    pub of_document: bool,
}

/// Why cases of a run are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftBy {
    /// It ended by itself, with cases that failed.
    Failures,
    /// It was interrupted, or cases were cancelled.
    Interruption,
    /// Nobody follows it on the cluster.
    Cluster,
}

impl LeftBy {
    /// What resuming the run does.
    pub fn resume_hint(self) -> &'static str {
        match self {
            Self::Failures | Self::Interruption => "Run the cases that are not done",
            Self::Cluster => "Follow the run, and read the results that came meanwhile",
        }
    }
}

impl UnfinishedRun {
    /// Describes the run for the offer to resume it.
    pub fn sentence(&self) -> String {
        let changed = self.changed;
        let (left, cases) = (self.cases - self.done, count(self.cases, "case"));
        let (verb, done) = (plural(left, "is", "are"), grouped(self.done));
        let left = grouped(left);
        let text = match self.left_by {
            LeftBy::Failures if changed > 0 => format!("{left} of {cases} {verb} not done."),
            LeftBy::Failures => {
                format!("{left} of {cases} {verb} not done. Resume to run the rest again.")
            }
            LeftBy::Interruption => {
                format!("A run of {cases} was interrupted: {done} done, {left} left.")
            }
            LeftBy::Cluster => format!(
                "A run of {cases} is on the cluster: {done} done when it was last followed."
            ),
        };
        if changed == 0 {
            return text;
        }
        let (finished, has) = (count(self.done, "finished case"), plural(self.done, "has", "have"));
        let changed = grouped(changed);
        format!("{text} {changed} of {finished} {has} changed and would run again.")
    }
}

/// Which results no longer match the document.
///
/// Comparing large documents takes too long for every frame, so
/// `AppState::update_staleness` stores the outcome after each change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent")]
pub struct Staleness {
    /// Whether the document differs from its file.
    pub has_unsaved_changes: bool,
    /// Whether the run shown is of another study.
    pub run_is_outdated: bool,
    /// Whether the run shown is of the document's cases, whatever the plan.
    pub run_has_cases: bool,
    /// Whether the last comparison is of another study.
    pub experiment_is_outdated: bool,
}

/// Choices that are remembered until the next start.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preferences {
    pub theme: ThemeChoice,
    /// Whether there are no animations; `None` is what the system wants.
    pub is_still: Option<bool>,
    pub form: FormLayout,
    pub example_scale: ExampleScale,
    pub picture: PictureForm,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offer_names_the_number_of_cases_left() {
        let run = |cases, done, left_by| {
            let [folder, base] = [PathBuf::new(), PathBuf::new()];
            UnfinishedRun { folder, base, cases, done, changed: 0, left_by, of_document: false }
        };
        let sentence = |cases, done, left_by| run(cases, done, left_by).sentence();
        let interrupted = "A run of 200 cases was interrupted: 12 done, 188 left.";
        assert_eq!(sentence(200, 12, LeftBy::Interruption), interrupted);
        assert_eq!(
            sentence(1, 0, LeftBy::Interruption),
            "A run of 1 case was interrupted: 0 done, 1 left."
        );
        let resume = "Resume to run the rest again.";
        assert_eq!(sentence(3, 2, LeftBy::Failures), format!("1 of 3 cases is not done. {resume}"));
        assert_eq!(
            sentence(3, 1, LeftBy::Failures),
            format!("2 of 3 cases are not done. {resume}")
        );
        let run = UnfinishedRun { changed: 2, ..run(3, 2, LeftBy::Failures) };
        let text =
            "1 of 3 cases is not done. 2 of 2 finished cases have changed and would run again.";
        assert_eq!(run.sentence(), text);
    }
}
