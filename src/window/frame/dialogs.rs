//! Modal dialogs: questions, keyboard shortcuts, and the trial of a case.

use std::ffi::OsStr;
use std::mem;
use std::path::{Path, PathBuf};

use egui::{Button, Id, Key, Label, Modal, RichText, TextEdit, Ui, vec2};

use crate::app::{FolderProgress, FolderUse, UnfinishedFolder};
use crate::history::SavedRunId;
use crate::report::{EXPORTERS, exporter_named};
use crate::study::DecimalSign;
use crate::text::{count, grouped, one_line};
use crate::window::cases::column_dialog::{column_button, column_fields, column_title};
use crate::window::form::trial_dialog::trial;
use crate::window::frame::about::about;
use crate::window::frame::palette::palette;
use crate::window::generate::generator_dialog::generator;
use crate::window::help::pages::{glossary, shortcuts};
use crate::window::history::run_history::RunPlace;
use crate::window::import::import_dialog::{import_dialog, import_title};
use crate::window::input_files::preview_dialog::template_preview;
use crate::window::pictures::picture_form::picture_form;
use crate::window::state::study_file::FileExtra;
use crate::window::state::{AppState, Dialog, Intent, PathDialog, PathPurpose};
use crate::window::theme::{HEADING, bold, tokens};
use crate::window::widgets::controls::{dialog_size, list_box, small_text, text_edit_info};
use crate::window::widgets::focus::select_all;

pub(crate) fn dialogs(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(dialog) = &state.dialog else { return };
    if let Dialog::Palette(shown) = dialog {
        return palette(ui, state, shown, intents);
    }
    // Each kind keeps its own size.
    let id = Id::unique(("dialog", mem::discriminant(dialog)));
    let modal = Modal::new(id).show(ui.ctx(), |ui| {
        ui.set_width(match dialog {
            Dialog::Generator | Dialog::TemplatePreview(_) | Dialog::Import => {
                dialog_size(ui.ctx().content_rect().size()).x
            }
            Dialog::Trial | Dialog::Glossary => 640.0,
            _ => 460.0,
        });
        content(ui, state, dialog, intents);
    });
    // A click beside the dialog would cancel the trial or drop the choices too easily.
    let is_kept = state.is_trying() || matches!(dialog, Dialog::Generator | Dialog::Import);
    let is_kept = is_kept && modal.backdrop_response.clicked();
    if modal.should_close() && !is_kept {
        intents.push(Intent::Dismiss);
    }
}

