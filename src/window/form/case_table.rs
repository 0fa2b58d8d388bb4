//! The case table: an editable row per case.

use egui::accesskit::Action;
use egui::text::LayoutJob;
use egui::{
    Align, Align2, Color32, Event, Id, Key, Layout, Rect, Response, RichText, Sense, Stroke,
    TextBuffer, TextEdit, Ui, UiBuilder, vec2,
};
use egui_extras::{Column as Width, TableBuilder, TableRow};

use crate::report::charts::elision::{CommonParts, Ellipsis};
use crate::report::{place_texts, queue_text};
use crate::run::Status;
use crate::study::{CaseColumn, Column, RowId};
use crate::text::{duration, one_line};
use crate::window::help::term::Concept;
use crate::window::state::{AppState, Intent, RunView};
use crate::window::theme::{BODY, regular, tokens};
use crate::window::widgets::command_menu::{CASE_ROW, context_menu};
use crate::window::widgets::controls::{column_heading, heading, text_edit_info};
use crate::window::widgets::elision::elided;
use crate::window::widgets::focus::{keep_tab, select_all};
use crate::workload::description;

/// Number of rows that Page Up and Page Down pass.
const PAGE_ROWS: usize = 10;

const ROW_HEIGHT: f32 = 28.0;
const CELL_HEIGHT: f32 = 25.0;

const HEADER_HEIGHT: f32 = 20.0;

const CELL_PADDING: i8 = 6;

/// Where the row to scroll to is stored for the next frame.
const CALLED_ROW: &str = "called row of the case table";

/// Shows a heading and as many whole rows as fit into this height, at least two.
pub(crate) fn cases(ui: &mut Ui, state: &AppState, height: f32, intents: &mut Vec<Intent>) {
    ui.spacing_mut().item_spacing = vec2(6.0, 0.0);
    let rows_height = ((height - HEADER_HEIGHT) / ROW_HEIGHT).floor().max(2.0) * ROW_HEIGHT;
    let width = ui.available_width();
    // The first thousand rows leave the columns in place.
    let digits = (state.document.cases.len().max(1).ilog10() + 1).max(3);
    let row_number_width = 6.0 + 8.0 * digits as f32;
    let number_width = (width * 0.16).clamp(56.0, 120.0).floor();
    let parts = CommonParts::of(&state.document.cases);
    let called = ui.data_mut(|data| data.remove_temp::<usize>(Id::unique(CALLED_ROW)));
    let focused = focused_cell(ui, state);
    let mut is_shown = false;
    let mut table = TableBuilder::new(ui)
        .id_salt("cases")
        .column(Width::exact(row_number_width))
        .column(Width::remainder().at_least(60.0).clip(true))
        .columns(Width::exact(number_width), 2)
        .column(Width::exact((width * 0.2).clamp(70.0, 110.0).floor()).clip(true))
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, true])
        .min_scrolled_height(rows_height)
        .max_scroll_height(rows_height)
        .animate_scrolling(false)
        .sense(Sense::CLICK);
    if let Some(row) = state.form.pending_focus.map(|(row, _)| row).or(called) {
        table = table.scroll_to_row(row, None);
    }
    table
        .header(HEADER_HEIGHT, |mut header| {
            header.col(|_| ());
            header.col(|ui| heading(ui, "Name", Some(Concept::Case.into())));
            for column in [Column::X, Column::Y] {
                header.col(|ui| {
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        ui.add_space(8.0);
                        let response = ui.label(column_heading(ui, column.name()));
                        response.on_hover_text(description(state.document.workload));
                    });
                });
            }
            let is_simulated = state.own_run().is_some_and(RunView::is_simulated);
            let title = if is_simulated { "Simulated" } else { "Last run" };
            header.col(|ui| drop(ui.label(column_heading(ui, title))));
        })
        .body(|body| {
            body.rows(ROW_HEIGHT, state.document.cases.len(), |mut row| {
                let id = state.document.cases.id(row.index());
                is_shown |= focused.is_some_and(|(focused, _)| focused == id);
                case_row(&mut row, state, parts, intents);
            });
        });
    if let Some((id, column)) = focused.filter(|_| !is_shown)
        && let Some(row) = state.document.row_of(id)
    {
        cell_out_of_view(ui, state, (row, column), parts, intents);
    }
    ui.spacing_mut().item_spacing = vec2(8.0, 4.0);
}

