//! The log of a run: a line per event that a person wants to see.

use crate::run::{QueueNews, QueueState, RunEvent, RunState, SessionAttempt, Status};
use crate::schedule::WaitReason;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogLine {
    /// Time since the start of the run, in nanoseconds.
    pub at_ns: u64,
    pub entry: LogEntry,
}

/// An event in the log. The text is made when the line is drawn: a run of a million
/// cases has too many lines to keep their texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogEntry {
    /// A case, by its index in the table that was run, got this status. `Running`
    /// means that it started.
    Case(u32, Status),
    /// An attempt at a case ended with this status, and another one follows.
    Retried(u32, Status),
    /// A worker process was ready, by its index in the run state.
    ProcessReady(usize),
    /// A note about earlier sessions of the run, by its index in the notes.
    Note(usize),
    Paused,
    Resumed,
    /// The requested number of workers changed.
    Workers(u32),
    /// The known number of licences changed.
    Licences(u32),
    CaseRemoved(u32),
    CaseRequeued(u32),
    /// No case runs, and none can start.
    Blocked(WaitReason),
    /// The queue of the cluster changed, by the index of the news.
    Queue(usize),
}

/// The queue before it was read.
static NO_QUEUE: QueueState = QueueState { waiting: 0, reason: None, problem: None };

#[derive(Debug, Clone, Default)]
pub struct RunLog {
    /// In the order of their times, as far as they arrive together.
    pub lines: Vec<LogLine>,
    pub notes: Vec<String>,
    pub queue_news: Vec<QueueNews>,
}

impl RunLog {
    /// Returns the log of a run that is over, as its state has it.
    pub fn of_state(state: &RunState) -> Self {
        let mut lines = Vec::new();
        for SessionAttempt { case, attempt, .. } in state.session_attempts() {
            let line = |at_ns, status| LogLine { at_ns, entry: LogEntry::Case(case, status) };
            lines.push(line(attempt.start_ns, Status::Running));
            if attempt.status != Status::Running {
                lines.push(line(attempt.end_ns, attempt.status));
            }
        }
        for (index, process) in state.processes.iter().enumerate() {
            let entry = LogEntry::ProcessReady(index);
            lines.push(LogLine { at_ns: process.start.ready_ns, entry });
        }
        lines.sort_by_key(|line| line.at_ns);
        Self { lines, ..Self::default() }
    }

    /// Puts notes before the first line.
    pub fn prepend_notes(&mut self, notes: Vec<String>) {
        let line = |index| LogLine { at_ns: 0, entry: LogEntry::Note(index) };
        self.lines.splice(0..0, (0..notes.len()).map(line));
        self.notes = notes;
    }

    /// Adds a line for an event, if it gets one. `state` is the run before the event.
    pub(super) fn record(&mut self, event: &RunEvent, state: &RunState) {
        let (at_ns, entry) = match event {
            RunEvent::Started { ticket, at_ns, .. } => {
                (*at_ns, LogEntry::Case(ticket.case, Status::Running))
            }
            RunEvent::Finished(end) => {
                let entry = if end.will_retry { LogEntry::Retried } else { LogEntry::Case };
                (end.end_ns, entry(end.ticket.case, end.outcome.status()))
            }
            RunEvent::ProcessStarted(start) => {
                (start.ready_ns, LogEntry::ProcessReady(state.processes.len()))
            }
            RunEvent::Paused { at_ns } => (*at_ns, LogEntry::Paused),
            RunEvent::Resumed { at_ns } => (*at_ns, LogEntry::Resumed),
            RunEvent::Resized { at_ns, workers } => (*at_ns, LogEntry::Workers(*workers)),
            RunEvent::Licences { at_ns, available } => (*at_ns, LogEntry::Licences(*available)),
            RunEvent::CaseRemoved { case, at_ns } => (*at_ns, LogEntry::CaseRemoved(*case)),
            RunEvent::CaseRequeued { case, at_ns } => (*at_ns, LogEntry::CaseRequeued(*case)),
            RunEvent::Blocked { at_ns, reason } => (*at_ns, LogEntry::Blocked(*reason)),
            RunEvent::QueueChanged { at_ns, queue } => {
                let before = state.queue.as_ref().unwrap_or(&NO_QUEUE);
                let Some(news) = QueueNews::between(before, queue) else { return };
                self.queue_news.push(news);
                (*at_ns, LogEntry::Queue(self.queue_news.len() - 1))
            }
            _ => return,
        };
        self.lines.push(LogLine { at_ns, entry });
    }
}
