//! Where the time went: the account of lane-seconds as one stacked bar, and each
//! part with its figures, a sentence, and the cases behind it.

use egui::{
    Align, Label, Layout, Rect, Response, RichText, Role, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, vec2,
};

use super::lanes::painter::hatch;
use super::timeline_tab::{LEAST_SHARE, TimelineRun, part_color, percent, swatch};
use crate::report::{AccountPart, BreakdownEntry, RunReport, cases_behind};
use crate::text::duration;
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Intent;
use crate::window::theme::{BODY, HEADING, ON_RUN, SMALL, bold, regular, tokens};
use crate::window::widgets::controls::{small, unbroken};

/// The height of a stacked bar.
const BAR: f32 = 26.0;

/// The widths of the name of a part, its figure and its share.
const WIDTHS: [f32; 3] = [96.0, 70.0, 52.0];

/// The section, for each of the runs.
pub(crate) fn where_time_went(
    ui: &mut Ui,
    state: &AppState,
    runs: &[TimelineRun<'_>],
    intents: &mut Vec<Intent>,
) {
    let over = runs.iter().any(|run| run.report.is_some());
    ui.label(RichText::new("Where the time went").font(bold(HEADING)));
    if !over {
        small(ui, "Known at the end of the run.");
        return;
    }
    for (number, run) in runs.iter().enumerate() {
        let Some(report) = run.report else { continue };
        ui.push_id(("went", number), |ui| {
            if runs.len() > 1 {
                ui.label(RichText::new(run.title).font(bold(BODY)));
            }
            let went = run.facts.map_or(&[][..], |facts| &facts.went);
            if went.is_empty() {
                small(ui, nothing(report));
            } else {
                bar(ui, went);
                parts(ui, state, (run, report), went, intents);
            }
        });
    }
}

/// Why there are no parts.
fn nothing(report: &RunReport) -> &'static str {
    if report.state.ended_count() == 0 {
        "No case was run, so no time went anywhere."
    } else {
        "All cases took no time at all."
    }
}

fn bar(ui: &mut Ui, all: &[BreakdownEntry]) {
    let colors = tokens(ui);
    let (whole, response) = ui.allocate_exact_size(vec2(ui.available_width(), BAR), Sense::hover());
    let painter = ui.painter();
    let mut left = whole.left();
    let mut pointed = None;
    for went in all {
        #[expect(clippy::cast_possible_truncation, reason = "a share of a bar")]
        let right = (left + went.share as f32 * whole.width()).min(whole.right());
        let rect = Rect::from_x_y_ranges(left..=right, whole.y_range());
        let (fill, line) = part_color(&colors, went.part);
        painter.rect(rect, 0.0, fill, Stroke::new(1.0, line), StrokeKind::Inside);
        if went.part == AccountPart::Barrier {
            let mut over = Vec::new();
            hatch(&mut over, rect, line);
            painter.extend(over);
        }
        let text = if fill == colors.case.0 { ON_RUN } else { colors.text };
        let name = painter.layout_no_wrap(went.part.name().to_owned(), regular(SMALL), text);
        if name.size().x + 8.0 < rect.width() {
            let at = rect.center() - name.size() / 2.0;
            if went.part == AccountPart::Barrier {
                let ground = Rect::from_min_size(at, name.size()).expand2(vec2(3.0, 0.0));
                painter.rect_filled(ground, 2.0, fill);
            }
            painter.galley(at, name, text);
        }
        if response.hover_pos().is_some_and(|at| rect.contains(at)) {
            pointed = Some(went);
        }
        left = right;
    }
    let summary = all.iter().map(|w| format!("{} {}", w.part.name(), percent(w.share)));
    let summary = summary.collect::<Vec<_>>().join(", ");
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Image,
            true,
            format!("Where the time of all lanes went: {summary}"),
        )
    });
    if let Some(went) = pointed {
        response.on_hover_text_at_pointer(said(went));
    }
}

/// A part in one line.
fn said(went: &BreakdownEntry) -> String {
    format!("{} {}: {}", went.part.name(), duration(went.seconds), went.sentence)
}

/// The parts with their figures; those with cases behind them select these.
fn parts(
    ui: &mut Ui,
    state: &AppState,
    (run, report): (&TimelineRun<'_>, &RunReport),
    all: &[BreakdownEntry],
    intents: &mut Vec<Intent>,
) {
    let colors = tokens(ui);
    ui.spacing_mut().item_spacing.y = 3.0;
    let (shown, tiny): (Vec<&BreakdownEntry>, Vec<&BreakdownEntry>) =
        all.iter().partition(|went| went.share >= LEAST_SHARE);
    for went in shown {
        ui.horizontal(|ui| {
            swatch(ui, part_color(&colors, went.part), went.part == AccountPart::Barrier);
            let text = RichText::new(went.part.name()).size(BODY);
            let response = cell(ui, WIDTHS[0], Align::Min, |ui| {
                if went.has_cases { ui.link(text) } else { ui.label(text) }
            });
            let figure = |ui: &mut Ui, width, text: String| {
                cell(ui, width, Align::Max, |ui| ui.label(RichText::new(text).size(BODY)));
            };
            figure(ui, WIDTHS[1], duration(went.seconds));
            figure(ui, WIDTHS[2], percent(went.share));
            let sentence = RichText::new(unbroken(&went.sentence)).size(BODY).color(colors.weak);
            ui.add(Label::new(sentence).wrap());
            if went.has_cases {
                let of =
                    if run.title.is_empty() { String::new() } else { format!(" of {}", run.title) };
                let name =
                    format!("Select the cases behind {}{of}: {}", went.part.name(), said(went));
                response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &name));
                if response.on_hover_text("Select the cases behind it").clicked() {
                    let cases = cases_behind(report, went.part);
                    intents.push(run.pick(cases.into_iter().map(|case| case as usize), false));
                }
            }
        });
    }
    let whole_s = report.figures.account.map_or(0.0, |account| account.lane_seconds);
    let picked = match state.selected_ids(run.knows_rows).len() {
        0 => String::new(),
        1 => " 1 case is selected.".to_owned(),
        count => format!(" {count} cases are selected."),
    };
    let (lanes, time) = (run.lanes(), duration(report.figures.total_parallel_s.unwrap_or(0.0)));
    let noun = if lanes == 1 { "lane" } else { "lanes" };
    let lanes = if report.state.workers_changed() {
        format!("at most {lanes} {noun}, each while there was a worker for it")
    } else {
        format!("{lanes} {noun} for {time}")
    };
    let tiny: Vec<String> =
        tiny.iter().map(|w| format!("{} {}", w.part.name(), duration(w.seconds))).collect();
    let tiny = match &tiny[..] {
        [] => String::new(),
        tiny => format!(" Less than {} each: {}.", percent(LEAST_SHARE), tiny.join(", ")),
    };
    let whole = duration(whole_s);
    small(ui, &unbroken(&format!("Together {whole}: {lanes}.{tiny}{picked}")));
    ui.add_space(4.0);
}

/// A cell of this width.
fn cell(ui: &mut Ui, width: f32, align: Align, add: impl FnOnce(&mut Ui) -> Response) -> Response {
    let layout = match align {
        Align::Max => Layout::right_to_left(Align::Center),
        _ => Layout::left_to_right(Align::Center),
    };
    let size = vec2(width, 22.0);
    ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_min_width(width);
        add(ui)
    })
    .inner
}
