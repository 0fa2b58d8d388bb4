//! The Workers tab: totals against the number of workers, predicted and measured.

use egui::{Button, RichText, ScrollArea, Sense, Slider, Ui, vec2};
use strum::VariantArray as _;

use super::chart::{chart, measured_atom, order_atom, strategy_atom};
use super::forecast::PredictedLanes;
use super::planner::planner;
use super::texts::{curve_name, order_name, summary};
use super::totals::WorkerTotals;
use super::workers_state::WorkersIntent;
use super::{predicted_lanes, sweep_controls, table};
use crate::experiment::SweepReport;
use crate::report::Scenario;
use crate::schedule::s_from_ns;
use crate::study::{LaneCount, Order, Strategy};
use crate::text::{count, plural, precise_duration};
use crate::window::bars::bars_tab::{hint, no_run};
use crate::window::help::term::Concept;
use crate::window::state::{AppState, Intent, RunView};
use crate::window::theme::{BODY, bold, regular, tokens};
use crate::window::widgets::advice::advice;
use crate::window::widgets::command_menu::chart_menu;
use crate::window::widgets::controls::{heading, list_box, small};
use crate::window::widgets::scroll_keys::scroll_by_page;

const MAX_CHART_HEIGHT: f32 = 300.0;

/// Number of workers above which the slider is logarithmic.
const MAX_LINEAR_SLIDER: u32 = 32;

pub(crate) fn workers(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(run) = &state.run else {
        if !state.document.cases.is_empty() {
            sweep_controls::sweep(ui, state, intents);
        }
        return no_run(ui, state, "compare numbers of workers here");
    };
    if run.frozen().cases.is_empty() {
        let text = "Add a case in the form on the left, then run it.";
        return hint(ui, "The run has no cases", text);
    }
    sweep_controls::sweep(ui, state, intents);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        scroll_by_page(ui);
        // Leaves space for the scroll bar.
        ui.set_max_width(ui.available_width() - 6.0);
        advice(ui, state);
        // A choice of cores per case comes before that of workers.
        let plan = state.forecast().and_then(|forecast| forecast.throughput.as_ref());
        let (choice, single) = (plan.filter(|plan| plan.rows.len() > 1), plan);
        if let Some(plan) = choice {
            planner(ui, plan);
        }
        let totals = WorkerTotals::of(state);
        if !totals.is_empty() {
            totals_section(ui, state, &totals, intents);
        }
        lanes_section(ui, state, run, intents);
        if let Some(plan) = single.filter(|_| choice.is_none()) {
            planner(ui, plan);
        }
        if let Some(advice) = state.advice().filter(|advice| !advice.details.is_empty()) {
            small(ui, &advice.details.join(" "));
        }
        if !totals.is_empty() {
            table::table(ui, &totals);
        }
    });
}

fn totals_section(
    ui: &mut Ui,
    state: &AppState,
    totals: &WorkerTotals<'_>,
    intents: &mut Vec<Intent>,
) {
    if totals.longest_s() > 0.0 {
        let workers = state.workers.lanes_choice().map(|(_, workers)| workers);
        let height = (ui.ctx().content_rect().height() * 0.36).clamp(150.0, MAX_CHART_HEIGHT);
        let drawn = ui.scope(|ui| chart(ui, totals, height, workers));
        chart_menu(&drawn.response, state, intents);
        if let Some(workers) = drawn.inner {
            intents.push(Intent::Workers(WorkersIntent::LaneWorkers(workers)));
        }
        legend(ui, state, totals, intents);
    } else {
        small(ui, "The cases take no time: more workers cannot save any.");
    }
    small(ui, &format!("{}.", summary(totals)));
    if let Some(remark) = totals.sweep.and_then(SweepReport::efficiency_remark) {
        small(ui, &remark);
    }
}

