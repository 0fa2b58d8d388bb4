//! State of the run history: saved runs, selection, and user intents.

use std::path::{Path, PathBuf};

use crate::report::RunReport;

use super::history_comparison::HistoryComparison;
use crate::history::{
    ListedRun, Listing, Moment, RunToSave, SavedRun, SavedRunId, SavedRunKind, shorten_name,
};
use crate::window::state::{Document, RunView};

/// Most runs side by side: each has its own colour.
pub const MAX_SELECTED: usize = 8;

/// Subject of the Compare tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComparePart {
    History,
    Configurations,
    Example,
}

#[derive(Debug, Clone, PartialEq)]
pub enum HistoryIntent {
    ShowPart(ComparePart),
    /// Add a run to the selection or remove it.
    Select(SavedRunId, bool),
    ClearSelection,
    SetBase(SavedRunId),
    Rename(SavedRunId),
    TypeName(String),
    AcceptName,
    DiscardName,
    /// List only the runs that match this text.
    Search(String),
    /// Ask for a file to write a run to.
    Export(SavedRunId),
    /// Ask whether to delete these runs.
    Delete(Vec<SavedRunId>),
    /// Show a run in the other tabs.
    Show(SavedRunId),
    /// List an opened run no more.
    Remove(SavedRunId),
    /// Open the cases and the plan of a run as a study.
    OpenAsStudy(SavedRunId),
    /// Show the timelines of the selected runs on one axis.
    Timelines,
}

/// Job for the store of saved runs.
#[derive(Debug, Clone)]
pub enum HistoryJob {
    /// Save a single run, or all runs of an experiment that has ended.
    Save(Vec<RunToSave>),
    /// Save the runs that an unfinished experiment has so far, in case the window is killed.
    SaveSoFar(Vec<RunToSave>),
    /// List the runs; other windows may use the same folder.
    List,
    Rename(SavedRunId, String),
    Delete(Vec<SavedRunId>),
    /// Write a run to a file.
    Export {
        id: SavedRunId,
        path: PathBuf,
        may_replace: bool,
    },
    /// Add the run in a file.
    Import(PathBuf),
    /// Load the full record of a run. If the document has the same
    /// cases, the run uses its rows.
    Show(SavedRunId, Box<Document>),
    /// Open the cases and the plan of a run as a study, in place of the document.
    OpenAsStudy(SavedRunId, Box<Document>),
    /// Load several full records, to show them on one axis of time.
    Timelines(Vec<SavedRunId>, Box<Document>),
}

/// Whether there is a folder of saved runs, and whether it has been read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RunPlace {
    #[default]
    Nowhere,
    Reading,
    Folder,
}

#[derive(Debug, Default)]
pub struct RunHistory {
    pub place: RunPlace,
    pub listing: Listing,
    /// Recorded runs that were opened from files or folders: they are listed, but not saved.
    pub opened: Vec<OpenedRun>,
    /// The selected runs, in the order of selection.
    pub selected: Vec<SavedRunId>,
    base: Option<SavedRunId>,
    pub comparison: Option<HistoryComparison>,
    /// The run being renamed, and its new name so far.
    pub renaming: Option<(SavedRunId, String)>,
    pub part: Option<ComparePart>,
    /// Text that the listed runs match.
    pub search: String,
}

/// A recorded run that was opened, with its file or folder.
#[derive(Debug)]
pub struct OpenedRun {
    pub path: PathBuf,
    pub listed: ListedRun,
}

impl RunHistory {
    pub fn get(&self, id: &SavedRunId) -> Option<&ListedRun> {
        self.all().find(|listed| listed.id == *id)
    }

    /// Returns all runs, those that were opened first.
    pub fn all(&self) -> impl Iterator<Item = &ListedRun> {
        self.opened.iter().map(|opened| &opened.listed).chain(&self.listing.runs)
    }

    /// Returns the file or folder of an opened run.
    pub fn path_of(&self, id: &SavedRunId) -> Option<&Path> {
        let opened = self.opened.iter().find(|opened| opened.listed.id == *id);
        opened.map(|opened| opened.path.as_path())
    }

