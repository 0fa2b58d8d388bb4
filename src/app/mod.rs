//! Logic shared by both front ends: preparing, starting and following runs,
//! experiments and trials, writing results, and finding unfinished runs.
//!
//! Nothing here draws or prints. Results and errors are data; a front end that
//! sleeps is woken through a closure.

mod cluster;
mod end_signals;
#[cfg(any(test, fuzzing))]
mod file_readers;
mod follow;
mod prepare;
mod recorded;
mod results_writer;
mod run_folders;
mod start;
mod steps;
mod threads;
mod trial;

pub(crate) use cluster::check_cluster;
pub(crate) use end_signals::end_signals;
#[cfg(any(test, fuzzing))]
pub use file_readers::read_file;
pub(crate) use follow::{RunObserver, follow};
pub(crate) use prepare::{check_steps, drawn_seed, sample_cases, this_machine, with_seed};
pub(crate) use recorded::{holds_recorded, open_recorded, read_from as read_recorded_from};
pub(crate) use results_writer::{PartialRun, ResultsWriter};
pub(crate) use run_folders::{
    FolderMessage, NewRunFolder, RunFolders, UnfinishedFolder, is_folder_of, study_of_folder,
};
pub(crate) use start::{Execution, PreparedRun, StartError, StartedRun, start_sample};
pub(crate) use steps::{ExperimentObserver, run_steps};
pub(crate) use threads::{ThreadError, spawn};
pub(crate) use trial::{TrialFiles, TrialResult, run_trial};

pub(crate) use crate::engine::{
    FolderProgress, FolderUse, RunFolder, RunHandle, WorkerProgram, base_folder, belongs_to_run,
    changed_case_count, free_memory_bytes, portable_study,
};
pub use crate::engine::{is_worker, worker_main};
