//! Options for the folder of a run.

use std::path::PathBuf;

use clap::Args;

/// Folder in which a run of programs keeps its files.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run folder")]
pub(crate) struct FolderOptions {
    /// Keep the case folders, the results so far and the journal in this folder, which
    /// must not hold a run [default: a folder for temporary files]
    #[arg(long, value_name = "DIR")]
    pub(crate) run_folder: Option<PathBuf>,

    /// Resume the run in this folder: cases that are done are kept, all others run.
    /// The study is that of the run; options, a STUDY and edited --cases override it
    #[arg(long, value_name = "DIR", conflicts_with = "run_folder")]
    pub(crate) resume: Option<PathBuf>,
}

impl FolderOptions {
    pub(crate) fn given(&self) -> Option<&'static str> {
        let options = [("--run-folder", &self.run_folder), ("--resume", &self.resume)];
        options.into_iter().find(|(_, folder)| folder.is_some()).map(|(option, _)| option)
    }
}
