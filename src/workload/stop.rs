//! The signal that ends the cases in work.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{self, Thread};
use std::time::Instant;

use parking_lot::Mutex;

/// Tells the cases in work to end, and wakes those that wait.
#[derive(Debug, Default)]
pub struct Stop {
    stopped: AtomicBool,
    sleepers: Mutex<Vec<Thread>>,
}

impl Stop {
    /// Ends all cases in work: waits return at once, computing at its next step.
    pub fn stop(&self) {
        let sleepers = self.sleepers.lock();
        self.stopped.store(true, Relaxed);
        sleepers.iter().for_each(Thread::unpark);
    }

    /// Whether cases in work are to end.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Relaxed)
    }

    /// Adds the calling thread to those that are woken.
    pub(super) fn enlist(&self) {
        self.sleepers.lock().push(thread::current());
    }

    /// Sleeps until the deadline; `false` if it was stopped before. The calling
    /// thread must be enlisted.
    pub(super) fn sleep_until(&self, deadline: Instant) -> bool {
        loop {
            if self.is_stopped() {
                return false;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            thread::park_timeout(left);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::atomic::AtomicU32;
    use std::time::Duration;

    use super::*;

    /// How long it takes until the case has ended on all of 256 threads after a
    /// stop. The least of five times: a busy machine may be late now and then.
    pub(in super::super) fn heard_by_256(case: impl Fn(&Stop) + Sync) -> Duration {
        let once = || {
            let stop = Stop::default();
            let (begun, ended) = (AtomicU32::new(0), AtomicU32::new(0));
            thread::scope(|scope| {
                for _ in 0..256 {
                    scope.spawn(|| {
                        begun.fetch_add(1, Relaxed);
                        case(&stop);
                        ended.fetch_add(1, Relaxed);
                    });
                }
                while begun.load(Relaxed) < 256 {
                    thread::sleep(Duration::from_millis(1));
                }
                thread::sleep(Duration::from_millis(50));
                let start = Instant::now();
                stop.stop();
                while ended.load(Relaxed) < 256 {
                    thread::sleep(Duration::from_micros(100));
                }
                start.elapsed()
            })
        };
        (0..5).map(|_| once()).min().unwrap()
    }
}
