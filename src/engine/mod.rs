//! Does it: runs the cases on rayon threads or in worker processes, and tells
//! what happens.

mod added;
mod case_key;
mod clock;
#[cfg(unix)]
mod crew;
mod desk;
#[cfg(unix)]
mod exit_words;
#[cfg(unix)]
mod external;
mod folder_lock;
mod handle;
#[cfg(unix)]
mod hang_up;
mod journal;
mod journal_line;
mod journal_past;
mod leftovers;
mod measure;
mod memory;
#[cfg(unix)]
mod output;
mod own_study;
#[cfg(unix)]
mod places;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod processes;
#[cfg(not(unix))]
#[path = "no_processes.rs"]
mod processes;
#[cfg(unix)]
mod protocol;
mod recall;
mod run_folder;
mod series;
#[cfg(unix)]
mod streams;
mod threads;
#[cfg(unix)]
mod tree;
#[cfg(unix)]
mod value;
mod worker;
#[cfg(unix)]
mod worker_process;
mod worker_program;

pub use clock::logical_cpus;
pub use handle::{RunHandle, Setting, start, start_with};
pub use memory::free_memory_bytes;
#[cfg(not(unix))]
pub use processes::worker_main;
pub use run_folder::{FolderError, Progress, RunFolder, Sitting};
#[cfg(unix)]
pub use worker_process::worker_main;
pub use worker_program::{WorkerProgram, is_worker};
