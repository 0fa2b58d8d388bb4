//! The table of results: the columns asked for, of the rows in view alone.

use egui::{Align, Button, Label, Layout, RichText, Sense, Ui};
use egui_extras::{Column as Width, TableBuilder};
use strum::VariantArray as _;

use super::columns::SortKey;
use super::query::ResultsView;
use super::results_state::ResultsIntent;
use crate::run::Status;
use crate::schedule::s_from_ns;
use crate::text::shortest;
use crate::text::{Unit, memory};
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Intent;
use crate::window::state::run_view::RunView;
use crate::window::theme::{BODY, SMALL, bold, tokens};

const ROW: f32 = 26.0;

pub(crate) fn table(
    ui: &mut Ui,
    state: &AppState,
    run: &RunView,
    found: Option<&ResultsView>,
    intents: &mut Vec<Intent>,
) {
    let unit = Unit::fitting(run.elapsed_s());
    let keys: Vec<SortKey> =
        SortKey::VARIANTS.iter().copied().filter(|&key| state.results.shows(key, run)).collect();
    // Other columns are another table: its widths are not those of before.
    let mut table = TableBuilder::new(ui)
        .id_salt(("results", &keys))
        .striped(true)
        .sense(Sense::click())
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, false])
        .min_scrolled_height(0.0)
        .animate_scrolling(false);
    for &key in &keys {
        table = table.column(match key {
            SortKey::Listed => Width::exact(52.0),
            SortKey::Name => Width::remainder().at_least(90.0).clip(true),
            SortKey::Status if run.frozen().program.is_some() => Width::exact(120.0).clip(true),
            SortKey::Status => Width::exact(84.0),
            SortKey::X | SortKey::Y | SortKey::Lane => Width::exact(46.0).clip(true),
            SortKey::Cpu => Width::exact(86.0).clip(true),
            _ => Width::exact(74.0).clip(true),
        });
    }
    let rows = found.and_then(|found| found.rows.as_deref());
    let place = |case: u32| match rows {
        None => Some(case as usize),
        Some(rows) => rows.iter().position(|&row| row == case),
    };
    if let Some(case) = state.results.go_to {
        if let Some(row) = place(case) {
            table = table.scroll_to_row(row, Some(Align::Center));
        }
        intents.push(Intent::Results(ResultsIntent::Arrived));
    }
    table
        .header(28.0, |mut header| {
            for &key in &keys {
                header.col(|ui| heading(ui, state, key, unit, intents));
            }
        })
        .body(|body| {
            let count = rows.map_or(run.frozen().cases.len(), <[u32]>::len);
            body.rows(ROW, count, |mut row| {
                let at = row.index();
                let case = rows.map_or(at, |rows| rows[at] as usize);
                let chosen = state.is_selected(run, case);
                row.set_selected(chosen);
                for &key in &keys {
                    row.col(|ui| cell(ui, run, (case, chosen), key, unit, intents));
                }
                if row.response().clicked() {
                    choose(case, intents);
                }
            });
        });
}

fn choose(case: usize, intents: &mut Vec<Intent>) {
    let case = u32::try_from(case).unwrap_or(u32::MAX);
    intents.push(Intent::Results(ResultsIntent::Choose(case)));
}

fn heading(ui: &mut Ui, state: &AppState, key: SortKey, unit: Unit, intents: &mut Vec<Intent>) {
    let arrow = match (state.results.sort.key == key, state.results.sort.descending) {
        (false, _) => "",
        (true, false) => " ▴",
        (true, true) => " ▾",
    };
    let in_unit = match key {
        SortKey::Start | SortKey::End | SortKey::Time | SortKey::Cpu => {
            format!(" [{}]", unit.symbol())
        }
        _ => String::new(),
    };
    let text = format!("{}{in_unit}{arrow}", key.heading());
    let text = RichText::new(text).font(bold(SMALL)).color(tokens(ui).weak);
    let button = Button::new(text).frame(false);
    aligned(ui, key, |ui| {
        let hover = match key {
            SortKey::Listed => "Sort as listed".to_owned(),
            SortKey::Memory => "Sort by Memory: that of the largest process".to_owned(),
            SortKey::End => "Sort as finished".to_owned(),
            _ => format!("Sort by {}", key.heading()),
        };
        if ui.add(button).on_hover_text(hover).clicked() {
            intents.push(Intent::SortBy(key));
        }
    });
}

fn cell(
    ui: &mut Ui,
    run: &RunView,
    (case, chosen): (usize, bool),
    key: SortKey,
    unit: Unit,
    intents: &mut Vec<Intent>,
) {
    let (text, color) = shown(ui, run, case, key, unit);
    aligned(ui, key, |ui| {
        let text = RichText::new(text).size(BODY).color(color);
        if key != SortKey::Listed {
            ui.add(Label::new(text).truncate().selectable(false));
            return;
        }
        // The place in the table is what the keyboard selects a row by.
        let label = ui.add(Label::new(text).selectable(false).sense(Sense::click()));
        let name = format!("result {}", case + 1);
        label.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, true, chosen, &name));
        if label.clicked() {
            choose(case, intents);
        }
    });
}

/// Words to the left, numbers to the right.
fn aligned(ui: &mut Ui, key: SortKey, add: impl FnOnce(&mut Ui)) {
    match key {
        SortKey::Name => add(ui),
        SortKey::Status => {
            // Behind a number that stands to the right.
            ui.add_space(8.0);
            add(ui);
        }
        _ => drop(ui.with_layout(Layout::right_to_left(Align::Center), add)),
    }
}

fn shown(ui: &Ui, run: &RunView, case: usize, key: SortKey, unit: Unit) -> (String, egui::Color32) {
    let colors = tokens(ui);
    let row = run.frozen().cases.case(case);
    let record = &run.state().records()[case];
    let time = |ns: u64| format!("{:.3}", unit.of_s(s_from_ns(ns)));
    let started = Some(record).filter(|record| record.has_started());
    let ended = Some(record).filter(|record| record.has_ended());
    let text = match key {
        SortKey::Listed => Some((case + 1).to_string()),
        SortKey::Name => Some(row.name.to_owned()),
        SortKey::X => Some(shortest(row.x)),
        SortKey::Y => Some(shortest(row.y)),
        SortKey::Value => record.value.map(shortest),
        SortKey::Status => Some(run.record_text(record)),
        SortKey::Lane => started.map(|r| r.lane.to_string()),
        SortKey::Start => started.map(|r| time(r.start_ns)),
        SortKey::End => ended.map(|r| time(r.end_ns)),
        SortKey::Time => ended.map(|r| time(r.time_ns())),
        SortKey::Cpu => record.cpu_ns.map(time),
        SortKey::Memory => record.memory_bytes.map(memory),
        SortKey::Attempts => started.map(|r| r.attempts.to_string()),
    };
    let color = match (key, record.status) {
        (SortKey::Status, _) if record.will_retry => colors.weak,
        (SortKey::Status, Status::Done) if !run.is_simulated() => colors.good,
        (SortKey::Status, Status::Failed | Status::TimedOut) => colors.bad,
        (SortKey::Listed | SortKey::Status, _) => colors.weak,
        _ => colors.text,
    };
    (text.unwrap_or_default(), color)
}
