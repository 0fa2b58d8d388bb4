//! Keeps tests that measure time from running at the same time.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Waits until no other test of this file holds the guard.
pub fn exclusive() -> MutexGuard<'static, ()> {
    static EXCLUSIVE: Mutex<()> = Mutex::new(());
    EXCLUSIVE.lock().unwrap_or_else(PoisonError::into_inner)
}
