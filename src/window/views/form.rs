//! The left: welcome, cases, work, how to run, and the large button.

use egui::{Button, ComboBox, DragValue, Panel, RichText, ScrollArea, Sense, TextEdit, Ui, vec2};
use strum::VariantArray;

use super::super::state::{AppState, Command, Intent, Phase};
use super::super::theme::{BODY, HEADING, SMALL, bold, regular, tokens};
use super::cases;
use crate::study::{ClockChoice, Order, Plan, SeriesChoice, Strategy, WORKERS, WorkloadName};
use crate::workload::description;

/// The width of the words before a control.
const WORDS: f32 = 106.0;

/// The least height of the case table.
const TABLE: f32 = 130.0;

/// The height of all that stands below the case table.
const BELOW_TABLE: f32 = 420.0;

pub(super) fn form(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    Panel::bottom("run")
        .frame(egui::Frame::new())
        .show_separator_line(false)
        .resizable(false)
        .show(ui, |ui| {
            ui.add_space(8.0);
            run_button(ui, state, intents);
        });
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        // Room for the scroll bar.
        ui.set_max_width(ui.available_width() - 2.0);
        welcome(ui, state, intents);
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.label(RichText::new("Cases to run").font(bold(HEADING)));
        let height = (ui.max_rect().height() - BELOW_TABLE).max(TABLE);
        cases::cases(ui, state, height, intents);
        ui.add_space(4.0);
        case_buttons(ui, state, intents);
        ui.add_space(8.0);
        ui.label(RichText::new("Work").font(bold(HEADING)));
        work(ui, state, intents);
        ui.add_space(8.0);
        ui.label(RichText::new("How to run").font(bold(HEADING)));
        plan(ui, state, intents);
    });
}

fn welcome(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let small = |text: &str| RichText::new(text).font(regular(SMALL)).color(colors.weak);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        thread(ui);
        let (words, link, folded) = if state.welcome_folded {
            ("Welcome", "Unfold", false)
        } else {
            (
                "Welcome to the multithreading investigation. Add a few cases, a row each, run \
                 them, see what it saves.",
                "Fold",
                true,
            )
        };
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.spacing_mut().interact_size.y = 0.0;
            ui.add(egui::Label::new(small(words)).wrap());
            if ui.link(small(link).underline()).clicked() {
                intents.push(Intent::FoldWelcome(folded));
            }
        });
    });
    ui.add_space(4.0);
}

/// A reel of thread, drawn: no bundled font has it.
fn thread(ui: &mut Ui) {
    let colors = tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
    let painter = ui.painter();
    let spool = egui::Stroke::new(1.5, colors.weak);
    painter.hline(rect.left() + 2.0..=rect.right() - 2.0, rect.top() + 1.5, spool);
    painter.hline(rect.left() + 2.0..=rect.right() - 2.0, rect.bottom() - 1.5, spool);
    let yarn = egui::Stroke::new(1.5, colors.case.0);
    for line in 0_u8..4 {
        let y = rect.top() + 3.5 + 2.2 * f32::from(line);
        painter.line_segment(
            [egui::pos2(rect.left() + 3.5, y + 0.8), egui::pos2(rect.right() - 3.5, y)],
            yarn,
        );
    }
    let end =
        [egui::pos2(rect.right() - 3.5, rect.top() + 9.0), egui::pos2(rect.right(), rect.bottom())];
    painter.line_segment(end, yarn);
}

fn case_buttons(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    ui.horizontal_wrapped(|ui| {
        let mut button = |ui: &mut Ui, command: Command, text: &str| {
            let response = ui.add_enabled(state.is_enabled(command), Button::new(text));
            let response = match command.shortcut() {
                None => response,
                Some(shortcut) => response.on_hover_text(ui.ctx().format_shortcut(&shortcut)),
            };
            if response.clicked() {
                intents.push(Intent::Command(command));
            }
        };
        button(ui, Command::AddCase, "+ Add case");
        button(ui, Command::Duplicate, "Duplicate");
        button(ui, Command::Delete, "Delete");
        let count = state.document.cases.len();
        let noun = if count == 1 { "case" } else { "cases" };
        let chosen = match state.selected.len() {
            0 => String::new(),
            chosen => format!("{chosen} of "),
        };
        let text = format!("{chosen}{count} {noun}");
        ui.label(RichText::new(text).font(regular(SMALL)).color(colors.weak));
    });
}

/// A row of the form: words, then a control.
fn row(ui: &mut Ui, words: &str, control: impl FnOnce(&mut Ui, egui::Id)) {
    let colors = tokens(ui);
    ui.horizontal(|ui| {
        let text = RichText::new(words).size(BODY).color(colors.weak);
        let size = vec2(WORDS, ui.spacing().interact_size.y);
        let layout = egui::Layout::left_to_right(egui::Align::Center);
        let label = ui.allocate_ui_with_layout(size, layout, |ui| {
            ui.set_min_width(WORDS);
            ui.label(text).id
        });
        control(ui, label.inner);
    });
}

/// A choice among all of an enum: the name in the box, with what it means when
/// it is opened or pointed at.
fn choice<T>(
    ui: &mut Ui,
    words: &'static str,
    chosen: T,
    describe: impl Fn(T) -> &'static str,
) -> Option<T>
where
    T: VariantArray + Copy + PartialEq + Into<&'static str>,
{
    let mut picked = None;
    row(ui, words, |ui, label| {
        let name: &str = chosen.into();
        let response = ComboBox::from_id_salt(words)
            .selected_text(name)
            .width(ui.available_width())
            .show_ui(ui, |ui| {
                ui.set_max_width(420.0);
                for &variant in T::VARIANTS {
                    let name: &str = variant.into();
                    let text = format!("{name}: {}", describe(variant));
                    let label = Button::selectable(variant == chosen, text).wrap();
                    if ui.add(label).clicked() {
                        picked = Some(variant);
                    }
                }
            });
        response.response.labelled_by(label).on_hover_text(describe(chosen));
    });
    picked.filter(|&picked| picked != chosen)
}

