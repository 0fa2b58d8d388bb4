//! The named outputs as they are typed: a row of texts each.

use crate::study::ProgramOutput;

/// An output as typed, which may be invalid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct OutputRow {
    pub(crate) name: String,
    /// File in the folder of the case; empty for standard output.
    pub(crate) file: String,
    pub(crate) regex: String,
}

impl OutputRow {
    /// Returns the rows that a text of the field holds, one per word.
    pub(crate) fn all(text: &str) -> Vec<Self> {
        let words = shell_words::split(text).unwrap_or_default();
        words.iter().map(|word| Self::of(word)).collect()
    }

    fn of(word: &str) -> Self {
        let (head, regex) = word.split_once('=').unwrap_or(("value", word));
        let (name, file) = head.split_once('@').unwrap_or((head, ""));
        Self { name: name.to_owned(), file: file.to_owned(), regex: regex.to_owned() }
    }

    /// Returns the text of these rows. Characters that separate the parts are left out of them.
    pub(crate) fn text(rows: &[Self]) -> String {
        let word = |Self { name, file, regex }: &Self| {
            let (name, file) = (name.replace(['=', '@'], ""), file.replace('=', ""));
            let at = if file.is_empty() { String::new() } else { format!("@{file}") };
            format!("{name}{at}={regex}")
        };
        shell_words::join(rows.iter().map(word))
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the output, or explains which part is invalid.
    pub(crate) fn output(&self) -> Result<ProgramOutput, String> {
        let file = Some(self.file.as_str()).filter(|file| !file.is_empty());
        ProgramOutput::new(&self.name, file, &self.regex)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_back_while_they_are_typed() {
        let row = |name: &str, file: &str, regex: &str| OutputRow {
            name: name.to_owned(),
            file: file.to_owned(),
            regex: regex.to_owned(),
        };
        let rows = [
            row("lift", "", "lift = (\\S+)"),
            row("drag", "out/a b.txt", "'=\"@"),
            row("", "", ""),
            row("a b", "", ""),
        ];
        assert_eq!(OutputRow::all(&OutputRow::text(&rows)), rows);
        let odd = OutputRow::text(&[row("a=@b", "c=d", "e")]);
        assert_eq!(OutputRow::all(&odd), [row("ab", "cd", "e")]);
        assert!(rows[2].is_empty() && rows[0].output().is_ok() && rows[3].output().is_err());
    }
}
