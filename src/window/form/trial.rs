//! One case run alone, to see whether its program does what it is to.

use std::path::PathBuf;

use crate::run::CaseRecord;
use crate::window::results::output_state::OutputQuery;

/// A case that is tried, or was.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// Its name.
    pub name: String,
    /// What is really run, as one line, once that is known.
    pub command: Option<String>,
    /// The folder of its attempt, once there is one.
    pub folder: Option<PathBuf>,
    /// What came of it.
    pub end: Option<TrialEnd>,
    /// The user asked for its end.
    pub cancelling: bool,
}

/// What came of a trial.
#[derive(Debug, Clone, PartialEq)]
pub enum TrialEnd {
    /// It ran: its record, and why it failed if it did.
    Ran(CaseRecord, Option<String>),
    /// It could not be run, and why.
    Refused(String),
}

impl Trial {
    /// Whose output is to be shown.
    pub(crate) fn output(&self) -> Option<OutputQuery> {
        Some(OutputQuery { folder: self.folder.clone()?, live: self.end.is_none() })
    }
}
