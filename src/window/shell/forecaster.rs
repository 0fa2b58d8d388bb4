//! Predictions: computed task by task, each on a thread of its own, so that no
//! frame waits for one.

use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use egui::Context;

use super::runner::no_thread;
use crate::window::state::app_state::AppState;
use crate::window::workers::forecast::ForecastResult;

/// The prediction that is being computed, if there is one.
#[derive(Default)]
pub(crate) struct ForecastJob {
    news: Option<Receiver<ForecastResult>>,
}

impl ForecastJob {
    /// Whether something is being computed.
    pub(crate) fn is_busy(&self) -> bool {
        self.news.is_some()
    }

    /// Takes in what was computed, and begins the next task.
    pub(crate) fn follow(&mut self, state: &mut AppState, ctx: &Context) {
        match self.news.as_ref().map(Receiver::try_recv) {
            Some(Err(TryRecvError::Empty)) => return,
            Some(Ok(found)) => state.workers.take(found),
            Some(Err(TryRecvError::Disconnected)) | None => {}
        }
        self.news = None;
        let Some(task) = state.next_forecast_task() else { return };
        let (sender, receiver) = channel();
        let ctx = ctx.clone();
        let spawned = thread::Builder::new().name("forecast".to_owned()).spawn(move || {
            sender.send(task.work()).ok();
            ctx.request_repaint();
        });
        match spawned {
            Ok(_) => self.news = Some(receiver),
            Err(error) => state.report_error(no_thread(&error)),
        }
    }
}
