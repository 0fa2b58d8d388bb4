//! Opens the dialog that generates cases, and takes what it has generated.

use std::sync::Arc;

use crate::study::{CaseTable, RecipeError, RecipeText};
use crate::text::count;
use crate::window::generate::generator_form::GeneratorForm;
use crate::window::state::{AppState, Dialog, Document, Effect, RowImport};

impl AppState {
    /// Opens the dialog with the recipe of the study, unless it has one typed since.
    pub(crate) fn open_generator(&mut self) {
        let recipe = &self.document.recipe;
        if let Some(recipe) = recipe.as_ref().filter(|_| *recipe != self.generator.study_recipe) {
            self.generator.form = GeneratorForm::of(recipe);
        }
        self.generator.study_recipe.clone_from(recipe);
        self.dialog = Some(Dialog::Generator);
    }

    pub(crate) fn generate_cases(&mut self, import: RowImport) -> Option<Effect> {
        let recipe = self.generator.form.recipe().ok()?;
        self.generator.is_generating = true;
        Some(Effect::GenerateCases(recipe, import, self.document.clone()))
    }

    /// Takes the cases of the document after rows were generated, unless the dialog was closed
    /// or the document is another one now.
    pub(crate) fn take_generated(
        &mut self,
        (recipe, import): (RecipeText, RowImport),
        before: &Document,
        cases: Result<CaseTable, RecipeError>,
    ) {
        self.generator.is_generating = false;
        if self.dialog != Some(Dialog::Generator) {
            return;
        }
        let cases = match cases {
            Ok(cases) if self.document == *before => cases,
            Ok(_) => {
                return self.report_error(
                    "No cases were generated: the study has changed meanwhile. Generate them again"
                        .to_owned(),
                );
            }
            Err(error) => return self.report_error(format!("No cases were generated: {error}")),
        };
        let rows = match import {
            RowImport::Append => cases.len() - before.cases.len(),
            RowImport::Replace => cases.len(),
        };
        let recipe = Some(Arc::new(recipe));
        self.generator.study_recipe.clone_from(&recipe);
        self.edit(|document| document.take_generated(cases, import, recipe));
        self.form.editing = None;
        self.selection.rows.clear();
        self.dialog = None;
        self.update_staleness();
        self.notify(format!("Generated {}", count(rows, "case")));
    }
}
