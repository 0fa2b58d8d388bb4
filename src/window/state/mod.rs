//! The state of the window, and how intents change it.

mod actions;
pub mod app_state;
mod apply;
pub mod command;
pub mod document;
pub mod example_menu;
pub mod intent;
pub mod parts;
pub mod resume;
pub mod run_log;
pub mod run_view;
pub mod selection;
pub mod ui_parts;
pub mod undo;

pub use app_state::AppState;
pub use command::{Command, Menu};
pub use document::{CellProblem, Document};
pub use example_menu::ExampleScale;
pub use intent::{Effect, ExperimentRequest, Intent, PathPurpose};
pub use resume::{RunRequest, SteerCommand, UnfinishedRun};
pub use run_log::{LogEntry, LogLine};
pub use run_view::{RunPhase, RunView, SeriesTotalKind};
pub use ui_parts::{Dialog, MachineInfo, Notice, Tab};
