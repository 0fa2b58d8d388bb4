//! The command palette: all commands, examples and fields of the form, filtered by the text typed.

use egui::{Align, Align2, Button, Id, Key, Modal, Modifiers, ScrollArea, TextEdit, Ui, vec2};
use strum::VariantArray as _;

use crate::experiment::ExampleName;
use crate::window::form::{FormField, ProgramIntent};
use crate::window::state::{AppState, Command, Document, Intent, Palette};
use crate::window::theme::tokens;
use crate::window::widgets::controls::{is_new, small, small_text, text_edit_info};
use crate::window::widgets::focus::keep_tab;

/// Number of entries that Page Up and Page Down pass.
const PAGE: usize = 8;

/// Distance of a text that has the letters of a word, but not the word.
const SCATTERED: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PaletteEntry {
    Command(Command),
    Example(ExampleName),
    /// Goes to a field of the form.
    Field(FormField),
}

impl PaletteEntry {
    fn all(document: &Document) -> impl Iterator<Item = Self> {
        let commands = Command::all().filter(|&command| command != Command::Palette);
        let examples = ExampleName::VARIANTS.iter().map(|&name| Self::Example(name));
        let fields = FormField::all(document).map(Self::Field);
        commands.map(Self::Command).chain(examples).chain(fields)
    }

    /// Returns its title, and the name of its menu or of its part of the form.
    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Command(command) => (command.title(), command.menu().into()),
            Self::Example(name) => (name.title(), "Examples"),
            Self::Field(field) => (field.title(), field.section().into()),
        }
    }

    /// Returns the text that is searched.
    fn searched(self) -> String {
        let (title, place) = self.texts();
        let option = match self {
            Self::Field(FormField::Option(option)) => option.into(),
            _ => "",
        };
        format!("{title} {place} {option}").to_lowercase()
    }

    fn is_enabled(self, state: &AppState) -> bool {
        match self {
            Self::Command(command) => state.is_enabled(command),
            Self::Example(_) => !state.is_running(),
            Self::Field(field) => field.is_shown(&state.document),
        }
    }

    fn intent(self) -> Intent {
        match self {
            Self::Command(command) => Intent::Command(command),
            Self::Example(name) => Intent::RunExample(name),
            Self::Field(field) => Intent::Program(ProgramIntent::GoTo(field)),
        }
    }

    /// Returns how far it is from what was typed: 0 if each word begins one of its words, at least
    /// [`SCATTERED`] if it has only the letters of a word; `None` if these are not in order.
    fn distance(self, typed: &str) -> Option<usize> {
        let text = self.searched();
        let of_word = |word: &str| {
            let begins = |own: &str| own.starts_with(word);
            if text.split([' ', '-']).any(begins) {
                return Some(0);
            }
            if text.contains(word) {
                return Some(1);
            }
            let mut letters = text.chars();
            word.chars().all(|letter| letters.any(|own| own == letter)).then_some(SCATTERED)
        };
        typed.to_lowercase().split_whitespace().map(of_word).sum()
    }
}

/// Returns the entries for the text typed: those with its words before those with its letters,
/// then those that can run, the nearest first.
fn entries(state: &AppState, typed: &str) -> Vec<PaletteEntry> {
    let all = PaletteEntry::all(&state.document);
    let found = all.filter_map(|entry| Some((entry.distance(typed)?, entry)));
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|(distance, entry)| {
        (*distance >= SCATTERED, !entry.is_enabled(state), *distance)
    });
    found.into_iter().map(|(_, entry)| entry).collect()
}

pub(crate) fn palette(ui: &Ui, state: &AppState, shown: &Palette, intents: &mut Vec<Intent>) {
    let window = ui.ctx().content_rect();
    let id = Id::unique("command palette");
    let area = Modal::default_area(id).anchor(Align2::CENTER_TOP, vec2(0.0, 56.0));
    let modal = Modal::new(id).area(area).show(ui.ctx(), |ui| {
        ui.set_width((window.width() - 80.0).min(560.0));
        let entries = entries(state, &shown.text);
        let chosen = choose(ui, shown.chosen, entries.len());
        let runs = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        let mut run = entries.get(chosen).copied().filter(|_| runs);
        let text = text_field(ui, &shown.text);
        let height = (window.height() - 200.0).clamp(100.0, 400.0);
        let list = ScrollArea::vertical().max_height(height).min_scrolled_height(height);
        // The choice of the last frame, and the text that it was made for.
        let choice = (shown.text.clone(), chosen);
        let before = ui.data_mut(|data| {
            data.get_temp_mut_or_default::<Option<(String, usize)>>(id).replace(choice.clone())
        });
        let is_moved = is_new(ui, id) || before != Some(choice);
        list.auto_shrink([false, true]).animated(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (at, &entry) in entries.iter().enumerate() {
                let response = row(ui, state, entry, at == chosen);
                if at == chosen && is_moved {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    run = Some(entry);
                }
            }
        });
        if entries.is_empty() {
            small(ui, "No command has these words");
        }
        if let Some(entry) = run.filter(|entry| entry.is_enabled(state)) {
            intents.extend([Intent::Dismiss, entry.intent()]);
            return;
        }
        let chosen = if text == shown.text { chosen } else { 0 };
        let changed = Palette { text, chosen };
        if changed != *shown {
            intents.push(Intent::EditPalette(changed));
        }
    });
    if modal.should_close() {
        intents.push(Intent::Dismiss);
    }
}

