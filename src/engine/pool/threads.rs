//! Threads that workers run on.

use std::thread;

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
