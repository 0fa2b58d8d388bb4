//! The account of lane-seconds as a bar and as a list, whose parts select their cases.

use egui::{
    Align, Label, Layout, Rect, Response, RichText, Role, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, vec2,
};

use super::lanes::painter::hatch;
use super::legend::{part_color, swatch};
use super::texts::MIN_SHARE;
use super::timeline_run::{ShownRuns, TimelineRun};
use crate::report::{AccountPart, BreakdownEntry, RunReport, cases_behind};
use crate::text::{count, duration, list, percent, unbroken, worker_time};
use crate::window::help::term::explain;
use crate::window::state::{AppState, Intent};
use crate::window::theme::{BODY, HEADING, ON_RUN, SMALL, bold, regular, tokens};
use crate::window::widgets::controls::{small, small_text};

const BAR_HEIGHT: f32 = 26.0;

/// Widths of the name of a part, its time and its share.
const WIDTHS: [f32; 3] = [96.0, 70.0, 52.0];

pub(crate) fn breakdown(ui: &mut Ui, shown: &ShownRuns<'_>, intents: &mut Vec<Intent>) {
    let ShownRuns { state, runs, .. } = shown;
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        ui.label(RichText::new("Time breakdown").font(bold(HEADING)));
        if runs.iter().any(|run| run.lane_count() > 1) {
            ui.label(small_text(ui, "in worker-seconds: summed over all workers"));
        }
    });
    if runs.iter().all(|run| run.report.is_none()) {
        small(ui, "Appears when the run ends.");
        return;
    }
    for (number, run) in runs.iter().enumerate() {
        let Some(report) = run.report else { continue };
        ui.push_id(("breakdown", number), |ui| {
            if runs.len() > 1 {
                ui.label(RichText::new(run.title).font(bold(BODY)));
            }
            let entries = run.facts.map_or(&[][..], |facts| &facts.breakdown);
            if !entries.is_empty() {
                bar(ui, entries);
                parts(ui, state, (run, report), entries, intents);
            } else if report.state.ended_count == 0 {
                small(ui, "No case ran.");
            } else {
                small(ui, "No case took measurable time.");
            }
        });
    }
}

fn bar(ui: &mut Ui, entries: &[BreakdownEntry]) {
    let colors = tokens(ui);
    let size = vec2(ui.available_width(), BAR_HEIGHT);
    let (place, response) = ui.allocate_exact_size(size, Sense::hover());
    let painter = ui.painter();
    let mut left = place.left();
    let mut hovered = None;
    for entry in entries {
        #[expect(clippy::cast_possible_truncation, reason = "a share of a bar")]
        let right = (left + entry.share as f32 * place.width()).min(place.right());
        let rect = Rect::from_x_y_ranges(left..=right, place.y_range());
        let is_hatched = entry.part == AccountPart::Barrier;
        let (fill, line) = part_color(&colors, entry.part);
        painter.rect(rect, 0.0, fill, Stroke::new(1.0, line), StrokeKind::Inside);
        if is_hatched {
            let mut shapes = Vec::new();
            hatch(&mut shapes, rect, line);
            painter.extend(shapes);
        }
        let text = if fill == colors.case.0 { ON_RUN } else { colors.text };
        let name = painter.layout_no_wrap(entry.part.name().to_owned(), regular(SMALL), text);
        if name.size().x + 8.0 < rect.width() {
            let at = rect.center() - name.size() / 2.0;
            if is_hatched {
                let ground = Rect::from_min_size(at, name.size()).expand2(vec2(3.0, 0.0));
                painter.rect_filled(ground, 2.0, fill);
            }
            painter.galley(at, name, text);
        }
        if response.hover_pos().is_some_and(|at| rect.contains(at)) {
            hovered = Some(entry);
        }
        left = right;
    }
    let parts =
        entries.iter().map(|entry| format!("{} {}", entry.part.name(), percent(entry.share)));
    let label = format!("Time breakdown: {}", list(parts));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
    if let Some(entry) = hovered {
        let text = format!("{}\n{}", one_line(entry), explain(entry.part));
        response.on_hover_text_at_pointer(text);
    }
}

