//! The offer to go on with a run of programs, and the controls that steer one that
//! goes on.

use egui::{Align, Button, Frame, Label, Layout, Margin, Panel, RichText, Ui};

use crate::text::one_line;
use crate::window::state::app_state::AppState;
use crate::window::state::command::Command;
use crate::window::state::intent::Intent;
use crate::window::theme::{BODY, SMALL, regular, tokens};
use crate::window::widgets::controls::step;

/// A bar under the menus, as long as a run is offered.
pub(crate) fn offer(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(unfinished) = state.runs.unfinished.as_ref().filter(|_| !state.is_running()) else {
        return;
    };
    let colors = tokens(ui);
    let frame = Frame::new().fill(colors.selected).inner_margin(Margin::symmetric(14, 6));
    Panel::top("unfinished").frame(frame).resizable(false).show(ui, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let hover = "It is not offered again; its folder stays as it is";
            if ui.button("Leave").on_hover_text(hover).clicked() {
                intents.push(Intent::DismissUnfinished);
            }
            let go_on = RichText::new("Go on").color(colors.on_accent);
            let hover = "Run the cases that are not done";
            if ui.add(Button::new(go_on).fill(colors.accent)).on_hover_text(hover).clicked() {
                intents.push(Intent::ResumeRun);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = RichText::new(unfinished.sentence()).size(BODY).color(colors.text);
                let folder = unfinished.folder.display().to_string();
                ui.add(Label::new(text).wrap()).on_hover_text(&folder);
                let name = unfinished.folder.file_name().unwrap_or_default().to_string_lossy();
                let name = RichText::new(one_line(&name)).font(regular(SMALL)).color(colors.weak);
                ui.add(Label::new(name).truncate()).on_hover_text(folder);
            });
        });
    });
}

/// A row above the button that cancels: pause, and how many workers.
pub(crate) fn steering(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(run) = state.steerable_run() else { return };
    let colors = tokens(ui);
    ui.horizontal(|ui| {
        let (title, hover) = if run.is_paused() {
            ("Go on", "Start cases again")
        } else {
            ("Pause", "Start no more cases for now; those in work go on")
        };
        if ui.button(title).on_hover_text(hover).clicked() {
            intents.push(Intent::Command(Command::Pause));
        }
        ui.add_space(8.0);
        let workers = run.workers();
        let noun = if workers == 1 { "worker" } else { "workers" };
        let text = if run.is_paused() {
            format!("paused, {workers} {noun}")
        } else {
            format!("{workers} {noun}")
        };
        ui.label(RichText::new(text).font(regular(SMALL)).color(colors.weak));
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