    /// Lists a run that was opened from a file or folder, if its total is known.
    pub fn add_opened(&mut self, path: &Path, report: &RunReport) {
        self.opened.retain(|opened| opened.path != path);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let kind = SavedRunKind::Alone(Some(name));
        if let Some(run) = SavedRun::new(report, &kind, Moment::default()) {
            // No file of the history has a colon in its name.
            let id = SavedRunId(format!("opened:{}", path.display()));
            let listed = ListedRun { id, run, whole: true };
            self.opened.push(OpenedRun { path: path.to_owned(), listed });
        }
        self.compare();
    }

    /// Returns the runs whose name, description and time contain all words of the search, in any
    /// letter case.
    pub fn matching(&self) -> Vec<&ListedRun> {
        let search = self.search.to_lowercase();
        let matches = |listed: &&ListedRun| {
            let SavedRun { name, ended, .. } = &listed.run;
            let text = format!("{name} {} {}", listed.run.description(), ended.local);
            let text = text.to_lowercase();
            search.split_whitespace().all(|word| text.contains(word))
        };
        self.all().filter(matches).collect()
    }

    pub fn position_of(&self, id: &SavedRunId) -> Option<usize> {
        self.selected.iter().position(|selected| selected == id)
    }

    pub fn take(&mut self, listing: Listing) {
        self.place = RunPlace::Folder;
        self.listing = listing;
        self.forget_missing();
    }

    /// Ends the selection and the renaming of runs that are listed no more.
    fn forget_missing(&mut self) {
        let mut selected = std::mem::take(&mut self.selected);
        selected.retain(|id| self.get(id).is_some());
        self.selected = selected;
        self.renaming = self.renaming.take().filter(|(id, _)| self.get(id).is_some());
        self.compare();
    }

