//! One lock that serialises the computation of all cases, as Python's does.

use std::collections::VecDeque;
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};

use super::stop_signal::StopSignal;

/// How long a thread may hold the lock while others wait for it.
const SWITCH_INTERVAL: Duration = Duration::from_millis(5);

/// A fair lock: threads get it in the order they ask.
///
/// Each waiting thread parks separately, so a stop reaches all of them at once. In
/// a chain where each thread wakes the next, it would reach hundreds too late.
#[derive(Default)]
pub struct GlobalLock {
    queue: Mutex<LockQueue>,
}

#[derive(Default)]
struct LockQueue {
    /// Ticket of the current holder.
    holder: Option<u64>,
    /// Waiting threads with their tickets, in the order they came.
    waiting: VecDeque<(u64, Thread)>,
    next_ticket: u64,
}

/// Holds the lock. Dropped, it passes the lock to the next thread in the queue.
pub(super) struct LockGuard<'a> {
    lock: &'a GlobalLock,
    since: Instant,
}

impl GlobalLock {
    /// Waits for the lock; returns `None` if the signal comes first.
    ///
    /// The calling thread must be registered with `stop`.
    pub(super) fn take(&self, stop: &StopSignal) -> Option<LockGuard<'_>> {
        let mut queue = self.queue.lock();
        let ticket = queue.next_ticket;
        queue.next_ticket += 1;
        if queue.holder.is_none() {
            queue.holder = Some(ticket);
        } else {
            queue.waiting.push_back((ticket, thread::current()));
        }
        while queue.holder != Some(ticket) {
            if stop.is_stopped() {
                queue.waiting.retain(|&(other, _)| other != ticket);
                return None;
            }
            MutexGuard::unlocked(&mut queue, thread::park);
        }
        Some(LockGuard { lock: self, since: Instant::now() })
    }
}

impl LockGuard<'_> {
    /// Whether the lock is due to be passed on.
    pub(super) fn is_expired(&self) -> bool {
        self.since.elapsed() >= SWITCH_INTERVAL
    }
}

impl Drop for LockGuard<'_> {
    fn drop(&mut self) {
        let mut queue = self.lock.queue.lock();
        let next = queue.waiting.pop_front();
        queue.holder = next.as_ref().map(|&(ticket, _)| ticket);
        drop(queue);
        if let Some((_, thread)) = next {
            thread.unpark();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait_until(condition: impl Fn() -> bool) {
        let start = Instant::now();
        while !condition() {
            assert!(start.elapsed() < Duration::from_mins(1), "timed out");
            thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn threads_get_the_lock_in_the_order_they_ask() {
        let (lock, stop) = (GlobalLock::default(), StopSignal::default());
        let served = Mutex::new(Vec::new());
        let held = lock.take(&stop);
        thread::scope(|scope| {
            for number in 0..8 {
                let (lock, stop, served) = (&lock, &stop, &served);
                scope.spawn(move || {
                    let held = lock.take(stop);
                    served.lock().push(number);
                    drop(held);
                });
                wait_until(|| lock.queue.lock().waiting.len() == number + 1);
            }
            assert!(served.lock().is_empty(), "taken twice at once");
            drop(held);
        });
        assert_eq!(served.into_inner(), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(lock.queue.lock().holder, None);
    }

    #[test]
    fn a_stopped_thread_leaves_the_queue() {
        let (lock, stop) = (GlobalLock::default(), StopSignal::default());
        let held = lock.take(&stop).unwrap();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                stop.register_thread();
                lock.take(&stop).is_none()
            });
            wait_until(|| lock.queue.lock().waiting.len() == 1);
            stop.stop();
            assert!(waiting.join().unwrap());
        });
        assert!(lock.queue.lock().waiting.is_empty());
        drop(held);
        assert_eq!(lock.queue.lock().holder, None);
    }
}
