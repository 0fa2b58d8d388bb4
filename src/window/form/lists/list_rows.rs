//! Options that are lists, as they are typed: a row of N texts for each item.
//!
//! The text of the field holds the texts of all rows as words, by the rules of a shell.

use std::array;

use crate::study::{Program, ProgramOutput, TemplateSource, ValueKind};

/// Name, file and regular expression of an output. The file is empty for standard output.
pub(crate) type OutputRow = [String; 3];

/// Source and name of a template. An empty name is that of the source.
pub(crate) type TemplateRow = [String; 2];

pub(crate) fn rows<const N: usize>(text: &str) -> Vec<[String; N]> {
    let words = shell_words::split(text).unwrap_or_default();
    let row = |row: &[String]| array::from_fn(|part| row.get(part).cloned().unwrap_or_default());
    words.chunks(N).map(row).collect()
}

pub(crate) fn rows_text<const N: usize>(rows: &[[String; N]]) -> String {
    shell_words::join(rows.iter().flatten())
}

/// Returns the items of the rows as the option is set, without empty rows. The error explains
/// what is invalid; `None` for other kinds of options.
pub(crate) fn items(kind: ValueKind, text: &str) -> Option<Result<Vec<String>, String>> {
    match kind {
        ValueKind::Outputs => Some(items_of(text, |row| output(row).map(|it| it.text()))),
        ValueKind::Templates => Some(items_of(text, |row| template(row).map(|it| it.text()))),
        _ => None,
    }
}

fn items_of<const N: usize>(
    text: &str,
    item: impl Fn(&[String; N]) -> Result<String, String>,
) -> Result<Vec<String>, String> {
    let rows = rows::<N>(text).into_iter();
    let rows = rows.filter(|row| row.iter().any(|part| !part.is_empty()));
    rows.map(|row| item(&row)).collect()
}

/// Returns the text of the rows of a program; `None` for other kinds of options.
pub(crate) fn program_text(kind: ValueKind, program: &Program) -> Option<String> {
    match kind {
        ValueKind::Outputs => {
            let outputs = program.named_outputs.iter().cloned();
            let row = |ProgramOutput { name, file, regex }| {
                [name, file.unwrap_or_default(), regex.unwrap_or_default()]
            };
            Some(rows_text(&outputs.map(row).collect::<Vec<OutputRow>>()))
        }
        ValueKind::Templates => {
            let row = |template: &TemplateSource| {
                let name = if template.has_default_name() { "" } else { &template.name };
                [template.path.to_string_lossy().into_owned(), name.to_owned()]
            };
            Some(rows_text(&program.templates.iter().map(row).collect::<Vec<TemplateRow>>()))
        }
        _ => None,
    }
}

/// Returns the output of a row, or explains which part is invalid.
pub(crate) fn output([name, file, regex]: &OutputRow) -> Result<ProgramOutput, String> {
    ProgramOutput::new(name, Some(file.as_str()).filter(|file| !file.is_empty()), regex)
}

/// Returns the template of a row, or explains which part is invalid.
pub(crate) fn template([source, name]: &TemplateRow) -> Result<TemplateSource, String> {
    TemplateSource::new(source.trim(), Some(name.trim()).filter(|name| !name.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_back_while_they_are_typed() {
        let row = |parts: [&str; 3]| parts.map(str::to_owned);
        let typed = [
            row(["lift", "", "lift = (\\S+)"]),
            row(["drag", "out/a b.txt", "'=\"@"]),
            row(["", "", ""]),
            row(["a=@b", "c=d", "e"]),
        ];
        assert_eq!(rows(&rows_text(&typed)), typed);
        assert!(output(&typed[0]).is_ok() && output(&typed[3]).is_err());
        let typed = [["d", "deck:a"], ["", ""], ["a:b", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(rows(&rows_text(&typed)), typed);
    }

    #[test]
    fn a_source_with_a_colon_keeps_its_name() {
        let text = |source: &str, name: &str| {
            let text = rows_text(&[[source.to_owned(), name.to_owned()]]);
            items(ValueKind::Templates, &text).unwrap()
        };
        assert_eq!(text("ab:c/deck.tpl", ""), Ok(vec!["ab:c/deck.tpl:deck".to_owned()]));
        assert_eq!(text(" d ", "deck"), Ok(vec!["./d:deck".to_owned()]));
        assert_eq!(text("", ""), Ok(Vec::new()));
        assert!(text("", "deck").unwrap_err().starts_with("expected a template file"));
        assert!(text("deck.tpl", "../deck").unwrap_err().contains("without .."));
    }
}
