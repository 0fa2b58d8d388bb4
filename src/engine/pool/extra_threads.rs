//! The threads of workers that are added while a run goes on.

use std::io;
use std::thread::JoinHandle;

use parking_lot::Mutex;

/// Such threads, until the run has waited for them all.
pub(crate) struct ExtraThreads {
    /// `None` once nobody is added any more.
    threads: Mutex<Option<Vec<JoinHandle<()>>>>,
}

impl Default for ExtraThreads {
    fn default() -> Self {
        Self { threads: Mutex::new(Some(Vec::new())) }
    }
}

impl ExtraThreads {
    /// Has a thread started, unless the run is over. Returns whether it was.
    pub(crate) fn add(
        &self,
        start: impl FnOnce() -> io::Result<JoinHandle<()>>,
    ) -> io::Result<bool> {
        let mut threads = self.threads.lock();
        let Some(threads) = threads.as_mut() else { return Ok(false) };
        threads.push(start()?);
        Ok(true)
    }

    /// Waits until all are through; from then on nobody is added.
    pub(crate) fn join(&self) {
        loop {
            let begun = {
                let mut threads = self.threads.lock();
                let begun = threads.as_mut().map(std::mem::take).unwrap_or_default();
                if begun.is_empty() {
                    *threads = None;
                    return;
                }
                begun
            };
            // One that panicked has told so as the panic of its worker.
            begun.into_iter().for_each(|thread| drop(thread.join()));
        }
    }
}
