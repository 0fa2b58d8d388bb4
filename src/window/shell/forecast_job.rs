//! Computes predictions one after another, each on a thread.

use std::sync::mpsc::{Receiver, TryRecvError, channel};

use egui::Context;

use crate::app::spawn;
use crate::window::state::AppState;
use crate::window::workers::forecast::ForecastResult;

/// The prediction in progress, if there is one.
#[derive(Default)]
pub(crate) struct ForecastJob {
    result: Option<Receiver<ForecastResult>>,
}

impl ForecastJob {
    /// Whether a prediction is in progress.
    pub(crate) fn is_busy(&self) -> bool {
        self.result.is_some()
    }

    /// Stores a finished prediction in the state and starts the next one.
    pub(crate) fn poll(&mut self, state: &mut AppState, ctx: &Context) {
        match self.result.as_ref().map(Receiver::try_recv) {
            Some(Err(TryRecvError::Empty)) => return,
            Some(Ok(result)) => state.workers.store(result),
            Some(Err(TryRecvError::Disconnected)) | None => {}
        }
        self.result = None;
        let Some(task) = state.next_forecast_task() else { return };
        let (sender, receiver) = channel();
        let ctx = ctx.clone();
        let spawned = spawn("forecast", move || {
            sender.send(task.compute()).ok();
            ctx.request_repaint();
        });
        match spawned {
            Ok(_) => self.result = Some(receiver),
            Err(error) => state.report_error(error.to_string()),
        }
    }
}
