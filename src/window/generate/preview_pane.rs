//! The first rows of a recipe and the scatter of two of its columns.

use egui::{Align, Label, Layout, RichText, ScrollArea, Ui, WidgetInfo};
use egui_extras::{Column, TableBuilder};

use super::generator_form::{GeneratorForm, GeneratorState};
use super::recipe_preview::PreviewRows;
use crate::text::grouped;
use crate::window::results::scatter_chart::{points, scatter_plot};
use crate::window::theme::tokens;
use crate::window::widgets::controls::{column_heading, list_box, side_by_side, small};
use crate::window::widgets::focus::ring_inside;
use crate::window::widgets::scroll_keys::{scroll_focused, scroll_target};

/// Least height with space for rows and scatter one below the other.
const BOTH_HEIGHT: f32 = 440.0;

const ROW: f32 = 22.0;

/// Draws the preview. Rows without names are numbered as if they were appended to a table of
/// `before` rows.
pub(super) fn preview(
    ui: &mut Ui,
    generator: &GeneratorState,
    before: usize,
    form: &mut GeneratorForm,
) {
    // The last rows stay until the next ones are known.
    let rows = generator.preview.as_ref().map(|preview| &preview.rows);
    let Some(Ok(rows)) = rows.filter(|_| generator.problem().is_none()) else {
        let text = match generator.problem() {
            Some(_) => "The rows appear here once the recipe has no error.",
            None => "Checking all rows…",
        };
        return small(ui, text);
    };
    if ui.available_height() >= BOTH_HEIGHT {
        let height = ui.available_height() * 0.55;
        scatter(ui, rows, form, height);
        ui.add_space(8.0);
        return first_rows(ui, rows, before);
    }
    ui.horizontal(|ui| {
        let choices =
            [(false, "Rows", "The first rows"), (true, "Scatter", "Two columns as marks")];
        side_by_side(ui, &mut form.shows_scatter, choices);
    });
    if form.shows_scatter {
        scatter(ui, rows, form, ui.available_height());
    } else {
        first_rows(ui, rows, before);
    }
}

fn scatter(ui: &mut Ui, rows: &PreviewRows, form: &mut GeneratorForm, height: f32) {
    let numeric: Vec<usize> = rows.numeric().collect();
    let [Some(_), last] = [numeric.first(), numeric.get(1).or(numeric.first())] else {
        return small(ui, "No column has numbers only, so there is nothing to draw.");
    };
    let top = ui.cursor().top();
    // A column that is gone or has become text gives way to one with numbers.
    let or = |column: usize, other: Option<&usize>| {
        let is_shown = numeric.contains(&column);
        if is_shown { column } else { other.copied().unwrap_or_default() }
    };
    let shown = [or(form.axes[0], numeric.first()), or(form.axes[1], last)];
    let mut axes = shown;
    ui.horizontal(|ui| {
        let name = |column: usize| rows.headings[column].clone();
        let columns = || numeric.iter().copied();
        ui.label(RichText::new("Scatter of").color(tokens(ui).weak));
        list_box(ui, ("up", "Column from bottom to top"), 90.0, &mut axes[1], columns(), name);
        ui.label(RichText::new("over").color(tokens(ui).weak));
        list_box(ui, ("right", "Column from left to right"), 90.0, &mut axes[0], columns(), name);
    });
    if axes != shown {
        form.axes = axes;
    }
    let [x, y] = axes.map(|column| &rows.sample[column]);
    let marks: Vec<[f64; 2]> = x.iter().zip(y).map(|(&x, &y)| [x, y]).collect();
    let [x_name, y_name] = axes.map(|column| rows.headings[column].clone());
    let part = if marks.len() < rows.count as usize {
        format!("{} of {} rows", grouped(marks.len()), grouped(rows.count))
    } else {
        format!("{} rows", grouped(rows.count))
    };
    let summary = format!("{y_name} over {x_name}: {part}");
    let colors = tokens(ui);
    let height = (height - (ui.cursor().top() - top)).max(80.0);
    let plot = scatter_plot(
        ("generator", &x_name, &y_name),
        [x_name.clone(), y_name.clone()],
        colors.line,
    );
    let response = plot.height(height).allow_drag(false).allow_zoom(false).show(ui, |plot| {
        plot.points(points("outlines", marks.clone(), 3.5).color(colors.case.1));
        plot.points(points("marks", marks, 2.5).color(colors.case.0));
    });
    ring_inside(&response.response);
    response.response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, &summary));
    response.response.on_hover_text(summary);
}

fn first_rows(ui: &mut Ui, rows: &PreviewRows, before: usize) {
    let first = grouped(rows.first.len());
    let text = match rows.count as usize {
        count if count > rows.first.len() => {
            format!("The first {first} of {} rows", grouped(rows.count))
        }
        _ => "All rows".to_owned(),
    };
    let is_numbered = rows.first.iter().any(|row| row[0].trim().is_empty());
    let names = if is_numbered && before > 0 { ", named as if they were appended" } else { "" };
    small(ui, &format!("{text}{names}"));
    ui.add_space(2.0);
    let keys = scroll_target(ui, "First rows");
    ScrollArea::horizontal().id_salt("first rows").auto_shrink(false).show(ui, |ui| {
        let headings = || std::iter::once("name").chain(rows.headings.iter().map(String::as_str));
        TableBuilder::new(ui)
            .id_salt(("first rows", rows.headings.len()))
            .striped(true)
            .cell_layout(Layout::left_to_right(Align::Center))
            .auto_shrink([false, false])
            .min_scrolled_height(0.0)
            .columns(Column::initial(92.0).at_least(40.0).clip(true), rows.headings.len() + 1)
            .header(24.0, |mut header| {
                for heading in headings() {
                    header.col(|ui| {
                        ui.add(Label::new(column_heading(ui, heading)).truncate());
                    });
                }
            })
            .body(|mut body| {
                scroll_focused(body.ui_mut(), &keys);
                body.rows(ROW, rows.first.len(), |mut row| {
                    let index = row.index();
                    for (at, cell) in rows.first[index].iter().enumerate() {
                        let is_number = at == 0 && cell.trim().is_empty();
                        let number = || format!("Case {}", before + index + 1);
                        let text = if is_number { number() } else { cell.clone() };
                        row.col(|ui| {
                            ui.add(Label::new(text).truncate());
                        });
                    }
                });
            });
    });
}
