//! The Cases tab: the tools above the grid, and what is selected below it.

use egui::{Align, Align2, Button, Layout, RichText, TextEdit, TextWrapMode, Ui, UiBuilder, vec2};

use super::cases_state::CasesIntent;
use super::cell_layout::HEADER_HEIGHT;
use super::cells::row_filter::filter_problem;
use super::find_bar::find_bar;
use super::grid::grid;
use crate::study::CaseColumn;
use crate::text::{count, grouped, one_line};
use crate::window::bars::bars_tab::placeholder;
use crate::window::state::{AppState, Command, Intent};
use crate::window::theme::{SMALL, regular, tokens};
use crate::window::widgets::controls::{small_text, text_edit_info};

const STATUS_HEIGHT: f32 = 22.0;
const FILTER_WIDTH: f32 = 170.0;
const FILTER_HINT: &str = "Filter, e.g. x > 2";
const PLACE: (f32, f32) = (0.25, 160.0);

pub(crate) fn cases(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    toolbar(ui, state, intents);
    if state.cases.shows_search {
        find_bar(ui, state, intents);
    }
    ui.add_space(4.0);
    let (rows, all) = (state.cases.row_count(&state.document), state.document.cases.len());
    let place = ui.available_size();
    let height = (place.y - STATUS_HEIGHT).max(0.0);
    let shown = ui.allocate_ui(vec2(place.x, height), |ui| grid(ui, state, intents));
    if rows == 0 {
        // The empty grid keeps the focus, for Undo.
        let problem = filter_problem(&state.document, &state.cases.filter);
        let no_match = problem.unwrap_or_else(|| "No row matches the filter.".to_owned());
        let texts = match all {
            0 => ["No cases", "Add one, paste rows, import a table, or generate cases."],
            _ => ["No matching rows", &no_match],
        };
        let rect = shown.response.rect;
        // Keeps clear of the row numbers and the focus frame.
        let below = rect.with_min_y(rect.top() + HEADER_HEIGHT).shrink2(vec2(48.0, 0.0));
        ui.scope_builder(UiBuilder::new().max_rect(below), |ui| placeholder(ui, PLACE, texts));
        return;
    }
    status(ui, state);
}

fn toolbar(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
        let mut filter = state.cases.filter.clone();
        let edit = TextEdit::singleline(&mut filter)
            .desired_width(FILTER_WIDTH)
            .align(Align2::LEFT_CENTER);
        let response = ui.add(edit.hint_text(FILTER_HINT));
        response.widget_info(|| text_edit_info("Filter rows", FILTER_HINT, &state.cases.filter));
        if response.changed() {
            intents.push(Intent::Cases(CasesIntent::Filter(filter)));
        }
        let hover = "Shows the rows that contain a text, or for which conditions hold, such as \
                     x > 2, mesh = fine";
        response.on_hover_text(hover);
        for (command, text) in [
            (Command::AddColumn, "+ Column"),
            (Command::EditColumn, "Edit column…"),
            (Command::SortAscending, "Sort ▴"),
            (Command::SortDescending, "Sort ▾"),
            (Command::FillDown, "Fill down"),
            (Command::ContinueSeries, "Series"),
            (Command::Find, "Find…"),
        ] {
            let response = ui.add_enabled(state.is_enabled(command), Button::new(text));
            let keys = command.shortcut().map(|keys| ui.ctx().format_shortcut(&keys));
            let keys = keys.map_or(String::new(), |keys| format!(" ({keys})"));
            if response.on_hover_text(format!("{}{keys}", command.title())).clicked() {
                intents.push(Intent::Command(command));
            }
        }
    });
}

/// Says what is selected, why the cell with the cursor is marked, and how many rows are shown.
fn status(ui: &mut Ui, state: &AppState) {
    let (rows, all) = (state.cases.row_count(&state.document), state.document.cases.len());
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let shown = if state.cases.is_changing {
            "Working…".to_owned()
        } else if rows < all {
            format!("{} of {} shown", grouped(rows), count(all, "row"))
        } else {
            count(all, "row")
        };
        ui.label(small_text(ui, shown));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let (text, is_problem) = selection_text(state);
            let color = if is_problem { tokens(ui).bad } else { tokens(ui).weak };
            let text = RichText::new(text).font(regular(SMALL)).color(color);
            ui.add(egui::Label::new(text).truncate());
        });
    });
}

/// Describes the selected cells. Returns whether the text is a problem.
fn selection_text(state: &AppState) -> (String, bool) {
    let Some(range) = state.cells() else {
        return ("Click a cell; type to replace it, Enter or F2 to edit it".to_owned(), false);
    };
    if !range.is_one() {
        let (rows, columns) = (range.row_count(), range.column_count());
        return (format!("{} × {}", count(rows, "row"), count(columns, "column")), false);
    }
    let Some(row) = state.cases.document_row(&state.document, range.cursor.row) else {
        return Default::default();
    };
    let column = CaseColumn::at(range.cursor.column);
    let heading = one_line(column.heading(&state.document.cases));
    if let Some(problem) = state.cases.problem(&state.document, row, column) {
        return (format!("Row {}: {problem}", row + 1), true);
    }
    if let CaseColumn::Basic(basic) = column
        && let Some(note) = state.document.rounding(row, basic)
    {
        return (format!("{heading}, row {}: {note}", row + 1), true);
    }
    let text = one_line(&state.document.text(row, column));
    (format!("{heading}, row {}: {text}", row + 1), false)
}
