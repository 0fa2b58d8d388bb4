//! The form of a comparison: configurations and repeats.

use egui::{Button, RichText, Sense, Ui};
use strum::VariantArray as _;

use super::compare_form::{CompareForm, MAX_SETUPS};
use super::sections::repeats;
use crate::study::{LaneCount, Order, Setup, Strategy};
use crate::text;
use crate::window::form::strategy_picture;
use crate::window::state::{AppState, Command, CountField, Intent};
use crate::window::theme::{BODY, bold, tokens};
use crate::window::widgets::combo_box::combo_box;
use crate::window::widgets::controls::{list_box, name_combo_box, small};
use crate::window::widgets::count_field::{count_field, count_problem};

pub(crate) fn setups(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let form = &state.compare_form;
    let mut changed = form.clone();
    ui.add_enabled_ui(!state.is_running(), |ui| {
        let mut gone = None;
        for (at, setup) in changed.setups.iter_mut().enumerate() {
            let may_go = form.setups.len() > 2;
            ui.push_id(at, |ui| {
                if setup_row(ui, state, at + 1, setup, may_go, intents) {
                    gone = Some(at);
                }
            });
        }
        if let Some(gone) = gone {
            changed.setups.remove(gone);
        }
        ui.horizontal_wrapped(|ui| {
            let more = form.setups.len() < MAX_SETUPS;
            if ui.add_enabled(more, Button::new("+ Add configuration")).clicked() {
                changed.add();
            }
            repeats(ui, state, CountField::CompareRepeats, intents);
        });
    });
    button(ui, state, form, intents);
    if changed != *form {
        intents.push(Intent::SetCompareForm(changed));
    }
}

/// One configuration; returns whether its Remove button was clicked.
fn setup_row(
    ui: &mut Ui,
    state: &AppState,
    number: usize,
    setup: &mut Setup,
    may_go: bool,
    intents: &mut Vec<Intent>,
) -> bool {
    let colors = tokens(ui);
    let mut gone = false;
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(number.to_string()).color(colors.weak));
        let (place, _) = ui.allocate_exact_size(strategy_picture::SIZE, Sense::hover());
        strategy_picture::paint(ui, place, setup.strategy);
        strategy(ui, number, setup);
        workers(ui, state, number, setup, intents);
        order(ui, number, setup);
        let name = format!("Remove configuration {number}");
        let button = ui.add_enabled(may_go, Button::new("✕")).on_hover_text(&name);
        button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, may_go, &name));
        gone = button.clicked();
    });
    gone
}

fn strategy(ui: &mut Ui, number: usize, setup: &mut Setup) {
    let name: &str = setup.strategy.into();
    let entry = |&strategy: &Strategy| {
        let name: &str = strategy.into();
        let text = format!("{name}: {}", strategy.description());
        let entry = (strategy_picture::atom(strategy), text);
        let button = Button::selectable(strategy == setup.strategy, entry).gap(10.0).wrap();
        (name.to_owned(), button)
    };
    let entries = Strategy::VARIANTS.iter().map(entry).collect();
    let at = Strategy::VARIANTS.iter().position(|&strategy| strategy == setup.strategy);
    let (response, picked) = combo_box(ui, "strategy", (name, 120.0), at, entries);
    let text = setup.strategy.description();
    name_combo_box(&response, &format!("Strategy of configuration {number}"), name);
    response.on_hover_text(text);
    if let Some(picked) = picked {
        setup.strategy = Strategy::VARIANTS[picked];
    }
}

/// Number of workers; nothing means as planned.
fn workers(
    ui: &mut Ui,
    state: &AppState,
    number: usize,
    setup: &mut Setup,
    intents: &mut Vec<Intent>,
) {
    if setup.strategy.lanes() != LaneCount::Workers {
        let text = if setup.strategy.lanes() == LaneCount::One { "1 worker" } else { "1 each" };
        ui.add_sized([120.0, 28.0], egui::Label::new(RichText::new(text).color(tokens(ui).weak)));
        setup.workers = None;
        return;
    }
    let field = CountField::SetupWorkers(number - 1);
    let response = count_field(ui, state, field, 120.0, intents);
    response.on_hover_text("Number of workers; nothing means as in the plan");
    count_problem(ui, state, field);
}

fn order(ui: &mut Ui, number: usize, setup: &mut Setup) {
    let all = std::iter::once(None).chain(Order::VARIANTS.iter().copied().map(Some));
    let name = format!("Order of configuration {number}");
    let text =
        |order: Option<Order>| order.map_or("order as planned", Order::description).to_owned();
    list_box(ui, ("order", &name), 140.0, &mut setup.order, all, text);
}

fn button(ui: &mut Ui, state: &AppState, form: &CompareForm, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    ui.horizontal_wrapped(|ui| {
        let enabled = state.is_enabled(Command::Compare) && form.problem().is_none();
        let color = if enabled { colors.on_accent } else { colors.weak };
        let fill = if enabled { colors.accent } else { colors.quiet };
        let text = format!("▶ Compare {}", text::count(form.setups.len(), "configuration"));
        let text = RichText::new(text).font(bold(BODY)).color(color);
        let button = Button::new(text).fill(fill).min_size(egui::vec2(110.0, 32.0));
        if ui.add_enabled(enabled, button).clicked() {
            intents.push(Intent::Command(Command::Compare));
        }
        let runs = || format!("{} runs, warm-up included", form.runs());
        small(ui, &form.problem().map_or_else(runs, str::to_owned));
    });
}
