//! The format `html`: a page that can be mailed, printed, and opened again.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use maud::{DOCTYPE, PreEscaped, html};

use super::html_parts::PageWriter;
use crate::report::document::report_document::{Extent, ReportDocument};
use crate::report::export::exporter::{Exportable, Exporter, WriteRemark};
use crate::report::import::embedded_report::{END, START};
use crate::report::pictures::ink::PictureTheme;
use crate::report::pictures::svg::{ink_classes, ink_styles};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the page may load: nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      img-src data:";

/// Number of cases above which the data are compressed fast instead of well.
const MANY_CASES: usize = 100_000;

/// A page that stands alone.
#[derive(Debug, Clone, Copy)]
pub struct HtmlFormat;

impl Exporter for HtmlFormat {
    fn name(&self) -> &'static str {
        "html"
    }

    fn description(&self) -> &'static str {
        "a page to hand on: answer, charts, tables and all data in one file"
    }

    fn suffix(&self) -> Option<&'static str> {
        Some(".html")
    }

    fn write(
        &self,
        content: &dyn Exportable,
        to: &mut dyn Write,
    ) -> io::Result<Option<WriteRemark>> {
        let document = content.document(Extent::Full);
        let style = style();
        let ReportDocument { title, introduction, answer, details } = &document;
        let mut writer = PageWriter::default();
        let parts = introduction.iter().chain(answer).chain(details);
        parts.for_each(|part| writer.part(part));
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="generator" content="CaseLanes";
                    link rel="icon" href="data:,";
                    title { (title) }
                    style { (PreEscaped(style)) }
                }
                body {
                    main {
                        h1 { (title) }
                        (PreEscaped(writer.finish()))
                    }
                    footer {
                        "CaseLanes " (env!("CARGO_PKG_VERSION"))
                        (data_text(content))
                    }
                    (PreEscaped(START)) (PreEscaped(embedded(content)?)) (PreEscaped(END))
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        to.write_all(page.into_string().as_bytes())?;
        writeln!(to)?;
        Ok(None)
    }
}

/// Says what the file holds besides the page.
fn data_text(content: &dyn Exportable) -> &'static str {
    if content.is_run() {
        ". This file holds all data: open it with CaseLanes to go on from here."
    } else {
        ". This file also holds the figures as JSON; CaseLanes opens the pages of single runs only."
    }
}

/// Returns the style sheet: the colours of the reader's theme, and those of paper.
fn style() -> String {
    let [light, dark] =
        [PictureTheme::Light, PictureTheme::Dark].map(|theme| ink_styles(":root", theme));
    let classes = ink_classes();
    format!(
        "{light}@media(prefers-color-scheme:dark){{{dark}}}@media print{{{light}}}\n{classes}\n\
         {STYLE}"
    )
}

/// Returns the report as JSON, compressed, in letters.
fn embedded(content: &dyn Exportable) -> io::Result<String> {
    let runs = content.runs();
    let cases: usize = runs.iter().map(|(_, report)| report.frozen.cases.len()).sum();
    let level = if cases > MANY_CASES { Compression::fast() } else { Compression::best() };
    let mut compressed = ZlibEncoder::new(Vec::new(), level);
    content.write_json(&mut compressed)?;
    Ok(STANDARD.encode(compressed.finish()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures;
    use crate::report::predict::throughput::{ResourceBudget, ThroughputPlan};
    use crate::report::run_report::{Machine, RunReport};
    use crate::run::replay;
    use crate::study::{CaseTable, Lengths, Strategy};

    #[test]
    fn only_the_page_of_a_run_says_that_it_can_be_opened() {
        let lengths = Lengths::Seconds(vec![1.0; 3]);
        let frozen =
            fixtures::study(CaseTable::demo(), lengths, fixtures::plan(Strategy::Threads, 2));
        let state = replay(&frozen);
        let run = RunReport::new(frozen.into(), state, Machine::default());
        let plan = ThroughputPlan { budget: ResourceBudget::default(), rows: Vec::new() };
        let page = |content: &dyn Exportable| {
            let mut page = Vec::new();
            HtmlFormat.write(content, &mut page).unwrap();
            String::from_utf8(page).unwrap()
        };
        assert!(page(&run).contains("open it with CaseLanes to go on"));
        let plan = page(&plan);
        assert!(!plan.contains("to go on") && plan.contains("single runs only"), "{plan}");
    }
}
