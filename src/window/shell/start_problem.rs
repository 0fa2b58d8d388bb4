//! Why something cannot start, and how the window shows it.

use crate::app::StartError;
use crate::study::Column;
use crate::text::capitalized;
use crate::window::state::AppState;
use crate::workload::FreezeError;

/// Why a run, an experiment or a trial cannot start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartProblem {
    /// The workload rejects this row, by its index, because of a column.
    #[error("Row {}, {_1}: {_2}", _0 + 1)]
    Row(usize, Column, String),
    /// Any other reason, as a sentence.
    #[error("{_0}")]
    Other(String),
}

impl StartProblem {
    /// Shows the reason, and moves the keyboard to the rejected cell.
    pub(crate) fn show(&self, state: &mut AppState) {
        if let Self::Row(row, column, _) = *self {
            state.form.pending_focus = Some((row, column));
        }
        state.report_invalid(self.to_string());
    }

    /// Returns the reason without its row.
    pub(crate) fn message(self) -> String {
        match self {
            Self::Row(_, _, message) | Self::Other(message) => message,
        }
    }
}

impl From<FreezeError> for StartProblem {
    fn from(error: FreezeError) -> Self {
        match error {
            FreezeError::Cases(cases) => match cases.into_iter().next() {
                Some((row, refusal)) => Self::Row(row, refusal.column, refusal.message),
                None => Self::Other(String::new()),
            },
            error => Self::Other(window_text(&error)),
        }
    }
}

impl From<StartError> for StartProblem {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Freeze(error) => error.into(),
            error => Self::Other(capitalized(&error.to_string())),
        }
    }
}

/// Replaces the remedies of messages that name options of the command line.
fn window_text(error: &FreezeError) -> String {
    match error {
        FreezeError::NoTimes => "The virtual clock needs the time of each case, which this \
                                 workload does not know; choose the real clock"
            .to_owned(),
        FreezeError::NothingToMeasure => "The virtual clock runs nothing, so it cannot measure \
                                          the series total; choose estimate, or the real clock"
            .to_owned(),
        error => capitalized(&error.to_string()),
    }
}
