//! Applies intents to the study as a whole (open, save, close), dialogs and messages.

use std::mem;
use std::path::{Path, PathBuf};

use crate::history::SavedRunId;
use crate::window::compare::experiment_progress::ExperimentProgress;
use crate::window::frame::notices::Trouble;
use crate::window::history::run_history::HistoryJob;
use crate::window::state::parts::{RecentFile, TypedTexts};
use crate::window::state::selection::Selection;
use crate::window::state::study_file::{FileVersion, StudyFile};
use crate::window::state::undo::UndoStack;
use crate::window::state::{
    AppState, Dialog, Document, Effect, FileContent, Intent, MayReplace, NextStep, Notice,
    PathDialog, PathPurpose, Replacing, WriteRequest,
};

const MAX_RECENT_FILES: usize = 10;

impl AppState {
    pub fn notify(&mut self, text: impl Into<String>) {
        self.notices.post(Notice { text: text.into(), is_error: false });
    }

    pub fn report_error(&mut self, text: impl Into<String>) {
        let notice = Notice { text: text.into(), is_error: true };
        match &mut self.dialog {
            Some(Dialog::Path(dialog)) => dialog.notice = Some(notice),
            _ => self.notices.post(notice),
        }
    }

    /// Reports what is wrong with a file until it is solved, or in the dialog that names the file.
    pub(crate) fn report_until(&mut self, trouble: Trouble, text: String) {
        match self.dialog {
            Some(Dialog::Path(_)) => self.report_error(text),
            _ => self.notices.post_trouble(trouble, text),
        }
    }

    /// Reports why input cannot be used, until it changes.
    pub(crate) fn report_invalid(&mut self, text: String) {
        self.notices.reject_input(text);
    }

    /// Replaces the document by one read from a file; its file is then the latest one.
    pub fn replace_document(&mut self, document: Document, path: Option<PathBuf>) {
        self.close_path_dialog();
        path.iter().for_each(|path| self.note_recent_file(path));
        self.file = StudyFile::new(path, document.clone());
        self.set_file_notice();
        self.document = document;
        self.runs.started_with = self.document.clone();
        self.results.forget_study();
        self.undo = UndoStack::default();
        self.discard_views_of_rows();
        self.notices.move_on();
        for trouble in [Trouble::Unreadable, Trouble::Unsaved] {
            self.notices.solve(trouble);
        }
        self.update_staleness();
    }

    /// Shows no run, as a study begins that was opened; one in progress stays.
    pub fn show_no_run(&mut self) {
        self.run.take_if(|run| run.report().is_some());
        self.runs.experiment.take_if(|experiment| !experiment.progress.is_running());
        self.workers.sweep.take_if(|sweep| !sweep.progress.is_running());
        self.forget_results_before();
        self.update_staleness();
    }

    fn forget_results_before(&mut self) {
        self.runs.comparison_before = None;
        self.workers.sweep_before = None;
    }

    /// Takes over the content that another program has written to the file; can be undone.
    pub fn reload(&mut self, document: Document) {
        self.edit(|current| current.clone_from(&document));
        let table_options = mem::take(&mut self.file.table_options);
        let file = StudyFile::new(self.file.path.take(), document);
        self.file = StudyFile { table_options, ..file };
        self.discard_views_of_rows();
        self.notices.solve(Trouble::Unreadable);
        self.update_staleness();
        self.notify("Reloaded the file; Undo brings the study back as it was");
    }

