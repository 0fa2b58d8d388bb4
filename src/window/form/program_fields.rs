//! The options with a field of their own in the form.
//!
//! Invalid text stays in its field, and a run focuses the field.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::sync::Arc;

use super::form_layout::FormSection;
use super::lists::list_rows::{items, program_text};
use crate::study::{
    Dispatch, LaneCount, OptionValue, StudyOption, ValueKind, WorkloadName, option_lines,
};
use crate::system::command_line;
use crate::window::help::term::{Concept, Term};
use crate::window::state::Document;

/// Returns the options with a field of their own: the limits, and those of the program.
pub fn field_options() -> impl Iterator<Item = StudyOption> {
    StudyOption::of_plan().filter(|option| option.is_limit()).chain(StudyOption::of_program())
}

/// A control of the form below the cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormField {
    Workload,
    /// The command line.
    Program,
    Option(StudyOption),
}

impl From<StudyOption> for FormField {
    fn from(option: StudyOption) -> Self {
        Self::Option(option)
    }
}

impl FormField {
    /// Returns all for a document, also those that its workload does not have.
    pub fn all(document: &Document) -> impl Iterator<Item = Self> {
        let options = CHOICES.into_iter().chain(plan_fields(document)).chain(field_options());
        [Self::Workload, Self::Program].into_iter().chain(options.map(Self::Option))
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Workload => Term::from(Concept::Workload).title(),
            Self::Program => Term::from(Concept::Program).title(),
            Self::Option(option) => option.spec().title,
        }
    }

    pub fn section(self) -> FormSection {
        match self {
            Self::Workload | Self::Program => FormSection::Workload,
            Self::Option(option) => section_of(option),
        }
    }

    /// Returns whether the form shows it for a document.
    pub fn is_shown(self, document: &Document) -> bool {
        match self {
            Self::Workload => true,
            Self::Option(option) if section_of(option) == FormSection::Plan => {
                CHOICES.contains(&option) || plan_fields(document).any(|field| field == option)
            }
            Self::Option(option) if option.is_place() && option != StudyOption::On => {
                document.workload == WorkloadName::Command
                    && document.program.as_ref().is_some_and(|program| program.cluster.is_some())
            }
            Self::Program | Self::Option(_) => document.workload == WorkloadName::Command,
        }
    }
}

/// Options of the plan that are chosen from lists.
const CHOICES: [StudyOption; 4] =
    [StudyOption::Strategy, StudyOption::Order, StudyOption::Series, StudyOption::Clock];

/// Returns the section with the field of an option.
pub fn section_of(option: StudyOption) -> FormSection {
    match option {
        StudyOption::Template | StudyOption::Stdin => FormSection::InputFiles,
        option if option.is_place() => FormSection::Where,
        _ if field_options().any(|field| field == option) => FormSection::Limits,
        _ => FormSection::Plan,
    }
}

/// Returns the options of the plan with a text field.
pub fn plan_fields(document: &Document) -> impl Iterator<Item = StudyOption> {
    let strategy = document.plan.strategy;
    let has_workers = strategy.lanes() == LaneCount::Workers;
    let has_batches = strategy.dispatch() == Dispatch::Batches;
    let workers = has_workers.then_some(StudyOption::Workers).into_iter();
    let batch = has_batches.then_some(StudyOption::Batch);
    workers.chain(batch).chain([StudyOption::Seed, StudyOption::TimeScale])
}

pub(crate) fn hover_text(option: StudyOption) -> String {
    let spec = option.spec();
    let remark = match spec.kind {
        ValueKind::Path => "; relative to the study file",
        ValueKind::Variables => "; separate several by spaces: A=1 B=\"two words\"",
        _ => "",
    };
    format!("{}{remark}", spec.help)
}

/// Returns the value in the document as it is typed into a field.
fn document_text(option: StudyOption, document: &Document) -> String {
    let kind = option.spec().kind;
    if let Some(text) = document.program.as_ref().and_then(|program| program_text(kind, program)) {
        return text;
    }
    match option.get(&document.plan, document.program.as_deref()) {
        None => String::new(),
        Some(OptionValue::On) => true.to_string(),
        Some(OptionValue::Number(text) | OptionValue::Text(text)) => text,
        Some(OptionValue::List(texts)) => command_line::join(texts),
        Some(OptionValue::Variables(variables)) => {
            let words = variables.iter().map(|(name, value)| variable_text(name, value));
            words.collect::<Vec<_>>().join(" ")
        }
    }
}

