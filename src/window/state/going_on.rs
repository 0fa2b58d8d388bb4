//! Runs of programs that were not finished, and steering one that goes on.

use std::path::PathBuf;
use std::sync::Arc;

use super::app_state::AppState;
use super::command::Command;
use super::document::Document;
use super::intent::Effect;
use super::run_view::{Phase, RunView};
use crate::report::RunReport;
use crate::study::{LaneCount, WORKERS, WorkloadName};

/// A run of programs that can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
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

impl Unfinished {
    /// What there is to say of it.
    #[must_use]
    pub fn sentence(&self) -> String {
        let (cases, done) = (self.cases, self.done);
        let left = cases - done;
        if self.ended {
            let noun = if left == 1 { "case is" } else { "cases are" };
            return format!("{left} of {cases} {noun} not done. Going on runs the rest again.");
        }
        let noun = if cases == 1 { "case" } else { "cases" };
        format!("A run of {cases} {noun} was not finished: {done} done, {left} left.")
    }
}

/// Where a run begins.
#[derive(Debug, Clone)]
pub enum Start {
    /// At the beginning, with this document; by the times of this earlier run, where
    /// an order needs lengths that the workload does not know.
    Anew(Document, Option<Arc<RunReport>>),
    /// Where the run in this folder was left; with this document in place of the
    /// folder's study, if there is one.
    Where(PathBuf, Option<Document>),
}

/// What is to become of the run that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Steer {
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
        let run = self.run.as_ref().filter(|run| run.phase() == Phase::Running)?;
        (!self.is_experimenting() && run.state().series().is_none()).then_some(run)
    }

    /// Whether a command that steers can be given now.
    pub(super) fn can_steer(&self, command: Command) -> bool {
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
            record.ended() || (!record.started() && run.is_dropped(case))
        };
        cases.retain(|&case| over(case) == ended);
        cases
    }

    /// Steers the run as the command says.
    pub(super) fn steer(&self, command: Command) -> Option<Effect> {
        let run = self.steered()?;
        Some(Effect::Steer(match command {
            Command::Pause if run.is_paused() => Steer::Resume,
            Command::Pause => Steer::Pause,
            Command::MoreWorkers => Steer::Workers(run.workers() + 1),
            Command::FewerWorkers => Steer::Workers(run.workers() - 1),
            Command::CancelCase => Steer::CancelCases(self.steered_cases(run, false)),
            Command::RunAgain => Steer::PutBack(self.steered_cases(run, true)),
            _ => return None,
        }))
    }

    /// Offers to go on with this run, unless something has begun meanwhile.
    pub fn offer(&mut self, unfinished: Unfinished) {
        if !self.is_running() && self.unfinished.is_none() {
            self.unfinished = Some(unfinished);
        }
    }

    /// Goes on with the run that is offered.
    pub(super) fn go_on(&mut self) -> Option<Effect> {
        let unfinished = self.unfinished.clone().filter(|_| !self.is_running())?;
        if !unfinished.of_document {
            return self.go_on_to(super::shown::Next::Run(unfinished.folder));
        }
        self.runnable().then(|| {
            self.note_starting();
            Effect::Start(Start::Where(unfinished.folder, Some(self.document.clone())))
        })
    }

    /// Goes on with the run in this folder, whose study takes the place of the
    /// document.
    pub(super) fn go_on_in(&mut self, folder: PathBuf) -> Option<Effect> {
        if self.is_running() {
            self.complain("A run is going on; another one can go on when it has ended");
            return None;
        }
        self.note_starting();
        Some(Effect::Start(Start::Where(folder, None)))
    }

    /// A run that has ended and of which cases are left is offered to go on. The
    /// folder of one that ended by itself is returned: at the next start there is
    /// nothing to offer.
    pub fn note_left(&mut self) -> Option<PathBuf> {
        let run = self.run.as_ref()?;
        let (state, home) = (run.state(), run.home()?.to_owned());
        let (cases, done) = (state.records().len(), state.done() as usize);
        if done == cases {
            return Some(home);
        }
        let whole = state.ended_cases() as usize == cases;
        let ended = whole && state.aborted().is_none() && !run.was_cancelled();
        let of_document = run.knows_rows() && self.document.workload == WorkloadName::Command;
        let folder = home.clone();
        self.unfinished = Some(Unfinished { folder, cases, done, ended, of_document });
        ended.then_some(home)
    }
}
