//! Applies intents to experiments (comparisons, examples and sweeps) and saved runs.

use std::sync::Arc;

use crate::experiment::ExampleName;
use crate::history::{RunToSave, SavedRunId};
use crate::window::compare::experiment_view::ExperimentView;
use crate::window::history::run_history::{ComparePart, HistoryIntent, HistoryJob};
use crate::window::state::{
    AppState, Dialog, Effect, ExperimentRequest, MayReplace, NextStep, RunPhase, RunView, Tab,
};
use crate::window::workers::sweep_state::{SweepView, sweep_problem};

impl AppState {
    /// Starts a comparison of the chosen setups, or focuses the invalid input.
    pub(crate) fn compare_setups(&mut self) -> Option<Effect> {
        self.tab = Tab::Compare;
        self.history.part = Some(ComparePart::Configurations);
        if let Some(problem) = self.compare_form.problem() {
            self.report_invalid(problem.to_owned());
            return None;
        }
        if self.reject_counts(false) {
            return None;
        }
        let (document, form) = (self.runnable_document()?, self.compare_form.clone());
        Some(self.start_experiment(ExperimentRequest::Comparison(form, document)))
    }

    /// Starts an example. It runs its own cases and leaves the document alone.
    pub(crate) fn run_example(&mut self, name: ExampleName) -> Option<Effect> {
        if self.is_running() {
            return None;
        }
        let scale = self.preferences.example_scale;
        Some(self.start_experiment(ExperimentRequest::Example(name, scale)))
    }

    /// Starts a sweep of worker counts, or focuses the invalid input.
    pub(crate) fn sweep_workers(&mut self) -> Option<Effect> {
        self.tab = Tab::Workers;
        if let Some(problem) = sweep_problem(&self.document) {
            self.report_invalid(problem);
            return None;
        }
        if self.reject_counts(true) {
            return None;
        }
        let (document, form) = (self.runnable_document()?, self.workers.sweep_form);
        Some(self.start_experiment(ExperimentRequest::Sweep(form, document)))
    }

    fn start_experiment(&mut self, request: ExperimentRequest) -> Effect {
        self.notices.move_on();
        self.note_start();
        Effect::StartExperiment(request)
    }

    /// Shows an experiment that was prepared and starts now.
    pub fn begin_experiment(&mut self, experiment: ExperimentView) {
        self.runs.is_starting = false;
        let before = self.runs.experiment.replace(experiment).filter(|it| it.example.is_none());
        self.runs.comparison_before = before.or(self.runs.comparison_before.take());
        self.selection.run_rows.clear();
        self.timeline.saved_runs.clear();
        self.timeline.all_runs = true;
        self.timeline.zoom = None;
        self.history.part = None;
        self.tab = Tab::Compare;
        self.update_staleness();
    }

    /// Shows a sweep that was prepared and starts now.
    pub fn begin_sweep(&mut self, sweep: SweepView) {
        self.runs.is_starting = false;
        self.workers.begin_sweep(sweep);
        self.timeline.all_runs = false;
        self.tab = Tab::Workers;
    }

    /// Shows the run of the step that starts now.
    pub fn begin_step(&mut self, run: RunView) {
        let sweep = self.workers.sweep.as_ref().map(|sweep| &sweep.progress);
        let experiment = self.runs.experiment.as_ref().map(|experiment| &experiment.progress);
        let running_sweep = sweep.filter(|sweep| sweep.is_running());
        if let Some(experiment) = running_sweep.or(experiment) {
            let run = experiment.dress_current(run);
            self.show_run(run);
            self.update_staleness();
        }
    }

    /// Returns the number of ended runs of the user's experiment in progress, and those to keep.
    pub(crate) fn runs_so_far(&self) -> Option<(usize, Vec<RunToSave>)> {
        let sweep = self.workers.sweep.as_ref().filter(|it| it.progress.is_running());
        if let Some(sweep) = sweep {
            return Some((sweep.progress.steps.ended_count, sweep.to_keep()));
        }
        let is_own = |it: &&ExperimentView| it.progress.is_running() && it.example.is_none();
        let experiment = self.runs.experiment.as_ref().filter(is_own)?;
        Some((experiment.progress.steps.ended_count, experiment.to_keep()))
    }

