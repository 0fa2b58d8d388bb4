//! The Bars tab: a bar per case, then the two totals.

use std::cell::Cell;
use std::ops::Range;

use egui::{Color32, RichText, Stroke, Ui, vec2};
use egui_plot::{Bar, BarChart, Plot};

use super::chart_keys::{keep_in_view, move_view, select};
use super::labels::DrawnBars;
use super::lane_strip;
use crate::report::charts::bar_layout::{
    BAR_WIDTH, buckets, cases_per_bar, total_bars, visible_cases,
};
use crate::report::charts::marks::{mark_text, marks};
use crate::run::{CaseRecord, RunState, Status};
use crate::text::{Unit, count, duration};
use crate::window::help::starts;
use crate::window::state::{AppState, Command, Intent, RunView};
use crate::window::theme::{BODY, Tokens, bold, tokens};
use crate::window::timeline::legend::{SWATCH_WIDTH, swatch};
use crate::window::timeline::timeline_run::TimelineRun;
use crate::window::widgets::advice;
use crate::window::widgets::chart_parts::mouse_hint;
use crate::window::widgets::command_menu::{CASE_OF_RUN, context_menu};
use crate::window::widgets::controls::{fits, small_text};

/// Height of the names under the bars.
const NAMES_HEIGHT: f32 = 56.0;

/// Least height of the chart, in the smallest window.
const LEAST_HEIGHT: f32 = 90.0;

/// Left end of the chart, in bars.
const START: f64 = -0.7;

/// Largest number of cases whose bars the totals do not flatten.
const MAX_CASES_WITH_TOTALS: usize = 60;

pub(crate) fn bars(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(run) = &state.run else {
        if starts::are_offered(state) {
            return starts::starts(ui, intents);
        }
        return no_run(ui, state, "each case gets a bar here");
    };
    if run.frozen().cases.is_empty() {
        hint(ui, "No cases were run", "Add a case in the form on the left, then run it.");
        return;
    }
    chart(ui, state, run, intents);
}

/// Shows how to get a first run, and `outcome`: what will then be seen.
pub(crate) fn no_run(ui: &mut Ui, state: &AppState, outcome: &str) {
    if state.document.cases.is_empty() {
        let text = "Add a case in the form on the left, open a study, or paste rows from a \
                    spreadsheet.";
        hint(ui, "No cases", text);
    } else {
        hint(ui, "No run yet", &format!("Press Run, or Ctrl+Enter, and {outcome}."));
    }
}

/// Shows a title and a hint in the middle of an empty tab.
pub(crate) fn hint(ui: &mut Ui, title: &str, text: &str) {
    placeholder(ui, (0.35, 220.0), [title, text]);
}

/// Shows a title and a text in place of a chart or a table, below a share of the height.
pub(crate) fn placeholder(ui: &mut Ui, (share, max): (f32, f32), [title, text]: [&str; 2]) {
    let colors = tokens(ui);
    ui.add_space((ui.available_height() * share).min(max));
    ui.vertical_centered(|ui| {
        ui.label(RichText::new(title).font(bold(BODY)).color(colors.text));
        ui.label(RichText::new(text).size(BODY).color(colors.weak));
    });
}

