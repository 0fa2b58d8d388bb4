//! The total against the number of workers: what is worth having, predicted from
//! a run, and measured by a sweep.

use egui::{Button, ComboBox, Label, RichText, ScrollArea, Sense, Slider, Ui, vec2};
use strum::VariantArray as _;

use super::chart::{chart, measured_atom, order_atom, strategy_atom};
use super::texts::{curve_name, order_name, summary, workers_said};
use super::totals::WorkerTotals;
use super::workers_state::WorkersIntent;
use super::{predicted_lanes, sweep_form, table};
use crate::schedule::s_from_ns;
use crate::study::{LaneCount, Order, Strategy};
use crate::text::precise_duration;
use crate::window::bars::bars_tab::{hint, no_run};
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Intent;
use crate::window::state::run_view::RunView;
use crate::window::theme::{BODY, SMALL, bold, regular, tokens};
use crate::window::widgets::advice::advice;
use crate::window::widgets::controls::small;

/// The height of the chart, where there is room.
const CHART: f32 = 300.0;

pub(crate) fn workers(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(run) = &state.run else {
        if !state.document.cases.is_empty() {
            sweep_form::sweep(ui, state, intents);
        }
        return no_run(ui, state, "see here what more workers would save, and what fewer cost");
    };
    if run.frozen().cases.is_empty() {
        let text = "Add a case in the form on the left, then run it.";
        return hint(ui, "There was nothing to run", text);
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        // Room for the scroll bar.
        ui.set_max_width(ui.available_width() - 6.0);
        advice(ui, state);
        let totals = WorkerTotals::of(state);
        if !totals.is_empty() {
            shown(ui, state, &totals, intents);
        }
        lanes(ui, state, run, intents);
        sweep_form::sweep(ui, state, intents);
        details(ui, state);
        if !totals.is_empty() {
            table::table(ui, &totals);
        }
    });
}

/// The chart with its legend and what it says.
fn shown(ui: &mut Ui, state: &AppState, totals: &WorkerTotals<'_>, intents: &mut Vec<Intent>) {
    if totals.longest_s() > 0.0 {
        let workers = state.workers.played().map(|(_, workers)| workers);
        let height = (ui.ctx().content_rect().height() * 0.36).clamp(150.0, CHART);
        if let Some(workers) = chart(ui, totals, height, workers) {
            intents.push(Intent::Workers(WorkersIntent::Workers(workers)));
        }
        legend(ui, state, totals, intents);
    } else {
        small(ui, "The cases take no time, so there is nothing that more workers could save.");
    }
    small(ui, &format!("{}.", summary(totals)));
}

/// What goes with the advice.
fn details(ui: &mut Ui, state: &AppState) {
    if let Some(advice) = state.advice().filter(|advice| !advice.details.is_empty()) {
        small(ui, &advice.details.join(" "));
    }
}

/// What each sign stands for; a press shows curves or takes them away.
fn legend(ui: &mut Ui, state: &AppState, totals: &WorkerTotals<'_>, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let mut pick = |ui: &mut Ui, on: bool, atom, name: &str, intent: WorkersIntent| {
        let color = if on { colors.text } else { colors.weak };
        let text = RichText::new(name).font(regular(13.0)).color(color);
        let button = Button::selectable(on, (atom, text)).gap(6.0);
        if ui.add(button).on_hover_text("Show its predicted curve, or take it away").clicked() {
            intents.push(Intent::Workers(intent));
        }
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        ui.spacing_mut().button_padding.x = 6.0;
        ui.label(RichText::new("Predicted").font(bold(SMALL)).color(colors.weak));
        for &order in Order::VARIANTS {
            let on = state.workers.orders().any(|shown| shown == order);
            let intent = WorkersIntent::Order(order, !on);
            pick(ui, on, order_atom(order), order_name(order), intent);
        }
        ui.add_space(6.0);
        let shown = state.workers.strategies();
        for &strategy in &shown {
            let intent = WorkersIntent::Strategy(strategy, false);
            pick(ui, true, strategy_atom(strategy), strategy.into(), intent);
        }
        ui.menu_button(RichText::new("+ Strategy").font(regular(13.0)), |ui| {
            let all = Strategy::VARIANTS.iter().copied();
            let with_workers = |strategy: &Strategy| strategy.lanes() == LaneCount::Workers;
            for strategy in all.filter(with_workers).filter(|other| !shown.contains(other)) {
                let intent = WorkersIntent::Strategy(strategy, true);
                pick(ui, false, strategy_atom(strategy), strategy.into(), intent);
            }
        });
        for (of_sweep, text) in signs(totals) {
            ui.add_space(6.0);
            let text = RichText::new(text).font(regular(13.0)).color(colors.text);
            let label = Button::new((measured_atom(of_sweep), text)).gap(4.0);
            ui.add(label.frame(false).sense(Sense::hover()));
        }
    });
}

