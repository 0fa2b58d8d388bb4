//! The first rows of a table, with the roles of its columns and its bad cells.

use std::collections::BTreeMap;

use egui::{Align, Label, Layout, RichText, ScrollArea, Ui, UiBuilder};
use egui_extras::{Column as TableColumn, TableBuilder};

use crate::study::{BadCell, Column, ImportError, PreviewRow, RemedyPlace, TableReading};
use crate::text::{grouped, shortest};
use crate::window::theme::{SMALL, regular, tokens};
use crate::window::widgets::controls::{column_heading, small};
use crate::window::widgets::scroll_keys::{scroll_focused, scroll_target};

const ROW: f32 = 22.0;

/// Height of the heading of a column and its role.
const HEADER: f32 = 34.0;

/// Space right of a number.
const MARGIN: f32 = 10.0;

/// Widest preview, in columns.
const MAX_COLUMNS: usize = 40;

pub(super) fn rows_preview(ui: &mut Ui, reading: &TableReading) {
    let preview = &reading.preview;
    small(ui, &caption(reading));
    if preview.columns.is_empty() {
        return;
    }
    ui.add_space(2.0);
    let problems = problems(reading);
    // Numbers are shown as they are understood.
    let cases = reading.result.as_ref().ok().map(|imported| &imported.cases);
    let columns = &preview.columns[..preview.columns.len().min(MAX_COLUMNS)];
    let colors = tokens(ui);
    let keys = scroll_target(ui, "First rows of the table");
    ScrollArea::horizontal().id_salt("import rows").auto_shrink(false).show(ui, |ui| {
        TableBuilder::new(ui)
            .id_salt(("import rows", columns.len()))
            .striped(true)
            .cell_layout(Layout::left_to_right(Align::Center))
            .auto_shrink([false, false])
            .min_scrolled_height(0.0)
            .column(TableColumn::initial(52.0).at_least(30.0).clip(true))
            .columns(TableColumn::initial(104.0).at_least(40.0).clip(true), columns.len())
            .header(HEADER, |mut header| {
                header.col(|ui| {
                    ui.add(Label::new(column_heading(ui, "line")).truncate());
                });
                for column in columns {
                    header.col(|ui| {
                        let layout = Layout::top_down(alignment(column.role));
                        let rect = ui.available_rect_before_wrap();
                        let rect = rect.with_max_x(rect.right() - MARGIN);
                        ui.scope_builder(UiBuilder::new().max_rect(rect).layout(layout), |ui| {
                            ui.spacing_mut().item_spacing.y = 0.0;
                            ui.add(Label::new(column_heading(ui, &column.heading)).truncate());
                            let color = column.role.map_or(colors.weak, |_| colors.accent);
                            let role = RichText::new(role_text(column.role));
                            ui.add(Label::new(role.font(regular(SMALL)).color(color)).truncate());
                        });
                    });
                }
            })
            .body(|mut body| {
                scroll_focused(body.ui_mut(), &keys);
                body.rows(ROW, preview.rows.len(), |mut row| {
                    let shown = &preview.rows[row.index()];
                    row.col(|ui| {
                        ui.label(RichText::new(shown.line.to_string()).color(colors.weak));
                    });
                    let case = cases.filter(|cases| row.index() < cases.len());
                    let case = case.map(|cases| cases.case(row.index()));
                    for (column, cell) in columns.iter().zip(&shown.cells) {
                        let cell = match (column.role, case) {
                            (Some(Column::X), Some(case)) => &shortest(case.x),
                            (Some(Column::Y), Some(case)) => &shortest(case.y),
                            _ => cell,
                        };
                        row.col(|ui| {
                            let problem = problems.get(&(shown.line, column.number));
                            cell_label(ui, cell, column.role, problem.copied());
                        });
                    }
                });
            });
    });
}

fn caption(reading: &TableReading) -> String {
    let kind = reading.format.as_ref().map_or("Table", |format| format.kind.name());
    let shown = reading.preview.rows.len();
    let rows = match &reading.result {
        Ok(imported) if imported.cases.len() > shown => {
            format!("the first {} of {} rows", grouped(shown), grouped(imported.cases.len()))
        }
        Ok(_) => "all rows".to_owned(),
        Err(_) => "the first rows".to_owned(),
    };
    match reading.preview.columns.len() {
        0 => kind.to_owned(),
        columns if columns > MAX_COLUMNS => {
            format!("{kind}: {rows}, and {MAX_COLUMNS} of {} columns", grouped(columns))
        }
        _ => format!("{kind}: {rows}"),
    }
}

fn role_text(role: Option<Column>) -> &'static str {
    role.map_or("further", Column::name)
}

fn cell_label(ui: &mut Ui, cell: &str, role: Option<Column>, problem: Option<&BadCell>) {
    let text = match problem {
        Some(_) if cell.trim().is_empty() => RichText::new("empty").italics(),
        _ => RichText::new(cell),
    };
    let text = if problem.is_some() { text.color(tokens(ui).bad) } else { text };
    let layout = match alignment(role) {
        Align::Max => Layout::right_to_left(Align::Center),
        _ => Layout::left_to_right(Align::Center),
    };
    ui.with_layout(layout, |ui| {
        if alignment(role) == Align::Max {
            ui.add_space(MARGIN);
        }
        let response = ui.add(Label::new(text).truncate());
        if let Some(problem) = problem {
            response.on_hover_ui(|ui| {
                ui.label(problem.describe(RemedyPlace::Window));
            });
        }
    });
}

fn alignment(role: Option<Column>) -> Align {
    match role {
        Some(Column::X | Column::Y) => Align::Max,
        Some(Column::Name) | None => Align::Min,
    }
}

/// Returns the problems of the cells shown, by the line of their row and by column.
fn problems(reading: &TableReading) -> BTreeMap<(u32, usize), &BadCell> {
    let rows = &reading.preview.rows;
    // A cell behind a line break in its row has a later line than the row.
    let breaks = |row: &PreviewRow| row.cells.iter().flat_map(|cell| cell.lines().skip(1)).count();
    let last = rows.last().map_or(0, |row| row.line as usize + breaks(row));
    let row_of = |cell: &BadCell| {
        let next = rows.partition_point(|row| row.line <= cell.line);
        next.checked_sub(1).map(|at| rows[at].line)
    };
    match &reading.result {
        Err(ImportError::Cells(cells, _)) => {
            let shown = cells.iter().take_while(|cell| cell.line as usize <= last);
            shown.filter_map(|cell| Some(((row_of(cell)?, cell.column), cell))).collect()
        }
        _ => BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{TableOptions, read_table};

    #[test]
    fn a_problem_behind_a_line_break_belongs_to_the_row_that_begins_before() {
        let table = b"name,x,y\n\"a\nb\",1,\n\"c\",2,3\n\"d\n\ne\",q,4\n";
        let reading = read_table(table, &TableOptions::default(), &|| false);
        let places: Vec<_> = problems(&reading).into_keys().collect();
        assert_eq!(places, [(2, 3), (5, 2)]);
    }
}
