//! Limits on a run besides its number of workers.

use serde::{Deserialize, Serialize};

/// Limits on a run besides its number of workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Limits {
    /// Maximum number of cases running at once, whatever the number of workers.
    pub licences: Option<u32>,
    /// Maximum number of retries of a failed case.
    pub retries: u32,
    /// Number of failed cases after which no case starts.
    pub stop_after: Option<u32>,
    /// Free memory, in bytes, below which no case starts.
    pub memory_floor_bytes: Option<u64>,
}
