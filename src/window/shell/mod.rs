//! The shell around state and views: eframe, background jobs, files and dialogs.

pub mod app;
pub mod experiment_runner;
pub mod files;
pub mod filter_job;
pub mod forecast_job;
pub mod history_jobs;
pub mod launch;
pub mod output_reader;
pub mod runner;
pub mod settings;
pub mod start;
pub mod start_problem;
pub mod test_access;
pub mod trial_runner;
