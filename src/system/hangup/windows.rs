use std::io::{self, PipeReader, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

const BUFFER_BYTES: usize = 1 << 16;

/// What a thread has read from the pipe ahead of its reader: only a blocking read notices that
/// a pipe is closed.
pub(crate) struct RunPipe {
    parts: Receiver<Vec<u8>>,
    part: Vec<u8>,
    taken: usize,
}

/// Notices that the writing end was closed, even if there is unread data.
#[derive(Clone, Default)]
pub(crate) struct Hangup {
    shared: Arc<(Mutex<bool>, Condvar)>,
}

/// Returns the pipe to read from, and its state.
pub(crate) fn watch(mut pipe: PipeReader) -> io::Result<(RunPipe, Hangup)> {
    let (sender, parts) = channel();
    let hangup = Hangup::default();
    thread::Builder::new().name("input".to_owned()).spawn({
        let hangup = hangup.clone();
        move || {
            let mut buffer = vec![0; BUFFER_BYTES];
            // The reader may be gone; the end of the pipe counts all the same.
            while let Ok(read) = pipe.read(&mut buffer)
                && read > 0
            {
                sender.send(buffer[..read].to_vec()).ok();
            }
            *hangup.shared.0.lock() = true;
            hangup.shared.1.notify_all();
        }
    })?;
    Ok((RunPipe { parts, part: Vec::new(), taken: 0 }, hangup))
}

impl Read for RunPipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.part.len() {
            let Ok(part) = self.parts.recv() else { return Ok(0) };
            (self.part, self.taken) = (part, 0);
        }
        let read = (&self.part[self.taken..]).read(buffer)?;
        self.taken += read;
        Ok(read)
    }
}

impl Hangup {
    /// Returns another handle of the same pipe.
    #[expect(clippy::unnecessary_wraps, reason = "the same interface on every system")]
    pub(crate) fn try_clone(&self) -> io::Result<Self> {
        Ok(self.clone())
    }

    /// Waits until the writing end is closed; forever without a timeout. Returns false after it.
    pub(crate) fn wait(&self, timeout: Option<Duration>) -> bool {
        let (is_closed, changed) = &*self.shared;
        let mut is_closed = is_closed.lock();
        match timeout {
            None => changed.wait_while(&mut is_closed, |is_closed| !*is_closed),
            Some(limit) => {
                changed.wait_while_for(&mut is_closed, |is_closed| !*is_closed, limit);
            }
        }
        *is_closed
    }

    pub(crate) fn is_closed(&self) -> bool {
        *self.shared.0.lock()
    }
}
