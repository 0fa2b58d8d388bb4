//! Opens the dialog that imports a table, and takes its cases.

use std::sync::Arc;

use crate::study::{CaseTable, RemedyPlace, Separator, Study, TableChoice};
use crate::text::count;
use crate::window::import::import_state::{ImportPurpose, TableImport, TableSource};
use crate::window::state::document::is_header;
use crate::window::state::{AppState, Dialog, Document, Effect, RowImport};

impl AppState {
    /// Shows how a table is understood.
    pub(crate) fn open_import(&mut self, import: TableImport) {
        self.notices.move_on();
        self.dialog = Some(Dialog::Import);
        self.import = Some(import);
    }

    /// Shows how pasted rows are understood that cannot be inserted as they are.
    pub(super) fn import_pasted(&mut self, text: &str) {
        let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let has_header = is_header(&first.split('\t').collect::<Vec<_>>());
        let source = TableSource {
            name: "pasted rows".to_owned(),
            file: None,
            bytes: text.as_bytes().into(),
        };
        let mut import = TableImport::new(source, ImportPurpose::Import, RowImport::Append);
        import.choices.options.separator = Some(Separator::Tab);
        import.choices.options.no_header = !has_header;
        self.open_import(import);
    }

    /// Imports the table of the dialog, if it has no problem.
    pub(crate) fn import_table(&mut self) -> Option<Effect> {
        let import = self.import.as_mut()?;
        let imported = import.cases()?;
        let rows = import.choices.rows;
        if import.purpose == ImportPurpose::Open && rows == RowImport::Replace {
            let cases = imported.cases.clone();
            let (source, options) = (import.source.clone(), import.choices.options.clone());
            self.dialog = None;
            let document = Document::of_study(Study { cases, ..self.document.study() });
            let (path, version) = source.file.unzip();
            self.replace_document(document, path);
            self.show_no_run();
            (self.file.version, self.file.table_options) = (version.flatten(), options);
            return None;
        }
        import.is_importing = true;
        let reading = Arc::clone(import.current()?);
        let decimal = import.choices.options.decimal;
        Some(Effect::ImportCases((reading, decimal), rows, self.document.clone()))
    }

    /// Takes the cases of the document after rows were imported, unless the dialog was closed
    /// or the document is another one now, or the rows cannot be added. `added` is their number.
    pub(crate) fn take_imported(
        &mut self,
        before: &Document,
        cases: Result<CaseTable, String>,
        rows: RowImport,
        added: usize,
    ) {
        if self.dialog != Some(Dialog::Import) {
            return;
        }
        if self.document != *before {
            self.import.iter_mut().for_each(|import| import.is_importing = false);
            return self.report_error(
                "No cases were imported: the study has changed meanwhile. Import them again",
            );
        }
        let cases = match cases {
            Ok(cases) => cases,
            Err(problem) => {
                let remedy = TableChoice::Decimal.remedy(RemedyPlace::Window);
                self.import.iter_mut().for_each(|import| {
                    import.is_importing = false;
                    import.refused = Some((import.choices.clone(), format!("{problem}{remedy}")));
                });
                return;
            }
        };
        let recipe = self.document.recipe.clone();
        self.edit(|document| document.take_generated(cases, rows, recipe));
        self.form.editing = None;
        self.selection.rows.clear();
        self.dialog = None;
        self.update_staleness();
        self.notify(format!("Imported {}", count(added, "case")));
    }
}
