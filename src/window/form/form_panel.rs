//! The form on the left: welcome, cases, workload, plan, and the Run button.

use egui::{
    Align, Button, Layout, Panel, Rect, RichText, Role, ScrollArea, Sense, Ui, UiBuilder,
    WidgetInfo, vec2,
};

use super::case_table;
use super::form_layout::{FormArrangement, FormSection};
use super::plan::{plan, plan_summary, work, work_summary};
use super::section::section;
use crate::text::{count, grouped, plural};
use crate::window::frame::resume_bar;
use crate::window::help::first_steps::TourStop;
use crate::window::help::tour::note_place;
use crate::window::state::parts::FormState;
use crate::window::state::{AppState, Command, Intent, RunPhase, Tab};
use crate::window::theme::{HEADING, SMALL, bold, regular, tokens};
use crate::window::widgets::controls::small_text;
use crate::window::widgets::splitter::{SplitterMove, splitter};

/// Height of the form below which the cases need the space of the welcome.
const MIN_HEIGHT_WITH_WELCOME: f32 = 420.0;

/// Height of the buttons below the case table, with the space around them.
const BUTTONS_HEIGHT: f32 = 36.0;

/// Seconds for which the run button ignores presses after its meaning has changed.
const SETTLING_S: f64 = 0.4;

const SPLITTER_HEIGHT: f32 = 10.0;

pub(crate) fn form(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    run_panel(ui, |ui| {
        resume_bar::later_changes(ui, state);
        resume_bar::run_controls(ui, state, intents);
        run_button(ui, state, intents);
    });
    ui.spacing_mut().item_spacing.y = 4.0;
    let place = ui.available_rect_before_wrap();
    if place.height() >= MIN_HEIGHT_WITH_WELCOME {
        welcome(ui, state, intents);
    }
    // Known from the last frame.
    let options_id = ui.scope_id().with("height of the options");
    let options = ui.data(|data| data.get_temp::<f32>(options_id)).unwrap_or_default();
    let layout = &state.preferences.form;
    let bottom = place.top() + layout.cases_height(place.height(), options + SPLITTER_HEIGHT);
    let top = ui.cursor().top();
    case_heading(ui, state, intents);
    case_table::cases(ui, state, bottom - ui.cursor().top() - BUTTONS_HEIGHT, intents);
    ui.add_space(4.0);
    case_buttons(ui, state, intents);
    let cases = Rect::from_x_y_ranges(place.x_range(), top..=ui.cursor().top());
    note_place(ui, TourStop::Cases, cases);
    if layout.has_cases_height() {
        ui.add_space((bottom - ui.cursor().top()).max(0.0));
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let (_, handle) = ui.allocate_space(vec2(place.width(), SPLITTER_HEIGHT));
    if let Some(moved) = splitter(ui, "Height of the cases", handle) {
        let share = match moved {
            SplitterMove::To(y) => Some((y - place.top()) / place.height()),
            SplitterMove::Reset => None,
        };
        intents.push(Intent::ArrangeForm(FormArrangement::CasesShare(share)));
    }
    ui.spacing_mut().item_spacing.y = 4.0;
    // Controls keep their width while the scroll bar comes and goes.
    let width = place.width() - ui.spacing().scroll.allocated_width();
    let area = ScrollArea::vertical().id_salt("options").auto_shrink(false);
    let shown = area.min_scrolled_height(0.0).show(ui, |ui| {
        ui.set_max_width(width);
        options_of_run(ui, state, intents);
    });
    note_place(ui, TourStop::Plan, shown.inner_rect);
    if (shown.content_size.y - options).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(options_id, shown.content_size.y));
        ui.ctx().request_discard("the options have another height");
    }
}

/// Shows what is left of the hidden form: buttons to show it, and to run.
pub(crate) fn strip(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    run_panel(ui, |ui| run_button(ui, state, intents));
    let name = "Show the form";
    let button = ui.vertical_centered_justified(|ui| ui.button("»")).inner;
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    // A field of the form may wait for the focus.
    let FormState { pending_focus, program_fields, .. } = &state.form;
    let is_needed = pending_focus.is_some() || program_fields.pending_focus.is_some();
    if button.on_hover_text(name).clicked() || is_needed {
        intents.push(Intent::ArrangeForm(FormArrangement::Hide(false)));
    }
}

/// Keeps the Run button at the bottom, in sight.
fn run_panel(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let panel = Panel::bottom("run").frame(egui::Frame::new()).show_separator_line(false);
    panel.resizable(false).show(ui, |ui| {
        ui.add_space(8.0);
        add(ui);
    });
}

