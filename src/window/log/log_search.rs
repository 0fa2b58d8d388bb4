//! The search of the log: which lines contain a text.

use std::ops::Range;
use std::sync::Arc;

use super::log_text::LogText;
use crate::study::FrozenStudy;
use crate::window::state::RunView;

/// Number of lines searched in a frame, which takes a few milliseconds.
const LINES_PER_FRAME: usize = 4000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogIntent {
    /// Search for this text.
    Find(String),
    /// Go to the next matching line, or to the one before.
    Next,
    Previous,
    /// The log has scrolled to the requested line.
    Scrolled,
}

/// The text searched for and its matches, in any letter case.
#[derive(Debug, Clone, Default)]
pub struct LogSearch {
    /// Text as typed.
    pub text: String,
    /// Indices of the matching lines among those searched so far.
    pub matches: Vec<usize>,
    /// The match that was gone to, by its index in `matches`.
    pub current: Option<usize>,
    /// Line to scroll to next.
    pub scroll_to: Option<usize>,
    pub is_complete: bool,
    /// Number of lines searched so far.
    searched: usize,
    /// Study of the run whose log was searched; identifies the run.
    study: Option<Arc<FrozenStudy>>,
}

impl LogSearch {
    pub(crate) fn act(&mut self, intent: LogIntent) {
        let count = self.matches.len();
        match intent {
            LogIntent::Find(text) => *self = Self { text, ..Self::default() },
            LogIntent::Scrolled => self.scroll_to = None,
            LogIntent::Next => self.go_to(self.current.map_or(0, |current| current + 1)),
            LogIntent::Previous => self.go_to(self.current.unwrap_or(0) + count.max(1) - 1),
        }
    }

    /// Goes to a match; after the last one follows the first.
    fn go_to(&mut self, index: usize) {
        self.current = index.checked_rem(self.matches.len());
        self.scroll_to = self.current.map(|current| self.matches[current]);
    }

    /// Searches further lines. The search goes to its first match.
    pub(crate) fn advance(&mut self, run: &RunView) {
        let lines = &run.log.lines;
        let is_same = self.study.as_ref().is_some_and(|study| Arc::ptr_eq(study, run.frozen()));
        if !is_same || self.searched > lines.len() {
            let text = std::mem::take(&mut self.text);
            *self = Self { text, study: Some(Arc::clone(run.frozen())), ..Self::default() };
        }
        if self.text.is_empty() {
            return;
        }
        let (text, log) = (self.text.to_lowercase(), LogText::of_run(run));
        let end = lines.len().min(self.searched + LINES_PER_FRAME);
        let matches = |&line: &usize| log.line(lines[line]).to_lowercase().contains(&text);
        self.matches.extend((self.searched..end).filter(matches));
        self.searched = end;
        self.is_complete = end == lines.len();
        if self.current.is_none() && !self.matches.is_empty() {
            self.go_to(0);
        }
    }

    /// Returns where a line contains the text; the whole line where lower case changes its length.
    pub(crate) fn places(&self, line: &str) -> Vec<Range<usize>> {
        let (text, lower) = (self.text.to_lowercase(), line.to_lowercase());
        if lower.len() != line.len() {
            return std::iter::once(0..line.len()).collect();
        }
        lower.match_indices(&text).map(|(at, found)| at..at + found.len()).collect()
    }
}
