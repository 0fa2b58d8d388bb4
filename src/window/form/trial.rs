//! A trial: one case run alone to check its program.

use std::path::PathBuf;

use crate::run::CaseRecord;
use crate::window::results::output_state::OutputQuery;

/// A trial, running or ended.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trial {
    pub name: String,
    /// The command on one line, once known.
    pub command: Option<String>,
    /// The folder of the attempt, once there is one.
    pub folder: Option<PathBuf>,
    pub end: Option<TrialEnd>,
    pub is_cancelled: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TrialEnd {
    /// The case ran: its record, and why it failed if it did.
    Ran(CaseRecord, Option<String>),
    /// The case could not be run, and why.
    Refused(String),
}

impl Trial {
    pub fn output(&self) -> Option<OutputQuery> {
        Some(OutputQuery { folder: self.folder.clone()?, is_live: self.end.is_none() })
    }
}
