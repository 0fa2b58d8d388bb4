//! Applies intents to runs of programs that can be resumed.

use std::path::PathBuf;

use crate::study::WorkloadName;
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Effect;
use crate::window::state::resume::{RunRequest, UnfinishedRun};
use crate::window::state::ui_parts::NextStudy;

impl AppState {
    /// Offers to resume a run, unless something else has started meanwhile.
    pub fn offer_unfinished(&mut self, unfinished: UnfinishedRun) {
        if !self.is_running() && self.runs.unfinished.is_none() {
            self.runs.unfinished = Some(unfinished);
        }
    }

    /// Resumes the offered run.
    pub(crate) fn resume_offered_run(&mut self) -> Option<Effect> {
        let unfinished = self.runs.unfinished.clone().filter(|_| !self.is_running())?;
        let runs_programs = self.document.workload == WorkloadName::Command;
        if !(unfinished.of_document && runs_programs) {
            return self.open_next(NextStudy::RunFolder(unfinished.folder));
        }
        if !self.check_runnable() {
            return None;
        }
        self.mark_starting();
        let document = Some(self.document.clone());
        Some(Effect::StartRun(RunRequest::Resume(unfinished.folder, document)))
    }

    /// Resumes the run in a folder. Its study replaces the document.
    pub(crate) fn resume_run_in(&mut self, folder: PathBuf) -> Option<Effect> {
        if self.is_running() {
            self.report_error("A run is in progress: wait until it ends, then resume another one");
            return None;
        }
        self.mark_starting();
        Some(Effect::StartRun(RunRequest::Resume(folder, None)))
    }

    /// Offers to resume the run that has just ended, if cases are left.
    ///
    /// Returns its folder if the next start must not offer it: all cases are done, or
    /// the run ended by itself.
    pub fn offer_rest_of_run(&mut self) -> Option<PathBuf> {
        let run = self.run.as_ref()?;
        let (state, folder) = (run.state(), run.folder()?.to_owned());
        let (cases, done) = (state.records().len(), state.done_count() as usize);
        if done == cases {
            return Some(folder);
        }
        let all_ended = state.ended_count() as usize == cases;
        let ended = all_ended && state.abort_message().is_none() && !run.was_cancelled();
        let of_document = run.has_document_rows();
        let unfinished = UnfinishedRun { folder, cases, done, ended, of_document };
        let folder = ended.then(|| unfinished.folder.clone());
        self.runs.unfinished = Some(unfinished);
        folder
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report;
    use crate::study::Column;
    use crate::window::state::command::Command;
    use crate::window::state::intent::Intent;
    use crate::window::state::ui_parts::{Dialog, MachineInfo};

    fn offered(of_document: bool) -> AppState {
        let report = report::Machine { logical_cpus: 2, os: "linux" };
        let mut state = AppState::new(MachineInfo { report, free_memory: None });
        let folder = PathBuf::from("run");
        state.offer_unfinished(UnfinishedRun {
            folder,
            cases: 200,
            done: 12,
            ended: false,
            of_document,
        });
        state
    }

    #[test]
    fn resuming_a_run_of_another_study_asks_before_discarding_changes() {
        let mut state = offered(false);
        let row = state.document.cases.id(0);
        state.apply(Intent::EditCell(row, Column::Name, "edited".to_owned()));
        assert!(state.apply(Intent::ResumeRun).is_none());
        let next = NextStudy::RunFolder(PathBuf::from("run"));
        assert_eq!(state.dialog, Some(Dialog::ConfirmDiscardChanges(next)));
        let effect = state.apply(Intent::Confirm);
        assert!(
            matches!(effect, Some(Effect::StartRun(RunRequest::Resume(_, None)))),
            "{effect:?}"
        );
        assert!(
            state.runs.is_starting && state.apply(Intent::ResumeRun).is_none(),
            "it is starting already"
        );
    }

    #[test]
    fn a_document_of_another_workload_is_replaced_by_the_study_of_the_run_folder() {
        let mut state = offered(true);
        let effect = state.apply(Intent::ResumeRun);
        assert!(
            matches!(effect, Some(Effect::StartRun(RunRequest::Resume(_, None)))),
            "{effect:?}"
        );
    }

    #[test]
    fn a_dismissed_run_is_not_resumed() {
        let mut state = offered(false);
        let effect = state.apply(Intent::DismissUnfinished);
        assert!(matches!(effect, Some(Effect::DismissUnfinished(_))), "{effect:?}");
        assert!(state.runs.unfinished.is_none() && state.apply(Intent::ResumeRun).is_none());
        for command in [Command::Pause, Command::MoreWorkers, Command::CancelCases] {
            assert!(!state.is_enabled(command));
        }
    }
}
