//! Reads and writes files and shows the system's file dialogs, each on a thread.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use egui::Context;
use rfd::FileDialog;

use super::start_problem::capitalized;
use crate::app::{PartialRun, spawn};
use crate::report::{CsvFormat, RunReport, exporter_for, write_tabs};
use crate::study::{Study, read_cases, read_study, study_text, write_atomically};
use crate::window::state::{Document, PathPurpose};

/// Result of a job.
pub(crate) enum FileResult {
    /// The user chose this path.
    Chosen(PathBuf),
    /// A study or table of cases was read.
    Read(PathBuf, Box<Document>),
    /// The study was written.
    Written(PathBuf, Box<Document>),
    /// The results were written.
    Exported(PathBuf),
    /// The results as text, for the clipboard.
    Text(String),
    /// The job failed; the message.
    Failed(String),
}

/// Starts jobs and collects their results.
pub(crate) struct FileJobs {
    sender: Sender<FileResult>,
    receiver: Receiver<FileResult>,
    ctx: Context,
}

impl FileJobs {
    pub(crate) fn new(ctx: &Context) -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver, ctx: ctx.clone() }
    }

    /// Returns the result of a job that has ended, if there is one.
    pub(crate) fn poll(&self) -> Option<FileResult> {
        self.receiver.try_recv().ok()
    }

    /// Shows the system's file dialog. If it is cancelled or missing, there is no result.
    pub(crate) fn browse(&self, file: PathPurpose) {
        self.in_background("dialog", move || {
            let dialog = FileDialog::new();
            let chosen = match file {
                PathPurpose::SaveStudy => dialog
                    .add_filter("Study", &["caselanes"])
                    .set_file_name("study.caselanes")
                    .save_file(),
                PathPurpose::ExportResults => {
                    dialog.add_filter("Table", &["csv"]).set_file_name("results.csv").save_file()
                }
                PathPurpose::RunFolder => dialog.pick_folder(),
                PathPurpose::OpenStudy => dialog
                    .add_filter("Studies and tables", &["caselanes", "csv", "tsv", "txt"])
                    .pick_file(),
            };
            chosen.map(FileResult::Chosen)
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
            Some(match written {
                Ok(()) => FileResult::Exported(path),
                Err(error) => {
                    let path = path.display();
                    FileResult::Failed(format!("Cannot write the results: {error}: {path}"))
                }
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
            Some(text.map_or_else(FileResult::Failed, FileResult::Text))
        });
    }

    fn in_background(
        &self,
        name: &str,
        work: impl FnOnce() -> Option<FileResult> + Send + 'static,
    ) {
        let (sender, ctx) = (self.sender.clone(), self.ctx.clone());
        let spawned = spawn(name, move || {
            if let Some(result) = work() {
                sender.send(result).ok();
                ctx.request_repaint();
            }
        });
        if let Err(error) = spawned {
            let message = capitalized(&error.to_string());
            self.sender.send(FileResult::Failed(message)).ok();
        }
    }
}

fn read(path: PathBuf) -> FileResult {
    let is_study = path.extension().is_some_and(|extension| extension == "caselanes");
    let document = if is_study {
        read_study(&path)
            .map(|opened| opened.study)
            .map(Document::of_study)
            .map_err(|error| error.describe(&path))
    } else {
        read_cases(&path)
            .map(|imported| {
                let Study { workload, plan, .. } = Study::default();
                Document::new(imported.cases, workload, plan)
            })
            .map_err(|error| format!("{error}\nin {}", path.display()))
    };
    match document {
        Ok(document) => FileResult::Read(path, Box::new(document)),
        Err(error) => FileResult::Failed(error),
    }
}

fn write(path: PathBuf, document: Document) -> FileResult {
    if document.first_invalid().is_some() {
        let message = "Cannot save: a cell holds no number; correct it first".to_owned();
        return FileResult::Failed(message);
    }
    match write_atomically(&path, study_text(&document.study()).as_bytes()) {
        Ok(()) => FileResult::Written(path, Box::new(document)),
        Err(error) => FileResult::Failed(format!("Cannot save: {error}: {}", path.display())),
    }
}
