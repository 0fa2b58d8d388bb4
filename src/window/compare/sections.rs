//! Headings and frames of the Compare tab.

use egui::{Frame, Margin, RichText, Ui};

use crate::window::state::{AppState, Intent};
use crate::window::theme::{HEADING, bold, tokens};

pub(crate) fn section(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).font(bold(HEADING)));
}

/// Heading of the compared runs, with the switch for totals.
pub(crate) fn side_by_side_heading(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        section(ui, "Side by side");
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let mut totals = !state.bars.hides_totals;
            if ui.checkbox(&mut totals, "Totals").changed() {
                intents.push(Intent::HideTotals(!totals));
            }
        });
    });
}

pub(crate) fn card(ui: &Ui) -> Frame {
    Frame::new()
        .stroke(egui::Stroke::new(1.0, tokens(ui).line))
        .corner_radius(6)
        .inner_margin(Margin::symmetric(12, 10))
}
