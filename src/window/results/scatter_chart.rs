//! Values as a scatter: against x, against y, or in colour over both.

use egui::{Pos2, Response, Ui, pos2, vec2};
use egui_plot::{MarkerShape, Plot, PlotPoints, PlotTransform, Points};

use super::chart_data::{Mark, PlotAxis, Scatter, share};
use super::color_scale::{HEIGHT, rounded, scale};
use super::query::ResultsView;
use super::results_state::ResultsIntent;
use super::results_tab::said;
use crate::text::shortest;
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Intent;
use crate::window::state::run_view::RunView;
use crate::window::theme::{SHADES, shade, tokens};
use crate::window::widgets::controls::small;

/// The radius of marks.
const RADIUS: f32 = 4.0;

/// So many selected cases get a ring at most.
pub(crate) const MOST_RINGS: usize = 1000;

/// A mark is pointed at from so far.
const NEAR: f32 = 10.0;

pub(crate) fn scatter(
    ui: &mut Ui,
    state: &AppState,
    run: &RunView,
    found: &ResultsView,
    (scatter, height): (&Scatter, f32),
    intents: &mut Vec<Intent>,
) {
    // Where the view scrolls, the wheel is for that.
    let zooms = height <= ui.available_height() + 1.0;
    let top = ui.cursor().top();
    let colors = tokens(ui);
    let [title, across, up] = match scatter.across {
        PlotAxis::X => ["Value against x", "x", "value"],
        PlotAxis::Y => ["Value against y", "y", "value"],
        PlotAxis::Both => ["Values over x and y", "x", "y"],
    };
    let joined = if scatter.is_joined() { "; a mark stands for the cases around it" } else { "" };
    let summary = format!("{title}: {}{joined}", said(run, found));
    small(ui, &summary);
    let legend = if scatter.across == PlotAxis::Both { HEIGHT + 8.0 } else { 0.0 };
    let height = height - (ui.cursor().top() - top) - legend;
    let plot = Plot::new(("scatter", scatter.across as u8))
        .height(height)
        .show_background(false)
        .show_grid([true, true])
        .grid_color(colors.line)
        .show_x(false)
        .show_y(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .set_margin_fraction(vec2(0.06, 0.08))
        .x_axis_label(across)
        .y_axis_label(up)
        .x_axis_formatter(|mark, _| rounded(mark.value))
        .y_axis_formatter(|mark, _| rounded(mark.value));
    let chosen = chosen(state, run, scatter.across);
    let response = plot.show(ui, |plot| {
        let wheel = plot.ctx().input(|input| input.smooth_scroll_delta.y);
        if zooms && plot.response().hovered() && wheel != 0.0 {
            plot.zoom_bounds_around_hovered(vec2((wheel / 200.0).exp(), (wheel / 200.0).exp()));
        }
        let points = |name: &str, marks: Vec<[f64; 2]>, radius: f32| {
            Points::new(name, PlotPoints::from(marks))
                .shape(MarkerShape::Circle)
                .radius(radius)
                .allow_hover(false)
        };
        let all = scatter.marks.iter().map(|mark| mark.at).collect();
        plot.points(points("outlines", all, RADIUS + 1.0).color(colors.case.1));
        for step in 0..shades(scatter) {
            let at = step as f64 / (SHADES - 1) as f64;
            let here = scatter.marks.iter().filter(|mark| step_of(scatter, mark) == step);
            let fill = if scatter.across == PlotAxis::Both { shade(at).0 } else { colors.case.0 };
            let name = format!("marks {step}");
            plot.points(points(&name, here.map(|mark| mark.at).collect(), RADIUS).color(fill));
        }
        // A ring around what is selected, where it is and not its mark.
        plot.points(points("rings", chosen.clone(), RADIUS + 6.0).color(colors.text));
        plot.points(points("gaps", chosen.clone(), RADIUS + 4.0).color(colors.background));
        plot.points(points("selected", chosen, RADIUS).color(colors.text));
    });
    if scatter.across == PlotAxis::Both {
        scale(ui, scatter.range);
    }
    pointed_at(run, scatter, &response.transform, response.response, &summary, intents);
}

/// Where the selected cases that have a value are.
fn chosen(state: &AppState, run: &RunView, across: PlotAxis) -> Vec<[f64; 2]> {
    let place = |case: u32| {
        let row = run.frozen().cases.case(case as usize);
        let value = run.state().records()[case as usize].value.filter(|value| value.is_finite())?;
        Some(match across {
            PlotAxis::X => [row.x, value],
            PlotAxis::Y => [row.y, value],
            PlotAxis::Both => [row.x, row.y],
        })
    };
    state.selected_cases(run, MOST_RINGS).into_iter().filter_map(place).collect()
}

/// How many colours marks have.
fn shades(scatter: &Scatter) -> usize {
    if scatter.across == PlotAxis::Both { SHADES } else { 1 }
}

/// Which of them this mark has.
fn step_of(scatter: &Scatter, mark: &Mark) -> usize {
    let last = (shades(scatter) - 1) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
    let step = (share(mark.value, scatter.range) * last).round() as usize;
    step
}

/// Says what the mark under the pointer is; a click selects its case.
fn pointed_at(
    run: &RunView,
    scatter: &Scatter,
    transform: &PlotTransform,
    response: Response,
    summary: &str,
    intents: &mut Vec<Intent>,
) {
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, summary));
    let Some(pointer) = response.hover_pos() else { return };
    let place = |mark: &Mark| {
        let at = transform.position_from_point(&mark.at.into());
        pos2(at.x, at.y)
    };
    let Some(mark) = nearest(&scatter.marks, pointer, place) else { return };
    if response.clicked() {
        intents.push(Intent::Results(ResultsIntent::Choose(mark.case)));
    }
    response.on_hover_text_at_pointer(told(run, mark));
}

/// The mark nearest to the pointer, if one is near.
fn nearest(marks: &[Mark], pointer: Pos2, place: impl Fn(&Mark) -> Pos2) -> Option<&Mark> {
    let far = |mark: &&Mark| place(mark).distance(pointer);
    let nearest = marks.iter().min_by(|a, b| far(a).total_cmp(&far(b)))?;
    (far(&nearest) <= NEAR).then_some(nearest)
}

/// A mark in words.
pub(crate) fn told(run: &RunView, mark: &Mark) -> String {
    let row = run.frozen().cases.case(mark.case as usize);
    if mark.cases == 1 {
        let [x, y, value] = [row.x, row.y, mark.value].map(shortest);
        return format!("{}\nx {x}, y {y}\nvalue {value}", row.name);
    }
    format!("{} cases, {} and others\nmean value {}", mark.cases, row.name, rounded(mark.value))
}