    /// Records that the experiment has ended; if none of its runs is complete, the one before is
    /// shown again. Returns its runs for the run history.
    pub fn end_experiment(&mut self) -> Vec<RunToSave> {
        self.runs.is_starting = false;
        let mut runs = Vec::new();
        if let Some(sweep) = self.workers.sweep.as_mut().filter(|it| it.progress.is_running()) {
            runs.extend(sweep.take_runs());
            if self.workers.end_sweep() {
                self.notify("No run was complete; the sweep before is shown again");
            }
        }
        if let Some(experiment) =
            self.runs.experiment.as_mut().filter(|it| it.progress.is_running())
        {
            experiment.progress.phase = RunPhase::Ended;
            runs.extend(experiment.to_keep());
            let (has_runs, is_example) = (!runs.is_empty(), experiment.example.is_some());
            let before = self.runs.comparison_before.take_if(|_| !has_runs || !is_example);
            if let Some(before) = before.filter(|_| !has_runs) {
                self.runs.experiment = Some(before);
                self.notify("No run was complete; the comparison before is shown again");
            }
        }
        self.update_staleness();
        runs
    }

    /// Closes the example, and shows the setups of the document instead.
    pub(crate) fn close_example(&mut self) {
        if !self.is_experimenting() {
            self.runs.experiment = self.runs.comparison_before.take();
            self.history.part = Some(ComparePart::Configurations);
        }
    }

    pub(crate) fn show_experiment_run(&mut self, set: usize, series: usize) {
        let experiment = self.runs.experiment.as_ref();
        if let Some(run) = experiment.and_then(|experiment| experiment.run_of(set, series)) {
            self.show_ended_run(run);
        }
    }

    /// Shows a run in the tabs, unless another one is in progress.
    pub fn show_ended_run(&mut self, run: RunView) {
        if !self.is_running() {
            self.show_run(run);
            self.timeline.all_runs = false;
            self.tab = Tab::Bars;
            self.update_staleness();
        }
    }

    /// Shows the timelines of the chosen saved runs on one axis.
    pub fn show_timelines(&mut self, runs: Vec<RunView>) {
        if !self.is_running() {
            self.timeline.show_saved_runs(runs);
            self.tab = Tab::Timeline;
        }
    }

    pub(crate) fn act_on_history(&mut self, intent: HistoryIntent) -> Option<Effect> {
        if self.compare_part() == ComparePart::History {
            // Stays open from now on, even if the user deletes all runs.
            self.history.part = Some(ComparePart::History);
        }
        match intent {
            HistoryIntent::Delete(ids) if !ids.is_empty() => {
                self.dialog = Some(Dialog::ConfirmDeleteRuns(ids));
                None
            }
            HistoryIntent::Export(id) => {
                self.ask_for_export(id);
                None
            }
            HistoryIntent::OpenAsStudy(id) => return self.leave(NextStep::SavedRun(id)),
            HistoryIntent::Show(id) if !self.is_running() => {
                if let Some(path) = self.history.path_of(&id) {
                    return Some(Effect::ReadStudy(path.to_owned(), MayReplace::IfUnchanged));
                }
                Some(HistoryJob::Show(id, Box::new(self.document.clone())))
            }
            HistoryIntent::Timelines if !self.is_running() => {
                let document = Box::new(self.document.clone());
                Some(HistoryJob::Timelines(self.history.selected.clone(), document))
            }
            other => {
                let job = self.history.act(other);
                if let Some(HistoryJob::Rename(id, name)) = &job {
                    self.rename_shown(id, name);
                }
                job
            }
        }
        .map(Effect::History)
    }

