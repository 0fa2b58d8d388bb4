//! A parsed template: bytes and placeholders.

use std::fmt;
use std::ops::Range;

use super::marked_text::{MarkedText, MarkedTextBuilder};
use super::placeholder::Placeholder;
use super::template_encoding::TemplateEncoding;
use crate::study::cases::case_table::CaseTable;
use crate::text::quoted;

/// A template of a file, parsed for the columns of a table.
#[derive(Debug, Clone)]
pub struct InputTemplate {
    content: Vec<u8>,
    encoding: TemplateEncoding,
    places: Vec<PlaceholderPlace>,
}

#[derive(Debug, Clone)]
struct PlaceholderPlace {
    /// `None` if it is invalid. It then stays in the rendered file.
    placeholder: Option<Placeholder>,
    /// Bytes of the template that it replaces.
    bytes: Range<usize>,
    position: TextPosition,
}

/// Line and column of a character, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextPosition {
    pub line: u32,
    pub column: u32,
}

/// Something in a template that is wrong, for all cases or for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateProblem {
    pub position: TextPosition,
    /// The row of the case; `None` for all cases.
    pub row: Option<usize>,
    pub message: String,
}

impl fmt::Display for TemplateProblem {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position: TextPosition { line, column }, row, message } = self;
        write!(to, "line {line}, column {column}: ")?;
        if let Some(row) = row {
            write!(to, "row {}, ", row + 1)?;
        }
        to.write_str(message)
    }
}

impl InputTemplate {
    /// Parses a template over these columns, and returns it with its problems.
    ///
    /// The inner two braces of a longer run count; those around them are text.
    pub fn parse(content: Vec<u8>, headings: &[&str]) -> (Self, Vec<TemplateProblem>) {
        let encoding = TemplateEncoding::of(&content);
        let mut positions = Positions::new(&content, encoding);
        let (mut places, mut problems) = (Vec::new(), Vec::new());
        let mut at = 0;
        while let Some(found) = find_braces(&content[at..]) {
            let inside = at + found + count_leading(&content[at + found..], b'{');
            let open = inside - 2;
            let position = positions.of(open);
            let placeholder = match closing(&content, inside) {
                None => {
                    at = inside;
                    Err("found {{ without }}; write {{'{{'}} for literal braces".to_owned())
                }
                Some(close) => {
                    at = close + 2;
                    let text = encoding.decode(&content[inside..close]);
                    let parsed = Placeholder::parse(&text, headings);
                    parsed.map_err(|message| format!("{}: {message}", shown(&text)))
                }
            };
            let placeholder = match placeholder {
                Ok(placeholder) => Some(placeholder),
                Err(message) => {
                    problems.push(TemplateProblem { position, row: None, message });
                    None
                }
            };
            places.push(PlaceholderPlace { placeholder, bytes: open..at, position });
        }
        (Self { content, encoding, places }, problems)
    }

    pub fn placeholder_count(&self) -> usize {
        self.places.len()
    }

    /// Returns the template as it was read.
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// Iterates over the problems of the cases in these rows, without rendering more than may
    /// fail.
    pub fn problems(
        &self,
        cases: &CaseTable,
        rows: Range<usize>,
    ) -> impl Iterator<Item = TemplateProblem> {
        let is_utf8 = self.encoding == TemplateEncoding::Utf8;
        let may_fail = |place: &&PlaceholderPlace| {
            place.placeholder.as_ref().is_some_and(|placeholder| placeholder.may_fail(is_utf8))
        };
        let places: Vec<_> = self.places.iter().filter(may_fail).collect();
        let mut scratch = Vec::new();
        let rows = if places.is_empty() { 0..0 } else { rows };
        let count = places.len();
        let pairs = rows.flat_map(move |row| (0..count).map(move |at| (row, at)));
        pairs.filter_map(move |(row, at)| {
            scratch.clear();
            self.insert(places[at], cases, row, &mut scratch).err()
        })
    }

