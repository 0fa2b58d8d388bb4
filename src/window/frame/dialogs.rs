//! Questions and texts in front of the window.

use egui::{Button, Grid, Id, Key, Modal, RichText, TextEdit, Ui, vec2};
use strum::VariantArray as _;

use crate::window::state::app_state::AppState;
use crate::window::state::command::Command;
use crate::window::state::intent::Intent;
use crate::window::state::ui_parts::Dialog;
use crate::window::theme::{HEADING, bold, tokens};

pub(crate) fn dialogs(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(dialog) = &state.dialog else { return };
    let modal = Modal::new(Id::unique("dialog")).show(ui.ctx(), |ui| {
        ui.set_width(if *dialog == Dialog::Trial { 640.0 } else { 460.0 });
        match dialog {
            Dialog::OpenStudy { path } => {
                title(ui, "Open a study or a table of cases");
                file(ui, path, "A .caselanes study, or a CSV file with name, x and y", intents);
                buttons(ui, Some("Open"), "Cancel", intents);
            }
            Dialog::SaveStudy { path } => {
                title(ui, "Save the study");
                file(ui, path, "Its file; without an ending it gets .caselanes", intents);
                buttons(ui, Some("Save"), "Cancel", intents);
            }
            Dialog::ResumeRun { path } => {
                title(ui, "Go on with a run of programs");
                file(ui, path, "Its folder, with the journal of what was done", intents);
                buttons(ui, Some("Go on with it"), "Cancel", intents);
            }
            Dialog::ExportResults { path } => {
                title(ui, "Export the results");
                file(ui, path, "A CSV file; without an ending it gets .csv", intents);
                buttons(ui, Some("Export"), "Cancel", intents);
            }
            Dialog::Trial => {
                if let Some(trial) = &state.runs.trial {
                    title(ui, &format!("Try {}", crate::text::one_line(&trial.name)));
                    crate::window::form::trial_dialog::trial(ui, state, trial, intents);
                    let dismiss = if state.is_trying() { "End it" } else { "Close" };
                    buttons(ui, None, dismiss, intents);
                }
            }
            Dialog::ConfirmQuitWhileRunning => {
                title(ui, "A run is going on");
                let kept = state.run.as_ref().is_some_and(|run| run.home().is_some());
                ui.label(if kept {
                    "Closing ends the programs in work. What is done is kept, and the run can go \
                     on at the next start."
                } else {
                    "Closing ends the cases in work. What has finished is not kept."
                });
                buttons(ui, Some("End the run and close"), "Go on", intents);
            }
            Dialog::ConfirmQuitUnsaved => {
                title(ui, "The study has changed");
                ui.label("Closing loses what was changed since it was last saved.");
                buttons(ui, Some("Close without saving"), "Go back", intents);
            }
            Dialog::ConfirmDeleteRuns(ids) => {
                let run =
                    ids.first().filter(|_| ids.len() == 1).and_then(|id| state.history.get(id));
                match run {
                    Some(listed) => title(ui, &format!("Delete {}?", listed.run.name)),
                    None => title(ui, &format!("Delete {} kept runs?", ids.len())),
                }
                ui.label("It cannot be brought back. Studies and their files are not touched.");
                buttons(ui, Some("Delete for good"), "Keep", intents);
            }
            Dialog::ConfirmDiscardChanges(_) => {
                title(ui, "The study has changed");
                ui.label("Going on loses what was changed since it was last saved.");
                buttons(ui, Some("Go on without saving"), "Go back", intents);
            }
            Dialog::Shortcuts => {
                title(ui, "Keyboard shortcuts");
                shortcuts(ui);
                buttons(ui, None, "Close", intents);
            }
            Dialog::About => {
                title(ui, "CaseLanes");
                ui.label(format!("Version {}", env!("CARGO_PKG_VERSION")));
                ui.label(
                    "What does running my cases in parallel buy, and how many workers are worth \
                     having? CaseLanes runs a table of cases and shows where the time went.",
                );
                ui.label("Licence: MIT or Apache-2.0, as you like.");
                buttons(ui, None, "Close", intents);
            }
        }
    });
    // A click beside it is too easily made to end what is tried.
    let kept = state.is_trying() && modal.backdrop_response.clicked();
    if modal.should_close() && !kept {
        intents.push(Intent::Dismiss);
    }
}

fn title(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).font(bold(HEADING + 2.0)));
    ui.add_space(4.0);
}

fn file(ui: &mut Ui, path: &str, words: &str, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    ui.label(RichText::new(words).color(colors.weak));
    ui.horizontal(|ui| {
        let mut text = path.to_owned();
        let edit = TextEdit::singleline(&mut text).desired_width(350.0).hint_text("/path/to/file");
        let response = ui.add(edit);
        response.widget_info(|| {
            let mut info = egui::WidgetInfo::text_edit(true, path, path, "");
            info.label = Some("Path".to_owned());
            info
        });
        let nothing_focused = ui.memory(|memory| memory.focused().is_none());
        if nothing_focused && !response.lost_focus() {
            response.request_focus();
        }
        if response.changed() {
            intents.push(Intent::TypePath(text));
        }
        if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            intents.push(Intent::Confirm);
        }
        if ui.button("Browse…").clicked() {
            intents.push(Intent::Browse);
        }
    });
}

/// The button that loses nothing is the prominent one.
fn buttons(ui: &mut Ui, confirm: Option<&str>, dismiss: &str, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let harmless = matches!(confirm, Some("Open" | "Save" | "Go on with it" | "Export"));
    ui.add_space(8.0);
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let mut button = |ui: &mut Ui, text: &str, prominent: bool, intent: Intent| {
            let button = if prominent {
                Button::new(RichText::new(text).color(colors.on_accent)).fill(colors.accent)
            } else {
                Button::new(text)
            };
            if ui.add(button.min_size(vec2(90.0, 30.0))).clicked() {
                intents.push(intent);
            }
        };
        if let Some(confirm) = confirm {
            button(ui, confirm, harmless, Intent::Confirm);
        }
        button(ui, dismiss, !harmless, Intent::Dismiss);
    });
}

fn shortcuts(ui: &mut Ui) {
    let colors = tokens(ui);
    egui::ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
        Grid::new("shortcuts").num_columns(2).spacing(vec2(24.0, 4.0)).show(ui, |ui| {
            for command in Command::VARIANTS {
                if let Some(shortcut) = command.shortcut() {
                    ui.label(ui.ctx().format_shortcut(&shortcut));
                    ui.label(RichText::new(command.title()).color(colors.weak));
                    ui.end_row();
                }
            }
            for (keys, what) in [
                ("Tab, Shift+Tab", "Next or previous cell"),
                ("Enter", "Next row; in the last row, add one"),
                ("Wheel, drag, double click", "Zoom the bars, move them, show all"),
            ] {
                ui.label(keys);
                ui.label(RichText::new(what).color(colors.weak));
                ui.end_row();
            }
        });
    });
}