    /// Discards typed text and all views of the rows of a document that has been replaced.
    fn discard_views_of_rows(&mut self) {
        self.form.set_typed(TypedTexts::default());
        self.form.editing = None;
        self.selection = Selection::default();
        self.cases.edited = None;
        self.cases.filter.clear();
        // The ids of its rows mean nothing to runs of the document before. Runs of other studies
        // stay, such as those of an example.
        self.run.take_if(|run| run.report().is_some() && run.has_document_rows);
        if let Some(run) = &mut self.run {
            run.has_document_rows = false;
        }
        let is_over =
            |progress: &ExperimentProgress| progress.has_document_rows && !progress.is_running();
        self.runs.experiment.take_if(|experiment| is_over(&experiment.progress));
        self.workers.sweep.take_if(|sweep| is_over(&sweep.progress));
        self.forget_results_before();
        self.runs.own = None;
        self.match_unfinished();
        self.experiments_mut().for_each(|experiment| experiment.has_document_rows = false);
        self.timeline.saved_runs.clear();
        self.timeline.all_runs = false;
    }

    /// Notes what is known of the file of the study; see [`StudyFile::note`].
    pub fn note_version(&mut self, watched: (&Path, FileVersion), found: Option<FileVersion>) {
        if self.file.note(watched, found) {
            let path = watched.0.display();
            let text = if self.file.study() == Some(watched.0) {
                format!("The file no longer exists; saving writes it again: {path}")
            } else {
                format!("The table no longer exists; saving keeps its cases: {path}")
            };
            self.notices.post_trouble(Trouble::NoFile, text);
        }
        self.set_file_notice();
        self.update_staleness();
    }

    /// Ends the notice that the file is missing once it is not.
    fn set_file_notice(&mut self) {
        if !self.file.is_missing() {
            self.notices.solve(Trouble::NoFile);
        }
    }

    pub(crate) fn keep_mine(&mut self) {
        self.file.keep_mine();
        self.update_staleness();
    }

    /// Continues with what a window knew of its latest run before it was killed.
    pub fn restore_run_folder(&mut self, folder: Option<PathBuf>) {
        self.file.run_folder = folder;
        self.match_unfinished();
    }

    /// Puts back changes and typed texts that a window could not save before it was killed; can
    /// be undone.
    pub fn restore(&mut self, changed: Option<Document>, typed: TypedTexts) {
        self.edit(|document| *document = changed.unwrap_or_else(|| document.clone()));
        self.form.set_typed(typed);
        self.update_staleness();
        self.notify("Restored the unsaved changes of a window that was not closed properly");
    }

    pub fn mark_saved(&mut self, document: Document, path: PathBuf) {
        self.note_recent_file(&path);
        let run_folder = self.file.run_folder.take();
        self.file = StudyFile { run_folder, ..StudyFile::new(Some(path), document) };
        self.set_file_notice();
        self.update_staleness();
    }

    /// Puts a file at the top of the recent ones.
    pub(super) fn note_recent_file(&mut self, path: &Path) {
        self.recent_files.retain(|file| file.path != path);
        self.recent_files.insert(0, RecentFile { path: path.to_owned(), is_missing: false });
        self.recent_files.truncate(MAX_RECENT_FILES);
    }

    pub(crate) fn check_recent_files(&self) -> Effect {
        Effect::CheckFiles(self.recent_files.iter().map(|file| file.path.clone()).collect())
    }

    /// Leaves the document for the next step; asks first if changes would be lost.
    pub(crate) fn leave(&mut self, next: NextStep) -> Option<Effect> {
        // Typed text that is invalid is a change too, although it is not in the document.
        self.commit_program().ok();
        self.update_staleness();
        if self.has_changes() {
            self.dialog = Some(Dialog::SaveChanges(next));
            return None;
        }
        self.leave_unsaved(next)
    }

    fn leave_unsaved(&mut self, next: NextStep) -> Option<Effect> {
        match next {
            NextStep::Demo => {
                self.replace_document(Document::default(), None);
                self.show_no_run();
            }
            NextStep::File(path) => return Some(Effect::ReadStudy(path, MayReplace::Yes)),
            NextStep::RunFolder(folder) => return self.resume_run_in(folder),
            NextStep::SavedRun(id) => {
                let document = Box::new(self.document.clone());
                return Some(Effect::History(HistoryJob::OpenAsStudy(id, document)));
            }
            NextStep::RecordedStudy => self.open_recorded_study(),
            NextStep::ExampleCases(table) => {
                if let Some(document) = self.example_cases(table) {
                    self.replace_document(document, None);
                }
            }
            NextStep::Quit => return Some(Effect::CloseWindow),
        }
        None
    }

