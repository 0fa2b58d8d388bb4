//! The Results tab: one row per case, or the values as a chart.

use egui::{ScrollArea, Ui};

use super::chart_data::{MAX_GRID_LINES, MIN_CHART_HEIGHT, ResultsMode};
use super::charts::parallel_chart;
use super::columns::{ResultsColumn, Sort};
use super::filter::Filter;
use super::query::{ChartData, ResultsQuery, ResultsView};
use super::results_state::ResultsIntent;
use super::texts::ShownResults;
use super::{controls, grid_chart, output_pane, scatter_chart, table};
use crate::text::{count, grouped};
use crate::window::bars::bars_tab::{self, no_run};
use crate::window::state::{AppState, Intent, RunView};
use crate::window::widgets::command_menu::chart_menu;
use crate::window::widgets::controls::small;
use crate::window::widgets::focus::{scroll_to_focused, sideways};

const PLACE: (f32, f32) = (0.25, 160.0);

pub(crate) fn results(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(run) = &state.run else {
        return no_run(ui, state, "each case gets a row here");
    };
    let query = state.results.query(run);
    let view = state.results.view(run);
    let results = ShownResults { state, run, view };
    controls::controls(ui, results, intents);
    if !view.is_some_and(|view| view.query.is_same(&query)) {
        pending(ui, run, &query);
    }
    output_pane::pane(ui, state, run, intents);
    match (state.results.mode, view) {
        (ResultsMode::Table, _) => case_table(ui, results, intents),
        (_, None) => {}
        (_, Some(view)) if view.value_count == 0 => {
            bars_tab::placeholder(ui, PLACE, ["Nothing to draw", &results.missing_values()]);
        }
        (_, Some(view)) => chart(ui, results, view, intents),
    }
}

fn pending(ui: &mut Ui, run: &RunView, query: &ResultsQuery) {
    if run.report().is_some() {
        small(ui, "Searching all cases…");
    } else if query.mode != ResultsMode::Table {
        small(ui, "Too many cases for a live chart: it appears when the run ends");
    } else if !query.filter.is_empty() || query.sort != Sort::default() {
        small(ui, "Too many cases to sort or filter now: this happens when the run ends");
    }
}

/// Draws the chart in the space left, which scrolls where that is too low.
fn chart(ui: &mut Ui, results: ShownResults<'_>, view: &ResultsView, intents: &mut Vec<Intent>) {
    let height = ui.available_height();
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let height = height.max(MIN_CHART_HEIGHT);
        let drawn = ui.scope(|ui| match &view.chart {
            Some(ChartData::Scatter(scatter)) => {
                scatter_chart::scatter(ui, results, (scatter, height), intents);
            }
            Some(ChartData::Grid(grid)) => {
                grid_chart::grid(ui, results, (grid, height), intents);
            }
            Some(ChartData::NoGrid(axes, counts)) => {
                let titles =
                    axes.map(|axis: ResultsColumn| axis.title_within(results.run.frozen()));
                no_grid(ui, view, titles, *counts, intents);
            }
            Some(ChartData::Lines(lines)) => {
                parallel_chart::parallel(ui, results, (lines, height), intents);
            }
            None => {}
        });
        if results.state.has_chart() {
            chart_menu(&drawn.response, results.state, intents);
        }
    });
}

fn case_table(ui: &mut Ui, results: ShownResults<'_>, intents: &mut Vec<Intent>) {
    if results.rows().is_some_and(<[u32]>::is_empty) && !results.run.frozen().cases.is_empty() {
        let texts = ["No matching cases", "No case matches the filter."];
        let intent = ResultsIntent::Filter(Filter::default());
        return placeholder(ui, texts, ("Show all cases", intent), intents);
    }
    sideways(ui, ScrollArea::horizontal(), |ui| {
        table::table(ui, results, intents);
        scroll_to_focused(ui);
    });
}

/// Draws title and text in place of results, with a button that leads back to them.
fn placeholder(
    ui: &mut Ui,
    texts: [&str; 2],
    (button, intent): (&str, ResultsIntent),
    intents: &mut Vec<Intent>,
) {
    bars_tab::placeholder(ui, PLACE, texts);
    ui.vertical_centered(|ui| {
        if ui.button(button).clicked() {
            intents.push(Intent::Results(intent));
        }
    });
}

fn no_grid(
    ui: &mut Ui,
    view: &ResultsView,
    [x, y]: [String; 2],
    [xs, ys]: [usize; 2],
    intents: &mut Vec<Intent>,
) {
    let cases = count(view.value_count, "case");
    let reason = if xs < 2 || ys < 2 {
        "a line, not a grid"
    } else if xs.max(ys) > MAX_GRID_LINES {
        "too many for a grid"
    } else {
        "fewer than half of the combinations have a case"
    };
    let [xs, ys] = [xs, ys].map(grouped);
    let text = format!("{cases} have {xs} distinct {x} and {ys} distinct {y}: {reason}.");
    let button = ("Show scatter plot", ResultsIntent::Show(ResultsMode::Scatter));
    placeholder(ui, [&format!("{x} and {y} do not form a grid"), &text], button, intents);
}
