//! Access for tests and benches.
//!
//! They use the window as a user does, by accessible names. The methods here are the
//! exceptions: waiting for background work, and showing runs recorded elsewhere.

use std::sync::Arc;

use super::app::App;
use crate::experiment::Experiment;
use crate::run::{ClusterFacts, RunEvent};
use crate::study::FrozenStudy;
use crate::window::compare::experiment_view::ExperimentView;
use crate::window::form::cluster_check::ClusterCheck;
use crate::window::state::RunView;

impl App {
    /// Returns whether a run, an experiment or a trial is in progress.
    pub fn is_running(&self) -> bool {
        self.state.is_running()
    }

    /// Returns whether a prediction is in progress.
    pub fn is_predicting(&self) -> bool {
        self.forecast.is_running()
    }

    /// Whether the first study or the previous session is still being read.
    pub fn is_opening(&self) -> bool {
        !self.autosave.is_restored()
    }

    /// Returns whether the window closes.
    pub fn is_closing(&self) -> bool {
        self.may_close
    }

    /// Shows a finished experiment.
    pub fn show_experiment(&mut self, experiment: &Experiment) {
        self.state.begin_experiment(ExperimentView::new(experiment, None));
        self.state.end_experiment();
    }

    /// Shows what a cluster has answered.
    pub fn show_cluster_answer(&mut self, answer: Result<ClusterFacts, String>) {
        let mut check = ClusterCheck::of(&self.state.document);
        check.answer = Some(answer);
        self.state.take_cluster_check(check);
    }

    /// Shows a run after these events, `now_ns` after its start.
    pub fn show_run(&mut self, frozen: Arc<FrozenStudy>, events: Vec<RunEvent>, now_ns: u64) {
        let mut run = RunView::new(frozen, self.state.machine.report);
        run.absorb(events, now_ns);
        self.state.run = Some(run);
        self.state.update_staleness();
    }
}
