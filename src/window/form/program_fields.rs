//! The limits and the output of a program, each typed into a field of its own.
//! What cannot be taken stays as it was typed, and a run leads to it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use strum::VariantArray as _;

use crate::study::{
    KeepOutput, Limits, Program, parse_exit_status, parse_grace, parse_positive, parse_regex,
    parse_retries, parse_search_text, parse_timeout, parse_variable, program_options,
};
use crate::text::{parse_size, shortest, size_text};
use crate::window::state::document::Document;

/// A field of the form; empty, nothing is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::VariantArray)]
pub enum ProgramField {
    /// How long a case may take.
    Timeout,
    /// How long a program may take to end.
    Grace,
    /// How many licences there are.
    Licences,
    /// How many times a case is tried again.
    Retries,
    /// After how many failures nothing more starts.
    StopAfter,
    /// With how little free memory nothing starts.
    MemoryFloor,
    /// The exit status that means no licence.
    RefusedExit,
    /// The text that means no licence.
    RefusedText,
    /// How much output is kept.
    OutputLimit,
    /// How the value is found.
    ValueRegex,
    /// Where it is found.
    ValueFile,
    /// What the program reads.
    Stdin,
    /// Where it runs.
    WorkFolder,
    /// What is added to its environment.
    Environment,
}

