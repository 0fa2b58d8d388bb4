//! The format `svg`: the main charts in one picture, for slides and papers.

use std::io::{self, Write};

use super::exporter::{Exportable, Exporter, WriteRemark};
use crate::report::charts::text_width::text_width;
use crate::report::document::report_document::{ChartRole, DocumentPart, Extent, ReportDocument};
use crate::report::pictures::axes::WIDTH;
use crate::report::pictures::ink::{Ink, PictureTheme};
use crate::report::pictures::picture::{Anchor, Label, Picture};
use crate::report::pictures::svg::{SvgColors, svg};

/// Type sizes of the answer and of the titles of charts.
const ANSWER: f32 = 16.0;
const TITLE: f32 = 14.0;

/// Height of a line of the answer, of a title, and the space at all edges.
const LINE: f32 = 22.0;
const TITLE_HEIGHT: f32 = 34.0;
const EDGE: f32 = 16.0;

/// A picture that keeps its sharpness at every size.
#[derive(Debug, Clone, Copy)]
pub struct SvgFormat;

impl Exporter for SvgFormat {
    fn name(&self) -> &'static str {
        "svg"
    }

    fn description(&self) -> &'static str {
        "a picture: the bars and the timeline, or the totals"
    }

    fn suffix(&self) -> Option<&'static str> {
        Some(".svg")
    }

    fn write(
        &self,
        content: &dyn Exportable,
        to: &mut dyn Write,
    ) -> io::Result<Option<WriteRemark>> {
        let picture = main_picture(content.document(Extent::Charts));
        to.write_all(svg(&picture, SvgColors::Theme(PictureTheme::Light)).as_bytes())?;
        Ok(None)
    }
}

/// Returns the answer with the main charts below it.
fn main_picture(document: ReportDocument<'_>) -> Picture {
    let ReportDocument { title, answer, details, .. } = document;
    let headline = answer.into_iter().find_map(|part| match part {
        DocumentPart::Headline(text) | DocumentPart::Sentence(text) => Some(text),
        _ => None,
    });
    let lines = wrapped(headline.as_deref().unwrap_or(&title), ANSWER);
    let mut picture = Picture::new(&title, WIDTH, EDGE + LINE * lines.len() as f32);
    for (at, line) in lines.into_iter().enumerate() {
        let place = [EDGE, EDGE + LINE * (at as f32 + 0.75)];
        let label = Label::new(place, Anchor::Start, Ink::Text, line).bold();
        picture.label(Label { size: ANSWER, ..label });
    }
    for part in details {
        if let DocumentPart::Chart(ChartRole::Main, chart) = part {
            let mut head = Picture::new("", WIDTH, TITLE_HEIGHT);
            let at = [EDGE, TITLE_HEIGHT - 12.0];
            let label = Label::new(at, Anchor::Start, Ink::Text, chart.title.clone()).bold();
            head.label(Label { size: TITLE, ..label });
            picture.stack(head);
            picture.stack(chart);
        }
    }
    picture.height += EDGE;
    picture
}

/// Breaks a text at spaces into lines that fit into the picture.
fn wrapped(text: &str, size: f32) -> Vec<String> {
    // Bold letters are a little wider.
    let fits = |line: &str| text_width(line, size) * 1.05 <= WIDTH - 2.0 * EDGE;
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if fits(&format!("{line} {word}")) => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
