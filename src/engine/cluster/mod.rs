//! Runs the cases as job arrays of Slurm.

pub mod case_files;
pub mod cluster_job;
pub mod cluster_start;
pub mod run_requests;
pub mod slurm;
pub mod submissions;
pub mod submitter;
pub mod task_observer;
pub mod tracking;
