//! The `[[case]]` tables of a study file.

use std::borrow::Cow;
use std::collections::HashMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::reader::{StudyReader, number_text, shown};
use crate::study::cases::case_table::{CaseTable, Column};
use crate::study::cases::import::ImportedCases;
use crate::study::cases::source::Source;
use crate::text::{parse_number, quoted};

/// The further columns by heading, in the order in which the cases name them.
type Headings<'a> = HashMap<&'a str, usize>;

impl StudyReader {
    /// Reads the list of cases.
    pub fn cases(&mut self, value: &Spanned<DeValue<'_>>) -> ImportedCases {
        let Some(cases) = value.get_ref().as_array() else {
            let found = shown(value.get_ref());
            self.note(value.span(), format!("expected [[case]] above each case, found {found}"));
            return ImportedCases::default();
        };
        let tables: Vec<_> = cases
            .iter()
            .filter_map(|case| Some((self.table("of a case", case)?, case.span())))
            .collect();
        let headings = headings(tables.iter().map(|(table, _)| *table));
        let mut ordered: Vec<_> = headings.iter().collect();
        ordered.sort_by_key(|(_, at)| **at);
        let ordered = ordered.into_iter().map(|(heading, _)| (*heading).to_owned());
        let mut read = CaseTable::with_extra_columns(ordered.collect());
        let mut lines = Vec::new();
        for (table, place) in tables {
            lines.push(self.line(place.clone()));
            if let Some(missing) = missing(table) {
                self.note(place, format!("expected x and y in each case, missing is {missing}"));
            }
            self.case(table, &headings, &mut read);
        }
        ImportedCases { cases: read, source: Source::of_lines(lines) }
    }

    /// Reads one case. What cannot be taken is noted, and another value stands
    /// in for it.
    fn case(&mut self, table: &DeTable<'_>, headings: &Headings<'_>, read: &mut CaseTable) {
        let mut name = Cow::Borrowed("");
        let (mut x, mut y) = (0.0, 0.0);
        let mut further = vec![Cow::Borrowed(""); headings.len()];
        for (key, value) in table {
            let heading = key.get_ref().as_ref();
            match (heading, headings.get(heading)) {
                ("name", _) => name = self.text(heading, value).unwrap_or_default(),
                ("x", _) => x = self.coordinate(heading, value),
                ("y", _) => y = self.coordinate(heading, value),
                (_, Some(&at)) => further[at] = self.text(heading, value).unwrap_or_default(),
                (_, None) => {
                    let found = quoted(heading);
                    let message = format!("expected the keys name, x and y, found {found}");
                    self.note(key.span(), message);
                }
            }
        }
        let further: Vec<&str> = further.iter().map(AsRef::as_ref).collect();
        read.push(&name, x, y, &further);
    }

    fn coordinate(&mut self, what: &str, value: &Spanned<DeValue<'_>>) -> f64 {
        let read = match number_text(value.get_ref()) {
            Some(text) => parse_number(&text, false, what),
            None => Err(format!("expected a number for {what}, found {}", shown(value.get_ref()))),
        };
        read.unwrap_or_else(|message| {
            self.note(value.span(), message);
            0.0
        })
    }
}

/// All further columns of these cases. `X` is none, as it is x in CSV.
fn headings<'v>(tables: impl Iterator<Item = &'v DeTable<'v>>) -> Headings<'v> {
    let mut headings = HashMap::new();
    for heading in tables.flat_map(|table| table.keys()) {
        let heading = heading.get_ref().as_ref();
        if Column::from_heading(heading).is_none() {
            let next = headings.len();
            headings.entry(heading).or_insert(next);
        }
    }
    headings
}

fn missing(table: &DeTable<'_>) -> Option<String> {
    let missing: Vec<_> = ["x", "y"].into_iter().filter(|key| !table.contains_key(*key)).collect();
    (!missing.is_empty()).then(|| missing.join(", "))
}
