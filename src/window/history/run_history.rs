//! State of the run history: saved runs, selection, and user intents.

use std::path::PathBuf;

use crate::report::RunReport;

use super::history_comparison::HistoryComparison;
use crate::history::{ListedRun, Listing, SavedRunId, shorten_name};
use crate::window::state::{Document, RunView};

/// Most runs side by side: each has its own colour.
pub const MAX_SELECTED: usize = 8;

/// Subject of the Compare tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComparePart {
    /// Saved runs.
    History,
    /// Configurations of the current cases.
    Configurations,
    /// The runs of an example.
    Example,
}

/// User intent concerning the run history.
#[derive(Debug, Clone, PartialEq)]
pub enum HistoryIntent {
    /// Switch the subject of the tab.
    ShowPart(ComparePart),
    /// Add a run to the selection or remove it.
    Select(SavedRunId, bool),
    /// Clear the selection.
    ClearSelection,
    /// Compare the others with this run.
    SetBase(SavedRunId),
    /// Start renaming a run.
    Rename(SavedRunId),
    /// Change the name that is being typed.
    TypeName(String),
    /// Accept the typed name.
    AcceptName,
    /// Discard the typed name.
    DiscardName,
    /// Ask whether to delete these runs.
    Delete(Vec<SavedRunId>),
    /// Show a run in the other tabs.
    Show(SavedRunId),
    /// Show the timelines of the selected runs on one axis.
    Timelines,
}

/// Job for the store of saved runs.
#[derive(Debug, Clone, PartialEq)]
pub enum HistoryJob {
    /// List the runs; other windows may use the same folder.
    List,
    /// Rename a run.
    Rename(SavedRunId, String),
    /// Delete runs.
    Delete(Vec<SavedRunId>),
    /// Load the full record of a run. If its cases are those of the document, they share its rows.
    Show(SavedRunId, Box<Document>),
    /// Load full records the same series, for one axis of time.
    Timelines(Vec<SavedRunId>, Box<Document>),
}

/// Location of the saved runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum RunPlace {
    /// No folder is available.
    #[default]
    Nowhere,
    /// The folder is being read.
    Reading(PathBuf),
    /// The folder.
    Folder(PathBuf),
}

/// The run history as shown.
#[derive(Debug, Default)]
pub struct RunHistory {
    /// Location of the saved runs.
    pub place: RunPlace,
    /// Content of the folder.
    pub listing: Listing,
    /// The selected runs, in the order of selection.
    pub selected: Vec<SavedRunId>,
    /// The selected base of the comparison.
    base: Option<SavedRunId>,
    /// Comparison of the selected runs.
    pub comparison: Option<HistoryComparison>,
    /// The run being renamed, and its new name so far.
    pub renaming: Option<(SavedRunId, String)>,
    /// The selected subject of the tab.
    pub part: Option<ComparePart>,
}

impl RunHistory {
    /// Returns a run.
    pub fn get(&self, id: &SavedRunId) -> Option<&ListedRun> {
        self.listing.runs.iter().find(|listed| listed.id == *id)
    }

    /// Returns the position of a run in the selection.
    pub fn position_of(&self, id: &SavedRunId) -> Option<usize> {
        self.selected.iter().position(|selected| selected == id)
    }

    /// Takes the content of the folder.
    pub fn take(&mut self, listing: Listing) {
        if let RunPlace::Reading(folder) = &mut self.place {
            self.place = RunPlace::Folder(std::mem::take(folder));
        }
        self.listing = listing;
        let listed = |id: &SavedRunId| self.listing.runs.iter().any(|listed| listed.id == *id);
        self.selected.retain(listed);
        if self.renaming.as_ref().is_some_and(|(id, _)| !listed(id)) {
            self.renaming = None;
        }
        self.compare();
    }

    /// Returns the newest single run with a full record.
    pub fn last_single_run(&self) -> Option<&ListedRun> {
        self.listing.runs.iter().find(|listed| listed.run.alone && listed.whole)
    }

