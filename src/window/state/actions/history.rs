//! Applies intents to the run history.

use crate::window::history::run_history::{ComparePart, HistoryIntent, HistoryJob};
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Effect;
use crate::window::state::run_view::RunView;
use crate::window::state::ui_parts::{Dialog, Tab};

impl AppState {
    /// Opens the Compare tab with the experiment.
    pub(crate) fn show_experiment_tab(&mut self) {
        self.history.part = None;
        self.tab = Tab::Compare;
    }

    /// Makes the Compare tab show the setups.
    pub(crate) fn show_setups_part(&mut self) {
        self.history.part = Some(ComparePart::Configurations);
    }

    pub(crate) fn act_on_history(&mut self, intent: HistoryIntent) -> Option<Effect> {
        if self.compare_part() == ComparePart::History {
            // From now on the user's choice, even if all runs are deleted.
            self.history.part = Some(ComparePart::History);
        }
        match intent {
            HistoryIntent::Delete(ids) if !ids.is_empty() => {
                self.dialog = Some(Dialog::ConfirmDeleteRuns(ids));
                None
            }
            HistoryIntent::Show(id) if !self.is_running() => {
                Some(HistoryJob::Show(id, Box::new(self.document.clone())))
            }
            HistoryIntent::Timelines if !self.is_running() => {
                let document = Box::new(self.document.clone());
                Some(HistoryJob::Timelines(self.history.selected.clone(), document))
            }
            other => self.history.act(other),
        }
        .map(Effect::History)
    }

    /// Shows the timelines of the chosen saved runs on one axis.
    pub fn show_timelines(&mut self, runs: Vec<RunView>) {
        if !self.is_running() {
            self.timeline.show_saved_runs(runs);
            self.tab = Tab::Timeline;
        }
    }

    /// Shows a saved run in the tabs.
    pub fn show_saved_run(&mut self, run: RunView) {
        if self.is_running() {
            return;
        }
        self.run = Some(run);
        self.timeline.all_runs = false;
        self.tab = Tab::Bars;
        self.update_staleness();
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::history::{ListedRun, Listing, SavedRun, SavedRunId};
    use crate::report;
    use crate::window::history::run_history::{MAX_SELECTED, RunPlace};
    use crate::window::state::intent::Intent;
    use crate::window::state::ui_parts::MachineInfo;

    /// Returns the state with this many saved runs.
    fn state(runs: usize) -> AppState {
        let report = report::Machine { logical_cpus: 2, os: "linux" };
        let mut state = AppState::new(MachineInfo { report, free_memory: None });
        state.history.place = RunPlace::Reading(PathBuf::from("/runs"));
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
