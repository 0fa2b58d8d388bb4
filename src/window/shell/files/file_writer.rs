//! The thread that writes the files of the user, one after another in the order of the requests.

use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use crate::app::{PartialRun, spawn};
use crate::report::{TableFormat, WriteRemark, exporter_for};
use crate::study::{AtomicFile, cases_csv, cases_workbook, draft_text, write_atomically};
use crate::window::frame::notices::Trouble;
use crate::window::log::log_text::LogText;
use crate::window::shell::job::{Update, failure};
use crate::window::state::study_file::FileVersion;
use crate::window::state::{AppState, Document, FileContent, Replacing, WriteRequest};

/// The thread. Dropping it waits until all files are written.
pub(super) struct FileWriter {
    requests: Option<Sender<WriteRequest>>,
    thread: Option<JoinHandle<()>>,
}

impl FileWriter {
    pub(super) fn new(send: impl Fn(Update) + Send + 'static) -> Self {
        let (requests, queue) = channel();
        let thread = spawn("write", move || {
            let mut written = None;
            for request in queue {
                send(write(request, &mut written));
            }
        });
        Self { requests: Some(requests), thread: thread.ok() }
    }

    /// Writes a file by rename. Asks first if it would replace content that the user may not
    /// know of. Returns whether there is a thread to do so.
    pub(super) fn write(&self, request: WriteRequest) -> bool {
        self.requests.as_ref().is_some_and(|requests| requests.send(request).is_ok())
    }
}

impl Drop for FileWriter {
    fn drop(&mut self) {
        self.requests = None;
        self.thread.take().map(JoinHandle::join);
    }
}

/// Writes a file. `written` is the latest one, which the window may not know of yet.
fn write(
    WriteRequest { path, content, replacing, inputs }: WriteRequest,
    written: &mut Option<(PathBuf, FileVersion)>,
) -> Update {
    let own = fs::canonicalize(&path).ok();
    if own.is_some() && inputs.iter().any(|input| fs::canonicalize(input).ok() == own) {
        let path = path.display();
        let text = format!("Cannot save: the study reads {path}; choose another file");
        return unwritten(&content, text);
    }
    match replacing {
        Replacing::Nothing if path.exists() => return Box::new(AppState::ask_to_replace),
        Replacing::Version(known) => {
            let own = written.as_ref().filter(|(own, _)| *own == path).map(|(_, own)| *own);
            let is_known = |found| found == known || Some(found) == own;
            if read_version(&path).is_some_and(|found| !is_known(found)) {
                return Box::new(move |state| state.ask_to_overwrite(content));
            }
        }
        Replacing::Nothing | Replacing::Anything => {}
    }
    match write_content(&content, &path) {
        Ok((version, remark)) => {
            *written = version.map(|version| (path.clone(), version));
            Box::new(move |state| {
                state.take_written(path, content, version);
                remark.into_iter().for_each(|remark| state.notify(remark.to_string()));
            })
        }
        Err(error) => unwritten(&content, format!("Cannot save: {error}: {}", path.display())),
    }
}

/// Returns the update that shows why a file was not written; until the study is saved, if it is
/// the study.
fn unwritten(content: &FileContent, message: String) -> Update {
    match content {
        FileContent::Study(..) => Box::new(|state| state.report_until(Trouble::Unsaved, message)),
        _ => failure(message),
    }
}

/// Writes a report in the format of its name, else as a table.
fn write_report(run: &PartialRun, path: &Path) -> io::Result<Option<WriteRemark>> {
    let report = run.clone().report();
    let format = exporter_for(path).unwrap_or(&TableFormat);
    if let Some(problem) = format.row_problem(report.frozen.cases.len()) {
        return Err(io::Error::other(problem));
    }
    let mut file = AtomicFile::create(path)?;
    let mut buffer = BufWriter::new(file.as_file_mut());
    let remark = format.write(report.as_ref(), &mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    file.commit()?;
    Ok(remark)
}

/// Reads the version of a regular file. Reading a pipe would take its content.
pub(super) fn read_version(path: &Path) -> Option<FileVersion> {
    path.is_file().then(|| fs::read(path).ok().map(|bytes| FileVersion::of(&bytes)))?
}

/// Writes the content of a file. Returns its version, unless it is a report, which is not read
/// again, and what the user should know.
fn write_content(
    content: &FileContent,
    path: &Path,
) -> io::Result<(Option<FileVersion>, Option<WriteRemark>)> {
    let checked = |document: &Document| match document.first_invalid_text() {
        None => Ok(document.study()),
        Some(text) => Err(io::Error::other(text)),
    };
    let bytes = match content {
        FileContent::Study(document, _) => {
            draft_text(&document.study(), &document.invalid_cells()).into_bytes()
        }
        FileContent::Cases(document) => {
            let cases = &checked(document)?.cases;
            match path.extension() {
                Some(suffix) if suffix.eq_ignore_ascii_case("xlsx") => cases_workbook(cases)?,
                _ => cases_csv(cases)?,
            }
        }
        FileContent::Picture(chart, form) => match path.extension() {
            Some(suffix) if suffix.eq_ignore_ascii_case("svg") => {
                chart.clone().svg(*form)?.into_bytes()
            }
            _ => chart.clone().png(*form)?,
        },
        FileContent::Results(run) => return Ok((None, write_report(run, path)?)),
        FileContent::Log(run, log) => {
            let mut bytes = Vec::new();
            LogText::write(log, &run.clone().report(), &mut bytes)?;
            bytes
        }
    };
    write_atomically(path, &bytes)?;
    Ok((Some(FileVersion::of(&bytes)), None))
}
