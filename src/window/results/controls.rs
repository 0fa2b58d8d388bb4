//! What can be asked of the results: how they are shown, which rows and columns,
//! and which case is the best.

use egui::{Button, ComboBox, RichText, TextEdit, Ui};
use strum::VariantArray as _;

use super::chart_data::PlotAxis;
use super::color_scale::told;
use super::columns::SortKey;
use super::query::{Filter, ResultsView};
use super::results_state::{PlotBy, ResultsIntent, ResultsMode};
use super::results_tab::no_values;
use crate::run::Status;
use crate::window::state::app_state::AppState;
use crate::window::state::command::Command;
use crate::window::state::intent::Intent;
use crate::window::state::run_view::RunView;
use crate::window::theme::{SMALL, regular, tokens};
use crate::window::widgets::controls::{choice_box, side_by_side, small};

pub(crate) fn controls(
    ui: &mut Ui,
    state: &AppState,
    run: &RunView,
    found: Option<&ResultsView>,
    intents: &mut Vec<Intent>,
) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        show(ui, state, intents);
        filter(ui, state, run, found, intents);
        if state.results.show == ResultsMode::Table {
            columns(ui, state, run, intents);
        }
        let copy = Button::new(Command::CopyResults.title());
        let enabled = state.is_enabled(Command::CopyResults);
        let hover = "All of them, as a table that a spreadsheet takes";
        if ui.add_enabled(enabled, copy).on_hover_text(hover).clicked() {
            intents.push(Intent::Command(Command::CopyResults));
        }
    });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        best(ui, state, run, found, intents);
    });
}

fn show(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let mut show = state.results.show;
    ui.horizontal(|ui| {
        let choices = [
            (ResultsMode::Table, "Table", "A row for each case"),
            (ResultsMode::Scatter, "Scatter", "A mark for each value, against x, y or both"),
            (ResultsMode::Grid, "Grid", "A coloured field for each x and y"),
        ];
        side_by_side(ui, &mut show, choices);
    });
    if show != state.results.show {
        intents.push(Intent::Results(ResultsIntent::Show(show)));
    }
    if show == ResultsMode::Scatter {
        let mut across = state.results.across;
        ui.horizontal(|ui| {
            let choices = [
                (PlotAxis::X, "over x", "Values against x"),
                (PlotAxis::Y, "over y", "Values against y"),
                (PlotAxis::Both, "over both", "Values in colour, over x and y"),
            ];
            side_by_side(ui, &mut across, choices);
        });
        if across != state.results.across {
            intents.push(Intent::Results(ResultsIntent::Across(across)));
        }
    }
}

fn filter(
    ui: &mut Ui,
    state: &AppState,
    run: &RunView,
    found: Option<&ResultsView>,
    intents: &mut Vec<Intent>,
) {
    let before = &state.results.filter;
    let mut filter = before.clone();
    let edit = TextEdit::singleline(&mut filter.text).desired_width(130.0).hint_text("Name has …");
    let shown = before.text.clone();
    ui.add(edit).on_hover_text("Show the cases whose name has this in it").widget_info(|| {
        let mut info = egui::WidgetInfo::text_edit(true, &shown, &shown, "Name has …");
        info.label = Some("Filter by name".to_owned());
        info
    });
    let any = "any status";
    let word =
        |status: Option<Status>| status.map_or(any.to_owned(), |status| run.status_text(status));
    let chosen = word(filter.status);
    let response = ComboBox::from_id_salt("filter by status")
        .selected_text(&chosen)
        .width(92.0)
        .show_ui(ui, |ui| {
            for status in std::iter::once(None).chain(Status::VARIANTS.iter().copied().map(Some)) {
                ui.selectable_value(&mut filter.status, status, word(status));
            }
        });
    response.response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "Filter by status");
        info.current_text_value = Some(chosen.clone());
        info
    });
    if !filter.is_empty() {
        let name = "Show all cases again";
        let clear = ui.button("✕").on_hover_text(name);
        clear.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
        if clear.clicked() {
            filter = Filter::default();
        }
        let all = run.frozen().cases.len();
        if let Some(rows) = found.and_then(|found| found.rows.as_ref()) {
            ui.label(small_text(ui, &format!("{} of {all}", rows.len())));
        }
    }
    if filter != *before {
        intents.push(Intent::Results(ResultsIntent::Filter(filter)));
    }
}

fn columns(ui: &mut Ui, state: &AppState, run: &RunView, intents: &mut Vec<Intent>) {
    let menu = egui::containers::menu::MenuButton::new("Columns ▾").config(
        egui::containers::menu::MenuConfig::new()
            .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside),
    );
    menu.ui(ui, |ui| {
        let program = run.frozen().program.is_some();
        let keys = SortKey::VARIANTS.iter().filter(|key| program || !key.of_programs());
        for &key in keys.filter(|&&key| key != SortKey::Listed) {
            let mut shown = state.results.shows(key, run);
            if ui.checkbox(&mut shown, key.heading()).changed() {
                intents.push(Intent::Results(ResultsIntent::Column(key, shown)));
            }
        }
    });
}

fn best(
    ui: &mut Ui,
    state: &AppState,
    run: &RunView,
    found: Option<&ResultsView>,
    intents: &mut Vec<Intent>,
) {
    let label = ui.label(small_text(ui, "Best value")).id;
    let words = ("Best value", label);
    let picked = choice_box(ui, words, 92.0, state.results.by, PlotBy::description, |_| None);
    let by = state.results.by;
    if let Some(picked) = picked {
        intents.push(Intent::Results(ResultsIntent::By(picked)));
    }
    if by == PlotBy::Nearest {
        let mut target = state.results.target.clone();
        let shown = target.clone();
        let edit = TextEdit::singleline(&mut target).desired_width(70.0).hint_text("target");
        ui.add(edit).widget_info(|| {
            let mut info = egui::WidgetInfo::text_edit(true, &shown, &shown, "target");
            info.label = Some("Target value".to_owned());
            info
        });
        if target != state.results.target {
            intents.push(Intent::Results(ResultsIntent::Target(target)));
        }
        if state.results.target_value().is_none() {
            let text = if shown.trim().is_empty() { "type a number" } else { "no number" };
            ui.label(small_text(ui, text));
            return;
        }
    }
    let Some(found) = found else { return };
    let Some(best) = found.best else {
        return small(ui, &no_values(run, found));
    };
    let name = run.frozen().cases.case(best.case as usize).name;
    let value = told(best.value);
    let shown: String = name.chars().take(40).collect();
    let button = Button::new(format!("{shown}: {value}"));
    let hover = "Select this case and go to its row";
    let response = ui.add(button).on_hover_text(hover);
    let said = format!("Best case {name}, value {value}");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
    if response.clicked() {
        intents.push(Intent::Results(ResultsIntent::GoTo(best.case)));
    }
    if best.others > 0 {
        ui.label(small_text(ui, &format!("and {} as good", best.others)));
    }
}

fn small_text(ui: &Ui, text: &str) -> RichText {
    RichText::new(text).font(regular(SMALL)).color(tokens(ui).weak)
}