/// Sets an option of the document to a typed text. The error says why it is invalid.
fn set_in_document(
    option: StudyOption,
    typed: &str,
    document: &mut Document,
) -> Result<(), String> {
    let kind = option.spec().kind;
    let mut texts = match (items(kind, typed), kind) {
        (Some(items), _) => items?,
        (None, kind) if kind.is_list() => {
            command_line::split(typed).map_err(|_| MISSING_QUOTE.to_owned())?
        }
        // Spaces around a text may be intended.
        (None, ValueKind::Text) => vec![typed.to_owned()],
        (None, _) => vec![typed.trim().to_owned()],
    };
    texts.retain(|text| !text.is_empty());
    set(option, None, document)?;
    for text in &texts {
        set(option, Some(text), document)
            .map_err(|expected| format!("{expected}, found {text:?}"))?;
    }
    match option.get(&document.plan, document.program.as_deref()) {
        Some(OptionValue::Variables(variables)) if variables.len() < texts.len() => {
            Err("a variable is set twice; remove one".to_owned())
        }
        _ => Ok(()),
    }
}

/// Error for text that cannot be split into words.
pub(super) const MISSING_QUOTE: &str = "a quote is missing";

fn set(option: StudyOption, text: Option<&str>, document: &mut Document) -> Result<(), String> {
    let text = text.map(OsStr::new);
    match &mut document.program {
        Some(program) if option.is_for_programs() => {
            option.set_in_program(Arc::make_mut(program), text)
        }
        _ => option.set_in_plan(&mut document.plan, text),
    }
}

/// Returns a variable as one word of a command line.
fn variable_text(name: &str, value: &str) -> String {
    match command_line::quote(name) {
        quoted if quoted == name => format!("{name}={}", command_line::quote(value)),
        _ => command_line::quote(&format!("{name}={value}")).into_owned(),
    }
}

/// Action of the user in the form of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProgramIntent {
    /// Replace the whole text of the command line.
    TypeCommand(String),
    /// Move the text of the command line to the document.
    CommitCommand,
    /// Replace the whole text of a field.
    Type(StudyOption, String),
    /// Move the text of a field to the document.
    Commit(StudyOption),
    /// Choose the source of the template in this row in the system's dialog.
    BrowseTemplate(usize),
    /// Focus a field.
    GoTo(FormField),
    /// The requested field has received the focus.
    Focused,
}

/// Texts typed into the fields and not yet in the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgramFields {
    /// Field to focus.
    pub pending_focus: Option<FormField>,
    pub(crate) typed: BTreeMap<StudyOption, String>,
}

impl ProgramFields {
    pub fn text(&self, field: StudyOption, document: &Document) -> String {
        self.typed.get(&field).cloned().unwrap_or_else(|| document_text(field, document))
    }

    /// Moves the text typed into a field to a copy of the document and returns it; `None` without
    /// typed text. The error says why the text is invalid; it stays in the field.
    pub(crate) fn commit(
        &mut self,
        field: StudyOption,
        document: &Document,
    ) -> Result<Option<Document>, String> {
        let changed = self.with_typed(field, document).transpose()?;
        if changed.is_some() {
            self.typed.remove(&field);
        }
        Ok(changed)
    }

    /// Returns a copy of the document with the text typed into a field, if there is one.
    pub(super) fn with_typed(
        &self,
        field: StudyOption,
        document: &Document,
    ) -> Option<Result<Document, String>> {
        // The texts of a program are committed once there is one.
        let has_program = document.program.is_some() || !field.is_for_programs();
        let typed = self.typed.get(&field).filter(|_| has_program)?;
        let mut changed = document.clone();
        Some(set_in_document(field, typed, &mut changed).map(|()| changed))
    }

    /// Focuses the first field with invalid text, and returns its section. It is that of the
    /// command line if all fields are valid.
    pub(crate) fn focus_invalid(&mut self, document: &Document) -> FormSection {
        let mut fields = plan_fields(document).chain(field_options());
        let invalid = fields.find(|&field| self.problem(field, document).is_some());
        self.pending_focus = invalid.map(FormField::Option);
        invalid.map_or(FormSection::Workload, section_of)
    }