fn one_line(entry: &BreakdownEntry) -> String {
    format!("{} {}: {}", entry.part.name(), duration(entry.seconds), entry.sentence)
}

fn parts(
    ui: &mut Ui,
    state: &AppState,
    (run, report): (&TimelineRun<'_>, &RunReport),
    entries: &[BreakdownEntry],
    intents: &mut Vec<Intent>,
) {
    ui.spacing_mut().item_spacing.y = 3.0;
    let (large, tiny): (Vec<&BreakdownEntry>, Vec<&BreakdownEntry>) =
        entries.iter().partition(|entry| entry.share >= MIN_SHARE);
    for entry in large {
        part(ui, (run, report), entry, intents);
    }
    let selected = match state.selected_ids(run.has_document_rows).len() {
        0 => String::new(),
        1 => " 1 case is selected.".to_owned(),
        cases => format!(" {} are selected.", count(cases, "case")),
    };
    let lanes = count(run.lane_count(), "lane");
    let lanes = if report.state.workers_changed() {
        format!("at most {lanes}, each counted only while it had a worker")
    } else {
        format!("{lanes} for {}", duration(report.figures.total_parallel_s.unwrap_or(0.0)))
    };
    let tiny: Vec<String> =
        tiny.iter().map(|e| format!("{} {}", e.part.name(), duration(e.seconds))).collect();
    let tiny = match &tiny[..] {
        [] => String::new(),
        tiny => format!(" Less than {} each: {}.", percent(MIN_SHARE), tiny.join(", ")),
    };
    let total = worker_time(report.figures.account.map_or(0.0, |account| account.lane_seconds));
    small(ui, &unbroken(&format!("Total {total}: {lanes}.{tiny}{selected}")));
    ui.add_space(4.0);
}

/// Draws a part; its name selects the cases behind it, if there are any.
fn part(
    ui: &mut Ui,
    (run, report): (&TimelineRun<'_>, &RunReport),
    entry: &BreakdownEntry,
    intents: &mut Vec<Intent>,
) {
    let colors = tokens(ui);
    ui.horizontal(|ui| {
        swatch(ui, part_color(&colors, entry.part), entry.part == AccountPart::Barrier);
        let text = RichText::new(entry.part.name()).size(BODY);
        let response = cell(ui, WIDTHS[0], Layout::left_to_right(Align::Center), |ui| {
            if entry.has_cases { ui.link(text) } else { ui.label(text) }
        });
        let figure = |ui: &mut Ui, width, text: String| {
            cell(ui, width, Layout::right_to_left(Align::Center), |ui| {
                ui.label(RichText::new(text).size(BODY))
            });
        };
        figure(ui, WIDTHS[1], duration(entry.seconds));
        figure(ui, WIDTHS[2], percent(entry.share));
        let sentence = RichText::new(unbroken(&entry.sentence)).size(BODY).color(colors.weak);
        ui.add(Label::new(sentence).wrap());
        let response = response.on_hover_text(explain(entry.part));
        if !entry.has_cases {
            return;
        }
        let of_run =
            if run.title.is_empty() { String::new() } else { format!(" of {}", run.title) };
        let part = entry.part.name();
        let label = format!("Select the cases behind {part}{of_run}: {}", one_line(entry));
        response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &label));
        if response.on_hover_text("Select the cases behind this part").clicked() {
            let cases = cases_behind(report, entry.part);
            intents.push(run.select(cases.into_iter().map(|case| case as usize), false));
        }
    });
}

fn cell(
    ui: &mut Ui,
    width: f32,
    layout: Layout,
    add: impl FnOnce(&mut Ui) -> Response,
) -> Response {
    let cell = ui.allocate_ui_with_layout(vec2(width, 22.0), layout, |ui| {
        ui.set_min_width(width);
        add(ui)
    });
    cell.inner
}