/// Moves the choice among the entries by the keys pressed.
fn choose(ui: &Ui, chosen: usize, count: usize) -> usize {
    let last = count.saturating_sub(1);
    let mut chosen = chosen.min(last);
    let pressed =
        |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key) && count > 0);
    // Tab must not lead from the text to the entries.
    if pressed(Modifiers::SHIFT, Key::Tab) | pressed(Modifiers::NONE, Key::ArrowUp) {
        chosen = chosen.checked_sub(1).unwrap_or(last);
    }
    if pressed(Modifiers::NONE, Key::Tab) | pressed(Modifiers::NONE, Key::ArrowDown) {
        chosen = if chosen == last { 0 } else { chosen + 1 };
    }
    if pressed(Modifiers::NONE, Key::PageUp) {
        chosen = chosen.saturating_sub(PAGE);
    }
    if pressed(Modifiers::NONE, Key::PageDown) {
        chosen = (chosen + PAGE).min(last);
    }
    chosen
}

/// Shows the field for the text, which always has the focus.
fn text_field(ui: &mut Ui, before: &str) -> String {
    let mut text = before.to_owned();
    let edit = TextEdit::singleline(&mut text)
        .hint_text("Type words of a command")
        .desired_width(f32::INFINITY)
        .lock_focus(true);
    let response = ui.add(edit);
    response.widget_info(|| text_edit_info("Command", "", before));
    keep_tab(ui.ctx(), response.id);
    if !response.has_focus() {
        response.request_focus();
    }
    text
}

fn row(ui: &mut Ui, state: &AppState, entry: PaletteEntry, is_chosen: bool) -> egui::Response {
    let (title, menu) = entry.texts();
    let shortcut = match entry {
        PaletteEntry::Command(command) => command.shortcut(),
        PaletteEntry::Example(_) | PaletteEntry::Field(_) => None,
    };
    let keys = shortcut.map_or(String::new(), |keys| ui.ctx().format_shortcut(&keys));
    let is_enabled = entry.is_enabled(state);
    let color = if is_enabled { tokens(ui).text } else { tokens(ui).weak };
    let separator = if keys.is_empty() { "" } else { "   " };
    let button = Button::selectable(is_chosen, egui::RichText::new(title).color(color))
        .right_text(small_text(ui, format!("{keys}{separator}{menu}")))
        .min_size(vec2(ui.available_width(), 28.0));
    let layout = egui::Layout::top_down_justified(Align::Min);
    ui.with_layout(layout, |ui| ui.add_enabled(is_enabled, button)).inner
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{StudyOption, WorkloadName};
    use crate::window::form::FormArrangement;

    #[test]
    fn words_and_letters_in_order_find_a_command() {
        let state = AppState::default();
        let first = |typed: &str| entries(&state, typed).first().copied();
        assert_eq!(first("dark"), Some(PaletteEntry::Command(Command::ThemeDark)));
        assert_eq!(first("theme li"), Some(PaletteEntry::Command(Command::ThemeLight)));
        assert_eq!(first("svas"), Some(PaletteEntry::Command(Command::SaveAs)));
        assert_eq!(first("crash"), Some(PaletteEntry::Example(ExampleName::CrashTests)));
        assert_eq!(first("xyzzy"), None);
        let picture = PaletteEntry::Command(Command::SavePicture);
        assert!(!picture.is_enabled(&state));
        assert_eq!(first("pict"), Some(picture), "before Duplicate, which has the letters");
    }

    #[test]
    fn the_name_of_an_option_leads_to_its_field() {
        let mut state = AppState::default();
        state.document.workload = WorkloadName::Command;
        for (typed, option) in [
            ("timeout", StudyOption::Timeout.into()),
            ("retries", StudyOption::Retries.into()),
            ("value-regex", StudyOption::ValueRegex.into()),
            ("seed", StudyOption::Seed.into()),
            ("strategy", StudyOption::Strategy.into()),
            ("order", StudyOption::Order.into()),
            ("series", StudyOption::Series.into()),
            ("clock", StudyOption::Clock.into()),
            ("workload", FormField::Workload),
            ("program", FormField::Program),
        ] {
            let found = entries(&state, typed);
            let fields = found.into_iter().filter(|entry| matches!(entry, PaletteEntry::Field(_)));
            let entry = fields.into_iter().next().unwrap();
            assert_eq!(entry, PaletteEntry::Field(option), "{typed}");
            state.preferences.form.arrange(FormArrangement::Hide(true));
            state.apply(entry.intent());
            assert_eq!(state.form.program_fields.pending_focus, Some(option));
            let form = &state.preferences.form;
            assert!(!form.is_hidden && !form.is_folded(option.section()), "{typed}");
        }
        state.document.workload = WorkloadName::Wait;
        let timeout = PaletteEntry::Field(StudyOption::Timeout.into());
        assert!(!timeout.is_enabled(&state), "the form does not have it");
    }

    #[test]
    fn all_commands_are_listed_and_those_that_cannot_run_come_last() {
        let state = AppState::default();
        let all = entries(&state, "");
        let fields = FormField::all(&state.document).count();
        let others = Command::all().count() - 1 + ExampleName::VARIANTS.len();
        assert_eq!(all.len(), others + fields);
        let enabled = all.iter().position(|entry| !entry.is_enabled(&state)).unwrap();
        assert!(all[enabled..].iter().all(|entry| !entry.is_enabled(&state)));
        assert!(all[enabled..].contains(&PaletteEntry::Command(Command::Undo)));
    }
}
