//! What intents do to experiments: comparisons of setups, and examples.

use crate::experiment::ExampleName;

use super::app_state::AppState;
use super::document::Document;
use super::intent::{Effect, FileRequest};
use super::run_view::{RunPhase, RunView};
use super::ui_parts::Tab;
use crate::window::compare::experiment_view::ExperimentView;
use crate::window::workers::sweep_state::{SweepView, sweep_problem};

impl AppState {
    /// Whether an experiment is on its way.
    #[must_use]
    pub fn is_experimenting(&self) -> bool {
        self.experiment.as_ref().is_some_and(ExperimentView::is_running)
            || self.workers.sweep().is_some_and(SweepView::is_running)
    }

    /// What is being run now, of an experiment.
    #[must_use]
    pub fn experiment_now(&self) -> Option<String> {
        let experiment = self.experiment.as_ref().and_then(ExperimentView::now);
        experiment.or_else(|| self.workers.sweep()?.now())
    }

    /// Starts a comparison of the setups that were chosen, or goes to the cell
    /// that stands in its way.
    pub(crate) fn compare(&mut self) -> Option<Effect> {
        self.tab = Tab::Compare;
        self.show_setups();
        if let Some(problem) = self.compare_form.problem() {
            self.complain(problem);
            return None;
        }
        let asked = FileRequest::Comparison(self.compare_form.clone(), self.document.clone());
        self.runnable().then(|| self.begin(asked))
    }

    /// Starts an example: on cases of its own, so that nothing of the document is
    /// touched.
    pub(crate) fn example(&mut self, name: ExampleName) -> Option<Effect> {
        (!self.is_running()).then(|| self.begin(FileRequest::Example(name, self.example_scale)))
    }

    /// Starts a sweep of the cases of the document, or goes to the cell that stands
    /// in its way.
    pub(crate) fn sweep(&mut self) -> Option<Effect> {
        self.tab = Tab::Workers;
        if let Some(problem) = sweep_problem(&self.document) {
            self.complain(problem);
            return None;
        }
        let asked = FileRequest::Sweep(self.workers.sweep_form, self.document.clone());
        self.runnable().then(|| self.begin(asked))
    }

    fn begin(&mut self, asked: FileRequest) -> Effect {
        self.notice = None;
        self.starting = true;
        Effect::Begin(asked)
    }

    /// An experiment has been looked through and begins.
    pub fn note_begun(&mut self, experiment: ExperimentView) {
        self.starting = false;
        self.experiment = Some(experiment);
        self.timeline.forget_picked();
        self.timeline.all_runs = true;
        self.timeline.zoom = None;
        self.show_experiment();
        self.note_outdated();
    }

    /// A sweep has been looked through and begins.
    pub fn note_sweep_begun(&mut self, sweep: SweepView) {
        self.starting = false;
        self.workers.begin(sweep);
        self.timeline.all_runs = false;
        self.tab = Tab::Workers;
    }

    /// A step of the experiment has begun: its run is shown.
    pub fn note_step(&mut self, run: RunView) {
        if let Some(sweep) = self.workers.sweep().filter(|sweep| sweep.is_running()) {
            self.run = Some(sweep.dressed(run));
            self.note_outdated();
        } else if let Some(experiment) = &self.experiment {
            self.run = Some(experiment.dressed(run, experiment.label()));
            self.note_outdated();
        }
    }

    /// No more of the experiment will be run.
    pub fn note_over(&mut self) {
        self.starting = false;
        if let Some(experiment) = &mut self.experiment {
            experiment.end();
        }
        self.workers.end_sweep();
    }

    /// Whether an experiment can be cancelled.
    pub(crate) fn can_cancel_experiment(&self) -> bool {
        let running = |phase| phase == RunPhase::Running;
        self.experiment.as_ref().is_some_and(|experiment| running(experiment.phase()))
            || self.workers.sweep().is_some_and(|sweep| running(sweep.phase()))
    }

    /// Shows a run of an experiment that has ended in the other tabs.
    pub(crate) fn show_run(&mut self, set: usize, way: usize) {
        if self.is_running() {
            return;
        }
        let run = self.experiment.as_ref().and_then(|experiment| experiment.run_of(set, way));
        if let Some(run) = run {
            self.run = Some(run);
            self.timeline.all_runs = false;
            self.tab = Tab::Bars;
            self.note_outdated();
        }
    }

    /// The example's cases as a study of their own.
    pub(crate) fn example_cases(&self, study: usize) -> Option<Document> {
        self.experiment.as_ref().filter(|e| e.example().is_some())?.document(study)
    }
}