impl ProgramField {
    /// Its words in the form.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Timeout => "Time limit [s]",
            Self::Grace => "Grace [s]",
            Self::Licences => "Licences",
            Self::Retries => "Retries",
            Self::StopAfter => "Stop after",
            Self::MemoryFloor => "Memory floor",
            Self::RefusedExit => "Refused exit",
            Self::RefusedText => "Refused text",
            Self::OutputLimit => "Output limit",
            Self::ValueRegex => "Value regex",
            Self::ValueFile => "Value file",
            Self::Stdin => "Input file",
            Self::WorkFolder => "Work folder",
            Self::Environment => "Environment",
        }
    }

    /// What holds while it is empty.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Timeout | Self::OutputLimit => "none",
            Self::Grace => "5",
            Self::Licences => "as many as workers",
            Self::Retries => "0",
            Self::StopAfter => "never",
            Self::MemoryFloor => "none, or 2G",
            Self::RefusedExit | Self::RefusedText => "not told",
            Self::ValueRegex => "the last number",
            Self::ValueFile => "standard output",
            Self::Stdin => "nothing",
            Self::WorkFolder => "that of the case",
            Self::Environment => "none, or NAME=VALUE",
        }
    }

    /// What it does.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Timeout => "A case that takes longer is ended, and counts as timed out",
            Self::Grace => "So long a program may take to end when told to; then it is killed",
            Self::Licences => "So many cases run at once at most, whatever the workers",
            Self::Retries => {
                "So many times a case that failed is tried again, after growing pauses"
            }
            Self::StopAfter => "After so many failed cases nothing more starts",
            Self::MemoryFloor => "With less free memory than this nothing starts: 500M, 2G, 1.5GiB",
            Self::RefusedExit => {
                "With this exit code a program says that it got no licence: the \
                                  case waits and is tried again"
            }
            Self::RefusedText => {
                "With this text in its output a program says that it got no \
                                  licence: the case waits and is tried again"
            }
            Self::OutputLimit => {
                "So much is kept of each file of the output, such as 10M; what is \
                                  in the middle goes"
            }
            Self::ValueRegex => "Finds the value in the output: its first group, else the whole",
            Self::ValueFile => "The file in the folder of the case that holds the value",
            Self::Stdin => "The file that the program reads from its standard input",
            Self::WorkFolder => "The folder it runs in, from that of the study",
            Self::Environment => {
                "What is added to its environment: THREADS=1 TITLE='two words'; programs \
                                  inherit the rest"
            }
        }
    }

    /// What the document holds, as it is typed.
    fn set(self, document: &Document) -> String {
        let limits = &document.plan.limits;
        match self {
            Self::Licences => return text(limits.licences),
            Self::Retries => return text(Some(limits.retries).filter(|&retries| retries > 0)),
            Self::StopAfter => return text(limits.stop_after),
            Self::MemoryFloor => {
                return limits.memory_floor_bytes.map_or(String::new(), size_text);
            }
            _ => {}
        }
        let Some(program) = document.program.as_deref() else { return String::new() };
        let usual = Program::new(program.command.clone());
        let path = |path: &Option<PathBuf>| {
            path.as_ref().map_or(String::new(), |path| path.display().to_string())
        };
        match self {
            Self::Timeout => program.timeout_s.map_or(String::new(), shortest),
            Self::Grace if program.grace_s == usual.grace_s => String::new(),
            Self::Grace => shortest(program.grace_s),
            Self::RefusedExit => text(program.refused_exit),
            Self::RefusedText => program.refused_text.clone().unwrap_or_default(),
            Self::OutputLimit => program.output_limit_bytes.map_or(String::new(), size_text),
            Self::ValueRegex => program.value_regex.clone().unwrap_or_default(),
            Self::ValueFile => path(&program.value_file),
            Self::Stdin => path(&program.stdin),
            Self::WorkFolder => path(&program.work_folder),
            Self::Environment => {
                let variables = program.environment.iter();
                variables
                    .map(|(name, value)| variable_text(name, value))
                    .collect::<Vec<_>>()
                    .join(" ")
            }
            _ => String::new(),
        }
    }

    /// Whether it is of the plan and not of the program.
    fn is_of_plan(self) -> bool {
        matches!(self, Self::Licences | Self::Retries | Self::StopAfter | Self::MemoryFloor)
    }

    fn into_limits(self, typed: &str, limits: &mut Limits) -> Result<(), String> {
        match self {
            Self::Licences => limits.licences = read(typed, parse_positive)?,
            Self::Retries => limits.retries = read(typed, parse_retries)?.unwrap_or(0),
            Self::StopAfter => limits.stop_after = read(typed, parse_positive)?,
            Self::MemoryFloor => limits.memory_floor_bytes = read(typed, parse_size)?,
            _ => {}
        }
        Ok(())
    }

    fn into_program(self, typed: &str, program: &mut Program) -> Result<(), String> {
        let path = || read(typed, |typed| PathBuf::from_str(typed).map_err(|e| e.to_string()));
        match self {
            Self::Timeout => program.timeout_s = read(typed, parse_timeout)?,
            Self::Grace => {
                let usual = Program::new(program.command.clone()).grace_s;
                program.grace_s = read(typed, parse_grace)?.unwrap_or(usual);
            }
            Self::RefusedExit => program.refused_exit = read(typed, parse_exit_status)?,
            Self::OutputLimit => program.output_limit_bytes = read(typed, parse_size)?,
            // Blanks may be meant.
            Self::RefusedText => {
                let some = Some(typed).filter(|typed| !typed.is_empty());
                program.refused_text = some.map(parse_search_text).transpose()?;
            }
            Self::ValueRegex => {
                let some = Some(typed).filter(|typed| !typed.is_empty());
                program.value_regex = some.map(parse_regex).transpose()?;
            }
            Self::ValueFile => program.value_file = path()?,
            Self::Stdin => program.stdin = path()?,
            Self::WorkFolder => program.work_folder = path()?,
            Self::Environment => program.environment = variables(typed)?,
            _ => {}
        }
        Ok(())
    }

    /// The document with what was typed, or why it cannot be.
    fn into_document(self, typed: &str, document: &mut Document) -> Result<(), String> {
        if self.is_of_plan() {
            return self.into_limits(typed, &mut document.plan.limits);
        }
        let Some(program) = &mut document.program else { return Ok(()) };
        self.into_program(typed, Arc::make_mut(program))
    }
}

fn text(number: Option<impl ToString>) -> String {
    number.map_or(String::new(), |number| number.to_string())
}

