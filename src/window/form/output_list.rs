//! The list of the named outputs of a program, with the values that a trial found.

use egui::{Align, Align2, Button, Layout, RichText, TextEdit, TextStyle, Ui};

use super::output_rows::OutputRow;
use super::program_fields::{ProgramIntent, hover_text};
use crate::study::StudyOption;
use crate::text::shortest;
use crate::window::state::{AppState, Intent, TrialEnd};
use crate::window::theme::{SMALL, tokens};
use crate::window::widgets::controls::{row, small, step, text_edit_info};

const OPTION: StudyOption = StudyOption::Value;

/// Share of the width that the name and the file each take.
const PART: f32 = 0.3;

pub(crate) fn output_list(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let has_program = state.document.program.is_some();
    let text = state.form.program_fields.text(OPTION, &state.document);
    let before = OutputRow::all(&text);
    let mut rows = before.clone();
    let new_row = ui.scope_id().with("new output");
    let mut is_left = false;
    row(ui, OPTION, |ui, _| {
        let add = Button::new("+ Add output");
        if ui.add_enabled(has_program, add).on_hover_text(hover_text(OPTION)).clicked() {
            ui.data_mut(|data| data.insert_temp(new_row, rows.len()));
            rows.push(OutputRow::default());
        }
    });
    if rows.is_empty() {
        small(ui, "One output, value: see the value expression and the value file.");
    }
    let mut removed = None;
    for (at, row) in rows.iter_mut().enumerate() {
        let number = at + 1;
        ui.horizontal(|ui| {
            let width = ui.available_width();
            let name = field(ui, &mut row.name, ("Name", number), "name", width * PART);
            let file = field(ui, &mut row.file, ("File", number), "standard output", width * PART);
            let is_new = ui.data(|data| data.get_temp::<usize>(new_row)) == Some(at);
            if is_new {
                ui.data_mut(|data| data.remove::<usize>(new_row));
            }
            let is_pending = at == 0 && state.form.program_fields.pending_focus == Some(OPTION);
            if is_pending {
                intents.push(Intent::Program(ProgramIntent::Focused));
            }
            if is_new || is_pending {
                name.request_focus();
                name.scroll_to_me(None);
            }
            is_left |= name.lost_focus() || file.lost_focus();
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if step(ui, "✕", &format!("Remove output {number}")) {
                    removed = Some(at);
                }
                found(ui, state, row);
            });
        });
        let hint = r"expression, such as lift = (\S+)";
        let width = ui.available_width() - 4.0;
        is_left |= field(ui, &mut row.regex, ("Expression", number), hint, width).lost_focus();
        ui.add_space(4.0);
    }
    if let Some(removed) = removed {
        rows.remove(removed);
        is_left = true;
    }
    if rows != before {
        let text = OutputRow::text(&rows);
        intents.push(Intent::Program(ProgramIntent::Type(OPTION, text)));
    }
    if is_left {
        intents.push(Intent::Program(ProgramIntent::Commit(OPTION)));
    }
}

fn field(
    ui: &mut Ui,
    text: &mut String,
    (part, number): (&str, usize),
    hint: &'static str,
    width: f32,
) -> egui::Response {
    let before = text.clone();
    let font = if text.is_empty() { TextStyle::Body } else { TextStyle::Monospace };
    let edit = TextEdit::singleline(text)
        .id_salt((part, number))
        .font(font)
        .desired_width(width)
        .align(Align2::LEFT_CENTER)
        .hint_text(hint);
    let response = ui.add(edit);
    let name = format!("{part} of output {number}");
    response.widget_info(|| text_edit_info(&name, hint, &before));
    response
}

/// Shows the value that the last trial found for this output.
fn found(ui: &mut Ui, state: &AppState, row: &OutputRow) {
    let Some(TrialEnd::Ran(result)) =
        state.runs.trial.as_ref().and_then(|trial| trial.end.as_ref())
    else {
        return;
    };
    let Ok(output) = row.output() else { return };
    let Some((_, value)) = result.values.iter().find(|(other, _)| *other == output) else { return };
    let colors = tokens(ui);
    let (text, color) = match value {
        Some(value) => (shortest(*value), colors.good),
        None => ("not found".to_owned(), colors.bad),
    };
    ui.add(egui::Label::new(RichText::new(text).size(SMALL).color(color)).truncate())
        .on_hover_text("Found by the last trial");
}
