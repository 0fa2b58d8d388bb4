//! Files of the user, and the session of the window.

pub(crate) mod autosave;
mod browser;
pub(crate) mod data_folders;
pub(crate) mod file_jobs;
pub(crate) mod file_watch;
mod file_writer;
pub mod import_job;
mod template_query;
pub(crate) mod template_watch;
