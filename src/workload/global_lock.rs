//! One lock under which all cases of a run compute, as Python's threads do.

use std::collections::VecDeque;
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};

use super::stop_signal::StopSignal;

/// How long one may compute while others wait for the lock.
const TURN: Duration = Duration::from_millis(5);

/// A fair lock: who came first gets it first. Each waits by itself, so that all
/// hear a cancel at once; in a chain in which each wakes the next, hundreds hear
/// it too late.
#[derive(Debug, Default)]
pub struct GlobalLock {
    queue: Mutex<LockQueue>,
}

#[derive(Debug, Default)]
struct LockQueue {
    /// The number of the one that holds the lock.
    holder: Option<u64>,
    /// Those that wait for it, by number, in the order in which they came.
    waiting: VecDeque<(u64, Thread)>,
    /// The number of the next one to come.
    next: u64,
}

/// The lock, held until this is dropped: then it goes to the next in the queue.
#[derive(Debug)]
pub(super) struct LockGuard<'a> {
    lock: &'a GlobalLock,
    since: Instant,
}

impl GlobalLock {
    /// Takes the lock, as soon as it is this one's turn; `None` if it was
    /// stopped before. The calling thread must be enlisted.
    pub(super) fn take(&self, stop: &StopSignal) -> Option<LockGuard<'_>> {
        let mut queue = self.queue.lock();
        let mine = queue.next;
        queue.next += 1;
        if queue.holder.is_none() {
            queue.holder = Some(mine);
        } else {
            queue.waiting.push_back((mine, thread::current()));
        }
        while queue.holder != Some(mine) {
            if stop.is_stopped() {
                queue.waiting.retain(|&(number, _)| number != mine);
                return None;
            }
            MutexGuard::unlocked(&mut queue, thread::park);
        }
        Some(LockGuard { lock: self, since: Instant::now() })
    }
}

impl LockGuard<'_> {
    /// Whether it was held for so long that others have a turn.
    pub(super) fn turn_is_over(&self) -> bool {
        self.since.elapsed() >= TURN
    }
}

impl Drop for LockGuard<'_> {
    fn drop(&mut self) {
        let mut queue = self.lock.queue.lock();
        let next = queue.waiting.pop_front();
        queue.holder = next.as_ref().map(|&(number, _)| number);
        drop(queue);
        if let Some((_, thread)) = next {
            thread.unpark();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn until(holds: impl Fn() -> bool) {
        let start = Instant::now();
        while !holds() {
            assert!(start.elapsed() < Duration::from_mins(1), "it never came true");
            thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn who_came_first_gets_it_first() {
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
                until(|| lock.queue.lock().waiting.len() == number + 1);
            }
            assert!(served.lock().is_empty(), "served while it was held");
            drop(held);
        });
        assert_eq!(served.into_inner(), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(lock.queue.lock().holder, None);
    }

    #[test]
    fn who_is_stopped_leaves_the_queue() {
        let (lock, stop) = (GlobalLock::default(), StopSignal::default());
        let held = lock.take(&stop).unwrap();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                stop.enlist();
                lock.take(&stop).is_none()
            });
            until(|| lock.queue.lock().waiting.len() == 1);
            stop.stop();
            assert!(waiting.join().unwrap());
        });
        assert!(lock.queue.lock().waiting.is_empty());
        drop(held);
        assert_eq!(lock.queue.lock().holder, None);
    }
}
