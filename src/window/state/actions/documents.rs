//! Applies intents to the study as a whole (open, save, close), dialogs and messages.

use std::path::{Path, PathBuf};

use crate::window::form::CommandLineEdit;
use crate::window::history::run_history::HistoryJob;
use crate::window::state::parts::StudyFile;
use crate::window::state::undo::UndoStack;
use crate::window::state::{AppState, Dialog, Document, Effect, NextStudy, Notice, PathPurpose};

impl AppState {
    pub fn notify(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), is_error: false });
    }

    pub fn report_error(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), is_error: true });
    }

    /// Replaces the document by one read from a file.
    pub fn replace_document(&mut self, document: Document, path: Option<PathBuf>) {
        self.file = StudyFile { path, saved: document.clone() };
        self.document = document;
        self.undo = UndoStack::default();
        self.form.command_line = CommandLineEdit::default();
        self.form.program_fields.discard();
        self.form.editing = None;
        self.selection.rows.clear();
        self.selection.run_rows.clear();
        // The ids of its rows mean nothing to runs of the document before.
        match &mut self.run {
            Some(run) if run.report().is_none() || run.title.is_some() => {
                run.has_document_rows = false;
            }
            run => *run = None,
        }
        if let Some(unfinished) = &mut self.runs.unfinished {
            unfinished.of_document = false;
        }
        self.experiments_mut().for_each(|experiment| experiment.has_document_rows = false);
        self.timeline.saved_runs.clear();
        self.timeline.all_runs = false;
        self.notice = None;
        self.update_staleness();
    }

    pub fn mark_saved(&mut self, document: Document, path: PathBuf) {
        self.notify(format!("Saved to {}", path.display()));
        self.file = StudyFile { path: Some(path), saved: document };
        self.update_staleness();
    }

    /// Opens another study; asks first if changes would be lost.
    pub(crate) fn open_next(&mut self, next: NextStudy) -> Option<Effect> {
        if self.staleness.has_unsaved_changes {
            self.dialog = Some(Dialog::ConfirmDiscardChanges(next));
            return None;
        }
        self.open_discarding_changes(next)
    }

    pub(crate) fn open_discarding_changes(&mut self, next: NextStudy) -> Option<Effect> {
        match next {
            NextStudy::Demo => self.replace_document(Document::default(), None),
            NextStudy::AskForPath => self.ask_for_study_path(PathPurpose::OpenStudy),
            NextStudy::File(path) => return Some(Effect::ReadStudy(path)),
            NextStudy::RunFolder(folder) => return self.resume_run_in(folder),
            NextStudy::ExampleCases(table) => {
                if let Some(document) = self.example_cases(table) {
                    self.replace_document(document, None);
                }
            }
        }
        None
    }

    /// Saves the study to its file; asks for one if it has none.
    pub(crate) fn save(&mut self) -> Option<Effect> {
        let is_study = |file: &PathBuf| file.extension().is_some_and(|e| e == "caselanes");
        let file = self.file.path.clone().filter(is_study);
        if file.is_none() {
            self.ask_for_study_path(PathPurpose::SaveStudy);
        }
        file.map(|file| Effect::WriteStudy(file, self.document.clone()))
    }

    pub(crate) fn ask_for_study_path(&mut self, purpose: PathPurpose) {
        let file = self.file.path.as_ref();
        let path = file.map_or(String::new(), |file| file.display().to_string());
        self.dialog = Some(Dialog::Path(purpose, path));
    }

    /// Asks for a file for the results, and suggests one beside the study.
    pub(crate) fn ask_where_to_export(&mut self) {
        let beside = |file: &PathBuf| {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            file.with_file_name(format!("{stem}-results.csv")).display().to_string()
        };
        let path = self.file.path.as_ref().map_or(String::new(), beside);
        self.dialog = Some(Dialog::Path(PathPurpose::ExportResults, path));
    }

    /// Closes the window; asks first if something would be lost.
    pub(crate) fn quit(&mut self) -> Option<Effect> {
        if self.is_running() {
            self.dialog = Some(Dialog::ConfirmQuitWhileRunning);
        } else if self.staleness.has_unsaved_changes {
            self.dialog = Some(Dialog::ConfirmQuitUnsaved);
        } else {
            return Some(Effect::CloseWindow);
        }
        None
    }

    /// Does what the open dialog asks about, and closes it.
    pub(crate) fn confirm_dialog(&mut self) -> Option<Effect> {
        // A dialog that asks for a path stays open until there is one.
        if matches!(self.dialog.as_ref()?, Dialog::Path(_, path) if path.trim().is_empty()) {
            return None;
        }
        match self.dialog.take()? {
            Dialog::Path(purpose, path) => self.use_path(purpose, Path::new(path.trim())),
            Dialog::ConfirmQuitWhileRunning | Dialog::ConfirmQuitUnsaved => {
                Some(Effect::CloseWindow)
            }
            Dialog::ConfirmDeleteRuns(ids) => Some(Effect::History(HistoryJob::Delete(ids))),
            Dialog::ConfirmDiscardChanges(next) => self.open_discarding_changes(next),
            Dialog::Trial | Dialog::Shortcuts | Dialog::About => None,
        }
    }

    fn use_path(&mut self, purpose: PathPurpose, path: &Path) -> Option<Effect> {
        let with_extension = |extension| match path.extension() {
            Some(_) => path.to_owned(),
            None => path.with_extension(extension),
        };
        match purpose {
            PathPurpose::OpenStudy => Some(Effect::ReadStudy(path.to_owned())),
            PathPurpose::SaveStudy => {
                Some(Effect::WriteStudy(with_extension("caselanes"), self.document.clone()))
            }
            PathPurpose::ResumeRun => self.open_next(NextStudy::RunFolder(path.to_owned())),
            PathPurpose::ExportResults => {
                Some(Effect::ExportResults(with_extension("csv"), self.run.as_ref()?.snapshot()))
            }
        }
    }

    /// Closes the dialog, else the message. The dialog of a running trial stays open
    /// until the trial has ended.
    pub(crate) fn dismiss(&mut self) -> Option<Effect> {
        if self.dialog == Some(Dialog::Trial) && self.is_trying() {
            return self.cancel_trial();
        }
        if self.dialog.take().is_none() {
            self.notice = None;
        }
        if self.is_trying() {
            self.dialog = Some(Dialog::Trial);
        }
        None
    }
}
