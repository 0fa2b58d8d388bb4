//! The only access of workloads to time.

use std::time::{Duration, Instant};

use super::global_lock::{GlobalLock, LockGuard};
use super::stop_signal::StopSignal;

/// Longest slice of computation between two checks of the stop signal, short enough
/// even where many workers share a core.
const SLICE: Duration = Duration::from_micros(200);

/// Why a case has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The run was cancelled.
    Cancelled,
    /// The calculation failed; the message says how.
    Failed(String),
}

/// The environment of the cases on one worker thread.
///
/// It applies the time scale, checks the stop signal, measures the time spent
/// waiting, and holds the global lock, if there is one, while a case computes.
pub struct Context<'a> {
    stop: &'a StopSignal,
    seed: u64,
    time_scale: f64,
    waited: Duration,
    lock: Option<&'a GlobalLock>,
    guard: Option<LockGuard<'a>>,
}

impl<'a> Context<'a> {
    /// Creates the context of the calling thread, for all cases it will run.
    pub fn new(stop: &'a StopSignal, seed: u64, time_scale: f64) -> Self {
        stop.register_thread();
        Self { stop, seed, time_scale, waited: Duration::ZERO, lock: None, guard: None }
    }

    /// Lets cases compute only while they hold this lock, which other contexts share.
    #[must_use]
    pub fn with_lock(self, lock: impl Into<Option<&'a GlobalLock>>) -> Self {
        Self { lock: lock.into(), ..self }
    }

    /// Begins a case: takes the global lock, if there is one. The time this takes does
    /// not count as waited.
    pub fn begin_case(&mut self) -> Result<(), Failure> {
        if let Some(lock) = self.lock {
            self.guard = Some(lock.take(self.stop).ok_or(Failure::Cancelled)?);
        }
        Ok(())
    }

    /// Ends a case, whatever its outcome, and releases the global lock.
    pub fn end_case(&mut self) {
        self.guard = None;
    }

    /// The seed of all random numbers.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Waits `seconds` times the time scale without the global lock, never less.
    pub fn wait(&mut self, seconds: f64) -> Result<(), Failure> {
        let duration = Duration::try_from_secs_f64(seconds * self.time_scale)
            .map_err(|error| Failure::Failed(format!("cannot wait {seconds} s: {error}")))?;
        if duration.is_zero() {
            return self.check_stop();
        }
        let had_lock = self.guard.take().is_some();
        let start = Instant::now();
        let completed = start.checked_add(duration).is_some_and(|end| self.stop.sleep_until(end));
        self.waited += start.elapsed();
        if !completed {
            return Err(Failure::Cancelled);
        }
        if had_lock { self.begin_case() } else { Ok(()) }
    }

    /// Returns the number of steps [`compute`](Self::compute) makes of `amount`:
    /// `amount` times the time scale, rounded up.
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    #[expect(clippy::cast_sign_loss, reason = "negative amounts take no steps, as 0 does")]
    pub fn steps(&self, amount: f64) -> u64 {
        (amount * self.time_scale).ceil() as u64
    }

    /// Computes `amount` steps times the time scale; `compute_steps(n)` computes the next n.
    ///
    /// Steps run in slices short enough to react to a stop and to pass on the global lock in time.
    pub fn compute(
        &mut self,
        amount: f64,
        mut compute_steps: impl FnMut(u64),
    ) -> Result<(), Failure> {
        let mut left = self.steps(amount);
        let mut slice = 1;
        while left > 0 {
            self.check_stop()?;
            let count = slice.min(left);
            let start = Instant::now();
            compute_steps(count);
            left -= count;
            let elapsed = start.elapsed();
            if elapsed < SLICE / 2 {
                slice = slice.saturating_mul(2);
            } else if elapsed > SLICE {
                slice = (slice / 2).max(1);
            }
            if self.guard.as_ref().is_some_and(LockGuard::is_expired) {
                self.guard = None;
                self.begin_case()?;
            }
        }
        self.check_stop()
    }

    /// Returns the time waited since the last call.
    pub fn take_waited(&mut self) -> Duration {
        std::mem::take(&mut self.waited)
    }

