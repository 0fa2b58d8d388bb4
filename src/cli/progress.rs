//! The progress bar, shown on a terminal only.

use std::io::{IsTerminal as _, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::console::{print_line, printable};
use crate::report::TimeLeftRange;
use crate::schedule::s_from_ns;
use crate::text::duration;

/// Time before the bar appears: in shorter runs it would only flicker.
const FIRST_DRAW_S: f64 = 0.3;

const REDRAW_INTERVAL_S: f64 = 0.1;

pub(super) struct ProgressLine {
    bar: Option<ProgressBar>,
    is_enabled: bool,
    steps: u64,
    due_s: f64,
}

impl ProgressLine {
    /// Makes a bar of `steps` steps. It stays hidden if `is_quiet` or if standard error
    /// is not a terminal.
    pub(super) fn new(steps: u64, is_quiet: bool) -> Self {
        let is_enabled = !is_quiet && stderr().is_terminal();
        Self { bar: None, is_enabled, steps, due_s: FIRST_DRAW_S }
    }

    pub(super) fn is_due(&self, now_ns: u64) -> bool {
        self.is_enabled && s_from_ns(now_ns) >= self.due_s
    }

    pub(super) fn show(
        &mut self,
        ended: u64,
        text: &str,
        now_ns: u64,
        left: Option<TimeLeftRange>,
    ) {
        let now_s = s_from_ns(now_ns);
        self.due_s = now_s + REDRAW_INTERVAL_S;
        let bar = self.bar.get_or_insert_with(|| {
            let target = ProgressDrawTarget::stderr_with_hz(20);
            let style = ProgressStyle::with_template("{wide_bar} {msg}");
            ProgressBar::with_draw_target(Some(self.steps), target)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        let left = left.map_or(String::new(), |left| format!(", {}", left.text()));
        bar.set_message(format!("{text}, {}{left}", duration(now_s)));
        bar.set_position(ended);
    }

    /// Prints a line on standard error, above the bar if it is shown.
    pub(super) fn print(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(printable(text)),
            None => print_line(text),
        }
    }

    pub(super) fn clear(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
