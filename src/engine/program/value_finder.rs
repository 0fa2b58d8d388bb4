//! The value of a case, found in what its program wrote.

use std::cell::OnceCell;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use regex::bytes::{NoExpand, Regex};

/// How much of a file is looked at, from its end: what a program wrote may be
/// larger than the memory.
const LOOKED_AT: u64 = 1 << 20;

/// How much of the last line of an error output is shown, in characters.
const SHOWN: usize = 200;

/// A number as programs print it, Fortran's exponents among them, or what they print
/// in the place of one, which is no value. It does not begin within a word or another
/// number.
const NUMBER: &str =
    r"(?:^|[^\w.])([-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?|[-+]?(?i:nan|inf|infinity)\b)";

/// How terminals are told to use another colour, among others.
const ESCAPES: &str = r"(?-u)\x1b\[[0-9;?]*[A-Za-z]";

/// Finds values.
pub(crate) struct ValueFinder {
    regex: Option<String>,
    /// Made when there is something to look at: that takes as long as to start a
    /// program.
    made: OnceCell<Expressions>,
}

struct Expressions {
    value: Regex,
    escapes: Regex,
}

impl ValueFinder {
    /// Finds what this regular expression does: its first group, else all of it,
    /// the last time that it matches. Without it, the last number.
    pub(crate) fn new(regex: Option<&str>) -> Self {
        Self { regex: regex.map(str::to_owned), made: OnceCell::new() }
    }

    /// The value in what the program wrote; `None` if there is none.
    pub(crate) fn find(&self, file: &mut File) -> io::Result<Option<f64>> {
        let text = end_of(file, LOOKED_AT)?;
        if text.is_empty() {
            return Ok(None);
        }
        let expressions = if let Some(made) = self.made.get() {
            made
        } else {
            let made = Expressions::new(self.regex.as_deref()).map_err(io::Error::other)?;
            self.made.get_or_init(|| made)
        };
        Ok(expressions.find_in(&text))
    }
}

impl Expressions {
    fn new(regex: Option<&str>) -> Result<Self, regex::Error> {
        // Numbers are plain text: no digits of other scripts.
        let number = format!("(?-u){NUMBER}");
        Ok(Self { value: Regex::new(regex.unwrap_or(&number))?, escapes: Regex::new(ESCAPES)? })
    }

    fn find_in(&self, text: &[u8]) -> Option<f64> {
        let text = &self.escapes.replace_all(text, NoExpand(b""));
        let found = self.value.captures_iter(text).last()?;
        let found = found.get(1).or_else(|| found.get(0))?;
        number(str::from_utf8(found.as_bytes()).ok()?)
    }
}

/// A finite number, as programs print it.
fn number(text: &str) -> Option<f64> {
    let text = text.trim().replace(['d', 'D'], "e");
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The last line of a file that is not empty, not too long and without control
/// characters; `None` if there is none.
pub(crate) fn last_line(file: &mut File) -> io::Result<Option<String>> {
    let text = end_of(file, 4 * SHOWN as u64)?;
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty());
    Ok(line.map(|line| {
        let plain = |c: char| if c.is_control() { ' ' } else { c };
        let from = line.chars().count().saturating_sub(SHOWN);
        let cut = if from > 0 { "…" } else { "" };
        format!("{cut}{}", line.chars().skip(from).map(plain).collect::<String>())
    }))
}

/// The last bytes of a file, at most so many. Of a longer one the first piece
/// up to white space is left out, for it may have been cut.
fn end_of(file: &mut File, most: u64) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok(Vec::new());
    }
    let from = length.saturating_sub(most);
    file.seek(SeekFrom::Start(from))?;
    let mut text = Vec::new();
    file.take(most).read_to_end(&mut text)?;
    if from > 0 {
        let whole = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
        text.drain(..whole);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn last_number(text: &str) -> Option<f64> {
        Expressions::new(None).unwrap().find_in(text.as_bytes())
    }

    fn file(text: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text).unwrap();
        file
    }

    #[test]
    fn the_last_number_is_found_where_people_would_see_it() {
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
    fn what_stands_in_the_place_of_a_number_is_no_value() {
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
    fn a_regular_expression_finds_its_first_group_or_all_of_it_the_last_time() {
        let find =
            |regex, text: &str| Expressions::new(Some(regex)).unwrap().find_in(text.as_bytes());
        let text = "lift 1 drag 2\nlift 3 drag 4\nend 5\n";
        assert_eq!(find("lift (\\S+)", text), Some(3.0));
        assert_eq!(find("\\d drag", text), None);
        assert_eq!(find("[24]", text), Some(4.0));
        assert_eq!(find("weight (\\d)", text), None);
    }

    #[test]
    fn of_a_long_file_only_the_end_is_read() {
        let finder = ValueFinder::new(None);
        let long = "1234567 ".repeat(1 << 18);
        assert_eq!(finder.find(&mut file(format!("{long} 8").as_bytes())).unwrap(), Some(8.0));
        // A number that may have been cut is none.
        let digits = "9".repeat(3 << 20);
        assert_eq!(finder.find(&mut file(digits.as_bytes())).unwrap(), None);
        let early = format!("7\n{}", "x".repeat(3 << 20));
        assert_eq!(finder.find(&mut file(early.as_bytes())).unwrap(), None);
    }

    #[test]
    fn the_last_line_is_short_and_plain() {
        let line = |text: &[u8]| last_line(&mut file(text)).unwrap();
        assert_eq!(line(b"a\nno \x1b[31mlicence\n\n").as_deref(), Some("no  [31mlicence"));
        assert_eq!(line(b"\n \n"), None);
        let long = line("é ".repeat(1000).as_bytes()).unwrap();
        assert_eq!((long.chars().count(), long.chars().next()), (201, Some('…')));
    }

    proptest! {
        #[test]
        fn every_number_is_found_as_it_was_printed(number in -1e300..1e300, before in "[a-z =:]*") {
            prop_assert_eq!(last_number(&format!("{before} {number}\n")), Some(number));
            prop_assert_eq!(last_number(&format!("{before} {number:e}")), Some(number));
        }
    }
}
