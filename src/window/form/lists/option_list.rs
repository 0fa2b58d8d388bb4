//! The list of an option in the form, with fields for the parts of each item.

use egui::{Align2, Button, Id, Rect, Response, TextEdit, TextStyle, Ui};

use super::list_rows::{items, rows, rows_text};
use crate::study::StudyOption;
use crate::window::form::program_fields::{ProgramIntent, hover_text};
use crate::window::state::{AppState, Intent};
use crate::window::widgets::controls::{row, small, step, text_edit_info};
use crate::window::widgets::focus::has_focus_within;

/// A list: its option, what an item is called, and a text for the empty list.
pub(crate) struct OptionList {
    pub(crate) option: StudyOption,
    pub(crate) item: &'static str,
    pub(crate) when_empty: &'static str,
}

/// A row while it is drawn.
pub(crate) struct ListRow<'r> {
    pub(crate) index: usize,
    item: &'static str,
    /// Whether its next field takes the focus.
    takes_focus: bool,
    is_removed: &'r mut bool,
}

impl OptionList {
    /// Shows a button that adds a row, and each row as `draw` shows it.
    pub(crate) fn show<const N: usize>(
        &self,
        ui: &mut Ui,
        state: &AppState,
        intents: &mut Vec<Intent>,
        mut draw: impl FnMut(&mut Ui, &mut ListRow<'_>, &mut [String; N], &mut Vec<Intent>),
    ) {
        let Self { option, item, when_empty } = *self;
        let has_program = state.document.program.is_some();
        let before = rows::<N>(&state.form.program_fields.text(option, &state.document));
        let mut edited = before.clone();
        let new_row: Id = ui.scope_id().with(("new row", option));
        let is_pending = state.form.program_fields.pending_focus == Some(option.into());
        if is_pending {
            intents.push(Intent::Program(ProgramIntent::Focused));
        }
        row(ui, option, |ui, _| {
            let add = ui.add_enabled(has_program, Button::new(format!("+ Add {item}")));
            if is_pending && edited.is_empty() {
                add.request_focus();
                add.scroll_to_me(None);
            }
            if add.on_hover_text(hover_text(option)).clicked() {
                ui.data_mut(|data| data.insert_temp(new_row, edited.len()));
                edited.push(std::array::from_fn(|_| String::new()));
            }
        });
        if edited.is_empty() {
            small(ui, when_empty);
        }
        let is_invalid = |row: &[String; N]| {
            let item = items(option.spec().kind, &rows_text(std::slice::from_ref(row)));
            item.is_some_and(|item| item.is_err())
        };
        let pending_row = is_pending.then(|| edited.iter().position(is_invalid).unwrap_or(0));
        let (mut removed, top) = (None, ui.cursor().top());
        for (index, parts) in edited.iter_mut().enumerate() {
            let is_new = ui.data(|data| data.get_temp::<usize>(new_row)) == Some(index);
            if is_new {
                ui.data_mut(|data| data.remove::<usize>(new_row));
            }
            let mut is_removed = false;
            let mut row = ListRow {
                index,
                item,
                takes_focus: is_new || pending_row == Some(index),
                is_removed: &mut is_removed,
            };
            ui.push_id((option, index), |ui| draw(ui, &mut row, parts, intents));
            if is_removed {
                removed = Some(index);
            }
            ui.add_space(4.0);
        }
        // An empty row stays until the focus leaves the list.
        let list = Rect::from_x_y_ranges(ui.max_rect().x_range(), top..=ui.cursor().top());
        let has_focus = has_focus_within(ui.ctx(), list);
        let had_focus: Option<bool> = ui.data(|data| data.get_temp(new_row.with("focus")));
        ui.data_mut(|data| data.insert_temp(new_row.with("focus"), has_focus));
        let is_left = removed.is_some() || (had_focus == Some(true) && !has_focus);
        if let Some(removed) = removed {
            // What was typed is a change of its own, for Undo.
            intents.push(Intent::Program(ProgramIntent::Commit(option)));
            edited.remove(removed);
        }
        if edited != before {
            let text = rows_text(&edited);
            intents.push(Intent::Program(ProgramIntent::Type(option, text)));
        }
        if is_left {
            intents.push(Intent::Program(ProgramIntent::Commit(option)));
        }
    }
}

impl ListRow<'_> {
    /// Returns the accessible name of a part of the row.
    pub(crate) fn name(&self, part: &str) -> String {
        format!("{part} of {} {}", self.item, self.index + 1)
    }

    /// Shows the field of a part.
    pub(crate) fn field(
        &mut self,
        ui: &mut Ui,
        part: &str,
        text: &mut String,
        hint: &str,
        width: f32,
    ) -> Response {
        let (before, name) = (text.clone(), self.name(part));
        let font = if text.is_empty() { TextStyle::Body } else { TextStyle::Monospace };
        let edit = TextEdit::singleline(text)
            .id_salt(part)
            .font(font)
            .desired_width(width)
            .align(Align2::LEFT_CENTER)
            .hint_text(hint.to_owned());
        let response = ui.add(edit);
        response.widget_info(|| text_edit_info(&name, hint, &before));
        if std::mem::take(&mut self.takes_focus) {
            response.request_focus();
            response.scroll_to_me(None);
        }
        response
    }

    /// Shows the button that removes the row.
    pub(crate) fn remove_button(&mut self, ui: &mut Ui) {
        let name = format!("Remove {} {}", self.item, self.index + 1);
        *self.is_removed |= step(ui, "✕", &name);
    }
}
