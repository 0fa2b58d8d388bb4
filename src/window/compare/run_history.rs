//! The history of runs: the list of those that are kept, which of them stand side
//! by side, and what the user does with them.

use std::path::PathBuf;

use crate::report::RunReport;

use super::history_comparison::HistoryComparison;
use crate::history::{ListedRun, SavedRunId, short};
use crate::window::state::app_state::AppState;
use crate::window::state::document::Document;
use crate::window::state::intent::Effect;
use crate::window::state::run_view::RunView;
use crate::window::state::ui_parts::{Dialog, Tab};

/// So many runs can stand side by side: each has a colour.
pub const MOST_CHOSEN: usize = 8;

/// What is compared in the tab of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComparePart {
    /// Runs that are kept.
    Kept,
    /// Setups, tried in turn on the current cases.
    Setups,
    /// The runs of an example.
    Example,
}

/// What the user does with the runs that are kept.
#[derive(Debug, Clone, PartialEq)]
pub enum HistoryIntent {
    /// Compare this in the tab.
    Part(ComparePart),
    /// This run stands side by side with others, or no longer.
    Choose(SavedRunId, bool),
    /// None of them does.
    ChooseNone,
    /// The others are compared with this one.
    Base(SavedRunId),
    /// Give this run another name.
    Rename(SavedRunId),
    /// Its name so far.
    Typed(String),
    /// The name is as typed.
    Named,
    /// The name stays as it was.
    NotNamed,
    /// Ask whether to delete these.
    Delete(Vec<SavedRunId>),
    /// Show this run in the other tabs.
    Show(SavedRunId),
    /// Show the timelines of the chosen runs on one axis.
    Timelines,
}

/// What the shell is to do with the folder of kept runs.
#[derive(Debug, Clone, PartialEq)]
pub enum HistoryJob {
    /// Look what is there now: another window may use the folder too.
    Look,
    /// Give a run this name.
    Rename(SavedRunId, String),
    /// Delete these.
    Delete(Vec<SavedRunId>),
    /// Read the full record of this one; if it is of the cases of this document,
    /// as a run of its rows.
    Show(SavedRunId, Box<Document>),
    /// Read the full records of these, in the same way, to stand on one axis of time.
    Timelines(Vec<SavedRunId>, Box<Document>),
}

/// What was found in the folder of kept runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listing {
    /// Those that can be read, the newest first.
    pub runs: Vec<ListedRun>,
    /// What cannot be read and was left alone: the file, and why.
    pub skipped: Vec<String>,
}

/// Where runs are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum RunPlace {
    /// Nowhere: there is no folder for it.
    #[default]
    Nowhere,
    /// In this folder, which is being read.
    Reading(PathBuf),
    /// In this folder.
    Folder(PathBuf),
}

/// The runs that are kept, as the window shows them.
#[derive(Debug, Default)]
pub struct RunHistory {
    /// Where they are kept.
    pub place: RunPlace,
    /// What was found there.
    pub listing: Listing,
    /// Those that stand side by side, in the order in which they were chosen.
    pub chosen: Vec<SavedRunId>,
    /// The one that the others are compared with, if that was chosen.
    base: Option<SavedRunId>,
    /// What they show.
    pub shown: Option<HistoryComparison>,
    /// The run that gets another name, and the name so far.
    pub renaming: Option<(SavedRunId, String)>,
    /// What the user chose to compare.
    part: Option<ComparePart>,
}

impl RunHistory {
    /// The run of this file.
    #[must_use]
    pub fn get(&self, id: &SavedRunId) -> Option<&ListedRun> {
        self.listing.runs.iter().find(|listed| listed.id == *id)
    }

    /// Whether this run stands side by side with others, and as which.
    #[must_use]
    pub fn place_of(&self, id: &SavedRunId) -> Option<usize> {
        self.chosen.iter().position(|chosen| chosen == id)
    }

    /// Takes what was found in the folder.
    pub fn take(&mut self, listing: Listing) {
        if let RunPlace::Reading(folder) = &mut self.place {
            self.place = RunPlace::Folder(std::mem::take(folder));
        }
        self.listing = listing;
        let listed = |id: &SavedRunId| self.listing.runs.iter().any(|listed| listed.id == *id);
        self.chosen.retain(listed);
        if self.renaming.as_ref().is_some_and(|(id, _)| !listed(id)) {
            self.renaming = None;
        }
        self.compare();
    }

    /// The newest run that was made by itself and can be shown again.
    #[must_use]
    pub fn last_alone(&self) -> Option<&ListedRun> {
        self.listing.runs.iter().find(|listed| listed.run.alone && listed.whole)
    }

    fn choose(&mut self, id: SavedRunId, chosen: bool) {
        self.chosen.retain(|other| *other != id);
        if chosen && self.chosen.len() < MOST_CHOSEN {
            self.chosen.push(id);
        }
        self.compare();
    }

