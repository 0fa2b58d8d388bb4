//! The window face: state and intents (plain data), views (drawing only), and
//! the shell around them (eframe, threads, files).

mod shell;
mod state;
mod theme;
mod views;

pub use shell::{App, Clock, open_window};
pub use state::{Command, Machine, Moment, Tab};