/// What was typed, if anything was.
fn read<T>(typed: &str, parse: impl Fn(&str) -> Result<T, String>) -> Result<Option<T>, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    parse(typed).map(Some).map_err(|expected| format!("{expected}, found {typed:?}"))
}

/// A variable as one part by the shell's rules.
fn variable_text(name: &str, value: &str) -> String {
    match shell_words::quote(name) {
        quoted if quoted == name => format!("{name}={}", shell_words::quote(value)),
        _ => shell_words::quote(&format!("{name}={value}")).into_owned(),
    }
}

/// What is added to the environment, each part one variable by the shell's rules.
fn variables(typed: &str) -> Result<Vec<(String, String)>, String> {
    let parts = shell_words::split(typed).map_err(|_| "a quote is missing".to_owned())?;
    let mut variables: Vec<(String, String)> = Vec::new();
    for part in parts {
        let variable =
            parse_variable(&part).map_err(|expected| format!("{expected}, found {part:?}"))?;
        if variables.iter().any(|(name, _)| *name == variable.0) {
            return Err(format!("{} is there twice", variable.0));
        }
        variables.push(variable);
    }
    Ok(variables)
}

/// What the user does in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProgramIntent {
    /// Unfolds it, or folds it.
    Unfold(bool),
    /// Types into a field; its whole text.
    Type(ProgramField, String),
    /// Leaves the field: what was typed is taken.
    Take(ProgramField),
    /// The field that was gone to has the keyboard.
    Arrived,
    /// Keeps the output of these.
    Keep(KeepOutput),
}

/// The form: what was typed and is not yet the document's, or cannot be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgramFields {
    /// Whether it is unfolded.
    pub unfolded: bool,
    /// The field that is to get the keyboard.
    pub go_to: Option<ProgramField>,
    typed: BTreeMap<ProgramField, String>,
}

impl ProgramFields {
    /// What stands in the field.
    #[must_use]
    pub fn text(&self, field: ProgramField, document: &Document) -> String {
        self.typed.get(&field).cloned().unwrap_or_else(|| field.set(document))
    }

    /// Another document holds nothing of what was typed.
    pub(crate) fn forget_typed(&mut self) {
        *self = Self { unfolded: self.unfolded, ..Self::default() };
    }

    /// Replaces the text of a field.
    pub(crate) fn set_text(&mut self, field: ProgramField, text: String) {
        self.typed.insert(field, text);
    }

    /// Moves the text typed into a field to a copy of the document and returns it;
    /// `None` without typed text. The error says why the text is invalid; it stays in
    /// the field.
    pub(crate) fn commit(
        &mut self,
        field: ProgramField,
        document: &Document,
    ) -> Result<Option<Document>, String> {
        let Some(typed) = self.typed.get(&field) else { return Ok(None) };
        if !field.is_of_plan() && document.program.is_none() {
            // Committed once there is a program.
            return Ok(None);
        }
        let mut changed = document.clone();
        field.into_document(typed, &mut changed)?;
        self.typed.remove(&field);
        Ok(Some(changed))
    }

    /// Unfolds the form and goes to the first field whose text cannot be taken.
    pub(crate) fn go_to_wrong(&mut self, document: &Document) {
        let wrong = |&field: &ProgramField| self.problem(field, document).is_some();
        if let Some(field) = ProgramField::VARIANTS.iter().copied().find(wrong) {
            self.unfolded = true;
            self.go_to = Some(field);
        }
    }

    /// Why what was typed cannot be taken.
    #[must_use]
    pub fn problem(&self, field: ProgramField, document: &Document) -> Option<String> {
        field.into_document(self.typed.get(&field)?, &mut document.clone()).err()
    }
}

/// What is set, as it stands in a study file, for the folded form.
#[must_use]
pub fn options_set(document: &Document) -> Vec<String> {
    let mut set = document.program.as_deref().map(program_options).unwrap_or_default();
    for (field, key) in [
        (ProgramField::Licences, "licences"),
        (ProgramField::Retries, "retries"),
        (ProgramField::StopAfter, "stop-after"),
        (ProgramField::MemoryFloor, "memory-floor"),
    ] {
        let text = field.set(document);
        if !text.is_empty() {
            set.push(format!("{key} = {text}"));
        }
    }
    set
}

