//! The foldable form with the limits and output options of a program.

use egui::{CollapsingHeader, RichText, TextEdit, Ui};

use super::program_fields::{ProgramIntent, TEXT_FIELDS, changed_options, hover_text};
use crate::study::{KeepOutput, StudyOption};
use crate::window::state::{AppState, Intent};
use crate::window::theme::{BODY, regular};
use crate::window::widgets::controls::{choice, error_message, explanation, row};

pub(crate) fn program_form(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let unfolded = state.form.program_fields.unfolded;
    let title = RichText::new("Limits and output").font(regular(BODY));
    let header = CollapsingHeader::new(title).id_salt("limits").open(Some(unfolded));
    let response = header.show_unindented(ui, |ui| fields(ui, state, intents));
    if response.header_response.clicked() {
        intents.push(Intent::Program(ProgramIntent::Unfold(!unfolded)));
    }
    let changed = changed_options(&state.document);
    if !unfolded && !changed.is_empty() {
        explanation(ui, &format!("Set: {}", changed.join(", ")));
    }
}

fn fields(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    for option in TEXT_FIELDS {
        if option == StudyOption::OutputLimit {
            keep_output(ui, state, intents);
        }
        text_field(ui, state, option, intents);
    }
}

fn keep_output(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let program = state.document.program.as_deref();
    let current = program.map_or(KeepOutput::default(), |program| program.keep_output);
    let title = StudyOption::KeepOutput.spec().title;
    ui.add_enabled_ui(program.is_some(), |ui| {
        if let Some(keep) = choice(ui, title, current, KeepOutput::description) {
            intents.push(Intent::Program(ProgramIntent::Keep(keep)));
        }
    });
}

fn text_field(ui: &mut Ui, state: &AppState, option: StudyOption, intents: &mut Vec<Intent>) {
    let fields = &state.form.program_fields;
    let mut text = fields.text(option, &state.document);
    row(ui, option.spec().title, |ui, label| {
        let edit = TextEdit::singleline(&mut text)
            .id_salt(option)
            .desired_width(ui.available_width() - 4.0)
            .hint_text(option.spec().default);
        let response = ui.add(edit).labelled_by(label).on_hover_text(hover_text(option));
        if fields.pending_focus == Some(option) {
            response.request_focus();
            response.scroll_to_me(None);
            intents.push(Intent::Program(ProgramIntent::Focused));
        }
        if response.changed() {
            intents.push(Intent::Program(ProgramIntent::Type(option, text.clone())));
        }
        if response.lost_focus() {
            intents.push(Intent::Program(ProgramIntent::Commit(option)));
        }
    });
    if let Some(problem) = fields.problem(option, &state.document) {
        error_message(ui, &problem);
    }
}