fn content(ui: &mut Ui, state: &AppState, dialog: &Dialog, intents: &mut Vec<Intent>) {
    match dialog {
        Dialog::Opening(study) => opening(ui, study.as_deref()),
        Dialog::Path(path) => path_dialog(ui, path, state, intents),
        Dialog::ConfirmReplace(path) => {
            let target = path.target();
            let name = target.file_name().unwrap_or_default().to_string_lossy();
            title(ui, &format!("Replace {}?", one_line(&name)));
            let folder = target.parent().unwrap_or(&target).display();
            ui.label(format!("A file with this name exists in {folder}. Its content is lost."));
            buttons(ui, (1, true), [("Replace", Intent::Confirm), CANCEL], intents);
        }
        Dialog::ConfirmOverwrite(_) => confirm_overwrite(ui, state, intents),
        Dialog::SaveChanges(_) => {
            let path = PathBuf::from(state.file.beside(".caselanes"));
            let name = path.file_name().map_or("the new study".into(), OsStr::to_string_lossy);
            title(ui, &format!("Save changes to {}?", one_line(&name)));
            ui.label("Changes that are not saved are lost.");
            let discard = ("Don't save", Intent::Confirm);
            buttons(ui, (0, true), [("Save", Intent::SaveChanges), discard, CANCEL], intents);
        }
        Dialog::ResumeRun(folders) => {
            title(ui, "Resume a run");
            unfinished_runs(ui, folders.as_deref(), intents);
            // The keyboard waits for the list.
            let other = ("Other folder…", Intent::AskForRunFolder);
            buttons(ui, (0, folders.is_some()), [CANCEL, other], intents);
        }
        Dialog::Trial => {
            if let Some(tried) = &state.runs.trial {
                title(ui, &format!("Try {}", one_line(&tried.name)));
                trial(ui, state, tried, intents);
                let dismiss = if state.is_trying() { "Cancel trial" } else { "Close" };
                buttons(ui, (0, true), [(dismiss, Intent::Dismiss)], intents);
            }
        }
        Dialog::Generator => {
            title(ui, "Generate cases");
            generator(ui, state, intents);
        }
        Dialog::TemplatePreview(index) => {
            title(ui, "Input file of a case");
            template_preview(ui, state, *index, intents);
            buttons(ui, (0, true), [("Close", Intent::Dismiss)], intents);
        }
        Dialog::Column(form) => {
            title(ui, &column_title(form));
            column_fields(ui, state, form, intents);
            if form.has_numbers() {
                let confirm = (column_button(form), Intent::Confirm);
                buttons(ui, (0, false), [confirm, CANCEL], intents);
            } else {
                buttons(ui, (0, true), [("Close", Intent::Dismiss)], intents);
            }
        }
        Dialog::DecimalSign(doubt) => decimal_sign(ui, doubt, intents),
        Dialog::Import => {
            title(ui, &state.import.as_ref().map_or(String::new(), import_title));
            import_dialog(ui, state, intents);
        }
        Dialog::ConfirmQuitWhileRunning if !state.is_running() => {
            title(ui, "The run has ended");
            ui.label("Nothing is running any more.");
            let close = ("Close", Intent::Confirm);
            buttons(ui, (1, true), [close, ("Keep open", Intent::Dismiss)], intents);
        }
        Dialog::ConfirmQuitWhileRunning => {
            title(ui, "A run is in progress");
            ui.label(stop_text(state));
            let stop = ("Stop run and close", Intent::Confirm);
            buttons(ui, (1, true), [stop, ("Keep running", Intent::Dismiss)], intents);
        }
        Dialog::ConfirmDeleteRuns(ids) => {
            title(ui, &delete_title(state, ids));
            // Other runs may have the same name.
            if let [id] = &ids[..]
                && let Some(listed) = state.history.get(id)
            {
                ui.label(format!("{} · {}", listed.run.ended.local, listed.run.description()));
            }
            ui.label("This cannot be undone. Studies and their files are not affected.");
            buttons(ui, (1, true), [("Delete permanently", Intent::Confirm), CANCEL], intents);
        }
        Dialog::Shortcuts => {
            title(ui, "Keyboard shortcuts");
            shortcuts(ui);
            buttons(ui, (0, true), [("Close", Intent::Dismiss)], intents);
        }
        Dialog::Glossary => {
            title(ui, "Glossary");
            glossary(ui);
            buttons(ui, (0, true), [("Close", Intent::Dismiss)], intents);
        }
        Dialog::Palette(_) => {}
        Dialog::About => {
            title(ui, "CaseLanes");
            about(ui, &state.about, intents);
            let copy = ("Copy details", Intent::CopyText(state.about.details()));
            buttons(ui, (0, true), [("Close", Intent::Dismiss), copy], intents);
        }
    }
}

/// Names the study, or else the unsaved changes, being read.
fn opening(ui: &mut Ui, study: Option<&Path>) {
    let name = study.and_then(Path::file_name);
    let what = name.map_or("unsaved changes".into(), OsStr::to_string_lossy);
    title(ui, &format!("Opening {}…", one_line(&what)));
    ui.label("You can edit the study once it is read.");
}

/// Asks for the decimal sign of pasted numbers.
fn decimal_sign(ui: &mut Ui, doubt: &str, intents: &mut Vec<Intent>) {
    title(ui, "Decimal point or comma?");
    ui.add(Label::new(format!("Pasted cells hold an {doubt}.")).wrap());
    let [point, comma] = [DecimalSign::Point, DecimalSign::Comma].map(Intent::PasteSigned);
    buttons(ui, (0, true), [CANCEL, ("Comma", comma), ("Point", point)], intents);
}

