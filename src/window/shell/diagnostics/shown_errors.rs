//! Logs the errors that the user sees.

use crate::window::state::{AppState, Dialog, Notice};

/// What was logged so far.
#[derive(Debug, Default)]
pub(crate) struct ShownErrors {
    /// The mark of the notices that were logged.
    notices: u64,
    /// The error in the open dialog.
    in_dialog: Option<String>,
}

impl ShownErrors {
    /// Logs the errors that are new since the last call.
    pub(crate) fn log(&mut self, state: &AppState) {
        let new = state.notices.iter().filter(|posted| posted.id >= self.notices);
        for posted in new.filter(|posted| posted.notice.is_error) {
            log::error!("shown: {}", posted.notice.text);
        }
        self.notices = state.notices.mark();
        let in_dialog = match &state.dialog {
            Some(Dialog::Path(dialog)) => dialog.notice.as_ref(),
            _ => None,
        };
        let in_dialog = in_dialog.filter(|notice: &&Notice| notice.is_error);
        let in_dialog = in_dialog.map(|notice| notice.text.clone());
        if let Some(text) = in_dialog.as_ref().filter(|_| in_dialog != self.in_dialog) {
            log::error!("shown: {text}");
        }
        self.in_dialog = in_dialog;
    }
}
