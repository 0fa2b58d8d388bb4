//! One case run alone, to see whether its program does what it is to.

use std::path::PathBuf;

use crate::run::CaseRecord;
use crate::window::results::output_state::OutputQuery;
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Effect;
use crate::window::state::ui_parts::Dialog;

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

impl AppState {
    /// Whether a case is being tried.
    #[must_use]
    pub fn is_trying(&self) -> bool {
        self.trial.as_ref().is_some_and(|trial| trial.end.is_none())
    }

    /// Tries the selected case, else the first.
    pub(crate) fn try_case(&mut self) -> Option<Effect> {
        let cases = &self.document.cases;
        let selected = (0..cases.len()).find(|&row| self.selected.contains(&cases.id(row)));
        let row = selected.unwrap_or(0);
        let name = cases.case(row).name.to_owned();
        if !self.runnable() {
            return None;
        }
        self.notice = None;
        self.trial =
            Some(Trial { name, command: None, folder: None, end: None, cancelling: false });
        self.dialog = Some(Dialog::Trial);
        Some(Effect::Try(self.document.clone(), row))
    }

    /// Ends the trial, or sends it away if it has ended.
    pub(crate) fn end_trial(&mut self) -> Option<Effect> {
        let trial = self.trial.as_mut().filter(|trial| trial.end.is_none())?;
        trial.cancelling = true;
        Some(Effect::EndTrial)
    }
}
