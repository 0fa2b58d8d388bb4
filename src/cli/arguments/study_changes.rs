//! Changes to a study: its options, and the user's own program.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::source_options::SourceOptions;
use super::study_options::{OptionFilter, PROGRAM_HEADING, StudyOptions};
use crate::study::{CommandLine, Program, Study, WorkloadName};

#[derive(Debug, Args)]
pub(crate) struct StudyChanges<F: OptionFilter> {
    #[command(flatten)]
    options: StudyOptions<F>,

    /// Program that each case runs, and its arguments. The fields {name}, {x}, {y},
    /// {index} (from 0) and any extra {column} insert the values of the case, {case}
    /// its folder and {run} the folder of the run; {{ and }} are literal braces. No
    /// shell is involved: each argument stays one argument
    #[arg(last = true, value_name = "PROGRAM ARG", help_heading = PROGRAM_HEADING)]
    command: Vec<String>,
}

impl<F: OptionFilter> StudyChanges<F> {
    /// Returns the study with everything given on the command line replaced.
    /// `program_option` is another option that was given and requires a program.
    pub(crate) fn apply_to(
        &self,
        study: Study,
        source: &SourceOptions,
        program_option: Option<&'static str>,
    ) -> Result<Study, String> {
        let workload = match source.workload {
            Some(workload) if workload != WorkloadName::Command && !self.command.is_empty() => {
                let name: &str = workload.into();
                return Err(format!(
                    "--workload {name} runs no program, found a program after --; remove one"
                ));
            }
            Some(workload) => workload,
            None if !self.command.is_empty() => WorkloadName::Command,
            None => study.workload,
        };
        let plan = self.options.apply_to_plan(&study.plan)?;
        if workload == WorkloadName::Command {
            let mut program = self.program(study.program.as_deref())?;
            self.options.apply_to_program(&mut program)?;
            return Ok(Study { workload, plan, program: Some(Arc::new(program)), ..study });
        }
        let option = self.options.given_for_programs().map(|option| format!("--{}", option.key()));
        match option.or(program_option.map(str::to_owned)) {
            Some(option) if study.program.is_some() => {
                let name: &str = workload.into();
                let (workload, remedy) = match source.workload {
                    Some(_) => ("--workload", "remove --workload"),
                    None => ("workload", "add --workload command"),
                };
                let problem = "runs no program, which the study has and";
                Err(format!("{workload} {name} {problem} {option} requires; {remedy}"))
            }
            Some(option) => {
                Err(format!("{option} requires your own program; add -- PROGRAM ARG..."))
            }
            None => Ok(Study { workload, plan, program: None, ..study }),
        }
    }

    /// Whether the command line replaces the option with this key.
    pub(crate) fn overrides(&self, key: &str) -> bool {
        key == "command" && !self.command.is_empty() || self.options.has(key)
    }

    /// Returns the program of the study with the command replaced if one is given.
    fn program(&self, before: Option<&Program>) -> Result<Program, String> {
        if self.command.is_empty() {
            let missing = "the workload command needs a program; add -- PROGRAM ARG...";
            return before.cloned().ok_or_else(|| missing.to_owned());
        }
        let command = CommandLine::parse(&self.command)?;
        let Some(before) = before else { return Ok(Program::new(command)) };
        // The paths of the new command start from the current folder, those of the
        // study from its own.
        let resolve = |path: &Option<PathBuf>| path.as_deref().map(|path| before.resolve(path));
        Ok(Program {
            command,
            stdin: resolve(&before.stdin),
            templates: before.templates.iter().map(|it| it.resolved(&before.base)).collect(),
            work_folder: resolve(&before.work_folder),
            base: PathBuf::new(),
            ..before.clone()
        })
    }
}
