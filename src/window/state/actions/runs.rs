//! Applies intents to runs: start, steer, cancel.

use std::sync::Arc;

use crate::report::RunReport;
use crate::study::ClockChoice;
use crate::window::state::app_state::AppState;
use crate::window::state::command::Command;
use crate::window::state::intent::Effect;
use crate::window::state::resume::{RunRequest, SteerCommand};
use crate::window::state::run_view::{RunPhase, RunView};

impl AppState {
    /// Starts a run, or focuses the invalid input.
    pub(crate) fn start_run(&mut self) -> Option<Effect> {
        if !self.check_runnable() {
            return None;
        }
        self.mark_starting();
        let (document, earlier) = (self.document.clone(), self.runs.last_complete.clone());
        Some(Effect::StartRun(RunRequest::New(document, earlier)))
    }

    /// Records that a run is being prepared.
    pub(crate) fn mark_starting(&mut self) {
        self.notice = None;
        self.timeline.all_runs = false;
        self.timeline.zoom = None;
        self.runs.is_starting = true;
    }

    /// Cancels the run, and the experiment that it is part of.
    pub(crate) fn cancel_run(&mut self) -> Effect {
        if let Some(run) = &mut self.run {
            run.mark_cancelled();
        }
        for experiment in self.experiments_mut().filter(|experiment| experiment.is_running()) {
            experiment.phase = RunPhase::Cancelling;
        }
        Effect::CancelRun
    }

    /// Performs a command that changes the run in progress.
    pub(crate) fn steer(&self, command: Command) -> Option<Effect> {
        let run = self.steerable_run()?;
        Some(Effect::Steer(match command {
            Command::Pause if run.is_paused() => SteerCommand::Resume,
            Command::Pause => SteerCommand::Pause,
            Command::MoreWorkers => SteerCommand::Workers(run.workers() + 1),
            Command::FewerWorkers => SteerCommand::Workers(run.workers() - 1),
            Command::CancelCases => SteerCommand::CancelCases(self.steerable_cases(run, false)),
            Command::RerunCases => SteerCommand::Rerun(self.steerable_cases(run, true)),
            _ => return None,
        }))
    }

    /// Remembers a run on the real clock with all cases done: its times order the
    /// cases of the next run where nothing better is known.
    pub fn remember_complete_run(&mut self) {
        let report = self.run.as_ref().and_then(RunView::report);
        let is_real = |report: &&Arc<RunReport>| report.frozen.plan.clock == ClockChoice::Real;
        if let Some(report) = report.filter(is_real).filter(|report| report.state.all_done()) {
            self.runs.last_complete = Some(Arc::clone(report));
        }
    }
}