    /// Applies an intent as far as it concerns the history alone; returns the resulting job.
    pub(crate) fn act(&mut self, intent: HistoryIntent) -> Option<HistoryJob> {
        match intent {
            HistoryIntent::ShowPart(part) => {
                self.part = Some(part);
                return (part == ComparePart::History).then_some(HistoryJob::List);
            }
            HistoryIntent::Select(id, selected) => self.select(id, selected),
            HistoryIntent::ClearSelection => {
                self.selected.clear();
                self.compare();
            }
            HistoryIntent::SetBase(id) => {
                self.base = Some(id);
                self.compare();
            }
            HistoryIntent::Rename(id) => {
                let name = self.get(&id).map(|listed| listed.run.name.clone());
                self.renaming = name.map(|name| (id, name));
            }
            HistoryIntent::TypeName(text) => {
                if let Some((_, name)) = &mut self.renaming {
                    *name = text;
                }
            }
            HistoryIntent::AcceptName => return self.accept_name(),
            HistoryIntent::DiscardName => self.renaming = None,
            HistoryIntent::Delete(_) | HistoryIntent::Show(_) | HistoryIntent::Timelines => {}
        }
        None
    }

    fn select(&mut self, id: SavedRunId, selected: bool) {
        self.selected.retain(|other| *other != id);
        if selected && self.selected.len() < MAX_SELECTED {
            self.selected.push(id);
        }
        self.compare();
    }

    fn compare(&mut self) {
        let selected: Vec<&ListedRun> =
            self.selected.iter().filter_map(|id| self.get(id)).collect();
        let base = self.base.as_ref().and_then(|id| self.position_of(id)).unwrap_or(0);
        self.comparison = HistoryComparison::of(&selected, base);
    }

    /// Applies the typed name, if it is new.
    fn accept_name(&mut self) -> Option<HistoryJob> {
        let (id, name) = self.renaming.take()?;
        let name = shorten_name(&name);
        let listed = self.listing.runs.iter_mut().find(|listed| listed.id == id)?;
        if name.is_empty() || name == listed.run.name {
            return None;
        }
        // Shown at once, not only after it is written.
        listed.run.name.clone_from(&name);
        listed.run.named = true;
        self.compare();
        Some(HistoryJob::Rename(id, name))
    }
}

/// Prepares a saved run for the other tabs. If its cases are those of the document,
/// they share its rows.
pub fn saved_run_view(report: RunReport, name: String, document: &Document) -> RunView {
    let (then, now) = (&report.frozen.cases, &document.cases);
    let same = then.len() == now.len()
        && then.iter().eq(now.iter())
        && then.extra_columns() == now.extra_columns()
        && document.first_invalid().is_none();
    let mut frozen = (*report.frozen).clone();
    if same {
        frozen.cases = document.cases.clone();
    }
    let report = RunReport { frozen: frozen.into(), ..report };
    let mut run = RunView::from_report(report.into()).with_title(name);
    if !same {
        run.forget_rows();
    }
    // Computed here rather than in a frame.
    let _ = run.facts();
    run
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report;
    use crate::run::replay;
    use crate::study::{ClockChoice, Column, Plan};
    use crate::workload::{Environment, find, freeze};

    #[test]
    fn a_saved_run_has_rows_of_the_document_if_its_cases_are_the_same() {
        let document = Document::default();
        let plan = Plan { clock: ClockChoice::Virtual, ..Plan::default() };
        let environment = Environment { logical_cpus: 2, seed: 3, last_s: None };
        let workload = find(document.workload);
        let (cases, name) = (document.cases.clone(), document.workload);
        let (frozen, _) = freeze(cases, name, workload.as_ref(), &plan, environment).unwrap();
        let machine = report::Machine { logical_cpus: 2, os: "linux" };
        let state = replay(&frozen);
        let report = || RunReport::new(Arc::new(frozen.clone()), state.clone(), machine);
        let mut edited = document.clone();
        edited.set_text(0, Column::X, "9");
        for (document, is_known) in [(document, true), (edited, false)] {
            let view = saved_run_view(report(), "mine".to_owned(), &document);
            let record = view.record_of(document.cases.id(0));
            assert_eq!((view.title(), record.is_some()), (Some("mine"), is_known));
        }
    }
}
