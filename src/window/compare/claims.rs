//! The claims of an example with their verdicts, and its table of totals.

use egui::{Grid, Label, RichText, ScrollArea, Ui, vec2};

use super::table::{number_head, right};
use crate::experiment::{Best, Claim, FigureTable as Totals};
use crate::text::unbroken;
use crate::window::theme::{BODY, bold, tokens};
use crate::window::widgets::controls::small;
use crate::window::widgets::focus::sideways;

const VERDICT: f32 = 128.0;

/// Minimum width for a verdict beside its claim.
const BESIDE: f32 = 480.0;

pub(crate) fn claims(ui: &mut Ui, claims: &[Claim]) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.spacing_mut().interact_size.y = 0.0;
        let beside = ui.available_width() >= BESIDE;
        for claim in claims {
            if beside {
                ui.horizontal_top(|ui| {
                    ui.allocate_ui(vec2(VERDICT, 18.0), |ui| {
                        ui.set_min_width(VERDICT);
                        verdict(ui, claim);
                    });
                    text(ui, claim, false);
                });
            } else {
                text(ui, claim, true);
            }
        }
    });
}

fn verdict(ui: &mut Ui, claim: &Claim) {
    let colors = tokens(ui);
    let (sign, color) = match claim.held {
        Some(true) => ("✓", colors.good),
        Some(false) => ("✗", colors.bad),
        None => ("○", colors.weak),
    };
    let text = format!("{sign} {}", claim.verdict());
    let response = ui.label(RichText::new(text).font(bold(BODY)).color(color));
    if claim.held.is_none() {
        let why = "Noise or start-up exceeds the difference, or nothing was measured";
        response.on_hover_text(why);
    }
}

fn text(ui: &mut Ui, claim: &Claim, has_verdict: bool) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        if has_verdict {
            verdict(ui, claim);
        }
        ui.add(Label::new(RichText::new(unbroken(&claim.sentence)).size(BODY)).wrap());
        small(ui, &unbroken(&claim.evidence));
    });
}

/// Totals by row and column; the best of each column is marked by text, sign and weight.
pub(crate) fn grid(ui: &mut Ui, totals: &Totals) {
    let colors = tokens(ui);
    sideways(ui, ScrollArea::horizontal().id_salt("grid"), |ui| {
        Grid::new("grid").striped(true).spacing(vec2(28.0, 6.0)).show(ui, |ui| {
            ui.label("");
            for column in &totals.columns {
                number_head(ui, column, "");
            }
            ui.end_row();
            for (heading, cells) in &totals.rows {
                ui.label(heading);
                for cell in cells {
                    right(ui, |ui| {
                        let mark = match cell.best {
                            None => return ui.label(&cell.text),
                            Some(Best::Least) => "✓ best",
                            Some(Best::WithinNoise) => Best::WithinNoise.into(),
                        };
                        let text = RichText::new(format!("{mark}  {}", cell.text));
                        ui.label(text.font(bold(BODY)).color(colors.good))
                    });
                }
                ui.end_row();
            }
        });
    });
}
