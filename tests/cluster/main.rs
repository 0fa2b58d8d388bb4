//! Runs on a real Slurm, whose daemons each test starts on this machine.

// Slurm runs on Linux.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod failures;
mod runs;
mod slurm;
mod ssh;
mod steering;
