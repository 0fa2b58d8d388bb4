//! Where a run of programs has its files, and what an earlier sitting of it has
//! left.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::engine::{RunFolder, RunOptions, SessionStart};
use crate::report::Machine;
use crate::run::RunState;
use crate::study::{FrozenStudy, Study, WorkloadName};

use super::results_file::ResultsWriter;
use super::session::remark;
use crate::cli::arguments::folder_options::FolderOptions;

/// The folder of a run that goes on, with the study that it was begun with.
pub(super) type OpenedRunFolder = (RunFolder, Study);

/// A run that is to begin or to go on.
#[derive(Default)]
pub(super) struct StartedSession {
    pub(super) setting: RunOptions,
    pub(super) results: Option<ResultsWriter>,
    /// The folder, if the run is one of programs.
    pub(super) folder: Option<PathBuf>,
}

/// Opens the folder of the run that is to go on, if one is.
pub(super) fn earlier(options: &FolderOptions) -> Result<Option<OpenedRunFolder>, String> {
    let opened = options.resume.as_deref().map(RunFolder::open).transpose();
    opened.map_err(|error| error.to_string())
}

/// The folder that a run of programs is to have: the one that goes on, the one that
/// was named, or one for the time being.
pub(super) fn folder_of(
    options: &FolderOptions,
    earlier: Option<RunFolder>,
    workload: WorkloadName,
) -> Result<Option<RunFolder>, String> {
    if workload != WorkloadName::Command {
        return Ok(None);
    }
    let folder = match (earlier, &options.run_folder) {
        (Some(folder), _) => Ok(folder),
        (None, Some(path)) => RunFolder::create(path),
        (None, None) => RunFolder::temporary(),
    };
    folder.map(Some).map_err(|error| error.to_string())
}

/// Begins the sitting, and says what is kept of earlier ones.
pub(super) fn begin(
    folder: Option<RunFolder>,
    study: &Study,
    frozen: &Arc<FrozenStudy>,
    machine: Machine,
    quiet: bool,
) -> Result<StartedSession, String> {
    let Some(mut folder) = folder else {
        return Ok(StartedSession::default());
    };
    let begun = folder.begin(study, frozen).map_err(|error| error.to_string())?;
    let SessionStart { resumed, notes } = begun;
    notes.iter().for_each(|note| remark(note, quiet));
    let path = folder.path().to_owned();
    let results = ResultsWriter::new(folder.results_file(), Arc::clone(frozen), machine);
    let setting = RunOptions { folder: Some(folder), resumed, ..RunOptions::default() };
    Ok(StartedSession { setting, results: Some(results), folder: Some(path) })
}

/// What is said in the end of a folder that is still there: where things are, and
/// how to go on if something is left to do.
pub(super) fn last_words(folder: &Path, state: &RunState) -> Vec<String> {
    if !folder.exists() {
        return Vec::new();
    }
    let mut words = vec![format!("the files of the run are in {}", folder.display())];
    let left = state.records().len() - state.done_count() as usize;
    if left > 0 {
        let cases = if left == 1 { "1 case".to_owned() } else { format!("{left} cases") };
        let are = if left == 1 { "is" } else { "are" };
        words.push(format!(
            "{cases} {are} not done; go on with: caselanes run --resume {}",
            in_shell(&folder.to_string_lossy())
        ));
    }
    words
}

/// A text as one word of a shell.
fn in_shell(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_one_word_of_the_shell() {
        assert_eq!(in_shell("/tmp/caselanes-aB3_x"), "/tmp/caselanes-aB3_x");
        assert_eq!(in_shell("/a b/it's"), r"'/a b/it'\''s'");
    }
}