    /// Saves the study to its file, then takes the next step; asks for a file if it has none.
    pub(crate) fn save(&mut self, next: Option<NextStep>) -> Option<Effect> {
        // Undo leads back to what was saved.
        self.undo.end_typing();
        let Some(path) = self.file.study().map(Path::to_owned) else {
            self.ask_for_path(PathPurpose::SaveStudy);
            if let Some(Dialog::Path(dialog)) = &mut self.dialog {
                dialog.next = next;
            }
            return None;
        };
        if self.file.extra.is_some() {
            self.dialog = Some(Dialog::ConfirmOverwrite(next));
            return None;
        }
        let replacing = self.file.version.map_or(Replacing::Anything, Replacing::Version);
        Some(self.write_study(path, next, replacing))
    }

    fn write_study(&self, path: PathBuf, next: Option<NextStep>, replacing: Replacing) -> Effect {
        let content = FileContent::Study(self.document.moved_to(&path), next);
        Effect::Write(WriteRequest { path, content, replacing, inputs: Vec::new() })
    }

    /// Saves the study as another file, then takes the step that the dialog names.
    pub(crate) fn save_elsewhere(&mut self) {
        let Some(Dialog::ConfirmOverwrite(next)) = self.dialog.take() else { return };
        self.ask_for_path(PathPurpose::SaveStudy);
        if let Some(Dialog::Path(dialog)) = &mut self.dialog {
            dialog.next = next;
        }
    }

    /// Saves the study before the step that the dialog names.
    pub(crate) fn save_changes(&mut self) -> Option<Effect> {
        let Some(Dialog::SaveChanges(next)) = self.dialog.take() else { return None };
        if let Err(why) = self.commit_all() {
            self.reject_save(&why);
            return None;
        }
        self.save(Some(next))
    }

    /// Asks for a path, and suggests one beside the study.
    pub(crate) fn ask_for_path(&mut self, purpose: PathPurpose) {
        let suggested = match purpose {
            PathPurpose::SaveStudy => self.file.beside(".caselanes"),
            PathPurpose::SaveCases => self.file.beside(".csv"),
            PathPurpose::ExportResults => self.file.beside("-results.csv"),
            PathPurpose::SaveLog => self.file.beside("-log.txt"),
            PathPurpose::SavePicture => {
                let tab: &str = self.tab.into();
                self.file.beside(&format!("-{}.png", tab.to_lowercase()))
            }
            PathPurpose::OpenStudy | PathPurpose::ImportCases => {
                self.file.path.as_ref().map_or(String::new(), |path| path.display().to_string())
            }
            PathPurpose::ResumeRun | PathPurpose::ImportRun | PathPurpose::ExportRun => {
                String::new()
            }
        };
        self.dialog = Some(Dialog::Path(PathDialog::new(purpose, suggested)));
    }

    /// Asks for the file to export a saved run to, and suggests one beside the study.
    pub(crate) fn ask_for_export(&mut self, id: SavedRunId) {
        let Some(listed) = self.history.get(&id) else { return };
        let is_plain = |c: char| c.is_alphanumeric() || " -_,.".contains(c);
        let name: String =
            listed.run.name.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
        let study = PathBuf::from(self.file.beside(""));
        let folder = study.parent().filter(|folder| folder.is_absolute());
        let folder = folder.unwrap_or(Path::new("~"));
        let text = folder.join(format!("{}.run", name.trim())).display().to_string();
        let dialog = PathDialog::new(PathPurpose::ExportRun, text);
        self.dialog = Some(Dialog::Path(PathDialog { run: Some(id), ..dialog }));
    }

