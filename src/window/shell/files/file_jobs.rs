//! Reads and writes files and shows the system's file dialogs, each on a thread.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use egui::{ColorImage, Context};
use rfd::FileDialog;

use super::browser;
use super::file_writer::{FileWriter, read_version};
use crate::app::{holds_recorded, open_recorded, spawn};
use crate::report::{EXPORTERS, PicturePixels, RecordedRun, RunReport, write_tabs};
use crate::study::{
    RemedyPlace, Study, TableOptions, TableReading, read_cases, read_draft_with, read_file_bytes,
    read_table,
};
use crate::text::capitalized;
use crate::window::frame::notices::Trouble;
use crate::window::import::import_state::{ImportPurpose, TableImport, TableSource};
use crate::window::pictures::chart_picture::ChartPicture;
use crate::window::pictures::picture_choices::PictureForm;
use crate::window::shell::job::{Update, failure};
use crate::window::state::study_file::{CasesFile, DiskState, FileExtra, FileVersion, is_study};
use crate::window::state::{
    AppState, Dialog, Document, Intent, MayReplace, NextStep, Notice, PathPurpose, RowImport,
    RunView, WriteRequest,
};

const NO_DIALOG: &str = "This system has no file dialog. Type the path, or install \
                         xdg-desktop-portal or zenity";

/// A dialog is open for longer, even if the user closes it at once.
const SHORTEST_DIALOG: Duration = Duration::from_millis(300);

/// Starts jobs and collects their results.
pub(crate) struct FileJobs {
    sender: Sender<Update>,
    receiver: Receiver<Update>,
    ctx: Context,
    writer: FileWriter,
    /// The program that opens reports, if it is not that of the system.
    browser: Option<OsString>,
}

impl FileJobs {
    pub(crate) fn new(ctx: &Context, browser: Option<OsString>) -> Self {
        let (sender, receiver) = channel();
        let writer = FileWriter::new(sending(&sender, ctx));
        Self { sender, receiver, ctx: ctx.clone(), writer, browser }
    }

    pub(crate) fn poll(&self) -> Option<Update> {
        self.receiver.try_recv().ok()
    }

