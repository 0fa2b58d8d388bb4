//! Keyboard input of the bar chart.

use egui::{Key, Response, Ui, vec2};
use egui_plot::PlotUi;

use crate::window::state::{AppState, Command, Intent, RunView};
use crate::window::timeline::timeline_run::TimelineRun;
use crate::window::widgets::chart_cursor::hold_arrows;

/// Share of the visible width that an arrow key moves the view by.
const STEP: f64 = 0.125;

/// Moves and zooms the view: arrows, + and −. Arrows keep it within `content`, the ends of the
/// chart.
pub(crate) fn move_view(plot: &mut PlotUi<'_>, content: [f64; 2]) {
    if !plot.response().has_focus() {
        return;
    }
    let (pressed, has_shift) = plot.ctx().input(|input| {
        let keys = [Key::ArrowLeft, Key::ArrowRight, Key::Plus, Key::Equals, Key::Minus];
        (keys.map(|key| input.key_pressed(key)), input.modifiers.any())
    });
    let [left, right, plus, equals, minus] = pressed;
    let bounds = plot.plot_bounds();
    if (left || right) && !has_shift {
        let (from, to) = (bounds.min()[0], bounds.max()[0]);
        let step = STEP * bounds.width();
        let least = (content[0] - from).min(0.0);
        let greatest = (content[1] - to).max(0.0);
        let step = if left { -step } else { step }.clamp(least, greatest);
        if step != 0.0 {
            #[expect(clippy::cast_possible_truncation, reason = "a number of bars")]
            plot.translate_bounds(vec2(step as f32, 0.0));
        }
    }
    if plus || equals {
        plot.zoom_bounds(vec2(1.25, 1.0), bounds.center());
    } else if minus {
        plot.zoom_bounds(vec2(0.8, 1.0), bounds.center());
    }
}

/// Takes back a zoom or a drag beyond the content, of which nothing might be left in view.
pub(crate) fn keep_in_view(plot: &mut PlotUi<'_>, content: [f64; 2]) {
    let bounds = plot.plot_bounds();
    let (from, width) = (bounds.min()[0], bounds.width());
    let all = content[1] - content[0];
    let kept_width = width.min(all);
    let kept_from = from.min(content[1] - kept_width).max(content[0]);
    if (kept_from - from).abs() + (kept_width - width).abs() > 1e-6 * all {
        plot.set_plot_bounds_x(kept_from..=kept_from + kept_width);
    }
}

/// Shows all bars on Home, and selects the previous or next case on Shift with an arrow.
pub(crate) fn select(
    ui: &Ui,
    plot: &Response,
    state: &AppState,
    run: &RunView,
    intents: &mut Vec<Intent>,
) {
    if !plot.has_focus() {
        return;
    }
    hold_arrows(ui, plot);
    let (has_shift, [home, left, right]) = ui.input(|input| {
        let keys = [Key::Home, Key::ArrowLeft, Key::ArrowRight];
        (input.modifiers.shift, keys.map(|key| input.key_pressed(key)))
    });
    if home {
        intents.push(Intent::Command(Command::ResetZoom));
    }
    if has_shift && (left || right) {
        let selected = state.selected_case().map(|case| case as usize);
        let case = match selected {
            Some(case) if left => case.saturating_sub(1),
            Some(case) => (case + 1).min(run.frozen().cases.len().saturating_sub(1)),
            None => 0,
        };
        if Some(case) != selected {
            intents.push(TimelineRun::of_run(run).select(std::iter::once(case), false));
        }
    }
}
