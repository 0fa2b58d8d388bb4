//! The folder of a run of programs: lock, journal and resuming.

pub mod case_key;
pub mod folder_error;
pub mod folder_layout;
pub mod folder_lock;
pub mod folder_progress;
pub mod journal;
pub mod journal_line;
pub mod journal_reader;
pub mod journal_syncer;
pub mod journal_writer;
pub mod portable_study;
pub mod recorded_run;
pub mod resume;
pub mod run_folder;
