//! The status line at the bottom: progress, time, machine.

use egui::{Align, Label, Layout, ProgressBar, Ui};

use crate::report::TimeLeftRange;
use crate::run::Status;
use crate::study::CpuCounts;
use crate::text::{count, duration, grouped};
use crate::window::compare::experiment_progress::ExperimentProgress;
use crate::window::state::{AppState, RunPhase, RunView};
use crate::window::theme::tokens;
use crate::window::widgets::controls::small_text;

pub(crate) fn status(ui: &mut Ui, state: &AppState) {
    ui.horizontal(|ui| {
        ui.set_min_height(24.0);
        let experiment = state.experiments().find(|experiment| experiment.is_running());
        match (&state.run, experiment) {
            (None, None) => drop(ui.label(small_text(ui, "No run yet"))),
            (None, Some(experiment)) => step(ui, experiment),
            (Some(run), None) => {
                bar(ui, run.progress());
                ui.label(small_text(ui, progress_text(run, state.machine.free_memory)));
                if run.has_starts() {
                    ui.label(small_text(ui, duration(run.elapsed_s())));
                }
                time_left(ui, run.time_left());
            }
            // Bar and time are those of all runs.
            (Some(run), Some(experiment)) => {
                step(ui, experiment);
                ui.label(small_text(ui, progress_text(run, state.machine.free_memory)));
                if let Some(share) = experiment.share(run) {
                    bar(ui, share);
                }
                time_left(ui, experiment.time_left(run));
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let machine = Label::new(small_text(ui, machine_text(state)));
            let response = ui.add(machine.truncate());
            if let Some(cpus) = state.machine.report.cpus {
                response.on_hover_text(cpus.to_string());
            }
        });
    });
}

fn step(ui: &mut Ui, experiment: &ExperimentProgress) {
    if let Some(step) = experiment.now() {
        ui.label(small_text(ui, step));
    }
}

fn bar(ui: &mut Ui, share: f32) {
    let bar = ProgressBar::new(share)
        .desired_width((0.2 * ui.available_width()).min(220.0))
        .desired_height(8.0)
        .fill(tokens(ui).accent);
    ui.add(bar);
}

fn time_left(ui: &mut Ui, left: Option<TimeLeftRange>) {
    if let Some(left) = left {
        ui.label(small_text(ui, left.text()));
    }
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
    let usable = state.machine.report.logical_cpus;
    let cpus = match state.machine.report.cpus {
        Some(CpuCounts { logical_cpus, .. }) if logical_cpus > usable => {
            format!("{usable} of {} usable", count(logical_cpus, "logical CPU"))
        }
        _ => count(usable, "logical CPU"),
    };
    let memory = state.machine.free_memory.map(|bytes| bytes as f64 / 1e9);
    let memory = memory.map_or(String::new(), |gb| format!(" · {gb:.0} GB free"));
    format!("{cpus}{memory}")
}
