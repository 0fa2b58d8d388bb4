//! The line at the bottom: progress, time, machine.

use egui::{Align, Layout, ProgressBar, RichText, Ui};

use crate::report::wait_target;
use crate::run::Status;
use crate::text::duration;
use crate::window::state::app_state::AppState;
use crate::window::state::run_view::RunPhase;
use crate::window::theme::{SMALL, regular, tokens};

pub(crate) fn status(ui: &mut Ui, state: &AppState) {
    let colors = tokens(ui);
    let small = |text: String| RichText::new(text).font(regular(SMALL)).color(colors.weak);
    ui.horizontal(|ui| {
        ui.set_min_height(24.0);
        if let Some(now) = state.experiment_progress() {
            ui.label(small(now));
        }
        match &state.run {
            None => drop(ui.label(small("No run yet".to_owned()))),
            Some(run) => {
                let bar = ProgressBar::new(run.progress())
                    .desired_width(220.0)
                    .desired_height(8.0)
                    .fill(colors.accent);
                ui.add(bar);
                let cases = run.frozen().cases.len();
                let done = run.state().done_count();
                let word = run.word(Status::Done);
                let what = match (run.phase(), run.state().series()) {
                    (RunPhase::Running, Some(series)) => {
                        format!("in series: {} of {cases} done", series.ended)
                    }
                    (RunPhase::Cancelling, _) => "cancelling".to_owned(),
                    (phase, _) => {
                        let others = run.state().ended_count() - done;
                        let rest = match others {
                            0 => String::new(),
                            others if phase == RunPhase::Ended => {
                                format!(", {others} ended otherwise")
                            }
                            others => format!(", {others} not"),
                        };
                        let held = match run.state().blocked_by() {
                            Some(why) => format!(", waiting for {}", wait_target(why)),
                            None => String::new(),
                        };
                        format!("{done} of {cases} {word}{rest}{held}")
                    }
                };
                ui.label(small(what));
                ui.label(small(duration(run.elapsed_s())));
                if let Some(left) = run.left() {
                    ui.label(small(left.text()));
                }
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(small(machine(state)));
        });
    });
}

fn machine(state: &AppState) -> String {
    let cpus = state.machine.report.logical_cpus;
    let noun = if cpus == 1 { "CPU" } else { "CPUs" };
    let memory = state.machine.free_memory.map(|bytes| bytes as f64 / 1e9);
    let memory = memory.map_or(String::new(), |gb| format!(" · {gb:.0} GB free"));
    format!("{cpus} logical {noun}{memory}")
}
