//! Reads and writes files and shows the system's file dialogs, each on a thread.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use egui::Context;
use rfd::FileDialog;

use crate::app::spawn;
use crate::report::{CsvFormat, EXPORTERS, RunReport, exporter_for, write_tabs};
use crate::study::{
    CaseTable, Study, cases_csv, read_cases, read_study, study_text, write_atomically,
};
use crate::window::log::log_text::LogText;
use crate::window::shell::job::{Update, failure};
use crate::window::shell::start_problem::capitalized;
use crate::window::state::parts::is_study;
use crate::window::state::{
    AppState, Dialog, Document, FileContent, Intent, NextStep, Notice, PathPurpose, RowImport,
};

const NO_CHOICE: &str = "No file was chosen. If no dialog opened, type the path, or install \
                         xdg-desktop-portal or zenity";

/// Starts jobs and collects their results.
pub(crate) struct FileJobs {
    sender: Sender<Update>,
    receiver: Receiver<Update>,
    ctx: Context,
}

impl FileJobs {
    pub(crate) fn new(ctx: &Context) -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver, ctx: ctx.clone() }
    }

    pub(crate) fn poll(&self) -> Option<Update> {
        self.receiver.try_recv().ok()
    }

    /// Shows the system's file dialog. Its choice goes to the path field.
    pub(crate) fn browse(&self, purpose: PathPurpose) {
        self.in_background("dialog", move || {
            let dialog = FileDialog::new();
            let save = |kind, endings: &[&str], name| {
                dialog.clone().add_filter(kind, endings).set_file_name(name).save_file()
            };
            let tables = ["csv", "tsv", "txt"];
            let path = match purpose {
                PathPurpose::SaveStudy => save("Study", &["caselanes"], "study.caselanes"),
                PathPurpose::SaveCases => save("Table of cases", &["csv"], "cases.csv"),
                PathPurpose::ExportResults => {
                    let suffixes = EXPORTERS.iter().filter_map(|exporter| exporter.suffix());
                    let endings: Vec<_> =
                        suffixes.map(|suffix| suffix.trim_start_matches('.')).collect();
                    save("Results", &endings, "results.csv")
                }
                PathPurpose::SaveLog => save("Text", &["txt"], "log.txt"),
                PathPurpose::ResumeRun => dialog.pick_folder(),
                PathPurpose::OpenStudy => {
                    let all = [&["caselanes"][..], &tables].concat();
                    dialog.add_filter("Studies and tables", &all).pick_file()
                }
                PathPurpose::ImportCases(_) => {
                    dialog.add_filter("Tables of cases", &tables).pick_file()
                }
            };
            Some(Box::new(move |state| take_choice(state, purpose, path)))
        });
    }

    /// Reads a study, or a table of cases, that replaces `document`. Asks again before
    /// edits are lost that were made meanwhile.
    pub(crate) fn read(&self, path: PathBuf, document: Document) {
        self.in_background("read", move || {
            let opened = read(path.clone());
            Some(Box::new(move |state: &mut AppState| {
                if state.document == document {
                    opened(state);
                } else {
                    state.queued.push(Intent::Leave(NextStep::File(path)));
                }
            }))
        });
    }

    /// Reads cases to add to the study.
    pub(crate) fn import(&self, path: PathBuf, import: RowImport) {
        self.in_background("import", move || {
            Some(match read_table(&path) {
                Ok(cases) => Box::new(move |state| state.import_cases(&cases, import)),
                Err(message) => failure(message),
            })
        });
    }

    /// Writes a file by rename. Asks first if it would replace one that the user may not
    /// know of.
    pub(crate) fn write(&self, path: PathBuf, content: FileContent, replaces: bool) {
        self.in_background("write", move || Some(write(path, content, replaces)));
    }

    /// Checks which of these files are missing.
    pub(crate) fn check(&self, paths: Vec<PathBuf>) {
        self.in_background("check", move || {
            let missing: Vec<_> = paths.into_iter().filter(|path| !path.exists()).collect();
            Some(Box::new(move |state| {
                for file in &mut state.recent_files {
                    file.is_missing = missing.contains(&file.path);
                }
            }))
        });
    }

    /// Formats the results as tab-separated text for spreadsheets.
    pub(crate) fn results_text(&self, report: Arc<RunReport>, cases: Option<BTreeSet<u32>>) {
        self.in_background("copy", move || {
            let mut bytes = Vec::new();
            let written = write_tabs(report.as_ref(), cases.as_ref(), &mut bytes);
            let written = written.map_err(|error| error.to_string());
            let text = written.and_then(|()| String::from_utf8(bytes).map_err(|e| e.to_string()));
            Some(match text {
                Ok(text) => Box::new(|state| {
                    state.notify("Copied the results to the clipboard as a table");
                    state.queued.push(Intent::CopyText(text));
                }),
                Err(message) => failure(message),
            })
        });
    }

    /// Returns a function that sends an update from a thread.
    pub(super) fn updates(&self) -> impl Fn(Update) + Send + use<> {
        let (sender, ctx) = (self.sender.clone(), self.ctx.clone());
        move |update| {
            sender.send(update).ok();
            ctx.request_repaint();
        }
    }

    fn in_background(&self, name: &str, work: impl FnOnce() -> Option<Update> + Send + 'static) {
        let send = self.updates();
        let spawned = spawn(name, move || work().map(send));
        if let Err(error) = spawned {
            self.sender.send(failure(capitalized(&error.to_string()))).ok();
        }
    }
}

