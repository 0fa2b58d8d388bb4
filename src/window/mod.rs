//! The window: one folder per area, the shared state, and the shell around them.

mod bars;
mod cases;
mod compare;
mod form;
mod frame;
mod generate;
mod help;
mod history;
mod import;
mod input_files;
mod log;
mod pictures;
mod renderer;
mod results;
mod shell;
mod state;
mod theme;
mod timeline;
mod widgets;
mod workers;

pub use crate::system::look::SystemLook;
pub use shell::app::App;
pub use shell::diagnostics::panic_report::report_panics;
pub use shell::launch::app_options::AppOptions;
pub use shell::launch::open_window::open_window;
pub use state::MachineInfo;
