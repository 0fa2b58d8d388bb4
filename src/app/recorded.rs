//! Opens recorded runs: reports, run folders and the logs of other tools.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::prepare::this_machine;
use crate::engine::{FolderProgress, FolderRecord, read_run_folder};
use crate::report::{
    LogKind, RecordKind, RecordedRun, RunReport, RunSource, read_recorded, record_kind,
};
use crate::text::{count, grouped, read_error_text};

/// Length of the beginning that tells the kind of a file.
const HEAD_BYTES: u64 = 1 << 16;

/// Whether a file or folder holds a recorded run, and is no table of cases. A pipe is a table:
/// looking into it would take its content.
pub fn holds_recorded(path: &Path) -> bool {
    if path.is_dir() {
        return FolderProgress::read(path).is_some();
    }
    if !path.is_file() {
        return false;
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head));
    let kind = read.ok().and_then(|_| record_kind(&head));
    kind.is_some_and(|kind| kind != RecordKind::TableWithTimes)
}

/// Opens the recorded run in a file or folder. `kind` is that of a log, unless it is recognised.
pub fn open_recorded(path: &Path, kind: Option<LogKind>) -> Result<RecordedRun, String> {
    let name = path.display().to_string();
    if fs::metadata(path).is_ok_and(|found| found.is_dir()) {
        return open_folder(path);
    }
    let unreadable = |error| format!("{}: {name}", read_error_text(&error));
    read_from(File::open(path).map_err(unreadable)?, &name, kind)
}

/// Reads a recorded run, which messages call `name`.
pub fn read_from(
    from: impl Read,
    name: &str,
    kind: Option<LogKind>,
) -> Result<RecordedRun, String> {
    read_recorded(from, kind).map_err(|error| error.describe(name))
}

fn open_folder(path: &Path) -> Result<RecordedRun, String> {
    let record = read_run_folder(path).map_err(|error| error.to_string())?;
    let FolderRecord { frozen, state, has_seed, in_use, damaged_lines } = record;
    let mut notes = Vec::new();
    if in_use {
        let done = grouped(state.done_count);
        let cases = count(state.records.len(), "case");
        notes.push(format!("the run is still in progress: {done} of {cases} are done"));
    }
    if damaged_lines > 0 {
        let lines = count(damaged_lines, "damaged line");
        notes.push(format!("ignored {lines} of the journal"));
    }
    // The journal does not tell the machine; folders are rarely moved to another.
    let (machine, source) = (this_machine(), RunSource::RunFolder { has_seed });
    let report = RunReport::of_records(Arc::new(frozen), state, machine, source);
    Ok(RecordedRun { report, notes })
}
