//! Computes what a run means: totals, speed-up, the account of lane-seconds,
//! predictions and advice, and exports them. Pure.

mod advice;
mod export;
mod figures;
#[cfg(test)]
mod fixtures;
mod import;
mod predict;
mod remaining;
mod run_report;
mod timeline;

pub use advice::answer::{Headline, SpeedKind, SpeedVerdict};
pub use advice::best_possible::{BestPossible, best_possible};
pub use advice::limiting_factor::LimitedBy;
pub use advice::recommendation::{Advice, AdviceText};
pub use export::csv::{CsvFormat, write_tabs};
pub use export::exporter::{Exportable, Exporter, ListColumn, RowSink, write_list};
pub use export::json::serialize;
pub use export::registry::{EXPORTERS, exporter_for, exporter_named};
pub use export::table::TableFormat;
pub use figures::account::{Account, AccountPart};
pub use figures::breakdown::{BreakdownEntry, breakdown, cases_behind, wait_target};
pub use figures::difference::{DurationFormat, PartDifference, RunDifference};
pub use figures::lower_bound::lower_bound_ns;
pub use figures::run_figures::{Figures, SeriesKind, SeriesTotal};
pub use import::json_reader::{ReportInputError, read_report};
pub use import::report_input::{InputCase, ReportInput};
pub use predict::contention::{Contention, MeasuredPoint};
pub use predict::curve::{Curve, KNEE_TOLERANCE};
pub use predict::optimum::Optimum;
pub use predict::predict_error::PredictError;
pub use predict::predictor::Predictor;
pub use predict::scenario::{Prediction, Scenario};
pub use remaining::time_left::TimeLeftEstimator;
pub use remaining::time_left_range::TimeLeftRange;
pub use run_report::{Machine, RunReport};
pub use timeline::concurrency::{Concurrency, Occupancy};
pub use timeline::lane::{CaseSpan, GapReason, GapSpan, Lane, STILL_RUNNING};
pub use timeline::lanes::Lanes;
pub use timeline::run_timeline::Timeline;
