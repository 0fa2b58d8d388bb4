//! The signal that stops running cases.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{self, Thread};
use std::time::Instant;

use parking_lot::Mutex;

/// Stops the running cases and wakes those that sleep.
#[derive(Default)]
pub struct StopSignal {
    stopped: AtomicBool,
    sleepers: Mutex<Vec<Thread>>,
    is_requested: Option<Box<dyn Fn() -> bool + Send + Sync>>,
    parent: Option<Arc<StopSignal>>,
}

impl StopSignal {
    /// A signal that is also set while `is_requested` returns true.
    ///
    /// Computing threads poll it themselves: a thread that calls [`stop`](Self::stop)
    /// may not get a core in time when many others compute.
    pub fn polling(is_requested: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { is_requested: Some(Box::new(is_requested)), ..Self::default() }
    }

    /// A signal for one worker that is also set while its parent is.
    pub fn child_of(parent: Arc<Self>) -> Self {
        Self { parent: Some(parent), ..Self::default() }
    }

    pub fn reset(&self) {
        self.stopped.store(false, Relaxed);
    }

    /// Stops all running cases: waits return at once, computations at their next step.
    pub fn stop(&self) {
        let sleepers = self.sleepers.lock();
        self.stopped.store(true, Relaxed);
        sleepers.iter().for_each(Thread::unpark);
    }

    /// Whether running cases must stop.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Relaxed)
            || self.parent.as_ref().is_some_and(|parent| parent.is_stopped())
            || self.is_requested.as_ref().is_some_and(|is_requested| is_requested())
    }

    /// Registers the calling thread to be woken by [`stop`](Self::stop).
    pub(crate) fn register_thread(&self) {
        self.sleepers.lock().push(thread::current());
        if let Some(parent) = &self.parent {
            parent.register_thread();
        }
    }

    /// Sleeps until the deadline; returns `false` if the signal comes first.
    ///
    /// The calling thread must be registered.
    pub(crate) fn sleep_until(&self, deadline: Instant) -> bool {
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
pub(crate) mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicU32;
    use std::time::Duration;

    use super::*;

    /// Time from a stop until `case` has ended on all of 256 threads, the least of
    /// five measurements, because a busy machine may delay some.
    pub(crate) fn stop_latency_of_256(case: impl Fn(&StopSignal) + Sync) -> Duration {
        let once = || {
            let stop = StopSignal::default();
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

    #[test]
    fn a_polling_signal_follows_its_source() {
        let source = Arc::new(AtomicBool::new(false));
        let polled = Arc::clone(&source);
        let stop = StopSignal::polling(move || polled.load(Relaxed));
        assert!(!stop.is_stopped());
        source.store(true, Relaxed);
        assert!(stop.is_stopped());
    }
}
