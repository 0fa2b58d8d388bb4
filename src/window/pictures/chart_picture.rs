//! The chart of the open tab as a picture.

use std::io;

use super::picture_form::PictureForm;
use crate::app::PartialRun;
use crate::report::{
    Advice, Picture, PicturePixels, ScatterPoints, SvgColors, TotalRow, WorkersDiagram,
    bars_picture, render_pixels, render_png, scatter_picture, svg, timeline_picture,
    totals_picture,
};
use crate::window::compare::compare_data::RunSeries;
use crate::window::compare::experiment_view::ExperimentView;
use crate::window::results::query::ChartData;
use crate::window::state::{AppState, Tab};

/// What a chart shows, to be drawn on a thread.
#[derive(Debug, Clone)]
pub enum ChartPicture {
    Bars(PartialRun),
    Timeline(PartialRun),
    Workers(Box<WorkersDiagram>),
    Scatter(ScatterPoints),
    Totals(Vec<TotalRow>),
}

impl ChartPicture {
    /// Returns the chart of the open tab, if it has one.
    pub(crate) fn of(state: &AppState) -> Option<Self> {
        let run = || state.run.as_ref().filter(|run| !run.frozen().cases.is_empty());
        match state.tab {
            Tab::Bars => Some(Self::Bars(run()?.snapshot())),
            Tab::Timeline => {
                let run = run().filter(|run| run.state().any_attempt_ended())?;
                Some(Self::Timeline(run.snapshot()))
            }
            Tab::Workers => workers(state).map(|diagram| Self::Workers(Box::new(diagram))),
            Tab::Results => scatter(state).map(Self::Scatter),
            Tab::Compare => {
                let totals = totals(state.runs.experiment.as_ref()?);
                (!totals.is_empty()).then_some(Self::Totals(totals))
            }
            Tab::Log | Tab::Cases => None,
        }
    }

    fn picture(self) -> Option<Picture> {
        Some(match self {
            Self::Bars(run) => bars_picture(&run.report()),
            Self::Timeline(run) => timeline_picture(&run.report()),
            Self::Workers(diagram) => diagram.picture(),
            Self::Scatter(points) => return scatter_picture(&points),
            Self::Totals(rows) => totals_picture("Totals", &rows),
        })
    }

    /// Draws the chart as SVG.
    pub(crate) fn svg(self, form: PictureForm) -> io::Result<String> {
        let missing = || io::Error::other("the chart shows nothing");
        Ok(svg(&self.picture().ok_or_else(missing)?, SvgColors::Theme(form.theme)))
    }

    pub(crate) fn png(self, form: PictureForm) -> io::Result<Vec<u8>> {
        render_png(&self.svg(form)?, f32::from(form.scale)).map_err(io::Error::other)
    }

    pub(crate) fn pixels(self, form: PictureForm) -> io::Result<PicturePixels> {
        render_pixels(&self.svg(form)?, f32::from(form.scale)).map_err(io::Error::other)
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
