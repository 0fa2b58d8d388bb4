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
mod output_reader;
mod prepare;
mod results_file;
mod run_folders;
mod runner;
mod settings;
mod start;
mod trier;

pub use app::App;
pub use keeper::Clock;
pub use launch::open_window;
