//! The work and the plan: which calculation, and how it is run.

use egui::{Button, DragValue, Role, Sense, TextEdit, Ui, WidgetInfo, vec2};

use super::command_line_edit::{CommandLineIntent, first_command};
use super::program_form::program_form;
use super::strategy_picture;
use crate::study::{
    ClockChoice, Dispatch, LaneCount, MAX_CASE_LANES, Order, Plan, SeriesChoice, Strategy,
    WORKER_RANGE, WorkloadName,
};
use crate::window::state::app_state::AppState;
use crate::window::state::command::Command;
use crate::window::state::intent::Intent;
use crate::window::theme::tokens;
use crate::window::widgets::controls::{
    choice, choice_box, count, error_message, explanation, row, side_by_side, small,
};
use crate::workload::description;

/// The width of the button beside the program.
const TRY: f32 = 44.0;

pub(crate) fn work(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let workload = state.document.workload;
    let said = |workload: WorkloadName| description(workload);
    if let Some(workload) = choice(ui, "Workload", workload, said) {
        intents.push(Intent::SetWorkload(workload));
    }
    explanation(ui, description(workload));
    if workload == WorkloadName::Command {
        command_line(ui, state, intents);
    }
}

/// The program of the user's own: a line to type it, what is really run for the
/// first case, and what else a study file says of it.
fn command_line(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let mut text = state.form.command_line.text(&state.document);
    row(ui, "Program", |ui, label| {
        let edit = TextEdit::singleline(&mut text)
            .desired_width(ui.available_width() - TRY - 12.0)
            .hint_text("program --x {x} --y {y}");
        let line = ui.add(edit).labelled_by(label).on_hover_text(
            "The program and its arguments, in quotes where they hold spaces. {name}, {x}, {y}, \
             {index} and any further {column} are those of the case, {case} is its folder.",
        );
        if line.changed() {
            intents.push(Intent::CommandLine(CommandLineIntent::Type(text.clone())));
        }
        if line.lost_focus() {
            intents.push(Intent::CommandLine(CommandLineIntent::Take));
        }
        let button = Button::new("Try").min_size(vec2(TRY, 0.0));
        let name = Command::TryCase.title();
        let enabled = state.is_enabled(Command::TryCase);
        let response = ui.add_enabled(enabled, button);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
        let hover = "Runs the selected case, else the first, alone, and shows what it does";
        if response.on_hover_text(hover).clicked() {
            intents.push(Intent::Command(Command::TryCase));
        }
    });
    let document = &state.document;
    if let Some(problem) = state.form.command_line.problem(document) {
        error_message(ui, &problem);
    } else if let Some(command) = first_command(document) {
        explanation(ui, &format!("Case 1 runs: {command}"));
    }
    program_form(ui, state, intents);
}

pub(crate) fn plan(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let plan = &state.document.plan;
    let mut changed = plan.clone();
    strategy(ui, &mut changed);
    workers(ui, state, &mut changed);
    if plan.strategy.dispatch() == Dispatch::Batches {
        batch(ui, state, &mut changed);
    }
    if let Some(order) = choice(ui, "Order", plan.order, Order::description) {
        changed.order = order;
    }
    seed(ui, &mut changed);
    row(ui, "Time scale", |ui, label| {
        let drag = DragValue::new(&mut changed.time_scale)
            .range(0.001..=1000.0)
            .speed(0.01)
            .max_decimals(3)
            .prefix("× ");
        ui.add(drag)
            .labelled_by(label)
            .on_hover_text("Multiplies every wait and every amount of computing");
    });
    row(ui, "Series total", |ui, _| {
        let said = SeriesChoice::description;
        let choices = [
            (SeriesChoice::Estimate, "estimate", said(SeriesChoice::Estimate)),
            (SeriesChoice::Measure, "measure", said(SeriesChoice::Measure)),
        ];
        side_by_side(ui, &mut changed.series, choices);
    });
    row(ui, "Clock", |ui, _| {
        let said = ClockChoice::description;
        let choices = [
            (ClockChoice::Real, "real", said(ClockChoice::Real)),
            (ClockChoice::Virtual, "virtual", said(ClockChoice::Virtual)),
        ];
        side_by_side(ui, &mut changed.clock, choices);
    });
    if changed != *plan {
        intents.push(Intent::SetPlan(changed));
    }
}

/// The strategy, with a picture of its lanes beside the box.
fn strategy(ui: &mut Ui, plan: &mut Plan) {
    let chosen = plan.strategy;
    row(ui, "Strategy", |ui, label| {
        let said = Strategy::description;
        let width = ui.available_width() - strategy_picture::SIZE.x - ui.spacing().item_spacing.x;
        let picture = |strategy| Some(strategy_picture::atom(strategy));
        if let Some(picked) = choice_box(ui, ("Strategy", label), width, chosen, said, picture) {
            plan.strategy = picked;
        }
        let (place, response) = ui.allocate_exact_size(strategy_picture::SIZE, Sense::hover());
        strategy_picture::paint(ui, place, chosen);
        let name: &str = chosen.into();
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("lanes of {name}")));
        response.on_hover_text(said(chosen));
    });
}

fn workers(ui: &mut Ui, state: &AppState, plan: &mut Plan) {
    let cpus = state.machine.report.logical_cpus;
    let workers = state.document.workers(cpus);
    row(ui, "Workers", |ui, label| match plan.strategy.lanes() {
        LaneCount::One => small(ui, "1: the cases run one after another"),
        LaneCount::PerCase if workers > MAX_CASE_LANES => {
            let text = format!("at most {MAX_CASE_LANES} cases can be started all at once");
            let text = egui::RichText::new(text).small().color(tokens(ui).bad);
            ui.add(egui::Label::new(text).wrap());
        }
        LaneCount::PerCase => small(ui, &format!("{workers}: one for each case")),
        LaneCount::Workers => {
            let steps = ["One worker fewer", "One worker more"];
            if let Some(workers) = count(ui, label, steps, workers, WORKER_RANGE) {
                plan.workers = Some(workers);
            }
            let noun = if cpus == 1 { "CPU" } else { "CPUs" };
            small(ui, &format!("{cpus} logical {noun} here"));
        }
    });
}

fn batch(ui: &mut Ui, state: &AppState, plan: &mut Plan) {
    let workers = state.document.workers(state.machine.report.logical_cpus);
    row(ui, "Batch", |ui, label| {
        let steps = ["Batches of one case fewer", "Batches of one case more"];
        let batch = plan.batch.unwrap_or(workers);
        if let Some(batch) = count(ui, label, steps, batch, 1..=u32::MAX) {
            plan.batch = Some(batch);
        } else if plan.batch.is_none() {
            small(ui, "as many as workers");
        } else if ui.link("as workers").on_hover_text("As many as workers").clicked() {
            plan.batch = None;
        }
    });
}

fn seed(ui: &mut Ui, plan: &mut Plan) {
    row(ui, "Seed", |ui, label| {
        let mut text = plan.seed.map_or(String::new(), |seed| seed.to_string());
        let edit = TextEdit::singleline(&mut text)
            .desired_width(ui.available_width() - 4.0)
            .align(egui::Align2::LEFT_CENTER)
            .hint_text("drawn anew for each run");
        if ui.add(edit).labelled_by(label).changed() {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            plan.seed = digits.parse().ok();
        }
    });
}
