//! The signal that ends the cases in work.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{self, Thread};
use std::time::Instant;

use parking_lot::Mutex;

/// Tells the cases in work to end, and wakes those that wait.
#[derive(Default)]
pub struct StopSignal {
    stopped: AtomicBool,
    sleepers: Mutex<Vec<Thread>>,
    asked_elsewhere: Option<Box<dyn Fn() -> bool + Send + Sync>>,
    above: Option<Arc<StopSignal>>,
}

impl StopSignal {
    /// A signal that may be given elsewhere too, which `asked` tells. What
    /// computes looks there itself: among many that compute, a thread that is
    /// to call [`stop`](Self::stop) may have to wait for its turn.
    #[must_use]
    pub fn asked_by(asked: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { asked_elsewhere: Some(Box::new(asked)), ..Self::default() }
    }

    /// A signal for one worker, which hears the one above too.
    #[must_use]
    pub fn below(above: Arc<Self>) -> Self {
        Self { above: Some(above), ..Self::default() }
    }

    /// From now on cases are not to end any more, unless the signal above says so.
    pub fn reset(&self) {
        self.stopped.store(false, Relaxed);
    }

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
            || self.above.as_ref().is_some_and(|above| above.is_stopped())
            || self.asked_elsewhere.as_ref().is_some_and(|asked| asked())
    }

    /// Adds the calling thread to those that are woken.
    pub(crate) fn enlist(&self) {
        self.sleepers.lock().push(thread::current());
        if let Some(above) = &self.above {
            above.enlist();
        }
    }

    /// Sleeps until the deadline; `false` if it was stopped before. The calling
    /// thread must be enlisted.
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

impl fmt::Debug for StopSignal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stop").field("stopped", &self.stopped).finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicU32;
    use std::time::Duration;

    use super::*;

    /// How long it takes until the case has ended on all of 256 threads after a
    /// stop. The least of five times: a busy machine may be late now and then.
    pub(crate) fn heard_by_256(case: impl Fn(&StopSignal) + Sync) -> Duration {
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
    fn it_may_be_asked_elsewhere() {
        let elsewhere = Arc::new(AtomicBool::new(false));
        let heard = Arc::clone(&elsewhere);
        let stop = StopSignal::asked_by(move || heard.load(Relaxed));
        assert!(!stop.is_stopped());
        elsewhere.store(true, Relaxed);
        assert!(stop.is_stopped());
    }
}
