//! Text for the terminal.

use std::io::{self, Write, stderr};

use crate::text::one_line;

/// Prints text on standard error, without control characters. A closed standard error is
/// ignored.
pub(super) fn print_line(text: &str) {
    writeln!(stderr(), "{}", printable(text)).ok();
}

/// Replaces all control characters except line breaks, which texts from a study could
/// use to control the terminal.
pub(super) fn printable(text: &str) -> String {
    text.split('\n').map(one_line).collect::<Vec<_>>().join("\n")
}

pub(super) fn print_error(message: &str) {
    print_line(&format!("error: {message}"));
}

/// Prints a note on standard error, unless `is_quiet`.
pub(super) fn print_note(text: &str, is_quiet: bool) {
    if !is_quiet {
        print_line(&format!("note: {text}"));
    }
}

/// Writes UTF-8 text to a terminal. Replaces control characters except tabs and line
/// breaks by spaces.
pub(super) struct TerminalWriter<W> {
    to: W,
    /// Last byte of the previous write.
    last: u8,
}

impl<W> TerminalWriter<W> {
    pub(super) fn new(to: W) -> Self {
        Self { to, last: 0 }
    }
}

impl<W: Write> Write for TerminalWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let clean = |&byte: &u8| match (std::mem::replace(&mut self.last, byte), byte) {
            (_, b'\t' | b'\n') => byte,
            (_, 0..0x20 | 0x7F) => b' ',
            // U+0080 to U+009F become no-break spaces.
            (0xC2, 0x80..0xA0) => 0xA0,
            _ => byte,
        };
        let clean: Vec<u8> = bytes.iter().map(clean).collect();
        self.to.write_all(&clean)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_never_reach_the_terminal() {
        assert_eq!(printable("a\u{1b}[2J\nb\u{9b}3m\tc"), "a [2J\nb 3m c");
        let mut written = Vec::new();
        let mut to = TerminalWriter::new(&mut written);
        let text = "é\t\u{1b}]0;x\u{7}\u{9b}m\r\n…";
        text.as_bytes().chunks(1).for_each(|byte| to.write_all(byte).unwrap());
        assert_eq!(String::from_utf8(written).unwrap(), "é\t ]0;x \u{a0}m \n…");
    }
}