fn chart(ui: &mut Ui, state: &AppState, run: &RunView, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let cases = run.frozen().cases.len();
    let shows_totals = state.bars.shows_totals.unwrap_or(cases <= MAX_CASES_WITH_TOTALS);
    toolbar(ui, state, (run, shows_totals), intents);
    let (parallel_s, series) = (run.parallel_s(), run.series_s());
    let places = total_bars(cases);
    let end = if shows_totals { places.end + 0.2 * places.width } else { places.line };
    let advice_height = advice::height(ui, state);
    let available_height = ui.available_height() - advice_height;
    let strip_height = lane_strip::height(run, available_height);
    let height = (available_height - NAMES_HEIGHT - strip_height).max(LEAST_HEIGHT);
    // Set while drawing: the bars in view decide the unit of the axis.
    let unit = Cell::new(Unit::Second);

    let plot = Plot::new(("bars", state.bars.zoom_resets, cases, !shows_totals))
        .height(height)
        .show_x(false)
        .show_y(false)
        .show_axes([false, true])
        .show_grid([false, true])
        .grid_color(colors.line)
        .grid_fade(0.0)
        .y_grid_spacer(|input| grid_marks(input.bounds, unit.get()))
        .show_background(false)
        .allow_zoom([true, false])
        .allow_drag([true, false])
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .set_margin_fraction(vec2(0.0, 0.0))
        .include_x(START)
        .include_x(end)
        .y_axis_min_width(48.0)
        .y_axis_formatter(|mark, _| mark_text(mark.value, mark.step_size, unit.get()));
    let response = plot.show(ui, |plot| {
        let wheel = plot.ctx().input(|input| input.smooth_scroll_delta.y);
        if plot.response().hovered() && wheel != 0.0 {
            plot.zoom_bounds_around_hovered(vec2((wheel / 200.0).exp(), 1.0));
        }
        move_view(plot, [START, end]);
        keep_in_view(plot, [START, end]);
        let bounds = plot.plot_bounds();
        let (from, to) = (bounds.min()[0], bounds.max()[0]);
        let range = visible_cases(cases, from, to);
        let per_bar = cases_per_bar(range.len(), plot.transform().frame().width());
        let in_view = |place: f64| shows_totals && place + places.width / 2.0 > from;
        let parallel_s = parallel_s.filter(|_| in_view(places.parallel) && places.line < to);
        let series = series.filter(|_| in_view(places.series) && places.line < to);
        // The axis starts at zero and ends above the longest bar in view.
        let top_s = range.clone().filter_map(|case| run.time_s(case)).fold(0.0, f64::max);
        let top_s = top_s.max(parallel_s.unwrap_or(0.0)).max(series.map_or(0.0, |series| series.0));
        let top_s = if top_s > 0.0 { top_s } else { 1.0 };
        plot.set_plot_bounds_y(0.0..=top_s * 1.12);
        unit.set(Unit::fitting(top_s));
        let is_selected = |case| state.is_selected(run, case);
        let mut bars = case_bars(run, &is_selected, range.clone(), per_bar, colors);
        let width = BAR_WIDTH * places.width;
        if let Some(parallel_s) = parallel_s {
            bars.push(bar(places.parallel, parallel_s, width, colors.parallel));
        }
        if let Some((series_s, _)) = series {
            bars.push(bar(places.series, series_s, width, colors.series));
        }
        plot.bar_chart(BarChart::new("times", bars).allow_hover(false));
        (range, per_bar)
    });
    let (range, per_bar) = response.inner;
    let chart = DrawnBars { run, transform: &response.transform, colors, parallel_s, series };
    ui.allocate_exact_size(vec2(ui.available_width(), NAMES_HEIGHT - 8.0), egui::Sense::hover());
    chart.baseline(ui);
    if per_bar == 1 {
        chart.case_labels(ui, range, unit.get());
    } else {
        chart.bucket_label(ui, per_bar);
    }
    if shows_totals {
        chart.total_labels(ui);
    }
    let (plot, pointed) = (&response.response, chart.pointed(&response.response));
    select(ui, plot, state, run, intents);
    let opens = context_menu(plot, plot.has_focus(), state, CASE_OF_RUN, intents);
    if let Some(case) = pointed.filter(|_| per_bar == 1) {
        if plot.clicked() {
            let toggle = ui.input(|input| input.modifiers.command);
            intents.push(TimelineRun::of_run(run).select(std::iter::once(case), toggle));
        } else if opens {
            let (of_document, row) = (run.has_document_rows, run.frozen().cases.id(case));
            intents.push(Intent::SelectCase { of_document, row });
        }
    }
    chart.hover(response.response, per_bar);
    advice::advice(ui, state);
    if strip_height > 0.0 {
        lane_strip::lane_strip(ui, state, run, intents);
    }
}

