//! The results: a row for each case, in the order asked for.

use egui::{Align, Button, Layout, RichText, Ui};
use egui_extras::{Column as Width, TableBuilder};
use strum::VariantArray as _;

use super::super::state::{AppState, Command, Intent, RunView, SortKey};
use super::super::theme::{BODY, SMALL, bold, regular, tokens};
use super::bars::no_run;
use crate::report::Unit;
use crate::run::Status;
use crate::schedule::s_from_ns;
use crate::study::shortest;

const ROW: f32 = 26.0;

pub(super) fn results(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(run) = &state.run else {
        return no_run(ui, state, "each case gets a row here");
    };
    let colors = tokens(ui);
    ui.horizontal(|ui| {
        let small = |text: &str| RichText::new(text).font(regular(SMALL)).color(colors.weak);
        ui.label(small("Order"));
        for (key, title) in [(SortKey::Listed, "as listed"), (SortKey::End, "as finished")] {
            let chosen = state.sort.key == key && !state.sort.descending;
            if ui.selectable_label(chosen, title).clicked() && !chosen {
                intents.push(Intent::SortBy(key));
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let copy = Button::new(Command::CopyResults.title());
            let enabled = state.is_enabled(Command::CopyResults);
            let hover = "As a table that a spreadsheet takes";
            if ui.add_enabled(enabled, copy).on_hover_text(hover).clicked() {
                intents.push(Intent::Command(Command::CopyResults));
            }
        });
    });
    egui::ScrollArea::horizontal().show(ui, |ui| table(ui, state, run, intents));
}

fn table(ui: &mut Ui, state: &AppState, run: &RunView, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let unit = Unit::fitting(run.elapsed_s());
    let mut table = TableBuilder::new(ui)
        .id_salt("results")
        .striped(true)
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, false])
        .animate_scrolling(false);
    for &key in SortKey::VARIANTS {
        table = table.column(match key {
            SortKey::Listed => Width::exact(52.0),
            SortKey::Name => Width::remainder().at_least(90.0).clip(true),
            SortKey::Status => Width::exact(74.0),
            SortKey::X | SortKey::Y | SortKey::Lane => Width::exact(46.0).clip(true),
            SortKey::Cpu => Width::exact(86.0).clip(true),
            _ => Width::exact(74.0).clip(true),
        });
    }
    table
        .header(28.0, |mut header| {
            for &key in SortKey::VARIANTS {
                header.col(|ui| {
                    let arrow = match (state.sort.key == key, state.sort.descending) {
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
                    let text = RichText::new(text).font(bold(SMALL)).color(colors.weak);
                    let button = Button::new(text).frame(false);
                    aligned(ui, key, |ui| {
                        let hover = format!("Sort by {}", key.heading());
                        if ui.add(button).on_hover_text(hover).clicked() {
                            intents.push(Intent::SortBy(key));
                        }
                    });
                });
            }
        })
        .body(|body| {
            let rows = run.sorted();
            body.rows(ROW, rows.len(), |mut row| {
                let case = rows[row.index()] as usize;
                row.set_selected(state.is_picked(run, case));
                for &key in SortKey::VARIANTS {
                    row.col(|ui| {
                        let (text, color) = shown(ui, run, case, key, unit);
                        aligned(ui, key, |ui| {
                            let label =
                                egui::Label::new(RichText::new(text).size(BODY).color(color));
                            ui.add(label.truncate());
                        });
                    });
                }
            });
        });
}

/// Words to the left, numbers to the right.
fn aligned(ui: &mut Ui, key: SortKey, add: impl FnOnce(&mut Ui)) {
    match key {
        SortKey::Name | SortKey::Status => add(ui),
        _ => drop(ui.with_layout(Layout::right_to_left(Align::Center), add)),
    }
}

fn shown(ui: &Ui, run: &RunView, case: usize, key: SortKey, unit: Unit) -> (String, egui::Color32) {
    let colors = tokens(ui);
    let row = run.frozen().cases.case(case);
    let record = &run.state().records()[case];
    let time = |ns: u64| format!("{:.3}", unit.of_s(s_from_ns(ns)));
    let started = Some(record).filter(|record| record.started());
    let ended = Some(record).filter(|record| record.ended());
    let text = match key {
        SortKey::Listed => Some((case + 1).to_string()),
        SortKey::Name => Some(row.name.to_owned()),
        SortKey::X => Some(shortest(row.x)),
        SortKey::Y => Some(shortest(row.y)),
        SortKey::Value => record.value.map(shortest),
        SortKey::Status => Some(run.word(record.status)),
        SortKey::Lane => started.map(|r| r.lane.to_string()),
        SortKey::Start => started.map(|r| time(r.start_ns)),
        SortKey::End => ended.map(|r| time(r.end_ns)),
        SortKey::Time => ended.map(|r| time(r.time_ns())),
        SortKey::Cpu => record.cpu_ns.map(time),
    };
    let color = match (key, record.status) {
        (SortKey::Status, Status::Done) if !run.is_computed() => colors.good,
        (SortKey::Status, Status::Failed | Status::TimedOut) => colors.bad,
        (SortKey::Listed | SortKey::Status, _) => colors.weak,
        _ => colors.text,
    };
    (text.unwrap_or_default(), color)
}
