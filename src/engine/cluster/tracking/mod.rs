//! What is known of the tasks of a run on a cluster, as run events.

pub mod cluster_lanes;
pub mod cluster_run;
pub mod cluster_task;
#[cfg(test)]
pub mod fixtures;
pub mod journal_replay;
pub mod queue_waits;
pub mod retry_queue;