    /// Returns the file for the case in a row.
    pub fn render(&self, cases: &CaseTable, row: usize) -> Result<Vec<u8>, TemplateProblem> {
        let mut file = Vec::with_capacity(self.content.len() + 16 * self.places.len());
        let mut copied = 0;
        for place in &self.places {
            file.extend_from_slice(&self.content[copied..place.bytes.start]);
            copied = place.bytes.end;
            self.insert(place, cases, row, &mut file)?;
        }
        file.extend_from_slice(&self.content[copied..]);
        Ok(file)
    }

    /// Returns the text of the template, with its placeholders marked.
    pub fn marked(&self) -> MarkedText {
        self.marked_with(|place| {
            place.placeholder.as_ref().map(|_| self.content[place.bytes.clone()].to_vec())
        })
    }

    /// Returns the text of the file for the case in a row, with the values marked. Placeholders
    /// that fail stay.
    pub fn preview(&self, cases: &CaseTable, row: usize) -> MarkedText {
        self.marked_with(|place| {
            let mut value = Vec::new();
            self.insert(place, cases, row, &mut value).ok().map(|()| value)
        })
    }

    fn marked_with(&self, value: impl Fn(&PlaceholderPlace) -> Option<Vec<u8>>) -> MarkedText {
        let mut marked = MarkedTextBuilder::default();
        let mut copied = 0;
        for place in &self.places {
            marked.push(&self.encoding.decode(&self.content[copied..place.bytes.start]));
            copied = place.bytes.end;
            let value = value(place);
            let bytes = value.as_deref().unwrap_or(&self.content[place.bytes.clone()]);
            marked.push_mark(&self.encoding.decode(bytes), value.is_some());
        }
        marked.push(&self.encoding.decode(&self.content[copied..]));
        marked.finish()
    }

    fn insert(
        &self,
        place: &PlaceholderPlace,
        cases: &CaseTable,
        row: usize,
        file: &mut Vec<u8>,
    ) -> Result<(), TemplateProblem> {
        let text = match &place.placeholder {
            Some(placeholder) => placeholder.text(cases, row),
            None => Err("it is invalid".to_owned()),
        };
        text.and_then(|text| self.encoding.append(&text, file)).map_err(|problem| {
            let inside = self.content.get(place.bytes.start + 2..place.bytes.end - 2);
            let inside = self.encoding.decode(inside.unwrap_or_default());
            let message = format!("{}: {problem}", shown(&inside));
            TemplateProblem { position: place.position, row: Some(row), message }
        })
    }
}

/// Returns a placeholder for an error, on one line and shortened.
fn shown(inside: &str) -> String {
    const LONGEST: usize = 60;
    let inside = inside.trim();
    if inside.chars().count() > LONGEST || inside.contains(char::is_control) {
        return format!("{{{{ {} }}}}", quoted(inside));
    }
    format!("{{{{ {inside} }}}}")
}

/// Returns where the braces stand that close a placeholder whose inside begins at `inside`.
fn closing(content: &[u8], inside: usize) -> Option<usize> {
    let mut quote = None;
    for at in inside..content.len() {
        match (content[at], quote) {
            // Quotes do not span lines.
            (b'\n', _) => quote = None,
            (byte, Some(open)) if byte == open => quote = None,
            (byte @ (b'"' | b'\'' | b'`'), None) => quote = Some(byte),
            (b'}', None) if content[at..].starts_with(b"}}") => return Some(at),
            (b'{', None) if content[at..].starts_with(b"{{") => return None,
            _ => {}
        }
    }
    None
}

fn find_braces(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair == b"{{")
}

fn count_leading(bytes: &[u8], wanted: u8) -> usize {
    bytes.iter().take_while(|&&byte| byte == wanted).count()
}

