//! The shell around state and views: eframe, threads, channels, files.

mod app;
mod experimenter;
mod files;
mod finder;
mod forecaster;
mod keeper;
mod kept_file;
mod launch;
mod machine;
mod prepare;
mod runner;
mod settings;

pub use app::App;
pub use keeper::Clock;
pub use launch::open_window;
