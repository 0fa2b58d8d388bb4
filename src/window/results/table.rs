//! The table of results.

use egui::{
    Align, Button, Color32, Context, CursorIcon, EventFilter, Id, Key, Label, Layout, Modifiers,
    Rect, RichText, Sense, Stroke, TextWrapMode, Ui, vec2,
};
use egui_extras::{Column as Width, TableBuilder};

use super::columns::ResultsColumn;
use super::results_state::ResultsIntent;
use super::texts::ShownResults;
use crate::report::charts::elision::CommonParts;
use crate::run::Status;
use crate::schedule::s_from_ns;
use crate::text::{Unit, decimal, memory, one_line, shortest};
use crate::window::help::term::Term;
use crate::window::state::{AppState, Intent, RunView};
use crate::window::theme::{BODY, tokens};
use crate::window::widgets::command_menu::{CASE_OF_RUN, context_menu};
use crate::window::widgets::controls::column_heading;
use crate::window::widgets::elision::{name, whole_or_elided};
use crate::window::widgets::focus::row_of_list;

const ROW: f32 = 26.0;

/// Number of rows that Page Up and Page Down pass.
const PAGE_ROWS: usize = 10;

/// Most cases that the units of the columns are chosen by.
const MAX_SAMPLE: usize = 512;

/// Longest part of an error that a cell holds, in characters.
const MAX_ERROR: usize = 2000;

/// Smallest and largest width that the user can give a column, in points.
const WIDTHS: (f32, f32) = (24.0, 2000.0);

/// Change of a column's width by a key.
const WIDTH_STEP: f32 = 16.0;

#[derive(Clone, Copy)]
struct ColumnUnits {
    clock: Unit,
    time: Unit,
    cpu: Unit,
}

impl ColumnUnits {
    fn of(run: &RunView) -> Self {
        let records = &run.state().records;
        let sample = || records.iter().step_by(records.len() / MAX_SAMPLE + 1);
        let ended = sample().filter(|record| record.has_ended());
        let cpu_ns = sample().filter_map(|record| record.cpu_ns);
        Self {
            clock: Unit::fitting(run.elapsed_s()),
            time: Unit::of_column(ended.map(|record| s_from_ns(record.time_ns()))),
            cpu: Unit::of_column(cpu_ns.map(s_from_ns)),
        }
    }

    fn unit(self, column: ResultsColumn) -> Option<Unit> {
        match column {
            ResultsColumn::Start | ResultsColumn::End | ResultsColumn::Queued => Some(self.clock),
            ResultsColumn::Time => Some(self.time),
            ResultsColumn::Cpu => Some(self.cpu),
            _ => None,
        }
    }
}

pub(crate) fn table(ui: &mut Ui, results: ShownResults<'_>, intents: &mut Vec<Intent>) {
    let ShownResults { state, run, .. } = results;
    let (units, parts) = (ColumnUnits::of(run), CommonParts::of(&run.frozen().cases));
    let columns = ResultsColumn::of_run(run.frozen());
    let columns: Vec<ResultsColumn> =
        columns.filter(|&column| state.results.shows(column, run)).collect();
    // The columns are part of the id, because stored widths fit one set of columns only.
    let mut table = TableBuilder::new(ui)
        .id_salt(("results", &columns))
        .striped(true)
        .sense(Sense::CLICK)
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, false])
        .min_scrolled_height(0.0)
        .animate_scrolling(false);
    for &column in &columns {
        table = table.column(width(column, state));
    }
    let rows = results.rows();
    let row_of = |case: u32| match rows {
        None => Some(case as usize),
        Some(rows) => rows.iter().position(|&row| row == case),
    };
    if let Some(case) = state.results.scroll_to {
        if let Some(row) = row_of(case) {
            let align = state.results.pending_focus.is_none().then_some(Align::Center);
            table = table.scroll_to_row(row, align);
        }
        intents.push(Intent::Results(ResultsIntent::Scrolled));
    }
    if state.results.must_refit {
        table.reset();
        intents.push(Intent::Results(ResultsIntent::Refitted));
    }
    let mut resized = None;
    let mut flexible = Vec::new();
    let table = table.header(28.0, |mut header| {
        for &column in &columns {
            header.col(|ui| {
                let by_keys = heading(ui, (state, run), column, units, intents);
                resized = resized.or(by_keys).or(edge(ui, column, intents));
                flexible.extend(column.is_flexible().then_some((column, ui.max_rect().width())));
            });
        }
    });
    if let Some(resized) = resized {
        // Otherwise they would give or take what the resized column gains or loses.
        flexible.retain(|(column, _)| !state.results.widths.contains_key(column));
        for (column, width) in flexible.into_iter().chain([resized]) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
            let width = width.clamp(WIDTHS.0, WIDTHS.1).round() as u16;
            intents.push(Intent::Results(ResultsIntent::Width(column, width)));
        }
    }
    table.body(|body| {
        let count = rows.map_or(run.frozen().cases.len(), <[u32]>::len);
        body.rows(ROW, count, |mut row| {
            let index = row.index();
            let case = rows.map_or(index, |rows| rows[index] as usize);
            let is_selected = state.is_selected(run, case);
            row.set_selected(is_selected);
            let mut has_focus = false;
            for &column in &columns {
                let case = (case, is_selected);
                let how = (units, parts);
                row.col(|ui| has_focus |= cell(ui, (state, run), case, column, how, intents));
            }
            if has_focus && let Some(row) = stepped_row(&row.response().ctx, index, count) {
                let case = rows.map_or(u32::try_from(row).unwrap_or(u32::MAX), |rows| rows[row]);
                intents.push(Intent::Results(ResultsIntent::Enter(case)));
            }
            if row.response().clicked() {
                select(case, intents);
            }
            if context_menu(&row.response(), has_focus, state, CASE_OF_RUN, intents) {
                let (of_document, row) = (run.has_document_rows, run.frozen().cases.id(case));
                intents.push(Intent::SelectCase { of_document, row });
            }
        });
    });
}

