//! The parts of the account of lane-seconds.

use strum::VariantArray;

/// A part of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, VariantArray)]
pub enum AccountPart {
    /// Work and waiting of done cases.
    Work,
    /// Time of done cases whose work is unknown.
    Cases,
    /// Time of done cases beyond their work and waiting.
    Stretch,
    /// Starting workers.
    Startup,
    /// Between cases.
    Dispatch,
    /// Waiting for the rest of the batch.
    Barrier,
    /// Waiting for a licence, memory, the end of a pause or the next attempt.
    Held,
    /// Unsuccessful attempts.
    Lost,
    /// Nothing left to start.
    Idle,
    /// Not recorded.
    Unknown,
}

impl AccountPart {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Cases => "cases",
            Self::Stretch => "stretch",
            Self::Startup => "start-up",
            Self::Dispatch => "dispatch",
            Self::Barrier => "barrier",
            Self::Held => "held",
            Self::Lost => "lost",
            Self::Idle => "idle",
            Self::Unknown => "not recorded",
        }
    }
}
