//! Finds the values of a case in the output of its program.

use std::cell::OnceCell;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use regex::bytes::{NoExpand, Regex};

use super::output_files::length;
use crate::run::CaseValues;
use crate::study::ProgramOutput;

/// Bytes searched, from the end of a file: output may be larger than memory.
const SEARCHED_BYTES: u64 = 1 << 20;

/// Longest excerpt of the last line of standard error, in characters.
const EXCERPT_CHARS: usize = 200;

/// A number as programs print it, including Fortran exponents, or `nan` and `inf`,
/// which are no values. It does not begin inside a word or another number.
const NUMBER: &str =
    r"(?:^|[^\w.])([-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?|[-+]?(?i:nan|inf|infinity)\b)";

/// Terminal escape sequences, such as colours.
const ESCAPES: &str = r"(?-u)\x1b\[[0-9;?]*[A-Za-z]";

/// Finds the values of all outputs of a program, and reads each file once.
pub(crate) struct ValueFinder {
    outputs: Vec<ProgramOutput>,
    /// Files with the indices of their outputs; `None` is standard output.
    sources: Vec<(Option<String>, Vec<usize>)>,
    /// Compiled on first use, which takes as long as starting a program.
    expressions: OnceCell<Result<Expressions, regex::Error>>,
}

pub(crate) struct FoundValues {
    pub(crate) values: CaseValues,
    /// Whether the program did not write a file that holds a value.
    pub(crate) lacks_file: bool,
}

struct Expressions {
    /// One per output.
    values: Vec<Regex>,
    escapes: Regex,
}

impl ValueFinder {
    pub(crate) fn new(outputs: Vec<ProgramOutput>) -> Self {
        let mut sources: Vec<(Option<String>, Vec<usize>)> = Vec::new();
        for (index, output) in outputs.iter().enumerate() {
            match sources.iter_mut().find(|(file, _)| *file == output.file) {
                Some((_, indices)) => indices.push(index),
                None => sources.push((output.file.clone(), vec![index])),
            }
        }
        Self { outputs, sources, expressions: OnceCell::new() }
    }

    /// Finds the last match of each output: its first group, or the whole match. An output
    /// without a regular expression is the last number. Matches of no character do not count:
    /// `(.*)` also matches the empty end of the output.
    pub(crate) fn find(&self, stdout: &mut File, folder: &Path) -> io::Result<FoundValues> {
        let mut values = vec![None; self.outputs.len()];
        let mut lacks_file = false;
        for (file, indices) in &self.sources {
            let text = match file {
                None => read_end(stdout, SEARCHED_BYTES)?,
                Some(name) => match open_file(&folder.join(name)) {
                    Ok(mut file) => read_end(&mut file, SEARCHED_BYTES)?,
                    Err(error) if error.kind() == ErrorKind::NotFound => {
                        lacks_file = true;
                        continue;
                    }
                    Err(error) => return Err(error),
                },
            };
            if text.is_empty() {
                continue;
            }
            let compiled = self.expressions.get_or_init(|| Expressions::new(&self.outputs));
            let expressions = compiled.as_ref().map_err(|error| io::Error::other(error.clone()))?;
            let text = expressions.escapes.replace_all(&text, NoExpand(b""));
            for &index in indices {
                values[index] = find_last(&expressions.values[index], &text);
            }
        }
        Ok(FoundValues { values: values.into_iter().collect(), lacks_file })
    }
}

impl Expressions {
    fn new(outputs: &[ProgramOutput]) -> Result<Self, regex::Error> {
        // Digits of other scripts do not count.
        let number = format!("(?-u){NUMBER}");
        let regex = |output: &ProgramOutput| Regex::new(output.regex.as_ref().unwrap_or(&number));
        let values = outputs.iter().map(regex).collect::<Result<_, _>>()?;
        Ok(Self { values, escapes: Regex::new(ESCAPES)? })
    }
}

fn find_last(regex: &Regex, text: &[u8]) -> Option<f64> {
    let matches = regex.captures_iter(text);
    let captures = matches.filter(|captures| !captures[0].is_empty()).last()?;
    let value = captures.get(1).or_else(|| captures.get(0))?;
    parse_value(str::from_utf8(value.as_bytes()).ok()?)
}

/// Opens a file for reading. Other kinds, such as pipes, could block.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "not a regular file"));
    }
    File::open(path)
}

fn parse_value(text: &str) -> Option<f64> {
    let text = text.trim().replace(['d', 'D'], "e");
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Returns the end of the last non-blank line of a file, without control characters.
pub(crate) fn last_line(file: &mut File) -> io::Result<Option<String>> {
    let text = read_end(file, 4 * EXCERPT_CHARS as u64)?;
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty());
    Ok(line.map(|line| {
        let without_controls = |c: char| if c.is_control() { ' ' } else { c };
        let from = line.chars().count().saturating_sub(EXCERPT_CHARS);
        let ellipsis = if from > 0 { "…" } else { "" };
        format!("{ellipsis}{}", line.chars().skip(from).map(without_controls).collect::<String>())
    }))
}

