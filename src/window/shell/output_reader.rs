//! Reads the end of a program's output, on threads, while the output is shown.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use egui::Context;

use super::job::Job;
use crate::window::results::output_state::{CaseOutput, OutputQuery, OutputStream, OutputText};
use crate::window::state::AppState;

/// Length of the end that is shown, in bytes.
const SHOWN_BYTES: u64 = 64 << 10;

/// Interval between reads while the program runs.
const INTERVAL: Duration = Duration::from_millis(250);

/// The read in progress and the latest one.
#[derive(Default)]
pub(crate) struct OutputReader {
    reading: Job<Option<CaseOutput>>,
    /// The latest read, and its time.
    last: Option<(OutputQuery, Instant)>,
}

impl OutputReader {
    pub(crate) fn poll(&mut self, state: &mut AppState, ctx: &Context) {
        if let Some(read) = self.reading.poll_only() {
            state.results.output.last = read.or(state.results.output.last.take());
        }
        if self.reading.is_running() {
            return;
        }
        let Some(wanted) = state.output_query() else {
            self.last = None;
            return;
        };
        // Reads once more when the program has ended.
        let is_due = self.last.as_ref().is_none_or(|(last, at)| {
            *last != wanted || (wanted.is_live && at.elapsed() >= INTERVAL)
        });
        if !is_due {
            return;
        }
        self.last = Some((wanted.clone(), Instant::now()));
        let OutputQuery { folder, is_live: live } = wanted;
        let lengths = state.results.output.of(&folder).map(|last| [last.out.bytes, last.err.bytes]);
        let read = move || read(folder, lengths.filter(|_| live));
        self.reading.start("output", ctx, move |messages| messages.send(read())).ok();
    }
}

/// Reads the end of both files. Returns `None` if their lengths are as before.
fn read(folder: PathBuf, last_lengths: Option<[Option<u64>; 2]>) -> Option<CaseOutput> {
    let files = [OutputStream::Out, OutputStream::Err].map(|stream| folder.join(stream.file()));
    let length = |path: &PathBuf| path.metadata().ok().map(|file| file.len());
    if last_lengths.is_some_and(|last| last == files.each_ref().map(length)) {
        return None;
    }
    let [out, err] = files.map(|path| end_of(&path).unwrap_or_default());
    Some(CaseOutput { folder, out, err })
}

/// Reads the end of a file, if it exists.
fn end_of(path: &Path) -> Option<OutputText> {
    let mut file = File::open(path).ok()?;
    let bytes = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(bytes.saturating_sub(SHOWN_BYTES))).ok()?;
    let mut end = Vec::new();
    file.take(SHOWN_BYTES).read_to_end(&mut end).ok()?;
    Some(OutputText::of(&end, bytes.max(end.len() as u64)))
}
