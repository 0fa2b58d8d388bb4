//! Cells as text of the clipboard: tabs between columns, as spreadsheets have it.

use std::borrow::Cow;

/// Returns cells as text. Cells with tabs, line breaks or quotes are quoted.
pub fn cells_text<'a>(rows: impl Iterator<Item = Vec<Cow<'a, str>>>) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
    for row in rows {
        // A write to memory succeeds.
        writer.write_record(row.iter().map(|cell| cell.as_bytes())).ok();
    }
    writer
        .into_inner()
        .map_or_else(|_| String::new(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns the cells of a text, row by row. Rows may differ in length.
pub fn parse_cells(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new();
    reader.delimiter(b'\t').has_headers(false).flexible(true);
    // Text in memory that is UTF-8 can be read.
    let records = reader.from_reader(text.as_bytes()).into_records().filter_map(Result::ok);
    records.map(|record| record.iter().map(str::to_owned).collect()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cells_of_spreadsheets_are_parsed() {
        assert_eq!(parse_cells("a\t1\r\nb\t\r\n"), [["a", "1"], ["b", ""]]);
        assert_eq!(parse_cells("one\ttwo\nthree"), [vec!["one", "two"], vec!["three"]]);
        assert_eq!(parse_cells("\"two\nlines\"\t5\" pipe"), [["two\nlines", "5\" pipe"]]);
    }

    proptest! {
        #[test]
        fn copied_cells_are_pasted_unchanged(
            rows in prop::collection::vec(prop::collection::vec("[a\t\n\r\", 1]{0,4}", 2), 1..4),
        ) {
            let text = cells_text(rows.iter().map(|row| row.iter().map(Cow::from).collect()));
            prop_assert_eq!(parse_cells(&text), rows);
        }
    }
}
