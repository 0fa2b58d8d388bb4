//! Computes what a run means: totals, speed-up, the account of lane-seconds,
//! predictions and advice, and exports them. Pure.

mod advice;
pub(crate) mod charts;
mod document;
mod export;
mod figures;
#[cfg(test)]
pub(crate) mod fixtures;
mod import;
mod pictures;
mod place_text;
mod predict;
mod remaining;
mod run_observations;
mod run_report;
mod run_source;
mod timeline;

pub use advice::answer::Headline;
pub(crate) use advice::answer::{SpeedKind, SpeedVerdict};
pub(crate) use advice::details::log_caveats;
pub use advice::recommendation::{Advice, AdviceText};
pub(crate) use document::report_document::{
    ChartRole, DocumentColumn, DocumentPart, DocumentTable, DocumentVerdict,
};
pub use document::report_document::{Extent, ReportDocument};
pub use export::csv::CsvFormat;
pub(crate) use export::csv::write_tabs;
pub use export::exporter::{Exportable, Exporter, WriteRemark};
pub(crate) use export::exporter::{ListColumn, RowSink, write_list};
pub(crate) use export::json::serialize;
pub(crate) use export::registry::{EXPORTERS, exporter_for, exporter_named, with_suffix};
pub use export::table::TableFormat;
pub use figures::account::Account;
pub(crate) use figures::account::AccountPart;
pub(crate) use figures::breakdown::{
    BreakdownEntry, breakdown, cases_behind, memory_amounts, status_text, unsuccessful_text,
    wait_target,
};
pub(crate) use figures::difference::{DurationFormat, PartDifference, RunDifference};
pub(crate) use figures::fail_condition::{FailCondition, metrics_text};
pub(crate) use figures::longest_case::{longest_case, longest_case_of_session};
pub(crate) use figures::median::median;
pub use figures::run_figures::Figures;
pub use figures::series_total::{SeriesKind, SeriesTotal};
pub use figures::steering::Steering;
pub(crate) use figures::unknown_figure::UnknownFigure;
pub use import::embedded_report::{EmbeddedReportError, embedded_report};
pub use import::json_reader::read_report;
pub(crate) use import::recorded_run::{RecordKind, record_kind};
pub use import::recorded_run::{RecordedRun, read_recorded};
pub(crate) use import::report_input::{InputCase, ReportInput};
pub(crate) use pictures::axes::WIDTH as PICTURE_WIDTH;
pub use pictures::bars_picture::bars_picture;
pub(crate) use pictures::font::{BOLD_FONT, REGULAR_FONT, SYMBOL_FONT};
pub use pictures::ink::PictureTheme;
pub(crate) use pictures::ink::{Ink, SHADES};
pub use pictures::picture::Picture;
pub(crate) use pictures::picture::{Anchor, Label, Pen, SMALL as SMALL_TEXT};
pub use pictures::png::{PictureError, PicturePixels, render_pixels, render_png};
pub use pictures::scatter_picture::{ScatterPoints, scatter_picture};
pub use pictures::svg::{SvgColors, svg};
pub use pictures::timeline_picture::timeline_picture;
pub(crate) use pictures::totals_picture::{TotalRow, totals_picture};
pub(crate) use pictures::value_scale::{SCALE_HEIGHT, draw_scale};
pub(crate) use pictures::workers_picture::{
    MeasuredTotal, WorkersCurve, WorkersDiagram, WorkersPoint,
};
pub(crate) use place_text::{place_texts, queue_news_text, queue_text, queue_times_text};
pub(crate) use predict::contention::{Contention, MeasuredPoint};
pub(crate) use predict::curve::{Curve, KNEE_TOLERANCE};
pub use predict::optimum::Optimum;
pub use predict::predictor::Predictor;
pub(crate) use predict::scenario::PredictError;
pub(crate) use predict::scenario::Prediction;
pub use predict::scenario::Scenario;
pub(crate) use predict::throughput::{CaseNeed, ResourceBudget, ThroughputPlan, measured};
pub use remaining::time_left::TimeLeftEstimator;
pub use remaining::time_left_range::TimeLeftRange;
pub use run_report::{Machine, RunReport};
pub use run_source::{LogKind, RecordedLog, RunSource};
pub(crate) use timeline::concurrency::Occupancy;
pub(crate) use timeline::lane::{CaseSpan, GapReason, GapSpan, Lane, STILL_RUNNING};
pub(crate) use timeline::lanes::Lanes;
pub use timeline::run_timeline::Timeline;