#[cfg(test)]
mod tests {
    use super::super::command::Command;
    use super::super::example_menu::ExampleScale;
    use super::super::intent::Intent;
    use super::super::ui_parts::{Dialog, MachineInfo};
    use super::*;
    use crate::experiment::Experiment;
    use crate::report;
    use crate::study::{Column, Plan, Setup, WorkloadName};
    use crate::window::compare::compare_form::CompareForm;

    fn state() -> AppState {
        let report = report::Machine { logical_cpus: 2, os: "linux" };
        AppState::new(MachineInfo { report, free_memory: None })
    }

    /// The state with an example that is looked through and begins.
    fn begun() -> AppState {
        let mut state = state();
        let asked = state.apply(Intent::Example(ExampleName::CrashTests));
        let Some(Effect::Begin(FileRequest::Example(name, scale))) = asked else {
            panic!("{asked:?}")
        };
        assert_eq!((name, scale), (ExampleName::CrashTests, ExampleScale::Tenth));
        let plan = Plan { time_scale: scale.factor(), ..Plan::default() };
        let session = Experiment::example(name, &plan, 2);
        state.note_begun(ExperimentView::new(&session, None));
        state
    }

    #[test]
    fn experiments_and_single_runs_exclude_each_other() {
        let mut state = begun();
        assert!(state.is_running() && state.is_experimenting());
        assert!(!state.is_enabled(Command::Run) && !state.is_enabled(Command::Compare));
        assert!(state.apply(Intent::Command(Command::Run)).is_none());
        assert!(state.apply(Intent::Example(ExampleName::Demo)).is_none());
        assert!(state.apply(Intent::Command(Command::Quit)).is_none());
        assert_eq!(state.dialog, Some(Dialog::QuitWhileRunning));
        state.apply(Intent::Dismiss);
        assert!(matches!(state.apply(Intent::Command(Command::Cancel)), Some(Effect::Cancel)));
        assert!(!state.is_enabled(Command::Cancel), "once is enough");
        state.note_over();
        assert!(!state.is_running() && state.is_enabled(Command::Run));
        assert!(state.experiment.as_ref().is_some_and(ExperimentView::is_cut_short));
    }

    #[test]
    fn the_cases_of_an_example_become_a_study_after_asking() {
        let mut state = begun();
        state.note_over();
        let row = state.document.cases.id(0);
        state.apply(Intent::Type(row, Column::Name, "dear to me".to_owned()));
        state.apply(Intent::Command(Command::OpenExampleCases));
        assert!(matches!(state.dialog, Some(Dialog::LoseChanges(_))));
        assert_eq!(state.document.cases.case(0).name, "dear to me");
        state.apply(Intent::Confirm);
        assert_eq!(state.document.cases.len(), 6);
        assert_eq!(state.document.workload, WorkloadName::CrashTest);
        assert_eq!(state.document.plan.time_scale, 0.1);
        assert!(!state.is_changed());
    }

    #[test]
    fn a_comparison_is_of_the_document_and_says_when_that_has_changed() {
        let mut state = state();
        let asked = state.apply(Intent::Command(Command::Compare));
        let Some(Effect::Begin(FileRequest::Comparison(form, document))) = asked else {
            panic!("{asked:?}")
        };
        let session = form.session(&document, 3);
        state.note_begun(ExperimentView::new(&session, Some(document)));
        state.note_over();
        assert_eq!(state.tab, Tab::Compare);
        let mut plan = state.document.plan.clone();
        plan.strategy = crate::study::Strategy::Shares;
        state.apply(Intent::Plan(plan.clone()));
        assert!(!state.compared_outdated, "strategies are what was varied");
        plan.workers = Some(7);
        state.apply(Intent::Plan(plan));
        assert!(state.compared_outdated);
        state.apply(Intent::Command(Command::Undo));
        assert!(!state.compared_outdated);
    }

    #[test]
    fn what_cannot_be_compared_is_said() {
        let mut state = state();
        let mut form = state.compare_form.clone();
        form.setups = vec![Setup::default(); 2];
        state.apply(Intent::Compare(form));
        assert!(state.apply(Intent::Command(Command::Compare)).is_none());
        assert_eq!(state.notice.as_ref().unwrap().text, "Two setups are the same");
        state.compare_form = CompareForm::default();
        let row = state.document.cases.id(1);
        state.apply(Intent::Type(row, Column::Y, "1x".to_owned()));
        assert!(state.apply(Intent::Command(Command::Compare)).is_none());
        assert_eq!(state.go_to, Some((1, Column::Y)));
    }
}
