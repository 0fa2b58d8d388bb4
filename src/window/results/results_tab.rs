//! The results: a row for each case, or their values as a chart.

use egui::{RichText, Ui};

use super::chart_data::MOST_LINES;
use super::color_scale::told;
use super::columns::Sort;
use super::query::{ChartData, Filter, ResultsQuery, ResultsView};
use super::results_state::{ResultsIntent, ResultsMode};
use super::{controls, grid_chart, output_pane, scatter_chart, table};
use crate::window::bars::bars_tab::no_run;
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Intent;
use crate::window::state::run_view::RunView;
use crate::window::theme::{BODY, bold, tokens};
use crate::window::widgets::controls::small;

/// A chart with its sentence and its scale is not less high; the view scrolls then.
const LEAST_HEIGHT: f32 = 230.0;

pub(crate) fn results(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(run) = &state.run else {
        return no_run(ui, state, "each case gets a row here");
    };
    let wanted = state.results.wanted(run, state.results.sort);
    let found = state.results.found(run);
    controls::controls(ui, state, run, found, intents);
    let up_to_date = found.is_some_and(|found| found.wanted.is(&wanted));
    if !up_to_date {
        later(ui, run, &wanted);
    }
    output_pane::pane(ui, state, run, intents);
    match (state.results.show, found) {
        (ResultsMode::Table, _) => table(ui, state, run, found, intents),
        (_, None) => {}
        (_, Some(found)) if found.values == 0 => nothing(ui, run, found),
        (_, Some(found)) => drawn(ui, state, run, found, intents),
    }
}

/// The chart, so high at least, and the rest of the view if that is more.
fn drawn(
    ui: &mut Ui,
    state: &AppState,
    run: &RunView,
    found: &ResultsView,
    intents: &mut Vec<Intent>,
) {
    let height = ui.available_height();
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let height = height.max(LEAST_HEIGHT);
        match &found.drawn {
            Some(ChartData::Scatter(scatter)) => {
                scatter_chart::scatter(ui, state, run, found, (scatter, height), intents);
            }
            Some(ChartData::Grid(grid)) => {
                grid_chart::grid(ui, state, run, found, (grid, height), intents);
            }
            Some(ChartData::NoGrid(xs, ys)) => no_grid(ui, found, [*xs, *ys], intents),
            None => {}
        }
    });
}

/// What is not yet what is asked for.
fn later(ui: &mut Ui, run: &RunView, wanted: &ResultsQuery) {
    if run.report().is_some() {
        small(ui, "Looking through all cases …");
    } else if wanted.chart.is_some() {
        small(ui, "With so many cases the chart is drawn once the run has ended");
    } else if !wanted.filter.is_empty() || wanted.sort != Sort::default() {
        small(ui, "With so many cases rows are sorted and filtered once the run has ended");
    }
}

fn table(
    ui: &mut Ui,
    state: &AppState,
    run: &RunView,
    found: Option<&ResultsView>,
    intents: &mut Vec<Intent>,
) {
    let none = found.and_then(|found| found.rows.as_ref()).is_some_and(Vec::is_empty);
    if none && !run.frozen().cases.is_empty() {
        return filtered_empty(ui, intents);
    }
    egui::ScrollArea::horizontal().show(ui, |ui| table::table(ui, state, run, found, intents));
}

/// A text in the middle of what would be a table or a chart.
fn instead(ui: &mut Ui, title: &str, text: &str) {
    let colors = tokens(ui);
    ui.add_space((ui.available_height() * 0.25).min(160.0));
    ui.vertical_centered(|ui| {
        ui.label(RichText::new(title).font(bold(BODY)).color(colors.text));
        ui.label(RichText::new(text).size(BODY).color(colors.weak));
    });
}

fn filtered_empty(ui: &mut Ui, intents: &mut Vec<Intent>) {
    instead(ui, "No case is left", "The filter leaves none.");
    ui.vertical_centered(|ui| {
        if ui.button("Show all cases").clicked() {
            intents.push(Intent::Results(ResultsIntent::Filter(Filter::default())));
        }
    });
}

fn nothing(ui: &mut Ui, run: &RunView, found: &ResultsView) {
    instead(ui, "Nothing to draw", &no_values(run, found));
}

/// Why no case that is shown has a value.
pub(crate) fn no_values(run: &RunView, found: &ResultsView) -> String {
    let filtered = !found.wanted.filter.is_empty();
    if run.is_simulated() {
        "No values: the virtual clock runs nothing. Run for real to have some.".to_owned()
    } else if filtered {
        "No case that the filter leaves has a value.".to_owned()
    } else if run.frozen().cases.is_empty() {
        "There are no cases.".to_owned()
    } else if run.report().is_none() {
        "No case has a value yet.".to_owned()
    } else if run.state().done_count() == 0 {
        "No case is done, so there are no values. The Log says why.".to_owned()
    } else {
        "No case has given a value.".to_owned()
    }
}

fn no_grid(ui: &mut Ui, found: &ResultsView, [xs, ys]: [usize; 2], intents: &mut Vec<Intent>) {
    let cases = found.values;
    let why = if xs < 2 || ys < 2 {
        "a line, not a grid"
    } else if xs.max(ys) > MOST_LINES {
        "too many for a picture"
    } else {
        "fewer than half of their crossings have a case"
    };
    let text = format!("{cases} cases have {xs} different x and {ys} different y: {why}.");
    instead(ui, "x and y form no grid here", &text);
    ui.vertical_centered(|ui| {
        if ui.button("Draw a scatter").clicked() {
            intents.push(Intent::Results(ResultsIntent::Show(ResultsMode::Scatter)));
        }
    });
}

/// The values in one sentence: how many, and from where to where.
pub(crate) fn said(run: &RunView, found: &ResultsView) -> String {
    let Some((least, greatest)) = found.ends else { return no_values(run, found) };
    let name = |case: u32| run.frozen().cases.case(case as usize).name;
    let noun = if found.values == 1 { "value" } else { "values" };
    if least.value == greatest.value {
        return format!("{} {noun}, all {}", found.values, told(least.value));
    }
    format!(
        "{} {noun} from {} ({}) to {} ({})",
        found.values,
        told(least.value),
        name(least.case),
        told(greatest.value),
        name(greatest.case)
    )
}
