//! Applies intents to runs and trials: start, resume, steer, cancel.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::{UnfinishedFolder, base_folder, is_folder_of, portable_study};
use crate::report::RunReport;
use crate::study::{ClockChoice, WorkloadName};
use crate::window::history::run_history::ComparePart;
use crate::window::state::parts::{LeftBy, UnfinishedRun};
use crate::window::state::{
    AppState, Dialog, Document, Effect, NextStep, RunPhase, RunRequest, RunView, Tab, Trial,
};

impl AppState {
    /// Starts a run, or focuses the invalid input.
    pub(crate) fn start_run(&mut self) -> Option<Effect> {
        let document = self.runnable_document()?;
        let earlier = self.runs.last_complete.clone();
        Some(self.start(RunRequest::New(document, earlier)))
    }

    fn start(&mut self, request: RunRequest) -> Effect {
        self.notices.move_on();
        self.timeline.all_runs = false;
        self.timeline.zoom = None;
        self.note_start();
        Effect::StartRun(request)
    }

    /// Notes that something starts with the document as it is.
    pub(super) fn note_start(&mut self) {
        self.runs.is_starting = true;
        self.runs.started_with = self.document.clone();
        self.runs.changed_since.clear();
    }

    /// Measures a sample of the run that is shown, for its series total.
    pub(crate) fn measure_sample(&mut self) -> Option<Effect> {
        let report = Arc::clone(self.run.as_ref()?.to_sample()?);
        self.notices.move_on();
        self.note_start();
        Some(Effect::StartRun(RunRequest::Sample(report)))
    }

    /// Shows a run that was prepared and starts now.
    pub fn begin_run(&mut self, run: RunView) {
        if run.has_document_rows {
            self.file.run_folder.clone_from(&run.folder);
        }
        self.show_run(run);
        self.runs.unfinished = None;
        // The run history shows the run once it is saved.
        if self.tab == Tab::Compare && self.compare_part() != ComparePart::History {
            self.tab = Tab::Bars;
        }
        self.update_staleness();
    }

    /// Shows a run in the tabs. The last run of the document is kept while other runs are shown.
    pub(super) fn show_run(&mut self, run: RunView) {
        let before = self.run.take().filter(|run| run.title.is_none() && run.has_document_rows);
        let is_own = run.title.is_none() && run.has_document_rows;
        self.runs.own = before.or(self.runs.own.take()).filter(|_| !is_own);
        self.run = Some(run);
    }

    pub(crate) fn show_own_run(&mut self) {
        if let Some(run) = self.runs.own.take() {
            self.show_ended_run(run);
        }
    }

    /// Shows a recorded run, and what should be known about its record. The document stays.
    pub fn show_recorded(&mut self, run: RunView, notes: Vec<String>) {
        if self.is_running() {
            let text = "A run is in progress: wait until it ends, then open the recorded run";
            self.report_error(text);
            return;
        }
        self.close_path_dialog();
        let has_starts = run.report().is_some_and(|report| report.source.has_starts());
        if let Some((recorded, report)) = run.recorded.as_ref().zip(run.report()) {
            self.note_recent_file(&recorded.path.clone());
            self.history.add_opened(&recorded.path, report);
        }
        self.show_ended_run(run);
        self.tab = if has_starts { Tab::Timeline } else { Tab::Results };
        notes.into_iter().for_each(|note| self.notify(note));
    }

    pub(crate) fn close_recorded(&mut self) {
        self.run.take_if(|run| run.recorded.is_some());
        self.show_own_run();
        self.update_staleness();
    }

    /// Replaces the document by the study of the recorded run.
    pub(crate) fn open_recorded_study(&mut self) {
        let run = self.run.as_ref().filter(|run| run.recorded.is_some());
        let Some(run) = run else { return };
        let title = run.title.clone().unwrap_or_default();
        let study = portable_study(&run.frozen().study());
        self.replace_document(Document::of_study(study), None);
        self.run.iter_mut().for_each(|run| run.recorded = None);
        self.notify(format!("Opened the study of {title}"));
    }

