//! The offer to resume a run of programs, and the controls of a run in progress.

use egui::Ui;

use super::offer_bar::OfferBar;
use crate::text::{count, list};
use crate::window::state::{AppState, Command, Intent};
use crate::window::widgets::controls::{small, small_text, step};

/// Most changes that are named.
const MAX_CHANGES: usize = 4;

/// Shows a bar while a run is offered.
pub(crate) fn offer(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(unfinished) = state.runs.unfinished.as_ref().filter(|_| !state.is_running()) else {
        return;
    };
    let name = unfinished.folder.file_name().unwrap_or_default().to_string_lossy();
    let bar = OfferBar {
        id: "unfinished",
        text: &unfinished.sentence(),
        place: (name.into_owned(), unfinished.folder.display().to_string()),
        accept: Some((
            ["Resume run", "Resume run", unfinished.left_by.resume_hint()],
            Intent::ResumeRun(unfinished.folder.clone()),
        )),
        // The message above the tabs has a button "Dismiss" too.
        decline: (
            [
                "Dismiss",
                "Dismiss unfinished run",
                "Stop offering this run; its folder stays unchanged",
            ],
            Intent::DismissUnfinished,
        ),
    };
    bar.show(ui, intents);
}

/// Says above the cancel button which changes the run in progress does not follow.
pub(crate) fn later_changes(ui: &mut Ui, state: &AppState) {
    let changed = &state.runs.changed_since;
    if changed.is_empty() || !state.is_running() {
        return;
    }
    let more = match changed.len().saturating_sub(MAX_CHANGES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let changed = list(changed.iter().take(MAX_CHANGES));
    small(ui, &format!("Changed for the next run, not for this one: {changed}{more}"));
    ui.add_space(2.0);
}

/// Shows a row above the cancel button: pause, and the number of workers.
pub(crate) fn run_controls(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(run) = state.steerable_run() else { return };
    ui.horizontal(|ui| {
        let (title, hover) = if run.is_paused() {
            ("Resume", "Start cases again")
        } else {
            ("Pause", "Start no more cases; running cases continue")
        };
        if ui.button(title).on_hover_text(hover).clicked() {
            intents.push(Intent::Command(Command::Pause));
        }
        ui.add_space(8.0);
        let paused = if run.is_paused() { "paused, " } else { "" };
        ui.label(small_text(ui, format!("{paused}{}", count(run.workers(), "worker"))));
        for (sign, command) in [("−", Command::FewerWorkers), ("+", Command::MoreWorkers)] {
            ui.add_enabled_ui(state.is_enabled(command), |ui| {
                if step(ui, sign, command.title()) {
                    intents.push(Intent::Command(command));
                }
            });
        }
    });
    ui.add_space(4.0);
}
