//! The run history: jobs from the window to its thread, and news back.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use egui::Context;

use super::start_problem::capitalized;
use crate::history::{
    HistoryStore, LocalClock, MAX_BYTES, MAX_RUNS, SavedRun, SavedRunId, SavedRunKind, StoreNews,
};
use crate::report::RunReport;
use crate::window::compare::run_history::{HistoryJob, kept_view};
use crate::window::state::app_state::AppState;
use crate::window::state::document::Document;
use crate::window::state::run_view::RunView;

/// News about the run history.
enum HistoryNews {
    Store(StoreNews),
    /// A saved run was read, to be shown in all tabs.
    Opened(Box<RunView>),
    /// Saved runs were read, to be shown on one time axis.
    Timelines(Vec<RunView>),
}

/// The run history, as the window uses it.
pub(crate) struct HistoryJobs {
    store: HistoryStore,
    sender: Sender<HistoryNews>,
    news: Receiver<HistoryNews>,
    ctx: Context,
}

impl HistoryJobs {
    /// Starts to use the history in this folder, which may be missing.
    pub(crate) fn new(folder: PathBuf, clock: LocalClock, ctx: &Context) -> std::io::Result<Self> {
        let (sender, news) = channel();
        let notify = {
            let (sender, ctx) = (sender.clone(), ctx.clone());
            move |news| {
                sender.send(HistoryNews::Store(news)).ok();
                ctx.request_repaint();
            }
        };
        let store = HistoryStore::new(folder, clock, notify)?;
        Ok(Self { store, sender, news, ctx: ctx.clone() })
    }

    /// Saves runs.
    pub(crate) fn save(&self, runs: Vec<(Arc<RunReport>, SavedRunKind)>) {
        self.store.save(runs);
    }

    /// Starts a job of the user's.
    pub(crate) fn perform(&self, job: HistoryJob) {
        match job {
            HistoryJob::Look => self.store.refresh(),
            HistoryJob::Rename(id, name) => self.store.rename(id, name),
            HistoryJob::Delete(ids) => self.store.delete(ids),
            HistoryJob::Show(id, document) => self.read(vec![id], document, |runs| {
                runs.into_iter().next().map(|run| HistoryNews::Opened(Box::new(run)))
            }),
            HistoryJob::Timelines(ids, document) => {
                self.read(ids, document, |runs| Some(HistoryNews::Timelines(runs)));
            }
        }
    }

    fn read(
        &self,
        ids: Vec<SavedRunId>,
        document: Box<Document>,
        news: fn(Vec<RunView>) -> Option<HistoryNews>,
    ) {
        let (sender, ctx) = (self.sender.clone(), self.ctx.clone());
        self.store.read(ids, move |runs| {
            let news = match runs {
                Ok(runs) => {
                    let view = |(run, report): (SavedRun, RunReport)| {
                        kept_view(report, run.name, &document)
                    };
                    news(runs.into_iter().map(view).collect())
                }
                Err(error) => Some(HistoryNews::Store(StoreNews::Failed(error))),
            };
            if let Some(news) = news {
                sender.send(news).ok();
                ctx.request_repaint();
            }
        });
    }

    /// Updates the state with the news since the last frame.
    pub(crate) fn poll(&self, state: &mut AppState) {
        while let Ok(news) = self.news.try_recv() {
            match news {
                HistoryNews::Store(StoreNews::Listed(listing)) => state.history.take(listing),
                HistoryNews::Store(StoreNews::Removed(count)) => state.notify(removed_text(count)),
                HistoryNews::Store(StoreNews::Failed(error)) => {
                    state.report_error(capitalized(&error.to_string()));
                }
                HistoryNews::Opened(run) => state.show_saved_run(*run),
                HistoryNews::Timelines(runs) => state.show_timelines(runs),
            }
        }
    }
}

fn removed_text(count: usize) -> String {
    let runs = if count == 1 { "run" } else { "runs" };
    format!(
        "Removed {count} old {runs} from the run history, which holds {MAX_RUNS} runs and {} MB. \
         Runs of examples are removed first, runs you named last.",
        MAX_BYTES >> 20
    )
}