    /// Resumes the run in a folder, with the document if it still is the study of the run.
    pub(crate) fn resume_run(&mut self, folder: PathBuf) -> Option<Effect> {
        let listed = match self.dialog.take_if(|dialog| matches!(dialog, Dialog::ResumeRun(_))) {
            Some(Dialog::ResumeRun(found)) => found.unwrap_or_default(),
            _ => Vec::new(),
        };
        let listed = listed.iter().find(|listed| listed.path == folder);
        let is_of_document = match &self.runs.unfinished {
            Some(offered) if offered.folder == folder => offered.of_document,
            _ => listed.is_some_and(|listed| self.is_study_of(&folder, &listed.progress.base)),
        };
        let runs_programs = self.document.workload == WorkloadName::Command;
        if self.is_running() || !is_of_document || !runs_programs {
            return self.leave(NextStep::RunFolder(folder));
        }
        let document = self.runnable_document()?;
        Some(self.start(RunRequest::Resume(folder, Some(document))))
    }

    /// Resumes the run in a folder. Its study replaces the document.
    pub(crate) fn resume_run_in(&mut self, folder: PathBuf) -> Option<Effect> {
        if self.is_running() {
            self.report_error("A run is in progress: wait until it ends, then resume another one");
            return None;
        }
        Some(self.start(RunRequest::Resume(folder, None)))
    }

    /// Shows the unfinished runs that were found in the dialog that offers them.
    pub fn list_unfinished(&mut self, folders: Vec<UnfinishedFolder>) {
        if let Some(Dialog::ResumeRun(found)) = &mut self.dialog {
            *found = Some(folders);
        }
    }

    /// Offers to resume a run, unless something else has started meanwhile.
    pub fn offer_unfinished(&mut self, unfinished: UnfinishedRun) {
        if !self.is_running() && self.runs.unfinished.is_none() {
            let of_document =
                unfinished.of_document || self.is_study_of(&unfinished.folder, &unfinished.base);
            self.runs.unfinished = Some(UnfinishedRun { of_document, ..unfinished });
        }
    }

    /// Matches the offered run with the document again.
    pub(super) fn match_unfinished(&mut self) {
        if let Some(mut unfinished) = self.runs.unfinished.take() {
            unfinished.of_document = self.is_study_of(&unfinished.folder, &unfinished.base);
            unfinished.changed = 0;
            self.runs.unfinished = Some(unfinished);
        }
    }

    /// Whether the run in `folder`, whose paths are relative to `base`, is the latest one of the
    /// open study, or has its name and its folder.
    fn is_study_of(&self, folder: &Path, base: &Path) -> bool {
        if self.file.run_folder.as_deref() == Some(folder) {
            return true;
        }
        let name = self.file.study_name();
        let program = self.document.program();
        name.is_some_and(|name| is_folder_of(folder, &name))
            && program.is_some_and(|program| base_folder(Some(program)) == base)
    }

    /// Takes the answer whether the run folder of the run that has ended still exists.
    pub(crate) fn note_run_folder(&mut self, folder: &Path, exists: bool) {
        let path = folder.display();
        if exists {
            return self.notify(format!("The output of the cases and results.csv are in {path}"));
        }
        for run in self.run.iter_mut().chain(&mut self.runs.own) {
            run.folder.take_if(|it| it == folder);
        }
        self.note_offered_folder(folder, exists);
        self.report_error(format!(
            "The run folder is gone, with the output of the cases; the run cannot be resumed: {path}"
        ));
    }

    /// Takes the answer whether the folder of the run that is offered still exists.
    pub(crate) fn note_offered_folder(&mut self, folder: &Path, exists: bool) {
        self.runs.unfinished.take_if(|offered| !exists && offered.folder == folder);
    }