    /// Closes the window; asks first if something would be lost.
    pub(crate) fn quit(&mut self) -> Option<Effect> {
        if let Some(Dialog::Column(form)) = &mut self.dialog
            && form.is_changed(&self.document)
        {
            let problem = "The window stays open: apply these changes, or cancel them";
            form.problem = Some(problem.to_owned());
            return None;
        }
        if self.is_running() {
            self.dialog = Some(Dialog::ConfirmQuitWhileRunning);
            return None;
        }
        self.leave(NextStep::Quit)
    }

    /// Does what the open dialog asks about, and closes it. A dialog that asks for a path
    /// stays open until the path has been used.
    pub(crate) fn confirm_dialog(&mut self) -> Option<Effect> {
        match self.dialog.take()? {
            Dialog::Path(dialog) => self.use_path(dialog, false),
            Dialog::ConfirmReplace(dialog) => self.use_path(dialog, true),
            Dialog::ConfirmOverwrite(next) if self.file.extra.take().is_some() => self.save(next),
            Dialog::ConfirmOverwrite(next) => {
                let path = self.file.study()?.to_owned();
                Some(self.write_study(path, next, Replacing::Anything))
            }
            Dialog::ConfirmQuitWhileRunning => self.leave(NextStep::Quit),
            Dialog::ConfirmDeleteRuns(ids) => Some(Effect::History(HistoryJob::Delete(ids))),
            Dialog::SaveChanges(next) => self.leave_unsaved(next),
            Dialog::Column(form) => {
                // Stays open until the column is set.
                self.dialog = Some(Dialog::Column(form));
                self.set_column()
            }
            opening @ Dialog::Opening(_) => {
                self.dialog = Some(opening);
                None
            }
            Dialog::ResumeRun(_)
            | Dialog::Trial
            | Dialog::Generator
            | Dialog::TemplatePreview(_)
            | Dialog::DecimalSign(_)
            | Dialog::Import
            | Dialog::Shortcuts
            | Dialog::Glossary
            | Dialog::Palette(_)
            | Dialog::About => None,
        }
    }

    fn use_path(&mut self, dialog: PathDialog, may_replace: bool) -> Option<Effect> {
        let PathDialog { purpose, ref text, ref next, ref run, .. } = dialog;
        let (path, is_empty) = (dialog.target(), text.trim().is_empty());
        let (next, run) = (next.clone(), run.clone());
        self.dialog = Some(Dialog::Path(dialog));
        if is_empty {
            self.report_error("Type a path, or choose a file by Browse");
            return None;
        }
        let content = match purpose {
            PathPurpose::OpenStudy => {
                return Some(Effect::ReadStudy(path, MayReplace::IfUnchanged));
            }
            PathPurpose::ImportCases => return Some(Effect::ReadCases(path)),
            PathPurpose::ResumeRun => return self.leave(NextStep::RunFolder(path)),
            PathPurpose::ImportRun => return Some(Effect::History(HistoryJob::Import(path))),
            PathPurpose::ExportRun => {
                let job = HistoryJob::Export { id: run?, path, may_replace };
                return Some(Effect::History(job));
            }
            PathPurpose::SaveStudy => FileContent::Study(self.document.moved_to(&path), next),
            PathPurpose::SaveCases => FileContent::Cases(self.document.clone()),
            PathPurpose::ExportResults => FileContent::Results(self.run.as_ref()?.snapshot()),
            PathPurpose::SavePicture => {
                FileContent::Picture(self.chart_picture()?, self.preferences.picture)
            }
            PathPurpose::SaveLog => {
                let run = self.run.as_ref()?;
                FileContent::Log(run.snapshot(), run.log.clone())
            }
        };
        if let Some(Dialog::Path(dialog)) = &mut self.dialog {
            let text = "Writing the file…".to_owned();
            dialog.notice = Some(Notice { text, is_error: false });
        }
        let is_own = purpose == PathPurpose::SaveStudy && self.file.study() == Some(&path);
        let is_own = is_own && self.file.extra.is_none();
        let replacing = match self.file.version.filter(|_| is_own) {
            Some(version) if !may_replace => Replacing::Version(version),
            None if !may_replace => Replacing::Nothing,
            _ => Replacing::Anything,
        };
        let saves_study = matches!(purpose, PathPurpose::SaveStudy | PathPurpose::SaveCases);
        let inputs = if saves_study { Vec::new() } else { self.inputs() };
        Some(Effect::Write(WriteRequest { path, content, replacing, inputs }))
    }