/// Reads the last `max_bytes` of a file. In a longer file, text up to the first white
/// space is dropped: it may be part of a word.
fn read_end(file: &mut File, max_bytes: u64) -> io::Result<Vec<u8>> {
    let length = length(file)?;
    if length == 0 {
        return Ok(Vec::new());
    }
    let from = length.saturating_sub(max_bytes);
    file.seek(SeekFrom::Start(from))?;
    let mut text = Vec::new();
    file.take(max_bytes).read_to_end(&mut text)?;
    if from > 0 {
        let word_end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
        text.drain(..word_end);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn find(regex: Option<&str>, text: &[u8]) -> Option<f64> {
        let regex = regex.map(str::to_owned);
        let finder = ValueFinder::new(vec![ProgramOutput { regex, ..ProgramOutput::default() }]);
        finder.find(&mut file(text), Path::new("")).unwrap().values.first
    }

    fn last_number(text: &str) -> Option<f64> {
        find(None, text.as_bytes())
    }

    fn file(text: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text).unwrap();
        file
    }

    #[test]
    fn the_last_number_is_found() {
        for (text, value) in [
            ("12\n", Some(12.0)),
            ("done in 3.5s, cd = -0.25", Some(-0.25)),
            ("cd=1e-3", Some(1e-3)),
            ("  0.1500000D+03  ", Some(150.0)),
            (".5.", Some(0.5)),
            ("7 cases of mesh_12 x2 v1.2.3", Some(7.0)),
            ("5 (1.2.", Some(1.2)),
            ("a+3,4", Some(4.0)),
            ("nan inf", None),
            ("1e999", None),
            ("no number", None),
            ("", None),
        ] {
            assert_eq!(last_number(text), value, "{text:?}");
        }
    }

    #[test]
    fn nan_and_infinity_are_no_values() {
        for (text, value) in [
            ("5\nlift = nan", None),
            ("5\nlift = -Inf\n", None),
            ("nan 3", Some(3.0)),
            ("3 banana info", Some(3.0)),
            ("\u{1b}[1;31m7\u{1b}[0m", Some(7.0)),
        ] {
            assert_eq!(last_number(text), value, "{text:?}");
        }
    }

    #[test]
    fn the_last_match_of_a_regular_expression_counts_with_its_first_group() {
        let find = |regex, text: &str| find(Some(regex), text.as_bytes());
        let text = "lift 1 drag 2\nlift 3 drag 4\nend 5\n";
        assert_eq!(find("lift (\\S+)", text), Some(3.0));
        assert_eq!(find("\\d drag", text), None);
        assert_eq!(find("[24]", text), Some(4.0));
        assert_eq!(find("weight (\\d)", text), None);
    }

    #[test]
    fn the_last_match_counts_even_without_a_number_unless_it_has_no_character() {
        assert_eq!(find(Some("(.*)"), b"lift\n5\r\n\n"), Some(5.0));
        assert_eq!(find(Some(r"\d*"), b"x=7 end\n"), Some(7.0));
        assert_eq!(find(Some(r"x=(\d*)"), b"x=1 x=\n"), None);
        assert_eq!(find(Some("(.*)"), b"5\ndone\n"), None);
    }

    #[test]
    fn only_the_end_of_a_long_file_is_searched() {
        let long = "1234567 ".repeat(1 << 18);
        assert_eq!(last_number(&format!("{long} 8")), Some(8.0));
        // A number that may be incomplete does not count.
        let digits = "9".repeat(3 << 20);
        assert_eq!(last_number(&digits), None);
        let early = format!("7\n{}", "x".repeat(3 << 20));
        assert_eq!(last_number(&early), None);
    }

    #[test]
    fn a_missing_output_leaves_the_others() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("d.txt"), "drag 3 drag 4").unwrap();
        let outputs = ["lift=lift (.*)", "mass=mass (.*)", "drag@d.txt=drag (\\d)", "a@b/c.txt=."];
        let outputs = outputs.map(|text| ProgramOutput::parse(text).unwrap()).to_vec();
        let found = ValueFinder::new(outputs).find(&mut file(b"lift 1\nlift 2"), folder.path());
        let FoundValues { values, lacks_file } = found.unwrap();
        assert_eq!((values.first, values.further()), (Some(2.0), &[None, Some(4.0), None][..]));
        assert!(lacks_file);
    }

    #[test]
    fn the_last_line_is_cut_and_cleaned() {
        let line = |text: &[u8]| last_line(&mut file(text)).unwrap();
        assert_eq!(line(b"a\nno \x1b[31mlicence\n\n").as_deref(), Some("no  [31mlicence"));
        assert_eq!(line(b"\n \n"), None);
        let long = line("é ".repeat(1000).as_bytes()).unwrap();
        assert_eq!((long.chars().count(), long.chars().next()), (201, Some('…')));
    }

    proptest! {
        #[test]
        fn every_printed_number_is_found(number in -1e300..1e300, before in "[a-z =:]*") {
            prop_assert_eq!(last_number(&format!("{before} {number}\n")), Some(number));
            prop_assert_eq!(last_number(&format!("{before} {number:e}")), Some(number));
        }
    }
}
