//! The end of the output of a program, prepared for drawing.

use std::path::PathBuf;

use crate::run::Status;
use crate::study::KeepOutput;
use crate::window::state::RunView;

/// Longest line that is shown, in characters.
const MAX_LINE: usize = 400;

/// Columns between two tab stops.
const TAB_WIDTH: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputStream {
    Out,
    Err,
}

impl OutputStream {
    /// Name of its file in the folder of an attempt.
    pub fn file(self) -> &'static str {
        match self {
            Self::Out => "stdout.txt",
            Self::Err => "stderr.txt",
        }
    }
}

/// End of the text of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutputText {
    /// Total size in bytes; `None` if the output is not kept.
    pub bytes: Option<u64>,
    /// Last lines, prepared for drawing.
    pub lines: Vec<String>,
    pub is_cut: bool,
}

impl OutputText {
    /// Prepares the last bytes of an output of this total size.
    pub fn of(end: &[u8], bytes: u64) -> Self {
        let is_cut = bytes > end.len() as u64;
        // A cut text usually begins within a line, which is dropped.
        let newline = end.iter().position(|&byte| byte == b'\n').filter(|_| is_cut);
        let from = newline.map_or(0, |index| index + 1);
        let text = String::from_utf8_lossy(&end[from..]);
        let lines = text.lines().map(prepare_line).collect();
        Self { bytes: Some(bytes), lines, is_cut }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseOutput {
    pub folder: PathBuf,
    pub out: OutputText,
    pub err: OutputText,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputQuery {
    pub folder: PathBuf,
    pub is_live: bool,
}

#[derive(Debug, Clone, Default)]
pub struct OutputState {
    pub last: Option<CaseOutput>,
    /// Stream chosen by the user.
    pub stream: Option<OutputStream>,
}

impl OutputState {
    pub fn of(&self, folder: &std::path::Path) -> Option<&CaseOutput> {
        self.last.as_ref().filter(|output| output.folder == folder)
    }
}

/// Returns the query for the output of the last attempt at a case, or why it has no output.
pub fn output_of(run: &RunView, case: u32) -> Result<OutputQuery, &'static str> {
    let (state, record) = (run.state(), &run.state().records[case as usize]);
    if !record.has_started() {
        return Err("No output yet: the case has not started");
    }
    let is_kept = match run.frozen().program.as_ref().map(|program| program.keep_output) {
        Some(KeepOutput::None) | None => false,
        Some(KeepOutput::Failed) => record.status != Status::Done,
        Some(_) => true,
    };
    let folder = state.case_folder(case).filter(|_| is_kept);
    let folder = folder.ok_or("The output of this case was not kept")?;
    Ok(OutputQuery { folder, is_live: record.status == Status::Running })
}

/// Prepares a line for drawing.
///
/// Keeps only the text after the last carriage return, removes escape sequences, and
/// replaces other control characters by dots.
fn prepare_line(line: &str) -> String {
    let line = line.trim_end_matches('\r');
    let line = line.rsplit('\r').next().unwrap_or(line);
    let mut prepared = String::with_capacity(line.len().min(MAX_LINE));
    let mut chars = line.chars();
    let mut count = 0;
    while let Some(letter) = chars.next() {
        if count >= MAX_LINE {
            prepared.push('…');
            break;
        }
        match letter {
            '\u{1B}' => skip_sequence(&mut chars),
            '\t' => {
                let spaces = TAB_WIDTH - count % TAB_WIDTH;
                prepared.extend(std::iter::repeat_n(' ', spaces));
                count += spaces;
            }
            letter => {
                let hidden = letter.is_control()
                    || matches!(letter, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}')
                    || matches!(letter, '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFFD}');
                prepared.push(if hidden { '·' } else { letter });
                count += 1;
            }
        }
    }
    prepared
}

/// Skips the rest of an escape sequence, which ends with a letter.
fn skip_sequence(chars: &mut std::str::Chars<'_>) {
    if chars.as_str().starts_with('[') {
        chars.next();
        for letter in chars.by_ref() {
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
    fn control_characters_are_removed_or_replaced() {
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
        assert_eq!(cut.chars().count(), MAX_LINE + 1);
        assert!(cut.ends_with('…'));
        let end = OutputText::of(b"lf a line\nlast\n", 1000);
        assert_eq!((end.lines, end.is_cut), (vec!["last".to_owned()], true));
    }
}
