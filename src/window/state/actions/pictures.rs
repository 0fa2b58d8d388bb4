//! The chart of the open tab as a picture.

use crate::report::{Advice, ScatterPoints, TotalRow, WorkersDiagram};
use crate::window::compare::compare_data::RunSeries;
use crate::window::compare::experiment_view::ExperimentView;
use crate::window::pictures::chart_picture::ChartPicture;
use crate::window::results::query::ChartData;
use crate::window::state::{AppState, Tab};

impl AppState {
    /// Whether the open tab has a chart that can be saved as a picture.
    pub(crate) fn has_chart(&self) -> bool {
        let run = self.run.as_ref().filter(|run| !run.frozen().cases.is_empty());
        match self.tab {
            Tab::Bars => run.is_some(),
            Tab::Timeline => run.is_some_and(|run| run.state().any_attempt_ended()),
            Tab::Workers => run.is_some_and(|run| run.report().is_some()),
            Tab::Results => self.results.view.as_ref().is_some_and(|view| {
                matches!(&view.chart, Some(ChartData::Scatter(scatter)) if !scatter.marks.is_empty())
            }),
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
            Tab::Workers => workers(self).map(|diagram| ChartPicture::Workers(Box::new(diagram))),
            Tab::Results => scatter(self).map(ChartPicture::Scatter),
            Tab::Compare => {
                let totals = totals(self.runs.experiment.as_ref()?);
                (!totals.is_empty()).then_some(ChartPicture::Totals(totals))
            }
            Tab::Log | Tab::Cases => None,
        }
    }
}

/// Returns the measured sweep that the tab shows, else the predictions for the run.
fn workers(state: &AppState) -> Option<WorkersDiagram> {
    let sweep = state.workers.sweep.as_ref().map(|sweep| &sweep.points.report);
    if let Some(report) = sweep.filter(|report| !report.points.is_empty()) {
        return Some(report.diagram());
    }
    let report = state.run.as_ref()?.report()?;
    WorkersDiagram::of_run(report, &Advice::for_run(report))
}

fn scatter(state: &AppState) -> Option<ScatterPoints> {
    let (view, run) = (state.results.view.as_ref()?, state.run.as_ref()?);
    let ChartData::Scatter(scatter) = view.chart.as_ref()? else { return None };
    let names = scatter.axes.map(|axis| axis.title(run.frozen()));
    let points: Vec<_> = scatter.marks.iter().map(|mark| mark.position).collect();
    (!points.is_empty()).then_some(ScatterPoints { names, points })
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
