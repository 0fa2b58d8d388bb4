//! A chart as a picture.

use std::io;
use std::sync::Arc;

use super::grid_picture::GridPicture;
use super::lines_picture::LinesPicture;
use super::picture_choices::PictureForm;
use crate::app::PartialRun;
use crate::report::{
    Advice, Picture, PicturePixels, RunReport, ScatterPoints, SvgColors, TotalRow, WorkersDiagram,
    bars_picture, render_pixels, render_png, scatter_picture, svg, timeline_picture,
    totals_picture,
};

/// What a chart shows, to be drawn on a thread.
#[derive(Debug, Clone)]
pub enum ChartPicture {
    Bars(PartialRun),
    Timeline(PartialRun),
    /// Measured totals.
    Workers(Box<WorkersDiagram>),
    /// Totals predicted from a run.
    Predictions(Arc<RunReport>),
    Scatter(ScatterPoints),
    Grid(Box<GridPicture>),
    Lines(Box<LinesPicture>),
    Totals(Vec<TotalRow>),
}

impl ChartPicture {
    fn picture(self) -> Option<Picture> {
        Some(match self {
            Self::Bars(run) => bars_picture(&run.report()),
            Self::Timeline(run) => timeline_picture(&run.report()),
            Self::Workers(diagram) => diagram.picture(),
            Self::Predictions(report) => {
                let (advice, curves) = Advice::with_curves(&report);
                WorkersDiagram::of_run(&report, &advice, &curves)?.picture()
            }
            Self::Scatter(points) => return scatter_picture(&points),
            Self::Grid(grid) => grid.picture(),
            Self::Lines(lines) => lines.picture(),
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