fn path_dialog(ui: &mut Ui, path: &PathDialog, state: &AppState, intents: &mut Vec<Intent>) {
    let (heading, label, confirm) = match path.purpose {
        PathPurpose::OpenStudy => (
            "Open study or table of cases",
            "Study (.caselanes), or table (CSV or workbook) with the columns name, x and y",
            "Open",
        ),
        PathPurpose::SaveStudy => ("Save study", "File name (.caselanes is added)", "Save"),
        PathPurpose::SaveCases => {
            ("Save cases", "File name (.csv is added; .xlsx for a workbook)", "Save")
        }
        PathPurpose::ImportCases => {
            ("Import cases", "Table (CSV or workbook) with the columns name, x and y", "Import")
        }
        PathPurpose::ResumeRun => ("Resume run of programs", "Run folder", "Resume"),
        PathPurpose::ExportResults => ("Export results", "File name (.csv is added)", "Export"),
        PathPurpose::ExportRun => ("Export saved run", "File name (.run is added)", "Export"),
        PathPurpose::ImportRun => {
            ("Import saved run", "File that a saved run was exported to", "Import")
        }
        PathPurpose::SaveLog => ("Save log", "File name (.txt is added)", "Save"),
        PathPurpose::SavePicture => {
            ("Save picture", "File name (.png is added; .svg for a picture without pixels)", "Save")
        }
    };
    title(ui, heading);
    path_field(ui, path, label, intents);
    if path.purpose == PathPurpose::ExportResults {
        format_list(ui, path, intents);
    }
    if path.purpose == PathPurpose::SavePicture {
        picture_form(ui, state.preferences.picture, path.is_svg(), intents);
    }
    if let Some(notice) = &path.notice {
        let color = if notice.is_error { tokens(ui).bad } else { tokens(ui).weak };
        ui.add(Label::new(RichText::new(&notice.text).color(color)).wrap());
    }
    buttons(ui, (0, false), [(confirm, Intent::Confirm), CANCEL], intents);
}

/// Shows the format that the name of a report means. Another one changes the suffix.
fn format_list(ui: &mut Ui, dialog: &PathDialog, intents: &mut Vec<Intent>) {
    let shown = dialog.format();
    let mut format = shown.name();
    ui.horizontal(|ui| {
        ui.label(RichText::new("Format").color(tokens(ui).weak));
        let names = EXPORTERS.iter().map(|exporter| exporter.name());
        list_box(ui, ("format", "Format"), 110.0, &mut format, names, str::to_owned);
        ui.add(Label::new(small_text(ui, shown.description())).truncate());
    });
    if let Some(chosen) = exporter_named(format).filter(|chosen| chosen.name() != shown.name()) {
        intents.push(Intent::EditPath(dialog.purpose, dialog.text_with(chosen)));
    }
}

/// Returns what closing the window stops and what becomes of it.
fn stop_text(state: &AppState) -> &'static str {
    let has_folder = state.run.as_ref().is_some_and(|run| run.folder.is_some());
    let is_sweeping = state.workers.sweep.as_ref().is_some_and(|sweep| sweep.progress.is_running());
    let has_history = state.history.place != RunPlace::Nowhere;
    match () {
        () if state.is_trying() => "Closing stops the trial.",
        () if is_sweeping => "Closing stops the sweep. Its results so far are lost.",
        () if state.is_experimenting() && has_history => {
            "Closing stops the running cases. Of the runs that have finished, the run history \
             keeps those that it keeps at the end."
        }
        () if has_folder => {
            "Closing stops the running programs. Finished cases are kept, and the run can be \
             resumed at the next start."
        }
        () if has_history => {
            "Closing stops the running cases. The run history keeps the finished ones, as a \
             cancelled run."
        }
        () => "Closing stops the running cases. The results of finished cases are lost.",
    }
}

fn confirm_overwrite(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let name = state.file.name().unwrap_or_default();
    title(ui, &format!("Replace {}?", one_line(&name)));
    let changed = "Another program has changed the file since it was opened here. Its content is \
                   lost if you replace it.";
    ui.label(state.file.extra.map_or(changed, FileExtra::text));
    let elsewhere = ("Save as…", Intent::SaveElsewhere);
    buttons(ui, (1, true), [("Replace", Intent::Confirm), CANCEL, elsewhere], intents);
}

