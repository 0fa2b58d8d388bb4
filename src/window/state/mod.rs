//! What the window shows, as plain data, and how intents change it.

mod app_state;
mod command;
mod compare_form;
mod compare_view;
mod document;
mod example_menu;
mod experiment_answer;
mod experiment_view;
mod experiments;
mod history;
mod intent;
mod kept_comparison;
mod kept_run;
mod kept_runs;
mod results;
mod run_view;
mod shown;
mod timeline;
mod timeline_facts;

pub use app_state::AppState;
pub use command::{Command, Menu};
pub use compare_form::{CompareForm, MOST_SETUPS, REPEATS};
pub use compare_view::{CaseSet, CompareView, MOST_CASES, Way};
pub use document::Document;
pub use example_menu::{ExampleScale, expected_s};
pub use experiment_answer::experiment_answer;
pub use experiment_view::ExperimentView;
pub use intent::{Asked, Effect, Intent};
pub use kept_comparison::KeptComparison;
pub use kept_run::{KeptAs, KeptId, KeptRun, Listed, Moment, Print};
pub use kept_runs::{ComparePart, KeptIntent, KeptJob, Listing, MOST_CHOSEN, Place, kept_view};
pub use results::SortKey;
pub use run_view::{Happened, LogLine, Phase, RunView};
pub use shown::{Dialog, Machine, Tab};
pub use timeline::{TimelineIntent, Zoom};
pub use timeline_facts::TimelineFacts;