    /// Gives the new name of a saved run to the views that show it.
    fn rename_shown(&mut self, id: &SavedRunId, name: &str) {
        let timelines = self.timeline.saved_runs.iter_mut().filter_map(Arc::get_mut);
        let shown = self.run.iter_mut().chain(timelines);
        for run in shown.filter(|run| run.saved.as_ref() == Some(id)) {
            run.title = Some(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;
    use crate::report::fixtures::MACHINE;
    use crate::study::{Column, Plan, Setup, WorkloadName};
    use crate::window::compare::compare_form::CompareForm;
    use crate::window::state::command::Command;
    use crate::window::state::example_menu::ExampleScale;
    use crate::window::state::intent::Intent;
    use crate::window::state::{Dialog, MachineInfo};

    fn state() -> AppState {
        AppState::new(MachineInfo { report: MACHINE, free_memory: None })
    }

    /// Returns the state with an example that has just started.
    fn with_example() -> AppState {
        let mut state = state();
        let effect = state.apply(Intent::RunExample(ExampleName::CrashTests));
        let Some(Effect::StartExperiment(ExperimentRequest::Example(name, scale))) = effect else {
            panic!("{effect:?}")
        };
        assert_eq!((name, scale), (ExampleName::CrashTests, ExampleScale::Tenth));
        let plan = Plan { time_scale: scale.factor(), ..Plan::default() };
        let session = Experiment::example(name, &plan, 2);
        state.begin_experiment(ExperimentView::new(&session, None));
        state
    }

    #[test]
    fn experiments_and_single_runs_exclude_each_other() {
        let mut state = with_example();
        assert!(state.is_running() && state.is_experimenting());
        assert!(!state.is_enabled(Command::Run) && !state.is_enabled(Command::Compare));
        assert!(state.apply(Intent::Command(Command::Run)).is_none());
        assert!(state.apply(Intent::RunExample(ExampleName::Demo)).is_none());
        assert!(state.apply(Intent::Command(Command::Quit)).is_none());
        assert_eq!(state.dialog, Some(Dialog::ConfirmQuitWhileRunning));
        state.apply(Intent::Dismiss);
        assert!(matches!(state.apply(Intent::Command(Command::Cancel)), Some(Effect::CancelRun)));
        assert!(!state.is_enabled(Command::Cancel), "it is cancelling already");
        state.end_experiment();
        assert!(!state.is_running() && state.is_enabled(Command::Run));
        assert!(
            state.runs.experiment.as_ref().is_some_and(|example| example.progress.is_cut_short())
        );
    }

    #[test]
    fn opening_the_cases_of_an_example_asks_before_discarding_changes() {
        let mut state = with_example();
        state.end_experiment();
        let row = state.document.cases.id(0);
        state.apply(Intent::EditCell(row, Column::Name.into(), "edited".to_owned()));
        state.apply(Intent::Command(Command::OpenExampleCases));
        assert!(matches!(state.dialog, Some(Dialog::SaveChanges(_))));
        assert_eq!(state.document.cases.case(0).name, "edited");
        state.apply(Intent::Confirm);
        assert_eq!(state.document.cases.len(), 6);
        assert_eq!(state.document.workload, WorkloadName::CrashTest);
        assert_eq!(state.document.plan.time_scale, 0.1);
        assert!(!state.staleness.has_unsaved_changes);
    }

    #[test]
    fn a_comparison_is_outdated_once_the_document_changes() {
        let mut state = state();
        let effect = state.apply(Intent::Command(Command::Compare));
        let Some(Effect::StartExperiment(ExperimentRequest::Comparison(form, document))) = effect
        else {
            panic!("{effect:?}")
        };
        let session = form.session(&document, 3);
        state.begin_experiment(ExperimentView::new(&session, Some(document)));
        state.end_experiment();
        assert_eq!(state.tab, Tab::Compare);
        let mut plan = state.document.plan.clone();
        plan.strategy = crate::study::Strategy::Shares;
        state.apply(Intent::SetPlan(plan.clone()));
        assert!(!state.staleness.experiment_is_outdated, "the comparison varies the strategy");
        plan.workers = Some(7);
        state.apply(Intent::SetPlan(plan));
        assert!(state.staleness.experiment_is_outdated);
        state.apply(Intent::Command(Command::Undo));
        assert!(!state.staleness.experiment_is_outdated);
    }

    #[test]
    fn an_invalid_comparison_is_reported() {
        let mut state = state();
        let mut form = state.compare_form.clone();
        form.setups = vec![Setup::default(); 2];
        state.apply(Intent::SetCompareForm(form));
        assert!(state.apply(Intent::Command(Command::Compare)).is_none());
        assert_eq!(state.notices.newest().unwrap().text, "Two configurations are equal");
        state.compare_form = CompareForm::default();
        let row = state.document.cases.id(1);
        state.apply(Intent::EditCell(row, Column::Y.into(), "1x".to_owned()));
        assert!(state.apply(Intent::Command(Command::Compare)).is_none());
        assert_eq!(state.form.pending_focus, Some((1, Column::Y)));
    }
}