/// Lists the unfinished runs, each with a button that resumes it.
fn unfinished_runs(ui: &mut Ui, folders: Option<&[UnfinishedFolder]>, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let Some(folders) = folders else {
        ui.label("Looking for unfinished runs…");
        return;
    };
    ui.label(RichText::new(unfinished_text(folders.len())).color(colors.weak));
    let is_new = ui.memory(|memory| memory.focused().is_none());
    let first = folders.iter().position(|folder| folder.progress.in_use != FolderUse::ByProcess);
    egui::ScrollArea::vertical().max_height(280.0).show(ui, |ui| {
        for (at, folder) in folders.iter().enumerate() {
            let FolderProgress { cases, done, in_use, .. } = folder.progress;
            let (study, time) = folder.name_and_time();
            let done = format!("{} of {} done", grouped(done), count(cases, "case"));
            let state = match in_use {
                FolderUse::Unused => done,
                FolderUse::OnCluster => format!("on the cluster, {done}"),
                FolderUse::ByProcess => "in use by another CaseLanes process".to_owned(),
            };
            let name = study.map_or_else(|| time.clone(), |study| format!("{time}  {study}"));
            let button = Button::new(one_line(&name))
                .right_text(small_text(ui, state))
                .truncate()
                .min_size(vec2(ui.available_width(), 30.0));
            let response = ui.add_enabled(in_use != FolderUse::ByProcess, button);
            if Some(at) == first && is_new {
                response.request_focus();
            }
            if response.gained_focus() {
                response.scroll_to_me(None);
            }
            if response.on_hover_text(folder.path.display().to_string()).clicked() {
                intents.push(Intent::ResumeRun(folder.path.clone()));
            }
        }
    });
}

fn unfinished_text(runs: usize) -> &'static str {
    match runs {
        0 => "There is no unfinished run of programs.",
        _ => "Choose a run to run its cases that are not done. The newest is first.",
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

fn path_field(ui: &mut Ui, dialog: &PathDialog, label: &str, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    ui.label(RichText::new(label).color(colors.weak));
    ui.horizontal(|ui| {
        let mut text = dialog.text.clone();
        let edit = TextEdit::singleline(&mut text).desired_width(350.0).hint_text("/path/to/file");
        let response = ui.add(edit);
        response.widget_info(|| text_edit_info("Path", "", &dialog.text));
        let nothing_focused = ui.memory(|memory| memory.focused().is_none());
        if nothing_focused && !response.lost_focus() {
            response.request_focus();
            // Typing replaces the suggested path.
            select_all(ui.ctx(), response.id);
        }
        if response.changed() {
            intents.push(Intent::EditPath(dialog.purpose, text));
        }
        if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            intents.push(Intent::Confirm);
        }
        if ui.button("Browse…").clicked() {
            intents.push(Intent::Browse(dialog.purpose));
        }
    });
}

const CANCEL: (&str, Intent) = ("Cancel", Intent::Dismiss);

/// Shows buttons from the right to the left. The prominent one loses nothing, and has the
/// focus first if `takes_focus`.
fn buttons<const N: usize>(
    ui: &mut Ui,
    (prominent, takes_focus): (usize, bool),
    buttons: [(&str, Intent); N],
    intents: &mut Vec<Intent>,
) {
    let colors = tokens(ui);
    ui.add_space(8.0);
    // As high as the buttons, not as what is left of the dialog.
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    ui.allocate_ui_with_layout(vec2(ui.available_width(), 30.0), layout, |ui| {
        for (at, (text, intent)) in buttons.into_iter().enumerate() {
            let button = if at == prominent {
                Button::new(RichText::new(text).color(colors.on_accent)).fill(colors.accent)
            } else {
                Button::new(text)
            };
            let response = ui.add(button.min_size(vec2(90.0, 30.0)));
            let is_free = takes_focus && ui.memory(|memory| memory.focused().is_none());
            if at == prominent && is_free && !ui.input(|input| input.key_pressed(Key::Tab)) {
                response.request_focus();
            }
            if response.clicked() {
                intents.push(intent);
            }
        }
    });
}