/// Returns the row and the column of the cell with the focus.
fn focused_cell(ui: &Ui, state: &AppState) -> Option<(RowId, Column)> {
    let editing = state.form.editing.as_ref()?;
    let CaseColumn::Basic(column) = editing.column else { return None };
    let id = cell_id(editing.row, column);
    ui.memory(|memory| memory.has_focus(id)).then_some((editing.row, column))
}

/// Lets a cell whose row is scrolled out of view keep the focus, and its row come back when the
/// cell is called into view.
fn cell_out_of_view(
    ui: &mut Ui,
    state: &AppState,
    (row, column): (usize, Column),
    parts: CommonParts<'_>,
    intents: &mut Vec<Intent>,
) {
    let id = cell_id(state.document.cases.id(row), column);
    let mut is_called = false;
    ui.input_mut(|input| {
        input.consume_accesskit_action_requests(id, |request| {
            let is_call = request.action == Action::ScrollIntoView;
            is_called |= is_call;
            is_call
        });
    });
    if is_called {
        ui.data_mut(|data| data.insert_temp(Id::unique(CALLED_ROW), row));
    }
    let place = Rect::from_min_size(ui.min_rect().min, vec2(1.0, CELL_HEIGHT));
    let mut ui = ui.new_child(UiBuilder::new().max_rect(place));
    ui.set_clip_rect(Rect::NOTHING);
    cell(&mut ui, state, (row, column), parts, intents);
}

fn case_row(
    row: &mut TableRow<'_, '_>,
    state: &AppState,
    parts: CommonParts<'_>,
    intents: &mut Vec<Intent>,
) {
    let index = row.index();
    let id = state.document.cases.id(index);
    row.set_selected(state.selection.rows.contains(&id));
    row.col(|ui| {
        let colors = tokens(ui);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = RichText::new((index + 1).to_string()).size(BODY).color(colors.weak);
            let label = egui::Label::new(text).selectable(false).sense(Sense::CLICK);
            let response = ui.add(label);
            response.widget_info(|| {
                let is_selected = state.selection.rows.contains(&id);
                let name = format!("row {}", index + 1);
                egui::WidgetInfo::selected(egui::Role::CheckBox, true, is_selected, name)
            });
            select_if_clicked(&response, index, intents);
        });
    });
    for column in Column::ALL {
        row.col(|ui| cell(ui, state, (index, column), parts, intents));
    }
    row.col(|ui| verdict_cell(ui, state, index));
    let response = row.response();
    select_if_clicked(&response, index, intents);
    // Without a focus, the key is for the selected rows.
    let is_free = response.ctx.memory(|m| m.focused().is_none() && m.top_modal_layer().is_none());
    let has_focus = match &state.form.editing {
        Some(cell) => cell.row == id,
        None => is_free && state.selection.rows.first() == Some(&id),
    };
    if context_menu(&response, has_focus, state, CASE_ROW, intents) {
        intents.push(Intent::SelectCase { of_document: true, row: id });
    }
}

fn select_if_clicked(response: &Response, row: usize, intents: &mut Vec<Intent>) {
    if response.clicked() {
        let modifiers = response.ctx.input(|input| input.modifiers);
        let (extend, toggle) = (modifiers.shift, modifiers.command);
        intents.push(Intent::SelectRow { row, extend, toggle });
    }
}

fn cell_count(state: &AppState) -> usize {
    state.document.cases.len() * Column::ALL.len()
}

fn cell_id(row: RowId, column: Column) -> Id {
    Id::unique(("cell", row.0, column as u8))
}

