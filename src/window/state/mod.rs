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
mod results;
mod results_find;
mod results_plot;
mod results_view;
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
pub use results::{Sort, SortKey};
pub use results_find::{Drawn, Filter, Found, Wanted};
pub use results_plot::{Across, Grid, MOST_LINES, Mark, Scatter, share};
pub use results_view::{By, ResultsIntent, Show};
pub use run_view::{Happened, LogLine, Phase, RunView};
pub use shown::{Dialog, Machine, Tab};
pub use timeline::{TimelineIntent, Zoom};
pub use timeline_facts::TimelineFacts;