/// Draws the switch for the totals.
pub(crate) fn totals_checkbox(ui: &mut Ui, mut shows_totals: bool, intents: &mut Vec<Intent>) {
    if ui.checkbox(&mut shows_totals, "Totals").changed() {
        intents.push(Intent::ShowTotals(shows_totals));
    }
}

/// The line above the chart: the switch for the totals and the legend.
fn toolbar(
    ui: &mut Ui,
    state: &AppState,
    (run, shows_totals): (&RunView, bool),
    intents: &mut Vec<Intent>,
) {
    ui.horizontal_wrapped(|ui| {
        totals_checkbox(ui, shows_totals, intents);
        if !shows_totals && state.bars.shows_totals.is_none() {
            ui.label(small_text(ui, format!("hidden above {MAX_CASES_WITH_TOTALS} cases")));
        }
        if shows_totals && state.is_enabled(Command::MeasureSample) {
            measure_sample(ui, run, intents);
        } else if shows_totals && run.report().is_some() && run.frozen().is_on_cluster() {
            let hover = "A sample on this machine could not be compared with cases that ran on \
                         the cluster";
            let text = small_text(ui, "no series total: cases of a cluster do not run again");
            ui.label(text).on_hover_text(hover);
        }
        let entries = legend_entries(run.state());
        if entries.iter().any(|(status, _)| *status != Status::Done) {
            let colors = tokens(ui);
            for (status, name) in entries {
                if !fits(ui, SWATCH_WIDTH + ui.spacing().item_spacing.x, &name) {
                    ui.end_row();
                }
                swatch(ui, case_color(&colors, status), false);
                ui.label(small_text(ui, name));
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            mouse_hint(ui);
        });
    });
}

/// The button that runs a few cases again for the series total, and what that costs.
fn measure_sample(ui: &mut Ui, run: &RunView, intents: &mut Vec<Intent>) {
    let (cases, sum_s) = run.sample_cost();
    let side_effects = match run.frozen().program {
        Some(_) => "\nThe program runs again for them: what it writes elsewhere, it writes again.",
        None => "",
    };
    let hover = format!(
        "Gives the series total: a few cases run again, one after another, and the times of the \
         others are scaled by the ratio found.{side_effects}"
    );
    if ui.button(Command::MeasureSample.title()).on_hover_text(hover).clicked() {
        intents.push(Intent::Command(Command::MeasureSample));
    }
    let cost = format!("runs {} again, about {}", count(cases, "case"), duration(sum_s));
    ui.label(small_text(ui, cost));
}

/// Returns the legend of the bars of ended cases: a status for each colour, and the names of all
/// statuses drawn in it.
fn legend_entries(state: &RunState) -> Vec<(Status, String)> {
    let [.., (_, cancelled)] = state.unsuccessful_counts();
    // A case that waits to run again is no longer counted, but still has its bar.
    let red = [Status::Failed, Status::TimedOut];
    let red = red.into_iter().filter(|&status| state.has_failure(status));
    let red: Vec<&str> = red.map(Status::name).collect();
    let entries = [
        (Status::Done, state.done_count > 0, Status::Done.name().to_owned()),
        (Status::Failed, !red.is_empty(), red.join(", ")),
        (Status::Cancelled, cancelled > 0, Status::Cancelled.name().to_owned()),
    ];
    let shown = entries.into_iter().filter(|(_, is_shown, _)| *is_shown);
    shown.map(|(status, _, name)| (status, name)).collect()
}

/// Fill and outline of a case's bar. Full: done. Light: running. Hollow: cancelled.
fn case_color(colors: &Tokens, status: Status) -> (Color32, Color32) {
    let (fill, line) = colors.case;
    match status {
        Status::Done => (fill, line),
        Status::Running => (fill.gamma_multiply(0.5), line),
        Status::Failed | Status::TimedOut => (colors.bad, colors.bad),
        _ => (Color32::TRANSPARENT, line),
    }
}

