//! Filters and sorts the results: within the frame for few cases, else on a thread
//! once the run has ended.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use egui::Context;

use crate::app::spawn;
use crate::report::RunReport;
use crate::window::results::query::{ResultsQuery, ResultsView};
use crate::window::state::{AppState, Tab};

/// Number of cases that are filtered within a frame, which takes a few milliseconds.
const MAX_IN_FRAME: usize = 10_000;

/// The job in progress, if there is one.
#[derive(Default)]
pub(crate) struct FilterJob {
    result: Option<Receiver<ResultsView>>,
}

impl FilterJob {
    /// Updates the results before they are drawn.
    pub(crate) fn poll(&mut self, state: &mut AppState, ctx: &Context) {
        match self.result.as_ref().map(Receiver::try_recv) {
            Some(Ok(view)) => {
                state.results.set_view(view);
                self.result = None;
            }
            Some(Err(TryRecvError::Disconnected)) => self.result = None,
            Some(Err(TryRecvError::Empty)) | None => {}
        }
        let Some(run) = state.run.as_ref().filter(|_| state.tab == Tab::Results) else { return };
        let query = state.results.query(run);
        if state.results.view(run).is_some_and(|view| view.query.is_same(&query)) {
            return;
        }
        if run.frozen().cases.len() <= MAX_IN_FRAME {
            let view = ResultsView::of(query, run.state().records());
            state.results.set_view(view);
        } else if let (Some(report), None) = (run.report(), &self.result) {
            self.start(query, Arc::clone(report), ctx);
        }
    }

    /// Starts a job. Without a thread the old results stay.
    fn start(&mut self, query: ResultsQuery, report: Arc<RunReport>, ctx: &Context) {
        let (sender, receiver) = channel();
        let ctx = ctx.clone();
        let work = move || {
            sender.send(ResultsView::of(query, report.state.records())).ok();
            ctx.request_repaint();
        };
        if spawn("filter", work).is_ok() {
            self.result = Some(receiver);
        }
    }
}
