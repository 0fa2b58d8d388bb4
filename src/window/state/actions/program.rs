//! Applies intents to the program: its command line, limits and output options.

use std::path::Path;

use crate::study::{StudyOption, WorkloadName};
use crate::window::form::cluster_check::ClusterCheck;
use crate::window::form::lists::list_rows::{TemplateRow, rows, rows_text};
use crate::window::form::program_fields::FormField;
use crate::window::form::{ProgramIntent, field_options, plan_fields};
use crate::window::state::undo::Typing;
use crate::window::state::{AppState, Dialog, Document, Effect};

impl AppState {
    pub(crate) fn act_on_program(&mut self, intent: ProgramIntent) -> Option<Effect> {
        match intent {
            ProgramIntent::TypeCommand(text) => {
                self.undo.push(self.draft(), Some(Typing::Command));
                self.form.command_line.typed = Some(text);
            }
            // Invalid text stays, and its field shows why.
            ProgramIntent::CommitCommand => {
                self.undo.end_typing();
                self.commit_command_line().ok();
            }
            ProgramIntent::Type(field, text) => self.type_option(field, text),
            ProgramIntent::Commit(field) => {
                self.undo.end_typing();
                self.commit_field(field).ok();
            }
            ProgramIntent::GoTo(field) => {
                let form = &mut self.preferences.form;
                form.is_hidden = false;
                form.unfold(field.section());
                self.form.program_fields.pending_focus = Some(field);
            }
            ProgramIntent::BrowseTemplate(row) => {
                let folder = self.document.program.as_ref().map(|program| program.base.clone());
                return Some(Effect::BrowseTemplate(row, folder.unwrap_or_default()));
            }
            ProgramIntent::Focused => self.form.program_fields.pending_focus = None,
        }
        None
    }

    fn type_option(&mut self, field: StudyOption, text: String) {
        self.undo.push(self.draft(), Some(Typing::Option(field)));
        self.form.program_fields.typed.insert(field, text);
    }

    /// Sets the source of the template in a row, relative to the study if it is beside it.
    pub(crate) fn choose_template(&mut self, row: usize, path: &Path) {
        let field = StudyOption::Template;
        let text = self.form.program_fields.text(field, &self.document);
        let mut rows: Vec<TemplateRow> = rows(&text);
        let Some([source, _]) = rows.get_mut(row) else { return };
        let base = self.document.program.as_ref().map_or(Path::new(""), |program| &program.base);
        let is_known = !base.as_os_str().is_empty();
        let beside = path.strip_prefix(base).ok().filter(|_| is_known);
        *source = beside.unwrap_or(path).to_string_lossy().into_owned();
        self.type_option(field, rows_text(&rows));
        self.undo.end_typing();
        // Invalid text stays, and its field shows why.
        self.commit_field(field).ok();
        self.update_staleness();
    }

    pub(crate) fn preview_template(&mut self, index: usize) {
        match self.commit_field(StudyOption::Template) {
            Ok(()) => self.dialog = Some(Dialog::TemplatePreview(index)),
            Err(why) => self.reject_program(why),
        }
    }

    /// Asks the cluster what it offers, or focuses the invalid input.
    pub(crate) fn check_cluster(&mut self) -> Option<Effect> {
        let decisive = |option: &StudyOption| option.is_place() || option.is_resource();
        if let Err(why) = self.commit_fields(field_options().filter(decisive).collect()) {
            self.reject_program(why);
            return None;
        }
        self.form.cluster_check = Some(ClusterCheck::of(&self.document));
        Some(Effect::CheckCluster(self.document.clone()))
    }

    /// Takes the answer of a cluster, unless the check was replaced meanwhile.
    pub(crate) fn take_cluster_check(&mut self, answer: ClusterCheck) {
        self.form.cluster_check = Some(answer);
    }

    /// Moves the typed command line and fields to the document. The error names the invalid one.
    pub(crate) fn commit_program(&mut self) -> Result<(), String> {
        let committed = self.commit_command_line();
        self.commit_fields(plan_fields(&self.document).collect())?;
        if self.document.workload != WorkloadName::Command {
            return Ok(());
        }
        committed.map_err(|why| format!("Program: {why}"))?;
        if self.document.program.is_none() {
            return Err("Program: type the command that each case runs".to_owned());
        }
        self.commit_fields(vec![StudyOption::On])?;
        let is_shown = |&option: &StudyOption| FormField::from(option).is_shown(&self.document);
        self.commit_fields(field_options().filter(is_shown).collect())
    }

