//! The controls that show how a table was understood and change it.

use egui::{Id, Response, Ui, vec2};

use super::import_state::TableImport;
use crate::study::{DecimalSign, DetectedFormat, Separator, TableKind, TableOptions, TextEncoding};
use crate::window::widgets::controls::{list_box, side_by_side, small_text};

/// Width of a control.
const WIDTH: f32 = 166.0;

/// Width of a control with long texts.
const WIDE: f32 = 186.0;

/// Shows the controls that suit the kind of the table. The first one takes the focus if
/// `takes_focus`.
pub(super) fn reading_choices(
    ui: &mut Ui,
    import: &TableImport,
    options: &mut TableOptions,
    takes_focus: bool,
) {
    let reading = import.reading.as_ref().map(|(_, reading)| reading);
    let Some(format) = reading.and_then(|reading| reading.format.as_ref()) else { return };
    let found = import.current().and_then(|reading| reading.format.as_ref());
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 12.0;
        let first = match format.kind {
            TableKind::Text => {
                let first = separator(ui, found, options);
                // Pasted text has none.
                if import.source.file.is_some() {
                    encoding(ui, found, options);
                }
                first
            }
            TableKind::Workbook(_) => sheet(ui, format, options),
        };
        if takes_focus {
            first.request_focus();
        }
        decimal(ui, found, options);
        labelled(ui, "First row", WIDTH, |ui| {
            ui.horizontal(|ui| {
                let choices = [
                    (false, "Header", "The first row has the names of the columns"),
                    (true, "No header", "The first row is a case: name, x, y, or x, y only"),
                ];
                side_by_side(ui, &mut options.no_header, choices);
            });
        });
    });
}

fn labelled<T>(ui: &mut Ui, label: &str, width: f32, add: impl FnOnce(&mut Ui) -> T) -> T {
    ui.allocate_ui(vec2(width, 0.0), |ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.label(small_text(ui, label));
            add(ui)
        })
        .inner
    })
    .inner
}

/// Returns the text of a choice that is left to the program.
fn automatic(found: Option<impl std::fmt::Display>) -> String {
    found.map_or("Automatic".to_owned(), |found| format!("Automatic: {found}"))
}

fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    (label, width): (&str, f32),
    chosen: &mut T,
    values: impl Iterator<Item = T>,
    text: impl Fn(T) -> String,
) -> Response {
    labelled(ui, label, width, |ui| list_box(ui, (label, label), width - 8.0, chosen, values, text))
}

fn separator(ui: &mut Ui, found: Option<&DetectedFormat>, options: &mut TableOptions) -> Response {
    let text = |separator| match separator {
        Some(Separator::Comma) => "Comma".to_owned(),
        Some(Separator::Semicolon) => "Semicolon".to_owned(),
        Some(Separator::Tab) => "Tab".to_owned(),
        None => automatic(found.and_then(|found| found.separator).map(Separator::name)),
    };
    let values = [None, Some(Separator::Comma), Some(Separator::Semicolon), Some(Separator::Tab)];
    choice(ui, ("Separator", WIDE), &mut options.separator, values.into_iter(), text)
}

fn decimal(ui: &mut Ui, found: Option<&DetectedFormat>, options: &mut TableOptions) {
    let text = |sign| match sign {
        Some(DecimalSign::Point) => "Point".to_owned(),
        Some(DecimalSign::Comma) => "Comma".to_owned(),
        None => automatic(found.and_then(|found| found.decimal).map(DecimalSign::name)),
    };
    let values = [None, Some(DecimalSign::Point), Some(DecimalSign::Comma)];
    choice(ui, ("Decimal sign", WIDTH), &mut options.decimal, values.into_iter(), text);
}

fn encoding(ui: &mut Ui, found: Option<&DetectedFormat>, options: &mut TableOptions) {
    let text = |encoding: Option<TextEncoding>| match encoding {
        Some(encoding) => encoding.to_string(),
        None => automatic(found.and_then(|found| found.encoding)),
    };
    let listed = TextEncoding::LISTED.into_iter().map(Some);
    let values = std::iter::once(None).chain(listed);
    choice(ui, ("Encoding", WIDTH), &mut options.encoding, values, text);
}

fn sheet(ui: &mut Ui, format: &DetectedFormat, options: &mut TableOptions) -> Response {
    let sheets = &format.sheets;
    let shown = options.sheet.as_ref().or(format.sheet.as_ref());
    let before = shown.and_then(|shown| sheets.iter().position(|sheet| sheet == shown));
    let mut chosen = before;
    let text = |at: Option<usize>| at.and_then(|at| sheets.get(at)).cloned().unwrap_or_default();
    let response = choice(ui, ("Sheet", WIDE), &mut chosen, (0..sheets.len()).map(Some), text);
    if chosen != before {
        options.sheet = chosen.and_then(|at| sheets.get(at)).cloned();
    }
    response
}

/// Returns the identity under which the dialog notes that it was drawn.
pub(super) fn frame_id() -> Id {
    Id::unique("import dialog frame")
}
