//! The grid of the Cases tab: draws the cells in sight, and edits one.

use egui::text::{CCursor, CCursorRange, LayoutJob, TextWrapping};
use egui::text_edit::TextEditState;
use egui::{
    Align2, Color32, CursorIcon, Event, Id, Key, Modifiers, Painter, Rect, Response, ScrollArea,
    Sense, Stroke, StrokeKind, TextEdit, TextFormat, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};

use super::cases_state::{CasesIntent, GridRequest};
use super::cell_layout::{CellLayout, HEADER_HEIGHT, ROW_HEIGHT};
use super::cells::cell_range::{CellAt, CellRange};
use super::grid_keys;
use crate::report::charts::elision::Ellipsis;
use crate::study::CaseColumn;
use crate::text::one_line;
use crate::window::form::case_table::verdict;
use crate::window::state::{AppState, Command, Intent, RunView};
use crate::window::theme::{BODY, SMALL, bold, regular, tokens};
use crate::window::widgets::command_menu::{TABLE_CELLS, context_menu};
use crate::window::widgets::controls::text_edit_info;
use crate::window::widgets::elision::elided;
use crate::window::widgets::focus::keep_tab;
use crate::window::widgets::input_turns::{has_keys, hold_typing, pass_on};

const PADDING: f32 = 8.0;

/// Width of a character on average, in points.
const CHARACTER: f32 = 7.6;

/// Width of the outcome of the last run.
const OUTCOME: f32 = 110.0;

/// Smallest and largest width that the user can give a column, and its change by a key.
const WIDTHS: (f32, f32) = (40.0, 1200.0);
const WIDTH_STEP: f32 = 16.0;

pub(crate) const GRID: &str = "Case table";
const EDITOR: &str = "edited cell";

/// The grid as it is drawn in this frame.
struct Grid<'a> {
    state: &'a AppState,
    layout: CellLayout,
    range: Option<CellRange>,
    has_focus: bool,
}

pub(super) fn grid(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let place = ui.available_rect_before_wrap();
    let row_count = state.cases.row_count(&state.document);
    let digits = (state.document.cases.len().max(1).ilog10() + 1).max(3);
    let numbers = 18.0 + 8.0 * digits as f32;
    let mut widths: Vec<f32> = columns(state).map(|column| width(state, column)).collect();
    widths.extend(state.own_run().map(|_| OUTCOME));
    let layout = |offset| CellLayout::new(place, numbers, &widths, row_count, offset);
    let id = ui.scope_id().with("grid");
    // An area that springs back does not reach a row that is new in this frame.
    ui.spacing_mut().scroll.kinetic.rubber_band = false;
    let mut area = ScrollArea::both().id_salt("cases").auto_shrink(false).animated(false);
    let range = state.cells();
    let pending = state.cases.pending;
    let is_typed = state.cases.edited.is_some() && has_keys(ui.ctx());
    if (pending != GridRequest::Nothing || is_typed)
        && let Some(range) = range
    {
        // As scrolled, and as large, as in the last frame.
        let (offset, size) = ui.data(|data| data.get_temp::<(Vec2, Vec2)>(id)).unwrap_or_default();
        let place = if size == Vec2::ZERO { place } else { Rect::from_min_size(place.min, size) };
        let before = CellLayout::new(place, numbers, &widths, row_count, offset);
        // A scroll may have left the cell behind.
        let is_left = !before.body().contains_rect(before.cell(range.cursor));
        if pending != GridRequest::Nothing || is_left {
            area = area.scroll_offset(before.offset_of(range.cursor));
        }
    }
    if pending != GridRequest::Nothing {
        intents.push(Intent::Cases(CasesIntent::Shown));
    }
    let mut drawn_at = Vec2::ZERO;
    let shown = area.show_viewport(ui, |ui, viewport| {
        drawn_at = viewport.min.to_vec2();
        let mut layout = layout(drawn_at);
        ui.set_min_size(layout.content_size());
        layout.place = Rect::from_min_size(place.min, viewport.size()).intersect(place);
        // The content may be too large for exact positions: the cells are drawn at their own.
        // They add nothing to the size of the content, which may have become smaller.
        let mut cells = ui.new_child(UiBuilder::new().max_rect(layout.place));
        cells.set_clip_rect(layout.place.intersect(ui.clip_rect()));
        draw(&mut cells, state, layout, range, intents);
    });
    let (offset, size) = (shown.state.clamped_offset(), shown.inner_rect.size());
    if drawn_at != shown.state.unclamped_offset() {
        // The rows were drawn beyond the last one.
        ui.request_repaint();
    }
    ui.data_mut(|data| data.insert_temp(id, (offset, size)));
}

