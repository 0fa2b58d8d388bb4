//! Threads of workers added while a run is in progress.

use std::io;
use std::thread::JoinHandle;

use parking_lot::Mutex;

pub(crate) struct ExtraThreads {
    /// `None` once no thread can be added any more.
    threads: Mutex<Option<Vec<JoinHandle<()>>>>,
}

impl Default for ExtraThreads {
    fn default() -> Self {
        Self { threads: Mutex::new(Some(Vec::new())) }
    }
}

impl ExtraThreads {
    /// Starts a thread unless the run is over.
    pub(crate) fn add(&self, start: impl FnOnce() -> io::Result<JoinHandle<()>>) -> io::Result<()> {
        if let Some(threads) = self.threads.lock().as_mut() {
            threads.push(start()?);
        }
        Ok(())
    }

    /// Waits for all threads to end. No thread can be added afterwards.
    pub(crate) fn join(&self) {
        loop {
            let running = {
                let mut threads = self.threads.lock();
                let running = threads.as_mut().map(std::mem::take).unwrap_or_default();
                if running.is_empty() {
                    *threads = None;
                    return;
                }
                running
            };
            // A panic has already been reported by the worker.
            running.into_iter().for_each(|thread| drop(thread.join()));
        }
    }
}
