//! Messages to the user, besides those of dialogs.

use std::collections::VecDeque;

use crate::window::state::Notice;

/// Maximum number of notices at a time.
const MAX_NOTICES: usize = 5;

/// The notices on display, the newest last.
#[derive(Debug, Default)]
pub struct Notices {
    posted: VecDeque<PostedNotice>,
    next_id: u64,
}

#[derive(Debug)]
pub struct PostedNotice {
    pub id: u64,
    pub notice: Notice,
    end: NoticeEnd,
}

/// What ends a notice before it is dismissed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NoticeEnd {
    /// A message ends when something else begins.
    Usual,
    /// It rejects input, and ends with the next change of it.
    InputChanged,
    /// It is about something that ends by itself.
    Solved(Trouble),
}

/// What goes wrong until it does not, unlike an action that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The file of the study is missing.
    NoFile,
    /// A study or table cannot be opened.
    Unreadable,
    /// The study cannot be saved.
    Unsaved,
    /// Unsaved changes cannot be written for the next start.
    NoSession,
    /// The filter hides rows that a change has touched.
    RowsHidden,
}

impl Notices {
    pub fn post(&mut self, notice: Notice) {
        self.add(notice, NoticeEnd::Usual);
    }

    /// Posts the reason why input is invalid.
    pub(crate) fn reject_input(&mut self, text: String) {
        self.add(Notice { text, is_error: true }, NoticeEnd::InputChanged);
    }

    /// Posts what is wrong until it is solved.
    pub(crate) fn post_trouble(&mut self, trouble: Trouble, text: String) {
        self.add(Notice { text, is_error: true }, NoticeEnd::Solved(trouble));
    }

    /// Posts a message that is true until something is solved.
    pub(crate) fn post_while(&mut self, trouble: Trouble, text: String) {
        self.add(Notice { text, is_error: false }, NoticeEnd::Solved(trouble));
    }

    pub(crate) fn is_posted(&self, trouble: Trouble) -> bool {
        self.posted.iter().any(|posted| posted.end == NoticeEnd::Solved(trouble))
    }

    pub(crate) fn solve(&mut self, trouble: Trouble) {
        self.posted.retain(|posted| posted.end != NoticeEnd::Solved(trouble));
    }

    fn add(&mut self, notice: Notice, end: NoticeEnd) {
        // A notice that is posted again is shown once, as a new one.
        self.posted.retain(|posted| posted.notice != notice);
        if self.posted.len() == MAX_NOTICES {
            let message = self.posted.iter().position(|posted| !posted.notice.is_error);
            self.posted.remove(message.unwrap_or(0));
        }
        let id = self.next_id;
        self.next_id += 1;
        self.posted.push_back(PostedNotice { id, notice, end });
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &PostedNotice> {
        self.posted.iter()
    }

    pub fn newest(&self) -> Option<&Notice> {
        self.posted.back().map(|posted| &posted.notice)
    }

    /// Returns a mark that separates present notices from later ones.
    pub(crate) fn mark(&self) -> u64 {
        self.next_id
    }

    /// Removes messages and notices that reject input: something else begins.
    pub(crate) fn move_on(&mut self) {
        let stays =
            |posted: &PostedNotice| posted.notice.is_error && posted.end != NoticeEnd::InputChanged;
        self.posted.retain(stays);
    }

    /// Removes notices from before the mark that reject input, which has changed.
    pub(crate) fn input_changed(&mut self, mark: u64) {
        self.posted.retain(|posted| posted.end != NoticeEnd::InputChanged || posted.id >= mark);
    }

    pub(crate) fn dismiss(&mut self, id: u64) {
        self.posted.retain(|posted| posted.id != id);
    }

    pub(crate) fn dismiss_newest(&mut self) {
        self.posted.pop_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(notices: &Notices) -> Vec<&str> {
        notices.iter().map(|posted| posted.notice.text.as_str()).collect()
    }

    fn notice(text: impl Into<String>, is_error: bool) -> Notice {
        Notice { text: text.into(), is_error }
    }

    #[test]
    fn repeated_notices_are_shown_once_and_messages_go_before_errors() {
        let mut notices = Notices::default();
        notices.post(notice("error", true));
        for text in ["a", "b", "a"] {
            notices.post(notice(text, false));
        }
        assert_eq!(texts(&notices), ["error", "b", "a"]);
        for number in 0..9 {
            notices.post(notice(number.to_string(), number < 2));
        }
        assert_eq!(texts(&notices), ["error", "0", "1", "7", "8"]);
    }

    #[test]
    fn rejected_input_is_forgotten_once_it_changes_and_other_errors_stay() {
        let mut notices = Notices::default();
        notices.post(notice("disk full", true));
        notices.reject_input("no number".to_owned());
        let mark = notices.mark();
        notices.reject_input("found by this change".to_owned());
        notices.input_changed(mark);
        assert_eq!(texts(&notices), ["disk full", "found by this change"]);
    }
}