    /// Shows the system's file dialog. Its choice goes to the path field.
    pub(crate) fn browse(&self, purpose: PathPurpose) {
        self.in_background("dialog", move || {
            let start = Instant::now();
            let dialog = FileDialog::new();
            let save = |kind, endings: &[&str], name| {
                dialog.clone().add_filter(kind, endings).set_file_name(name).save_file()
            };
            let tables = ["csv", "tsv", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods"];
            let path = match purpose {
                PathPurpose::SaveStudy => save("Study", &["caselanes"], "study.caselanes"),
                PathPurpose::SaveCases => save("Table of cases", &["csv", "xlsx"], "cases.csv"),
                PathPurpose::ExportResults => {
                    let suffixes = EXPORTERS.iter().filter_map(|exporter| exporter.suffix());
                    let endings: Vec<_> =
                        suffixes.map(|suffix| suffix.trim_start_matches('.')).collect();
                    save("Results", &endings, "results.csv")
                }
                PathPurpose::SavePicture => save("Picture", &["png", "svg"], "chart.png"),
                PathPurpose::SaveLog => save("Text", &["txt"], "log.txt"),
                PathPurpose::ExportRun => save("Saved run", &["run"], "saved.run"),
                PathPurpose::ImportRun => dialog.add_filter("Saved runs", &["run"]).pick_file(),
                PathPurpose::ResumeRun => dialog.pick_folder(),
                PathPurpose::OpenStudy => {
                    let runs = ["json", "html", "log", "joblog", "xml"];
                    let all = [&["caselanes"][..], &tables, &runs].concat();
                    let dialog = dialog.add_filter("Studies, tables and recorded runs", &all);
                    dialog.add_filter("All files", &["*"]).pick_file()
                }
                PathPurpose::ImportCases => {
                    dialog.add_filter("Tables of cases", &tables).pick_file()
                }
            };
            // Both a cancelled dialog and a missing one give no path.
            let is_missing = path.is_none() && start.elapsed() < SHORTEST_DIALOG;
            Some(Box::new(move |state| take_choice(state, purpose, path, is_missing)))
        });
    }

    /// Shows the system's file dialog for the source of the template in a row.
    pub(crate) fn browse_template(&self, row: usize, folder: PathBuf) {
        self.in_background("dialog", move || {
            let start = Instant::now();
            let path = FileDialog::new().set_directory(folder).pick_file();
            let is_missing = path.is_none() && start.elapsed() < SHORTEST_DIALOG;
            Some(Box::new(move |state| match path {
                Some(path) => state.choose_template(row, &path),
                None if is_missing => state.report_error(NO_DIALOG.to_owned()),
                None => {}
            }))
        });
    }

    /// Reads a study that replaces `document`, a table of cases for the import dialog, or a
    /// recorded run, which replaces nothing. Asks before edits are lost, also those that were made
    /// meanwhile.
    pub(crate) fn read(&self, path: PathBuf, may_replace: MayReplace, document: Document) {
        self.in_background("read", move || {
            let opened = open(path.clone(), TableOptions::default(), true, replace);
            Some(Box::new(move |state: &mut AppState| {
                let is_allowed = may_replace == MayReplace::Yes && state.document == document;
                match opened {
                    Opened::Replacing(_) if !is_allowed && state.has_changes() => {
                        state.queued.push(Intent::Leave(NextStep::File(path)));
                    }
                    opened => opened.update()(state),
                }
            }))
        });
    }

    /// Reads the file of the document again.
    pub(crate) fn reload(&self, path: PathBuf, options: TableOptions) {
        self.in_background("reload", move || {
            let opened = open(path, options, false, |state, document, path| {
                let is_open = state.file.path.as_ref() == Some(&path);
                if is_open {
                    state.reload(document);
                }
                is_open
            });
            Some(opened.update())
        });
    }

    /// Reads a table whose cases are added to the study, for the import dialog.
    pub(crate) fn import(&self, path: PathBuf) {
        self.in_background("import", move || {
            if holds_recorded(&path) {
                return Some(recorded(path));
            }
            Some(match ReadTable::of(&path, TableOptions::default()) {
                Ok(table) => Box::new(move |state| state.open_import(table.import())),
                Err(message) => failure(message),
            })
        });
    }

    pub(crate) fn write(&self, request: WriteRequest) {
        if !self.writer.write(request) {
            let message = "Cannot save: the thread that writes files has ended";
            self.sender.send(failure(message.to_owned())).ok();
        }
    }

    /// Copies a chart to the clipboard.
    pub(crate) fn copy_picture(&self, chart: ChartPicture, form: PictureForm) {
        let ctx = self.ctx.clone();
        self.in_background("picture", move || match chart.pixels(form) {
            Err(error) => Some(failure(format!("Cannot copy the picture: {error}"))),
            Ok(PicturePixels { width, height, rgba }) => {
                let size = [width as usize, height as usize];
                ctx.copy_image(ColorImage::from_rgba_unmultiplied(size, &rgba));
                Some(Box::new(|state| state.notify("Copied the picture")))
            }
        });
    }

    /// Writes the report as HTML and opens it.
    pub(crate) fn open_report(&self, report: Arc<RunReport>) {
        let (send, program) = (self.updates(), self.browser.clone());
        self.in_background("report", move || match browser::write_html(&report) {
            Err(error) => Some(failure(format!("Cannot write the report: {error}"))),
            Ok(path) => {
                let text = format!("The report is in {}", path.display());
                send(Box::new(|state| state.notify(text)));
                let problem = browser::open(program, &path).err()?;
                let path = path.display();
                Some(failure(format!("Cannot open the report: {problem}. It is in {path}")))
            }
        });
    }

    /// Shows a folder, which is made if it is missing, in the system's file manager.
    pub(crate) fn open_folder(&self, folder: PathBuf) {
        let program = self.browser.clone();
        self.in_background("folder", move || {
            let made = fs::create_dir_all(&folder).map_err(|error| error.to_string());
            let problem = made.and_then(|()| browser::open(program, &folder)).err()?;
            Some(failure(format!("Cannot open {}: {problem}", folder.display())))
        });
    }

    /// Shows a file in the system's program for its kind.
    pub(crate) fn open_file(&self, file: PathBuf) {
        let program = self.browser.clone();
        self.in_background("file", move || {
            let problem = browser::open(program, &file).err()?;
            Some(failure(format!("Cannot open {}: {problem}", file.display())))
        });
    }

    /// Checks whether a folder exists, and passes it and the answer to `take`.
    pub(crate) fn check_folder(
        &self,
        folder: PathBuf,
        take: impl FnOnce(&mut AppState, &Path, bool) + Send + 'static,
    ) {
        self.in_background("check", move || {
            let exists = folder.exists();
            Some(Box::new(move |state| take(state, &folder, exists)))
        });
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
    pub(crate) fn updates(&self) -> impl Fn(Update) + Send + use<> {
        sending(&self.sender, &self.ctx)
    }

    fn in_background(&self, name: &str, work: impl FnOnce() -> Option<Update> + Send + 'static) {
        let send = self.updates();
        let spawned = spawn(name, move || work().map(send));
        if let Err(error) = spawned {
            self.sender.send(failure(capitalized(&error.to_string()))).ok();
        }
    }
}

fn sending(sender: &Sender<Update>, ctx: &Context) -> impl Fn(Update) + Send + use<> {
    let (sender, ctx) = (sender.clone(), ctx.clone());
    move |update| {
        sender.send(update).ok();
        ctx.request_repaint();
    }
}

fn take_choice(
    state: &mut AppState,
    purpose: PathPurpose,
    path: Option<PathBuf>,
    is_missing: bool,
) {
    if let Some(path) = path {
        drop(state.apply(Intent::EditPath(purpose, path.display().to_string())));
    } else if let Some(Dialog::Path(dialog)) = &mut state.dialog {
        let notice = Notice { text: NO_DIALOG.to_owned(), is_error: false };
        dialog.notice = Some(notice).filter(|_| is_missing);
    }
}

/// A table of cases that was read from a file.
struct ReadTable {
    source: TableSource,
    options: TableOptions,
    reading: TableReading,
}

impl ReadTable {
    /// Reads a table, which may have problems. A file that is no table is an error.
    fn of(path: &Path, options: TableOptions) -> Result<Self, String> {
        let bytes =
            read_file_bytes(path).map_err(|problem| format!("{problem}: {}", path.display()))?;
        let reading = read_table(&bytes, &options, &|| false);
        if let (None, Err(error)) = (&reading.format, &reading.result) {
            return Err(error.describe(&path.display().to_string(), RemedyPlace::Window));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Only a regular file has the same content again.
        let version = path.is_file().then(|| FileVersion::of(&bytes));
        let file = Some((path.to_owned(), version));
        let source = TableSource { name, file, bytes: bytes.into() };
        Ok(Self { source, options, reading })
    }

    /// Returns the state of the dialog that adds the rows to the study.
    fn import(self) -> TableImport {
        let import = TableImport::new(self.source, ImportPurpose::Import, RowImport::Replace);
        import.read_with(self.options, self.reading)
    }

    /// Opens the table. The dialog shows a table with problems, or any table if `asks`.
    fn open(
        self,
        state: &mut AppState,
        asks: bool,
        open: impl FnOnce(&mut AppState, Document, PathBuf) -> bool,
    ) {
        let (path, version) = self.source.file.clone().unwrap_or_default();
        match &self.reading.result {
            Ok(imported) if !asks => {
                let cases = imported.cases.clone();
                let document = Document::of_study(Study { cases, ..state.document.study() });
                if open(state, document, path) {
                    (state.file.version, state.file.extra) = (version, None);
                    state.file.table_options = self.options;
                }
            }
            _ => state.open_import(TableImport { purpose: ImportPurpose::Open, ..self.import() }),
        }
    }
}

/// Returns whether a study file has a comment: a `#` that is in no string.
fn has_comment(text: &str) -> bool {
    text.lines().any(|line| {
        let mut quote = None;
        line.chars().any(|c| {
            match (quote, c) {
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), c) if c == open => quote = None,
                _ => {}
            }
            c == '#' && quote.is_none()
        })
    })
}

/// What was read from a file.
enum Opened {
    /// It replaces the document.
    Replacing(Update),
    /// It leaves the document alone: a recorded run, or an error.
    Independent(Update),
}

impl Opened {
    fn update(self) -> Update {
        match self {
            Self::Replacing(update) | Self::Independent(update) => update,
        }
    }
}

/// Reads a file, and passes the document and the path to `take`, which returns whether it is the
/// open file now. The import dialog shows a table with problems, or any table if `asks`.
fn open(
    path: PathBuf,
    options: TableOptions,
    asks: bool,
    take: impl FnOnce(&mut AppState, Document, PathBuf) -> bool + Send + 'static,
) -> Opened {
    if holds_recorded(&path) {
        return Opened::Independent(recorded(path));
    }
    if !is_study(&path) {
        return match ReadTable::of(&path, options) {
            Ok(table) => Opened::Replacing(Box::new(move |state| table.open(state, asks, take))),
            Err(message) => Opened::Independent(unreadable(message)),
        };
    }
    // Read first, so that a change while the file is read is not missed.
    let version = read_version(&path);
    let mut cases = None;
    let read = |file: &Path, options: &TableOptions| {
        let version = read_version(file);
        let disk = DiskState::Same;
        cases = version.map(|version| CasesFile { path: file.to_owned(), version, disk });
        read_cases(file, options)
    };
    match read_draft_with(&path, read) {
        Ok(opened) => {
            let is_elsewhere = opened.cases_file.is_some_and(|file| file != path);
            let has_comments = fs::read_to_string(&path).is_ok_and(|text| has_comment(&text));
            let extra = FileExtra::of(has_comments, is_elsewhere);
            Opened::Replacing(Box::new(move |state| {
                if take(state, Document::of_draft(opened.study, &opened.texts), path) {
                    (state.file.version, state.file.extra) = (version, extra);
                    state.file.cases_file = cases;
                }
            }))
        }
        Err(error) => Opened::Independent(unreadable(error.describe(&path))),
    }
}

/// Returns the update that shows why a file cannot be opened.
fn unreadable(message: String) -> Update {
    Box::new(|state| state.report_until(Trouble::Unreadable, message))
}

/// Opens the recorded run in a file or folder.
fn recorded(path: PathBuf) -> Update {
    match open_recorded(&path, None) {
        Ok(RecordedRun { report, notes }) => {
            let run = RunView::of_record(report, path);
            Box::new(move |state| state.show_recorded(run, notes))
        }
        Err(message) => failure(message),
    }
}

fn replace(state: &mut AppState, document: Document, path: PathBuf) -> bool {
    state.replace_document(document, Some(path));
    state.show_no_run();
    true
}

/// Reads a study, or a table of cases, that replaces the document.
pub(super) fn read(path: PathBuf) -> Update {
    open(path, TableOptions::default(), false, replace).update()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::state::Command;

    #[test]
    fn comments_of_a_study_are_found() {
        for text in ["# wing", "version = 1 # wing", "a = \"it's\" # b", "[[case]]\n  # wing"] {
            assert!(has_comment(text), "{text}");
        }
        for text in ["version = 1", "name = \"# 1\"", "command = ['a', '#']"] {
            assert!(!has_comment(text), "{text}");
        }
    }

    #[test]
    fn browsing_without_a_system_dialog_says_so_in_the_path_dialog() {
        let mut state = AppState::default();
        state.apply(Intent::Command(Command::Open));
        take_choice(&mut state, PathPurpose::OpenStudy, None, false);
        let Some(Dialog::Path(dialog)) = &state.dialog else { panic!("it stays open") };
        assert_eq!(dialog.notice, None, "the user has cancelled it");
        take_choice(&mut state, PathPurpose::OpenStudy, None, true);
        let Some(Dialog::Path(dialog)) = &state.dialog else { panic!("it stays open") };
        assert!(dialog.notice.as_ref().unwrap().text.contains("xdg-desktop-portal"));
        take_choice(&mut state, PathPurpose::OpenStudy, Some("/a".into()), false);
        let Some(Dialog::Path(dialog)) = &state.dialog else { panic!("it stays open") };
        assert_eq!((dialog.text.as_str(), &dialog.notice), ("/a", &None));
    }
}
