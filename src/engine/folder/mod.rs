//! The folder of a run of programs: lock, journal, resume.

pub mod case_key;
pub mod folder_lock;
pub mod journal;
pub mod journal_line;
pub mod journal_reader;
pub mod portable_study;
pub mod resume;
pub mod run_folder;
