//! Process groups, signals and, on Linux, `/proc`.

pub mod descendants;
pub mod exit_waiter;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;
pub mod process_tree;

#[cfg(target_os = "linux")]
use linux::{adopt_orphans, exit_fd, has_no_children};
#[cfg(not(target_os = "linux"))]
use other::{adopt_orphans, exit_fd, has_no_children};
