//! The shell around state and views: eframe, threads, channels, files.

pub mod app;
pub mod experiment_runner;
pub mod files;
pub mod filter_job;
pub mod forecaster;
pub mod history_store;
pub mod launch;
pub mod machine;
pub mod output_reader;
pub mod prepare;
pub mod results_file;
pub mod run_folders;
pub mod runner;
pub mod settings;
pub mod start;
pub mod trier;
