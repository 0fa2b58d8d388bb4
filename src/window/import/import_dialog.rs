//! The dialog that imports a table of cases.

use egui::{Button, Key, Label, Layout, Popup, RichText, ScrollArea, Ui, UiBuilder, vec2};

use super::import_state::{ImportPurpose, TableImport};
use super::reading_choices::{frame_id, reading_choices};
use super::rows_preview::rows_preview;
use crate::study::{ImportError, RemedyPlace};
use crate::text::{count, grouped};
use crate::window::state::{AppState, Intent, RowImport};
use crate::window::theme::{SMALL, regular, tokens};
use crate::window::widgets::controls::{dialog_size, is_new, side_by_side, small};

/// Height of the last line with the buttons.
const FOOTER: f32 = 38.0;

/// Share of the height for the list of problems.
const PROBLEMS_SHARE: f32 = 0.25;

/// Frames in which a list that was closed may give the focus back.
const RETURN_FRAMES: u64 = 4;

/// Most problems that are listed.
const MAX_LISTED: usize = 100;

/// Returns the title of the dialog.
pub(crate) fn import_title(import: &TableImport) -> String {
    let verb = match import.purpose {
        ImportPurpose::Open => "Open",
        ImportPurpose::Import => "Import",
    };
    format!("{verb} {}", import.source.name)
}

pub(crate) fn import_dialog(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(import) = &state.import else { return };
    let mut choices = import.choices.clone();
    let size = dialog_size(ui.ctx().content_rect().size());
    let is_new = is_new(ui, frame_id());
    ui.add_enabled_ui(!import.is_importing, |ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(size.x, size.y - FOOTER), egui::Sense::hover());
        ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
            // The buttons stay at the bottom, however little there is to show.
            ui.set_min_size(rect.size());
            ui.set_clip_rect(rect.expand(4.0).intersect(ui.clip_rect()));
            let reading = import.reading.as_ref().map(|(_, reading)| reading);
            let takes_focus = import.error().is_some() && may_take_focus(ui, is_new);
            reading_choices(ui, import, &mut choices.options, takes_focus);
            ui.add_space(6.0);
            if let Some(error) = import.error() {
                problems(ui, error, rect.height() * PROBLEMS_SHARE);
                ui.add_space(6.0);
            }
            if let Some(refusal) = import.refusal() {
                let text = RichText::new(refusal).font(regular(SMALL)).color(tokens(ui).bad);
                ui.add(Label::new(text).wrap());
                ui.add_space(6.0);
            }
            if let Some(reading) = reading {
                rows_preview(ui, reading);
            }
        });
        footer(ui, import, &mut choices.rows, is_new, intents);
    });
    if choices != import.choices {
        intents.push(Intent::EditImport(choices));
    }
}

/// Whether a control may take the focus without taking it from another one.
fn may_take_focus(ui: &Ui, is_new: bool) -> bool {
    let (id, frame) = (frame_id().with("list"), ui.ctx().cumulative_frame_nr());
    if Popup::is_any_open(ui.ctx()) {
        ui.data_mut(|data| data.insert_temp(id, frame));
    }
    // A list that closes gives the focus back to its box in one of the next frames.
    let last_open: Option<u64> = ui.data(|data| data.get_temp(id));
    let is_returning = last_open.is_some_and(|at| frame <= at + RETURN_FRAMES);
    let is_free = ui.memory(|memory| memory.focused().is_none()) && !is_returning;
    (is_new || is_free) && !ui.input(|input| input.key_pressed(Key::Tab))
}

/// Lists what is wrong with the table.
fn problems(ui: &mut Ui, error: &ImportError, height: f32) {
    let color = tokens(ui).bad;
    let (lines, all) = match error {
        ImportError::Cells(cells, all) => {
            let listed = cells.iter().take(MAX_LISTED);
            (listed.map(|cell| cell.describe(RemedyPlace::Window)).collect(), *all)
        }
        error => (vec![error.problem(RemedyPlace::Window)], 1),
    };
    let nothing = "Nothing can be imported before this is mended";
    small(ui, &format!("{nothing}: {}", count(all, "problem")));
    let list = ScrollArea::vertical().id_salt("problems").auto_shrink([false, true]);
    list.max_height(height).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let more = all.saturating_sub(lines.len());
        let more = (more > 0).then(|| format!("and {} more", grouped(more)));
        for line in lines.into_iter().chain(more) {
            ui.add(Label::new(RichText::new(line).font(regular(SMALL)).color(color)).wrap());
        }
    });
}

fn footer(
    ui: &mut Ui,
    import: &TableImport,
    rows: &mut RowImport,
    is_new: bool,
    intents: &mut Vec<Intent>,
) {
    let colors = tokens(ui);
    let layout = Layout::right_to_left(egui::Align::Center);
    ui.allocate_ui_with_layout(vec2(ui.available_width(), FOOTER), layout, |ui| {
        let is_open = import.purpose == ImportPurpose::Open && *rows == RowImport::Replace;
        let verb = if is_open { "Open" } else { "Import" };
        let text = RichText::new(verb).color(colors.on_accent);
        let button = Button::new(text).fill(colors.accent).min_size(vec2(90.0, 30.0));
        let is_ready =
            import.cases().is_some() && !import.is_importing && import.refusal().is_none();
        let response = ui.add_enabled(is_ready, button);
        if is_ready && may_take_focus(ui, is_new) {
            response.request_focus();
        }
        if response.clicked() {
            intents.push(Intent::ImportTable);
        }
        if ui.add(Button::new("Cancel").min_size(vec2(90.0, 30.0))).clicked() {
            intents.push(Intent::Dismiss);
        }
        ui.with_layout(Layout::left_to_right(egui::Align::Center), |ui| {
            let choices = [
                (RowImport::Replace, "Replace rows", "The rows replace those of the table"),
                (RowImport::Append, "Append rows", "The rows follow those of the table"),
            ];
            ui.scope(|ui| side_by_side(ui, rows, choices));
            ui.add_space(8.0);
            let text = match import.cases() {
                _ if import.is_importing => "Importing…".to_owned(),
                Some(imported) => count(imported.cases.len(), "case"),
                None if import.error().is_some() => String::new(),
                None => "Reading…".to_owned(),
            };
            ui.label(text);
        });
    });
}
