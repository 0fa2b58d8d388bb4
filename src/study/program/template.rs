//! Texts with fields in braces that are filled with the values of a case.

use std::borrow::Cow;

use crate::study::cases::case_table::{CaseTable, Column};
use crate::text::shortest;

/// Fields that every case has besides its extra columns.
const FIELDS: [&str; 6] = ["name", "x", "y", "index", "case", "run"];

/// Folders that can be inserted into a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseFolders<'a> {
    pub run: &'a str,
    pub case: &'a str,
}

/// Text with fields such as `{x}`; `{{` and `}}` are literal braces.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(String),
    Field { field: TemplateField, position: u32 },
}

#[derive(Debug, Clone, PartialEq)]
enum TemplateField {
    Name,
    X,
    Y,
    Index,
    CaseFolder,
    RunFolder,
    Column(String),
}

impl Template {
    /// Parses a template. The error names the position of the bad character.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text.char_indices().zip(1_u32..).peekable();
        while let Some(((offset, c), position)) = rest.next() {
            match c {
                '{' | '}' if rest.peek().is_some_and(|((_, next), _)| *next == c) => {
                    literal.push(c);
                    rest.next();
                }
                '{' => {
                    let inside = &text[offset + 1..];
                    let end = inside.find(['{', '}']);
                    let end = end.filter(|&end| inside[end..].starts_with('}'));
                    let Some(end) = end else { return Err(unmatched('{', position)) };
                    if !literal.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut literal)));
                    }
                    let name = &inside[..end];
                    pieces.push(Piece::Field { field: TemplateField::of(name), position });
                    // Skip the name and its closing brace.
                    rest.by_ref().take(name.chars().count() + 1).for_each(drop);
                }
                '}' => return Err(unmatched('}', position)),
                c => literal.push(c),
            }
        }
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        Ok(Self { text: text.to_owned(), pieces })
    }

    /// Returns the text as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the template contains the path of the case's folder.
    pub fn uses_case_folder(&self) -> bool {
        self.fields().any(|(field, _)| *field == TemplateField::CaseFolder)
    }

    /// Whether a built-in field of the template has the name of this column.
    pub fn shadows(&self, heading: &str) -> bool {
        let field = TemplateField::of(heading);
        !matches!(field, TemplateField::Column(_)) && self.fields().any(|(f, _)| *f == field)
    }

    /// Checks that the cases have a column for each field.
    pub fn check(&self, cases: &CaseTable) -> Result<(), String> {
        let headings = || cases.extra_columns().iter().map(|(heading, _)| heading.as_str());
        for (field, position) in self.fields() {
            if let TemplateField::Column(name) = field
                && headings().all(|heading| heading != name)
            {
                let more = headings().filter(|heading| !FIELDS.contains(heading));
                let known: Vec<_> = FIELDS.into_iter().chain(more).collect();
                let near =
                    known.iter().find(|known| known.trim().eq_ignore_ascii_case(name.trim()));
                let near = near.map_or(String::new(), |near| format!("did you mean {{{near}}}? "));
                return Err(format!(
                    "character {position}: unknown field {{{name}}}; {near}expected one of {}; \
                     write {{{{ or }}}} for a literal brace",
                    known.join(", ")
                ));
            }
        }
        Ok(())
    }

    /// Returns the fields with their positions.
    fn fields(&self) -> impl Iterator<Item = (&TemplateField, u32)> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Field { field, position } => Some((field, *position)),
        })
    }

    /// Returns the text for the case in a row.
    ///
    /// Inserted values are not searched for fields. Missing columns are empty.
    pub fn fill(&self, cases: &CaseTable, row: usize, folders: CaseFolders<'_>) -> String {
        let case = cases.case(row);
        let mut filled = String::with_capacity(self.text.len());
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Field { field, .. } => match field {
                    TemplateField::Name => filled.push_str(case.name),
                    TemplateField::X => filled.push_str(&shortest(case.x)),
                    TemplateField::Y => filled.push_str(&shortest(case.y)),
                    TemplateField::Index => filled.push_str(&row.to_string()),
                    TemplateField::CaseFolder => filled.push_str(folders.case),
                    TemplateField::RunFolder => filled.push_str(folders.run),
                    TemplateField::Column(name) => {
                        let column =
                            cases.extra_columns().iter().find(|(heading, _)| heading == name);
                        filled.push_str(column.map_or("", |(_, column)| column.get(row)));
                    }
                },
            }
        }
        filled
    }
}

impl Template {
    /// Returns the names of the fields with their positions.
    pub fn field_names(&self) -> impl Iterator<Item = (&str, u32)> {
        self.fields().map(|(field, position)| (field.name(), position))
    }

