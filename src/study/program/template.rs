//! Texts with fields in braces, into which the values of a case are put.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::study::cases::case_table::{CaseTable, Column};
use crate::text::shortest;

/// The fields that there are for every case, besides the further columns.
const FIELDS: [&str; 6] = ["name", "x", "y", "index", "case", "run"];

/// The folders that can be put into a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseFolders<'a> {
    /// The one of the run.
    pub run: &'a str,
    /// The one of the case.
    pub case: &'a str,
}

/// A text with fields such as `{x}`; `{{` and `}}` are braces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Template {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Piece {
    Text(String),
    Field { field: TemplateField, position: u32 },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// Reads a template. The error says at which character what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text.char_indices().zip(1_u32..).peekable();
        while let Some(((at, c), position)) = rest.next() {
            match c {
                '{' | '}' if rest.peek().is_some_and(|((_, next), _)| *next == c) => {
                    literal.push(c);
                    rest.next();
                }
                '{' => {
                    let inside = &text[at + 1..];
                    let end = inside.find(['{', '}']);
                    let end = end.filter(|&end| inside[end..].starts_with('}'));
                    let Some(end) = end else { return Err(lone('{', position)) };
                    if !literal.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut literal)));
                    }
                    let name = &inside[..end];
                    pieces.push(Piece::Field { field: TemplateField::of(name), position });
                    // The name and its closing brace.
                    rest.by_ref().take(name.chars().count() + 1).for_each(drop);
                }
                '}' => return Err(lone('}', position)),
                c => literal.push(c),
            }
        }
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        Ok(Self { text: text.to_owned(), pieces })
    }

    /// The text as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the folder of the case is put in somewhere.
    #[must_use]
    pub fn names_folder(&self) -> bool {
        let is =
            |piece: &Piece| matches!(piece, Piece::Field { field: TemplateField::CaseFolder, .. });
        self.pieces.iter().any(is)
    }

    /// Whether a field of it has this heading and means something else.
    #[must_use]
    pub fn hides(&self, heading: &str) -> bool {
        let field = TemplateField::of(heading);
        !matches!(field, TemplateField::Column(_))
            && self
                .pieces
                .iter()
                .any(|piece| matches!(piece, Piece::Field { field: f, .. } if *f == field))
    }

    /// Looks whether there is a column for every field of it.
    pub fn check(&self, cases: &CaseTable) -> Result<(), String> {
        for piece in &self.pieces {
            if let Piece::Field { field: TemplateField::Column(name), position } = piece
                && cases.extra_columns().iter().all(|(heading, _)| heading != name)
            {
                let further = cases.extra_columns().iter().map(|(heading, _)| heading.as_str());
                let known: Vec<_> = FIELDS.into_iter().chain(further).collect();
                return Err(format!(
                    "character {position}: unknown field {{{name}}}; there are {}; a brace \
                     itself is written {{{{ or }}}}",
                    known.join(", ")
                ));
            }
        }
        Ok(())
    }

    /// The text for the case at this row, with these folders. What is put in
    /// is not searched for fields again; a column that there is not is empty.
    #[must_use]
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
                    // Writing to a text in memory cannot fail.
                    TemplateField::Index => write!(filled, "{row}").unwrap_or_default(),
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

impl TemplateField {
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

fn lone(brace: char, position: u32) -> String {
    format!(
        "character {position}: expected a field such as {{x}}, found a lone {brace}; a brace \
         itself is written {brace}{brace}"
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
    fn fields_are_filled_and_what_is_put_in_is_not_searched_again() {
        assert_eq!(filled("--x={x},{Y}"), "--x=0.5,-3");
        assert_eq!(filled("{name}"), "first {x}");
        assert_eq!(filled("{index}:{case}/out {run}"), "0:/run/case-0/out /run");
        assert_eq!(filled("{mesh}{a b}"), "fine$(rm) {{");
        assert_eq!(filled("{{\"x\": {x}}}"), "{\"x\": 0.5}");
        assert_eq!(filled(""), "");
        assert_eq!(filled("é{{{x}}}é"), "é{0.5}é");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let error = |text: &str| Template::parse(text).unwrap_err();
        assert_eq!(
            error("aé{x"),
            "character 3: expected a field such as {x}, found a lone {; a brace itself is \
             written {{"
        );
        assert!(error("{a{x}}").starts_with("character 1: "));
        assert!(
            error("x}").starts_with("character 2: expected a field such as {x}, found a lone }")
        );
        let unknown = Template::parse("é {z}").unwrap().check(&table()).unwrap_err();
        assert_eq!(
            unknown,
            "character 3: unknown field {z}; there are name, x, y, index, case, run, mesh, a b; \
             a brace itself is written {{ or }}"
        );
    }

    proptest! {
        #[test]
        fn every_text_is_kept_when_its_braces_are_doubled(text: String) {
            let doubled = text.replace('{', "{{").replace('}', "}}");
            prop_assert_eq!(filled(&doubled), text);
        }

        #[test]
        fn every_name_stands_between_what_stands_around(name: String, before: String) {
            let mut table = CaseTable::default();
            table.push(&name, 0.0, 0.0, &[]);
            let name = table.case(0).name.to_owned();
            let text = format!("{}{{name}}!", before.replace('{', "{{").replace('}', "}}"));
            let filled = Template::parse(&text).unwrap().fill(&table, 0, CaseFolders { run: "", case: "" });
            prop_assert_eq!(filled, format!("{before}{name}!"));
        }

        #[test]
        fn no_text_is_a_panic(text in "[{}xé ]{0,12}") {
            if let Ok(template) = Template::parse(&text) {
                prop_assert_eq!(template.text(), &text);
                template.check(&table()).ok();
                let filled = template.fill(&table(), 0, CaseFolders { run: "", case: "" });
                prop_assert!(filled.len() <= 20 * text.len());
            }
        }
    }
}
