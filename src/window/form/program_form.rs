//! The limits and the output of a program, folded away until they are wanted.

use egui::{CollapsingHeader, RichText, TextEdit, Ui};
use strum::VariantArray as _;

use super::program_fields::{ProgramField, ProgramIntent, options_set};
use crate::study::KeepOutput;
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Intent;
use crate::window::theme::{BODY, regular};
use crate::window::widgets::controls::{choice, error_message, explanation, row};

pub(crate) fn program_form(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let unfolded = state.form.program_fields.unfolded;
    let title = RichText::new("Limits and output").font(regular(BODY));
    let header = CollapsingHeader::new(title).id_salt("limits").open(Some(unfolded));
    let shown = header.show_unindented(ui, |ui| fields(ui, state, intents));
    if shown.header_response.clicked() {
        intents.push(Intent::Program(ProgramIntent::Unfold(!unfolded)));
    }
    let set = options_set(&state.document);
    if !unfolded && !set.is_empty() {
        explanation(ui, &format!("Set: {}", set.join(", ")));
    }
}

fn fields(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    for &field in ProgramField::VARIANTS {
        if field == ProgramField::OutputLimit {
            keep(ui, state, intents);
        }
        one(ui, state, field, intents);
    }
}

fn keep(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let program = state.document.program.as_deref();
    let kept = program.map_or(KeepOutput::default(), |program| program.keep_output);
    ui.add_enabled_ui(program.is_some(), |ui| {
        if let Some(keep) = choice(ui, "Keep output", kept, KeepOutput::description) {
            intents.push(Intent::Program(ProgramIntent::Keep(keep)));
        }
    });
}

fn one(ui: &mut Ui, state: &AppState, field: ProgramField, intents: &mut Vec<Intent>) {
    let mut text = state.form.program_fields.text(field, &state.document);
    row(ui, field.title(), |ui, label| {
        let edit = TextEdit::singleline(&mut text)
            .id_salt(field)
            .desired_width(ui.available_width() - 4.0)
            .hint_text(field.hint());
        let response = ui.add(edit).labelled_by(label).on_hover_text(field.about());
        if state.form.program_fields.go_to == Some(field) {
            response.request_focus();
            response.scroll_to_me(None);
            intents.push(Intent::Program(ProgramIntent::Arrived));
        }
        if response.changed() {
            intents.push(Intent::Program(ProgramIntent::Type(field, text.clone())));
        }
        if response.lost_focus() {
            intents.push(Intent::Program(ProgramIntent::Take(field)));
        }
    });
    if let Some(problem) = state.form.program_fields.problem(field, &state.document) {
        error_message(ui, &problem);
    }
}
