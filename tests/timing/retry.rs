//! Repeats checks of timing, which a busy machine may spoil.

use std::time::Duration;

/// Repeats a check until it holds, at most `attempts` times, with growing pauses.
pub fn retry_timing(attempts: u32, mut check: impl FnMut() -> Result<(), String>) {
    let mut failures = Vec::new();
    for attempt in 0..attempts {
        std::thread::sleep(Duration::from_millis(200) * attempt);
        match check() {
            Ok(()) => return,
            Err(message) => failures.push(message),
        }
    }
    panic!("{failures:#?}");
}
