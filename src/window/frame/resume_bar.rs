//! The offer to resume a run of programs, and the controls of a run in progress.

use egui::{Align, Button, Frame, Label, Layout, Margin, Panel, RichText, Role, Ui, WidgetInfo};

use crate::text::{count, one_line};
use crate::window::state::{AppState, Command, Intent};
use crate::window::theme::{BODY, tokens};
use crate::window::widgets::controls::{small_text, step};

/// Shows a bar under the menus while a run is offered.
pub(crate) fn offer(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(unfinished) = state.runs.unfinished.as_ref().filter(|_| !state.is_running()) else {
        return;
    };
    let colors = tokens(ui);
    let frame = Frame::new().fill(colors.selected).inner_margin(Margin::symmetric(14, 6));
    Panel::top("unfinished").frame(frame).resizable(false).show(ui, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let dismiss = ui
                .button("Dismiss")
                .on_hover_text("Stop offering this run; its folder stays unchanged");
            // The message above the tabs has a button "Dismiss" too.
            let name = "Dismiss unfinished run";
            dismiss.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
            if dismiss.clicked() {
                intents.push(Intent::DismissUnfinished);
            }
            let resume = RichText::new("Resume run").color(colors.on_accent);
            let hover = "Run the cases that are not done";
            if ui.add(Button::new(resume).fill(colors.accent)).on_hover_text(hover).clicked() {
                intents.push(Intent::ResumeRun(unfinished.folder.clone()));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = RichText::new(unfinished.sentence()).size(BODY).color(colors.text);
                let folder = unfinished.folder.display().to_string();
                ui.add(Label::new(text).wrap()).on_hover_text(&folder);
                let name = unfinished.folder.file_name().unwrap_or_default().to_string_lossy();
                let name = small_text(ui, one_line(&name));
                ui.add(Label::new(name).truncate()).on_hover_text(folder);
            });
        });
    });
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