    /// Returns the files that the study reads.
    fn inputs(&self) -> Vec<PathBuf> {
        let files =
            self.file.path.iter().chain(self.file.cases_file.iter().map(|it| &it.path)).cloned();
        let program = self.document.program.iter().flat_map(|program| program.inputs());
        files.chain(program).collect()
    }

    /// Asks whether the file of the study, which another program has changed, may be replaced.
    pub fn ask_to_overwrite(&mut self, content: FileContent) {
        if let FileContent::Study(_, next) = content {
            self.dialog = Some(Dialog::ConfirmOverwrite(next));
        }
    }

    /// Asks whether the file that the path dialog names, which exists, may be replaced.
    pub fn ask_to_replace(&mut self) {
        self.dialog = match self.dialog.take() {
            Some(Dialog::Path(dialog)) => {
                Some(Dialog::ConfirmReplace(PathDialog { notice: None, ..dialog }))
            }
            dialog => dialog,
        };
    }

    /// Closes the path dialog once its path has been used.
    pub fn close_path_dialog(&mut self) {
        self.dialog.take_if(|dialog| matches!(dialog, Dialog::Path(_)));
        self.notices.move_on();
    }

    /// Records that a file has been written.
    pub fn take_written(
        &mut self,
        path: PathBuf,
        content: FileContent,
        version: Option<FileVersion>,
    ) {
        self.close_path_dialog();
        let is_results = matches!(content, FileContent::Results(_));
        let verb = if is_results { "The results are in" } else { "Saved to" };
        self.notify(format!("{verb} {}", path.display()));
        if self.file.path.as_deref() == Some(&*path) {
            // What was wrong with the file has been replaced.
            self.notices.solve(Trouble::Unreadable);
        }
        match content {
            FileContent::Study(document, next) => {
                if self.document.moved_to(&path) == document {
                    self.document = document.clone();
                }
                self.mark_saved(document, path);
                self.notices.solve(Trouble::Unsaved);
                self.file.version = version;
                // `leave` repeats the question of a dialog if there are other changes.
                let asked = self.dialog.take_if(|dialog| matches!(dialog, Dialog::SaveChanges(_)));
                let next = next.or(match asked {
                    Some(Dialog::SaveChanges(next)) => Some(next),
                    _ => None,
                });
                self.queued.extend(next.map(Intent::Leave));
            }
            // The document is then the table, unless it is a study that has other content.
            FileContent::Cases(document) if self.file.study().is_none() => {
                let mut saved = self.file.saved.clone();
                saved.cases = document.cases;
                self.mark_saved(saved, path);
                self.file.version = version;
            }
            FileContent::Cases(_) => self.note_recent_file(&path),
            FileContent::Results(_) | FileContent::Log(..) | FileContent::Picture(..) => {}
        }
    }

