//! The box with the advice: how many workers are worth having.

use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{Frame, Galley, Margin, TextFormat, Ui};

use crate::report::Advice;
use crate::text::unbroken;
use crate::window::state::{AppState, RunPhase};
use crate::window::theme::{BODY, bold, regular, tokens};

/// Space between the box and its text.
const MARGIN: Margin = Margin::symmetric(12, 9);

/// Space above and below the box.
const SPACE: f32 = 4.0;

pub(crate) fn advice(ui: &mut Ui, state: &AppState) {
    let Some(text) = layout(ui, state) else { return };
    ui.add_space(SPACE);
    Frame::new().fill(tokens(ui).quiet).corner_radius(6).inner_margin(MARGIN).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(text);
    });
    ui.add_space(SPACE);
}

pub(crate) fn height(ui: &Ui, state: &AppState) -> f32 {
    let space = ui.spacing().item_spacing.y * 3.0 + 2.0 * SPACE + MARGIN.sum().y;
    layout(ui, state).map_or(0.0, |text| text.size().y + space)
}

fn layout(ui: &Ui, state: &AppState) -> Option<Arc<Galley>> {
    let (lead, rest) = advice_text(state)?;
    let colors = tokens(ui);
    let mut job = LayoutJob::default();
    job.append(&unbroken(&lead), 0.0, TextFormat::simple(bold(BODY), colors.text));
    let (color, before) = if lead.is_empty() { (colors.weak, "") } else { (colors.text, " ") };
    let rest = format!("{before}{}", unbroken(&rest));
    job.append(&rest, 0.0, TextFormat::simple(regular(BODY), color));
    job.wrap.max_width = ui.available_width() - MARGIN.sum().x;
    Some(ui.painter().layout_job(job))
}

/// Returns the main sentence, and the rest.
fn advice_text(state: &AppState) -> Option<(String, String)> {
    let run = state.run.as_ref().filter(|run| !run.frozen().cases.is_empty())?;
    let only = |text: &str| Some((String::new(), text.to_owned()));
    if state.is_experimenting() {
        return only("A recommendation appears when all runs have ended.");
    }
    if run.phase() != RunPhase::Ended {
        return only("A recommendation appears when the run ends.");
    }
    match state.advice() {
        Some(Advice { text, .. }) => Some((text.lead.clone(), text.rest.clone())),
        None => only("Computing a recommendation…"),
    }
}
