//! Names of the files and folders in a run folder.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use crate::engine::cluster::submissions::FOLDER;

pub(super) const LOCK: &str = "lock";
pub(super) const JOURNAL: &str = "journal";
pub(super) const STUDY: &str = "study.caselanes";
pub(super) const RESULTS: &str = "results.csv";

/// Files that a run writes itself.
pub(super) const RUN_FILES: [&str; 4] = [LOCK, JOURNAL, STUDY, RESULTS];

/// Whether the folder has a journal with a complete first line.
pub(super) fn holds_run(folder: &Path) -> bool {
    let journal = File::open(folder.join(JOURNAL));
    let mut first_line = Vec::new();
    let read = journal.and_then(|file| BufReader::new(file).read_until(b'\n', &mut first_line));
    read.is_ok() && first_line.ends_with(b"\n")
}

/// Whether there is a file at an absolute path that the run in some folder needs or has kept.
pub fn belongs_to_run(path: &Path) -> bool {
    let is_kept = |folder: &Path| {
        let inside = path.strip_prefix(folder).ok().and_then(|inside| inside.iter().next());
        let name = inside.and_then(|name| name.to_str()).unwrap_or_default();
        RUN_FILES.contains(&name) || name == FOLDER || is_case_folder(name)
    };
    path.is_file() && path.ancestors().skip(1).any(|folder| is_kept(folder) && holds_run(folder))
}

/// Returns a file or folder that a run would overwrite, in a folder without a lock file.
pub(super) fn foreign_file(folder: &Path) -> Option<String> {
    if folder.join(LOCK).exists() {
        return None;
    }
    let entries = fs::read_dir(folder).ok()?.flatten();
    let mut names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.find(|name| RUN_FILES.contains(&name.as_str()) || is_case_folder(name))
}

/// Whether this is the name of a case folder or of the folder of a later session.
fn is_case_folder(name: &str) -> bool {
    let number = name.strip_prefix("case-").or_else(|| name.strip_prefix("sitting-"));
    number.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
}