    /// Returns the newest single run with a full record, of this study if there is one.
    pub fn last_single_run(&self, study: Option<&str>) -> Option<&ListedRun> {
        let is_of_study = |run: &SavedRun| study.is_none() || run.study.as_deref() == study;
        let mut all = self.listing.runs.iter();
        all.find(|listed| listed.run.alone && listed.whole && is_of_study(&listed.run))
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
            HistoryIntent::Search(text) => self.search = text,
            HistoryIntent::Remove(id) => {
                self.opened.retain(|opened| opened.listed.id != id);
                self.forget_missing();
            }
            HistoryIntent::Delete(_)
            | HistoryIntent::Export(_)
            | HistoryIntent::Show(_)
            | HistoryIntent::OpenAsStudy(_)
            | HistoryIntent::Timelines => {}
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
pub fn saved_run_view(
    id: SavedRunId,
    report: RunReport,
    name: String,
    document: &Document,
) -> RunView {
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
    let mut run = RunView::from_report(report.into());
    (run.title, run.saved) = (Some(name), Some(id));
    run.has_document_rows = same;
    // Computed here rather than in a frame.
    let _ = run.facts();
    run
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::fixtures::MACHINE;
    use crate::run::replay;
    use crate::study::{ClockChoice, Column, Plan};
    use crate::window::state::{AppState, Dialog, Effect, Intent, MachineInfo};
    use crate::workload::{Environment, find, freeze};

    #[test]
    fn a_saved_run_has_rows_of_the_document_if_its_cases_are_the_same() {
        let document = Document::default();
        let plan = Plan { clock: ClockChoice::Virtual, ..Plan::default() };
        let environment = Environment { logical_cpus: 2, seed: 3, last_s: None };
        let workload = find(document.workload);
        let (cases, name) = (document.cases.clone(), document.workload);
        let (frozen, _) = freeze(cases, name, workload.as_ref(), &plan, environment).unwrap();
        let state = replay(&frozen);
        let report = || RunReport::new(Arc::new(frozen.clone()), state.clone(), MACHINE);
        let mut edited = document.clone();
        edited.set_text(0, Column::X, "9");
        for (document, is_known) in [(document, true), (edited, false)] {
            let view = saved_run_view(id(1), report(), "mine".to_owned(), &document);
            let record = view.record_of(document.cases.id(0));
            assert_eq!((view.title.as_deref(), record.is_some()), (Some("mine"), is_known));
        }
    }

    /// Returns the state with this many saved runs.
    fn state(runs: usize) -> AppState {
        let mut state = AppState::new(MachineInfo { report: MACHINE, free_memory: None });
        state.history.place = RunPlace::Reading;
        state.history.take(listing(runs));
        state
    }

    fn listing(runs: usize) -> Listing {
        let listed = |run: usize| ListedRun {
            id: id(run),
            run: SavedRun { name: format!("run {run}"), ..SavedRun::default() },
            whole: true,
        };
        Listing { runs: (0..runs).map(listed).collect(), skipped: Vec::new() }
    }

    fn id(run: usize) -> SavedRunId {
        SavedRunId(run.to_string())
    }

    fn act(state: &mut AppState, intent: HistoryIntent) -> Option<Effect> {
        state.apply(Intent::History(intent))
    }

    #[test]
    fn chosen_runs_are_limited_and_exclude_deleted_ones() {
        let mut state = state(20);
        for run in 0..20 {
            act(&mut state, HistoryIntent::Select(id(run), true));
        }
        assert_eq!(state.history.selected.len(), MAX_SELECTED);
        assert_eq!(state.history.comparison.as_ref().unwrap().set.series.len(), MAX_SELECTED);
        act(&mut state, HistoryIntent::SetBase(id(3)));
        assert_eq!(state.history.comparison.as_ref().unwrap().set.base, 3);
        act(&mut state, HistoryIntent::Select(id(0), false));
        assert_eq!(state.history.comparison.as_ref().unwrap().set.base, 2);
        state.history.take(listing(3));
        assert_eq!(state.history.selected, [id(1), id(2)]);
        assert_eq!(state.history.comparison.as_ref().unwrap().set.base, 0, "the base is gone");
        act(&mut state, HistoryIntent::ClearSelection);
        assert!(state.history.comparison.is_none());
    }

    #[test]
    fn the_search_finds_runs_by_all_its_words() {
        let mut state = state(12);
        let found = |state: &mut AppState, text: &str| {
            act(state, HistoryIntent::Search(text.to_owned()));
            state.history.matching().len()
        };
        assert_eq!(found(&mut state, ""), 12);
        assert_eq!(found(&mut state, " RUN  11 "), 1);
        assert_eq!(found(&mut state, "run 1"), 3, "1, 10 and 11");
        assert_eq!(found(&mut state, "cases"), 12, "as described");
        assert_eq!(found(&mut state, "run x"), 0);
    }

    #[test]
    fn a_run_is_renamed_unless_the_name_is_empty() {
        let mut state = state(2);
        for (typed, name) in [("  mine ", Some("mine")), ("   ", None), ("mine", None)] {
            act(&mut state, HistoryIntent::Rename(id(1)));
            act(&mut state, HistoryIntent::TypeName(typed.to_owned()));
            let job = act(&mut state, HistoryIntent::AcceptName);
            match (job, name) {
                (Some(Effect::History(HistoryJob::Rename(of, found))), Some(name)) => {
                    assert_eq!((of, found.as_str()), (id(1), name));
                }
                (job, name) => assert!(job.is_none() && name.is_none(), "{job:?}"),
            }
            assert_eq!(state.history.get(&id(1)).unwrap().run.name, "mine");
        }
        act(&mut state, HistoryIntent::Rename(id(0)));
        act(&mut state, HistoryIntent::TypeName("other".to_owned()));
        act(&mut state, HistoryIntent::DiscardName);
        assert!(act(&mut state, HistoryIntent::AcceptName).is_none());
        assert_eq!(state.history.get(&id(0)).unwrap().run.name, "run 0");
    }

    #[test]
    fn deleting_runs_asks_first() {
        let mut state = state(2);
        assert!(act(&mut state, HistoryIntent::Delete(vec![id(0)])).is_none());
        assert_eq!(state.dialog, Some(Dialog::ConfirmDeleteRuns(vec![id(0)])));
        let effect = state.apply(Intent::Confirm);
        assert!(matches!(effect, Some(Effect::History(HistoryJob::Delete(ids))) if ids == [id(0)]));
        assert!(
            act(&mut state, HistoryIntent::Delete(Vec::new())).is_none() && state.dialog.is_none()
        );
    }

    #[test]
    fn the_tab_shows_what_there_is_until_the_user_chooses() {
        assert_eq!(state(1).compare_part(), ComparePart::Configurations);
        let mut state = state(2);
        assert_eq!(state.compare_part(), ComparePart::History);
        act(&mut state, HistoryIntent::Select(id(0), true));
        state.history.take(listing(0));
        assert_eq!(state.compare_part(), ComparePart::History, "as it was used");
        act(&mut state, HistoryIntent::ShowPart(ComparePart::Configurations));
        state.history.take(listing(5));
        assert_eq!(state.compare_part(), ComparePart::Configurations);
    }
}
