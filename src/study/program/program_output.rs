//! Named numbers that a program leaves in its output.

use std::path::{Component, Path};

use regex::bytes::Regex;

use crate::text::quoted;

/// Name of the only output of a program without named ones, and of every built-in workload.
pub const DEFAULT_OUTPUT: &str = "value";

/// Maximum number of outputs of a program: their values fit in one line of the journal.
pub const MAX_OUTPUTS: usize = 200;

/// Names that a column of case tables and reports already has.
const RESERVED: [&str; 20] = [
    "index",
    "columns",
    "values",
    "status",
    "error",
    "lane",
    "dispatch_index",
    "start_s",
    "end_s",
    "time_s",
    "waited_s",
    "cpu_s",
    "intended_s",
    "memory_bytes",
    "attempts",
    "tries",
    "session",
    "host",
    "queued_s",
    "output_tail",
];

/// Columns of every case table, which are recognised in any letter case.
const INPUTS: [&str; 3] = ["name", "x", "y"];

/// A number to find in the output of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramOutput {
    pub name: String,
    /// File in the folder of the case; `None` is standard output.
    pub file: Option<String>,
    /// Regular expression that finds the number; `None` takes the last number.
    pub regex: Option<String>,
}

impl Default for ProgramOutput {
    fn default() -> Self {
        Self { name: DEFAULT_OUTPUT.to_owned(), file: None, regex: None }
    }
}

impl ProgramOutput {
    /// Parses `REGEX`, `NAME=REGEX` or `NAME@FILE=REGEX`. A text before the first `=` that is
    /// not a name belongs to the regular expression.
    pub fn parse(text: &str) -> Result<Self, String> {
        let head = text.split_once('=').map(|(head, regex)| match head.split_once('@') {
            Some((name, file)) => (name, Some(file), regex),
            None => (head, None, regex),
        });
        let (name, file, regex) =
            head.filter(|(name, ..)| is_name(name)).unwrap_or((DEFAULT_OUTPUT, None, text));
        Self::new(name, file, regex)
    }

    /// Creates an output, or explains which part is invalid.
    pub fn new(name: &str, file: Option<&str>, regex: &str) -> Result<Self, String> {
        check_name(name)?;
        file.map_or(Ok(()), check_file)?;
        if regex.is_empty() {
            return Err(format!("output {name}: expected a regular expression, found none"));
        }
        let regex = parse_regex(regex)
            .map_err(|why| format!("output {name}: {why}, found {}", quoted(regex)))?;
        Ok(Self { name: name.to_owned(), file: file.map(str::to_owned), regex: Some(regex) })
    }

    /// Returns the text that [`ProgramOutput::parse`] reads back.
    pub fn text(&self) -> String {
        let Self { name, file, regex } = self;
        let at = file.as_deref().map_or(String::new(), |file| format!("@{file}"));
        format!("{name}{at}={}", regex.as_deref().unwrap_or_default())
    }

    /// Describes where the number is searched.
    pub fn source(&self) -> &str {
        self.file.as_deref().unwrap_or("standard output")
    }
}

/// Whether a text has the form of a name: letters, digits and `_`, not beginning with a digit.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

pub fn check_name(name: &str) -> Result<(), String> {
    if !is_name(name) {
        let found = quoted(name);
        return Err(format!("expected a name of letters, digits and _, found {found}"));
    }
    let is_input = INPUTS.iter().any(|input| input.eq_ignore_ascii_case(name));
    if is_input || RESERVED.contains(&name) {
        let kind = if is_input { "case tables" } else { "reports" };
        return Err(format!("output {name}: {kind} have a column of this name; choose another"));
    }
    Ok(())
}

/// Checks that a path stays in the folder of the case.
pub fn check_file(file: &str) -> Result<(), String> {
    let is_inside = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    let is_relative = Path::new(file).components().all(is_inside);
    if file.is_empty() || !is_relative || file.contains(['=', '\0']) {
        let found = quoted(file);
        return Err(format!(
            "expected a file in the folder of the case, as a relative path without .. and =, \
             found {found}"
        ));
    }
    Ok(())
}

pub fn parse_regex(text: &str) -> Result<String, String> {
    Regex::new(text).map(|_| text.to_owned()).map_err(|error| {
        // The last line names the error; those before show its place.
        let error = error.to_string();
        let reason = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
        format!("expected a regular expression ({reason})")
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> (String, Option<String>, String) {
        let ProgramOutput { name, file, regex } = ProgramOutput::parse(text).unwrap();
        (name, file, regex.unwrap())
    }

    #[test]
    fn a_name_stands_before_the_first_equals_sign() {
        let found = |name: &str, file: Option<&str>, regex: &str| {
            (name.to_owned(), file.map(str::to_owned), regex.to_owned())
        };
        assert_eq!(parse("lift=a=(.*)"), found("lift", None, "a=(.*)"));
        assert_eq!(parse("_d2@out/a b.txt=d (.*)"), found("_d2", Some("out/a b.txt"), "d (.*)"));
        for bare in ["lift = (.*)", "(.*)", "2a=(.)", "a b=(.)", "a-b=.", "@f=x", "=x", "é=x"] {
            assert_eq!(parse(bare), found("value", None, bare), "{bare:?}");
        }
        assert_eq!(parse("value=lift=(.*)"), found("value", None, "lift=(.*)"));
        assert_eq!(parse("user@host"), found("value", None, "user@host"));
    }

    #[test]
    fn invalid_parts_are_quoted() {
        let error = |text: &str| ProgramOutput::parse(text).unwrap_err();
        for file in ["", "/tmp/a", "../a", "a/../b", ".."] {
            let error = error(&format!("lift@{file}=x"));
            assert!(error.ends_with(&format!("found \"{file}\"")), "{error}");
        }
        assert_eq!(
            error("lift=(a"),
            "output lift: expected a regular expression (unclosed group), found \"(a\""
        );
        assert_eq!(error("lift="), "output lift: expected a regular expression, found none");
        assert_eq!(error(""), "output value: expected a regular expression, found none");
        for name in ["x", "Y", "NAME", "status", "time_s", "session"] {
            assert!(error(&format!("{name}=a")).contains("have a column of this name"), "{name}");
        }
        assert!(ProgramOutput::parse("Status=a").is_ok());
    }

    proptest! {
        #[test]
        fn texts_are_read_back(text: String, other in "[a-z]{1,2}(@[a-z./ ]{0,4})?=?[a-z=@]{0,4}") {
            for text in [text, other] {
                if let Ok(output) = ProgramOutput::parse(&text) {
                    prop_assert_eq!(ProgramOutput::parse(&output.text()), Ok(output));
                }
            }
        }
    }
}
