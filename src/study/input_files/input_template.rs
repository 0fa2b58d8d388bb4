//! A parsed template: bytes and placeholders.

use std::fmt;
use std::ops::Range;

use super::placeholder::Placeholder;
use super::template_encoding::TemplateEncoding;
use crate::study::cases::case_table::CaseTable;
use crate::text::quoted;

/// A template of a file, parsed for the columns of a table.
#[derive(Debug, Clone)]
pub struct InputTemplate {
    content: Vec<u8>,
    encoding: TemplateEncoding,
    placeholders: Vec<PlacedPlaceholder>,
}

#[derive(Debug, Clone)]
struct PlacedPlaceholder {
    placeholder: Placeholder,
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
    pub message: String,
}

impl fmt::Display for TemplateProblem {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position: TextPosition { line, column }, message } = self;
        write!(to, "line {line}, column {column}: {message}")
    }
}

impl InputTemplate {
    /// Parses a template over these columns, or returns all its problems.
    ///
    /// The inner two braces of a longer run count; those around them are text.
    pub fn parse(content: Vec<u8>, headings: &[&str]) -> Result<Self, Vec<TemplateProblem>> {
        let encoding = TemplateEncoding::of(&content);
        let mut positions = Positions::new(&content, encoding);
        let (mut placeholders, mut problems) = (Vec::new(), Vec::new());
        let mut at = 0;
        while let Some(found) = find(&content[at..], b"{{") {
            let inside = at + found + count_leading(&content[at + found..], b'{');
            let open = inside - 2;
            let position = positions.of(open);
            let Some(close) = closing(&content, inside) else {
                let message = "found {{ without }}; write {{'{{'}} for literal braces".to_owned();
                problems.push(TemplateProblem { position, message });
                at = inside;
                continue;
            };
            let text = encoding.decode(&content[inside..close]);
            at = close + 2;
            match Placeholder::parse(&text, headings) {
                Ok(placeholder) => {
                    placeholders.push(PlacedPlaceholder { placeholder, bytes: open..at, position });
                }
                Err(message) => {
                    let message = format!("{}: {message}", shown(&text));
                    problems.push(TemplateProblem { position, message });
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self { content, encoding, placeholders })
    }

    /// Returns the template as it was read.
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// Iterates over the problems of all cases, without rendering more than may fail.
    pub fn problems(&self, cases: &CaseTable) -> impl Iterator<Item = TemplateProblem> {
        let is_utf8 = self.encoding == TemplateEncoding::Utf8;
        let may_fail = |placed: &&PlacedPlaceholder| placed.placeholder.may_fail(is_utf8);
        let placeholders: Vec<_> = self.placeholders.iter().filter(may_fail).collect();
        let mut scratch = Vec::new();
        let rows = if placeholders.is_empty() { 0..0 } else { 0..cases.len() };
        let pairs = rows
            .flat_map(move |row| placeholders.clone().into_iter().map(move |placed| (row, placed)));
        pairs.filter_map(move |(row, placed)| {
            scratch.clear();
            self.insert(placed, cases, row, &mut scratch).err()
        })
    }

    /// Returns the file for the case in a row, and where the values stand in it.
    pub fn render(
        &self,
        cases: &CaseTable,
        row: usize,
    ) -> Result<(Vec<u8>, Vec<Range<usize>>), TemplateProblem> {
        let mut file = Vec::with_capacity(self.content.len());
        let mut values = Vec::with_capacity(self.placeholders.len());
        let mut copied = 0;
        for placed in &self.placeholders {
            file.extend_from_slice(&self.content[copied..placed.bytes.start]);
            copied = placed.bytes.end;
            let start = file.len();
            self.insert(placed, cases, row, &mut file)?;
            values.push(start..file.len());
        }
        file.extend_from_slice(&self.content[copied..]);
        Ok((file, values))
    }

    fn insert(
        &self,
        placed: &PlacedPlaceholder,
        cases: &CaseTable,
        row: usize,
        file: &mut Vec<u8>,
    ) -> Result<(), TemplateProblem> {
        let text = placed.placeholder.text(cases, row);
        text.and_then(|text| self.encoding.append(&text, file)).map_err(|problem| {
            let inside = &self.content[placed.bytes.start + 2..placed.bytes.end - 2];
            let placeholder = shown(&self.encoding.decode(inside));
            let message = format!("row {}, {placeholder}: {problem}", row + 1);
            TemplateProblem { position: placed.position, message }
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

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
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

    use super::super::placeholder::headings;
    use super::*;

    fn table() -> CaseTable {
        let columns = ["mesh", "a b", "E", "load"].map(str::to_owned);
        let mut table = CaseTable::with_extra_columns(columns.to_vec());
        table.push("größe", 0.5, 3.0, &["fine", "2", "210000", "1.50"]);
        table
    }

    fn parsed(text: &[u8]) -> Result<InputTemplate, Vec<TemplateProblem>> {
        InputTemplate::parse(text.to_vec(), &headings(&table()))
    }

    fn rendered(text: &[u8]) -> Vec<u8> {
        let template = parsed(text).unwrap();
        assert_eq!(template.problems(&table()).next(), None);
        template.render(&table(), 0).unwrap().0
    }

    fn text(template: &str) -> String {
        String::from_utf8(rendered(template.as_bytes())).unwrap()
    }

    /// Returns the first problem of a template, or of its first case.
    fn problem(template: &[u8]) -> String {
        match parsed(template) {
            Err(problems) => problems[0].to_string(),
            Ok(template) => template.problems(&table()).next().unwrap().to_string(),
        }
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
        let template = InputTemplate::parse(b"\xE9{{ name }}".to_vec(), &headings(&cases)).unwrap();
        let found = template.problems(&cases).next().unwrap().to_string();
        assert!(found.starts_with("line 1, column 2: row 1, {{ name }}: "), "{found}");
        assert!(template.render(&cases, 0).is_err());
    }

    proptest! {
        #[test]
        fn bytes_outside_placeholders_survive(
            before in proptest::collection::vec(any::<u8>().prop_filter("brace", |b| *b != b'{'), 0..60),
            after in proptest::collection::vec(any::<u8>().prop_filter("brace", |b| *b != b'{'), 0..60),
        ) {
            let template = [&before[..], b"{{ y }}", &after[..]].concat();
            prop_assert_eq!(rendered(&template), [&before[..], b"3", &after[..]].concat());
        }

        #[test]
        fn no_bytes_cause_a_panic(bytes: Vec<u8>, text in "[{}'\"`|%xyfmt() \n.0-9]{0,40}") {
            for bytes in [&bytes[..], text.as_bytes()] {
                if let Ok(template) = parsed(bytes) {
                    template.problems(&table()).for_each(drop);
                    template.render(&table(), 0).ok();
                }
            }
        }
    }
}
