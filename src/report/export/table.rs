//! The format `table`: aligned columns and sentences.

use std::io::{self, Write};

use super::exporter::{Exportable, Exporter, WriteRemark};
use crate::report::document::report_document::{
    DocumentPart, DocumentTable, DocumentVerdict, Extent, ReportDocument,
};
use crate::text::{Columns, paragraph};

/// Width of the names of facts.
const NAME_WIDTH: usize = 14;

/// Indent of a claim, wider than the longest verdict.
const CLAIM_INDENT: &str = "               ";

/// Tables and sentences for people.
#[derive(Debug, Clone, Copy)]
pub struct TableFormat;

impl Exporter for TableFormat {
    fn name(&self) -> &'static str {
        "table"
    }

    fn description(&self) -> &'static str {
        "tables and a summary, for reading"
    }

    fn write(
        &self,
        content: &dyn Exportable,
        to: &mut dyn Write,
    ) -> io::Result<Option<WriteRemark>> {
        write_document(&content.document(Extent::Brief), to).map(|()| None)
    }
}

/// Writes the introduction, the details and, as the end of what the terminal shows, the answer.
fn write_document(document: &ReportDocument<'_>, to: &mut dyn Write) -> io::Result<()> {
    let ReportDocument { title, introduction, details, answer } = document;
    let has_title = !introduction.is_empty();
    if has_title {
        writeln!(to, "{title}")?;
    }
    let parts = introduction.iter().chain(details).chain(answer);
    let mut before = has_title.then_some(false);
    for part in parts {
        if matches!(
            part,
            DocumentPart::Heading(_) | DocumentPart::Totals(_) | DocumentPart::Chart(..)
        ) {
            continue;
        }
        let is_sentence = matches!(part, DocumentPart::Headline(_) | DocumentPart::Sentence(_));
        if before.is_some_and(|before| !(before && is_sentence)) {
            writeln!(to)?;
        }
        before = Some(is_sentence);
        write_part(part, to)?;
    }
    Ok(())
}

fn write_part(part: &DocumentPart<'_>, to: &mut dyn Write) -> io::Result<()> {
    match part {
        DocumentPart::Headline(text) => writeln!(to, "{text}"),
        DocumentPart::Sentence(text) => write!(to, "{}", paragraph(text, "", "")),
        DocumentPart::Facts(facts) => {
            facts.iter().try_for_each(|(name, text)| writeln!(to, "{name:<NAME_WIDTH$}{text}"))
        }
        DocumentPart::Items(items) => {
            items.iter().try_for_each(|item| writeln!(to, "{}", item.text))
        }
        DocumentPart::Verdicts(verdicts) => write_verdicts(verdicts, to),
        DocumentPart::Table(table) => write_table(table, to),
        DocumentPart::Heading(_) | DocumentPart::Totals(_) | DocumentPart::Chart(..) => Ok(()),
    }
}

fn write_verdicts(verdicts: &[DocumentVerdict<'_>], to: &mut dyn Write) -> io::Result<()> {
    for (at, DocumentVerdict { verdict, claim, evidence }) in verdicts.iter().enumerate() {
        let space = if at > 0 { "\n" } else { "" };
        let verdict = format!("{verdict:<0$}", CLAIM_INDENT.len());
        write!(to, "{space}{}", paragraph(claim, &verdict, CLAIM_INDENT))?;
        write!(to, "{}", paragraph(evidence, CLAIM_INDENT, CLAIM_INDENT))?;
    }
    Ok(())
}

fn write_table(table: &DocumentTable<'_>, to: &mut dyn Write) -> io::Result<()> {
    let headings: Vec<_> = table.columns.iter().map(|c| c.heading.clone().into_owned()).collect();
    let texts = table.columns.iter().enumerate().filter(|(_, column)| !column.is_number);
    let texts: Vec<_> = texts.map(|(at, _)| at).collect();
    let mut columns = Columns::new(headings.len(), &texts);
    columns.fit(0, &headings);
    (0..table.row_count).for_each(|row| columns.fit(0, &(table.row)(row)));
    columns.write(&headings, to)?;
    (0..table.row_count).try_for_each(|row| columns.write(&(table.row)(row), to))
}
