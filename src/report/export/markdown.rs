//! The format `markdown`: headings, sentences and tables for notes, issues and pull requests.

use std::io::{self, Write};

use super::exporter::{Exportable, Exporter, WriteRemark};
use crate::report::document::report_document::{
    DocumentPart, DocumentTable, DocumentVerdict, Extent, ReportDocument,
};

/// Text with markup of Markdown.
#[derive(Debug, Clone, Copy)]
pub struct MarkdownFormat;

impl Exporter for MarkdownFormat {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn description(&self) -> &'static str {
        "headings, sentences and tables, for notes and issues"
    }

    fn suffix(&self) -> Option<&'static str> {
        Some(".md")
    }

    fn write(
        &self,
        content: &dyn Exportable,
        to: &mut dyn Write,
    ) -> io::Result<Option<WriteRemark>> {
        let ReportDocument { title, introduction, answer, details } =
            content.document(Extent::Full);
        writeln!(to, "# {}", escaped(&title))?;
        for part in introduction.iter().chain(&answer).chain(&details) {
            write_part(part, to)?;
        }
        Ok(None)
    }
}

/// Writes a part below an empty line.
fn write_part(part: &DocumentPart<'_>, to: &mut dyn Write) -> io::Result<()> {
    match part {
        DocumentPart::Heading(text) => writeln!(to, "\n## {}", escaped(text)),
        DocumentPart::Headline(text) => writeln!(to, "\n**{}**", escaped(text)),
        DocumentPart::Sentence(text) => writeln!(to, "\n{}", escaped(text)),
        DocumentPart::Totals(totals) => {
            let rows = totals.iter().map(|total| [total.name, &total.value, &total.kind]);
            write_rows(&[("figure", false), ("value", true), ("kind", false)], rows, to)
        }
        DocumentPart::Facts(facts) => {
            let rows = facts.iter().map(|(name, text)| [name.as_ref(), text]);
            write_rows(&[("name", false), ("value", false)], rows, to)
        }
        DocumentPart::Items(items) => {
            writeln!(to)?;
            for item in items {
                writeln!(to, "- {}", escaped(&item.text))?;
                item.output.iter().try_for_each(|output| write_output(output, to))?;
            }
            Ok(())
        }
        DocumentPart::Verdicts(verdicts) => {
            writeln!(to)?;
            verdicts.iter().try_for_each(|DocumentVerdict { verdict, claim, evidence }| {
                writeln!(to, "- **{verdict}**: {} {}", escaped(claim), escaped(evidence))
            })
        }
        DocumentPart::Table(table) => write_table(table, to),
        DocumentPart::Chart(..) => Ok(()),
    }
}

fn write_table(table: &DocumentTable<'_>, to: &mut dyn Write) -> io::Result<()> {
    let columns: Vec<_> =
        table.columns.iter().map(|column| (column.heading.as_ref(), column.is_number)).collect();
    let rows = (0..table.row_count).map(|row| {
        let mut cells = (table.row)(row);
        cells.resize(columns.len(), String::new());
        cells
    });
    write_rows(&columns, rows, to)
}

/// Writes a table; columns of numbers are aligned to the right.
fn write_rows<R>(
    columns: &[(&str, bool)],
    rows: impl Iterator<Item = R>,
    to: &mut dyn Write,
) -> io::Result<()>
where
    R: IntoIterator,
    R::Item: AsRef<str>,
{
    let mut line = String::from("\n|");
    for (heading, _) in columns {
        line.extend([" ", &escaped(heading), " |"]);
    }
    line.push_str("\n|");
    for (_, is_number) in columns {
        line.push_str(if *is_number { " ---: |" } else { " --- |" });
    }
    writeln!(to, "{line}")?;
    for row in rows {
        line.clear();
        line.push('|');
        for cell in row {
            line.extend([" ", &escaped(cell.as_ref()), " |"]);
        }
        writeln!(to, "{line}")?;
    }
    Ok(())
}

/// Writes an output as a block of code in an item, fenced by more backticks than it holds.
fn write_output(output: &str, to: &mut dyn Write) -> io::Result<()> {
    let longest = output.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    writeln!(to, "\n  {fence}text")?;
    output.lines().try_for_each(|line| writeln!(to, "  {line}"))?;
    writeln!(to, "  {fence}\n")
}

/// Returns a text on one line in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut is_start = true;
    for (at, c) in text.char_indices() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // @ names a person, and #12 an issue.
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '@' => {
                escaped.extend(['\\', c]);
            }
            // At the start of a line they begin a list.
            '+' | '-' | '=' if is_start => escaped.extend(['\\', c]),
            '.' | ')' if is_list_number(text, at) => escaped.extend(['\\', c]),
            // A bare address would become a link.
            ':' if text[at..].starts_with("://") => escaped.push_str("&#58;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
        is_start &= c == ' ';
    }
    escaped
}

/// Whether the text up to `at` is a number that begins a list, as in `3. three`.
fn is_list_number(text: &str, at: usize) -> bool {
    let is_number = at > 0 && text[..at].bytes().all(|byte| byte.is_ascii_digit());
    is_number && matches!(text.as_bytes().get(at + 1), None | Some(b' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_cases_is_never_markup() {
        for (text, expected) in [
            ("Case 1", "Case 1"),
            ("a|b\nc", "a\\|b c"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("*x* _y_ `z` [a](b)", "\\*x\\* \\_y\\_ \\`z\\` \\[a\\](b)"),
            ("# one", "\\# one"),
            ("- two", "\\- two"),
            ("3. three", "3\\. three"),
            ("1.5", "1.5"),
            ("x-1.5", "x-1.5"),
            ("https://a.b", "https&#58;//a.b"),
            ("-2", "\\-2"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }

    #[test]
    fn outputs_are_fenced_by_more_backticks_than_they_hold() {
        let mut text = Vec::new();
        write_output("a\n````\nb", &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text, "\n  `````text\n  a\n  ````\n  b\n  `````\n\n");
    }
}
