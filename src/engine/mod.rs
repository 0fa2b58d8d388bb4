//! Runs cases on rayon threads, in worker processes or as external programs, and emits run events.

mod cluster;
mod folder;
mod pool;
mod processes;
mod program;

pub use cluster::cluster_start::{ClusterError, ask_cluster, cluster_slots, start_on_cluster};
pub(crate) use folder::folder_error::FolderError;
pub(crate) use folder::folder_layout::belongs_to_run;
pub(crate) use folder::folder_progress::{FolderProgress, FolderUse, changed_case_count};
pub(crate) use folder::portable_study::{base_folder, portable_study};
#[cfg(any(test, fuzzing))]
pub(crate) use folder::recorded_run::read_journal;
pub(crate) use folder::recorded_run::{FolderRecord, read_run_folder};
pub use folder::resume::ContinuedCase;
pub use folder::run_folder::RunFolder;
pub(crate) use folder::run_folder::SessionStart;
pub use pool::clock::logical_cpus;
pub(crate) use pool::cpus::cpu_counts;
pub(crate) use pool::memory::{free_memory_bytes, total_memory_bytes};
pub use pool::run_handle::{RunHandle, RunOptions, start};
pub use processes::worker_process::worker_main;
pub use processes::worker_program::{WorkerProgram, is_worker};
