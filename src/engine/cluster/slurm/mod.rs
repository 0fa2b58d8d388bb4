//! How Slurm is talked to: its commands, and the script that it runs for each task.

pub mod array_request;
pub mod cluster_facts;
pub mod limited_command;
pub mod queue_listing;
pub mod slurm_client;
pub mod task_script;
pub mod time_stamps;
