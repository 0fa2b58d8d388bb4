//! The line in which a program of the user's own is typed.

use std::sync::Arc;

use crate::study::{CaseFolders, CommandLine, Program};
use crate::window::state::document::Document;

/// How much of a command is shown, in characters.
const SHOWN: usize = 300;

/// What the user does in the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandLineIntent {
    /// Types; the whole text of the line.
    Type(String),
    /// Leaves the line: what was typed is taken.
    Take,
}

/// What was typed into the line and is not yet the document's, or cannot be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandLineEdit {
    typed: Option<String>,
}

impl CommandLineEdit {
    /// What stands in the line.
    #[must_use]
    pub fn text(&self, document: &Document) -> String {
        self.typed.clone().unwrap_or_else(|| line_of(document))
    }

    /// Replaces the text of the line.
    pub(crate) fn set_text(&mut self, text: String) {
        self.typed = Some(text);
    }

    /// Returns the program that the typed text stands for, or the document's if
    /// nothing was typed. The error says why the text is invalid; it stays in the line.
    pub(crate) fn commit(&mut self, document: &Document) -> Result<Option<Arc<Program>>, String> {
        let before = &document.program;
        let Some(typed) = &self.typed else { return Ok(before.clone()) };
        let program = if typed.trim().is_empty() {
            None
        } else {
            let command = read(typed, document)?;
            Some(Arc::new(match before.as_deref() {
                Some(before) => Program { command, ..before.clone() },
                None => Program::new(command),
            }))
        };
        self.typed = None;
        Ok(program)
    }

    /// Why what was typed cannot be taken, or what was opened cannot be run.
    #[must_use]
    pub fn problem(&self, document: &Document) -> Option<String> {
        match &self.typed {
            None => document.program.as_ref()?.command.check(&document.cases).err(),
            Some(typed) if typed.trim().is_empty() => None,
            Some(typed) => read(typed, document).err(),
        }
    }
}

/// What would really be run for the first case, as one line; `None` without a
/// program or a case.
#[must_use]
pub fn first_command(document: &Document) -> Option<String> {
    let program = document.program.as_ref()?;
    if document.cases.is_empty() || program.command.check(&document.cases).is_err() {
        return None;
    }
    let folders = CaseFolders { run: "(folder of the run)", case: "(folder of the case)" };
    let arguments = program.command.fill(&document.cases, 0, folders);
    let line = shell_words::join(arguments);
    let cut = line.char_indices().nth(SHOWN).map(|(at, _)| format!("{}…", &line[..at]));
    Some(cut.unwrap_or(line))
}

fn line_of(document: &Document) -> String {
    let program = document.program.as_ref();
    program.map_or(String::new(), |program| shell_words::join(program.command.words()))
}

/// Splits the line as a shell would, without doing anything else that a shell
/// does.
fn read(line: &str, document: &Document) -> Result<CommandLine, String> {
    let texts = shell_words::split(line).map_err(|_| "a quote is missing".to_owned())?;
    let command = CommandLine::parse(&texts)?;
    command.check(&document.cases)?;
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report;
    use crate::study::{CaseTable, Plan, WorkloadName};
    use crate::window::state::app_state::AppState;
    use crate::window::state::intent::Intent;
    use crate::window::state::ui_parts::MachineInfo;

    fn state() -> AppState {
        let report = report::Machine { logical_cpus: 2, os: "linux" };
        let mut state = AppState::new(MachineInfo { report, free_memory: None });
        state.document = Document::new(CaseTable::demo(), WorkloadName::Command, Plan::default());
        state
    }

    fn line(state: &mut AppState, intent: CommandLineIntent) {
        state.apply(Intent::CommandLine(intent));
    }

    #[test]
    fn a_line_is_split_as_by_a_shell_and_taken_when_it_is_left() {
        let mut state = state();
        let typed = "solve --x={x} 'two words' \"{name}\" $HOME";
        line(&mut state, CommandLineIntent::Type(typed.to_owned()));
        assert_eq!(
            (state.form.command_line.text(&state.document).as_str(), &state.document.program),
            (typed, &None)
        );
        line(&mut state, CommandLineIntent::Take);
        let program = state.document.program.clone().unwrap();
        let texts: Vec<_> = program.command.words().collect();
        assert_eq!(texts, ["solve", "--x={x}", "two words", "{name}", "$HOME"]);
        let first = first_command(&state.document).unwrap();
        assert_eq!(first, "solve '--x=1' 'two words' 'Case 1' '$HOME'");
        state.apply(Intent::Command(crate::window::state::command::Command::Undo));
        assert_eq!(state.document.program, None);
    }

    #[test]
    fn what_cannot_be_taken_stays_and_is_not_run() {
        let mut state = state();
        for (typed, problem) in [
            ("solve 'a", "a quote is missing"),
            ("solve {z}", "argument 1 \"{z}\", character 1: unknown field {z}"),
        ] {
            line(&mut state, CommandLineIntent::Type(typed.to_owned()));
            line(&mut state, CommandLineIntent::Take);
            assert_eq!(state.form.command_line.text(&state.document), typed);
            let said = state.form.command_line.problem(&state.document).unwrap();
            assert!(said.starts_with(problem), "{said}");
            assert!(!state.check_runnable());
            assert_eq!(state.document.program, None);
        }
        line(&mut state, CommandLineIntent::Type(" ".to_owned()));
        line(&mut state, CommandLineIntent::Take);
        assert!(!state.check_runnable(), "there is no program");
        state.document.workload = WorkloadName::Wait;
        assert!(state.check_runnable());
    }
}
