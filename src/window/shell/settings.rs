//! What the window remembers until its next start. Sizes of the window and its
//! panels are remembered by egui itself.

use std::collections::BTreeSet;
use std::path::PathBuf;

use eframe::Storage;
use serde::{Deserialize, Serialize};

use crate::window::results::columns::SortKey;
use crate::window::state::app_state::AppState;
use crate::window::state::example_menu::ExampleScale;
use crate::window::state::ui_parts::Tab;

/// Its version is part of the key: what another version wrote is left alone.
const KEY: &str = "settings 1";

/// What is remembered. What an earlier version did not write is as at the first
/// start.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    theme: Option<egui::ThemePreference>,
    tab: Tab,
    welcome_folded: bool,
    example_scale: ExampleScale,
    hidden_columns: BTreeSet<SortKey>,
    study: Option<PathBuf>,
}

impl Settings {
    pub(crate) fn of(state: &AppState) -> Self {
        Self {
            theme: Some(state.preferences.theme),
            tab: state.tab,
            welcome_folded: state.preferences.is_welcome_folded,
            example_scale: state.preferences.example_scale,
            hidden_columns: state.results.hidden.clone(),
            study: state.file.path.clone(),
        }
    }

    /// Keeps a copy of settings that cannot be read, before they are written
    /// anew; says so.
    pub(crate) fn set_aside_unreadable(storage: Option<&dyn Storage>) -> Option<String> {
        let readable = storage?.get_string(KEY).is_some();
        let file = eframe::storage_dir("caselanes")?.join("app.ron");
        let written = std::fs::metadata(&file).is_ok_and(|file| file.len() > 0);
        if readable || !written {
            return None;
        }
        let aside = file.with_extension("ron.unreadable");
        std::fs::copy(&file, &aside).ok()?;
        Some(format!("The settings could not be read and were set aside: {}", aside.display()))
    }

    /// What was remembered; nothing, if it cannot be read.
    pub(crate) fn load(storage: Option<&dyn Storage>) -> Self {
        storage.and_then(|storage| eframe::get_value(storage, KEY)).unwrap_or_default()
    }

    pub(crate) fn save(&self, storage: &mut dyn Storage) {
        eframe::set_value(storage, KEY, self);
    }

    pub(crate) fn apply(&self, state: &mut AppState) {
        state.preferences.theme = self.theme.unwrap_or(egui::ThemePreference::System);
        state.tab = self.tab;
        state.preferences.is_welcome_folded = self.welcome_folded;
        state.preferences.example_scale = self.example_scale;
        state.results.hidden.clone_from(&self.hidden_columns);
    }

    /// The study of the last time, if its file is still there.
    pub(crate) fn last_study(&self) -> Option<PathBuf> {
        self.study.clone().filter(|study| study.is_file())
    }
}
