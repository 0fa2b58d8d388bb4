//! The workload, its program and the plan in the form.

use std::ffi::OsStr;

use egui::text::LayoutJob;
use egui::{
    Button, FontId, RichText, Role, Sense, TextEdit, TextFormat, TextStyle, Ui, WidgetInfo, vec2,
};

use super::form_layout::FormSection;
use super::lists::template_list;
use super::option_fields::{
    enter, fields, problem, short_field, take_focus, text_edit, text_field, title,
};
use super::program_fields::{
    FormField, ProgramIntent, changed_in, field_options, hover_text, section_of,
};
use super::section::section;
use super::strategy_picture;
use super::where_section::{where_section, where_summary};
use crate::study::{
    CaseResources, ClockChoice, Dispatch, FittingCases, LaneCount, Limits, MAX_CASE_LANES, Order,
    Plan, SeriesChoice, Strategy, StudyOption, WorkloadName,
};
use crate::text;
use crate::window::help::term::{Concept, explain};
use crate::window::state::{AppState, Command, Document, Intent};
use crate::window::theme::{SMALL, regular, tokens};
use crate::window::widgets::controls::{
    choice, choice_box, error_message, explanation, first_that_fits, indented, row, side_by_side,
    small, small_text, step,
};
use crate::workload::description;

/// Width of the button beside the command line.
const TRY_BUTTON_WIDTH: f32 = 44.0;

pub(crate) fn work(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let workload = state.document.workload;
    let (picked, response) = choice(ui, Concept::Workload, workload, description);
    take_focus(state, FormField::Workload, &response, intents);
    if let Some(workload) = picked {
        intents.push(Intent::SetWorkload(workload));
    }
    explanation(ui, description(workload));
    if workload == WorkloadName::Command {
        command_line(ui, state, intents);
    }
}

/// The command line of the user's program, the command of the first case, and the other
/// options of the program.
fn command_line(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let mut text = state.form.command_line.text(&state.document);
    row(ui, Concept::Program, |ui, label| {
        let edit = TextEdit::singleline(&mut text)
            .font(TextStyle::Monospace)
            .align(egui::Align2::LEFT_CENTER)
            .desired_width(ui.available_width() - TRY_BUTTON_WIDTH - 12.0)
            .hint_text("program --x {x} --y {y}");
        let line = ui.add(edit).labelled_by(label);
        let line = line.on_hover_text(explain(Concept::Program));
        take_focus(state, FormField::Program, &line, intents);
        if line.changed() {
            intents.push(Intent::Program(ProgramIntent::TypeCommand(text.clone())));
        }
        if line.lost_focus() {
            intents.push(Intent::Program(ProgramIntent::CommitCommand));
        }
        let button = Button::new("Try").min_size(vec2(TRY_BUTTON_WIDTH, 0.0));
        let name = Command::TryCase.title();
        let enabled = state.is_enabled(Command::TryCase);
        let response = ui.add_enabled(enabled, button);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
        let hover = "Runs only the selected case, else the first, and shows its output";
        if response.on_hover_text(hover).clicked() {
            intents.push(Intent::Command(Command::TryCase));
        }
    });
    let document = &state.document;
    if let Some(problem) = state.form.command_line.problem(document) {
        error_message(ui, &problem);
    } else if let Some(command) = state.form.command_line.first_command(document) {
        indented(ui, |ui| {
            let weak = tokens(ui).weak;
            let mut job = LayoutJob::default();
            job.append("Case 1 runs: ", 0.0, TextFormat::simple(regular(SMALL), weak));
            job.append(&command, 0.0, TextFormat::simple(FontId::monospace(SMALL), weak));
            ui.add(egui::Label::new(job).wrap());
        });
    }
    section(ui, state, (FormSection::Where, &where_summary(state)), intents, |ui, intents| {
        where_section(ui, state, intents);
    });
    for part in [FormSection::InputFiles, FormSection::Limits] {
        let summary = match part {
            FormSection::InputFiles => template_list::summary(state),
            _ => changed_in(part, &state.document).join(", "),
        };
        section(ui, state, (part, &summary), intents, |ui, intents| {
            let options = field_options().filter(|&option| section_of(option) == part);
            if part == FormSection::Limits {
                resources(ui, state, intents);
            }
            fields(ui, state, options.filter(|option| !option.is_resource()), intents);
        });
    }
}

