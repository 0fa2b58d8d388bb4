//! Applies intents to the study as a whole: open, save, close.

use std::path::{Path, PathBuf};

use crate::window::form::CommandLineEdit;
use crate::window::history::run_history::HistoryJob;
use crate::window::state::app_state::AppState;
use crate::window::state::document::Document;
use crate::window::state::intent::Effect;
use crate::window::state::parts::StudyFile;
use crate::window::state::ui_parts::{Dialog, NextStudy};
use crate::window::state::undo::UndoStack;

impl AppState {
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
            Some(run) if run.report().is_none() || run.title().is_some() => run.forget_rows(),
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

    /// Records that the document was saved.
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

    pub(super) fn open_discarding_changes(&mut self, next: NextStudy) -> Option<Effect> {
        match next {
            NextStudy::Demo => self.replace_document(Document::default(), None),
            NextStudy::AskForPath => {
                self.dialog = Some(Dialog::OpenStudy { path: self.study_path_text() });
            }
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
            self.ask_where_to_save();
        }
        file.map(|file| Effect::WriteStudy(file, self.document.clone()))
    }

    pub(crate) fn ask_where_to_save(&mut self) {
        self.dialog = Some(Dialog::SaveStudy { path: self.study_path_text() });
    }

    /// Asks for a file for the results, and suggests one beside the study.
    pub(crate) fn ask_where_to_export(&mut self) {
        let beside = |file: &PathBuf| {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            file.with_file_name(format!("{stem}-results.csv")).display().to_string()
        };
        let path = self.file.path.as_ref().map_or(String::new(), beside);
        self.dialog = Some(Dialog::ExportResults { path });
    }

    fn study_path_text(&self) -> String {
        self.file.path.as_ref().map_or(String::new(), |file| file.display().to_string())
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
        if self.dialog.as_mut()?.path().is_some_and(|path| path.trim().is_empty()) {
            return None;
        }
        match self.dialog.take()? {
            Dialog::OpenStudy { path } => Some(Effect::ReadStudy(PathBuf::from(path.trim()))),
            Dialog::SaveStudy { path } => {
                let path = with_extension(&path, "caselanes");
                Some(Effect::WriteStudy(path, self.document.clone()))
            }
            Dialog::ResumeRun { path } => {
                self.open_next(NextStudy::RunFolder(PathBuf::from(path.trim())))
            }
            Dialog::ExportResults { path } => {
                let path = with_extension(&path, "csv");
                Some(Effect::ExportResults(path, self.run.as_ref()?.snapshot()))
            }
            Dialog::ConfirmQuitWhileRunning | Dialog::ConfirmQuitUnsaved => {
                Some(Effect::CloseWindow)
            }
            Dialog::ConfirmDeleteRuns(ids) => Some(Effect::History(HistoryJob::Delete(ids))),
            Dialog::ConfirmDiscardChanges(next) => self.open_discarding_changes(next),
            Dialog::Trial | Dialog::Shortcuts | Dialog::About => None,
        }
    }
}

/// Returns the typed path, with this extension if it has none.
fn with_extension(typed: &str, extension: &str) -> PathBuf {
    let path = Path::new(typed.trim());
    if path.extension().is_some() { path.to_owned() } else { path.with_extension(extension) }
}
