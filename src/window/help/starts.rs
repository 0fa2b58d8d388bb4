//! The ways to start, offered in place of the chart before the first run.

use egui::{Align, Button, Frame, Label, Layout, Margin, RichText, Stroke, Ui, vec2};

use crate::study::WorkloadName;
use crate::window::form::{FormField, ProgramIntent};
use crate::window::state::{AppState, Command, Intent};
use crate::window::theme::{BODY, HEADING, bold, tokens};

/// Widest and narrowest a way is when all are side by side.
const WIDTHS: [f32; 2] = [180.0, 250.0];

const GAP: f32 = 12.0;

/// A way to start: title, explanation, button, and what the button does.
struct StartWay {
    texts: [&'static str; 3],
    intents: Vec<Intent>,
}

/// Returns whether the ways are offered: at the first start, while the demo is open as it is.
pub(crate) fn are_offered(state: &AppState) -> bool {
    let is_demo = state.file.path.is_none() && !state.has_changes();
    state.first_steps.offers_starts && is_demo && !state.runs.is_starting
}

fn ways() -> [StartWay; 3] {
    [
        StartWay {
            texts: [
                "See what it does",
                "Three cases that wait a few seconds run at once, and bars show the time saved.",
                "▶ Run the demo",
            ],
            intents: vec![Intent::Command(Command::Run)],
        },
        StartWay {
            texts: [
                "Use your cases",
                "A table from a spreadsheet, as CSV or workbook, or a study. You can drop the \
                 file on the window too.",
                "Open your cases…",
            ],
            intents: vec![Intent::Command(Command::Open)],
        },
        StartWay {
            texts: [
                "Run your program",
                "Any program that takes the values of a case as arguments or in an input file.",
                "Enter your program",
            ],
            intents: vec![
                Intent::SetWorkload(WorkloadName::Command),
                Intent::Program(ProgramIntent::GoTo(FormField::Program)),
            ],
        },
    ]
}

pub(crate) fn starts(ui: &mut Ui, intents: &mut Vec<Intent>) {
    let width = ui.available_width();
    let each = (width - 2.0 * GAP) / 3.0;
    let is_wide = each >= WIDTHS[0];
    ui.add_space((0.12 * ui.available_height()).min(60.0));
    ui.spacing_mut().item_spacing = vec2(GAP, GAP);
    if is_wide {
        let each = each.min(WIDTHS[1]);
        ui.horizontal_top(|ui| {
            ui.add_space((width - 3.0 * each - 2.0 * GAP) / 2.0 - GAP);
            for way in ways() {
                card(ui, vec2(each, 170.0), way, intents);
            }
        });
    } else {
        for way in ways() {
            card(ui, vec2(width, 0.0), way, intents);
        }
    }
}

/// Shows a way, with its button below the texts, or beside them if it may have any height.
fn card(ui: &mut Ui, size: egui::Vec2, way: StartWay, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let is_tall = size.y > 0.0;
    let margin = if is_tall { Margin::same(14) } else { Margin::symmetric(12, 6) };
    let frame = Frame::new()
        .fill(colors.panel)
        .stroke(Stroke::new(1.0, colors.line))
        .corner_radius(8)
        .inner_margin(margin);
    let StartWay { texts: [title, text, action], intents: chosen } = way;
    let texts = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.label(RichText::new(title).font(bold(HEADING)));
        ui.add(Label::new(RichText::new(text).size(BODY).color(colors.weak)).wrap());
    };
    let button = |ui: &mut Ui| {
        let text = RichText::new(action).color(colors.accent);
        let button = Button::new(text).stroke(Stroke::new(1.0, colors.accent));
        if ui.add(button.min_size(vec2(0.0, 30.0))).clicked() {
            intents.extend(chosen);
        }
    };
    frame.show(ui, |ui| {
        let inner = vec2(size.x - margin.sum().x - 2.0, (size.y - margin.sum().y).max(0.0));
        if is_tall {
            ui.allocate_ui_with_layout(inner, Layout::bottom_up(Align::Min), |ui| {
                ui.set_width(inner.x);
                button(ui);
                ui.with_layout(Layout::top_down(Align::Min), texts);
            });
        } else {
            ui.set_width(inner.x);
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    button(ui);
                    ui.with_layout(Layout::top_down(Align::Min), texts);
                });
            });
        }
    });
}