    /// Closes the dialog, ends the tour, or closes the newest message. The dialog of a running trial
    /// stays open until the trial has ended, that of the first study until it is read.
    pub(crate) fn dismiss(&mut self) -> Option<Effect> {
        if self.dialog == Some(Dialog::Trial) && self.is_trying() {
            return self.cancel_trial();
        }
        match self.dialog.take() {
            Some(Dialog::ConfirmReplace(dialog)) => self.dialog = Some(Dialog::Path(dialog)),
            opening @ Some(Dialog::Opening(_)) => self.dialog = opening,
            Some(_) => {}
            None if self.first_steps.tour.take().is_some() => {}
            None => self.notices.dismiss_newest(),
        }
        if self.is_trying() {
            self.dialog = Some(Dialog::Trial);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{Column, StudyOption};
    use crate::window::results::charts::chart_axes::{ChartAxes, ChartAxis};
    use crate::window::results::columns::{ResultsColumn, Sort};
    use crate::window::results::query::BestBy;
    use crate::window::results::results_state::ResultsIntent;
    use crate::window::state::Command;

    #[test]
    fn the_title_names_the_file_and_marks_changes() {
        let mut state = AppState::default();
        assert_eq!(state.title(), "New study – CaseLanes");
        state.mark_saved(state.document.clone(), "/a/wings.caselanes".into());
        assert_eq!(state.title(), "wings.caselanes – CaseLanes");
        let row = state.document.cases.id(0);
        state.apply(Intent::EditCell(row, Column::X.into(), "7".to_owned()));
        assert_eq!(state.title(), "wings.caselanes • – CaseLanes");
        state.mark_saved(state.document.clone(), "/a/wings.caselanes".into());
        state.form.program_fields.typed.insert(StudyOption::Seed, "letters".to_owned());
        assert_eq!(state.title(), "wings.caselanes • – CaseLanes");
    }

    #[test]
    fn undo_leads_back_to_what_was_saved() {
        let mut state = AppState::default();
        state.mark_saved(state.document.clone(), "/a/wings.caselanes".into());
        let row = state.document.cases.id(0);
        let edit = |name: &str| Intent::EditCell(row, Column::Name.into(), name.to_owned());
        for typed in ["sav", "saved"] {
            state.apply(edit(typed));
        }
        assert!(state.apply(Intent::Command(Command::Save)).is_some());
        state.apply(edit("later"));
        state.apply(Intent::Command(Command::Undo));
        assert_eq!(state.document.cases.case(0).name, "saved");
    }

    #[test]
    fn the_notice_of_a_missing_file_ends_when_the_file_is_back_or_saved() {
        let version = FileVersion::of(b"one");
        let path = Path::new("/a/wings.caselanes");
        let missing = || {
            let mut state = AppState::default();
            state.mark_saved(state.document.clone(), path.to_owned());
            state.file.version = Some(version);
            state.note_version((path, version), None);
            assert!(state.notices.newest().unwrap().text.starts_with("The file no longer exists"));
            state
        };
        let mut state = missing();
        state.note_version((path, version), Some(version));
        assert_eq!(state.notices.newest(), None);
        let mut state = missing();
        let content = FileContent::Study(state.document.clone(), None);
        state.take_written(path.to_owned(), content, Some(version));
        assert_eq!(state.notices.iter().count(), 1, "only that it is saved");
        assert!(state.notices.newest().unwrap().text.starts_with("Saved to"));
    }

    #[test]
    fn a_save_with_an_invalid_field_says_that_nothing_was_saved() {
        let mut state = AppState::default();
        state.mark_saved(state.document.clone(), "/a/wings.caselanes".into());
        state.form.program_fields.typed.insert(StudyOption::Workers, "many".to_owned());
        assert!(state.apply(Intent::Command(Command::Save)).is_none());
        let text = &state.notices.newest().unwrap().text;
        assert!(text.starts_with("Nothing was saved: Workers: expected a whole number"), "{text}");
    }

    #[test]
    fn the_text_of_a_hidden_field_is_saved_or_prevents_saving() {
        let saved = |option: StudyOption, text: &str| {
            let mut state = AppState::default();
            state.mark_saved(state.document.clone(), "/a/wings.caselanes".into());
            state.form.program_fields.typed.insert(option, text.to_owned());
            let effect = state.apply(Intent::Command(Command::Save));
            (effect.is_some(), state)
        };
        let (is_saved, state) = saved(StudyOption::Batch, "4");
        assert!(is_saved && state.document.plan.batch == Some(4));
        for (option, text) in [(StudyOption::Batch, "4x"), (StudyOption::Timeout, "9")] {
            let (is_saved, mut state) = saved(option, text);
            let text = state.notices.newest().unwrap().text.clone();
            assert!(!is_saved && text.contains("that shows this field"), "{text}");
            state.dialog = Some(Dialog::SaveChanges(NextStep::Demo));
            assert!(state.save_changes().is_none() && state.has_changes());
        }
        let (_, mut state) = saved(StudyOption::Batch, "4");
        state.form.command_line.typed = Some("solve \"half".to_owned());
        assert!(state.apply(Intent::Command(Command::Save)).is_none());
        let text = &state.notices.newest().unwrap().text;
        assert!(text.starts_with("Nothing was saved: Program: "), "{text}");
    }

    #[test]
    fn a_save_answers_the_question_that_was_asked_meanwhile() {
        let path = Path::new("/a/wings.caselanes");
        for is_edited in [false, true] {
            let mut state = AppState::default();
            state.mark_saved(state.document.clone(), path.to_owned());
            state.apply(Intent::Command(Command::AddCase));
            let content = FileContent::Study(state.document.clone(), None);
            if is_edited {
                state.apply(Intent::Command(Command::AddCase));
            }
            assert!(state.apply(Intent::Leave(NextStep::Quit)).is_none());
            assert_eq!(state.dialog, Some(Dialog::SaveChanges(NextStep::Quit)));
            state.take_written(path.to_owned(), content, None);
            assert_eq!(state.dialog, None);
            let next: Vec<Intent> = state.queued.drain(..).collect();
            assert_eq!(next, [Intent::Leave(NextStep::Quit)]);
            let closes = matches!(state.apply(next[0].clone()), Some(Effect::CloseWindow));
            assert_eq!(closes, !is_edited);
        }
    }

    #[test]
    fn an_empty_path_is_asked_for_in_its_dialog() {
        let mut state = AppState::default();
        state.apply(Intent::Command(Command::SaveAs));
        state.apply(Intent::EditPath(PathPurpose::SaveStudy, " ".to_owned()));
        assert!(state.apply(Intent::Confirm).is_none());
        let Some(Dialog::Path(dialog)) = state.dialog else { panic!("the dialog stays open") };
        assert_eq!(dialog.notice.unwrap().text, "Type a path, or choose a file by Browse");
    }

    #[test]
    fn a_new_study_has_no_choices_made_for_another_one() {
        let mut state = AppState::default();
        state.results.filter.text = "wing".to_owned();
        state.results.target = "4".to_owned();
        for intent in [
            ResultsIntent::Front(true),
            ResultsIntent::Axis(ChartAxis::ScatterX, Some(ResultsColumn::Extra(2))),
            ResultsIntent::SortBy(ResultsColumn::Extra(2)),
            ResultsIntent::BestBy(BestBy::Greatest),
        ] {
            state.apply(Intent::Results(intent));
        }
        state.apply(Intent::Command(Command::New));
        assert!(state.results.filter.is_empty());
        assert_eq!(state.results.axes, ChartAxes::default());
        assert_eq!((state.results.best_by, state.results.target.as_str()), (BestBy::Least, ""));
        assert_eq!(state.results.sort, Sort::default());
    }

    #[test]
    fn ten_recent_files_are_kept_the_latest_first() {
        let mut state = AppState::default();
        for number in (0..12).chain([5]) {
            state.mark_saved(state.document.clone(), format!("/{number}.caselanes").into());
        }
        let numbers: Vec<_> = state.recent_files.iter().map(|file| file.path.clone()).collect();
        assert_eq!(numbers.len(), MAX_RECENT_FILES);
        assert_eq!(numbers[0], Path::new("/5.caselanes"));
        assert_eq!(numbers[1], Path::new("/11.caselanes"));
    }
}
