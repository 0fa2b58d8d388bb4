//! A study as it is kept in the folder of its run: it leads to the same files from
//! there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf, absolute};
use std::sync::Arc;

use crate::study::{CommandLine, Program, Study};

/// The study with paths that do not depend on where its file lies.
pub(crate) fn own_study(study: &Study) -> Study {
    let program = study.program.as_deref().map(|program| Arc::new(own_program(program)));
    Study { program, ..study.clone() }
}

/// The folder that relative paths of the study start from.
pub(crate) fn base_of(program: Option<&Program>) -> PathBuf {
    let base = program.map_or(Path::new(""), |program| &program.base);
    let base = if base.as_os_str().is_empty() { Path::new(".") } else { base };
    absolute(base).unwrap_or_else(|_| base.to_owned())
}

fn own_program(program: &Program) -> Program {
    let base = base_of(Some(program));
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| base.join(path));
    // The last word on a variable counts, and a study file has one word on each.
    let environment: BTreeMap<_, _> = program.environment.iter().cloned().collect();
    Program {
        command: own_command(&program.command, &base).unwrap_or_else(|| program.command.clone()),
        stdin: path(&program.stdin),
        work_folder: path(&program.work_folder),
        environment: environment.into_iter().collect(),
        base,
        ..program.clone()
    }
}

/// The command with the path of its program in full, if it begins with text and is
/// looked for from the base.
fn own_command(command: &CommandLine, base: &Path) -> Option<CommandLine> {
    let mut texts: Vec<_> = command.texts().map(str::to_owned).collect();
    let program = texts.first_mut()?;
    let field_first = program.starts_with('{') && !program.starts_with("{{");
    if field_first || !program.contains('/') || Path::new(program).is_absolute() {
        return None;
    }
    let base = base.to_str()?.replace('{', "{{").replace('}', "}}");
    *program = format!("{base}/{}", program.strip_prefix("./").unwrap_or(program));
    CommandLine::parse(&texts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(base: &str, texts: &[&str]) -> (Vec<String>, Program) {
        let program = Program {
            base: base.into(),
            stdin: Some("in.txt".into()),
            work_folder: Some("/work".into()),
            environment: vec![("B".into(), "1".into()), ("B".into(), "2".into())],
            ..Program::new(CommandLine::parse(texts).unwrap())
        };
        let own = own_program(&program);
        (own.command.texts().map(str::to_owned).collect(), own)
    }

    #[test]
    fn paths_lead_to_the_same_files_from_everywhere() {
        let (texts, program) = own("/a {b}", &["./solve-{x}", "./y"]);
        assert_eq!(texts, ["/a {{b}}/solve-{x}", "./y"], "arguments are the program's");
        assert_eq!(program.stdin, Some("/a {b}/in.txt".into()));
        assert_eq!(program.work_folder, Some("/work".into()));
        assert_eq!(program.environment, [("B".to_owned(), "2".to_owned())]);
        assert_eq!(own("/a", &["solve", "x/y"]).0, ["solve", "x/y"]);
        assert_eq!(own("/a", &["/solve"]).0, ["/solve"]);
        assert_eq!(own("/a", &["{solver}/x"]).0, ["{solver}/x"]);
        let here = std::env::current_dir().unwrap();
        assert_eq!(own("", &["a/b"]).0, [format!("{}/a/b", here.display())]);
    }
}
