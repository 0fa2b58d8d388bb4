//! Threads that workers run on.

use std::io;
use std::thread::{self, JoinHandle};

use parking_lot::Mutex;
use rayon::ThreadPoolBuilder;

/// Runs `work` on every thread of a pool and returns when all are finished. The
/// error is a message for the user.
pub(crate) fn in_pool(threads: u32, work: impl Fn() + Sync) -> Result<(), String> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads as usize)
        .thread_name(|index| format!("worker {index}"))
        .build()
        .map_err(|error| format!("cannot start {threads} threads: {error}; try fewer workers"))?;
    pool.broadcast(|_| work());
    Ok(())
}

/// Runs `work` on separate threads, each as soon as it is created, and returns when all are
/// finished. If a thread cannot be created, calls `give_up` to end the others.
pub(crate) fn on_own_threads(
    threads: u32,
    work: impl Fn() + Sync,
    give_up: impl FnOnce(),
) -> Result<(), String> {
    thread::scope(|scope| {
        for index in 0..threads {
            let builder = thread::Builder::new().name(format!("worker {index}"));
            if let Err(error) = builder.spawn_scoped(scope, &work) {
                give_up();
                return Err(format!(
                    "cannot start {threads} threads: only {index} started: {error}; use another \
                     strategy, such as threads"
                ));
            }
        }
        Ok(())
    })
}

/// Threads of workers added while a run is in progress.
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
