//! The options of the folder of a run.

use std::path::PathBuf;

use clap::Args;

/// Where a run of programs leaves its files, and which run goes on.
#[derive(Debug, Args)]
#[command(next_help_heading = "The folder of the run")]
pub(crate) struct FolderOptions {
    /// Keep the folders of the cases, the results so far and the journal of the run
    /// in this folder, which must not hold a run. Without it, in the folder of the
    /// system for temporary files
    #[arg(long, value_name = "DIR")]
    pub(crate) run_folder: Option<PathBuf>,

    /// Go on with the run in this folder: cases that are done are kept, the others
    /// are run. The study is that of the run; what is said besides wins over it, a
    /// STUDY or --cases with edited rows too
    #[arg(long, value_name = "DIR", conflicts_with = "run_folder")]
    pub(crate) resume: Option<PathBuf>,
}

impl FolderOptions {
    /// The one that was said.
    pub(crate) fn said(&self) -> Option<&'static str> {
        let said = [("--run-folder", &self.run_folder), ("--resume", &self.resume)];
        said.into_iter().find(|(_, folder)| folder.is_some()).map(|(option, _)| option)
    }
}