/// What a case needs and what running cases share, in a line that wraps where it is narrow, with
/// the number of cases that fit at once.
fn resources(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let fields = [
        ("Per case", StudyOption::CoresPerCase, "1"),
        ("cores,", StudyOption::MemoryPerCase, "any"),
        ("of", StudyOption::Memory, "free"),
        ("memory,", StudyOption::TokensPerCase, "1"),
        ("of", StudyOption::Tokens, "any"),
    ];
    let limits = typed_limits(state);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(5.0, 4.0);
        for (caption, option, hint) in fields {
            ui.label(small_text(ui, caption));
            short_field(ui, state, (option, hint), intents);
        }
        ui.label(small_text(ui, "tokens"));
        let option = StudyOption::Oversubscribe;
        let mut is_on = state.document.plan.limits.oversubscribe;
        let response = ui.checkbox(&mut is_on, title(option)).on_hover_text(hover_text(option));
        take_focus(state, option, &response, intents);
        if response.changed() {
            enter(option, if is_on { "true" } else { "" }.to_owned(), intents);
        }
        if let Some((text, fits)) = limits.as_ref().and_then(|limits| fitting_text(state, limits)) {
            let colors = tokens(ui);
            let color = if fits { colors.text } else { colors.bad };
            let text = RichText::new(text).font(regular(SMALL)).color(color);
            ui.add(egui::Label::new(text).extend());
        }
    });
    for option in field_options().filter(|option| option.is_resource()) {
        problem(ui, state, option);
    }
    if let Some(limits) = &limits {
        for text in CaseResources::missing_columns(limits, &state.document.cases) {
            error_message(ui, &text);
        }
    }
}

/// Returns the limits by the texts of the fields; `None` if one is invalid.
fn typed_limits(state: &AppState) -> Option<Limits> {
    let mut limits = state.document.plan.limits.clone();
    for option in field_options().filter(|option| option.is_resource()) {
        let typed = state.form.program_fields.with_typed(option, &state.document);
        if let Some(document) = typed.transpose().ok()? {
            let text = state.form.program_fields.text(option, &document);
            let text = Some(text.trim()).filter(|text| !text.is_empty()).map(OsStr::new);
            let mut plan = Plan { limits, ..Plan::default() };
            option.set_in_plan(&mut plan, text).ok();
            limits = plan.limits;
        }
    }
    Some(limits)
}

/// Returns how many cases fit at once, and whether any does. A cluster decides by itself.
fn fitting_text(state: &AppState, limits: &Limits) -> Option<(String, bool)> {
    let cases = &state.document.cases;
    if state.document.is_on_cluster() || !CaseResources::missing_columns(limits, cases).is_empty() {
        return None;
    }
    let memory_bytes = limits.memory_bytes.or(state.machine.free_memory);
    let limits = Limits { memory_bytes, ..limits.clone() };
    let cpus = state.machine.report.logical_cpus;
    let FittingCases { at_once, resource, is_most } = FittingCases::of(&limits, cpus)?;
    let resource: &str = resource.into();
    let text = match (at_once, is_most) {
        (0, _) => format!("a case never fits: {resource}"),
        (_, false) => format!("{at_once} at once: {resource}"),
        (_, true) => format!("at most {at_once} at once: {resource}"),
    };
    Some((text, at_once > 0))
}

/// Returns the program, or else the workload, for the folded section.
pub(crate) fn work_summary(state: &AppState) -> String {
    match state.document.program() {
        Some(_) => state.form.command_line.text(&state.document),
        None => <&str>::from(state.document.workload).to_owned(),
    }
}

/// Returns the main choices of the plan, for the folded section.
pub(crate) fn plan_summary(state: &AppState) -> String {
    let plan = &state.document.plan;
    let workers = state.document.workers(state.machine.report.logical_cpus);
    let workers = if state.document.is_on_cluster() && plan.workers.is_none() {
        "all that the cluster can run".to_owned()
    } else {
        text::count(workers, "worker")
    };
    let (strategy, order): (&str, &str) = (plan.strategy.into(), plan.order.into());
    format!("{strategy}, {workers}, {order}")
}

pub(crate) fn plan(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let plan = &state.document.plan;
    let mut changed = plan.clone();
    strategy(ui, state, &mut changed, intents);
    workers(ui, state, intents);
    if plan.strategy.dispatch() == Dispatch::Batches {
        batch(ui, state, intents);
    }
    let (order, response) = choice(ui, StudyOption::Order, plan.order, Order::description);
    take_focus(state, StudyOption::Order, &response, intents);
    changed.order = order.unwrap_or(plan.order);
    text_field(ui, state, StudyOption::Seed, intents);
    text_field(ui, state, StudyOption::TimeScale, intents);
    row(ui, StudyOption::Series, |ui, _| {
        let choices = [SeriesChoice::Estimate, SeriesChoice::Sample, SeriesChoice::Measure];
        let choices = choices.map(|choice| (choice, choice.into(), choice.description()));
        if let Some(response) = side_by_side(ui, &mut changed.series, choices) {
            take_focus(state, StudyOption::Series, &response, intents);
        }
    });
    row(ui, StudyOption::Clock, |ui, _| {
        let choices = [ClockChoice::Real, ClockChoice::Virtual];
        let choices = choices.map(|choice| (choice, choice.into(), choice.description()));
        if let Some(response) = side_by_side(ui, &mut changed.clock, choices) {
            take_focus(state, StudyOption::Clock, &response, intents);
        }
    });
    if changed != *plan {
        intents.push(Intent::SetPlan(changed));
    }
}