/// Returns the width that the user chose, else one that fits the content.
fn width(column: ResultsColumn, state: &AppState) -> Width {
    if let Some(&width) = state.results.widths.get(&column) {
        return Width::exact(width.into());
    }
    let least = match column {
        ResultsColumn::Name => return Width::remainder().at_least(90.0).clip(true),
        ResultsColumn::Error => return Width::remainder().at_least(160.0).clip(true),
        ResultsColumn::Listed => 52.0,
        ResultsColumn::X | ResultsColumn::Y | ResultsColumn::Lane => 46.0,
        ResultsColumn::Status => 84.0,
        _ => 74.0,
    };
    Width::auto_with_initial_suggestion(least).at_least(least)
}

/// Returns whether the content of a column is cut to its width.
fn is_fixed(column: ResultsColumn, state: &AppState) -> bool {
    column.is_flexible() || state.results.widths.contains_key(&column)
}

/// Draws the right edge of a column in its heading. Returns the column and its new width while
/// the user drags the edge; a double click fits the width to the content again.
fn edge(ui: &Ui, column: ResultsColumn, intents: &mut Vec<Intent>) -> Option<(ResultsColumn, f32)> {
    let place = ui.max_rect();
    let x = place.right() + 2.0;
    let grip = Rect::from_x_y_ranges(x - 8.0..=x + 2.0, place.y_range());
    let response = ui.interact(grip, ui.scope_id().with(column), Sense::CLICK | Sense::DRAG);
    let is_active = response.hovered() || response.dragged();
    if is_active {
        ui.set_cursor_icon(CursorIcon::ResizeColumn);
    }
    let color = if is_active { tokens(ui).accent } else { tokens(ui).line };
    // Each of the two cells beside the edge may clip what it draws.
    let mut painter = ui.painter().clone();
    painter.set_clip_rect(ui.clip_rect().expand2(vec2(4.0, 0.0)));
    painter.vline(x, place.shrink2(vec2(0.0, 5.0)).y_range(), Stroke::new(1.0, color));
    if response.double_clicked() {
        intents.push(Intent::Results(ResultsIntent::FitWidth(Some(column))));
        return None;
    }
    let pointer = response.interact_pointer_pos().filter(|_| response.dragged())?;
    Some((column, pointer.x - place.left() - 2.0))
}

/// Returns the row that the keys pressed lead to from this one.
fn stepped_row(ctx: &Context, row: usize, count: usize) -> Option<usize> {
    let last = count - 1;
    let keys = [
        (Key::ArrowUp, row.saturating_sub(1)),
        (Key::ArrowDown, (row + 1).min(last)),
        (Key::PageUp, row.saturating_sub(PAGE_ROWS)),
        (Key::PageDown, (row + PAGE_ROWS).min(last)),
        (Key::Home, 0),
        (Key::End, last),
    ];
    let pressed = |key| ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let target = keys.into_iter().find(|&(key, _)| pressed(key))?.1;
    (target != row).then_some(target)
}

