//! Finds what the results show: in the frame where the cases are few, else on a
//! thread, once the run has ended.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use egui::Context;

use crate::report::RunReport;
use crate::window::results::query::{ResultsQuery, ResultsView};
use crate::window::state::app_state::AppState;
use crate::window::state::ui_parts::Tab;

/// So many cases are looked through within a frame: it takes a few milliseconds.
const IN_A_FRAME: usize = 10_000;

/// The search in progress, if there is one.
#[derive(Default)]
pub(crate) struct FilterJob {
    searching: Option<Receiver<ResultsView>>,
}

impl FilterJob {
    /// Before the results are drawn.
    pub(crate) fn poll(&mut self, state: &mut AppState, ctx: &Context) {
        match self.searching.as_ref().map(Receiver::try_recv) {
            Some(Ok(found)) => {
                state.results.take(found);
                self.searching = None;
            }
            Some(Err(TryRecvError::Disconnected)) => self.searching = None,
            Some(Err(TryRecvError::Empty)) | None => {}
        }
        let Some(run) = state.run.as_ref().filter(|_| state.tab == Tab::Results) else { return };
        let wanted = state.results.wanted(run, state.results.sort);
        if state.results.found(run).is_some_and(|found| found.wanted.is(&wanted)) {
            return;
        }
        if run.frozen().cases.len() <= IN_A_FRAME {
            let found = ResultsView::of(wanted, run.state().records());
            state.results.take(found);
        } else if let (Some(report), None) = (run.report(), &self.searching) {
            self.search(wanted, Arc::clone(report), ctx);
        }
    }

    /// If the system gives no thread, what was found before stays.
    fn search(&mut self, wanted: ResultsQuery, report: Arc<RunReport>, ctx: &Context) {
        let (sender, receiver) = channel();
        let ctx = ctx.clone();
        let find = move || {
            sender.send(ResultsView::of(wanted, report.state.records())).ok();
            ctx.request_repaint();
        };
        if thread::Builder::new().name("find".to_owned()).spawn(find).is_ok() {
            self.searching = Some(receiver);
        }
    }
}