    fn compare(&mut self) {
        let chosen: Vec<&ListedRun> = self.chosen.iter().filter_map(|id| self.get(id)).collect();
        let base = self.base.as_ref().and_then(|id| self.place_of(id)).unwrap_or(0);
        self.shown = HistoryComparison::of(&chosen, base);
    }

    /// The name as typed, if it is another one.
    fn named(&mut self) -> Option<HistoryJob> {
        let (id, name) = self.renaming.take()?;
        let name = short(&name);
        let listed = self.listing.runs.iter_mut().find(|listed| listed.id == id)?;
        if name.is_empty() || name == listed.run.name {
            return None;
        }
        // It is seen at once, and not only when it is written.
        listed.run.name.clone_from(&name);
        listed.run.named = true;
        self.compare();
        Some(HistoryJob::Rename(id, name))
    }
}

impl AppState {
    /// What the tab of comparisons shows: what the user chose, else what there
    /// is.
    #[must_use]
    pub fn compare_part(&self) -> ComparePart {
        let example = self.experiment.as_ref().is_some_and(|e| e.example().is_some());
        match self.kept.part {
            Some(ComparePart::Example) | None if example => ComparePart::Example,
            Some(ComparePart::Kept) => ComparePart::Kept,
            None if self.experiment.is_none() && self.kept.listing.runs.len() > 1 => {
                ComparePart::Kept
            }
            _ => ComparePart::Setups,
        }
    }

    /// Whether the tab of comparisons shows the experiment.
    #[must_use]
    pub fn compares_experiment(&self) -> bool {
        let example = self.experiment.as_ref().is_some_and(|e| e.example().is_some());
        match self.compare_part() {
            ComparePart::Kept => false,
            ComparePart::Setups => !example,
            ComparePart::Example => true,
        }
    }

    /// The tab shows what belongs to the experiment, if it shows one.
    pub(crate) fn show_experiment(&mut self) {
        self.kept.part = None;
        self.tab = Tab::Compare;
    }

    /// The tab shows the setups.
    pub(crate) fn show_setups(&mut self) {
        self.kept.part = Some(ComparePart::Setups);
    }

    /// Does what the user asked for, as far as it is the state's to do.
    pub(crate) fn apply_kept(&mut self, intent: HistoryIntent) -> Option<Effect> {
        if self.compare_part() == ComparePart::Kept {
            // It stays so, also when the runs are deleted.
            self.kept.part = Some(ComparePart::Kept);
        }
        match intent {
            HistoryIntent::Part(part) => {
                self.kept.part = Some(part);
                return (part == ComparePart::Kept).then_some(Effect::Kept(HistoryJob::Look));
            }
            HistoryIntent::Choose(id, chosen) => self.kept.choose(id, chosen),
            HistoryIntent::ChooseNone => {
                self.kept.chosen.clear();
                self.kept.compare();
            }
            HistoryIntent::Base(id) => {
                self.kept.base = Some(id);
                self.kept.compare();
            }
            HistoryIntent::Rename(id) => {
                let name = self.kept.get(&id).map(|listed| listed.run.name.clone());
                self.kept.renaming = name.map(|name| (id, name));
            }
            HistoryIntent::Typed(text) => {
                if let Some((_, name)) = &mut self.kept.renaming {
                    *name = text;
                }
            }
            HistoryIntent::Named => return self.kept.named().map(Effect::Kept),
            HistoryIntent::NotNamed => self.kept.renaming = None,
            HistoryIntent::Delete(ids) if !ids.is_empty() => {
                self.dialog = Some(Dialog::DeleteRuns(ids));
            }
            HistoryIntent::Show(id) if !self.is_running() => {
                return Some(Effect::Kept(HistoryJob::Show(id, Box::new(self.document.clone()))));
            }
            HistoryIntent::Timelines if !self.is_running() => {
                let chosen = self.kept.chosen.clone();
                let document = Box::new(self.document.clone());
                return Some(Effect::Kept(HistoryJob::Timelines(chosen, document)));
            }
            HistoryIntent::Delete(_) | HistoryIntent::Show(_) | HistoryIntent::Timelines => {}
        }
        None
    }

    /// The chosen runs have been read: their timelines stand on one axis.
    pub fn show_timelines(&mut self, runs: Vec<RunView>) {
        if !self.is_running() {
            self.timeline.show_chosen(runs);
            self.tab = Tab::Timeline;
        }
    }

    /// A kept run has been read: it is shown as when it ended.
    pub fn show_kept(&mut self, run: RunView) {
        if self.is_running() {
            return;
        }
        self.run = Some(run);
        self.timeline.all_runs = false;
        self.tab = Tab::Bars;
        self.note_outdated();
    }
}

