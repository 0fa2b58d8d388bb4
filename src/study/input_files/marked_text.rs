//! A text with marked places, by line.

use std::ops::Range;

/// A text with places that a reader should see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MarkedText {
    text: String,
    /// Where each line begins, the first one included.
    line_starts: Vec<usize>,
    width: usize,
    /// In the order of the text, without overlaps.
    marks: Vec<TextMark>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextMark {
    /// Bytes of the text.
    pub bytes: Range<usize>,
    pub is_valid: bool,
}

impl MarkedText {
    pub fn marks(&self) -> &[TextMark] {
        &self.marks
    }

    /// Returns the text of the mark with this index.
    pub fn mark_text(&self, index: usize) -> &str {
        self.marks.get(index).map_or("", |mark| &self.text[mark.bytes.clone()])
    }

    /// Returns the number of lines, at least 1.
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// Returns the number of characters in the longest line.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Returns the byte where a line begins, and the line without its end.
    pub fn line(&self, index: usize) -> (usize, &str) {
        let start = self.line_starts[index];
        let end = self.line_starts.get(index + 1).copied().unwrap_or(self.text.len());
        (start, self.text[start..end].trim_end_matches(['\r', '\n']))
    }

    /// Returns the indices of the marks that touch these bytes, with the bytes that they share.
    pub fn marks_in(&self, bytes: Range<usize>) -> impl Iterator<Item = (usize, Range<usize>)> {
        let Range { start, end } = bytes;
        // An empty mark touches the place where it stands.
        let is_before = |mark: &TextMark| mark.bytes.end <= start && mark.bytes.start < start;
        let first = self.marks.partition_point(is_before);
        let marks = self.marks[first..].iter().take_while(move |mark| mark.bytes.start <= end);
        marks.enumerate().map(move |(at, TextMark { bytes, .. })| {
            (first + at, bytes.start.max(start)..bytes.end.min(end))
        })
    }
}

/// Joins pieces to a text.
#[derive(Debug, Default)]
pub struct MarkedTextBuilder(MarkedText);

impl MarkedTextBuilder {
    pub fn push(&mut self, piece: &str) {
        let is_start = self.0.text.is_empty() && self.0.marks.is_empty();
        // A byte order mark is no character of the text.
        let piece = if is_start { piece.strip_prefix('\u{FEFF}').unwrap_or(piece) } else { piece };
        self.0.text.push_str(piece);
    }

    pub fn push_mark(&mut self, piece: &str, is_valid: bool) {
        let start = self.0.text.len();
        self.0.text.push_str(piece);
        self.0.marks.push(TextMark { bytes: start..self.0.text.len(), is_valid });
    }

    pub fn finish(mut self) -> MarkedText {
        let bytes = self.0.text.as_bytes();
        let ends_line = |&at: &usize| {
            bytes[at] == b'\n' || bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n')
        };
        let starts = (0..bytes.len()).filter(ends_line).map(|at| at + 1);
        self.0.line_starts = std::iter::once(0).chain(starts).collect();
        let widths = (0..self.0.line_count()).map(|at| self.0.line(at).1.chars().count());
        self.0.width = widths.max().unwrap_or_default();
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_their_marks_even_of_several_lines() {
        let mut builder = MarkedTextBuilder::default();
        builder.push("\u{FEFF}a\r\nb ");
        builder.push_mark("12", true);
        builder.push("\r");
        builder.push_mark("x\ny", false);
        builder.push_mark("", true);
        builder.push("\n");
        let marked = builder.finish();
        let lines: Vec<_> = (0..marked.line_count())
            .map(|at| {
                let (start, text) = marked.line(at);
                let marks = marked.marks_in(start..start + text.len());
                let marks = marks.map(|(at, bytes)| (at, bytes.start - start..bytes.end - start));
                (text, marks.collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(
            lines,
            [
                ("a", vec![]),
                ("b 12", vec![(0, 2..4)]),
                ("x", vec![(1, 0..1)]),
                ("y", vec![(1, 0..1), (2, 1..1)]),
                ("", vec![]),
            ]
        );
        assert_eq!((marked.mark_text(1), marked.width()), ("x\ny", 4));
    }
}
