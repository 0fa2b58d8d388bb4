//! Controls of the columns that charts show, and of the Pareto front.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Align, Color32, Layout, PopupCloseBehavior, Ui, vec2};

use super::chart_axes::ChartAxis;
use crate::text::count;
use crate::window::results::chart_data::ResultsMode;
use crate::window::results::columns::ResultsColumn;
use crate::window::results::results_state::ResultsIntent;
use crate::window::results::texts::ShownResults;
use crate::window::state::Intent;
use crate::window::theme::{SMALL, regular};
use crate::window::widgets::command_menu::scrolled_menu;
use crate::window::widgets::controls::{list_box, small_text};

const WIDTH: f32 = 84.0;

/// Space between the label and the box.
const SPACING: f32 = 4.0;

/// Longest title in a box, in characters.
const MAX_TITLE: usize = 24;

/// Shows the choices of the columns of the present chart.
pub(crate) fn chart_axes(ui: &mut Ui, results: ShownResults<'_>, intents: &mut Vec<Intent>) {
    let axes: &[(&str, ChartAxis)] = match results.state.results.mode {
        ResultsMode::Table => &[],
        ResultsMode::Scatter => &[
            ("across", ChartAxis::ScatterX),
            ("up", ChartAxis::ScatterY),
            ("colour", ChartAxis::ScatterColor),
        ],
        ResultsMode::Grid => &[
            ("across", ChartAxis::GridX),
            ("up", ChartAxis::GridY),
            ("colour", ChartAxis::GridValue),
        ],
        ResultsMode::Lines => &[("colour", ChartAxis::LinesColor)],
    };
    for &axis_of in axes {
        axis(ui, results, axis_of, intents);
    }
    if results.state.results.mode == ResultsMode::Lines {
        line_axes(ui, results, intents);
    }
}

/// Shows the choice of the column of an axis behind a label.
pub(crate) fn axis(
    ui: &mut Ui,
    results: ShownResults<'_>,
    (label, axis): (&str, ChartAxis),
    intents: &mut Vec<Intent>,
) {
    let frozen = results.run.frozen();
    let quantities = results.quantities();
    let before = results.state.results.axes.column(axis, quantities);
    let mut column = before;
    let none = (axis == ChartAxis::ScatterColor).then_some(None);
    let columns = none.into_iter().chain(quantities.iter().copied().map(Some));
    let title = |column: Option<ResultsColumn>| match column {
        None => "none".to_owned(),
        Some(column) => shortened(&column.title_within(frozen)),
    };
    let text = ui.painter().layout_no_wrap(label.to_owned(), regular(SMALL), Color32::PLACEHOLDER);
    // Both stay together where the controls are wrapped.
    let size = vec2(text.size().x + SPACING + WIDTH, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = SPACING;
        ui.label(small_text(ui, label));
        list_box(ui, (axis.name(), axis.name()), WIDTH, &mut column, columns, title);
    });
    if column != before {
        intents.push(Intent::Results(ResultsIntent::Axis(axis, column)));
    }
}

fn shortened(title: &str) -> String {
    let mut chars = title.chars();
    let start: String = chars.by_ref().take(MAX_TITLE).collect();
    if chars.next().is_some() { format!("{start}…") } else { start }
}

/// Shows the menu of the axes of the parallel coordinates.
fn line_axes(ui: &mut Ui, results: ShownResults<'_>, intents: &mut Vec<Intent>) {
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    MenuButton::new("Axes ▾").config(config).ui(ui, |ui| {
        scrolled_menu(ui, |ui| {
            for &column in results.quantities() {
                let mut is_axis = results.state.results.axes.is_line_axis(column);
                let title = shortened(&column.title_within(results.run.frozen()));
                if ui.checkbox(&mut is_axis, title).changed() {
                    intents.push(Intent::Results(ResultsIntent::LineAxis(column)));
                }
            }
        });
    });
}

/// Shows the choice of the Pareto front, with the goals of both columns.
pub(crate) fn front(ui: &mut Ui, results: ShownResults<'_>, intents: &mut Vec<Intent>) {
    let results_state = &results.state.results;
    if !matches!(results_state.mode, ResultsMode::Table | ResultsMode::Scatter) {
        return;
    }
    let axes = &results_state.axes;
    let frozen = results.run.frozen();
    let mut has_front = axes.has_front;
    let hover = "Mark the cases that no other case betters in both columns of the scatter plot";
    if ui.checkbox(&mut has_front, "Pareto front").on_hover_text(hover).changed() {
        intents.push(Intent::Results(ResultsIntent::Front(has_front)));
    }
    if !axes.has_front {
        return;
    }
    let columns = [ChartAxis::ScatterX, ChartAxis::ScatterY];
    for (at, axis) in columns.into_iter().enumerate() {
        let Some(column) = axes.column(axis, results.quantities()) else { continue };
        let title = shortened(&column.title_within(frozen));
        let before = axes.prefers_greater[at];
        let mut prefers_greater = before;
        let goal = |greater| format!("{} {title}", if greater { "greatest" } else { "least" });
        let name = ["Goal of the horizontal axis", "Goal of the vertical axis"][at];
        list_box(ui, (name, name), WIDTH, &mut prefers_greater, [false, true].into_iter(), goal);
        if prefers_greater != before {
            intents.push(Intent::Results(ResultsIntent::PreferGreater(at, prefers_greater)));
        }
    }
    if let Some(front) = results.view.and_then(|view| view.front.as_ref()) {
        ui.label(small_text(ui, format!("{} on it", count(front.len(), "case"))));
    }
}