    /// Moves all typed texts to the document, also those of hidden fields. The error names the
    /// invalid one.
    pub(crate) fn commit_all(&mut self) -> Result<(), String> {
        self.commit_program()?;
        let hidden =
            |why| format!("{why}; choose the workload, strategy or place that shows this field");
        self.commit_command_line().map_err(|why| hidden(format!("Program: {why}")))?;
        let typed: Vec<StudyOption> = self.form.program_fields.typed.keys().copied().collect();
        self.commit_fields(typed).map_err(hidden)?;
        match self.form.program_fields.typed.keys().next() {
            Some(field) => {
                Err(hidden(format!("{}: expected a program, found none", field.spec().title)))
            }
            None => Ok(()),
        }
    }

    fn commit_fields(&mut self, fields: Vec<StudyOption>) -> Result<(), String> {
        let title = |field: StudyOption| field.spec().title;
        fields.into_iter().try_for_each(|field| {
            self.commit_field(field).map_err(|why| format!("{}: {why}", title(field)))
        })
    }

    /// Moves the typed command line to the document. Undo takes it back with the typing.
    fn commit_command_line(&mut self) -> Result<(), String> {
        self.document.program = self.form.command_line.commit(&self.document)?;
        self.undo.drop_unchanged(&self.draft());
        Ok(())
    }

    fn commit_field(&mut self, field: StudyOption) -> Result<(), String> {
        if let Some(changed) = self.form.program_fields.commit(field, &self.document)? {
            self.document = changed;
            self.undo.drop_unchanged(&self.draft());
        }
        Ok(())
    }

    /// Reports that nothing was saved because of invalid input, and focuses the field.
    pub(crate) fn reject_save(&mut self, why: &str) {
        self.reject_program(format!("Nothing was saved: {why}"));
    }

    /// Reports invalid input of the program, and focuses the field.
    pub(crate) fn reject_program(&mut self, why: String) {
        self.report_invalid(why);
        let section = self.form.program_fields.focus_invalid(&self.document);
        self.preferences.form.unfold(section);
    }

    /// Returns the document if it can be run. Otherwise reports the first invalid
    /// input and focuses it.
    pub(crate) fn runnable_document(&mut self) -> Option<Document> {
        if let Err(why) = self.commit_program() {
            self.reject_program(why);
            return None;
        }
        let Some((row, column)) = self.document.first_invalid() else {
            return Some(self.document.clone());
        };
        self.form.pending_focus = Some((row, column));
        if let Some(problem) = self.document.problem(row, column) {
            self.report_invalid(format!("Row {}: {}", row + 1, problem.message));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use super::*;
    use crate::study::{CommandLine, Program};
    use crate::window::state::Intent;

    #[test]
    fn a_chosen_template_is_relative_to_the_study_if_it_is_beside_it() {
        let mut state = AppState::default();
        let program = Program::new(CommandLine::parse(&["solve"]).unwrap());
        let base = PathBuf::from("/a/study");
        state.document.workload = WorkloadName::Command;
        state.document.program = Some(Arc::new(Program { base, ..program }));
        let row = ProgramIntent::Type(StudyOption::Template, "'' ''".to_owned());
        state.apply(Intent::Program(row));
        for (path, source) in [
            ("/a/study/decks/deck.tpl", "decks/deck.tpl"),
            ("/a/other/deck.tpl", "/a/other/deck.tpl"),
        ] {
            let before = state.revision;
            state.choose_template(0, Path::new(path));
            let program = state.document.program.as_ref().unwrap();
            assert_eq!(program.templates[0].path, Path::new(source));
            assert!(state.revision > before, "the templates are checked again");
        }
        // The row was removed while the dialog was open.
        state.choose_template(1, Path::new("/b"));
        assert_eq!(state.document.program.as_ref().unwrap().templates.len(), 1);
    }

    #[test]
    fn invalid_text_for_a_cluster_prevents_no_run_on_this_machine() {
        let mut state = AppState::default();
        state.document.workload = WorkloadName::Command;
        let program = Program::new(CommandLine::parse(&["solve"]).unwrap());
        state.document.program = Some(Arc::new(program));
        for (place, is_ready) in [("slurm", false), ("local", true)] {
            for (option, text) in [(StudyOption::On, place), (StudyOption::SlurmLicence, "a:b")] {
                state.apply(Intent::Program(ProgramIntent::Type(option, text.to_owned())));
            }
            assert_eq!(state.commit_program().is_ok(), is_ready, "{place}");
        }
        let why = state.commit_all().unwrap_err();
        assert!(why.contains("Slurm licences") && why.contains("or place that shows"), "{why}");
    }
}