fn columns(state: &AppState) -> impl Iterator<Item = CaseColumn> + use<> {
    (0..state.document.cases.column_count()).map(CaseColumn::at)
}

/// Returns the width that the user chose, else one that fits the content.
fn width(state: &AppState, column: CaseColumn) -> f32 {
    let characters = || {
        let view = state.cases.view.as_ref();
        view.and_then(|view| view.characters.get(column.index())).copied().unwrap_or(8)
    };
    let chosen = state.cases.widths.get(column.heading(&state.document.cases)).copied();
    chosen.unwrap_or_else(|| (characters() as f32 * CHARACTER + 2.0 * PADDING).ceil())
}

fn draw(
    ui: &mut Ui,
    state: &AppState,
    layout: CellLayout,
    range: Option<CellRange>,
    intents: &mut Vec<Intent>,
) {
    let id = Id::unique(GRID);
    let body = layout.body();
    let response = ui.interact(body, id, Sense::click_and_drag());
    let has_focus = response.has_focus();
    let grid = Grid { state, layout, range, has_focus };
    let value = range.map_or(String::new(), |range| grid.cell_title(range.cursor));
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(egui::Role::Pane, true, GRID);
        info.current_text_value = Some(value.clone());
        info
    });
    if state.cases.pending == GridRequest::TakeFocus && state.cases.edited.is_none() {
        response.request_focus();
    }
    grid.select_by_pointer(ui, &response, intents);
    if has_focus && state.cases.edited.is_none() {
        let steps = ui.input_mut(|input| {
            let mut presses = |key| input.count_and_consume_key(Modifiers::ALT, key) as f32;
            presses(Key::ArrowRight) - presses(Key::ArrowLeft)
        });
        if let Some(range) = range.filter(|_| steps != 0.0) {
            let column = CaseColumn::at(range.cursor.column);
            let width = (width(state, column) + WIDTH_STEP * steps).clamp(WIDTHS.0, WIDTHS.1);
            intents.push(Intent::Cases(CasesIntent::Width(column, Some(width))));
        }
        if grid_keys::read(ui, state, id, grid.layout.page(), intents) {
            // What is typed next is for the cell.
            ui.memory_mut(|memory| memory.request_focus(Id::unique(EDITOR)));
            hold_typing(ui.ctx());
        }
    }
    grid.row_numbers(ui, intents);
    grid.header(ui, intents);
    let mut cells = ui.new_child(UiBuilder::new().max_rect(body));
    cells.set_clip_rect(body.intersect(ui.clip_rect()));
    grid.cells(&mut cells);
    grid.editor(&mut cells, intents);
    grid.problem_tooltip(ui, &response);
    context_menu(&response, has_focus, state, TABLE_CELLS, intents);
}

