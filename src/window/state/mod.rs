//! The state of the window, and how intents change it.

mod actions;
mod app_state;
mod apply;
mod command;
mod count_fields;
mod dialog;
mod document;
pub mod example_menu;
mod intent;
pub mod parts;
mod run_log;
mod run_view;
mod selection;
pub mod study_file;
mod undo;

pub use app_state::AppState;
pub use command::{Command, Menu};
pub use count_fields::CountField;
pub use dialog::{Dialog, NextStep, Palette, PathDialog, PathPurpose};
pub use document::{Document, RowImport};
pub use example_menu::ExampleScale;
pub use intent::{
    Effect, ExperimentRequest, FileContent, Intent, MayReplace, Replacing, RunRequest,
    SteerCommand, WriteRequest,
};
pub use parts::{FocusedText, LeftBy, MachineInfo, Notice, Tab, Trial, TrialEnd, UnfinishedRun};
pub use run_log::{LogEntry, LogLine, RunLog};
pub use run_view::{RunPhase, RunView, SeriesTotalKind};