/// Selects a case and focuses its row, so that keys continue from it.
fn select(case: usize, intents: &mut Vec<Intent>) {
    let case = u32::try_from(case).unwrap_or(u32::MAX);
    let both = [ResultsIntent::Select(case), ResultsIntent::Focus(case)];
    intents.extend(both.map(Intent::Results));
}

/// Draws a heading, which sorts. Returns the column and its new width if Alt with an arrow key
/// changes it.
fn heading(
    ui: &mut Ui,
    (state, run): (&AppState, &RunView),
    column: ResultsColumn,
    units: ColumnUnits,
    intents: &mut Vec<Intent>,
) -> Option<(ResultsColumn, f32)> {
    let sort = state.results.sort;
    let arrow = match (sort.column == column, sort.is_descending) {
        (false, _) => "",
        (true, false) => " ▴",
        (true, true) => " ▾",
    };
    let in_unit = units.unit(column).map_or(String::new(), |unit| format!(" [{}]", unit.symbol()));
    let name = column.heading(run.frozen());
    let text = format!("{}{in_unit}{arrow}", one_line(&name));
    let button = Button::new(column_heading(ui, text)).frame(false);
    let width = ui.max_rect().width();
    let mut steps = 0.0;
    aligned(ui, column, state, |ui| {
        let hover = match column {
            ResultsColumn::Listed => "Sort by table order".to_owned(),
            ResultsColumn::End => "Sort by finish order".to_owned(),
            _ => format!("Sort by {name}"),
        };
        let explanation = column.term().map_or(String::new(), Term::explanation);
        let hover = format!("{hover}\n{explanation}");
        let response = ui.add(button).on_hover_text(hover.trim_end());
        if response.clicked() {
            intents.push(Intent::Results(ResultsIntent::SortBy(column)));
        }
        if response.has_focus() {
            steps = ui.input_mut(|input| {
                let mut presses = |key| input.count_and_consume_key(Modifiers::ALT, key) as f32;
                presses(Key::ArrowRight) - presses(Key::ArrowLeft)
            });
        }
    });
    (steps != 0.0).then_some((column, width + WIDTH_STEP * steps))
}