fn take_choice(state: &mut AppState, purpose: PathPurpose, path: Option<PathBuf>) {
    if let Some(path) = path {
        drop(state.apply(Intent::EditPath(purpose, path.display().to_string())));
    } else if let Some(Dialog::Path(dialog)) = &mut state.dialog {
        dialog.notice = Some(Notice { text: NO_CHOICE.to_owned(), is_error: false });
    }
}

fn read_table(path: &Path) -> Result<CaseTable, String> {
    let imported = read_cases(path).map_err(|error| error.describe(&path.display().to_string()));
    imported.map(|imported| imported.cases)
}

pub(super) fn read(path: PathBuf) -> Update {
    if !is_study(&path) {
        return match read_table(&path) {
            Ok(cases) => Box::new(|state| {
                let document = Document::of_study(Study { cases, ..state.document.study() });
                state.replace_document(document, Some(path));
            }),
            Err(message) => failure(message),
        };
    }
    match read_study(&path) {
        Ok(opened) => Box::new(|state| {
            state.replace_document(Document::of_study(opened.study), Some(path));
        }),
        Err(error) => failure(error.describe(&path)),
    }
}

fn write(path: PathBuf, content: FileContent, replaces: bool) -> Update {
    if !replaces && path.exists() {
        return Box::new(AppState::ask_to_replace);
    }
    let written = bytes_of(&content, &path).and_then(|bytes| write_atomically(&path, &bytes));
    match written {
        Ok(()) => Box::new(move |state| state.take_written(path, content)),
        Err(error) => failure(format!("Cannot save: {error}: {}", path.display())),
    }
}

/// Returns the content of a file. Results have the format of its name, else CSV.
fn bytes_of(content: &FileContent, path: &Path) -> io::Result<Vec<u8>> {
    let checked = |document: &Document| match document.first_invalid() {
        None => Ok(document.study()),
        Some(_) => Err(io::Error::other("a cell holds no number; correct it first")),
    };
    match content {
        FileContent::Study(document, _) => Ok(study_text(&checked(document)?).into_bytes()),
        FileContent::Cases(document) => cases_csv(&checked(document)?.cases),
        FileContent::Results(run) => {
            let mut bytes = Vec::new();
            let format = exporter_for(path).unwrap_or(&CsvFormat);
            format.write(run.clone().report().as_ref(), &mut bytes)?;
            Ok(bytes)
        }
        FileContent::Log(run, log) => {
            let mut bytes = Vec::new();
            LogText::write(log, &run.clone().report(), &mut bytes)?;
            Ok(bytes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::state::Command;

    #[test]
    fn browsing_without_a_system_dialog_says_so_in_the_path_dialog() {
        let mut state = AppState::default();
        state.apply(Intent::Command(Command::Open));
        take_choice(&mut state, PathPurpose::OpenStudy, None);
        let Some(Dialog::Path(dialog)) = &state.dialog else { panic!("it stays open") };
        assert!(dialog.notice.as_ref().unwrap().text.contains("xdg-desktop-portal"));
        take_choice(&mut state, PathPurpose::OpenStudy, Some("/a".into()));
        let Some(Dialog::Path(dialog)) = &state.dialog else { panic!("it stays open") };
        assert_eq!((dialog.text.as_str(), &dialog.notice), ("/a", &None));
    }
}
