//! The text field for the user's command line.

use std::sync::Arc;

use super::program_fields::MISSING_QUOTE;
use crate::study::{CaseFolders, Column, CommandLine, Program};
use crate::system::command_line;
use crate::window::state::Document;

/// Maximum length of a displayed command, in characters.
const MAX_DISPLAYED: usize = 300;

/// Text typed into the field and not yet in the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandLineEdit {
    pub(crate) typed: Option<String>,
}

impl CommandLineEdit {
    pub fn text(&self, document: &Document) -> String {
        self.typed.clone().unwrap_or_else(|| {
            let program = document.program.as_ref();
            program.map_or(String::new(), |program| command_line::join(program.command.words()))
        })
    }

    /// Returns the program that the typed text stands for, or the document's if
    /// nothing was typed. The error says why the text is invalid; it stays in the field.
    pub(crate) fn commit(&mut self, document: &Document) -> Result<Option<Arc<Program>>, String> {
        let program = self.program(document)?;
        self.typed = None;
        Ok(program)
    }

    fn program(&self, document: &Document) -> Result<Option<Arc<Program>>, String> {
        let before = &document.program;
        let Some(typed) = &self.typed else { return Ok(before.clone()) };
        if typed.trim().is_empty() {
            return Ok(None);
        }
        let words = command_line::split(typed).map_err(|_| MISSING_QUOTE.to_owned())?;
        let command = CommandLine::parse(&words)?;
        command.check(&document.cases)?;
        Ok(Some(Arc::new(match before.as_deref() {
            Some(before) => Program { command, ..before.clone() },
            None => Program::new(command),
        })))
    }

    /// Returns why the typed text is invalid or the program of the document cannot run.
    pub fn problem(&self, document: &Document) -> Option<String> {
        match &self.typed {
            None => document.program.as_ref()?.command.check(&document.cases).err(),
            Some(_) => self.program(document).err(),
        }
    }

    /// Returns the command line of the first case; `None` without a program or a valid case.
    pub fn first_command(&self, document: &Document) -> Option<String> {
        let program = self.program(document).ok()??;
        let is_case = !document.cases.is_empty()
            && Column::ALL.into_iter().all(|column| document.problem(0, column).is_none());
        if !is_case || program.command.check(&document.cases).is_err() {
            return None;
        }
        let folders = CaseFolders { run: "(folder of the run)", case: "(folder of the case)" };
        let arguments = program.command.fill(&document.cases, 0, folders);
        let line = command_line::join(arguments);
        let cut = line.char_indices().nth(MAX_DISPLAYED);
        let cut = cut.map(|(end, _)| format!("{}…", &line[..end]));
        Some(cut.unwrap_or(line))
    }
}

#[cfg(test)]
mod tests {
    use super::super::program_fields::ProgramIntent;
    use super::*;
    use crate::report::fixtures::MACHINE;
    use crate::study::{CaseTable, Plan, WorkloadName};
    use crate::window::state::{AppState, Command, Intent, MachineInfo};

    fn state() -> AppState {
        let mut state = AppState::new(MachineInfo { report: MACHINE, free_memory: None });
        state.document = Document::new(CaseTable::demo(), WorkloadName::Command, Plan::default());
        state
    }

    fn apply(state: &mut AppState, intent: ProgramIntent) {
        state.apply(Intent::Program(intent));
    }

    #[test]
    fn a_committed_line_is_split_into_words() {
        let mut state = state();
        let typed = "solve --x={x} \"two words\" \"{name}\" $HOME";
        apply(&mut state, ProgramIntent::TypeCommand(typed.to_owned()));
        assert_eq!(
            (state.form.command_line.text(&state.document).as_str(), &state.document.program),
            (typed, &None)
        );
        let first = state.form.command_line.first_command(&state.document).unwrap();
        assert_eq!(first, command_line::join(["solve", "--x=1", "two words", "Case 1", "$HOME"]));
        apply(&mut state, ProgramIntent::CommitCommand);
        let program = state.document.program.clone().unwrap();
        let words: Vec<_> = program.command.words().collect();
        assert_eq!(words, ["solve", "--x={x}", "two words", "{name}", "$HOME"]);
        assert_eq!(state.form.command_line.first_command(&state.document), Some(first));
        state.apply(Intent::Command(Command::Undo));
        assert_eq!(state.document.program, None);
    }

    #[test]
    fn an_invalid_case_has_no_command() {
        let mut state = state();
        apply(&mut state, ProgramIntent::TypeCommand("solve {x}".to_owned()));
        state.document.set_text(0, Column::X, "7x");
        assert_eq!(state.form.command_line.first_command(&state.document), None);
    }

    #[test]
    fn an_invalid_line_stays_and_prevents_a_run() {
        let mut state = state();
        for (typed, problem) in [
            ("solve \"a", "a quote is missing"),
            ("solve {z}", "argument 1 \"{z}\", character 1: unknown field {z}"),
        ] {
            apply(&mut state, ProgramIntent::TypeCommand(typed.to_owned()));
            apply(&mut state, ProgramIntent::CommitCommand);
            assert_eq!(state.form.command_line.text(&state.document), typed);
            let found = state.form.command_line.problem(&state.document).unwrap();
            assert!(found.starts_with(problem), "{found}");
            assert!(state.runnable_document().is_none());
            assert_eq!(state.document.program, None);
        }
        apply(&mut state, ProgramIntent::TypeCommand(" ".to_owned()));
        apply(&mut state, ProgramIntent::CommitCommand);
        assert!(state.runnable_document().is_none(), "there is no program");
        state.document.workload = WorkloadName::Wait;
        assert!(state.runnable_document().is_some());
    }
}