/// A kept run as the other tabs show it: as a run of the rows of the document, if
/// it is of the same cases.
#[must_use]
pub fn kept_view(report: RunReport, name: String, document: &Document) -> RunView {
    let (then, now) = (&report.frozen.cases, &document.cases);
    let same = then.len() == now.len()
        && then.iter().eq(now.iter())
        && then.further() == now.further()
        && document.first_invalid().is_none();
    let mut frozen = (*report.frozen).clone();
    if same {
        frozen.cases = document.cases.clone();
    }
    let report = RunReport { frozen: frozen.into(), ..report };
    let mut run = RunView::of_report(report.into()).titled(name);
    if !same {
        run.forget_rows();
    }
    // Found here, and not in a frame.
    let _ = run.facts();
    run
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::SavedRun;
    use crate::report;
    use crate::window::state::intent::Intent;
    use crate::window::state::ui_parts::MachineInfo;

    /// The state with so many kept runs.
    fn state(runs: usize) -> AppState {
        let report = report::Machine { logical_cpus: 2, os: "linux" };
        let mut state = AppState::new(MachineInfo { report, free_memory: None });
        state.kept.place = RunPlace::Reading(PathBuf::from("/runs"));
        state.kept.take(listing(runs));
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

    fn ask(state: &mut AppState, intent: HistoryIntent) -> Option<Effect> {
        state.apply(Intent::Kept(intent))
    }

    #[test]
    fn no_more_are_chosen_than_have_a_colour_and_what_is_gone_is_not_chosen() {
        let mut state = state(20);
        for run in 0..20 {
            ask(&mut state, HistoryIntent::Choose(id(run), true));
        }
        assert_eq!(state.kept.chosen.len(), MOST_CHOSEN);
        assert_eq!(state.kept.shown.as_ref().unwrap().set.ways.len(), MOST_CHOSEN);
        ask(&mut state, HistoryIntent::Base(id(3)));
        assert_eq!(state.kept.shown.as_ref().unwrap().set.base, 3);
        ask(&mut state, HistoryIntent::Choose(id(0), false));
        assert_eq!(state.kept.shown.as_ref().unwrap().set.base, 2);
        state.kept.take(listing(3));
        assert_eq!(state.kept.chosen, [id(1), id(2)]);
        assert_eq!(state.kept.shown.as_ref().unwrap().set.base, 0, "the base is gone");
        ask(&mut state, HistoryIntent::ChooseNone);
        assert!(state.kept.shown.is_none());
    }

    #[test]
    fn a_name_is_taken_as_typed_unless_it_is_none() {
        let mut state = state(2);
        for (typed, name) in [("  mine ", Some("mine")), ("   ", None), ("mine", None)] {
            ask(&mut state, HistoryIntent::Rename(id(1)));
            ask(&mut state, HistoryIntent::Typed(typed.to_owned()));
            let job = ask(&mut state, HistoryIntent::Named);
            match (job, name) {
                (Some(Effect::Kept(HistoryJob::Rename(of, found))), Some(name)) => {
                    assert_eq!((of, found.as_str()), (id(1), name));
                }
                (job, name) => assert!(job.is_none() && name.is_none(), "{job:?}"),
            }
            assert_eq!(state.kept.get(&id(1)).unwrap().run.name, "mine");
        }
        ask(&mut state, HistoryIntent::Rename(id(0)));
        ask(&mut state, HistoryIntent::Typed("other".to_owned()));
        ask(&mut state, HistoryIntent::NotNamed);
        assert!(ask(&mut state, HistoryIntent::Named).is_none());
        assert_eq!(state.kept.get(&id(0)).unwrap().run.name, "run 0");
    }

    #[test]
    fn runs_are_deleted_after_asking() {
        let mut state = state(2);
        assert!(ask(&mut state, HistoryIntent::Delete(vec![id(0)])).is_none());
        assert_eq!(state.dialog, Some(Dialog::DeleteRuns(vec![id(0)])));
        let effect = state.apply(Intent::Confirm);
        assert!(matches!(effect, Some(Effect::Kept(HistoryJob::Delete(ids))) if ids == [id(0)]));
        assert!(
            ask(&mut state, HistoryIntent::Delete(Vec::new())).is_none() && state.dialog.is_none()
        );
    }

    #[test]
    fn the_tab_shows_what_there_is_until_the_user_chooses() {
        assert_eq!(state(1).compare_part(), ComparePart::Setups);
        let mut state = state(2);
        assert_eq!(state.compare_part(), ComparePart::Kept);
        ask(&mut state, HistoryIntent::Choose(id(0), true));
        state.kept.take(listing(0));
        assert_eq!(state.compare_part(), ComparePart::Kept, "as it was used");
        ask(&mut state, HistoryIntent::Part(ComparePart::Setups));
        state.kept.take(listing(5));
        assert_eq!(state.compare_part(), ComparePart::Setups);
    }
}