fn options_of_run(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let summary = work_summary(state);
    section(ui, state, (FormSection::Workload, &summary), intents, |ui, intents| {
        work(ui, state, intents);
    });
    let summary = plan_summary(state);
    section(ui, state, (FormSection::Plan, &summary), intents, |ui, intents| {
        plan(ui, state, intents);
    });
}

fn case_heading(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        ui.label(RichText::new("Cases to run").font(bold(HEADING)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let cases = count(state.document.cases.len(), "case");
            let selected = match state.selection.rows.len() {
                0 => String::new(),
                selected => format!("{} of ", grouped(selected)),
            };
            ui.label(small_text(ui, format!("{selected}{cases}")));
            let extra = state.document.cases.extra_columns().len();
            if extra > 0 {
                let text =
                    format!("{} more {}", grouped(extra), plural(extra, "column", "columns"));
                if ui.link(small_text(ui, text).underline()).clicked() {
                    intents.push(Intent::ShowTab(Tab::Cases));
                }
            }
        });
    });
}

fn welcome(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        thread_reel(ui);
        let is_folded = state.preferences.form.is_folded(FormSection::Welcome);
        let (text, link) = if is_folded {
            ("Welcome", "Show")
        } else {
            (
                "Welcome to the multithreading investigation. Add a few cases, one per row, run \
                 them, and see how much time it saves.",
                "Hide",
            )
        };
        ui.spacing_mut().interact_size.y = 0.0;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(4.0, 0.0);
            ui.add(egui::Label::new(small_text(ui, text)).wrap());
            if ui.link(small_text(ui, link).underline()).clicked() {
                let fold = FormArrangement::Fold(FormSection::Welcome, !is_folded);
                intents.push(Intent::ArrangeForm(fold));
            }
        });
    });
    ui.add_space(4.0);
}

/// Draws a reel of thread, because no bundled font has that glyph.
fn thread_reel(ui: &mut Ui) {
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
        button(ui, Command::DeleteCases, "Delete");
    });
}

/// Whether the run button has just changed its meaning: a press was meant for the previous one.
fn has_just_changed(ui: &Ui, is_running: bool) -> bool {
    let (id, now_s) = (ui.scope_id().with("run button"), ui.input(|input| input.time));
    ui.data_mut(|data| {
        let shown = data.get_temp_mut_or(id, (is_running, f64::NEG_INFINITY));
        if shown.0 != is_running {
            *shown = (is_running, now_s);
        }
        now_s - shown.1 < SETTLING_S
    })
}

fn run_button(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let is_active = state.run.as_ref().is_some_and(|run| run.phase() != RunPhase::Ended);
    let is_running = is_active || state.is_experimenting();
    let command = if is_running { Command::Cancel } else { Command::Run };
    let title = match (is_running, state.document.cases.len()) {
        (true, _) => "■ Cancel".to_owned(),
        (false, 0) => "No cases to run".to_owned(),
        (false, cases) => format!("▶ Run {}", count(cases, "case")),
    };
    let is_enabled = state.is_enabled(command);
    let has_just_changed = has_just_changed(ui, is_running);
    let (fill, text) = match (is_enabled, is_running) {
        (false, _) => (colors.quiet, colors.weak),
        (true, true) => (colors.background, colors.bad),
        (true, false) => (colors.accent, colors.on_accent),
    };
    let is_narrow = state.preferences.form.is_hidden;
    let shown = match (is_narrow, is_running) {
        (true, true) => "■",
        (true, false) => "▶",
        (false, _) => &title,
    };
    let mut job = egui::text::LayoutJob::default();
    job.append(shown, 0.0, egui::TextFormat::simple(bold(16.0), text));
    if let Some(shortcut) = command.shortcut().filter(|_| !is_narrow) {
        let keys = ui.ctx().format_shortcut(&shortcut).replace("Escape", "Esc");
        job.append(&keys, 12.0, egui::TextFormat::simple(regular(SMALL), text));
    }
    let button = Button::new(job)
        .fill(fill)
        .stroke(egui::Stroke::new(1.0, if is_running { colors.bad } else { fill }))
        .corner_radius(6)
        .min_size(vec2(ui.available_width(), 44.0));
    // Other controls of the run may come above it; it stays the same control.
    let centred = Layout::top_down_justified(Align::Center);
    ui.scope_builder(UiBuilder::new().id_salt("run button").layout(centred), |ui| {
        // It keeps the focus while a run starts or is being cancelled.
        let mut response = ui.add_enabled(is_enabled || state.is_running(), button);
        note_place(ui, TourStop::Run, response.rect);
        if is_narrow || !is_enabled {
            response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, &title));
        }
        if is_narrow {
            response = response.on_hover_text(title);
        }
        if response.clicked() && is_enabled && !has_just_changed {
            intents.push(Intent::Command(command));
        }
    });
}
