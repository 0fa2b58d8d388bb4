//! The table that is to be imported, and how it was understood.

use std::path::PathBuf;
use std::sync::Arc;

use crate::study::{ImportError, ImportedCases, TableOptions, TableReading};
use crate::window::state::RowImport;
use crate::window::state::study_file::FileVersion;

/// A table whose content is in memory.
#[derive(Debug, Clone)]
pub struct TableSource {
    /// Name for people, such as that of the file.
    pub name: String,
    /// File of the table, and its version.
    pub file: Option<(PathBuf, Option<FileVersion>)>,
    pub bytes: Arc<[u8]>,
}

/// What the user wants with the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportPurpose {
    /// The table becomes the open file, unless its rows are appended.
    Open,
    /// The rows are added to the study.
    Import,
}

/// Decisions of the user in the dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportChoices {
    pub options: TableOptions,
    pub rows: RowImport,
}

/// State of the dialog.
#[derive(Debug)]
pub struct TableImport {
    pub source: TableSource,
    pub purpose: ImportPurpose,
    pub choices: ImportChoices,
    /// The last reading, with the options that it was read with.
    pub reading: Option<(TableOptions, Arc<TableReading>)>,
    /// Whether the rows are being added to the study.
    pub is_importing: bool,
    /// Why rows were not added to the study, and the choices that they were read with.
    pub refused: Option<(ImportChoices, String)>,
}

impl TableImport {
    pub fn new(source: TableSource, purpose: ImportPurpose, rows: RowImport) -> Self {
        let choices = ImportChoices { options: TableOptions::default(), rows };
        let (reading, refused) = (None, None);
        Self { source, purpose, choices, reading, is_importing: false, refused }
    }

    /// Adds what was read with these options.
    #[must_use]
    pub fn read_with(self, options: TableOptions, reading: TableReading) -> Self {
        let choices = ImportChoices { options: options.clone(), ..self.choices };
        Self { choices, reading: Some((options, Arc::new(reading))), ..self }
    }

    /// Returns the reading, unless the options have changed since.
    pub fn current(&self) -> Option<&Arc<TableReading>> {
        let (options, reading) = self.reading.as_ref()?;
        Some(reading).filter(|_| *options == self.choices.options)
    }

    /// Returns the cases, if they can be imported.
    pub fn cases(&self) -> Option<&ImportedCases> {
        self.current()?.result.as_ref().ok()
    }

    /// Returns why the rows cannot be added, unless the choices have changed since.
    pub fn refusal(&self) -> Option<&str> {
        let (choices, problem) = self.refused.as_ref()?;
        (*choices == self.choices).then_some(problem)
    }

    /// Returns why the table cannot be imported.
    pub fn error(&self) -> Option<&ImportError> {
        self.current()?.result.as_ref().err()
    }
}
