//! The chart of the open tab as a picture.

use crate::report::{ScatterPoints, TotalRow};
use crate::window::compare::compare_data::RunSeries;
use crate::window::compare::experiment_view::ExperimentView;
use crate::window::pictures::chart_picture::ChartPicture;
use crate::window::pictures::grid_picture::GridPicture;
use crate::window::pictures::lines_picture::LinesPicture;
use crate::window::results::charts::parallel::ParallelAxis;
use crate::window::results::charts::parallel_chart;
use crate::window::results::columns::ResultsColumn;
use crate::window::results::grid_chart;
use crate::window::results::query::ChartData;
use crate::window::results::texts::ShownResults;
use crate::window::state::{AppState, Tab};

impl AppState {
    /// Whether the open tab has a chart that can be saved as a picture.
    pub(crate) fn has_chart(&self) -> bool {
        let run = self.run.as_ref().filter(|run| !run.frozen().cases.is_empty());
        match self.tab {
            Tab::Bars => run.is_some(),
            Tab::Timeline => run.is_some_and(|run| run.state().any_attempt_ended()),
            Tab::Workers => run.is_some_and(|run| run.report().is_some()),
            Tab::Results => self
                .results
                .view
                .as_ref()
                .is_some_and(|view| view.chart.as_ref().is_some_and(shows_values)),
            Tab::Compare => self.runs.experiment.is_some(),
            Tab::Log | Tab::Cases => false,
        }
    }

    /// Returns the chart of the open tab, if it has one.
    pub(crate) fn chart_picture(&self) -> Option<ChartPicture> {
        let run = || self.run.as_ref().filter(|run| !run.frozen().cases.is_empty());
        match self.tab {
            Tab::Bars => Some(ChartPicture::Bars(run()?.snapshot())),
            Tab::Timeline => {
                let run = run().filter(|run| run.state().any_attempt_ended())?;
                Some(ChartPicture::Timeline(run.snapshot()))
            }
            Tab::Workers => workers(self),
            Tab::Results => results(self),
            Tab::Compare => {
                let totals = totals(self.runs.experiment.as_ref()?);
                (!totals.is_empty()).then_some(ChartPicture::Totals(totals))
            }
            Tab::Log | Tab::Cases => None,
        }
    }
}

/// Returns the measured sweep that the tab shows, else the predictions for the run.
fn workers(state: &AppState) -> Option<ChartPicture> {
    let sweep = state.workers.sweep.as_ref().map(|sweep| &sweep.points.report);
    if let Some(report) = sweep.filter(|report| !report.points.is_empty()) {
        return Some(ChartPicture::Workers(Box::new(report.diagram())));
    }
    state.run.as_ref()?.report().cloned().map(ChartPicture::Predictions)
}

/// Whether a chart of the results shows any value.
fn shows_values(chart: &ChartData) -> bool {
    match chart {
        ChartData::Scatter(scatter) => !scatter.marks.is_empty(),
        ChartData::Grid(_) => true,
        ChartData::NoGrid(..) => false,
        ChartData::Lines(lines) => lines.count > 0 && lines.axes.len() > 1,
    }
}

fn results(state: &AppState) -> Option<ChartPicture> {
    let (view, run) = (state.results.view.as_ref()?, state.run.as_ref()?);
    let results = ShownResults { state, run, view: Some(view) };
    let title = |column: ResultsColumn| column.title(run.frozen());
    Some(match view.chart.as_ref().filter(|chart| shows_values(chart))? {
        ChartData::NoGrid(..) => return None,
        ChartData::Scatter(scatter) => ChartPicture::Scatter(ScatterPoints {
            names: scatter.axes.map(title),
            marks: scatter.marks.clone(),
            color: scatter.color.map(title),
            front: scatter.front.clone(),
        }),
        ChartData::Grid(grid) => ChartPicture::Grid(Box::new(GridPicture {
            grid: grid.clone(),
            titles: grid.columns.map(title),
            description: grid_chart::summary(results, grid),
        })),
        ChartData::Lines(lines) => {
            let ranges = &state.results.filter.ranges;
            let axis =
                |axis: &ParallelAxis| (title(axis.column), ranges.get(&axis.column).copied());
            ChartPicture::Lines(Box::new(LinesPicture {
                lines: lines.clone(),
                axes: lines.axes.iter().map(axis).collect(),
                color: title(view.subject),
                description: parallel_chart::description(results, lines, ""),
            }))
        }
    })
}

fn totals(experiment: &ExperimentView) -> Vec<TotalRow> {
    let series = experiment.shown.sets.iter().flat_map(|set| &set.series);
    let row = |series: &RunSeries| TotalRow {
        name: series.name.clone(),
        total_s: series.median_s(),
        interval_s: series.total_s.map(|total_s| (total_s.low, total_s.high)),
    };
    series.map(row).collect()
}
