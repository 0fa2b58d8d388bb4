//! The folder of a run of programs: opening it, and the notes on it at the end.

use std::path::Path;

use crate::app::RunFolder;
use crate::cli::arguments::arguments::FolderOptions;
use crate::run::RunState;
use crate::study::Study;
use crate::system::command_line;
use crate::text::{count, plural};

/// Opens the folder of the run to be resumed, if there is one, and reads the study
/// that the run was last started with.
pub(super) fn open_resumed(options: &FolderOptions) -> Result<Option<(RunFolder, Study)>, String> {
    let opened = options.resume.as_deref().map(RunFolder::open).transpose();
    opened.map_err(|error| error.to_string())
}

/// Opens the folder of a run of programs: that of the resumed run, the named one or a
/// temporary one.
pub(super) fn open(
    options: &FolderOptions,
    resumed: Option<RunFolder>,
    is_on_cluster: bool,
) -> Result<RunFolder, String> {
    let folder = match (resumed, &options.run_folder) {
        (Some(folder), _) => Ok(folder),
        (None, Some(path)) => RunFolder::create(path),
        // Its machines share the current folder rather than that of temporary files.
        (None, None) if is_on_cluster => RunFolder::temporary_here(),
        (None, None) => RunFolder::temporary(),
    };
    folder.map_err(|error| error.to_string())
}

/// Says where the files of a run are and how to resume the run, unless its folder was removed.
pub(super) fn closing_notes(folder: &Path, state: &RunState) -> Vec<String> {
    if !folder.exists() {
        return Vec::new();
    }
    let mut notes = vec![format!("the files of the run are in {}", folder.display())];
    let left = state.records.len() - state.done_count as usize;
    if left > 0 {
        let cases = count(left, "case");
        let are = plural(left, "is", "are");
        notes.push(format!("{cases} {are} not done; to resume: {}", resume_command(folder)));
    }
    notes
}

fn resume_command(folder: &Path) -> String {
    format!("caselanes run --resume {}", command_line::quote(&folder.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_quoted_as_one_word_of_the_shell() {
        let command = |path| resume_command(Path::new(path));
        assert_eq!(command("/tmp/caselanes-aB3_x"), "caselanes run --resume /tmp/caselanes-aB3_x");
        let quoted = command_line::quote("/a b/it's");
        assert_eq!(command("/a b/it's"), format!("caselanes run --resume {quoted}"));
    }
}
