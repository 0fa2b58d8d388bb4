//! The recipe as it is typed, and what is known of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::recipe_preview::RecipePreview;
use crate::study::{Method, RecipePart, RecipeText};

/// State of the dialog. The recipe stays when the dialog is closed.
#[derive(Debug, Default)]
pub struct GeneratorState {
    pub form: GeneratorForm,
    /// The recipe of the study when the dialog was last opened or used.
    pub study_recipe: Option<Arc<RecipeText>>,
    pub preview: Option<RecipePreview>,
    pub is_generating: bool,
}

/// The recipe as it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GeneratorForm {
    pub method: Method,
    pub rows: String,
    pub seed: String,
    pub name: String,
    pub columns: Vec<(String, String)>,
    /// Whether the scatter is shown where there is no space for it beside the rows.
    pub shows_scatter: bool,
    /// The columns of the scatter, from left to right and from bottom to top.
    pub axes: [usize; 2],
}

/// The part of the form that an error belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormPart {
    Seed,
    Recipe(RecipePart),
}

impl Default for GeneratorForm {
    fn default() -> Self {
        let columns = [("x", "1..3"), ("y", "0..1/5")];
        let columns = columns.map(|(name, values)| (name.to_owned(), values.to_owned()));
        Self::of(&RecipeText { columns: columns.into(), ..RecipeText::default() })
    }
}

impl GeneratorForm {
    pub fn of(recipe: &RecipeText) -> Self {
        let RecipeText { method, rows, seed, columns, name } = recipe;
        Self {
            method: *method,
            rows: if *rows == 0 { "50".to_owned() } else { rows.to_string() },
            seed: seed.to_string(),
            name: name.clone(),
            columns: columns.clone(),
            shows_scatter: false,
            axes: [0, 1],
        }
    }

    /// Returns the recipe. The error says which number cannot be read.
    pub fn recipe(&self) -> Result<RecipeText, (FormPart, String)> {
        let is_sampler = self.method.is_sampler();
        let expected = |what: &str, text: &str| format!("expected {what}, found {text:?}");
        let rows = self.rows.trim().parse();
        let rows = rows.map_err(|_| {
            let problem = expected("a whole number of rows", &self.rows);
            (FormPart::Recipe(RecipePart::Rows), problem)
        });
        let seed = self.seed.trim().parse();
        let seed = seed.map_err(|_| {
            (FormPart::Seed, expected("a whole number from 0 to 18446744073709551615", &self.seed))
        });
        Ok(RecipeText {
            method: self.method,
            rows: if is_sampler { rows? } else { 0 },
            seed: if is_sampler { seed? } else { 0 },
            columns: self.columns.clone(),
            name: self.name.clone(),
        })
    }

    /// Adds a column with values that suit the method.
    pub fn add_column(&mut self) {
        let is_taken = |name: &str| self.columns.iter().any(|(taken, _)| taken == name);
        let numbered = (self.columns.len()..).map(|number| format!("column {}", number + 1));
        let names = ["x", "y"].map(str::to_owned).into_iter().chain(numbered);
        let mut free = names.filter(|name| !is_taken(name));
        let name = free.next().unwrap_or_default();
        let values = if self.method.is_sampler() { "0..1" } else { "0..1/5" };
        self.columns.push((name, values.to_owned()));
    }
}

impl GeneratorState {
    /// Returns the preview of the recipe in the form, if there is one yet.
    pub fn current(&self) -> Option<&RecipePreview> {
        let recipe = self.form.recipe().ok()?;
        self.preview.as_ref().filter(|preview| preview.recipe == recipe)
    }

    /// Returns what is wrong, and where.
    pub fn problem(&self) -> Option<(FormPart, String)> {
        if let Err(problem) = self.form.recipe() {
            return Some(problem);
        }
        let error = self.current()?.rows.as_ref().err()?;
        Some((FormPart::Recipe(error.part), error.problem.clone()))
    }

    /// Returns the number of rows of a recipe that can be followed.
    pub fn row_count(&self) -> Option<u32> {
        Some(self.current()?.rows.as_ref().ok()?.count)
    }
}
