//! Modal dialogs: questions, keyboard shortcuts, and the trial of a case.

use egui::{Button, Grid, Id, Key, Modal, RichText, TextEdit, Ui, vec2};

use crate::history::SavedRunId;
use crate::text::one_line;
use crate::window::form::trial_dialog::trial;
use crate::window::state::{AppState, Command, Dialog, Intent, PathPurpose};
use crate::window::theme::{HEADING, bold, tokens};
use crate::window::widgets::controls::text_edit_info;

pub(crate) fn dialogs(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(dialog) = &state.dialog else { return };
    let modal = Modal::new(Id::unique("dialog")).show(ui.ctx(), |ui| {
        ui.set_width(if *dialog == Dialog::Trial { 640.0 } else { 460.0 });
        content(ui, state, dialog, intents);
    });
    // A click beside the dialog would cancel the trial too easily.
    let keeps_trial = state.is_trying() && modal.backdrop_response.clicked();
    if modal.should_close() && !keeps_trial {
        intents.push(Intent::Dismiss);
    }
}

fn content(ui: &mut Ui, state: &AppState, dialog: &Dialog, intents: &mut Vec<Intent>) {
    match dialog {
        Dialog::Path(purpose, path) => {
            let (heading, label, confirm) = match purpose {
                PathPurpose::OpenStudy => (
                    "Open study or table of cases",
                    "Study (.caselanes), or table with the columns name, x and y",
                    "Open",
                ),
                PathPurpose::SaveStudy => ("Save study", "File name (.caselanes is added)", "Save"),
                PathPurpose::ResumeRun => ("Resume run of programs", "Run folder", "Resume"),
                PathPurpose::ExportResults => {
                    ("Export results", "File name (.csv is added)", "Export")
                }
            };
            title(ui, heading);
            path_field(ui, *purpose, path, label, intents);
            buttons(ui, Confirm::Primary(confirm), "Cancel", intents);
        }
        Dialog::Trial => {
            if let Some(tried) = &state.runs.trial {
                title(ui, &format!("Try {}", one_line(&tried.name)));
                trial(ui, state, tried, intents);
                let dismiss = if state.is_trying() { "Cancel trial" } else { "Close" };
                buttons(ui, Confirm::None, dismiss, intents);
            }
        }
        Dialog::ConfirmQuitWhileRunning => {
            title(ui, "A run is in progress");
            let has_folder = state.run.as_ref().is_some_and(|run| run.folder.is_some());
            ui.label(if has_folder {
                "Closing stops the running programs. Finished cases are kept, and the run can be \
                 resumed at the next start."
            } else {
                "Closing stops the running cases. The results of finished cases are lost."
            });
            buttons(ui, Confirm::Destructive("Stop run and close"), "Keep running", intents);
        }
        Dialog::ConfirmQuitUnsaved => {
            title(ui, "The study has unsaved changes");
            ui.label("Closing discards them.");
            buttons(ui, Confirm::Destructive("Close without saving"), "Cancel", intents);
        }
        Dialog::ConfirmDeleteRuns(ids) => {
            title(ui, &delete_title(state, ids));
            ui.label("This cannot be undone. Studies and their files are not affected.");
            buttons(ui, Confirm::Destructive("Delete permanently"), "Cancel", intents);
        }
        Dialog::ConfirmDiscardChanges(_) => {
            title(ui, "The study has unsaved changes");
            ui.label("Opening another study discards them.");
            buttons(ui, Confirm::Destructive("Discard changes"), "Cancel", intents);
        }
        Dialog::Shortcuts => {
            title(ui, "Keyboard shortcuts");
            shortcuts(ui);
            buttons(ui, Confirm::None, "Close", intents);
        }
        Dialog::About => {
            title(ui, "CaseLanes");
            ui.label(format!("Version {}", env!("CARGO_PKG_VERSION")));
            ui.label(
                "Runs a table of cases in parallel, shows where the time went, and says how many \
                 workers are worth having.",
            );
            ui.label("Licence: MIT or Apache-2.0, at your option.");
            buttons(ui, Confirm::None, "Close", intents);
        }
    }
}

fn delete_title(state: &AppState, ids: &[SavedRunId]) -> String {
    match ids {
        [id] if let Some(listed) = state.history.get(id) => format!("Delete {}?", listed.run.name),
        _ => format!("Delete {} saved runs?", ids.len()),
    }
}

fn title(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).font(bold(HEADING + 2.0)));
    ui.add_space(4.0);
}

fn path_field(
    ui: &mut Ui,
    purpose: PathPurpose,
    path: &str,
    label: &str,
    intents: &mut Vec<Intent>,
) {
    let colors = tokens(ui);
    ui.label(RichText::new(label).color(colors.weak));
    ui.horizontal(|ui| {
        let mut text = path.to_owned();
        let edit = TextEdit::singleline(&mut text).desired_width(350.0).hint_text("/path/to/file");
        let response = ui.add(edit);
        response.widget_info(|| text_edit_info("Path", "", path));
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
            intents.push(Intent::Browse(purpose));
        }
    });
}

#[derive(Clone, Copy)]
enum Confirm {
    /// The dialog only has a button that closes it.
    None,
    /// Loses nothing, and is the prominent button.
    Primary(&'static str),
    /// Loses something: the other button is the prominent one.
    Destructive(&'static str),
}

fn buttons(ui: &mut Ui, confirm: Confirm, dismiss: &str, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    ui.add_space(8.0);
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let mut button = |ui: &mut Ui, text: &str, is_prominent: bool, intent: Intent| {
            let button = if is_prominent {
                Button::new(RichText::new(text).color(colors.on_accent)).fill(colors.accent)
            } else {
                Button::new(text)
            };
            if ui.add(button.min_size(vec2(90.0, 30.0))).clicked() {
                intents.push(intent);
            }
        };
        let is_primary = matches!(confirm, Confirm::Primary(_));
        if let Confirm::Primary(text) | Confirm::Destructive(text) = confirm {
            button(ui, text, is_primary, Intent::Confirm);
        }
        button(ui, dismiss, !is_primary, Intent::Dismiss);
    });
}

fn shortcuts(ui: &mut Ui) {
    let colors = tokens(ui);
    let of_command = |command: Command| {
        let keys = ui.ctx().format_shortcut(&command.shortcut()?);
        Some((keys, command.title()))
    };
    let others = [
        ("Tab, Shift+Tab", "Next or previous cell"),
        ("Enter", "Next row; adds one after the last"),
        ("Wheel, drag, double click", "Zoom, move, show all bars"),
    ];
    let others = others.map(|(keys, action)| (keys.to_owned(), action));
    let rows: Vec<_> = Command::all().filter_map(of_command).chain(others).collect();
    egui::ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
        Grid::new("shortcuts").num_columns(2).spacing(vec2(24.0, 4.0)).show(ui, |ui| {
            for (keys, action) in rows {
                ui.label(keys);
                ui.label(RichText::new(action).color(colors.weak));
                ui.end_row();
            }
        });
    });
}
