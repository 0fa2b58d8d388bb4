//! Tests that measure, one after another.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keeps other tests of this file that ask for it from running meanwhile.
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
