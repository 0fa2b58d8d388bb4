//! Background jobs, whose messages change the state frame by frame.

use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};

use egui::Context;

use crate::app::{ThreadError, spawn};
use crate::window::state::AppState;

/// A change of the state by a message of a job.
pub(crate) type Update = Box<dyn FnOnce(&mut AppState) + Send>;

/// Returns the update that shows an error.
pub(crate) fn failure(message: String) -> Update {
    Box::new(|state| state.report_error(message))
}

/// At most one job, on a thread. It ends with its thread.
pub(crate) struct Job<T> {
    receiver: Option<Receiver<T>>,
}

/// Sends the messages of a job and wakes the window.
pub(crate) struct MessageSender<T> {
    pub(crate) sender: Sender<T>,
    pub(crate) ctx: Context,
}

impl<T> Default for Job<T> {
    fn default() -> Self {
        Self { receiver: None }
    }
}

impl<T: Send + 'static> Job<T> {
    /// Runs `work` on a thread, and drops the messages of the job before.
    pub(crate) fn start(
        &mut self,
        name: &str,
        ctx: &Context,
        work: impl FnOnce(&MessageSender<T>) + Send + 'static,
    ) -> Result<(), ThreadError> {
        let (sender, receiver) = channel();
        let messages = MessageSender { sender, ctx: ctx.clone() };
        spawn(name, move || {
            work(&messages);
            // The closed channel tells the window that the job has ended.
            drop(messages.sender);
            messages.ctx.request_repaint();
        })?;
        self.receiver = Some(receiver);
        Ok(())
    }

    pub(crate) fn is_running(&self) -> bool {
        self.receiver.is_some()
    }

    /// Returns the next message, if there is one.
    pub(crate) fn poll(&mut self) -> Option<T> {
        let message = self.receiver.as_ref()?.try_recv();
        if matches!(message, Err(TryRecvError::Disconnected)) {
            self.receiver = None;
        }
        message.ok()
    }

    /// Returns the message of a job that sends only one, and ends the job.
    pub(crate) fn poll_only(&mut self) -> Option<T> {
        let message = self.poll();
        if message.is_some() {
            self.receiver = None;
        }
        message
    }
}

impl<T> MessageSender<T> {
    pub(crate) fn send(&self, message: T) {
        self.sender.send(message).ok();
        self.ctx.request_repaint();
    }
}
