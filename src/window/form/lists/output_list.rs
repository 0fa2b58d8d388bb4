//! The list of the named outputs of a program, with the values that a trial found.

use egui::{Align, Layout, RichText, Ui};

use super::list_rows::{OutputRow, output};
use super::option_list::OptionList;
use crate::study::StudyOption;
use crate::text::decimal;
use crate::window::state::{AppState, Intent, TrialEnd};
use crate::window::theme::{SMALL, tokens};

/// Share of the width that the name and the file each take.
const PART: f32 = 0.3;

/// Width of the button that removes an output, with its distance. It is the last stop of Tab, so
/// that no space that is typed reaches it before the expression.
const REMOVE: f32 = 48.0;

pub(crate) fn output_list(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let list = OptionList {
        option: StudyOption::Value,
        item: "output",
        when_empty: "One output, value: see the value expression and the value file.",
    };
    list.show(ui, state, intents, |ui, row, parts: &mut OutputRow, _| {
        ui.horizontal(|ui| {
            let width = ui.available_width() * PART;
            let [name, file, _] = parts;
            row.field(ui, "Name", name, "name", width);
            row.field(ui, "File", file, "standard output", width);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| found(ui, state, parts));
        });
        ui.horizontal(|ui| {
            let hint = r"expression, such as lift = (\S+)";
            let width = ui.available_width() - REMOVE;
            row.field(ui, "Expression", &mut parts[2], hint, width);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| row.remove_button(ui));
        });
    });
}

/// Shows the value that the last trial found for this output.
fn found(ui: &mut Ui, state: &AppState, row: &OutputRow) {
    let Some(TrialEnd::Ran(result)) =
        state.runs.trial.as_ref().and_then(|trial| trial.end.as_ref())
    else {
        return;
    };
    let Ok(output) = output(row) else { return };
    let Some((_, value)) = result.values.iter().find(|(other, _)| *other == output) else { return };
    let colors = tokens(ui);
    let (text, color) = match value {
        Some(value) => (decimal(*value), colors.good),
        None => ("not found".to_owned(), colors.bad),
    };
    ui.add(egui::Label::new(RichText::new(text).size(SMALL).color(color)).truncate())
        .on_hover_text("Found by the last trial");
}