    /// Returns the text with the value of each field, by its name.
    pub fn fill_with<'v>(&'v self, value: impl Fn(&str) -> Cow<'v, str>) -> String {
        let piece = |piece: &'v Piece| match piece {
            Piece::Text(text) => Cow::Borrowed(text.as_str()),
            Piece::Field { field, .. } => value(field.name()),
        };
        self.pieces.iter().map(piece).collect()
    }
}

impl TemplateField {
    fn name(&self) -> &str {
        match self {
            Self::Name => "name",
            Self::X => "x",
            Self::Y => "y",
            Self::Index => "index",
            Self::CaseFolder => "case",
            Self::RunFolder => "run",
            Self::Column(name) => name,
        }
    }

    fn of(name: &str) -> Self {
        match (name, Column::from_heading(name)) {
            (_, Some(Column::Name)) => Self::Name,
            (_, Some(Column::X)) => Self::X,
            (_, Some(Column::Y)) => Self::Y,
            ("index", None) => Self::Index,
            ("case", None) => Self::CaseFolder,
            ("run", None) => Self::RunFolder,
            (column, None) => Self::Column(column.to_owned()),
        }
    }
}

fn unmatched(brace: char, position: u32) -> String {
    format!(
        "character {position}: expected a field such as {{x}}, found an unmatched {brace}; write \
         {brace}{brace} for a literal brace"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table() -> CaseTable {
        let mut table = CaseTable::with_extra_columns(vec!["mesh".into(), "a b".into()]);
        table.push("first {x}", 0.5, -3.0, &["fine", "$(rm) {{"]);
        table
    }

    fn filled(text: &str) -> String {
        let folders = CaseFolders { run: "/run", case: "/run/case-0" };
        Template::parse(text).unwrap().fill(&table(), 0, folders)
    }

    #[test]
    fn fields_are_filled_and_inserted_values_are_not_searched() {
        assert_eq!(filled("--x={x},{Y}"), "--x=0.5,-3");
        assert_eq!(filled("{name}"), "first {x}");
        assert_eq!(filled("{index}:{case}/out {run}"), "0:/run/case-0/out /run");
        assert_eq!(filled("{mesh}{a b}"), "fine$(rm) {{");
        assert_eq!(filled("{{\"x\": {x}}}"), "{\"x\": 0.5}");
        assert_eq!(filled(""), "");
        assert_eq!(filled("é{{{x}}}é"), "é{0.5}é");
    }

    #[test]
    fn errors_name_the_position() {
        let error = |text: &str| Template::parse(text).unwrap_err();
        assert_eq!(
            error("aé{x"),
            "character 3: expected a field such as {x}, found an unmatched {; write {{ for a \
             literal brace"
        );
        assert!(error("{a{x}}").starts_with("character 1: "));
        assert!(
            error("x}")
                .starts_with("character 2: expected a field such as {x}, found an unmatched }")
        );
        let unknown = Template::parse("é {z}").unwrap().check(&table()).unwrap_err();
        assert_eq!(
            unknown,
            "character 3: unknown field {z}; expected one of name, x, y, index, case, run, mesh, \
             a b; write {{ or }} for a literal brace"
        );
    }

    #[test]
    fn an_unknown_field_names_the_column_in_another_letter_case_and_each_field_once() {
        let cases = CaseTable::with_extra_columns(vec!["Mesh".into(), "case".into(), "run".into()]);
        let error = Template::parse("{mesh}").unwrap().check(&cases).unwrap_err();
        assert_eq!(
            error,
            "character 1: unknown field {mesh}; did you mean {Mesh}? expected one of name, x, y, \
             index, case, run, Mesh; write {{ or }} for a literal brace"
        );
    }

    proptest! {
        #[test]
        fn a_text_with_doubled_braces_fills_to_the_text(text: String) {
            let doubled = text.replace('{', "{{").replace('}', "}}");
            prop_assert_eq!(filled(&doubled), text);
        }

        #[test]
        fn every_name_is_inserted_between_the_surrounding_text(name: String, before: String) {
            let mut table = CaseTable::default();
            table.push(&name, 0.0, 0.0, &[]);
            let name = table.case(0).name.to_owned();
            let text = format!("{}{{name}}!", before.replace('{', "{{").replace('}', "}}"));
            let filled = Template::parse(&text).unwrap().fill(&table, 0, CaseFolders { run: "", case: "" });
            prop_assert_eq!(filled, format!("{before}{name}!"));
        }

        #[test]
        fn no_text_causes_a_panic(text in "[{}xé ]{0,12}") {
            if let Ok(template) = Template::parse(&text) {
                prop_assert_eq!(template.text(), &text);
                template.check(&table()).ok();
                let filled = template.fill(&table(), 0, CaseFolders { run: "", case: "" });
                prop_assert!(filled.len() <= 20 * text.len());
            }
        }
    }
}
