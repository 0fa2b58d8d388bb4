//! Fields of options in the form.

use egui::{Response, TextEdit, TextStyle, Ui};

use super::lists::output_list::output_list;
use super::lists::template_list::template_list;
use super::program_fields::{FormField, ProgramIntent, hover_text};
use crate::study::{StudyOption, ValueKind};
use crate::window::state::{AppState, Intent};
use crate::window::widgets::controls::{error_message, name_box, row, text_edit_info};

pub(crate) fn fields(
    ui: &mut Ui,
    state: &AppState,
    options: impl Iterator<Item = StudyOption>,
    intents: &mut Vec<Intent>,
) {
    for option in options {
        match option.spec().kind {
            ValueKind::Choice(names) => choice_field(ui, state, option, &names(), intents),
            ValueKind::Outputs => {
                output_list(ui, state, intents);
                problem(ui, state, option);
            }
            ValueKind::Templates => {
                template_list(ui, state, intents);
                problem(ui, state, option);
            }
            _ => text_field(ui, state, option, intents),
        }
    }
}

pub(crate) fn choice_field(
    ui: &mut Ui,
    state: &AppState,
    option: StudyOption,
    names: &[(&'static str, &'static str)],
    intents: &mut Vec<Intent>,
) {
    let text = state.form.program_fields.text(option, &state.document);
    let chosen = if text.is_empty() { option.spec().default } else { &text };
    let is_enabled = state.document.program.is_some() || !option.is_for_programs();
    ui.add_enabled_ui(is_enabled, |ui| {
        row(ui, option, |ui, label_id| {
            let (label, width) = ((title(option), label_id), ui.available_width());
            let (picked, response) = name_box(ui, label, width, chosen, names, |_| None);
            take_focus(state, option, &response, intents);
            if let Some(picked) = picked {
                enter(option, picked.to_owned(), intents);
            }
        });
    });
}

pub(crate) fn text_field(
    ui: &mut Ui,
    state: &AppState,
    option: StudyOption,
    intents: &mut Vec<Intent>,
) {
    row(ui, option, |ui, label| {
        let text = state.form.program_fields.text(option, &state.document);
        let width = ui.available_width() - 4.0;
        text_edit(ui, state, option, (text, width), label, intents);
    });
    problem(ui, state, option);
}

/// The field of an option, with a text of this width.
pub(crate) fn text_edit(
    ui: &mut Ui,
    state: &AppState,
    option: StudyOption,
    (mut text, width): (String, f32),
    label: egui::Id,
    intents: &mut Vec<Intent>,
) {
    // In other fonts `--` looks like one dash.
    let is_text = !matches!(option.spec().kind, ValueKind::Number | ValueKind::Size);
    let font = if is_text && !text.is_empty() { TextStyle::Monospace } else { TextStyle::Body };
    let is_enabled = applies(state, option) || !text.is_empty();
    let has_hint = option != StudyOption::Workers;
    let edit = TextEdit::singleline(&mut text)
        .id_salt(option)
        .font(font)
        .desired_width(width)
        .align(egui::Align2::LEFT_CENTER)
        .hint_text(if has_hint { option.spec().default } else { "all" });
    let response = ui.add_enabled(is_enabled, edit).labelled_by(label);
    let response = response.on_hover_text(hover_text(option));
    let response = response.on_disabled_hover_text("Applies to this machine, not to a cluster");
    take_focus(state, option, &response, intents);
    if response.changed() {
        intents.push(Intent::Program(ProgramIntent::Type(option, text)));
    }
    if response.lost_focus() {
        intents.push(Intent::Program(ProgramIntent::Commit(option)));
    }
}

/// The field of an option without a label of its own.
pub(crate) fn short_field(
    ui: &mut Ui,
    state: &AppState,
    (option, hint): (StudyOption, &str),
    intents: &mut Vec<Intent>,
) {
    let mut text = state.form.program_fields.text(option, &state.document);
    let is_enabled = applies(state, option) || !text.is_empty();
    let edit = TextEdit::singleline(&mut text)
        .id_salt(option)
        .desired_width(46.0)
        .align(egui::Align2::LEFT_CENTER)
        .hint_text(hint);
    let response = ui.add_enabled(is_enabled, edit).on_hover_text(hover_text(option));
    let response = response.on_disabled_hover_text("Applies to this machine, not to a cluster");
    response.widget_info(|| text_edit_info(title(option), hint, &text));
    take_focus(state, option, &response, intents);
    if response.changed() {
        intents.push(Intent::Program(ProgramIntent::Type(option, text)));
    }
    if response.lost_focus() {
        intents.push(Intent::Program(ProgramIntent::Commit(option)));
    }
}

/// Whether an option has an effect where the cases run.
fn applies(state: &AppState, option: StudyOption) -> bool {
    !(option.is_of_this_machine() && state.document.is_on_cluster())
}

/// Focuses a field if that is requested.
pub(crate) fn take_focus(
    state: &AppState,
    field_name: impl Into<FormField>,
    field: &Response,
    intents: &mut Vec<Intent>,
) {
    if state.form.program_fields.pending_focus == Some(field_name.into()) {
        field.request_focus();
        field.scroll_to_me(None);
        intents.push(Intent::Program(ProgramIntent::Focused));
    }
}

/// Shows why the typed text of an option is invalid.
pub(crate) fn problem(ui: &mut Ui, state: &AppState, option: StudyOption) {
    if let Some(problem) = state.form.program_fields.problem(option, &state.document) {
        error_message(ui, &problem);
    }
}

pub(crate) fn title(option: StudyOption) -> &'static str {
    option.spec().title
}

/// Moves a text to the document as if it was typed into the field.
pub(crate) fn enter(option: StudyOption, text: String, intents: &mut Vec<Intent>) {
    intents.push(Intent::Program(ProgramIntent::Type(option, text)));
    intents.push(Intent::Program(ProgramIntent::Commit(option)));
}
