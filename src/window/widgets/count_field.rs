//! The number fields of the sweep and of the comparison.

use egui::{Align2, Label, Response, RichText, TextEdit, Ui, vec2};

use super::controls::text_edit_info;
use crate::window::state::{AppState, CountField, Intent};
use crate::window::theme::{SMALL, regular, tokens};

/// Height of the controls beside the field.
const HEIGHT: f32 = 28.0;

pub(crate) fn count_field(
    ui: &mut Ui,
    state: &AppState,
    field: CountField,
    width: f32,
    intents: &mut Vec<Intent>,
) -> Response {
    let before = state.count_text(field);
    let mut text = before.clone();
    let edit = TextEdit::singleline(&mut text)
        .id_salt(field)
        .desired_width(width)
        .min_size(vec2(0.0, HEIGHT))
        .align(Align2::LEFT_CENTER)
        .hint_text(field.if_empty().unwrap_or_default());
    let response = ui.add(edit);
    response.widget_info(|| text_edit_info(&field.name(), "", &before));
    if state.form.counts.pending_focus == Some(field) {
        response.request_focus();
        response.scroll_to_me(None);
        intents.push(Intent::CountFocused);
    }
    if response.changed() {
        intents.push(Intent::TypeCount(field, text));
    }
    response
}

/// Shows why the text of a field is invalid.
pub(crate) fn count_problem(ui: &mut Ui, state: &AppState, field: CountField) {
    if let Some(problem) = state.form.counts.problem(field) {
        let text = RichText::new(problem).font(regular(SMALL)).color(tokens(ui).bad);
        ui.add(Label::new(text).wrap());
    }
}