/// A line of small print under a control.
fn explained(ui: &mut Ui, text: &str) {
    let colors = tokens(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        ui.add_space(WORDS + 8.0);
        let text = RichText::new(text).font(regular(SMALL)).color(colors.weak);
        ui.add(egui::Label::new(text).wrap());
    });
}

fn work(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let workload = state.document.workload;
    let said = |workload: WorkloadName| description(workload);
    if let Some(workload) = choice(ui, "Workload", workload, said) {
        intents.push(Intent::Workload(workload));
    }
    explained(ui, description(workload));
}

fn plan(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let plan = &state.document.plan;
    let mut changed = plan.clone();
    if let Some(strategy) = choice(ui, "Strategy", plan.strategy, Strategy::description) {
        changed.strategy = strategy;
    }
    workers(ui, state, &mut changed);
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
    two(
        ui,
        "Series total",
        &mut changed.series,
        [
            (SeriesChoice::Estimate, "estimate", SeriesChoice::Estimate.description()),
            (SeriesChoice::Measure, "measure", SeriesChoice::Measure.description()),
        ],
    );
    two(
        ui,
        "Clock",
        &mut changed.clock,
        [
            (ClockChoice::Real, "real", ClockChoice::Real.description()),
            (ClockChoice::Virtual, "virtual", ClockChoice::Virtual.description()),
        ],
    );
    if changed != *plan {
        intents.push(Intent::Plan(changed));
    }
}

fn workers(ui: &mut Ui, state: &AppState, plan: &mut Plan) {
    let colors = tokens(ui);
    let cpus = state.machine.report.logical_cpus;
    row(ui, "Workers", |ui, label| {
        let single = plan.strategy == Strategy::Series;
        let unsaid = if state.document.workload == WorkloadName::Demo { 3 } else { cpus };
        let mut count = if single { 1 } else { plan.workers.unwrap_or(unsaid) };
        let before = count;
        ui.add_enabled_ui(!single, |ui| {
            let drag = DragValue::new(&mut count).range(WORKERS).speed(0.05);
            ui.add(drag).labelled_by(label);
            ui.spacing_mut().item_spacing.x = 2.0;
            if step(ui, "−", "One worker fewer") {
                count = count.saturating_sub(1).max(*WORKERS.start());
            }
            if step(ui, "+", "One worker more") {
                count = (count + 1).min(*WORKERS.end());
            }
        });
        if count != before {
            plan.workers = Some(count);
        }
        ui.add_space(8.0);
        let noun = if cpus == 1 { "CPU" } else { "CPUs" };
        let text = format!("{cpus} logical {noun} here");
        ui.label(RichText::new(text).font(regular(SMALL)).color(colors.weak));
    });
}

/// A button of one sign, named in words for those who do not see it.
fn step(ui: &mut Ui, sign: &str, name: &str) -> bool {
    let response = ui.button(sign).on_hover_text(name);
    let enabled = ui.is_enabled();
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, enabled, name));
    response.clicked()
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

/// A choice between two, side by side.
fn two<T: Copy + PartialEq>(
    ui: &mut Ui,
    words: &str,
    chosen: &mut T,
    choices: [(T, &str, &str); 2],
) {
    let colors = tokens(ui);
    row(ui, words, |ui, _| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for (value, title, hover) in choices {
            let on = *chosen == value;
            let (fill, color) = if on {
                (colors.accent, colors.on_accent)
            } else {
                (colors.background, colors.text)
            };
            let button = Button::selectable(on, RichText::new(title).color(color))
                .fill(fill)
                .stroke(egui::Stroke::new(1.0, colors.line))
                .corner_radius(0);
            if ui.add(button).on_hover_text(hover).clicked() {
                *chosen = value;
            }
        }
    });
}

fn run_button(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let running = state.run.as_ref().is_some_and(|run| run.phase() != Phase::Ended);
    let command = if running { Command::Cancel } else { Command::Run };
    let count = state.document.cases.len();
    let title = match (running, count) {
        (true, _) => "■ Cancel".to_owned(),
        (false, 0) => "No cases to run".to_owned(),
        (false, 1) => "▶ Run 1 case".to_owned(),
        (false, _) => format!("▶ Run {count} cases"),
    };
    let enabled = state.is_enabled(command);
    let (fill, text) = match (enabled, running) {
        (false, _) => (colors.quiet, colors.weak),
        (true, true) => (colors.background, colors.bad),
        (true, false) => (colors.accent, colors.on_accent),
    };
    let mut job = egui::text::LayoutJob::default();
    job.append(&title, 0.0, egui::TextFormat::simple(bold(16.0), text));
    if let Some(shortcut) = command.shortcut() {
        let keys = ui.ctx().format_shortcut(&shortcut).replace("Escape", "Esc");
        job.append(&keys, 12.0, egui::TextFormat::simple(regular(SMALL), text));
    }
    let button = Button::new(job)
        .fill(fill)
        .stroke(egui::Stroke::new(1.0, if running { colors.bad } else { fill }))
        .corner_radius(6)
        .min_size(vec2(ui.available_width(), 44.0));
    let centred = egui::Layout::top_down_justified(egui::Align::Center);
    ui.with_layout(centred, |ui| {
        if ui.add_enabled(enabled, button).clicked() {
            intents.push(Intent::Command(command));
        }
    });
}
