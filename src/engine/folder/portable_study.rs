//! Makes a study independent of its place, to store it in the run folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf, absolute};
use std::sync::Arc;

use crate::study::{CommandLine, OptionValue, Plan, Program, Study, StudyOption, ValueKind};
use crate::system::executable::has_folder;

pub(crate) fn portable_study(study: &Study) -> Study {
    let program = study.program.as_deref().map(|program| Arc::new(portable_program(program)));
    Study { program, ..study.clone() }
}

/// Returns the folder to which paths of the study are relative.
pub(crate) fn base_folder(program: Option<&Program>) -> PathBuf {
    let base = program.map_or(Path::new(""), |program| &program.base);
    let base = if base.as_os_str().is_empty() { Path::new(".") } else { base };
    absolute(base).unwrap_or_else(|_| base.to_owned())
}

fn portable_program(program: &Program) -> Program {
    let base = base_folder(Some(program));
    // A study file holds each variable once. The last value counts.
    let environment: BTreeMap<_, _> = program.environment.iter().cloned().collect();
    let mut portable =
        Program { environment: environment.into_iter().collect(), ..program.clone() };
    if let Some(command) = portable_command(&program.command, &base) {
        portable.command = command;
    }
    for template in &mut portable.templates {
        *template = template.resolved(&base);
    }
    for option in StudyOption::of_program() {
        if let (ValueKind::Path, Some(OptionValue::Text(path))) =
            (option.spec().kind, option.get(&Plan::default(), Some(program)))
        {
            // Cannot fail: a base that is not UTF-8 was refused before.
            option.set_in_program(&mut portable, Some(base.join(path).as_os_str())).ok();
        }
    }
    portable.base = base;
    portable
}

/// Returns the command with the absolute path of its executable; `None` if the path is
/// not relative to the base folder or begins with a field.
fn portable_command(command: &CommandLine, base: &Path) -> Option<CommandLine> {
    let mut texts: Vec<_> = command.words().map(str::to_owned).collect();
    let program = texts.first_mut()?;
    let begins_with_field = program.starts_with('{') && !program.starts_with("{{");
    if begins_with_field || !has_folder(program) || Path::new(program).is_absolute() {
        return None;
    }
    let base = base.to_str()?.replace('{', "{{").replace('}', "}}");
    let path = Path::new(&base).join(program.strip_prefix("./").unwrap_or(program));
    *program = path.into_os_string().into_string().ok()?;
    CommandLine::parse(&texts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::TemplateSource;

    fn portable(base: &str, texts: &[&str]) -> (Vec<String>, Program) {
        let program = Program {
            base: base.into(),
            stdin: Some("in.txt".into()),
            templates: vec![TemplateSource::parse("deck.tpl").unwrap()],
            work_folder: Some("/work".into()),
            environment: vec![("B".into(), "1".into()), ("B".into(), "2".into())],
            ..Program::new(CommandLine::parse(texts).unwrap())
        };
        let program = portable_program(&program);
        (program.command.words().map(str::to_owned).collect(), program)
    }

    #[test]
    fn relative_paths_become_absolute() {
        // On Windows such a path lacks its drive.
        let full = |path: &str| absolute(path).unwrap();
        let (texts, program) = portable("/a {b}", &["./solve-{x}", "./y"]);
        assert_eq!(Path::new(&texts[0]), full("/a {{b}}/solve-{x}"));
        assert_eq!(texts[1..], ["./y"], "arguments are left to the program");
        assert_eq!(Path::new(&program.templates[0].text()), full("/a {b}/deck.tpl"));
        assert_eq!(program.stdin, Some(full("/a {b}/in.txt")));
        assert_eq!(program.work_folder, Some(full("/work")));
        assert_eq!(program.environment, [("B".to_owned(), "2".to_owned())]);
        assert_eq!(portable("/a", &["solve", "x/y"]).0, ["solve", "x/y"]);
        assert_eq!(portable("/a", &["{solver}/x"]).0, ["{solver}/x"]);
        for (base, name) in [("/a", "/solve"), ("", "a/b")] {
            assert_eq!(Path::new(&portable(base, &[name]).0[0]), full(name));
        }
    }
}
