//! Reads the end of what a program wrote, on threads, while it is looked at.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

use egui::Context;

use crate::window::results::output_state::{CaseOutput, OutputStream, OutputText};
use crate::window::state::app_state::AppState;

/// So much of a file is shown, in bytes.
const SHOWN: u64 = 64 << 10;

/// While a program writes it is looked at this often.
const PAUSE: Duration = Duration::from_millis(250);

/// What is being read, and what was read last.
#[derive(Default)]
pub(crate) struct OutputReader {
    reading: Option<Receiver<Option<CaseOutput>>>,
    /// Of which folder, whether the program still wrote, and when.
    last: Option<(PathBuf, bool, Instant)>,
}

impl OutputReader {
    /// Before a frame is drawn.
    pub(crate) fn poll(&mut self, state: &mut AppState, ctx: &Context) {
        match self.reading.as_ref().map(Receiver::try_recv) {
            Some(Ok(read)) => {
                state.results.output.read = read.or(state.results.output.read.take());
                self.reading = None;
            }
            Some(Err(TryRecvError::Disconnected)) => self.reading = None,
            Some(Err(TryRecvError::Empty)) => return,
            None => {}
        }
        let Some(wanted) = state.output_query() else {
            self.last = None;
            return;
        };
        let due = self.last.as_ref().is_none_or(|(folder, live, at)| {
            *folder != wanted.folder
                // Once more at its end.
                || *live != wanted.live
                || (wanted.live && at.elapsed() >= PAUSE)
        });
        if !due {
            return;
        }
        let (folder, live) = (wanted.folder, wanted.live);
        let known =
            state.results.output.of(&folder).map(|known| [known.out.bytes, known.err.bytes]);
        self.last = Some((folder.clone(), live, Instant::now()));
        let (sender, receiver) = channel();
        let ctx = ctx.clone();
        let read = move || {
            sender.send(read(folder, known.filter(|_| live))).ok();
            ctx.request_repaint();
        };
        if thread::Builder::new().name("output".to_owned()).spawn(read).is_ok() {
            self.reading = Some(receiver);
        }
    }
}

/// The end of both files; `None` if they are as long as is known.
fn read(folder: PathBuf, known: Option<[Option<u64>; 2]>) -> Option<CaseOutput> {
    let files = [OutputStream::Out, OutputStream::Err].map(|stream| folder.join(stream.file()));
    let length = |path: &PathBuf| path.metadata().ok().map(|file| file.len());
    if known.is_some_and(|known| known == files.each_ref().map(length)) {
        return None;
    }
    let [out, err] = files.map(|path| end_of(&path).unwrap_or_default());
    Some(CaseOutput { folder, out, err })
}

/// The end of a file, if there is one.
fn end_of(path: &Path) -> Option<OutputText> {
    let mut file = File::open(path).ok()?;
    let bytes = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(bytes.saturating_sub(SHOWN))).ok()?;
    let mut end = Vec::new();
    file.take(SHOWN).read_to_end(&mut end).ok()?;
    Some(OutputText::of(&end, bytes.max(end.len() as u64)))
}
