//! The controls above the results: view, filter, columns, and the best case.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Align2, Button, PopupCloseBehavior, Role, TextEdit, TextWrapMode, Ui, WidgetInfo};
use strum::VariantArray as _;

use super::chart_data::ResultsMode;
use super::charts::axis_controls::{axis, chart_axes, front};
use super::charts::chart_axes::ChartAxis;
use super::columns::ResultsColumn;
use super::filter::Filter;
use super::query::{BestBy, BestCase};
use super::results_state::ResultsIntent;
use super::texts::ShownResults;
use crate::run::Status;
use crate::text::{grouped, one_line, short_name, significant};
use crate::window::state::{AppState, Command, Intent, RunView, Tab};
use crate::window::widgets::command_menu::scrolled_menu;
use crate::window::widgets::controls::{
    choice_box, list_box, side_by_side, small, small_text, step, text_edit_info,
};

pub(crate) fn controls(ui: &mut Ui, results: ShownResults<'_>, intents: &mut Vec<Intent>) {
    let ShownResults { state, run, .. } = results;
    // Controls that do not fit go to the next row as a whole.
    ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        mode(ui, state, intents);
        chart_axes(ui, results, intents);
        filter(ui, results, intents);
        if state.results.mode == ResultsMode::Table {
            columns(ui, state, run, intents);
        }
        let copy = Button::new(Command::CopyResults.title());
        let is_enabled = state.is_enabled(Command::CopyResults);
        let hover = "Copy all results as a table for a spreadsheet";
        if ui.add_enabled(is_enabled, copy).on_hover_text(hover).clicked() {
            intents.push(Intent::Command(Command::CopyResults));
        }
    });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        best(ui, results, intents);
        front(ui, results, intents);
    });
    ui.style_mut().wrap_mode = None;
}

fn mode(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let mut mode = state.results.mode;
    ui.horizontal(|ui| {
        let choices = [
            (ResultsMode::Table, "Table", "One row per case"),
            (ResultsMode::Scatter, "Scatter", "One mark per case, over any two columns"),
            (ResultsMode::Grid, "Grid", "One coloured field per number of two columns"),
            (
                ResultsMode::Lines,
                "Lines",
                "Parallel coordinates: one line per case through all columns",
            ),
        ];
        side_by_side(ui, &mut mode, choices);
    });
    if mode != state.results.mode {
        intents.push(Intent::Results(ResultsIntent::Show(mode)));
    }
}

fn filter(ui: &mut Ui, results: ShownResults<'_>, intents: &mut Vec<Intent>) {
    let ShownResults { state, run, .. } = results;
    let before = &state.results.filter;
    let mut filter = before.clone();
    let hover = "Show only the cases with this text in their name, x, y, a further column, an \
                 output, their status, error or host";
    let (name, hint) = ("Filter by text", "name, value, status…");
    let edit = TextEdit::singleline(&mut filter.text)
        .desired_width(152.0)
        .align(Align2::LEFT_CENTER)
        .hint_text(hint);
    ui.add(edit.id(Tab::Results.search_id()))
        .on_hover_text(hover)
        .widget_info(|| text_edit_info(name, hint, before.text.as_str()));
    let word = |status: Option<Status>| {
        status.map_or("any status".to_owned(), |status| run.status_text(status))
    };
    let all = std::iter::once(None).chain(Status::VARIANTS.iter().copied().map(Some));
    let names = ("filter by status", "Filter by status");
    list_box(ui, names, 92.0, &mut filter.status, all, word);
    if !filter.is_empty() {
        if step(ui, "✕", "Clear filter") {
            filter = Filter::default();
        }
        let all = run.frozen().cases.len();
        if let Some(rows) = results.rows() {
            ui.label(small_text(ui, format!("{} of {}", grouped(rows.len()), grouped(all))));
        }
    }
    if filter != *before {
        intents.push(Intent::Results(ResultsIntent::Filter(filter)));
    }
}

fn columns(ui: &mut Ui, state: &AppState, run: &RunView, intents: &mut Vec<Intent>) {
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    MenuButton::new("Columns ▾").config(config).ui(ui, |ui| {
        scrolled_menu(ui, |ui| {
            let has = |column: &ResultsColumn| state.results.has(*column, run);
            let available = ResultsColumn::of_run(run.frozen()).filter(has);
            for column in available.filter(|&column| column != ResultsColumn::Listed) {
                let mut is_shown = state.results.shows(column, run);
                if ui.checkbox(&mut is_shown, column.heading(run.frozen())).changed() {
                    intents.push(Intent::Results(ResultsIntent::Column(column, is_shown)));
                }
            }
            let has_widths = !state.results.widths.is_empty();
            if has_widths && ui.button("Fit widths to content").clicked() {
                intents.push(Intent::Results(ResultsIntent::FitWidth(None)));
            }
        });
    });
}

fn best(ui: &mut Ui, results: ShownResults<'_>, intents: &mut Vec<Intent>) {
    let ShownResults { state, run, view } = results;
    let best_by = state.results.best_by;
    let label = ui.label(small_text(ui, "Best value")).id;
    let (picked, _) =
        choice_box(ui, ("Best value", label), 92.0, best_by, BestBy::description, |_| None);
    if let Some(picked) = picked {
        intents.push(Intent::Results(ResultsIntent::BestBy(picked)));
    }
    axis(ui, results, ("of", ChartAxis::Best), intents);
    if best_by == BestBy::Nearest && !target(ui, state, intents) {
        return;
    }
    let Some(view) = view else { return };
    match view.best {
        Some(best) => best_button(ui, run, best, intents),
        None => small(ui, &results.missing_values()),
    }
}

/// Draws the field of the target; returns whether it holds a number.
fn target(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) -> bool {
    let before = &state.results.target;
    let mut target = before.clone();
    let edit = TextEdit::singleline(&mut target)
        .desired_width(70.0)
        .align(Align2::LEFT_CENTER)
        .hint_text("target");
    ui.add(edit).widget_info(|| text_edit_info("Target value", "target", before));
    if target != *before {
        intents.push(Intent::Results(ResultsIntent::Target(target)));
    }
    let is_number = state.results.target_value().is_some();
    if !is_number {
        let text = if before.trim().is_empty() { "enter a number" } else { "not a number" };
        ui.label(small_text(ui, text));
    }
    is_number
}

fn best_button(ui: &mut Ui, run: &RunView, best: BestCase, intents: &mut Vec<Intent>) {
    let name = run.frozen().cases.case(best.case as usize).name;
    let (short, name) = (short_name(name), one_line(name));
    let value = significant(best.value, 6);
    let response = ui.button(format!("{short}: {value}"));
    let label = format!("Best case {name}, value {value}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    if response.on_hover_text("Select this case and scroll to its row").clicked() {
        intents.push(Intent::Results(ResultsIntent::GoTo(best.case)));
    }
    if best.ties > 0 {
        ui.label(small_text(ui, format!("and {} equally good", grouped(best.ties))));
    }
}
