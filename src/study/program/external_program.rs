//! A program of the user's own: how it is started for each case, and what is
//! made of what it says.

use std::path::{Path, PathBuf};
use std::time::Duration;

use regex::bytes::Regex;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::template::{CaseFolders, Template};
use crate::study::cases::case_table::CaseTable;

/// How long a program may take to end once it has been told to, in seconds,
/// unless something else is said.
pub const USUAL_GRACE_S: f64 = 5.0;

/// The longest time limit and grace, in seconds: 31 years.
const LONGEST_S: f64 = 1e9;

/// A program, its arguments, and how it is run for a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Program {
    /// The program and its arguments.
    pub command: CommandLine,
    /// How long a case may take, in seconds.
    pub timeout_s: Option<f64>,
    /// How long it may take to end once it has been told to, in seconds; then it
    /// is killed.
    pub grace_s: f64,
    /// Finds the value in what the program wrote; without it, the value is the
    /// last number.
    pub value_regex: Option<String>,
    /// The file in the case's folder that holds the value; without it, that is
    /// standard output.
    pub value_file: Option<PathBuf>,
    /// What the program reads from its standard input; without it, nothing.
    pub stdin: Option<PathBuf>,
    /// What is added to its environment.
    pub environment: Vec<(String, String)>,
    /// The folder it runs in; without it, that of the case.
    pub work_folder: Option<PathBuf>,
    /// Whose output is kept.
    pub keep_output: KeepOutput,
    /// How much is kept of each file of the output, in bytes; what is in the middle
    /// goes.
    pub output_limit_bytes: Option<u64>,
    /// The exit status by which it says that it got no licence.
    pub refused_exit: Option<i32>,
    /// The text in its output by which it says so.
    pub refused_text: Option<String>,
    /// The folder that relative paths start from: that of the study file; empty
    /// is the current one.
    pub base: PathBuf,
}

/// Whose output is kept.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub enum KeepOutput {
    /// That of all cases.
    #[default]
    All,
    /// That of cases that are not done.
    Failed,
    /// That of none.
    None,
}

impl KeepOutput {
    /// One line on what it does.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::All => "of all cases",
            Self::Failed => "of cases that are not done",
            Self::None => "of none; what else the program writes stays",
        }
    }
}

/// A program and its arguments, each with fields for the values of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommandLine(Vec<Template>);

impl Program {
    /// Adds a variable to its environment, in place of one of the same name.
    pub fn set_variable(&mut self, (name, value): (String, String)) {
        self.environment.retain(|(before, _)| *before != name);
        self.environment.push((name, value));
    }

    /// A program with everything else as usual.
    #[must_use]
    pub fn new(command: CommandLine) -> Self {
        Self {
            command,
            timeout_s: None,
            grace_s: USUAL_GRACE_S,
            value_regex: None,
            value_file: None,
            stdin: None,
            environment: Vec::new(),
            work_folder: None,
            keep_output: KeepOutput::default(),
            output_limit_bytes: None,
            refused_exit: None,
            refused_text: None,
            base: PathBuf::new(),
        }
    }

    /// Whether a case needs a folder of its own: for its output, for a file, or
    /// because it is told where that is.
    #[must_use]
    pub fn needs_case_folder(&self) -> bool {
        self.value_file.is_some()
            || self.command.names_folder()
            || self.keep_output != KeepOutput::None
    }

    /// How long it may take to end when it is told to.
    #[must_use]
    pub fn grace(&self) -> Duration {
        Duration::try_from_secs_f64(self.grace_s).unwrap_or_default()
    }

    /// Where a path of it leads to.
    #[must_use]
    pub fn path(&self, path: &Path) -> PathBuf {
        self.base.join(path)
    }

    /// Looks whether these cases can be run by it: whether there is a column for
    /// every field, and the files it is to have.
    pub fn check(&self, cases: &CaseTable) -> Result<(), String> {
        self.command.check(cases)?;
        if let Some(stdin) = self.stdin.as_deref().map(|path| self.path(path))
            && !stdin.is_file()
        {
            let found = if stdin.exists() { "something else" } else { "nothing" };
            let stdin = stdin.display();
            return Err(format!("expected a file for standard input, found {found}: {stdin}"));
        }
        if let Some(folder) = self.work_folder.as_deref().map(|path| self.path(path))
            && !folder.is_dir()
        {
            let folder = folder.display();
            return Err(format!("expected a folder to work in, found none: {folder}"));
        }
        Ok(())
    }
}

