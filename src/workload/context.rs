//! The only way in which a workload touches time.

use std::time::{Duration, Instant};

use super::stop::Stop;
use super::workload::Failure;

/// How long a slice of computing may be, so that a cancel is heard in time
/// even where many workers share a core.
const SLICE: Duration = Duration::from_micros(200);

/// What a workload may use while it runs, on one worker thread. It applies the
/// time scale, hears a cancel, and accounts for the time that was waited.
#[derive(Debug)]
pub struct Context<'a> {
    stop: &'a Stop,
    seed: u64,
    time_scale: f64,
    waited: Duration,
}

impl<'a> Context<'a> {
    /// The context of the calling thread, for all cases that it will run.
    #[must_use]
    pub fn new(stop: &'a Stop, seed: u64, time_scale: f64) -> Self {
        stop.enlist();
        Self { stop, seed, time_scale, waited: Duration::ZERO }
    }

    /// The seed of all draws.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Waits so many seconds times the time scale. Sleeping is never early.
    pub fn wait(&mut self, seconds: f64) -> Result<(), Failure> {
        let wanted = Duration::try_from_secs_f64(seconds * self.time_scale)
            .map_err(|error| Failure::Failed(format!("cannot wait {seconds} s: {error}")))?;
        if wanted.is_zero() {
            return self.go_on();
        }
        let start = Instant::now();
        let whole = start.checked_add(wanted).is_some_and(|end| self.stop.sleep_until(end));
        self.waited += start.elapsed();
        if whole { Ok(()) } else { Err(Failure::Cancelled) }
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
    /// hear a cancel; `steps(n)` does the next n of them.
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
    use super::*;

    #[test]
    fn waiting_is_scaled_accounted_and_never_early() {
        let stop = Stop::default();
        let mut context = Context::new(&stop, 0, 0.01);
        let start = Instant::now();
        context.wait(1.0).unwrap();
        assert!(start.elapsed() >= Duration::from_millis(10));
        assert!(context.take_waited() >= Duration::from_millis(10));
        assert_eq!(context.take_waited(), Duration::ZERO);
    }

    #[test]
    fn computing_does_every_step_once_times_the_scale() {
        let stop = Stop::default();
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
        let stop = Stop::default();
        let mut context = Context::new(&stop, 0, 1.0);
        stop.stop();
        let start = Instant::now();
        assert_eq!(context.wait(60.0), Err(Failure::Cancelled));
        assert_eq!(context.compute(1e18, |_| ()), Err(Failure::Cancelled));
        assert!(start.elapsed() < Duration::from_secs(30));
    }
}
