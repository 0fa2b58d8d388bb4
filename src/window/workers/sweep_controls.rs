//! The controls of a worker sweep, and its progress.

use std::ops::RangeInclusive;

use egui::{Button, Frame, Margin, Panel, RichText, TextStyle, TextWrapMode, Ui, WidgetText};

use super::sweep_cost::SweepCost;
use super::sweep_state::{SWEEP_REPEATS, SweepForm, sweep_problem};
use super::workers_state::WorkersIntent;
use crate::study::WORKER_RANGE;
use crate::window::compare::sections::{progress_bar, repeats};
use crate::window::state::{AppState, Command, Intent};
use crate::window::theme::{BODY, bold, regular, tokens};
use crate::window::widgets::controls::{limit_field, small};

const MAX_SAMPLE: u32 = 1_000_000;

const ROW_HEIGHT: f32 = 28.0;

const FIELD_WIDTH: f32 = 96.0;

/// Shows the controls at the bottom, where they stay in sight.
pub(crate) fn sweep(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let frame = Frame::new().inner_margin(Margin { top: 4, ..Margin::ZERO });
    let panel = Panel::bottom("sweep").frame(frame).resizable(false);
    panel.show(ui, |ui| controls(ui, state, intents));
}

fn controls(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let form = state.workers.sweep_form;
    let mut changed = form;
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
        options(ui, &mut changed);
    });
    if changed != form {
        intents.push(Intent::Workers(WorkersIntent::SweepForm(changed)));
    }
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

fn options(ui: &mut Ui, form: &mut SweepForm) {
    repeats(ui, &mut form.repeats, SWEEP_REPEATS);
    let hover = "Largest number of workers; 0 stops when more workers no longer help";
    let texts = (["automatic", "1 worker", "workers"], hover);
    limit(ui, "Maximum workers", &mut form.max_workers, WORKER_RANGE, texts);
    let hover = "Number of cases to run, sampled by length; the totals of all cases are predicted \
                 from them. 0 runs all cases";
    let texts = (["all cases", "1 case", "cases"], hover);
    limit(ui, "Sample", &mut form.sample, 1..=MAX_SAMPLE, texts);
}

fn limit(
    ui: &mut Ui,
    label: &str,
    limit: &mut Option<u32>,
    range: RangeInclusive<u32>,
    (texts, hover): ([&'static str; 3], &str),
) {
    let text = RichText::new(label).font(regular(BODY)).color(tokens(ui).weak);
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
    let label = ui.label(text).id;
    limit_field(ui, FIELD_WIDTH, limit, range, texts).labelled_by(label).on_hover_text(hover);
}