impl Grid<'_> {
    fn column_count(&self) -> usize {
        self.state.document.cases.column_count()
    }

    fn document_row(&self, row: usize) -> Option<usize> {
        self.state.cases.document_row(&self.state.document, row)
    }

    /// Returns the name of a cell, such as `mesh, row 3`.
    fn cell_title(&self, cell: CellAt) -> String {
        let heading = CaseColumn::at(cell.column).heading(&self.state.document.cases);
        let row = self.document_row(cell.row).map_or(0, |row| row + 1);
        format!("{}, row {row}", one_line(heading))
    }

    /// Selects cells that are pressed, dragged over, or clicked with Shift; a double click edits.
    fn select_by_pointer(&self, ui: &Ui, response: &Response, intents: &mut Vec<Intent>) {
        let pointer =
            response.interact_pointer_pos().or_else(|| ui.input(|i| i.pointer.latest_pos()));
        let Some(mut cell) = pointer.and_then(|position| self.layout.nearest(position)) else {
            return;
        };
        cell.column = cell.column.min(self.column_count() - 1);
        let is_pressed = is_pressed(response) && ui.input(|input| input.pointer.primary_pressed());
        let is_called = response.secondary_clicked();
        let is_outside = !self.range.is_some_and(|range| range.contains(cell));
        let mut push = |intent| intents.push(Intent::Cases(intent));
        if is_pressed || (is_called && is_outside) {
            response.request_focus();
            let extends = is_pressed && ui.input(|input| input.modifiers.shift);
            push(CasesIntent::Select { cell, extends });
        } else if response.dragged() && self.range.is_some_and(|range| range.cursor != cell) {
            push(CasesIntent::Select { cell, extends: true });
            // Goes on beyond the edges while the pointer rests there.
            ui.request_repaint();
        }
        if response.double_clicked() {
            push(CasesIntent::Edit(None));
        }
    }

    /// Draws the numbers of rows. A click selects the row, a drag several.
    fn row_numbers(&self, ui: &Ui, intents: &mut Vec<Intent>) {
        let colors = tokens(ui);
        let CellLayout { place, numbers, .. } = self.layout;
        let body = self.layout.body();
        let strip =
            Rect::from_min_max(pos2(place.left(), body.top()), pos2(body.left(), body.bottom()));
        let painter = ui.painter().with_clip_rect(strip.intersect(ui.clip_rect()));
        painter.rect_filled(strip, 0.0, colors.panel);
        let response =
            ui.interact(strip, Id::unique("rows of the grid"), Sense::CLICK | Sense::DRAG);
        let last = self.column_count() - 1;
        let pressed = is_pressed(&response);
        let is_new = ui.input(|input| input.pointer.primary_pressed());
        if let Some(cell) = response.interact_pointer_pos().and_then(|at| self.layout.nearest(at))
            && pressed
            && (is_new || self.range.is_some_and(|range| range.cursor.row != cell.row))
        {
            let extends = !is_new || ui.input(|input| input.modifiers.shift);
            let anchor = self.range.filter(|_| extends).map_or(cell.row, |range| range.anchor.row);
            let (anchor, cursor) =
                (CellAt { row: anchor, column: last }, CellAt { row: cell.row, column: 0 });
            intents.push(Intent::Cases(CasesIntent::SelectRange(CellRange { anchor, cursor })));
            ui.memory_mut(|memory| memory.request_focus(Id::unique(GRID)));
        }
        for row in self.layout.rows() {
            let Some(number) = self.document_row(row).map(|row| row + 1) else { continue };
            let top = self.layout.row_top(row);
            let rect = Rect::from_min_size(pos2(place.left(), top), vec2(numbers, ROW_HEIGHT));
            let is_selected = self.range.is_some_and(|range| range.rows().contains(&row));
            if is_selected {
                painter.rect_filled(rect, 0.0, colors.selected);
            }
            let at = rect.right_center() - vec2(PADDING, 0.0);
            let color = if is_selected { colors.text } else { colors.weak };
            painter.text(at, Align2::RIGHT_CENTER, number.to_string(), regular(SMALL), color);
            line(&painter, rect, colors.line);
            let node = ui.interact(rect, Id::unique(("grid row", row)), Sense::hover());
            node.widget_info(|| {
                WidgetInfo::labeled(egui::Role::Label, true, format!("Row {number} of the table"))
            });
        }
    }

    /// Draws the headings. A click selects the column, a double click opens its dialog.
    fn header(&self, ui: &mut Ui, intents: &mut Vec<Intent>) {
        let colors = tokens(ui);
        let place = self.layout.place;
        let strip = Rect::from_min_size(place.min, vec2(place.width(), HEADER_HEIGHT));
        ui.painter().rect_filled(strip, 0.0, colors.panel);
        ui.painter().hline(strip.x_range(), strip.bottom(), Stroke::new(1.0, colors.line));
        let clip = Rect::from_min_max(pos2(self.layout.corner().x, strip.top()), strip.max);
        let mut ui = ui.new_child(UiBuilder::new().max_rect(clip));
        ui.set_clip_rect(clip.intersect(ui.clip_rect()));
        for index in self.layout.columns() {
            let rect = Rect::from_x_y_ranges(self.layout.column_x(index), strip.y_range());
            if index == self.column_count() {
                let title = if self.state.own_run().is_some_and(RunView::is_simulated) {
                    "Simulated"
                } else {
                    "Last run"
                };
                let at = rect.left_center() + vec2(PADDING, 0.0);
                ui.painter().text(at, Align2::LEFT_CENTER, title, bold(SMALL), colors.weak);
                continue;
            }
            self.heading(&ui, index, rect, intents);
        }
    }

    fn heading(&self, ui: &Ui, index: usize, rect: Rect, intents: &mut Vec<Intent>) {
        let colors = tokens(ui);
        let column = CaseColumn::at(index);
        let heading = one_line(column.heading(&self.state.document.cases));
        let is_selected = self.range.is_some_and(|range| range.columns().contains(&index));
        if is_selected {
            ui.painter().rect_filled(rect.shrink2(vec2(0.0, 1.0)), 0.0, colors.selected);
        }
        let is_numeric = self.state.cases.is_numeric(column);
        let color = if is_selected { colors.text } else { colors.weak };
        cell_text(ui, ui.painter(), rect, &heading, (bold(SMALL), color), is_numeric);
        let response = ui.interact(rect, Id::unique(("grid column", index)), Sense::CLICK);
        response.widget_info(|| {
            WidgetInfo::labeled(egui::Role::ColumnHeader, true, format!("Column {heading}"))
        });
        let whole = |extends: bool| {
            let anchor = self.range.filter(|_| extends).map_or(index, |range| range.anchor.column);
            let last = self.layout.row_count.saturating_sub(1);
            let anchor = CellAt { row: last, column: anchor };
            CellRange { anchor, cursor: CellAt { row: 0, column: index } }
        };
        if response.clicked() || (response.secondary_clicked() && !is_selected) {
            let range = whole(ui.input(|input| input.modifiers.shift));
            intents.push(Intent::Cases(CasesIntent::SelectWhole(range)));
            ui.memory_mut(|memory| memory.request_focus(Id::unique(GRID)));
        }
        if response.double_clicked() {
            intents.push(Intent::Command(Command::EditColumn));
        }
        context_menu(&response, false, self.state, TABLE_CELLS, intents);
        Self::edge(ui, column, rect, intents);
        let kind = if is_numeric { "numbers" } else { "texts" };
        response.on_hover_text(format!("{heading}: a column of {kind}"));
    }

    /// The right edge of a column, which the pointer can drag; a double click fits the width to
    /// the content again.
    fn edge(ui: &Ui, column: CaseColumn, rect: Rect, intents: &mut Vec<Intent>) {
        let colors = tokens(ui);
        let grip = Rect::from_x_y_ranges(rect.right() - 6.0..=rect.right() + 2.0, rect.y_range());
        let id = Id::unique(("edge of a grid column", column.index()));
        let response = ui.interact(grip, id, Sense::CLICK | Sense::DRAG);
        let is_active = response.hovered() || response.dragged();
        if is_active {
            ui.set_cursor_icon(CursorIcon::ResizeColumn);
        }
        let color = if is_active { colors.accent } else { colors.line };
        let x = rect.right() - 0.5;
        ui.painter().vline(x, rect.shrink2(vec2(0.0, 5.0)).y_range(), Stroke::new(1.0, color));
        let mut set = |width| intents.push(Intent::Cases(CasesIntent::Width(column, width)));
        if response.double_clicked() {
            set(None);
        } else if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged())
        {
            set(Some((pointer.x - rect.left()).clamp(WIDTHS.0, WIDTHS.1)));
        }
    }

    fn cells(&self, ui: &mut Ui) {
        let colors = tokens(ui);
        ui.painter().rect_filled(self.layout.body(), 0.0, colors.background);
        let state = self.state;
        for row in self.layout.rows() {
            let Some(document_row) = self.document_row(row) else { continue };
            for column in self.layout.columns() {
                let rect = self.layout.cell(CellAt { row, column });
                if column == self.column_count() {
                    let (text, color, _) = verdict(ui, state, document_row);
                    cell_text(ui, ui.painter(), rect, &text, (regular(13.0), color), false);
                    line(ui.painter(), rect, colors.line);
                    continue;
                }
                self.cell(ui, CellAt { row, column }, document_row, rect);
            }
        }
        if let Some(range) = self.range {
            let both = [range.anchor, range.cursor].map(|cell| self.layout.cell(cell));
            if !range.is_one() {
                let stroke = Stroke::new(1.0, colors.accent);
                ui.painter().rect_stroke(both[0].union(both[1]), 0.0, stroke, StrokeKind::Inside);
            }
            let width = if self.has_focus { 2.0 } else { 1.0 };
            let stroke = Stroke::new(width, colors.accent);
            ui.painter().rect_stroke(both[1], 2.0, stroke, StrokeKind::Inside);
        }
    }

    fn cell(&self, ui: &Ui, cell: CellAt, row: usize, rect: Rect) {
        let colors = tokens(ui);
        let state = self.state;
        let column = CaseColumn::at(cell.column);
        let text = state.document.text(row, column);
        let is_edited =
            state.cases.edited.is_some() && self.range.is_some_and(|range| range.cursor == cell);
        let problem = state.cases.problem(&state.document, row, column);
        let painter = ui.painter();
        if self.range.is_some_and(|range| range.contains(cell)) {
            painter.rect_filled(rect, 0.0, colors.selected);
        }
        line(painter, rect, colors.line);
        if is_edited {
            return;
        }
        let mut place = rect;
        if problem.is_some() {
            let at = rect.left_center() + vec2(PADDING, 0.0);
            painter.text(at, Align2::CENTER_CENTER, "!", bold(BODY), colors.bad);
            place.min.x += PADDING + 2.0;
        }
        let color = if problem.is_some() { colors.bad } else { colors.text };
        let is_numeric = state.cases.is_numeric(column) && problem.is_none();
        cell_text(ui, painter, place, &text, (regular(BODY), color), is_numeric);
        let node =
            ui.interact(rect, Id::unique(("grid cell", cell.row, cell.column)), Sense::hover());
        let (title, text) = (self.cell_title(cell), one_line(&text));
        node.widget_info(|| text_edit_info(&title, "", &text));
    }

    /// The text field of the cell that is being edited.
    fn editor(&self, ui: &mut Ui, intents: &mut Vec<Intent>) {
        let state = self.state;
        let (Some(edited), Some(range), Some(editing)) =
            (&state.cases.edited, self.range, &state.form.editing)
        else {
            return;
        };
        let id = Id::unique(EDITOR);
        let column = CaseColumn::at(range.cursor.column);
        let rect = self.layout.cell(range.cursor);
        let mut text = editing.text.clone();
        if state.cases.pending != GridRequest::Nothing {
            // Reads what is typed from this frame on.
            ui.memory_mut(|memory| memory.request_focus(id));
            let mut edit = TextEditState::default();
            let end = CCursor::new(text.chars().count());
            let start = if edited.is_typed { end } else { CCursor::default() };
            edit.cursor.set_char_range(Some(CCursorRange::two(start, end)));
            edit.store(ui.ctx(), id);
        }
        keep_tab(ui.ctx(), id);
        let colors = tokens(ui);
        let align =
            if state.cases.is_numeric(column) { egui::Align::Max } else { egui::Align::Min };
        let frame = egui::Frame::new()
            .fill(colors.background)
            .stroke(Stroke::new(2.0, colors.accent))
            .inner_margin(egui::Margin::symmetric(6, 2));
        let edit = TextEdit::singleline(&mut text)
            .id(id)
            .frame(frame)
            .align(Align2([align, egui::Align::Center]))
            .desired_width(f32::INFINITY)
            .lock_focus(true);
        let response = ui.put(rect, edit);
        let (title, shown) = (self.cell_title(range.cursor), text.clone());
        response.widget_info(|| text_edit_info(&title, "", &shown));
        let mut push = |intent| intents.push(intent);
        if response.changed() {
            push(Intent::EditCell(editing.row, editing.column, text));
        }
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        let is_shifted = ui.input(|input| input.modifiers.shift);
        let back = if is_shifted { -1 } else { 1 };
        let commit = |rows, columns| Some(CasesIntent::Commit { rows, columns });
        let end = match () {
            () if pressed(Key::Escape) => Some(CasesIntent::Revert),
            () if pressed(Key::Enter) => commit(back, 0),
            () if response.lost_focus() => Some(CasesIntent::Leave),
            () if pressed(Key::Tab) => {
                let step = self.tab_step(range.cursor, is_shifted);
                if step.is_none() {
                    // The focus is at the table first.
                    let tab = |event: &&Event| matches!(event, Event::Key { key: Key::Tab, .. });
                    let again = ui.input(|input| input.events.iter().find(tab).cloned());
                    again.into_iter().for_each(|event| pass_on(ui.ctx(), event));
                    hold_typing(ui.ctx());
                }
                let (rows, columns) = step.unwrap_or_default();
                commit(rows, columns)
            }
            () if pressed(Key::ArrowDown) => commit(1.min(self.rows_below(range.cursor)), 0),
            () if pressed(Key::ArrowUp) => commit(-1, 0),
            () => None,
        };
        if let Some(end) = end {
            if end != CasesIntent::Leave {
                // What is typed next is for the grid.
                ui.memory_mut(|memory| memory.request_focus(Id::unique(GRID)));
            }
            push(Intent::Cases(end));
        }
    }

    /// Returns by how many rows and columns Tab moves from a cell; `None` if it leaves the table.
    fn tab_step(&self, cell: CellAt, is_back: bool) -> Option<(isize, isize)> {
        let across = isize::try_from(self.column_count()).unwrap_or(isize::MAX) - 1;
        let is_first = cell.column == 0;
        let is_last = cell.column + 1 == self.column_count();
        match is_back {
            true if !is_first => Some((0, -1)),
            true => (cell.row > 0).then_some((-1, across)),
            false if !is_last => Some((0, 1)),
            false => (self.rows_below(cell) > 0).then_some((1, -across)),
        }
    }

    /// Returns 0 in the last row, below which the arrow key adds none.
    fn rows_below(&self, cell: CellAt) -> isize {
        isize::from(cell.row + 1 < self.layout.row_count)
    }

    fn problem_tooltip(&self, ui: &Ui, response: &Response) {
        let Some(pointer) = response.hover_pos() else { return };
        let Some(cell) = self.layout.nearest(pointer) else { return };
        let Some(row) = self.document_row(cell.row) else { return };
        let document = &self.state.document;
        let text = if cell.column == self.column_count() {
            verdict(ui, self.state, row).2
        } else {
            let column = CaseColumn::at(cell.column);
            self.state.cases.problem(document, row, column).or_else(|| {
                let text = document.text(row, column);
                let width = self.layout.cell(cell).width() - 2.0 * PADDING;
                let is_cut =
                    elided(ui.ctx(), &text, &regular(BODY), width, Ellipsis::Number).is_some();
                is_cut.then(|| one_line(&text))
            })
        };
        if let Some(text) = text {
            response.clone().on_hover_ui_at_pointer(|ui| drop(ui.label(text)));
        }
    }
}

