//! File formats of generated cases.

use std::io::{self, Write};
use std::path::Path;

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::recipe::Recipe;
use super::rows::GeneratedCell;
use crate::study::cases::csv_writer::CaseWriter;
use crate::study::cases::workbook_writer::{WorkbookCell, WorkbookWriter};

/// A file format of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum CaseFormat {
    /// Text in columns, separated by commas.
    Csv,
    /// A workbook.
    Xlsx,
}

impl CaseFormat {
    /// Returns the format that the suffix of a file names, else CSV.
    pub fn of_file(path: Option<&Path>) -> Self {
        let suffix = path.and_then(Path::extension).unwrap_or_default();
        if suffix.eq_ignore_ascii_case("xlsx") { Self::Xlsx } else { Self::Csv }
    }

    /// Whether it is not text.
    pub fn is_binary(self) -> bool {
        self == Self::Xlsx
    }

    /// Writes the cases of a recipe; returns the number of texts cut to what a cell holds.
    pub fn write(self, recipe: &Recipe, to: &mut dyn Write) -> io::Result<u64> {
        match self {
            Self::Csv => write_csv(recipe, to).map(|()| 0),
            Self::Xlsx => write_workbook(recipe, to),
        }
    }
}

fn write_csv(recipe: &Recipe, to: &mut dyn Write) -> io::Result<()> {
    let mut writer = CaseWriter::new(to, recipe.extra_headings())?;
    let mut rows = recipe.rows().map_err(io::Error::other)?;
    while let Some(row) = rows.next().map_err(io::Error::other)? {
        let extra = row.extra_cells().map(GeneratedCell::text);
        writer.push(&row.name(), row.x(), row.y(), extra)?;
    }
    writer.finish()
}

/// Writes the cases as a workbook; returns the number of texts cut.
fn write_workbook(recipe: &Recipe, to: &mut dyn Write) -> io::Result<u64> {
    let mut writer = WorkbookWriter::new()?;
    writer.begin_sheet("Cases", ["name", "x", "y"].into_iter().chain(recipe.extra_headings()))?;
    let mut rows = recipe.rows().map_err(io::Error::other)?;
    while let Some(row) = rows.next().map_err(io::Error::other)? {
        let numbers = [row.x(), row.y()].map(WorkbookCell::Number);
        let name = row.name();
        let name = [WorkbookCell::Text(&name)].into_iter();
        writer.push(name.chain(numbers).chain(row.extra_cells().map(GeneratedCell::cell)))?;
    }
    writer.finish(to)
}
