//! Applies intents to the trial of one case.

use crate::window::form::Trial;
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Effect;
use crate::window::state::ui_parts::Dialog;

impl AppState {
    /// Tries the first selected case, else the first case.
    pub(crate) fn try_selected_case(&mut self) -> Option<Effect> {
        let cases = &self.document.cases;
        let row = self.selection.indices(cases).first().copied().unwrap_or(0);
        let name = cases.case(row).name.to_owned();
        if !self.check_runnable() {
            return None;
        }
        self.notice = None;
        self.runs.trial = Some(Trial::new(name));
        self.dialog = Some(Dialog::Trial);
        Some(Effect::TryCase(self.document.clone(), row))
    }

    /// Cancels the trial, if it is running.
    pub(crate) fn cancel_trial(&mut self) -> Option<Effect> {
        let trial = self.runs.trial.as_mut().filter(|trial| trial.end.is_none())?;
        trial.is_cancelled = true;
        Some(Effect::CancelTrial)
    }
}
