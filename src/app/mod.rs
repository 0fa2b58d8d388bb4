//! Logic shared by both front ends: preparing, starting and following runs,
//! experiments and trials, writing results, and finding unfinished runs.
//!
//! Nothing here draws or prints. Results and errors are data; a front end that
//! sleeps is woken through a closure.

mod follow;
mod machine;
mod prepare;
mod results_writer;
mod run_folders;
mod start;
mod steps;
mod threads;
mod trial;

pub use follow::{RunObserver, follow};
pub use machine::{free_memory_bytes, this_machine};
pub use prepare::{check_steps, drawn_seed, sample_cases, with_seed};
pub use results_writer::{PartialRun, ResultsError, ResultsWriter};
pub use run_folders::{FolderNews, NewRunFolder, RunFolders};
pub use start::{Execution, PreparedRun, StartError, StartedRun};
pub use steps::{ExperimentObserver, run_steps};
pub use threads::{ThreadError, Wake, spawn};
pub use trial::{TrialFiles, run_trial};

pub use crate::engine::{FolderError, FolderProgress, RunFolder, RunHandle, WorkerProgram};
pub use crate::engine::{is_worker, worker_main};
