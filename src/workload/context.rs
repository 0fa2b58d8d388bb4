//! The only way in which a workload touches time.

use std::time::{Duration, Instant};

use super::global_lock::{GlobalLock, LockGuard};
use super::stop_signal::StopSignal;
use super::workload::Failure;

/// How long a slice of computing may be, so that a cancel is heard in time
/// even where many workers share a core.
const SLICE: Duration = Duration::from_micros(200);

/// What a workload may use while it runs, on one worker thread. It applies the
/// time scale, hears a cancel, accounts for the time that was waited, and holds
/// the global lock, where there is one, while a case computes.
#[derive(Debug)]
pub struct Context<'a> {
    stop: &'a StopSignal,
    seed: u64,
    time_scale: f64,
    waited: Duration,
    lock: Option<&'a GlobalLock>,
    held: Option<LockGuard<'a>>,
}

impl<'a> Context<'a> {
    /// The context of the calling thread, for all cases that it will run.
    #[must_use]
    pub fn new(stop: &'a StopSignal, seed: u64, time_scale: f64) -> Self {
        stop.enlist();
        Self { stop, seed, time_scale, waited: Duration::ZERO, lock: None, held: None }
    }

    /// Lets cases compute only while they hold this lock, which other contexts
    /// share.
    #[must_use]
    pub fn under(self, lock: &'a GlobalLock) -> Self {
        Self { lock: Some(lock), ..self }
    }

    /// Begins a case: takes the global lock, where there is one. How long that
    /// takes is not counted as waited.
    pub fn begin_case(&mut self) -> Result<(), Failure> {
        if let Some(lock) = self.lock {
            self.held = Some(lock.take(self.stop).ok_or(Failure::Cancelled)?);
        }
        Ok(())
    }

    /// Ends a case, however it went: others may have the lock.
    pub fn end_case(&mut self) {
        self.held = None;
    }

    /// The seed of all draws.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Waits so many seconds times the time scale, without the global lock.
    /// Sleeping is never early.
    pub fn wait(&mut self, seconds: f64) -> Result<(), Failure> {
        let wanted = Duration::try_from_secs_f64(seconds * self.time_scale)
            .map_err(|error| Failure::Failed(format!("cannot wait {seconds} s: {error}")))?;
        if wanted.is_zero() {
            return self.go_on();
        }
        let held = self.held.take().is_some();
        let start = Instant::now();
        let whole = start.checked_add(wanted).is_some_and(|end| self.stop.sleep_until(end));
        self.waited += start.elapsed();
        if !whole {
            return Err(Failure::Cancelled);
        }
        if held { self.begin_case() } else { Ok(()) }
    }

    /// How many steps an amount is, times the time scale: what
    /// [`compute`](Self::compute) does of it.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    #[expect(clippy::cast_sign_loss, reason = "below 0 there is nothing to do, as at 0")]
    pub fn steps(&self, amount: f64) -> u64 {
        (amount * self.time_scale).ceil() as u64
    }

    /// Computes so many steps times the time scale, in slices short enough to
    /// hear a cancel and to give others their turn under the global lock;
    /// `steps(n)` does the next n of them.
    pub fn compute(&mut self, amount: f64, mut steps: impl FnMut(u64)) -> Result<(), Failure> {
        let mut left = self.steps(amount);
        let mut slice = 1;
        while left > 0 {
            self.go_on()?;
            let count = slice.min(left);
            let start = Instant::now();
            steps(count);
            left -= count;
            let took = start.elapsed();
            if took < SLICE / 2 {
                slice = slice.saturating_mul(2);
            } else if took > SLICE {
                slice = (slice / 2).max(1);
            }
            if self.held.as_ref().is_some_and(LockGuard::turn_is_over) {
                self.held = None;
                self.begin_case()?;
            }
        }
        self.go_on()
    }

    /// The time waited since the last call.
    pub fn take_waited(&mut self) -> Duration {
        std::mem::take(&mut self.waited)
    }