/// The strategy, with a picture of its lanes beside the box.
fn strategy(ui: &mut Ui, state: &AppState, plan: &mut Plan, intents: &mut Vec<Intent>) {
    let current = plan.strategy;
    let title = title(StudyOption::Strategy);
    row(ui, StudyOption::Strategy, |ui, label| {
        let describe = Strategy::description;
        let width = ui.available_width() - strategy_picture::SIZE.x - ui.spacing().item_spacing.x;
        let picture = |strategy| Some(strategy_picture::atom(strategy));
        let (picked, response) = choice_box(ui, (title, label), width, current, describe, picture);
        take_focus(state, StudyOption::Strategy, &response, intents);
        plan.strategy = picked.unwrap_or(current);
        let (place, response) = ui.allocate_exact_size(strategy_picture::SIZE, Sense::hover());
        strategy_picture::paint(ui, place, current);
        let name: &str = current.into();
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("lanes of {name}")));
        response.on_hover_text(current.description());
    });
}

fn workers(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let (option, cpus) = (StudyOption::Workers, state.machine.report.logical_cpus);
    let workers = state.document.workers(cpus);
    row(ui, option, |ui, label| match state.document.plan.strategy.lanes() {
        LaneCount::One => small(ui, "1: the cases run one after another"),
        LaneCount::PerCase if workers > MAX_CASE_LANES => {
            let text = format!("this strategy runs at most {MAX_CASE_LANES} cases");
            let text = RichText::new(text).small().color(tokens(ui).bad);
            ui.add(egui::Label::new(text).wrap());
        }
        LaneCount::PerCase => small(ui, &format!("{workers}: one per case")),
        LaneCount::Workers => {
            let names = ["One worker fewer", "One worker more"];
            let number = |document: &Document| document.workers(cpus);
            stepped_field(ui, state, (option, label), number, names, intents);
            ui.add_space(6.0);
            if state.document.is_on_cluster() {
                first_that_fits(ui, &["at once on the cluster", "at once"]);
                return;
            }
            let here = format!("{} here", text::count(cpus, "logical CPU"));
            let texts = [here.as_str(), &text::count(cpus, "CPU")];
            if let Some(shown) = first_that_fits(ui, &texts) {
                shown.on_hover_text(explain(Concept::LogicalCpu));
            }
        }
    });
    problem(ui, state, option);
}

fn batch(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let (option, cpus) = (StudyOption::Batch, state.machine.report.logical_cpus);
    row(ui, option, |ui, label| {
        let names = ["One case fewer per batch", "One case more per batch"];
        let number = |document: &Document| document.plan.batch.unwrap_or(document.workers(cpus));
        stepped_field(ui, state, (option, label), number, names, intents);
        ui.add_space(6.0);
        let is_typed = state.form.program_fields.with_typed(option, &state.document).is_some();
        if state.document.plan.batch.is_none() && !is_typed {
            small(ui, option.spec().default);
        } else if ui.link("reset").on_hover_text("Use the number of workers").clicked() {
            enter(option, String::new(), intents);
        }
    });
    problem(ui, state, option);
}

/// The field of a whole number, with buttons that decrease and increase it. `number` is its value
/// in a document.
fn stepped_field(
    ui: &mut Ui,
    state: &AppState,
    (option, label): (StudyOption, egui::Id),
    number: impl Fn(&Document) -> u32,
    [fewer, more]: [&str; 2],
    intents: &mut Vec<Intent>,
) {
    let fields = &state.form.program_fields;
    let typed = fields.with_typed(option, &state.document);
    let current = match &typed {
        Some(Ok(document)) => number(document),
        _ => number(&state.document),
    };
    // A cluster decides on workers that the plan leaves open.
    let is_open = option == StudyOption::Workers
        && state.document.is_on_cluster()
        && state.document.plan.workers.is_none();
    let text = match typed {
        None if !is_open => current.to_string(),
        _ => fields.text(option, &state.document),
    };
    text_edit(ui, state, option, (text, 40.0), label, intents);
    ui.spacing_mut().item_spacing.x = 2.0;
    for (sign, name, by) in [("−", fewer, -1), ("+", more, 1)] {
        let stepped = current.saturating_add_signed(by).to_string();
        if step(ui, sign, name) && option.check(OsStr::new(&stepped)).is_ok() {
            enter(option, stepped, intents);
        }
    }
}