    fn check_stop(&self) -> Result<(), Failure> {
        if self.stop.is_stopped() { Err(Failure::Cancelled) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
    use std::sync::mpsc::channel;
    use std::thread;

    use parking_lot::Mutex;

    use super::super::stop_signal::tests::stop_latency_of_256;
    use super::*;

    /// Computes for about 10 µs.
    fn step() {
        let start = Instant::now();
        while start.elapsed() < Duration::from_micros(10) {}
    }

    #[test]
    fn waits_are_scaled_measured_and_never_short() {
        let stop = StopSignal::default();
        let mut context = Context::new(&stop, 0, 0.01);
        let start = Instant::now();
        context.wait(1.0).unwrap();
        assert!(start.elapsed() >= Duration::from_millis(10));
        assert!(context.take_waited() >= Duration::from_millis(10));
        assert_eq!(context.take_waited(), Duration::ZERO);
    }

    #[test]
    fn every_step_is_computed_once_and_scaled() {
        let stop = StopSignal::default();
        let count = |amount, scale| {
            let mut done = 0;
            Context::new(&stop, 0, scale).compute(amount, |n| done += n).unwrap();
            done
        };
        assert_eq!(count(1000.0, 1.0), 1000);
        assert_eq!(count(1000.0, 2.5), 2500);
        assert_eq!(count(0.5, 1.0), 1);
        assert_eq!(count(0.0, 1.0), 0);
        assert_eq!(count(-1.0, 1.0), 0);
    }

    #[test]
    fn nothing_runs_after_a_stop() {
        let stop = StopSignal::default();
        let mut context = Context::new(&stop, 0, 1.0);
        stop.stop();
        let start = Instant::now();
        assert_eq!(context.wait(60.0), Err(Failure::Cancelled));
        assert_eq!(context.compute(1e18, |_| ()), Err(Failure::Cancelled));
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn the_lock_changes_hands_every_five_milliseconds() {
        let (lock, stop) = (GlobalLock::default(), StopSignal::default());
        // The last thread that computed, and the number of changes.
        let turns = Mutex::new((0, 0));
        let start = Instant::now();
        thread::scope(|scope| {
            for number in 1..=2 {
                let (lock, stop, turns) = (&lock, &stop, &turns);
                scope.spawn(move || {
                    let mut context = Context::new(stop, 0, 1.0).with_lock(lock);
                    context.begin_case().unwrap();
                    let ended = context.compute(1e18, |steps| {
                        let mut turns = turns.try_lock().expect("two threads compute at once");
                        if turns.0 != number {
                            *turns = (number, turns.1 + 1);
                        }
                        (0..steps).for_each(|_| step());
                        if turns.1 == 21 || start.elapsed() > Duration::from_mins(1) {
                            stop.stop();
                        }
                    });
                    assert_eq!(ended, Err(Failure::Cancelled));
                });
            }
        });
        let (_, changes) = turns.into_inner();
        assert!(changes >= 21, "{changes} changes in a minute");
        // Twenty of the intervals are complete.
        assert!(start.elapsed() >= Duration::from_millis(100), "{:?}", start.elapsed());
    }

    #[test]
    fn a_waiting_case_releases_the_lock_and_takes_it_again() {
        let (lock, stop) = (GlobalLock::default(), StopSignal::default());
        let (sender, begun) = channel();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let mut context = Context::new(&stop, 0, 1.0).with_lock(&lock);
                context.begin_case().unwrap();
                sender.send(()).unwrap();
                context.wait(0.2).unwrap();
                (Instant::now(), context.take_waited())
            });
            begun.recv().unwrap();
            let mut context = Context::new(&stop, 0, 1.0).with_lock(&lock);
            context.begin_case().unwrap();
            let begun = Instant::now();
            // Longer than the other case waits, so it gets the lock only afterwards.
            thread::sleep(Duration::from_millis(600));
            let ended = Instant::now();
            context.end_case();
            let (resumed, waited) = waiting.join().unwrap();
            assert!(resumed >= ended, "it computed without the lock");
            assert!(waited >= Duration::from_millis(200), "{waited:?}");
            assert!(waited < resumed - begun, "waiting for the lock counted as waited");
        });
    }

    #[test]
    fn two_threads_never_compute_at_once() {
        let (lock, stop) = (GlobalLock::default(), StopSignal::default());
        let (computing, done) = (Mutex::new(()), AtomicU32::new(0));
        thread::scope(|scope| {
            for number in 0..6_u32 {
                let (lock, stop, computing, done) = (&lock, &stop, &computing, &done);
                scope.spawn(move || {
                    let mut context = Context::new(stop, 0, 1e-4).with_lock(lock);
                    for round in 0..30_u32 {
                        context.begin_case().unwrap();
                        context.wait(f64::from((number + round) % 7)).unwrap();
                        let steps = |steps| {
                            let _alone = computing.try_lock().expect("two threads compute at once");
                            (0..steps).for_each(|_| step());
                        };
                        context.compute(f64::from(1 + round % 3) * 1e5, steps).unwrap();
                        context.end_case();
                        done.fetch_add(1, SeqCst);
                    }
                });
            }
        });
        assert_eq!(done.into_inner(), 180);
    }

    #[test]
    fn a_stop_ends_256_threads_waiting_for_the_lock() {
        let lock = GlobalLock::default();
        let took = stop_latency_of_256(|stop| {
            let mut context = Context::new(stop, 0, 1.0).with_lock(&lock);
            let computed = context
                .begin_case()
                .and_then(|()| context.compute(1e18, |steps| (0..steps).for_each(|_| step())));
            assert_eq!(computed, Err(Failure::Cancelled));
        });
        assert!(took < Duration::from_millis(50), "{took:?}");
    }
}
