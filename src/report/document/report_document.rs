//! A result as sentences, facts, tables and charts, without a format.

use std::borrow::Cow;

use crate::report::pictures::picture::Picture;
use crate::text::TextColumnOf;

/// How much of a result a document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What a terminal shows.
    Brief,
    /// The answer and the main charts.
    Charts,
    /// Also advice, further charts, all cases, and how it was run.
    Full,
}

/// A result for people, as every format for reading presents it.
///
/// The terminal, which shows its end, puts the details first; all others put the answer first.
#[derive(Debug)]
pub struct ReportDocument<'a> {
    /// Names the result.
    pub title: Cow<'a, str>,
    /// What is answered; if it is not empty, the terminal shows it below the title.
    pub introduction: Vec<DocumentPart<'a>>,
    /// What it means.
    pub answer: Vec<DocumentPart<'a>>,
    /// What the answer follows from.
    pub details: Vec<DocumentPart<'a>>,
}

#[derive(Debug)]
pub enum DocumentPart<'a> {
    Heading(&'static str),
    /// The answer in one sentence, on a line of its own.
    Headline(String),
    /// A sentence, or a few.
    Sentence(String),
    /// The most important figures.
    Totals(Vec<DocumentTotal>),
    /// Names and values.
    Facts(Vec<(Cow<'static, str>, String)>),
    Items(Vec<DocumentItem>),
    Verdicts(Vec<DocumentVerdict<'a>>),
    Table(DocumentTable<'a>),
    Chart(ChartRole, Picture),
}

/// Whether a chart is part of the one picture of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartRole {
    Main,
    Further,
}

/// A figure, its value, and how it is known.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentTotal {
    pub name: &'static str,
    pub value: String,
    pub kind: String,
}

/// An entry of a list, with an output of a program.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentItem {
    pub text: String,
    pub output: Option<String>,
}

/// A claim, and whether it held.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentVerdict<'a> {
    pub verdict: &'static str,
    pub claim: &'a str,
    pub evidence: &'a str,
}

/// A table whose rows are made when they are written.
pub struct DocumentTable<'a> {
    /// Says what the rows are.
    pub caption: &'static str,
    pub columns: Vec<DocumentColumn<'a>>,
    pub row_count: usize,
    pub row: RowTexts<'a>,
    /// Whether its rows are the result itself.
    pub is_main: bool,
}

/// Returns the cells of a row.
pub type RowTexts<'a> = Box<dyn Fn(usize) -> Vec<String> + 'a>;

#[derive(Debug, Clone, PartialEq)]
pub struct DocumentColumn<'a> {
    pub heading: Cow<'a, str>,
    /// Numbers are aligned to the right.
    pub is_number: bool,
}

impl std::fmt::Debug for DocumentTable<'_> {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { caption, columns, row_count, .. } = self;
        write!(to, "{caption}: {row_count} rows of {columns:?}")
    }
}

impl<'a> DocumentTable<'a> {
    /// Returns a table with a row per item. All columns but those in `texts` hold numbers.
    pub fn of_list<T>(
        caption: &'static str,
        columns: &'a [TextColumnOf<T>],
        texts: &[usize],
        items: &'a [T],
    ) -> Self {
        let column = |(at, (heading, _)): (usize, &(&'static str, _))| DocumentColumn {
            heading: (*heading).into(),
            is_number: !texts.contains(&at),
        };
        Self {
            caption,
            columns: columns.iter().enumerate().map(column).collect(),
            row_count: items.len(),
            is_main: true,
            row: Box::new(|row| columns.iter().map(|(_, cell)| cell(&items[row])).collect()),
        }
    }
}