fn bar(place: f64, height_s: f64, width: f64, (fill, line): (Color32, Color32)) -> Bar {
    Bar::new(place, height_s).width(width).fill(fill).stroke(Stroke::new(1.5, line))
}

/// Returns a bar per case, or per `per_bar` cases: a light bar for the longest of them
/// and a full one for the shortest. They are red if one of the cases has failed.
fn case_bars(
    run: &RunView,
    is_selected: &dyn Fn(usize) -> bool,
    range: Range<usize>,
    per_bar: usize,
    colors: Tokens,
) -> Vec<Bar> {
    if per_bar == 1 {
        let one = |case: usize| {
            let color = case_color(&colors, run.state().records[case].status);
            let bar = bar(case as f64, run.time_s(case)?, BAR_WIDTH, color);
            let selected = Stroke::new(3.0, colors.text);
            Some(if is_selected(case) { bar.stroke(selected) } else { bar })
        };
        return range.filter_map(one).collect();
    }
    let plain = |place: f64, height_s: f64, width: f64, fill: Color32| {
        Bar::new(place, height_s).width(width).fill(fill).stroke(Stroke::NONE)
    };
    let (cases, records) = (run.frozen().cases.len(), &run.state().records);
    let has_failed =
        |record: &CaseRecord| matches!(record.status, Status::Failed | Status::TimedOut);
    buckets(range, per_bar, |case| run.time_s(case), cases)
        .into_iter()
        .filter(|bucket| bucket.longest_s > 0.0)
        .flat_map(|bucket| {
            let middle = bucket.first as f64 + (bucket.count as f64 - 1.0) / 2.0;
            let width = bucket.count as f64;
            let has_failed = records[bucket.first..][..bucket.count].iter().any(has_failed);
            let status = if has_failed { Status::Failed } else { Status::Done };
            let (fill, _) = case_color(&colors, status);
            let light = fill.gamma_multiply(0.5);
            [
                plain(middle, bucket.longest_s, width, light),
                plain(middle, bucket.shortest_s, width, fill),
            ]
        })
        .collect()
}

/// Returns about four to eight grid marks at round numbers of the unit.
fn grid_marks((from, to): (f64, f64), unit: Unit) -> Vec<egui_plot::GridMark> {
    let (step_s, marks_s) = marks(from, to, unit);
    let mark = |value| egui_plot::GridMark { value, step_size: step_s };
    marks_s.into_iter().map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{CaseEnd, CaseOutcome, RunEvent};
    use crate::schedule::Ticket;

    #[test]
    fn the_legend_names_the_bars_there_are_and_those_of_cases_that_run_again() {
        let mut state = RunState::new(3);
        let mut end = |case, outcome| {
            state.apply(RunEvent::Finished(CaseEnd {
                will_retry: false,
                ticket: Ticket { case, lane: 0, attempt: 1, dispatch_index: case },
                start_ns: 0,
                end_ns: 1,
                waited_ns: None,
                cpu_ns: None,
                memory_bytes: None,
                outcome,
            }));
        };
        end(0, CaseOutcome::done(None));
        end(1, CaseOutcome::Failed("no mesh".to_owned()));
        let names = |state: &RunState| -> Vec<String> {
            legend_entries(state).into_iter().map(|(_, name)| name).collect()
        };
        assert_eq!(names(&state), ["done", "failed"]);
        state.apply(RunEvent::CaseRequeued { case: 1, at_ns: 2 });
        assert_eq!(names(&state), ["done", "failed"], "its bar is still red");
        state.apply(RunEvent::CaseRemoved { case: 2, at_ns: 3 });
        assert_eq!(names(&state), ["done", "failed", "cancelled"]);
    }
}
