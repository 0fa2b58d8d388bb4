//! What a program wrote, as far as it is shown: the end of its output, made fit to
//! be drawn.

use std::path::PathBuf;

use crate::run::Status;
use crate::study::KeepOutput;
use crate::window::state::run_view::RunView;

/// Of a line so much is shown, in characters.
const LONGEST: usize = 400;

/// The columns between two tabs.
const TAB: usize = 8;

/// What a program writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputStream {
    /// Its standard output.
    Out,
    /// Its standard error.
    Err,
}

impl OutputStream {
    /// The name of its file in the folder of an attempt.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Out => "stdout.txt",
            Self::Err => "stderr.txt",
        }
    }
}

/// The end of what was written to a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutputText {
    /// How much was written in all, in bytes; `None` if nothing is kept.
    pub bytes: Option<u64>,
    /// The last lines, fit to be drawn.
    pub lines: Vec<String>,
    /// Whether there is something before them.
    pub cut: bool,
}

impl OutputText {
    /// Of these last bytes of so many.
    #[must_use]
    pub fn of(end: &[u8], bytes: u64) -> Self {
        let cut = bytes > end.len() as u64;
        // What is cut off begins in the middle of a line.
        let from =
            if cut { end.iter().position(|&byte| byte == b'\n').map_or(0, |at| at + 1) } else { 0 };
        let text = String::from_utf8_lossy(&end[from..]);
        let lines = text.lines().map(fit).collect();
        Self { bytes: Some(bytes), lines, cut }
    }
}

/// The output of an attempt at a case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseOutput {
    /// The folder of the attempt.
    pub folder: PathBuf,
    /// Its standard output.
    pub out: OutputText,
    /// Its standard error.
    pub err: OutputText,
}

/// Whose output is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputQuery {
    /// The folder of the attempt.
    pub folder: PathBuf,
    /// Whether the program still writes.
    pub live: bool,
}

/// What is shown of output.
#[derive(Debug, Clone, Default)]
pub struct OutputState {
    /// The last that was read.
    pub read: Option<CaseOutput>,
    /// The stream that the user chose.
    pub chosen: Option<OutputStream>,
}

/// Why there is no output to be read of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputAbsence {
    /// It has not started.
    NotStarted,
    /// None is kept.
    NotKept,
}

impl OutputState {
    /// What was read of this folder.
    #[must_use]
    pub fn of(&self, folder: &std::path::Path) -> Option<&CaseOutput> {
        self.read.as_ref().filter(|read| read.folder == folder)
    }
}

/// Where the output of a case's last attempt is, and whether more comes.
pub fn output_of(run: &RunView, case: u32) -> Result<OutputQuery, OutputAbsence> {
    let (state, record) = (run.state(), &run.state().records()[case as usize]);
    if !record.has_started() {
        return Err(OutputAbsence::NotStarted);
    }
    let Some(folder) = state.case_folder(case) else { return Err(OutputAbsence::NotKept) };
    let keeps = run.frozen().program.as_ref().map(|program| program.keep_output);
    let live = record.status == Status::Running;
    match keeps {
        Some(KeepOutput::None) | None => return Err(OutputAbsence::NotKept),
        Some(KeepOutput::Failed) if record.status == Status::Done => {
            return Err(OutputAbsence::NotKept);
        }
        _ => {}
    }
    Ok(OutputQuery { folder, live })
}

/// A line without what would not be drawn, or otherwise than meant: of what was
/// overwritten the last is left, colours go, other controls become points.
fn fit(line: &str) -> String {
    let line = line.trim_end_matches('\r');
    let line = line.rsplit('\r').next().unwrap_or(line);
    let mut fit = String::with_capacity(line.len().min(LONGEST));
    let mut letters = line.chars();
    let mut count = 0;
    while let Some(letter) = letters.next() {
        if count >= LONGEST {
            fit.push('…');
            break;
        }
        match letter {
            '\u{1B}' => skip_sequence(&mut letters),
            '\t' => {
                let spaces = TAB - count % TAB;
                fit.extend(std::iter::repeat_n(' ', spaces));
                count += spaces;
            }
            letter => {
                let hidden = letter.is_control()
                    || matches!(letter, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}')
                    || matches!(letter, '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFFD}');
                fit.push(if hidden { '·' } else { letter });
                count += 1;
            }
        }
    }
    fit
}

/// Behind an escape: a colour or a place of the cursor, which ends with a letter.
fn skip_sequence(letters: &mut std::str::Chars<'_>) {
    if letters.as_str().starts_with('[') {
        letters.next();
        for letter in letters.by_ref() {
            if ('\u{40}'..='\u{7E}').contains(&letter) {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Vec<String> {
        OutputText::of(text, text.len() as u64).lines
    }

    #[test]
    fn what_would_break_the_picture_is_taken_out() {
        assert_eq!(
            lines(b"a\tb\r\n10 %\r20 %\n\x1b[31mred\x1b[0m\x07"),
            ["a       b", "20 %", "red·"]
        );
        assert_eq!(lines("gr\u{FC}n \u{202E}x\u{FEFF}".as_bytes()), ["grün ·x·"]);
        assert_eq!(lines(b"\xFF\xFEok"), ["··ok"]);
        assert_eq!(lines(b""), Vec::<String>::new());
        assert_eq!(lines(b"\x1b["), [""]);
    }

    #[test]
    fn long_lines_and_long_output_are_cut() {
        let long = "é".repeat(1000);
        let cut = &lines(long.as_bytes())[0];
        assert_eq!(cut.chars().count(), LONGEST + 1);
        assert!(cut.ends_with('…'));
        let end = OutputText::of(b"lf a line\nlast\n", 1000);
        assert_eq!((end.lines, end.cut), (vec!["last".to_owned()], true));
    }
}