/// The signs of what was measured or computed, with their words.
fn signs(totals: &WorkerTotals<'_>) -> Vec<(bool, String)> {
    let own = totals.own.map(|own| {
        let out_of_view = if own.workers > totals.last { ", beyond this chart" } else { "" };
        (false, format!("this run, {}{out_of_view}", own.kind))
    });
    let swept = totals
        .measured
        .first()
        .map(|_| (true, format!("sweep {}, {}", order_name(totals.sweep_order), totals.kind)));
    own.into_iter().chain(swept).collect()
}

/// The predicted lanes with so many workers.
fn lanes(ui: &mut Ui, state: &AppState, run: &RunView, intents: &mut Vec<Intent>) {
    let (Some(forecast), Some((shape, chosen))) = (state.forecast(), state.workers.played()) else {
        return;
    };
    let colors = tokens(ui);
    ui.add_space(6.0);
    ui.horizontal_wrapped(|ui| {
        let label = ui.label(RichText::new("Predicted lanes with").font(bold(BODY))).id;
        let mut workers = chosen;
        ui.spacing_mut().slider_width = (ui.available_width() - 330.0).clamp(80.0, 320.0);
        let slider = Slider::new(&mut workers, 1..=state.workers.last())
            .logarithmic(state.workers.last() > 32)
            .smart_aim(false);
        ui.scope(|ui| {
            // The rail is seen on a white ground too.
            ui.visuals_mut().widgets.inactive.bg_fill = colors.line;
            ui.add(slider).labelled_by(label).on_hover_text("Arrow keys change it too");
        });
        if workers != chosen {
            intents.push(Intent::Workers(WorkersIntent::Workers(workers)));
        }
        let words = if workers == 1 { "worker," } else { "workers," };
        ui.label(RichText::new(words).size(BODY));
        let picked =
            ComboBox::from_id_salt("played").selected_text(curve_name(shape)).show_ui(ui, |ui| {
                let mut picked = None;
                for other in state.workers.shapes() {
                    if ui.selectable_label(other == shape, curve_name(other)).clicked() {
                        picked = Some(other);
                    }
                }
                picked
            });
        let response = picked.response;
        response.widget_info(|| {
            let mut info = egui::WidgetInfo::new(egui::Role::ComboBox);
            info.label = Some("Curve of the predicted lanes".to_owned());
            info.current_text_value = Some(curve_name(shape));
            info
        });
        if let Some(Some(other)) = picked.inner {
            intents.push(Intent::Workers(WorkersIntent::Play(other)));
        }
    });
    if let Some(lanes) = forecast.lanes() {
        let total = precise_duration(s_from_ns(lanes.end_ns));
        let unused = match lanes.unused() {
            0 => String::new(),
            unused => format!("; {unused} of them with nothing to do"),
        };
        // Of cases that compute lanes show who is when, but not what they cost
        // each other.
        let predicted = if forecast.report().is_compute_bound() {
            "If each case took as long as alone"
        } else {
            "Predicted"
        };
        let text = format!(
            "{predicted}: {total} with {}, {}{unused}.",
            workers_said(lanes.workers),
            curve_name(lanes.shape)
        );
        ui.add(Label::new(RichText::new(text).font(regular(SMALL)).color(colors.weak)).wrap());
        let selected = |case: u32| state.is_selected(run, case as usize);
        predicted_lanes::lanes(ui, &forecast.report().frozen.cases, lanes, &selected);
    }
}