    pub fn problem(&self, field: StudyOption, document: &Document) -> Option<String> {
        self.with_typed(field, document)?.err()
    }
}

/// Returns the lines of a study file for the options of a section that differ from their defaults.
pub fn changed_in(section: FormSection, document: &Document) -> Vec<String> {
    let options = field_options().filter(|&option| section_of(option) == section);
    option_lines(options, &document.plan, document.program.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures::MACHINE;
    use crate::study::{CaseTable, Plan};
    use crate::window::state::{AppState, Command, Intent, MachineInfo};

    fn state() -> AppState {
        let mut state = AppState::new(MachineInfo { report: MACHINE, free_memory: None });
        state.document = Document::new(CaseTable::demo(), WorkloadName::Command, Plan::default());
        let line = ProgramIntent::TypeCommand("solve {x}".to_owned());
        state.apply(Intent::Program(line));
        state.apply(Intent::Program(ProgramIntent::CommitCommand));
        state
    }

    fn commit(state: &mut AppState, field: StudyOption, text: &str) {
        state.apply(Intent::Program(ProgramIntent::Type(field, text.to_owned())));
        state.apply(Intent::Program(ProgramIntent::Commit(field)));
    }

    #[test]
    fn every_field_is_committed_shown_and_emptied() {
        let [title, lines, name, empty] =
            ["two words", "a\nb", "a b=", ""].map(command_line::quote);
        let variables = format!("THREADS=1 TITLE={title} LINES={lines} {name} C={empty}");
        for (field, text) in [
            (StudyOption::Timeout, "0.5"),
            (StudyOption::Grace, "7"),
            (StudyOption::Licences, "3"),
            (StudyOption::Retries, "2"),
            (StudyOption::StopAfter, "10"),
            (StudyOption::MemoryFloor, "2G"),
            (StudyOption::RefusedExit, "3"),
            (StudyOption::RefusedText, " no licence"),
            (StudyOption::OutputLimit, "10M"),
            (StudyOption::ValueRegex, "drag = (.*)"),
            (StudyOption::ValueFile, "out.txt"),
            (StudyOption::Value, "lift out.txt 'L = (.*)'"),
            (StudyOption::Template, "deck.inp.tpl '' mesh.tpl in/mesh"),
            (StudyOption::Stdin, "deck.inp"),
            (StudyOption::WorkFolder, "work"),
            (StudyOption::Env, &variables),
        ] {
            let mut state = state();
            let empty = state.document.clone();
            commit(&mut state, field, text);
            assert_ne!(state.document, empty, "{field:?}");
            assert_eq!(state.form.program_fields.typed.len(), 0, "{field:?}");
            assert_eq!(state.form.program_fields.text(field, &state.document), text);
            assert_eq!(changed_in(section_of(field), &state.document).len(), 1, "{field:?}");
            state.apply(Intent::Command(Command::Undo));
            assert_eq!(state.document, empty, "{field:?}");
            commit(&mut state, field, text);
            commit(&mut state, field, "");
            assert_eq!(state.document, empty, "{field:?}");
        }
    }

    #[test]
    fn invalid_text_stays_and_a_run_focuses_its_field() {
        for (field, text) in [
            (StudyOption::Timeout, "soon"),
            (StudyOption::Licences, "0"),
            (StudyOption::Retries, "-1"),
            (StudyOption::MemoryFloor, "much"),
            (StudyOption::RefusedExit, "256"),
            (StudyOption::ValueRegex, "("),
            (StudyOption::Value, "'a b' '' c"),
            (StudyOption::Value, "a '' b a '' c"),
            (StudyOption::Template, "deck.tpl '' b/deck.tpl ''"),
            (StudyOption::Env, "THREADS"),
            (StudyOption::Env, "A=1 \"B"),
            (StudyOption::Env, "A=1 B=2 A=3"),
        ] {
            let mut state = state();
            let before = state.document.clone();
            commit(&mut state, field, text);
            assert_eq!(state.form.program_fields.text(field, &state.document), text);
            assert!(state.form.program_fields.problem(field, &state.document).is_some());
            assert!(state.apply(Intent::Command(Command::Run)).is_none());
            assert_eq!(state.form.program_fields.pending_focus, Some(field.into()));
            assert!(!state.preferences.form.is_folded(section_of(field)));
            assert!(state.notices.newest().unwrap().is_error);
            assert_eq!(state.document, before);
        }
    }
}