/// Whether the pointer is pressed on a widget, or was pressed and released in this frame.
fn is_pressed(response: &Response) -> bool {
    response.is_pointer_button_down_on() || response.clicked()
}

/// Draws a line below a cell and at its right.
fn line(painter: &Painter, rect: Rect, color: Color32) {
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, color));
    painter.vline(rect.right() - 0.5, rect.y_range(), Stroke::new(1.0, color.gamma_multiply(0.6)));
}

/// Draws a text within a cell: numbers at the right, texts at the left. What is too long ends
/// with an ellipsis.
fn cell_text(
    ui: &Ui,
    painter: &Painter,
    rect: Rect,
    text: &str,
    (font, color): (egui::FontId, Color32),
    is_numeric: bool,
) {
    let inner = rect.shrink2(vec2(PADDING, 0.0));
    if text.is_empty() || inner.width() <= 0.0 {
        return;
    }
    let line: String =
        text.chars().take(400).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let short = is_numeric
        .then(|| elided(ui.ctx(), &line, &font, inner.width(), Ellipsis::Number))
        .flatten();
    let mut job = LayoutJob::single_section(short.unwrap_or(line), TextFormat::simple(font, color));
    job.wrap = TextWrapping::truncate_at_width(inner.width());
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let x = if is_numeric { inner.right() - galley.size().x } else { inner.left() };
    painter.galley(pos2(x, inner.center().y - galley.size().y / 2.0), galley, color);
}
