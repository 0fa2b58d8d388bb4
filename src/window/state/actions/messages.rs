//! Applies intents to dialogs and messages.

use crate::window::state::app_state::AppState;
use crate::window::state::intent::{Effect, PathPurpose};
use crate::window::state::ui_parts::{Dialog, Notice};

impl AppState {
    /// Shows a message.
    pub fn notify(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), is_error: false });
    }

    /// Shows an error message.
    pub fn report_error(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), is_error: true });
    }

    /// Opens the system's dialog for the path that the open dialog asks for.
    pub(crate) fn browse(&self) -> Effect {
        Effect::Browse(match self.dialog {
            Some(Dialog::SaveStudy { .. }) => PathPurpose::SaveStudy,
            Some(Dialog::ResumeRun { .. }) => PathPurpose::RunFolder,
            Some(Dialog::ExportResults { .. }) => PathPurpose::ExportResults,
            _ => PathPurpose::OpenStudy,
        })
    }

    /// Closes the dialog, else the message. The dialog of a running trial stays open
    /// until the trial has ended.
    pub(crate) fn dismiss(&mut self) -> Option<Effect> {
        if self.dialog == Some(Dialog::Trial) && self.is_trying() {
            return self.cancel_trial();
        }
        if self.dialog.take().is_none() {
            self.notice = None;
        }
        if self.is_trying() {
            self.dialog = Some(Dialog::Trial);
        }
        None
    }
}
