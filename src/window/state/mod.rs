//! What the window shows, as plain data, and how intents change it.

mod app_state;
mod command;
mod document;
mod history;
mod intent;
mod results;
mod run_view;
mod shown;

pub use app_state::AppState;
pub use command::{Command, Menu};
pub use document::Document;
pub use intent::{Effect, Intent};
pub use results::SortKey;
pub use run_view::{LogLine, Phase, RunView};
pub use shown::{Dialog, Machine, Tab};