/// Shows a cell, and returns whether it has the focus.
fn cell(
    ui: &mut Ui,
    (state, run): (&AppState, &RunView),
    (case, is_selected): (usize, bool),
    column: ResultsColumn,
    (units, parts): (ColumnUnits, CommonParts<'_>),
    intents: &mut Vec<Intent>,
) -> bool {
    let mut has_focus = false;
    let (text, color) = cell_text(ui, (state, run), case, column, units);
    aligned(ui, column, state, |ui| {
        if column == ResultsColumn::Name {
            name(ui, &text, color, parts);
            return;
        }
        let text = RichText::new(text).size(BODY).color(color);
        if column != ResultsColumn::Listed {
            // A truncated text is shown whole while the pointer is on it.
            if is_fixed(column, state) {
                ui.add(Label::new(text).wrap_mode(TextWrapMode::Truncate).selectable(false));
            } else {
                whole_or_elided(ui, text, false);
            }
            return;
        }
        // The number is focusable, so that the keyboard can select the row.
        let label = ui.add(Label::new(text).selectable(false).sense(Sense::click()));
        row_of_list(&label, Id::unique("rows of results"), is_selected);
        let name = format!("result {}", case + 1);
        label.widget_info(|| {
            egui::WidgetInfo::selected(egui::Role::CheckBox, true, is_selected, &name)
        });
        if label.clicked() {
            select(case, intents);
        }
        if state.results.pending_focus == u32::try_from(case).ok() {
            label.request_focus();
            intents.push(Intent::Results(ResultsIntent::Entered));
        }
        has_focus = label.has_focus() && !label.gained_focus();
        if has_focus {
            let filter = EventFilter {
                horizontal_arrows: true,
                vertical_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(label.id, filter));
        }
    });
    has_focus
}

/// Aligns text to the left and numbers to the right. A column with a wider content grows, and
/// stays as wide.
fn aligned(ui: &mut Ui, column: ResultsColumn, state: &AppState, add: impl FnOnce(&mut Ui)) {
    let width = ui.max_rect().width();
    match column {
        ResultsColumn::Name | ResultsColumn::Error => add(ui),
        ResultsColumn::Extra(_) if !state.results.is_quantity(column) => {
            // Keeps a distance to the number on the left.
            ui.add_space(8.0);
            add(ui);
        }
        ResultsColumn::Status | ResultsColumn::Host => {
            // Keeps a distance to the number on the left.
            ui.add_space(8.0);
            add(ui);
            ui.expand_to_include_x(ui.max_rect().right());
        }
        _ => drop(ui.with_layout(Layout::right_to_left(Align::Center), add)),
    }
    if ui.min_rect().width() > width + 0.5 && !is_fixed(column, state) {
        ui.ctx().request_discard("a column grows");
    }
}

fn cell_text(
    ui: &Ui,
    (state, run): (&AppState, &RunView),
    case: usize,
    column: ResultsColumn,
    units: ColumnUnits,
) -> (String, Color32) {
    let colors = tokens(ui);
    let row = run.frozen().cases.case(case);
    let record = &run.state().records[case];
    let unit = units.unit(column).unwrap_or(Unit::Second);
    let time = |ns: u64| format!("{:.3}", unit.of_s(s_from_ns(ns)));
    let started = Some(record).filter(|record| record.has_started());
    let ended = Some(record).filter(|record| record.has_ended());
    let text = match column {
        ResultsColumn::Listed => Some((case + 1).to_string()),
        ResultsColumn::Name => Some(one_line(row.name)),
        ResultsColumn::X => Some(shortest(row.x)),
        ResultsColumn::Y => Some(shortest(row.y)),
        ResultsColumn::Extra(at) => {
            let columns = run.frozen().cases.extra_columns();
            let cells = columns.get(usize::from(at));
            cells.map(|(_, cells)| {
                one_line(&cells.get(case).chars().take(MAX_ERROR).collect::<String>())
            })
        }
        ResultsColumn::Value => record.value.map(decimal),
        ResultsColumn::Output(at) => {
            let case = u32::try_from(case).unwrap_or(u32::MAX);
            run.state().value(case, at.into()).map(decimal)
        }
        ResultsColumn::Front => {
            let front = state.results.view(run).and_then(|view| view.front.as_deref());
            let is_on = |front: &[u32]| {
                u32::try_from(case).is_ok_and(|case| front.binary_search(&case).is_ok())
            };
            front.filter(|front| is_on(front)).map(|_| "front".to_owned())
        }
        ResultsColumn::Status => Some(run.record_text(record)),
        ResultsColumn::Error => {
            let error = run.state().error(u32::try_from(case).unwrap_or(u32::MAX));
            error.map(|error| one_line(&error.chars().take(MAX_ERROR).collect::<String>()))
        }
        ResultsColumn::Lane => started.filter(|_| run.has_starts()).map(|r| r.lane.to_string()),
        ResultsColumn::Start => started.filter(|_| run.has_starts()).map(|r| time(r.start_ns)),
        ResultsColumn::End => ended.filter(|_| run.has_starts()).map(|r| time(r.end_ns)),
        ResultsColumn::Time => ended.map(|r| time(r.time_ns())),
        ResultsColumn::Cpu => record.cpu_ns.map(time),
        ResultsColumn::Memory => record.memory_bytes.map(memory),
        ResultsColumn::Attempts => started.map(|_| {
            let case = u32::try_from(case).unwrap_or(u32::MAX);
            run.state().attempt_count(case).to_string()
        }),
        ResultsColumn::Host => run.state().notes.host(case).map(str::to_owned),
        ResultsColumn::Queued => run.state().notes.queued_ns(case).map(time),
    };
    let color = match (column, record.status) {
        (ResultsColumn::Status, _) if record.will_retry => colors.weak,
        (ResultsColumn::Status, Status::Done) if !run.is_simulated() => colors.good,
        (ResultsColumn::Front, _) => colors.good,
        (ResultsColumn::Status | ResultsColumn::Error, Status::Failed | Status::TimedOut) => {
            colors.bad
        }
        (ResultsColumn::Listed | ResultsColumn::Status, _) => colors.weak,
        _ => colors.text,
    };
    (text.unwrap_or_default(), color)
}
