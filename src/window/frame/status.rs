//! The status line at the bottom: progress, time, machine.

use egui::{Align, Label, Layout, ProgressBar, Ui};

use crate::run::Status;
use crate::text::{count, duration, grouped};
use crate::window::compare::experiment_progress::ExperimentProgress;
use crate::window::state::{AppState, RunPhase, RunView};
use crate::window::theme::tokens;
use crate::window::widgets::controls::small_text;

pub(crate) fn status(ui: &mut Ui, state: &AppState) {
    let colors = tokens(ui);
    ui.horizontal(|ui| {
        ui.set_min_height(24.0);
        if let Some(step) = state.experiments().find_map(ExperimentProgress::now) {
            ui.label(small_text(ui, step));
        }
        match &state.run {
            None => drop(ui.label(small_text(ui, "No run yet"))),
            Some(run) => {
                let bar = ProgressBar::new(run.progress())
                    .desired_width((0.2 * ui.available_width()).min(220.0))
                    .desired_height(8.0)
                    .fill(colors.accent);
                ui.add(bar);
                ui.label(small_text(ui, progress_text(run, state.machine.free_memory)));
                ui.label(small_text(ui, duration(run.elapsed_s())));
                if let Some(time_left) = run.time_left() {
                    ui.label(small_text(ui, time_left.text()));
                }
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let machine = Label::new(small_text(ui, machine_text(state)));
            ui.add(machine.truncate());
        });
    });
}

fn progress_text(run: &RunView, free_memory: Option<u64>) -> String {
    let state = run.state();
    let cases = grouped(run.frozen().cases.len());
    if run.phase() == RunPhase::Cancelling {
        return "cancelling".to_owned();
    }
    if let Some(series) = state.series.filter(|_| run.phase() == RunPhase::Running) {
        return format!("in series: {} of {cases} done", grouped(series.ended));
    }
    let done = run.status_text(Status::Done);
    let not_done = run.not_done_text(free_memory);
    format!("{} of {cases} {done}{not_done}", grouped(state.done_count))
}

fn machine_text(state: &AppState) -> String {
    let cpus = count(state.machine.report.logical_cpus, "logical CPU");
    let memory = state.machine.free_memory.map(|bytes| bytes as f64 / 1e9);
    let memory = memory.map_or(String::new(), |gb| format!(" · {gb:.0} GB free"));
    format!("{cpus}{memory}")
}
