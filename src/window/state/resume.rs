//! Runs of programs that were not finished, and steering one that goes on.

use std::path::PathBuf;
use std::sync::Arc;

use super::app_state::AppState;
use super::command::Command;
use super::document::Document;
use super::intent::Effect;
use super::run_view::{RunPhase, RunView};
use crate::report::RunReport;
use crate::study::{LaneCount, WORKERS, WorkloadName};

/// A run of programs that can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedRun {
    /// Its folder.
    pub folder: PathBuf,
    /// How many cases it has.
    pub cases: usize,
    /// How many of them are done.
    pub done: usize,
    /// Whether it ended by itself, with cases that went wrong.
    pub ended: bool,
    /// Whether it was run here and the document is still its study: that goes on as
    /// it is now, for what was mended in it counts.
    pub of_document: bool,
}

impl UnfinishedRun {
    /// What there is to say of it.
    #[must_use]
    pub fn sentence(&self) -> String {
        let (cases, done) = (self.cases, self.done);
        let left = cases - done;
        let noun = if cases == 1 { "case" } else { "cases" };
        if self.ended {
            let verb = if left == 1 { "is" } else { "are" };
            return format!(
                "{left} of {cases} {noun} {verb} not done. Going on runs the rest again."
            );
        }
        format!("A run of {cases} {noun} was not finished: {done} done, {left} left.")
    }
}

/// Where a run begins.
#[derive(Debug, Clone)]
pub enum RunRequest {
    /// At the beginning, with this document; by the times of this earlier run, where
    /// an order needs lengths that the workload does not know.
    Anew(Document, Option<Arc<RunReport>>),
    /// Where the run in this folder was left; with this document in place of the
    /// folder's study, if there is one.
    Where(PathBuf, Option<Document>),
}

/// What is to become of the run that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SteerCommand {
    /// Start nothing for now.
    Pause,
    /// Start cases again.
    Resume,
    /// So many workers from now on.
    Workers(u32),
    /// Take these cases out.
    CancelCases(Vec<u32>),
    /// Run these once more.
    PutBack(Vec<u32>),
}

/// So many cases at most are steered one by one.
const MOST_STEERED: usize = 1000;

impl AppState {
    /// The run that goes on and can be steered: one of an experiment is not, or its
    /// figures would be of something else.
    #[must_use]
    pub fn steered(&self) -> Option<&RunView> {
        let run = self.run.as_ref().filter(|run| run.phase() == RunPhase::Running)?;
        (!self.is_experimenting() && run.state().series().is_none()).then_some(run)
    }

    /// Whether a command that steers can be given now.
    pub(crate) fn can_steer(&self, command: Command) -> bool {
        let Some(run) = self.steered() else { return false };
        let resized = run.frozen().plan.strategy.lanes() == LaneCount::Workers;
        match command {
            Command::MoreWorkers => resized && run.workers() < *WORKERS.end(),
            Command::FewerWorkers => resized && run.workers() > *WORKERS.start(),
            Command::CancelCase => !self.steered_cases(run, false).is_empty(),
            Command::RunAgain => !self.steered_cases(run, true).is_empty(),
            _ => true,
        }
    }

    /// The selected cases that have ended, or those that have not.
    fn steered_cases(&self, run: &RunView, ended: bool) -> Vec<u32> {
        let records = run.state().records();
        let mut cases = self.picked_cases(run, MOST_STEERED);
        let over = |case: u32| {
            let record = &records[case as usize];
            // What was taken out before it started has ended too.
            record.has_ended() || (!record.has_started() && run.is_cancelled(case))
        };
        cases.retain(|&case| over(case) == ended);
        cases
    }

    /// Steers the run as the command says.
    pub(crate) fn steer(&self, command: Command) -> Option<Effect> {
        let run = self.steered()?;
        Some(Effect::Steer(match command {
            Command::Pause if run.is_paused() => SteerCommand::Resume,
            Command::Pause => SteerCommand::Pause,
            Command::MoreWorkers => SteerCommand::Workers(run.workers() + 1),
            Command::FewerWorkers => SteerCommand::Workers(run.workers() - 1),
            Command::CancelCase => SteerCommand::CancelCases(self.steered_cases(run, false)),
            Command::RunAgain => SteerCommand::PutBack(self.steered_cases(run, true)),
            _ => return None,
        }))
    }

    /// Offers to go on with this run, unless something has begun meanwhile.
    pub fn offer(&mut self, unfinished: UnfinishedRun) {
        if !self.is_running() && self.unfinished.is_none() {
            self.unfinished = Some(unfinished);
        }
    }

