//! The progress bar, on a terminal only.

use std::io::{IsTerminal as _, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::report::TimeLeftRange;
use crate::schedule::s_from_ns;
use crate::text::duration;

use super::main::say;

/// A run shorter than this shows no bar: it would only flicker.
const SHOWN_AFTER_S: f64 = 0.3;

/// The bar is drawn no more often than this.
const REDRAWN_AFTER_S: f64 = 0.1;

/// Shows how far a run has come.
pub(super) struct ProgressLine {
    bar: Option<ProgressBar>,
    wanted: bool,
    steps: u64,
    due_s: f64,
}

impl ProgressLine {
    /// A bar of so many steps, unless `quiet` or standard error is no terminal.
    pub(super) fn new(steps: u64, quiet: bool) -> Self {
        Self { bar: None, wanted: !quiet && stderr().is_terminal(), steps, due_s: SHOWN_AFTER_S }
    }

    /// Whether it would be drawn at `now_ns`.
    pub(super) fn is_due(&self, now_ns: u64) -> bool {
        self.wanted && s_from_ns(now_ns) >= self.due_s
    }

    /// Shows how many steps have ended at `now_ns`, and says what they are.
    pub(super) fn show(
        &mut self,
        ended: u64,
        what: &str,
        now_ns: u64,
        left: Option<TimeLeftRange>,
    ) {
        if !self.is_due(now_ns) {
            return;
        }
        let now_s = s_from_ns(now_ns);
        self.due_s = now_s + REDRAWN_AFTER_S;
        let bar = self.bar.get_or_insert_with(|| {
            let target = ProgressDrawTarget::stderr_with_hz(20);
            let style = ProgressStyle::with_template("{wide_bar} {msg}");
            ProgressBar::with_draw_target(Some(self.steps), target)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        let left = left.map_or(String::new(), |left| format!(", {}", left.text()));
        bar.set_message(format!("{what}, {}{left}", duration(now_s)));
        bar.set_position(ended);
    }

    /// Says a line on standard error, above the bar if there is one.
    pub(super) fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => say(text),
        }
    }

    /// Takes the bar away.
    pub(super) fn clear(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
