//! Runs the cases as job arrays of Slurm.

pub mod array_request;
pub mod case_files;
pub mod cluster_job;
pub mod cluster_lanes;
pub mod cluster_run;
pub mod queue_listing;
pub mod slurm_client;
pub mod submissions;
pub mod task_script;
pub mod time_stamps;