/// Counts lines and columns up to growing offsets.
struct Positions<'a> {
    content: &'a [u8],
    encoding: TemplateEncoding,
    counted_to: usize,
    position: TextPosition,
}

impl<'a> Positions<'a> {
    fn new(content: &'a [u8], encoding: TemplateEncoding) -> Self {
        let byte_order_mark = if content.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let position = TextPosition { line: 1, column: 1 };
        Self { content, encoding, counted_to: byte_order_mark, position }
    }

    fn of(&mut self, offset: usize) -> TextPosition {
        for at in self.counted_to..offset {
            let byte = self.content[at];
            let ends_line =
                byte == b'\n' || byte == b'\r' && self.content.get(at + 1) != Some(&b'\n');
            // Bytes that continue a character have the bits 10.
            let is_continued = self.encoding == TemplateEncoding::Utf8 && byte & 0xC0 == 0x80;
            if ends_line {
                self.position = TextPosition { line: self.position.line + 1, column: 1 };
            } else if !is_continued {
                self.position.column += 1;
            }
        }
        self.counted_to = offset;
        self.position
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::study::cases::case_column::headings;

    fn table() -> CaseTable {
        let columns = ["mesh", "a b", "E", "load"].map(str::to_owned);
        let mut table = CaseTable::with_extra_columns(columns.to_vec());
        table.push("größe", 0.5, 3.0, &["fine", "2", "210000", "1.50"]);
        table
    }

    fn parsed(text: &[u8]) -> (InputTemplate, Vec<TemplateProblem>) {
        InputTemplate::parse(text.to_vec(), &headings(&table()))
    }

    fn rendered(text: &[u8]) -> Vec<u8> {
        let (template, problems) = parsed(text);
        assert_eq!((problems, template.problems(&table(), 0..1).next()), (Vec::new(), None));
        template.render(&table(), 0).unwrap()
    }

    fn text(template: &str) -> String {
        String::from_utf8(rendered(template.as_bytes())).unwrap()
    }

    /// Returns the first problem of a template, or of its first case.
    fn problem(template: &[u8]) -> String {
        let (template, problems) = parsed(template);
        let problem = problems.into_iter().next();
        problem.or_else(|| template.problems(&table(), 0..1).next()).unwrap().to_string()
    }

    #[test]
    fn columns_expressions_and_formats_are_replaced() {
        assert_eq!(text("x={{x}}, {{ y }} {{ name }} {{mesh}}"), "x=0.5, 3 größe fine");
        assert_eq!(text("{{ x*y/2 }} {{ `a b` }} {{ `a b`*2 }} {{ load }}"), "0.75 2 4 1.50");
        assert_eq!(text("{{ E }} {{ pi|fmt('%.3f') }}"), "210000 3.142");
        assert_eq!(text("[{{ x | fmt(\"%10.4f\") }}]"), "[    0.5000]");
        assert_eq!(text("[{{ 1|fmt(\"%.1e\") }}]"), "[1.0e+00]");
        assert_eq!(text("[{{ load|fmt(\"%-6g\") }}{{mesh|fmt('%6s')}}]"), "[1.5     fine]");
        assert_eq!(text("{{ x\n }}"), "0.5");
    }

    #[test]
    fn the_inner_two_of_a_run_of_braces_count() {
        assert_eq!(text("{{{y}}}"), "{3}");
        assert_eq!(text("{{{{y}}}}"), "{{3}}");
        assert_eq!(text("{{'{{'}}"), "{{");
        assert_eq!(text("{{'{{'}}x}} {{ \"}}\" }}"), "{{x}} }}");
        assert_eq!(text("{ {x} {% x %} {# x #} % $x }} }"), "{ {x} {% x %} {# x #} % $x }} }");
    }

    #[test]
    fn other_bytes_are_unchanged() {
        let bytes = b"\xEF\xBB\xBFa\r\nb\n\r\t\0{{x}}c\r\n\r\n ";
        assert_eq!(rendered(bytes), b"\xEF\xBB\xBFa\r\nb\n\r\t\x000.5c\r\n\r\n ");
        let latin = b"caf\xE9 {{ name }}\x80\r\nend";
        assert_eq!(rendered(latin), b"caf\xE9 gr\xF6\xDFe\x80\r\nend");
        assert_eq!(rendered(b""), b"");
    }

    #[test]
    fn problems_name_line_and_column() {
        for (template, expected) in [
            (
                "a\r\nb {{ z }}",
                "line 2, column 3: {{ z }}: unknown name z; the columns are name, x",
            ),
            ("é{{ x", "line 1, column 2: found {{ without }}"),
            ("{{ x \n{{ y }}", "line 1, column 1: found {{ without }}"),
            (
                "{{x}}\r{{}}",
                "line 2, column 1: {{  }}: expected a column or an expression, found n",
            ),
            ("{{ x * * 2 }}", "line 1, column 1: {{ x * * 2 }}: expected a number or a column, fo"),
            ("{{ x|fmt('10f') }}", "line 1, column 1: {{ x|fmt('10f') }}: expected a format such "),
            ("{{ x|round }}", "line 1, column 1: {{ x|round }}: expected fmt(\"…\") with a format"),
            ("{{ a b }}", "line 1, column 1: {{ a b }}: unknown name a"),
            ("{{ mesh*2 }}", "line 1, column 1: row 1, {{ mesh*2 }}: expected a number for mesh, "),
            (
                "{{ x|fmt('%d') }}",
                "line 1, column 1: row 1, {{ x|fmt('%d') }}: expected a whole nu",
            ),
            ("{{ 1/(x-x) }}", "line 1, column 1: row 1, {{ 1/(x-x) }}: 1/(x-x) is not a finite"),
        ] {
            let found = problem(template.as_bytes());
            assert!(found.starts_with(expected), "{template:?}: {found}");
        }
        assert!(problem(b"\xEF\xBB\xBF{{ z }}").starts_with("line 1, column 1: "));
        assert!(problem(b"\xE9\n\xE9\xE9{{ z }}").starts_with("line 2, column 3: "));
    }

    #[test]
    fn a_number_that_does_not_fit_its_width_is_a_problem_and_a_text_is_not() {
        assert_eq!(
            problem(b"\n{{ E|fmt('%5.1f') }}"),
            "line 2, column 1: row 1, {{ E|fmt('%5.1f') }}: \"210000.0\" has 8 characters and does \
             not fit in 5"
        );
        assert!(problem(b"{{ E|fmt('%3s') }}").contains("does not fit in 3"));
        assert_eq!(text("{{ mesh|fmt('%3s') }}{{ E|fmt('%6.0f') }}"), "fine210000");
    }

    #[test]
    fn a_character_that_windows_1252_lacks_is_a_problem() {
        let mut cases = CaseTable::default();
        cases.push("三", 1.0, 1.0, &[]);
        let (template, _) = InputTemplate::parse(b"\xE9{{ name }}".to_vec(), &headings(&cases));
        let found = template.problems(&cases, 0..1).next().unwrap().to_string();
        assert!(found.starts_with("line 1, column 2: row 1, {{ name }}: "), "{found}");
        assert!(template.render(&cases, 0).is_err());
    }

    #[test]
    fn a_preview_marks_values_and_leaves_what_fails() {
        let (template, problems) = parsed(b"\xEF\xBB\xBFa\r\n{{x}} {{ z }}\n{{ mesh*2 }}{{");
        assert_eq!(problems.len(), 2);
        let marks = |marked: &MarkedText| {
            let mark = |at| (marked.mark_text(at).to_owned(), marked.marks()[at].is_valid);
            (0..marked.marks().len()).map(mark).collect::<Vec<_>>()
        };
        let marked = |marks: &[(&str, bool)]| {
            marks.iter().map(|&(text, is_valid)| (text.to_owned(), is_valid)).collect::<Vec<_>>()
        };
        let (shown, preview) = (template.marked(), template.preview(&table(), 0));
        let places = [("{{x}}", true), ("{{ z }}", false), ("{{ mesh*2 }}", true), ("{{", false)];
        assert_eq!(marks(&shown), marked(&places));
        let values = [("0.5", true), ("{{ z }}", false), ("{{ mesh*2 }}", false), ("{{", false)];
        assert_eq!(marks(&preview), marked(&values));
        assert_eq!(preview.line(1).1, "0.5 {{ z }}");
        assert!(template.render(&table(), 0).is_err());
        let latin = parsed(b"\xE9 {{ name }}").0.preview(&table(), 0);
        assert_eq!((latin.line(0).1, latin.mark_text(0)), ("é größe", "größe"));
    }

    /// Bytes without a pair of braces, and without one at the end that would make a pair.
    fn other_bytes() -> impl Strategy<Value = Vec<u8>> {
        let part = prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..8),
            proptest::sample::select(vec![
                &b"\r\n"[..],
                b"\n",
                b"\r",
                b"{",
                b"}",
                b"}}",
                b"%",
                b"{%",
                b"{#",
                b"{% x %}",
                b"{# x #}",
                b"\xE9",
                "ü三".as_bytes(),
                b"\xEF\xBB\xBF",
                b"'",
                b"\"",
                b"`",
                b"$x",
                b"\0",
            ])
            .prop_map(<[u8]>::to_vec),
        ];
        proptest::collection::vec(part, 0..12).prop_map(|parts| {
            let mut bytes = parts.concat();
            while let Some(at) = find_braces(&bytes) {
                bytes.remove(at);
            }
            if bytes.last() == Some(&b'{') {
                bytes.pop();
            }
            bytes
        })
    }

    proptest! {
        #[test]
        fn bytes_outside_placeholders_survive(
            parts in proptest::collection::vec(other_bytes(), 1..5),
            braces in 0..4_usize,
        ) {
            let (open, close) = ("{".repeat(braces), "}".repeat(braces));
            let with = |inside: &str| {
                parts.join(format!("{open}{inside}{close}").as_bytes())
            };
            prop_assert_eq!(rendered(&with("{{ y }}")), with("3"));
        }

        #[test]
        fn a_preview_is_the_text_of_the_file(parts in proptest::collection::vec(other_bytes(), 1..4)) {
            let (template, _) = parsed(&parts.join(&b"{{ y }}"[..]));
            let file = template.render(&table(), 0).unwrap();
            let (preview, encoding) = (template.preview(&table(), 0), template.encoding);
            let text = encoding.decode(&file).replace("\r\n", "\n").replace('\r', "\n");
            let lines: Vec<_> = (0..preview.line_count()).map(|at| preview.line(at).1).collect();
            prop_assert_eq!(lines.join("\n"), text.strip_prefix('\u{FEFF}').unwrap_or(&text));
            prop_assert_eq!(preview.marks().len(), parts.len() - 1);
        }

        #[test]
        fn no_bytes_cause_a_panic(
            bytes: Vec<u8>,
            text in "[{}'\"`|%xyfmt() \n.0-9]{0,40}",
            format in "[-+ #0]{0,4}[0-9]{0,4}(\\.[0-9]{0,4})?[dfegsx%]{0,2}",
            number in any::<f64>(),
        ) {
            let mut cases = table();
            cases.set_x(0, number);
            let format = format!("{{{{ x|fmt('%{format}') }}}}{{{{ mesh|fmt(\"%{format}\") }}}}");
            for bytes in [&bytes[..], text.as_bytes(), format.as_bytes()] {
                let (template, _) = parsed(bytes);
                template.problems(&cases, 0..1).for_each(drop);
                template.render(&cases, 0).ok();
                template.preview(&cases, 0);
                template.marked();
            }
        }
    }
}