fn cell(
    ui: &mut Ui,
    state: &AppState,
    (row, column): (usize, Column),
    parts: CommonParts<'_>,
    intents: &mut Vec<Intent>,
) {
    let colors = tokens(ui);
    let row_id = state.document.cases.id(row);
    let id = cell_id(row_id, column);
    let editing = state
        .form
        .editing
        .as_ref()
        .filter(|cell| (cell.row, cell.column) == (row_id, column.into()));
    let at = row * Column::ALL.len() + column as usize;
    let mut text = match editing {
        Some(cell) => cell.text.clone(),
        None => state.document.text(row, column).into_owned(),
    };
    let problem = state.document.problem(row, column);
    let line = if problem.is_some() { colors.bad } else { colors.line };
    let frame = egui::Frame::new()
        .fill(colors.background)
        .stroke(Stroke::new(1.0, line))
        .corner_radius(4)
        .inner_margin(egui::Margin::symmetric(CELL_PADDING, 2));
    let font = regular(BODY);
    let width = ui.available_width() - 2.0 * f32::from(CELL_PADDING) - 2.0;
    let (align, ellipsis) = match column {
        Column::Name => (Align::Min, Ellipsis::Name(parts)),
        Column::X | Column::Y => (Align::Max, Ellipsis::Number),
    };
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    let short = if has_focus { None } else { elided(ui.ctx(), &text, &font, width, ellipsis) };
    ui.spacing_mut().interact_size.y = CELL_HEIGHT;
    // Tab moves from cell to cell, including cells out of view, and leaves the table.
    let keeps_tab = at != 0 && at + 1 != cell_count(state);
    if has_focus && keeps_tab {
        keep_tab(ui.ctx(), id);
    }
    let color = if short.is_some() { Color32::TRANSPARENT } else { colors.text };
    // A line break has no glyph.
    let mut layouter = |ui: &Ui, text: &dyn TextBuffer, _: f32| {
        let line = one_line(text.as_str());
        let mut job = LayoutJob::simple_singleline(line, regular(BODY), color);
        job.halign = align;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let edit = TextEdit::singleline(&mut text)
        .id(id)
        .frame(frame)
        .align(Align2([align, Align::Center]))
        .layouter(&mut layouter)
        .desired_width(f32::INFINITY)
        .lock_focus(keeps_tab);
    let response = ui.add(edit);
    if let Some(short) = &short {
        let at = response.rect.left_center() + vec2(f32::from(CELL_PADDING), 0.0);
        ui.painter().text(at, Align2::LEFT_CENTER, one_line(short), font, colors.text);
    }
    let shown = text.clone();
    response.widget_info(|| text_edit_info(&format!("{column} {}", row + 1), "", &shown));
    let is_requested = state.form.pending_focus == Some((row, column));
    if is_requested {
        response.request_focus();
        keep_tab(ui.ctx(), id);
        intents.push(Intent::CellFocused);
    }
    if is_requested || response.gained_focus() {
        select_all(ui.ctx(), id);
    }
    if response.gained_focus() || (response.has_focus() && editing.is_none()) {
        intents.push(Intent::EnterCell(row_id, column.into()));
    }
    if response.changed() {
        intents.push(Intent::EditCell(row_id, column.into(), text));
    }
    // The key that moved the focus here does not move it on.
    if response.has_focus() && !response.gained_focus() {
        navigate(ui, state, at, intents);
    }
    if response.lost_focus() {
        intents.push(Intent::LeaveCell);
        if ui.input(|input| input.key_pressed(Key::Enter)) {
            intents.push(Intent::GoToNextRow(row, column));
        }
    }
    if let Some(problem) = problem {
        response.on_hover_text(problem.message);
    } else if short.is_some() {
        response.on_hover_text(one_line(&shown));
    }
}

/// Moves the focus: Tab and Shift+Tab from cell to cell, Up and Down from row to row, Page Up
/// and Page Down by several rows. Shift without Tab selects the rows passed.
fn navigate(ui: &Ui, state: &AppState, at: usize, intents: &mut Vec<Intent>) {
    let pressed = |key: Key| ui.input(|input| input.key_pressed(key));
    let cells = Column::ALL.len();
    // Keys that were held back come after Shift is released.
    let is_shifted = |event: &Event| matches!(event, Event::Key { pressed: true, modifiers, .. } if modifiers.shift);
    let has_shift = ui.input(|input| input.events.iter().any(is_shifted));
    let target = if pressed(Key::Tab) {
        if has_shift { at.checked_sub(1) } else { Some(at + 1) }
    } else if pressed(Key::ArrowUp) {
        at.checked_sub(cells)
    } else if pressed(Key::ArrowDown) {
        Some(at + cells)
    } else if pressed(Key::PageUp) {
        Some(at.checked_sub(PAGE_ROWS * cells).unwrap_or(at % cells))
    } else if pressed(Key::PageDown) {
        let last_row = cell_count(state) - cells;
        Some((at + PAGE_ROWS * cells).min(last_row + at % cells))
    } else {
        None
    };
    if let Some(target) = target.filter(|&target| target < cell_count(state)) {
        if has_shift && !pressed(Key::Tab) {
            let (row, extend) = (target / cells, true);
            intents.push(Intent::SelectRow { row, extend, toggle: false });
        }
        intents.push(Intent::GoToCell(target / cells, Column::ALL[target % cells]));
    }
}

/// Focuses the cell that an intent goes to, after all cells of this frame have read their keys.
pub(crate) fn focus_cell(ui: &Ui, state: &AppState, intents: &[Intent]) {
    for intent in intents {
        if let Intent::GoToCell(row, column) = *intent {
            let id = cell_id(state.document.cases.id(row), column);
            ui.memory_mut(|memory| memory.request_focus(id));
            // What was typed comes before the next Tab.
            keep_tab(ui.ctx(), id);
        }
    }
}

/// Shows the outcome of the row's last run, or why the row cannot be run.
fn verdict_cell(ui: &mut Ui, state: &AppState, row: usize) {
    let (text, color, hover) = verdict(ui, state, row);
    if text.is_empty() {
        return;
    }
    let label = egui::Label::new(RichText::new(text).font(regular(13.0)).color(color));
    let response = ui.add(label.truncate());
    if let Some(hover) = hover {
        response.on_hover_text(hover);
    }
}

/// Returns the outcome of the row's last run, its colour and its explanation, or the first cell
/// that cannot be run.
pub(crate) fn verdict(ui: &Ui, state: &AppState, row: usize) -> (String, Color32, Option<String>) {
    let colors = tokens(ui);
    for column in Column::ALL {
        if let Some(problem) = state.document.problem(row, column) {
            let short = if problem.is_number { "rejected" } else { "invalid" };
            return (format!("{column}: {short}"), colors.bad, Some(problem.message));
        }
    }
    let mut roundings = Column::ALL.into_iter();
    let rounding = roundings.find_map(|it| Some((it, state.document.rounding(row, it)?)));
    let nothing = match rounding {
        Some((column, note)) => (format!("{column}: rounded"), colors.bad, Some(note)),
        None => (String::new(), colors.weak, None),
    };
    let Some(run) = state.own_run() else { return nothing };
    let Some((index, record)) = run.record_of(state.document.cases.id(row)) else {
        return nothing;
    };
    let time = run.time_s(index).map_or(String::new(), duration);
    if run.is_row_outdated(&state.document, row, index) {
        if nothing.2.is_some() {
            return nothing;
        }
        let hover = "Changed since it was run".to_owned();
        return (format!("old: {time}"), colors.weak, Some(hover));
    }
    match record.status {
        // The tooltip says that the case will be retried.
        _ if record.will_retry => {
            ("waiting".to_owned(), colors.weak, Some(run.record_text(record)))
        }
        Status::NotRun if run.report().is_none() => {
            let queue = run.queue();
            let text = if queue.is_some() { "queued" } else { "waiting" };
            (text.to_owned(), colors.weak, queue.map(|queue| sentence(&queue_text(queue))))
        }
        Status::NotRun => ("not run".to_owned(), colors.weak, None),
        Status::Running => (format!("▸ {time}"), colors.accent, place(run, index)),
        Status::Done if run.is_simulated() => {
            let hover = "Simulated on the virtual clock".to_owned();
            (time, colors.weak, Some(hover))
        }
        Status::Done => (format!("✓ {time}"), colors.good, place(run, index)),
        Status::Cancelled => ("cancelled".to_owned(), colors.weak, None),
        Status::Refused => ("no licence".to_owned(), colors.weak, None),
        Status::Failed | Status::TimedOut => {
            let case = u32::try_from(index).unwrap_or(u32::MAX);
            let why = run.state().error(case).unwrap_or(record.status.name()).to_owned();
            (format!("✕ {}", run.status_text(record.status)), colors.bad, Some(why))
        }
    }
}

/// Says where a case ran on a cluster, and how long it was queued.
fn place(run: &RunView, case: usize) -> Option<String> {
    let texts = place_texts(&run.state().notes, case);
    (!texts.is_empty()).then(|| sentence(&texts.join(", ")))
}

fn sentence(text: &str) -> String {
    let first = text.chars().next().map_or(0, char::len_utf8);
    format!("{}{}", text[..first].to_uppercase(), &text[first..])
}

/// Returns the text of a paste that holds rows, not the text of one cell.
pub fn pasted_rows(event: &Event) -> Option<&str> {
    match event {
        Event::Paste(text) if text.trim_end().contains(['\t', '\n']) || text.contains('\t') => {
            Some(text)
        }
        _ => None,
    }
}
