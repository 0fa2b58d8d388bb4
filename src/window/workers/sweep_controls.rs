//! The controls of a worker sweep, and its progress.

use egui::{Button, Frame, Margin, Panel, RichText, TextStyle, TextWrapMode, Ui, WidgetText};

use super::sweep_cost::SweepCost;
use super::sweep_state::sweep_problem;
use crate::window::compare::sections::{progress_bar, repeats};
use crate::window::state::{AppState, Command, CountField, Intent};
use crate::window::theme::{BODY, bold, regular, tokens};
use crate::window::widgets::controls::small;
use crate::window::widgets::count_field::{count_field, count_problem};

const ROW_HEIGHT: f32 = 28.0;

const FIELD_WIDTH: f32 = 96.0;

/// Shows the controls at the top, where they stay in sight and no notice moves them.
pub(crate) fn sweep(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let frame = Frame::new().inner_margin(Margin { bottom: 8, ..Margin::ZERO });
    let panel = Panel::top("sweep").frame(frame).resizable(false);
    panel.show(ui, |ui| controls(ui, state, intents));
}

fn controls(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.horizontal_wrapped(|ui| {
        ui.set_row_height(ROW_HEIGHT);
        let has_problem = sweep_problem(&state.document).is_some();
        let is_enabled = state.is_enabled(Command::Sweep) && !has_problem;
        let text = RichText::new("▶ Sweep workers").font(bold(BODY));
        let hover = "Measures the total of the cases on the left for each number of workers in \
                     turn, several times. On the virtual clock that repeats the prediction.";
        if ui.add_enabled(is_enabled, Button::new(text)).on_hover_text(hover).clicked() {
            intents.push(Intent::Command(Command::Sweep));
        }
        if state.is_running() {
            ui.disable();
        }
        options(ui, state, intents);
    });
    cost_or_progress(ui, state);
}

/// Shows what the sweep will cost or why there can be none, and its progress.
fn cost_or_progress(ui: &mut Ui, state: &AppState) {
    match (sweep_problem(&state.document), state.workers.sweep_shown()) {
        (Some(problem), _) => small(ui, &format!("{problem}.")),
        (None, Some(sweep)) if sweep.progress.is_running() => {
            ui.horizontal_wrapped(|ui| {
                progress_bar(ui, &sweep.progress, "Sweep, ");
                small(ui, "Esc cancels the sweep and keeps its results so far");
            });
        }
        (None, Some(sweep)) if sweep.progress.is_cut_short() => {
            small(ui, "The sweep ended before its last run.");
        }
        (None, _) => small(ui, &SweepCost::of(state).text()),
    }
}

fn options(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    repeats(ui, state, CountField::SweepRepeats, intents);
    let hover = "Largest number of workers; nothing stops when more workers no longer help";
    limit(ui, state, CountField::SweepWorkers, hover, intents);
    let hover = "Number of cases to run, sampled by length; the totals of all cases are predicted \
                 from them. Nothing runs all cases";
    limit(ui, state, CountField::SweepSample, hover, intents);
}

fn limit(ui: &mut Ui, state: &AppState, field: CountField, hover: &str, intents: &mut Vec<Intent>) {
    let text = RichText::new(field.name()).font(regular(BODY)).color(tokens(ui).weak);
    let text = WidgetText::from(text).into_galley(
        ui,
        Some(TextWrapMode::Extend),
        f32::INFINITY,
        TextStyle::Body,
    );
    // Keeps the label beside its field.
    let width = text.size().x + ui.spacing().item_spacing.x + FIELD_WIDTH;
    if ui.available_size_before_wrap().x < width {
        ui.end_row();
        ui.set_row_height(ROW_HEIGHT);
    }
    ui.label(text).on_hover_text(hover);
    count_field(ui, state, field, FIELD_WIDTH, intents).on_hover_text(hover);
    count_problem(ui, state, field);
}
