//! The parts of a document as HTML.

use std::fmt::Write as _;

use maud::{Escaper, Markup, PreEscaped, html};

use super::paper::PaperTable;
use crate::report::document::report_document::{
    DocumentItem, DocumentPart, DocumentTable, DocumentTotal, DocumentVerdict,
};
use crate::report::pictures::picture::Picture;
use crate::report::pictures::svg::{SvgColors, svg};

/// Rows above which a table other than that of the cases is folded.
const MAX_OPEN_ROWS: usize = 12;

/// Writes one part after another.
#[derive(Default)]
pub(super) struct PageWriter {
    text: String,
    tables: usize,
}

impl PageWriter {
    pub(super) fn finish(self) -> String {
        self.text
    }

    pub(super) fn part(&mut self, part: &DocumentPart<'_>) {
        let markup = match part {
            DocumentPart::Heading(text) => html! { h2 { (text) } },
            DocumentPart::Headline(text) => html! { p.answer { (text) } },
            DocumentPart::Sentence(text) => html! { p { (text) } },
            DocumentPart::Totals(totals) => totals_list(totals),
            DocumentPart::Facts(facts) => html! {
                dl.facts {
                    @for (name, text) in facts { dt { (name) } dd { (text) } }
                }
            },
            DocumentPart::Items(items) => items_list(items),
            DocumentPart::Verdicts(verdicts) => verdicts_list(verdicts),
            DocumentPart::Chart(_, picture) => chart(picture),
            DocumentPart::Table(table) => return self.table(table),
        };
        self.text.push_str(&markup.into_string());
        self.text.push('\n');
    }

    /// Writes a table. End tags that HTML allows to leave out are left out: a report has many rows.
    fn table(&mut self, table: &DocumentTable<'_>) {
        let DocumentTable { caption, columns, row_count, row, is_main } = table;
        self.tables += 1;
        let id = format!("table{}", self.tables);
        let is_folded = *row_count > MAX_OPEN_ROWS && !is_main;
        // The first texts name the rows.
        let header = columns.iter().position(|column| !column.is_number).unwrap_or(0);
        let texts = columns.iter().enumerate().filter(|(_, column)| !column.is_number);
        let columns_of_text: Vec<_> =
            texts.map(|(at, _)| format!("#{id} :is(td,th):nth-child({})", at + 1)).collect();
        let rules = columns_of_text.join(",") + "{text-align:left;white-space:normal}";
        let text = &mut self.text;
        if is_folded {
            let _ = write!(text, "<details><summary>{caption}</summary>");
        }
        let _ = write!(
            text,
            "<style>{rules}</style>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" \
             aria-label=\"{caption}\"><table id=\"{id}\"><caption>{caption}</caption><thead><tr>"
        );
        let headings = columns.iter().map(|column| column.heading.clone().into_owned());
        let mut paper = PaperTable::new(headings);
        for column in columns {
            if column.heading.is_empty() {
                text.push_str("<td>");
            } else {
                text.push_str("<th scope=\"col\">");
                push_escaped(text, &column.heading);
            }
        }
        text.push_str("<tbody>\n");
        for index in 0..*row_count {
            text.push_str("<tr>");
            let cells = row(index);
            for at in 0..columns.len() {
                text.push_str(if at == header { "<th scope=row>" } else { "<td>" });
                let cell = cells.get(at).map_or("", String::as_str);
                paper.widen(at, cell);
                push_escaped(text, cell);
            }
            text.push('\n');
        }
        let _ = writeln!(text, "</table><style>{}</style></div>", paper.style(&id));
        if is_folded {
            text.push_str("</details>\n");
        }
    }
}

fn push_escaped(to: &mut String, text: &str) {
    let _ = Escaper::new(to).write_str(text);
}

fn totals_list(totals: &[DocumentTotal]) -> Markup {
    html! {
        dl.totals {
            @for DocumentTotal { name, value, kind } in totals {
                div { dt { (name) } dd { b { (value) } " " small { (kind) } } }
            }
        }
    }
}

fn items_list(items: &[DocumentItem]) -> Markup {
    html! {
        ul {
            @for DocumentItem { text, output } in items {
                li {
                    (text)
                    @if let Some(output) = output { pre tabindex="0" { (output) } }
                }
            }
        }
    }
}

fn verdicts_list(verdicts: &[DocumentVerdict<'_>]) -> Markup {
    html! {
        dl.verdicts {
            @for DocumentVerdict { verdict, claim, evidence } in verdicts {
                dt { b { (verdict) } ": " (claim) }
                dd { (evidence) }
            }
        }
    }
}

/// Returns a chart below its title, if it has one.
fn chart(picture: &Picture) -> Markup {
    html! {
        @if !picture.title.is_empty() { h2 { (picture.title) } }
        div.chart tabindex="0" role="region" aria-label={ "Chart " (picture.title) } {
            (PreEscaped(svg(picture, SvgColors::Page)))
        }
    }
}
