//! The shell around state and views: eframe, threads, channels, files.

mod app;
mod experimenter;
mod files;
mod forecaster;
mod launch;
mod machine;
mod prepare;
mod runner;
mod settings;

pub use app::App;
pub use launch::open_window;