/// Draws the legend; its entries show or hide curves.
fn legend(ui: &mut Ui, state: &AppState, totals: &WorkerTotals<'_>, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let mut entry = |ui: &mut Ui, is_shown: bool, atom, name: &str, intent: WorkersIntent| {
        let color = if is_shown { colors.text } else { colors.weak };
        let text = RichText::new(name).font(regular(13.0)).color(color);
        let button = Button::selectable(is_shown, (atom, text)).gap(6.0);
        if ui.add(button).on_hover_text("Show or hide the predicted curve").clicked() {
            intents.push(Intent::Workers(intent));
        }
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        ui.spacing_mut().button_padding.x = 6.0;
        heading(ui, "Predicted", Some(Concept::Predicted.into()));
        for &order in Order::VARIANTS {
            let is_shown = state.workers.orders().any(|shown| shown == order);
            let intent = WorkersIntent::Order(order, !is_shown);
            entry(ui, is_shown, order_atom(order), order_name(order), intent);
        }
        ui.add_space(6.0);
        let shown = state.workers.strategies();
        for &strategy in &shown {
            let intent = WorkersIntent::Strategy(strategy, false);
            entry(ui, true, strategy_atom(strategy), strategy.into(), intent);
        }
        ui.menu_button(RichText::new("+ Strategy").font(regular(13.0)), |ui| {
            let all = Strategy::VARIANTS.iter().copied();
            let has_workers = |strategy: &Strategy| strategy.lanes() == LaneCount::Workers;
            for strategy in all.filter(has_workers).filter(|other| !shown.contains(other)) {
                let intent = WorkersIntent::Strategy(strategy, true);
                entry(ui, false, strategy_atom(strategy), strategy.into(), intent);
            }
        });
        for (is_sweep, text) in measured_entries(totals) {
            ui.add_space(6.0);
            let text = RichText::new(text).font(regular(13.0)).color(colors.text);
            let label = Button::new((measured_atom(is_sweep), text)).gap(4.0);
            ui.add(label.frame(false).sense(Sense::hover()));
        }
    });
}

fn measured_entries(totals: &WorkerTotals<'_>) -> Vec<(bool, String)> {
    let run = totals.run.map(|run| {
        let outside = if run.workers > totals.max_workers { ", outside this chart" } else { "" };
        (false, format!("{}{outside}", run.name()))
    });
    let sweep = totals.sweep.filter(|_| totals.measured().next().is_some());
    let sweep = sweep.map(|sweep| {
        (true, format!("sweep {}, {}", order_name(sweep.scenario.order), totals.kind))
    });
    run.into_iter().chain(sweep).collect()
}

fn lanes_section(ui: &mut Ui, state: &AppState, run: &RunView, intents: &mut Vec<Intent>) {
    let (Some(forecast), Some(choice)) = (state.forecast(), state.workers.lanes_choice()) else {
        return;
    };
    ui.add_space(6.0);
    ui.horizontal_wrapped(|ui| lanes_controls(ui, state, choice, intents));
    if let Some(lanes) = forecast.lanes.as_ref() {
        let text = lanes_summary(lanes, forecast.report.is_compute_bound());
        small(ui, &text);
        let selected = |case: u32| state.is_selected(run, case as usize);
        predicted_lanes::lanes(ui, &forecast.report.frozen.cases, lanes, &selected);
    }
}

fn lanes_controls(
    ui: &mut Ui,
    state: &AppState,
    (scenario, selected): (Scenario, u32),
    intents: &mut Vec<Intent>,
) {
    let label = ui.label(RichText::new("Predicted lanes with").font(bold(BODY))).id;
    let mut workers = selected;
    let max_workers = state.workers.max_workers();
    ui.spacing_mut().slider_width = (ui.available_width() - 330.0).clamp(80.0, 320.0);
    let slider = Slider::new(&mut workers, 1..=max_workers)
        .logarithmic(max_workers > MAX_LINEAR_SLIDER)
        .smart_aim(false);
    ui.scope(|ui| {
        // Makes the rail visible on a white background.
        ui.visuals_mut().widgets.inactive.bg_fill = tokens(ui).line;
        ui.add(slider).labelled_by(label).on_hover_text("Arrow keys change the number too");
    });
    if workers != selected {
        intents.push(Intent::Workers(WorkersIntent::LaneWorkers(workers)));
    }
    let noun = plural(workers, "worker,", "workers,");
    ui.label(RichText::new(noun).size(BODY));
    let (mut picked, all) = (scenario, state.workers.scenarios().into_iter());
    let width = ui.spacing().combo_width;
    let names = ("lanes", "Curve of the predicted lanes");
    list_box(ui, names, width, &mut picked, all, curve_name);
    if picked != scenario {
        intents.push(Intent::Workers(WorkersIntent::LaneScenario(picked)));
    }
}

/// Describes the predicted lanes. Those of cases that compute leave contention out.
fn lanes_summary(lanes: &PredictedLanes, is_compute_bound: bool) -> String {
    let predicted =
        if is_compute_bound { "If the cases did not slow each other down" } else { "Predicted" };
    let idle = match lanes.idle_count() {
        0 => String::new(),
        idle => format!("; {idle} of them idle"),
    };
    let total = precise_duration(s_from_ns(lanes.end_ns));
    let (workers, curve) = (count(lanes.workers, "worker"), curve_name(lanes.scenario));
    format!("{predicted}: {total} with {workers}, {curve}{idle}.")
}
