//! Reads and writes files and shows the system's file dialogs, each on a thread.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use egui::Context;
use rfd::FileDialog;

use super::job::{Update, failure};
use super::start_problem::capitalized;
use crate::app::{PartialRun, spawn};
use crate::report::{CsvFormat, EXPORTERS, RunReport, exporter_for, write_tabs};
use crate::study::{Study, read_cases, read_study, study_text, write_atomically};
use crate::window::state::{Document, Intent, PathPurpose};

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

    /// Shows the system's file dialog. If it is cancelled or missing, there is no result.
    pub(crate) fn browse(&self, purpose: PathPurpose) {
        self.in_background("dialog", move || {
            let dialog = FileDialog::new();
            let path = match purpose {
                PathPurpose::SaveStudy => dialog
                    .add_filter("Study", &["caselanes"])
                    .set_file_name("study.caselanes")
                    .save_file(),
                PathPurpose::ExportResults => {
                    let suffixes = EXPORTERS.iter().filter_map(|exporter| exporter.suffix());
                    let endings: Vec<_> =
                        suffixes.map(|suffix| suffix.trim_start_matches('.')).collect();
                    dialog.add_filter("Results", &endings).set_file_name("results.csv").save_file()
                }
                PathPurpose::ResumeRun => dialog.pick_folder(),
                PathPurpose::OpenStudy => dialog
                    .add_filter("Studies and tables", &["caselanes", "csv", "tsv", "txt"])
                    .pick_file(),
            }?;
            let typed = Intent::TypePath(path.display().to_string());
            Some(Box::new(|state| drop(state.apply(typed))))
        });
    }

    /// Writes the results by rename, in the format of the file name, else as CSV.
    pub(crate) fn export(&self, path: PathBuf, run: PartialRun) {
        self.in_background("export", move || {
            let mut bytes = Vec::new();
            let format = exporter_for(&path).unwrap_or(&CsvFormat);
            let written = format
                .write(run.report().as_ref(), &mut bytes)
                .and_then(|()| write_atomically(&path, &bytes));
            let path = path.display().to_string();
            Some(match written {
                Ok(()) => Box::new(move |state| {
                    state.notify(format!("The results are in {path}"));
                }),
                Err(error) => failure(format!("Cannot write the results: {error}: {path}")),
            })
        });
    }

    /// Reads a study, or a table of cases for the demo workload.
    pub(crate) fn read(&self, path: PathBuf) {
        self.in_background("read", move || Some(read(path)));
    }

    /// Writes the document as a study, by rename.
    pub(crate) fn write(&self, path: PathBuf, document: Document) {
        self.in_background("write", move || Some(write(path, document)));
    }

    /// Formats the results as tab-separated text for spreadsheets.
    pub(crate) fn results_text(&self, report: Arc<RunReport>) {
        self.in_background("copy", move || {
            let mut bytes = Vec::new();
            let written =
                write_tabs(report.as_ref(), &mut bytes).map_err(|error| error.to_string());
            let text = written.and_then(|()| String::from_utf8(bytes).map_err(|e| e.to_string()));
            Some(match text {
                Ok(text) => Box::new(|state| state.text_to_copy = Some(text)),
                Err(message) => failure(message),
            })
        });
    }

    fn in_background(&self, name: &str, work: impl FnOnce() -> Option<Update> + Send + 'static) {
        let (sender, ctx) = (self.sender.clone(), self.ctx.clone());
        let spawned = spawn(name, move || {
            if let Some(update) = work() {
                sender.send(update).ok();
                ctx.request_repaint();
            }
        });
        if let Err(error) = spawned {
            self.sender.send(failure(capitalized(&error.to_string()))).ok();
        }
    }
}

fn read(path: PathBuf) -> Update {
    let is_study = path.extension().is_some_and(|extension| extension == "caselanes");
    let document = if is_study {
        read_study(&path)
            .map(|opened| Document::of_study(opened.study))
            .map_err(|error| error.describe(&path))
    } else {
        read_cases(&path)
            .map(|imported| Document::of_study(Study { cases: imported.cases, ..Study::default() }))
            .map_err(|error| format!("{error}\nin {}", path.display()))
    };
    match document {
        Ok(document) => Box::new(|state| state.replace_document(document, Some(path))),
        Err(message) => failure(message),
    }
}

fn write(path: PathBuf, document: Document) -> Update {
    if document.first_invalid().is_some() {
        return failure("Cannot save: a cell holds no number; correct it first".to_owned());
    }
    match write_atomically(&path, study_text(&document.study()).as_bytes()) {
        Ok(()) => Box::new(|state| state.mark_saved(document, path)),
        Err(error) => failure(format!("Cannot save: {error}: {}", path.display())),
    }
}
