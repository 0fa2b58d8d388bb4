//! What it means: totals, speed-up, the account of lane-seconds, and the
//! exporters. Pure: it looks at a run and computes.

mod account;
mod advice;
mod answer;
mod best;
mod bound;
mod columns;
mod concurrency;
mod contention;
mod csv;
mod curve;
mod difference;
mod figures;
mod json;
mod known;
mod lanes;
mod length_model;
mod optimum;
mod overhead;
mod packing;
mod play_on;
mod predict;
mod ratios;
mod recorded;
#[expect(clippy::module_inception, reason = "the run report is what the room is about")]
mod report;
mod table;
mod time_left;
mod timeline;
mod units;
mod where_it_went;

pub use account::Account;
pub use advice::{Advice, LimitedBy, MeasuredPoint, Words};
pub use answer::answer;
pub use best::{Best, best_possible};
pub use bound::lower_bound_ns;
pub use columns::Columns;
pub use concurrency::{Concurrency, Shares};
pub use contention::Contention;
pub use csv::{write_csv, write_tabs};
pub use curve::{Curve, WORTH};
pub use difference::{Difference, Figure, Share};
pub use figures::{Figures, SeriesKind, SeriesTotal};
pub use json::write_json;
pub use lanes::{CaseSpan, Gap, GapSpan, IN_WORK, Lane, Lanes};
pub use optimum::Optimum;
pub use predict::{PredictError, Prediction, Predictor, Shape};
pub use recorded::{Recorded, RecordedCase, RecordedError, read_recorded};
pub use report::{Machine, RunReport};
pub use table::write_table;
pub use time_left::{Left, TimeLeft};
pub use timeline::Timeline;
pub use units::{Unit, duration, memory, precise_duration, ratio};
pub use where_it_went::{Part, Went, awaited, cases_behind, where_it_went};