#[cfg(test)]
mod tests {
    use super::super::command_line_edit::CommandLineIntent;
    use super::*;
    use crate::report;
    use crate::study::{CaseTable, Plan, WorkloadName};
    use crate::window::state::app_state::AppState;
    use crate::window::state::command::Command;
    use crate::window::state::intent::Intent;
    use crate::window::state::ui_parts::MachineInfo;

    fn state() -> AppState {
        let report = report::Machine { logical_cpus: 2, os: "linux" };
        let mut state = AppState::new(MachineInfo { report, free_memory: None });
        state.document = Document::new(CaseTable::demo(), WorkloadName::Command, Plan::default());
        let line = CommandLineIntent::Type("solve {x}".to_owned());
        state.apply(Intent::CommandLine(line));
        state.apply(Intent::CommandLine(CommandLineIntent::Take));
        state
    }

    fn typed(state: &mut AppState, field: ProgramField, text: &str) {
        state.apply(Intent::Program(ProgramIntent::Type(field, text.to_owned())));
        state.apply(Intent::Program(ProgramIntent::Take(field)));
    }

    #[test]
    fn every_field_is_taken_shown_again_and_emptied() {
        for (field, text) in [
            (ProgramField::Timeout, "0.5"),
            (ProgramField::Grace, "7"),
            (ProgramField::Licences, "3"),
            (ProgramField::Retries, "2"),
            (ProgramField::StopAfter, "10"),
            (ProgramField::MemoryFloor, "2G"),
            (ProgramField::RefusedExit, "3"),
            (ProgramField::RefusedText, " no licence"),
            (ProgramField::OutputLimit, "10M"),
            (ProgramField::ValueRegex, "drag = (.*)"),
            (ProgramField::ValueFile, "out.txt"),
            (ProgramField::Stdin, "deck.inp"),
            (ProgramField::WorkFolder, "work"),
            (ProgramField::Environment, "THREADS=1 TITLE='two words' LINES='a\nb' 'a b=' C=''"),
        ] {
            let mut state = state();
            let empty = state.document.clone();
            typed(&mut state, field, text);
            assert_ne!(state.document, empty, "{field:?}");
            assert_eq!(state.form.program_fields.typed.len(), 0, "{field:?}");
            assert_eq!(state.form.program_fields.text(field, &state.document), text);
            assert_eq!(options_set(&state.document).len(), 1, "{field:?}");
            state.apply(Intent::Command(Command::Undo));
            assert_eq!(state.document, empty, "{field:?}");
            typed(&mut state, field, text);
            typed(&mut state, field, "");
            assert_eq!(state.document, empty, "{field:?}");
        }
    }

    #[test]
    fn what_cannot_be_taken_stays_and_a_run_leads_to_it() {
        for (field, text) in [
            (ProgramField::Timeout, "soon"),
            (ProgramField::Licences, "0"),
            (ProgramField::Retries, "-1"),
            (ProgramField::MemoryFloor, "much"),
            (ProgramField::RefusedExit, "256"),
            (ProgramField::ValueRegex, "("),
            (ProgramField::Environment, "THREADS"),
            (ProgramField::Environment, "A=1 'B"),
            (ProgramField::Environment, "A=1 B=2 A=3"),
        ] {
            let mut state = state();
            let before = state.document.clone();
            typed(&mut state, field, text);
            assert_eq!(state.form.program_fields.text(field, &state.document), text);
            assert!(state.form.program_fields.problem(field, &state.document).is_some());
            assert!(state.apply(Intent::Command(Command::Run)).is_none());
            assert_eq!(state.form.program_fields.go_to, Some(field));
            assert!(state.form.program_fields.unfolded && state.notice.as_ref().unwrap().is_error);
            assert_eq!(state.document, before);
        }
    }
}
