//! What a run has to keep to besides its workers.

use serde::{Deserialize, Serialize};

/// What a run has to keep to besides its workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Limits {
    /// How many cases may be in work at once, whatever the workers.
    pub licences: Option<u32>,
    /// How many times a case that failed is tried again.
    pub retries: u32,
    /// After so many failed cases nothing more is started.
    pub stop_after: Option<u32>,
    /// With less free memory than this, in bytes, nothing is started.
    pub memory_floor_bytes: Option<u64>,
}
