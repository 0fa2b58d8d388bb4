//! The threads that workers run on.

use std::thread;

use rayon::ThreadPoolBuilder;

/// Runs `work` on each of so many threads of a pool and returns when all are
/// through. The error says what the system did not give.
pub(crate) fn in_pool(threads: u32, work: impl Fn() + Sync) -> Result<(), String> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads as usize)
        .thread_name(|index| format!("worker {index}"))
        .build()
        .map_err(|error| {
            format!("the system did not give {threads} threads ({error}); try fewer workers")
        })?;
    pool.broadcast(|_| work());
    Ok(())
}

/// Runs `work` on so many threads of their own, each from the moment that there
/// is one, and returns when all are through. If the system refuses one, `give_up`
/// is to end those that have begun.
pub(crate) fn each_on_its_own(
    threads: u32,
    work: impl Fn() + Sync,
    give_up: impl FnOnce(),
) -> Result<(), String> {
    thread::scope(|scope| {
        for given in 0..threads {
            let builder = thread::Builder::new().name(format!("worker {given}"));
            if let Err(error) = builder.spawn_scoped(scope, &work) {
                give_up();
                return Err(format!(
                    "the system gave {given} of the {threads} threads that all at once needs \
                     ({error}); use another strategy, such as threads"
                ));
            }
        }
        Ok(())
    })
}
