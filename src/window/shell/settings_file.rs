//! The file of the settings, which all windows share: each stores only what it has changed.

use std::fs;
use std::io;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use egui::Context;
use serde_json::Value;

use super::settings::Settings;
use crate::app::spawn;
use crate::study::write_atomically;
use crate::window::state::AppState;

const FILE: &str = "settings.json";

/// Time from a change until it is stored.
const INTERVAL: Duration = Duration::from_millis(500);

/// A change of settings: as they were, and as they are.
type SettingsChange = [Settings; 2];

/// The file, and the thread that writes it. Dropping it waits until all is written.
#[derive(Default)]
pub(crate) struct SettingsFile {
    /// The settings as this window has read or stored them.
    known: Settings,
    changes: Option<Sender<SettingsChange>>,
    thread: Option<JoinHandle<()>>,
    /// When changes are stored that are not.
    due: Option<Instant>,
    /// Whether there is no file. The next start must not take itself for the first.
    is_missing: bool,
}

impl SettingsFile {
    /// Whether no settings were ever stored in this folder: this is the first start.
    pub(crate) fn is_first_start(folder: &Path) -> bool {
        !folder.join(FILE).exists() && Settings::are_missing_of_earlier_version(folder)
    }

    /// Applies the settings stored in a folder, or `earlier` if there is no file. If the file cannot
    /// be read, a message names the copy that was kept.
    pub(crate) fn open(
        folder: &Path,
        earlier: impl FnOnce() -> Settings,
        state: &mut AppState,
    ) -> Self {
        let path = folder.join(FILE);
        let settings = read(&path).unwrap_or_else(|_| {
            state.report_error(set_aside(&path));
            Some(Settings::default())
        });
        let is_missing = settings.is_none();
        let known = settings.unwrap_or_else(earlier).applied(state);
        let (changes, queue) = channel::<SettingsChange>();
        let thread = spawn("settings", move || {
            for change in queue {
                if let Err(error) = store(&path, &change) {
                    log::warn!("cannot store the settings: {error}");
                }
            }
        });
        Self { known, changes: Some(changes), thread: thread.ok(), due: None, is_missing }
    }

    /// Returns the study that was open last, if its file still exists.
    pub(crate) fn last_study(&self) -> Option<PathBuf> {
        self.known.last_study()
    }

    /// Stores what has changed, after a while, so that little is lost if the window is killed.
    pub(crate) fn keep(&mut self, settings: Settings, ctx: &Context) {
        if (settings == self.known && !self.is_missing) || self.changes.is_none() {
            return;
        }
        let now = Instant::now();
        let due = *self.due.get_or_insert(now + INTERVAL);
        if now < due {
            ctx.request_repaint_after(due - now);
        } else {
            self.store(settings);
        }
    }

    /// Stores what has changed.
    pub(crate) fn store(&mut self, settings: Settings) {
        self.due = None;
        let is_missing = mem::take(&mut self.is_missing);
        if (settings != self.known || is_missing)
            && let Some(changes) = &self.changes
        {
            let before = mem::replace(&mut self.known, settings.clone());
            changes.send([before, settings]).ok();
        }
    }
}

impl Drop for SettingsFile {
    fn drop(&mut self) {
        self.changes = None;
        self.thread.take().map(JoinHandle::join);
    }
}

fn read(path: &Path) -> io::Result<Option<Settings>> {
    match fs::read(path) {
        // The window says if there can be no file.
        Err(_) if !path.exists() => Ok(None),
        text => Ok(serde_json::from_slice(&text?)?),
    }
}

/// Copies settings that cannot be read before they are overwritten. Returns a message about it.
fn set_aside(path: &Path) -> String {
    let aside: PathBuf = path.with_extension("unreadable.json");
    let copy = match fs::copy(path, &aside) {
        Ok(_) => format!("A copy of the old ones is in {}", aside.display()),
        Err(error) => format!("The old ones cannot be copied: {error}"),
    };
    format!("Cannot read the settings; starting with the defaults. {copy}")
}

fn store(path: &Path, [before, now]: &SettingsChange) -> io::Result<()> {
    let stored = fs::read(path).ok().and_then(|text| serde_json::from_slice(&text).ok());
    let [before, now] = [serde_json::to_value(before)?, serde_json::to_value(now)?];
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    write_atomically(path, &serde_json::to_vec_pretty(&merged(stored, &before, now))?)
}

/// Returns the stored settings with those that have changed.
fn merged(stored: Option<Value>, before: &Value, now: Value) -> Value {
    let (Some(Value::Object(mut stored)), Value::Object(now)) = (stored, &now) else { return now };
    let changed = now.iter().filter(|(name, value)| before.get(name) != Some(value));
    stored.extend(changed.map(|(name, value)| (name.clone(), value.clone())));
    Value::Object(stored)
}

#[cfg(test)]
mod tests {
    use tempfile::tempdir;

    use super::*;
    use crate::window::results::columns::ResultsColumn;
    use crate::window::state::Tab;

    fn opened(folder: &Path) -> (SettingsFile, AppState) {
        let mut state = AppState::default();
        (SettingsFile::open(folder, Settings::default, &mut state), state)
    }

    #[test]
    fn a_window_keeps_what_another_one_has_changed() {
        let folder = tempdir().unwrap();
        let (mut first, mut state) = opened(folder.path());
        let (mut second, mut other) = opened(folder.path());
        state.compare_form.add();
        first.store(Settings::of(&state));
        drop(first);
        other.tab = Tab::Workers;
        other.results.widths.insert(ResultsColumn::Name, 77);
        second.store(Settings::of(&other));
        drop(second);
        let (_, next) = opened(folder.path());
        assert_eq!((next.compare_form, next.tab), (state.compare_form, Tab::Workers));
        assert_eq!(next.results.widths, other.results.widths);
    }

    #[test]
    fn the_first_start_leaves_a_file_even_if_nothing_changes() {
        let folder = tempdir().unwrap();
        assert!(SettingsFile::is_first_start(folder.path()));
        let (mut file, state) = opened(folder.path());
        let ctx = Context::default();
        file.keep(Settings::of(&state), &ctx);
        std::thread::sleep(INTERVAL);
        file.keep(Settings::of(&state), &ctx);
        drop(file);
        assert!(!SettingsFile::is_first_start(folder.path()));
        assert!(!opened(folder.path()).0.is_missing);
    }

    #[test]
    fn settings_that_cannot_be_read_are_kept_aside() {
        let folder = tempdir().unwrap();
        fs::write(folder.path().join(FILE), "{ broken").unwrap();
        let (mut file, mut state) = opened(folder.path());
        let aside = folder.path().join("settings.unreadable.json");
        let message = &state.notices.newest().unwrap().text;
        assert!(message.contains(aside.to_str().unwrap()), "{message}");
        state.tab = Tab::Log;
        file.store(Settings::of(&state));
        drop(file);
        assert_eq!(opened(folder.path()).1.tab, Tab::Log);
        assert_eq!(fs::read_to_string(aside).unwrap(), "{ broken");
    }
}
