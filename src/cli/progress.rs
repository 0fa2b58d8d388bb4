//! The progress bar, on a terminal only.

use std::io::{IsTerminal as _, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::report::duration;
use crate::schedule::s_from_ns;

/// A run shorter than this shows no bar: it would only flicker.
const SHOWN_AFTER_S: f64 = 0.3;

/// Shows how far a run has come.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    wanted: bool,
    total: u64,
}

impl Progress {
    /// A bar of so many steps, unless `quiet` or standard error is no terminal.
    pub(super) fn new(total: u64, quiet: bool) -> Self {
        Self { bar: None, wanted: !quiet && stderr().is_terminal(), total }
    }

    /// Shows the state at `now_ns`.
    pub(super) fn show(&mut self, ended: u64, now_ns: u64, left_s: Option<f64>) {
        let now_s = s_from_ns(now_ns);
        if !self.wanted || now_s < SHOWN_AFTER_S {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let target = ProgressDrawTarget::stderr_with_hz(10);
            let style = ProgressStyle::with_template("{wide_bar} {pos} of {len} cases, {msg}");
            ProgressBar::with_draw_target(Some(self.total), target)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        let left =
            left_s.map_or(String::new(), |left_s| format!(", about {} left", duration(left_s)));
        bar.set_message(format!("{}{left}", duration(now_s)));
        bar.set_position(ended);
    }

    /// Takes the bar away.
    pub(super) fn clear(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