    /// Goes on with the run that is offered.
    pub(crate) fn go_on(&mut self) -> Option<Effect> {
        let unfinished = self.unfinished.clone().filter(|_| !self.is_running())?;
        let programs = self.document.workload == WorkloadName::Command;
        if !(unfinished.of_document && programs) {
            return self.go_on_to(super::ui_parts::AfterUnsaved::Run(unfinished.folder));
        }
        self.runnable().then(|| {
            self.note_starting();
            Effect::Start(RunRequest::Where(unfinished.folder, Some(self.document.clone())))
        })
    }

    /// Goes on with the run in this folder, whose study takes the place of the
    /// document.
    pub(crate) fn go_on_in(&mut self, folder: PathBuf) -> Option<Effect> {
        if self.is_running() {
            self.complain("A run is going on; another one can go on when it has ended");
            return None;
        }
        self.note_starting();
        Some(Effect::Start(RunRequest::Where(folder, None)))
    }

    /// A run that has ended and of which cases are left is offered to go on. The
    /// folder of one that ended by itself is returned: at the next start there is
    /// nothing to offer.
    pub fn note_left(&mut self) -> Option<PathBuf> {
        let run = self.run.as_ref()?;
        let (state, home) = (run.state(), run.home()?.to_owned());
        let (cases, done) = (state.records().len(), state.done_count() as usize);
        if done == cases {
            return Some(home);
        }
        let whole = state.ended_count() as usize == cases;
        let ended = whole && state.abort_message().is_none() && !run.was_cancelled();
        let of_document = run.knows_rows();
        let folder = home.clone();
        self.unfinished = Some(UnfinishedRun { folder, cases, done, ended, of_document });
        ended.then_some(home)
    }
}

#[cfg(test)]
mod tests {
    use super::super::intent::Intent;
    use super::super::ui_parts::{AfterUnsaved, Dialog, MachineInfo};
    use super::*;
    use crate::report;
    use crate::study::Column;

    fn offered(of_document: bool) -> AppState {
        let report = report::Machine { logical_cpus: 2, os: "linux" };
        let mut state = AppState::new(MachineInfo { report, free_memory: None });
        let folder = PathBuf::from("run");
        state.offer(UnfinishedRun { folder, cases: 200, done: 12, ended: false, of_document });
        state
    }

    #[test]
    fn the_offer_says_what_is_left() {
        let said = |cases, done, ended| {
            let folder = PathBuf::new();
            UnfinishedRun { folder, cases, done, ended, of_document: false }.sentence()
        };
        assert_eq!(said(200, 12, false), "A run of 200 cases was not finished: 12 done, 188 left.");
        assert_eq!(said(1, 0, false), "A run of 1 case was not finished: 0 done, 1 left.");
        let again = "Going on runs the rest again.";
        assert_eq!(said(3, 2, true), format!("1 of 3 cases is not done. {again}"));
        assert_eq!(said(3, 1, true), format!("2 of 3 cases are not done. {again}"));
    }

    #[test]
    fn a_run_of_another_study_asks_before_changes_are_lost() {
        let mut state = offered(false);
        let row = state.document.cases.id(0);
        state.apply(Intent::Type(row, Column::Name, "dear to me".to_owned()));
        assert!(state.apply(Intent::GoOn).is_none());
        let next = AfterUnsaved::Run(PathBuf::from("run"));
        assert_eq!(state.dialog, Some(Dialog::LoseChanges(next)));
        let effect = state.apply(Intent::Confirm);
        assert!(matches!(effect, Some(Effect::Start(RunRequest::Where(_, None)))), "{effect:?}");
        assert!(state.starting && state.apply(Intent::GoOn).is_none(), "once is enough");
    }

    #[test]
    fn a_document_of_another_workload_does_not_go_on_in_a_folder_of_programs() {
        let mut state = offered(true);
        let effect = state.apply(Intent::GoOn);
        assert!(matches!(effect, Some(Effect::Start(RunRequest::Where(_, None)))), "{effect:?}");
    }

    #[test]
    fn what_is_left_is_not_offered_and_nothing_is_steered_without_a_run() {
        let mut state = offered(false);
        let effect = state.apply(Intent::LeaveRun);
        assert!(matches!(effect, Some(Effect::LeaveRun(_))), "{effect:?}");
        assert!(state.unfinished.is_none() && state.apply(Intent::GoOn).is_none());
        for command in [Command::Pause, Command::MoreWorkers, Command::CancelCase] {
            assert!(!state.is_enabled(command));
        }
    }
}
