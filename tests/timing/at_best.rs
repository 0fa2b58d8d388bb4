//! Timing on a machine that may be busy.

use std::time::Duration;

/// Tries again a few times what a busy machine may spoil.
pub fn at_best(attempts: u32, mut holds: impl FnMut() -> Result<(), String>) {
    let mut said = Vec::new();
    for attempt in 0..attempts {
        // What spoils it may last for a while.
        std::thread::sleep(Duration::from_millis(200) * attempt);
        match holds() {
            Ok(()) => return,
            Err(message) => said.push(message),
        }
    }
    panic!("{said:#?}");
}