impl CommandLine {
    /// Reads the program and its arguments. The error names the argument.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, String> {
        match texts.first().map(AsRef::as_ref) {
            None => return Err("expected a program, found nothing".to_owned()),
            Some("") => return Err("expected a program, found an empty text".to_owned()),
            Some(_) => {}
        }
        let template = |(at, text): (usize, &T)| {
            if text.as_ref().contains('\0') {
                let error = "expected a text that can be an argument, found one with a NUL";
                return Err(in_argument(at, text.as_ref(), error));
            }
            Template::parse(text.as_ref()).map_err(|error| in_argument(at, text.as_ref(), &error))
        };
        texts.iter().enumerate().map(template).collect::<Result<_, _>>().map(Self)
    }

    /// The program and its arguments, as they were given.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Template::text)
    }

    /// Whether the folder of the case is put in somewhere.
    #[must_use]
    pub fn names_folder(&self) -> bool {
        self.0.iter().any(Template::names_folder)
    }

    /// The columns of these cases that are not put in because a field of that name
    /// means something else.
    #[must_use]
    pub fn hidden_columns<'c>(&self, cases: &'c CaseTable) -> Vec<&'c str> {
        let headings = cases.extra_columns().iter().map(|(heading, _)| heading.as_str());
        headings.filter(|heading| self.0.iter().any(|text| text.hides(heading))).collect()
    }

    /// Looks whether there is a column for every field. The error names the
    /// argument.
    pub fn check(&self, cases: &CaseTable) -> Result<(), String> {
        self.0.iter().enumerate().try_for_each(|(at, template)| {
            template.check(cases).map_err(|error| in_argument(at, template.text(), &error))
        })
    }

    /// The program and its arguments for the case at this row, with these
    /// folders.
    #[must_use]
    pub fn fill(&self, cases: &CaseTable, row: usize, folders: CaseFolders<'_>) -> Vec<String> {
        self.0.iter().map(|template| template.fill(cases, row, folders)).collect()
    }
}

fn in_argument(at: usize, text: &str, error: &str) -> String {
    match at {
        0 => format!("program {text:?}, {error}"),
        at => format!("argument {at} {text:?}, {error}"),
    }
}

/// Reads a time limit in seconds.
pub fn parse_timeout(text: &str) -> Result<f64, String> {
    let limit = text.parse().ok().filter(|&limit| limit > 0.0 && limit <= LONGEST_S);
    limit.ok_or_else(|| format!("expected seconds, above 0 and at most {LONGEST_S}"))
}

/// Reads a time of grace in seconds.
pub fn parse_grace(text: &str) -> Result<f64, String> {
    let grace = text.parse().ok().filter(|grace| (0.0..=LONGEST_S).contains(grace));
    grace.ok_or_else(|| format!("expected seconds, from 0 to {LONGEST_S}"))
}

/// Reads the exit status by which a program says that it got no licence.
pub fn parse_refused_exit(text: &str) -> Result<i32, String> {
    let status = text.parse::<u8>().map(i32::from);
    status.map_err(|_| "expected an exit status from 0 to 255".to_owned())
}

/// Reads the text by which a program says so.
pub fn parse_refused_text(text: &str) -> Result<String, String> {
    // That is in every output.
    let some = Some(text).filter(|text| !text.is_empty());
    some.map(str::to_owned).ok_or_else(|| "expected a text, found nothing".to_owned())
}

/// Reads a regular expression.
pub fn parse_regex(text: &str) -> Result<String, String> {
    Regex::new(text)
        .map(|_| text.to_owned())
        .map_err(|error| format!("expected a regular expression: {error}"))
}

/// Reads what is added to the environment, such as `THREADS=1`.
pub fn parse_variable(text: &str) -> Result<(String, String), String> {
    let variable =
        text.split_once('=').filter(|(name, _)| !name.is_empty() && !text.contains('\0'));
    variable
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| "expected NAME=VALUE".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_argument_that_is_wrong_is_named() {
        let error = |texts: &[&str]| CommandLine::parse(texts).unwrap_err();
        assert_eq!(error(&[]), "expected a program, found nothing");
        assert_eq!(error(&["", "a"]), "expected a program, found an empty text");
        assert!(error(&["a", "-x", "{x"]).starts_with("argument 2 \"{x\", character 1: expected"));
        let command = CommandLine::parse(&["{solver}", "{x}"]).unwrap();
        let error = command.check(&CaseTable::demo()).unwrap_err();
        assert!(error.starts_with("program \"{solver}\", character 1: unknown field {solver}; "));
    }

    #[test]
    fn each_argument_stays_one() {
        let mut table = CaseTable::default();
        table.push("a b; $(c) 'd' \"e\"\n🦀", 1.0, 2.0, &[]);
        let command = CommandLine::parse(&["echo", "{name}", "", "{x} {y}"]).unwrap();
        let filled = command.fill(&table, 0, CaseFolders { run: "", case: "" });
        assert_eq!(filled, ["echo", "a b; $(c) 'd' \"e\"\n🦀", "", "1 2"]);
    }

    #[test]
    fn limits_are_kept_and_said() {
        assert_eq!((parse_timeout("0.5"), parse_grace("0")), (Ok(0.5), Ok(0.0)));
        for text in ["0", "-1", "nan", "inf", "1e10", "", "5s"] {
            assert!(parse_timeout(text).is_err(), "{text}");
        }
        assert_eq!((parse_refused_exit("0"), parse_refused_exit("255")), (Ok(0), Ok(255)));
        assert!(parse_refused_exit("256").is_err() && parse_refused_exit("-1").is_err());
        assert!(parse_refused_text("").is_err());
        assert!(parse_grace("-1").is_err() && parse_grace("nan").is_err());
        assert_eq!(parse_variable("A=b=c"), Ok(("A".to_owned(), "b=c".to_owned())));
        assert!(parse_variable("A").is_err() && parse_variable("=b").is_err());
        assert!(parse_regex("(").unwrap_err().starts_with("expected a regular expression: "));
    }
}
