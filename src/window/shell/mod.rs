//! The shell around state and views: eframe, background jobs, files and dialogs.

pub mod app;
mod derived_jobs;
mod desktop;
pub mod diagnostics;
mod experiment_runner;
mod files;
mod history_jobs;
mod job;
pub mod launch;
mod output_reader;
mod runner;
mod settings;
mod settings_file;
mod start;
mod start_problem;
mod test_access;
mod trial_runner;
