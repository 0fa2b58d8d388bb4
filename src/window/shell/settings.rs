//! Settings that the window stores for its next start. egui itself stores the size
//! of the window.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::Storage;
use serde::{Deserialize, Serialize};

use crate::study::RecipeText;
use crate::window::compare::experiment_counts::ExperimentCounts;
use crate::window::form::FormLayout;
use crate::window::generate::generator_form::GeneratorForm;
use crate::window::results::columns::ResultsColumn;
use crate::window::state::parts::RecentFile;
use crate::window::state::{AppState, ExampleScale, Tab};
use crate::window::theme::ThemeChoice;

/// The key under which eframe stored them for earlier versions.
const EARLIER_KEY: &str = "settings 1";

/// The file in which eframe stores what egui remembers.
const EGUI_FILE: &str = "app.ron";

/// The stored settings. Fields that are missing take their defaults.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    theme: Option<ThemeChoice>,
    is_still: Option<bool>,
    tab: Tab,
    form: FormLayout,
    example_scale: ExampleScale,
    hidden_columns: BTreeSet<ResultsColumn>,
    column_widths: BTreeMap<ResultsColumn, u16>,
    study: Option<PathBuf>,
    recent_files: Vec<PathBuf>,
    counts: ExperimentCounts,
    generator: GeneratorForm,
    /// The recipe of the study that was open when the one of the generator was typed.
    study_recipe: Option<RecipeText>,
}

impl Settings {
    pub(crate) fn of(state: &AppState) -> Self {
        Self {
            theme: Some(state.preferences.theme),
            is_still: state.preferences.is_still,
            tab: state.tab,
            form: state.preferences.form.clone(),
            example_scale: state.preferences.example_scale,
            // Other columns belong to one study.
            hidden_columns: fixed(&state.results.hidden_columns).copied().collect(),
            column_widths: fixed(state.results.widths.keys())
                .map(|column| (*column, state.results.widths[column]))
                .collect(),
            study: state.file.path.clone(),
            recent_files: state.recent_files.iter().map(|file| file.path.clone()).collect(),
            counts: ExperimentCounts::of(&state.workers.sweep_form, &state.compare_form),
            generator: state.generator.form.clone(),
            study_recipe: state.generator.study_recipe.as_deref().cloned(),
        }
    }

    /// Whether earlier versions have stored no settings in this folder.
    pub(crate) fn are_missing_of_earlier_version(folder: &Path) -> bool {
        !folder.join(EGUI_FILE).exists()
    }

    /// Returns the settings where earlier versions kept them, or the defaults.
    pub(crate) fn of_earlier_version(storage: Option<&dyn Storage>) -> Self {
        storage.and_then(|storage| eframe::get_value(storage, EARLIER_KEY)).unwrap_or_default()
    }

    fn apply(&self, state: &mut AppState) {
        state.preferences.theme = self.theme.unwrap_or_default();
        state.preferences.is_still = self.is_still;
        state.tab = self.tab;
        (state.workers.sweep_form, state.compare_form) = self.counts.forms();
        state.generator.form.clone_from(&self.generator);
        state.generator.study_recipe = self.study_recipe.clone().map(Arc::new);
        state.preferences.form.clone_from(&self.form);
        state.preferences.example_scale = self.example_scale;
        state.results.hidden_columns.clone_from(&self.hidden_columns);
        state.results.widths.clone_from(&self.column_widths);
        let file = |path: &PathBuf| RecentFile { path: path.clone(), is_missing: false };
        state.recent_files = self.recent_files.iter().map(file).collect();
    }

    /// Applies the settings, and returns them with those that were missing.
    pub(crate) fn applied(self, state: &mut AppState) -> Self {
        self.apply(state);
        Self { study: self.study, ..Self::of(state) }
    }

    /// Returns the study that was open last, if its file still exists.
    pub(crate) fn last_study(&self) -> Option<PathBuf> {
        self.study.clone().filter(|study| study.is_file())
    }
}

/// Returns the columns that every run has.
fn fixed<'a>(
    columns: impl IntoIterator<Item = &'a ResultsColumn>,
) -> impl Iterator<Item = &'a ResultsColumn> {
    columns.into_iter().filter(|column| column.is_fixed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::form::form_layout::{FormArrangement, FormSection};

    #[test]
    fn a_recipe_that_was_typed_is_remembered_beside_that_of_the_study() {
        let mut state = AppState::default();
        let of_study = RecipeText { name: "pile {n}".to_owned(), ..RecipeText::default() };
        state.document.recipe = Some(Arc::new(of_study));
        state.open_generator();
        state.generator.form.columns.push(("E".to_owned(), "log:1..9".to_owned()));
        let typed = state.generator.form.clone();
        let stored = serde_json::to_string(&Settings::of(&state)).unwrap();
        let mut next = AppState { document: state.document.clone(), ..AppState::default() };
        serde_json::from_str::<Settings>(&stored).unwrap().apply(&mut next);
        next.open_generator();
        assert_eq!(next.generator.form, typed);
    }

    #[test]
    fn the_arrangement_of_the_form_is_remembered() {
        let mut state = AppState::default();
        for change in [
            FormArrangement::Width(Some(500.0)),
            FormArrangement::CasesShare(Some(0.8)),
            FormArrangement::Fold(FormSection::Plan, true),
        ] {
            state.preferences.form.arrange(change);
        }
        let stored = serde_json::to_string(&Settings::of(&state)).unwrap();
        let mut next = AppState::default();
        serde_json::from_str::<Settings>(&stored).unwrap().apply(&mut next);
        assert_ne!(next.preferences.form, AppState::default().preferences.form);
        assert_eq!(next.preferences.form, state.preferences.form);
        let before = "{\"theme\":\"Dark\",\"welcome_folded\":true}";
        serde_json::from_str::<Settings>(before).unwrap().apply(&mut next);
        assert_eq!(next.preferences.form, AppState::default().preferences.form);
        assert_eq!(next.preferences.theme, ThemeChoice::Dark);
    }
}