    /// Offers to resume the run that has just ended, if cases are left.
    ///
    /// Returns its folder if the next start must not offer it: all cases are done, or
    /// the run ended by itself.
    pub fn offer_rest_of_run(&mut self) -> Option<PathBuf> {
        let run = self.run.as_ref()?;
        let (state, folder) = (run.state(), run.folder.clone()?);
        let (cases, done) = (state.records.len(), state.done_count as usize);
        if done == cases {
            return Some(folder);
        }
        let all_ended = state.ended_count as usize == cases;
        let ended = all_ended && state.abort_message().is_none() && !run.is_cancelled;
        let (changed, of_document) = (0, run.has_document_rows);
        let left_by = if ended { LeftBy::Failures } else { LeftBy::Interruption };
        let base = base_folder(run.frozen().program.as_deref());
        let unfinished = UnfinishedRun { folder, base, cases, done, changed, left_by, of_document };
        let folder = ended.then(|| unfinished.folder.clone());
        self.runs.unfinished = Some(unfinished);
        self.update_staleness();
        folder
    }

    /// Cancels the run, and the experiment that it is part of.
    pub(crate) fn cancel_run(&mut self) -> Effect {
        if let Some(run) = &mut self.run {
            run.is_cancelled = true;
        }
        for experiment in self.experiments_mut().filter(|experiment| experiment.is_running()) {
            experiment.phase = RunPhase::Cancelling;
        }
        Effect::CancelRun
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

    /// Tries the first selected case, else the first case.
    pub(crate) fn try_selected_case(&mut self) -> Option<Effect> {
        let document = self.runnable_document()?;
        let row = self.selection.indices(&document.cases).first().copied().unwrap_or(0);
        self.notices.move_on();
        let name = document.cases.case(row).name.to_owned();
        self.runs.trial = Some(Trial { name, ..Trial::default() });
        self.dialog = Some(Dialog::Trial);
        Some(Effect::TryCase(document, row))
    }

    pub(crate) fn cancel_trial(&mut self) -> Option<Effect> {
        let trial = self.runs.trial.as_mut().filter(|trial| trial.end.is_none())?;
        trial.is_cancelled = true;
        Some(Effect::CancelTrial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures::MACHINE;
    use crate::study::Column;
    use crate::window::state::Command;
    use crate::window::state::intent::Intent;
    use crate::window::state::{Dialog, MachineInfo};

    fn offered(of_document: bool) -> AppState {
        let mut state = AppState::new(MachineInfo { report: MACHINE, free_memory: None });
        let folder = PathBuf::from("run");
        state.offer_unfinished(UnfinishedRun {
            folder,
            base: PathBuf::new(),
            cases: 200,
            done: 12,
            changed: 0,
            left_by: LeftBy::Interruption,
            of_document,
        });
        state
    }

    fn resume() -> Intent {
        Intent::ResumeRun(PathBuf::from("run"))
    }

    #[test]
    fn resuming_a_run_of_another_study_asks_before_discarding_changes() {
        let mut state = offered(false);
        let row = state.document.cases.id(0);
        state.apply(Intent::EditCell(row, Column::Name.into(), "edited".to_owned()));
        assert!(state.apply(resume()).is_none());
        let next = NextStep::RunFolder(PathBuf::from("run"));
        assert_eq!(state.dialog, Some(Dialog::SaveChanges(next)));
        let effect = state.apply(Intent::Confirm);
        assert!(
            matches!(effect, Some(Effect::StartRun(RunRequest::Resume(_, None)))),
            "{effect:?}"
        );
        assert!(
            state.runs.is_starting && state.apply(resume()).is_none(),
            "it is starting already"
        );
    }

    #[test]
    fn a_document_of_another_workload_is_replaced_by_the_study_of_the_run_folder() {
        let mut state = offered(true);
        let effect = state.apply(resume());
        assert!(
            matches!(effect, Some(Effect::StartRun(RunRequest::Resume(_, None)))),
            "{effect:?}"
        );
    }

    #[test]
    fn a_dismissed_run_is_no_longer_offered() {
        let mut state = offered(false);
        let effect = state.apply(Intent::DismissUnfinished);
        assert!(matches!(effect, Some(Effect::DismissUnfinished(_))), "{effect:?}");
        assert!(state.runs.unfinished.is_none());
        for command in [Command::Pause, Command::MoreWorkers, Command::CancelCases] {
            assert!(!state.is_enabled(command));
        }
    }
}