    fn go_on(&self) -> Result<(), Failure> {
        if self.stop.is_stopped() { Err(Failure::Cancelled) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
    use std::sync::mpsc::channel;
    use std::thread;

    use parking_lot::Mutex;

    use super::super::stop_signal::tests::heard_by_256;
    use super::*;

    /// A step of computing, of about 10 µs.
    fn step() {
        let start = Instant::now();
        while start.elapsed() < Duration::from_micros(10) {}
    }

    #[test]
    fn waiting_is_scaled_accounted_and_never_early() {
        let stop = StopSignal::default();
        let mut context = Context::new(&stop, 0, 0.01);
        let start = Instant::now();
        context.wait(1.0).unwrap();
        assert!(start.elapsed() >= Duration::from_millis(10));
        assert!(context.take_waited() >= Duration::from_millis(10));
        assert_eq!(context.take_waited(), Duration::ZERO);
    }

    #[test]
    fn computing_does_every_step_once_times_the_scale() {
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
    fn after_a_stop_nothing_goes_on() {
        let stop = StopSignal::default();
        let mut context = Context::new(&stop, 0, 1.0);
        stop.stop();
        let start = Instant::now();
        assert_eq!(context.wait(60.0), Err(Failure::Cancelled));
        assert_eq!(context.compute(1e18, |_| ()), Err(Failure::Cancelled));
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn under_a_lock_those_that_compute_take_turns_of_five_milliseconds() {
        let (lock, stop) = (GlobalLock::default(), StopSignal::default());
        // Who computed last, and how often that changed.
        let turns = Mutex::new((0, 0));
        let start = Instant::now();
        thread::scope(|scope| {
            for number in 1..=2 {
                let (lock, stop, turns) = (&lock, &stop, &turns);
                scope.spawn(move || {
                    let mut context = Context::new(stop, 0, 1.0).under(lock);
                    context.begin_case().unwrap();
                    let ended = context.compute(1e18, |steps| {
                        let mut turns = turns.try_lock().expect("two compute at once");
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
        assert!(changes >= 21, "{changes} turns in a minute");
        // Twenty turns were whole ones.
        assert!(start.elapsed() >= Duration::from_millis(100), "{:?}", start.elapsed());
    }

    #[test]
    fn who_waits_gives_the_lock_away_and_takes_it_again() {
        let (lock, stop) = (GlobalLock::default(), StopSignal::default());
        let (sender, begun) = channel();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let mut context = Context::new(&stop, 0, 1.0).under(&lock);
                context.begin_case().unwrap();
                sender.send(()).unwrap();
                context.wait(0.2).unwrap();
                (Instant::now(), context.take_waited())
            });
            begun.recv().unwrap();
            let mut context = Context::new(&stop, 0, 1.0).under(&lock);
            context.begin_case().unwrap();
            let begun = Instant::now();
            // Longer than the other waits: it gets the lock only afterwards.
            thread::sleep(Duration::from_millis(600));
            let ended = Instant::now();
            context.end_case();
            let (again, waited) = waiting.join().unwrap();
            assert!(again >= ended, "it went on without the lock");
            assert!(waited >= Duration::from_millis(200), "{waited:?}");
            assert!(waited < again - begun, "the time without the lock counts as waited");
        });
    }

    #[test]
    fn never_two_compute_at_once_whatever_they_wait() {
        let (lock, stop) = (GlobalLock::default(), StopSignal::default());
        let (computing, done) = (Mutex::new(()), AtomicU32::new(0));
        thread::scope(|scope| {
            for number in 0..6_u32 {
                let (lock, stop, computing, done) = (&lock, &stop, &computing, &done);
                scope.spawn(move || {
                    let mut context = Context::new(stop, 0, 1e-4).under(lock);
                    for round in 0..30_u32 {
                        context.begin_case().unwrap();
                        context.wait(f64::from((number + round) % 7)).unwrap();
                        let steps = |steps| {
                            let _alone = computing.try_lock().expect("two compute at once");
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
    fn a_stop_is_heard_by_all_that_wait_for_the_lock() {
        let lock = GlobalLock::default();
        let took = heard_by_256(|stop| {
            let mut context = Context::new(stop, 0, 1.0).under(&lock);
            let computed = context
                .begin_case()
                .and_then(|()| context.compute(1e18, |steps| (0..steps).for_each(|_| step())));
            assert_eq!(computed, Err(Failure::Cancelled));
        });
        assert!(took < Duration::from_millis(50), "{took:?}");
    }
}
