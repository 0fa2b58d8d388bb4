//! Background jobs, whose news change the state frame by frame.

use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};

use egui::Context;

use crate::app::{ThreadError, spawn};
use crate::window::state::AppState;

/// A change of the state by the news of a job.
pub(crate) type Update = Box<dyn FnOnce(&mut AppState) + Send>;

/// Returns the update that shows an error.
pub(crate) fn failure(message: String) -> Update {
    Box::new(|state| state.report_error(message))
}

/// A job on a thread, if there is one. It ends when its thread does.
pub(crate) struct Job<T> {
    news: Option<Receiver<T>>,
}

/// Sends news of a job and wakes the window.
pub(crate) struct NewsSender<T> {
    pub(crate) sender: Sender<T>,
    pub(crate) ctx: Context,
}

impl<T> Default for Job<T> {
    fn default() -> Self {
        Self { news: None }
    }
}

impl<T: Send + 'static> Job<T> {
    /// Runs `work` on a thread, and drops the news of the job before.
    pub(crate) fn start(
        &mut self,
        name: &str,
        ctx: &Context,
        work: impl FnOnce(&NewsSender<T>) + Send + 'static,
    ) -> Result<(), ThreadError> {
        let (sender, receiver) = channel();
        let news = NewsSender { sender, ctx: ctx.clone() };
        spawn(name, move || {
            work(&news);
            // The closed channel tells the window that the job has ended.
            drop(news.sender);
            news.ctx.request_repaint();
        })?;
        self.news = Some(receiver);
        Ok(())
    }

    pub(crate) fn is_running(&self) -> bool {
        self.news.is_some()
    }

    /// Returns the next news, if there is any.
    pub(crate) fn poll(&mut self) -> Option<T> {
        let news = self.news.as_ref()?.try_recv();
        if matches!(news, Err(TryRecvError::Disconnected)) {
            self.news = None;
        }
        news.ok()
    }

    /// Returns the news of a job that sends one, and ends the job.
    pub(crate) fn poll_only(&mut self) -> Option<T> {
        let news = self.poll();
        if news.is_some() {
            self.news = None;
        }
        news
    }
}

impl<T> NewsSender<T> {
    pub(crate) fn send(&self, news: T) {
        self.sender.send(news).ok();
        self.ctx.request_repaint();
    }
}
