//! The `[[case]]` tables of a study file.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use toml::de::DeTable;

use super::toml_reader::{TomlReader, TomlValue, decimal_text, describe};
use crate::study::{CaseTable, Column, ImportedCases, Source};
use crate::text::{parse_number, quoted};

/// Positions of the extra columns, by heading.
type Headings<'a> = HashMap<&'a str, usize>;

/// Reads the list of cases.
pub fn read_case_tables(reader: &mut TomlReader, value: &TomlValue<'_>) -> ImportedCases {
    let Some(items) = value.get_ref().as_array() else {
        reader.reject_value("case", value, "expected [[case]] above each case");
        return ImportedCases::default();
    };
    let tables: Vec<_> =
        items.iter().filter_map(|item| Some((reader.table("case", item)?, item.span()))).collect();
    reject_misplaced_cases(reader, tables.iter().map(|(table, _)| *table));
    let headings = headings(tables.iter().map(|(table, _)| *table));
    let mut ordered: Vec<_> = headings.iter().collect();
    ordered.sort_by_key(|(_, index)| **index);
    let ordered = ordered.into_iter().map(|(heading, _)| (*heading).to_owned());
    let mut cases = CaseTable::with_extra_columns(ordered.collect());
    let mut lines = Vec::new();
    for (table, place) in tables {
        lines.push(reader.line(place.clone()));
        for key in ["x", "y"] {
            if !table.contains_key(key) {
                reader.reject(place.clone(), format!("the case lacks {key}; add {key} = NUMBER"));
            }
        }
        read_case(reader, table, &headings, &mut cases);
    }
    ImportedCases { cases, source: Source::of_lines(lines) }
}

/// Rejects `cases = "FILE"` below `[[case]]`, where it would be a column of one case. A quoted key
/// is a column.
fn reject_misplaced_cases<'v>(
    reader: &mut TomlReader,
    tables: impl Iterator<Item = &'v DeTable<'v>>,
) {
    let mut found = tables.filter_map(|table| table.get_key_value("cases"));
    if let (Some((key, value)), None) = (found.next(), found.next())
        && key.span().len() == "cases".len()
        && value.get_ref().as_str().is_some_and(|name| Path::new(name).extension().is_some())
    {
        let message = "cases: found it below [[case]], where it is a column; move it above all \
                       tables, or remove the [[case]] tables";
        reader.reject(key.span(), message.to_owned());
    }
}

/// Appends one case. Bad values are reported and replaced by defaults.
fn read_case(
    reader: &mut TomlReader,
    table: &DeTable<'_>,
    headings: &Headings<'_>,
    cases: &mut CaseTable,
) {
    let mut name = Cow::Borrowed("");
    let (mut x, mut y) = (0.0, 0.0);
    let mut extra = vec![Cow::Borrowed(""); headings.len()];
    for (key, value) in table {
        let heading = key.get_ref().as_ref();
        match (heading, headings.get(heading)) {
            ("name", _) => name = reader.text(heading, value).unwrap_or_default(),
            ("x", _) => x = read_coordinate(reader, (cases.len(), Column::X), value),
            ("y", _) => y = read_coordinate(reader, (cases.len(), Column::Y), value),
            (_, Some(&index)) => extra[index] = reader.text(heading, value).unwrap_or_default(),
            (_, None) => {
                let found = quoted(heading);
                reader.reject(key.span(), format!("expected the key name, x or y, found {found}"));
            }
        }
    }
    let extra: Vec<&str> = extra.iter().map(AsRef::as_ref).collect();
    cases.push(&name, x, y, &extra);
}

fn read_coordinate(
    reader: &mut TomlReader,
    (row, column): (usize, Column),
    value: &TomlValue<'_>,
) -> f64 {
    if reader.keep_text(row, column, value) {
        return 1.0;
    }
    let key = column.name();
    let number = match decimal_text(value.get_ref()) {
        Some(text) => parse_number(&text, false, key),
        None => Err(format!("expected a number for {key}, found {}", describe(value.get_ref()))),
    };
    number.unwrap_or_else(|message| {
        reader.reject(value.span(), message);
        0.0
    })
}

/// Returns the extra columns in the order in which the cases name them. Headings
/// such as `X` are not extra columns, as they mean x in CSV.
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
