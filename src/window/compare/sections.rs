//! Headings, frames and progress of the Compare tab.

use egui::{Frame, Margin, ProgressBar, RichText, Ui};

use super::experiment_progress::{ExperimentProgress, ExperimentSteps};
use crate::window::bars::bars_tab::totals_checkbox;
use crate::window::help::term::{Concept, explain};
use crate::window::state::{AppState, CountField, Intent, RunPhase};
use crate::window::theme::{BODY, HEADING, bold, tokens};
use crate::window::widgets::controls::step;
use crate::window::widgets::count_field::{count_field, count_problem};

pub(crate) fn section(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).font(bold(HEADING)));
}

/// Heading of the compared runs, with the switch for totals.
pub(crate) fn side_by_side_heading(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        section(ui, "Side by side");
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            totals_checkbox(ui, state.bars.shows_totals.unwrap_or(true), intents);
        });
    });
}

pub(crate) fn card(ui: &Ui) -> Frame {
    Frame::new()
        .stroke(egui::Stroke::new(1.0, tokens(ui).line))
        .corner_radius(6)
        .inner_margin(Margin::symmetric(12, 10))
}

/// Draws a bar for the share of the runs that have ended, if their number is known, and
/// describes the current run.
pub(crate) fn progress_bar(ui: &mut Ui, experiment: &ExperimentProgress, prefix: &str) {
    let colors = tokens(ui);
    let ExperimentSteps { ended_count, step_count, may_grow, .. } = experiment.steps;
    if !may_grow {
        // Keeps the empty part of the bar visible on white.
        ui.visuals_mut().extreme_bg_color = colors.line;
        let share = ended_count as f32 / step_count.max(1) as f32;
        let bar = ProgressBar::new(share).desired_width(220.0).desired_height(8.0);
        ui.add(bar.fill(colors.accent));
    }
    let status = match experiment.phase {
        RunPhase::Cancelling => "cancelling".to_owned(),
        _ => experiment.now().unwrap_or_default(),
    };
    ui.label(RichText::new(format!("{prefix}{status}")).size(BODY));
}

pub(crate) fn repeats(ui: &mut Ui, state: &AppState, field: CountField, intents: &mut Vec<Intent>) {
    ui.add_space(8.0);
    let label = ui.label(RichText::new("Repeats").color(tokens(ui).weak));
    label.on_hover_text(explain(Concept::Repeats));
    count_field(ui, state, field, 40.0, intents);
    let number = state.count(field).unwrap_or(1);
    ui.spacing_mut().item_spacing.x = 2.0;
    for (sign, name, by) in [("−", "One repeat fewer", -1), ("+", "One repeat more", 1)] {
        let (least, most) = field.range().into_inner();
        let stepped = number.saturating_add_signed(by).clamp(least, most);
        if step(ui, sign, name) {
            intents.push(Intent::TypeCount(field, stepped.to_string()));
        }
    }
    ui.spacing_mut().item_spacing.x = 8.0;
    ui.add_space(6.0);
    count_problem(ui, state, field);
}
