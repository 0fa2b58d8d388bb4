//! Keeps the open study for the next start, in case the window is killed.
//!
//! Each open window has a session file of its own, with a lock that is free once the
//! window has ended. A window that closes removes its file.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf, absolute};
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use egui::Context;
use serde::{Deserialize, Serialize};

use super::data_folders::check;
use super::file_jobs::{FileJobs, read};
use crate::app::{base_folder, spawn};
use crate::study::{Column, StudyOption, recover_draft, study_text, write_atomically};
use crate::text::{count, plural};
use crate::window::compare::compare_form::CompareForm;
use crate::window::compare::experiment_counts::ExperimentCounts;
use crate::window::frame::notices::Trouble;
use crate::window::shell::job::{Update, failure};
use crate::window::state::parts::TypedTexts;
use crate::window::state::study_file::{FileVersion, StudyFile};
use crate::window::state::{AppState, Dialog, Document, Intent, Tab};
use crate::window::workers::sweep_state::SweepForm;

/// Shortest time between two writes.
const INTERVAL: Duration = Duration::from_millis(500);

/// Time until a session that could not be written is tried again.
const RETRY_INTERVAL: Duration = Duration::from_secs(2);

/// Most unreadable sessions that are kept.
const MAX_KEPT: u32 = 1000;

#[derive(Debug, Default, Serialize, Deserialize)]
struct Session {
    file: Option<PathBuf>,
    /// The content of the file when it was last read or written.
    #[serde(default)]
    version: Option<FileVersion>,
    tab: Tab,
    /// The text of the study, if it has unsaved changes.
    changed: Option<String>,
    /// The folder that relative paths of its program start from.
    #[serde(default)]
    base: Option<PathBuf>,
    /// The row, the column and the text of its cells that hold no number, which a study
    /// cannot have.
    #[serde(default)]
    invalid: Vec<(usize, String, String)>,
    /// The command line and the options as typed into fields, which the study lacks.
    #[serde(default)]
    command: Option<String>,
    #[serde(default)]
    options: Vec<(String, String)>,
    #[serde(default)]
    counts: Option<ExperimentCounts>,
    /// The folder of the latest run of the study.
    #[serde(default)]
    run_folder: Option<PathBuf>,
}

impl Session {
    fn typed(&self) -> TypedTexts {
        let options = self
            .options
            .iter()
            .filter_map(|(option, text)| Some((StudyOption::from_str(option).ok()?, text.clone())));
        TypedTexts { command: self.command.clone(), options: options.collect() }
    }
}

/// The study of a session.
#[derive(Deserialize)]
struct SessionStudy {
    changed: String,
}

/// The previous session and its document, and why parts of them are missing.
type RestoredSession = (Option<(Session, Option<Document>)>, Option<String>);

/// A session, whose text is still to be written if the document has unsaved changes.
type Snapshot = (Session, Option<Document>);

/// The thread that writes the session. Dropping it waits until it is written.
pub(crate) struct Autosave {
    snapshots: Option<Sender<Option<Snapshot>>>,
    thread: Option<JoinHandle<()>>,
    /// Whether the session of before was put back, so that a later one may replace it.
    is_restored: Arc<AtomicBool>,
    saved: (u64, Tab),
    saved_forms: (SweepForm, CompareForm),
    due: Instant,
}

impl Autosave {
    /// Opens the session of a window that was killed, then the study asked for; else
    /// the last study. `folder` has the sessions; `None` keeps none.
    pub(crate) fn new(
        folder: Option<PathBuf>,
        files: &FileJobs,
        study: Option<PathBuf>,
        last: Option<PathBuf>,
    ) -> Self {
        // The folder of the window may be another one at the next start.
        let study = study.map(|path| absolute(&path).unwrap_or(path));
        let (snapshots, queue) = channel();
        let send = files.updates();
        let is_restored = Arc::new(AtomicBool::new(false));
        let restored = Arc::clone(&is_restored);
        let spawned = spawn("autosave", move || {
            let session = folder.as_deref().and_then(take_session);
            if session.as_ref().is_some_and(|(_, path)| path.exists()) {
                send(Box::new(|state| state.dialog = Some(Dialog::Opening(None))));
            }
            let before = session.as_ref().map(|(_, path)| read_session(path));
            let updates = first_updates(before.unwrap_or_default(), study, last);
            send(Box::new(|state| {
                state.dialog.take_if(|dialog| matches!(dialog, Dialog::Opening(_)));
                updates.into_iter().for_each(|update| update(state));
            }));
            if let (Some(folder), Some((_, taken))) = (&folder, &session) {
                let others = other_windows(folder, taken);
                if others > 0 {
                    let windows = count(others, "more window");
                    let were = plural(others, "was", "were");
                    send(failure(format!(
                        "{windows} with unsaved changes {were} not closed properly. Open CaseLanes \
                         again to restore them"
                    )));
                }
            }
            send(Box::new(move |_| restored.store(true, Ordering::Relaxed)));
            if let Some((_lock, path)) = session {
                write_sessions(&path, &queue, send);
            }
        });
        Self {
            snapshots: Some(snapshots),
            thread: spawned.ok(),
            is_restored,
            saved: (0, Tab::default()),
            saved_forms: Default::default(),
            due: Instant::now(),
        }
    }

    /// Whether the thread that reads and writes sessions runs.
    pub(crate) fn is_running(&self) -> bool {
        self.thread.is_some()
    }

    /// Whether the previous session is restored.
    pub(crate) fn is_restored(&self) -> bool {
        self.is_restored.load(Ordering::Relaxed)
    }

    /// Writes what has changed since the last call, after a pause.
    pub(crate) fn keep(&mut self, state: &AppState, ctx: &Context) {
        let is_saved = (state.revision, state.tab) == self.saved
            && state.workers.sweep_form == self.saved_forms.0
            && state.compare_form == self.saved_forms.1;
        if is_saved || !self.is_restored() {
            return;
        }
        let left = self.due.saturating_duration_since(Instant::now());
        if !left.is_zero() {
            return ctx.request_repaint_after(left);
        }
        self.keep_now(state);
    }

    /// Writes the session as it is now.
    pub(crate) fn keep_now(&mut self, state: &AppState) {
        (self.saved, self.due) = ((state.revision, state.tab), Instant::now() + INTERVAL);
        self.saved_forms = (state.workers.sweep_form, state.compare_form.clone());
        let mut typed = state.form.typed();
        let has_changes = state.staleness.has_unsaved_changes || typed != TypedTexts::default();
        let changed = has_changes.then(|| {
            let mut document = state.document.clone();
            // A program that is being typed starts from the folder of this window.
            if let Ok(program) = state.form.command_line.clone().commit(&document) {
                (document.program, typed.command) = (program, None);
            }
            document
        });
        let (file, version) = (state.file.path.clone(), state.file.version);
        let TypedTexts { command, options } = typed;
        let options = options.into_iter().map(|(option, text)| {
            let name: &str = option.into();
            (name.to_owned(), text)
        });
        let (tab, options) = (state.tab, options.collect());
        let (changed_text, base, invalid) = (None, None, Vec::new());
        let counts = Some(ExperimentCounts::of(&self.saved_forms.0, &self.saved_forms.1));
        let session = Session {
            file,
            version,
            tab,
            changed: changed_text,
            base,
            invalid,
            command,
            options,
            counts,
            run_folder: state.file.run_folder.clone(),
        };
        self.send(Some((session, changed)));
    }

    /// Removes the session of a window that closes.
    pub(crate) fn forget(&self) {
        self.send(None);
    }

    fn send(&self, snapshot: Option<Snapshot>) {
        let snapshots = self.snapshots.as_ref();
        if let Some(snapshots) = snapshots.filter(|_| self.is_restored()) {
            snapshots.send(snapshot).ok();
        }
    }
}

impl Drop for Autosave {
    fn drop(&mut self) {
        self.snapshots = None;
        self.thread.take().map(JoinHandle::join);
    }
}

/// Locks a session file that no open window uses: one that a killed window left, else a new one.
fn take_session(folder: &Path) -> Option<(File, PathBuf)> {
    fs::create_dir_all(folder).ok()?;
    let mut numbers = left_sessions(folder).into_iter().chain(0..);
    numbers.find_map(|number| match lock_session(folder, number) {
        Ok(None) => None,
        lock => Some(lock.ok().flatten().map(|lock| (lock, session_path(folder, number)))),
    })?
}

fn session_path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number}.json"))
}

/// Returns the numbers of the sessions that there are, in order.
fn left_sessions(folder: &Path) -> BTreeSet<u32> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let number = |name: &str| name.strip_suffix(".json")?.parse().ok();
    files.filter_map(|file| number(file.file_name().to_str()?)).collect()
}

/// Locks a session; `None` if a window uses it.
fn lock_session(folder: &Path, number: u32) -> io::Result<Option<File>> {
    let lock = folder.join(format!("{number}.lock"));
    let lock = OpenOptions::new().write(true).create(true).truncate(false).open(lock)?;
    // On a file system without locks, no other window is assumed to be open.
    let is_taken = matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
    Ok((!is_taken).then_some(lock))
}

/// Returns the number of killed windows whose unsaved changes are still to be restored, except
/// for the session at `taken`.
fn other_windows(folder: &Path, taken: &Path) -> usize {
    let mut numbers = left_sessions(folder);
    numbers.retain(|&number| {
        let path = session_path(folder, number);
        let has_changes = || {
            let session: Session = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
            Some(session.changed.is_some() || session.typed() != TypedTexts::default())
        };
        path != taken
            && has_changes() == Some(true)
            && matches!(lock_session(folder, number), Ok(Some(_)))
    });
    numbers.len()
}

/// Reads a session and its document; none without a session. What cannot be read is left out, and
/// the session set aside; the error says where it is.
fn read_session(path: &Path) -> RestoredSession {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return RestoredSession::default(),
        bytes => bytes.map_err(|error| error.to_string()),
    };
    match bytes.and_then(|bytes| parse_session(&bytes, path)) {
        Ok((session, document, None)) => (Some((session, document)), None),
        Ok((session, document, Some(error))) => {
            let message = "Cannot restore all unsaved changes of a window that was not closed \
                           properly";
            let aside = set_aside(path, |from, to| fs::copy(from, to).map(drop));
            (Some((session, document)), Some(unreadable(message, &error, aside.ok())))
        }
        Err(error) => {
            let message =
                "Cannot restore the unsaved changes of a window that was not closed properly";
            let aside = set_aside(path, |from, to| fs::rename(from, to));
            (None, Some(unreadable(message, &error, aside.ok())))
        }
    }
}

fn unreadable(message: &str, error: &str, aside: Option<PathBuf>) -> String {
    match aside {
        Some(aside) => format!("{message}: {error}. They are kept in {}", aside.display()),
        None => format!("{message}: {error}"),
    }
}

/// Returns a session, its document, and why parts of them are missing.
fn parse_session(
    bytes: &[u8],
    path: &Path,
) -> Result<(Session, Option<Document>, Option<String>), String> {
    let (mut session, mut problem) = parse_fields(bytes).map_err(|error| error.to_string())?;
    let Some(text) = session.changed.take() else { return Ok((session, None, problem)) };
    let base = session.base.clone();
    let base = base.or_else(|| Some(session.file.as_ref()?.parent()?.to_owned()));
    // Only the folder of this path counts.
    let (opened, error) = recover_draft(&text, &base.unwrap_or_default().join("session"));
    problem = problem.or(error.map(|error| error.describe(path)));
    let Some(opened) = opened else { return Err(problem.unwrap_or_default()) };
    let mut document = Document::of_draft(opened.study, &opened.texts);
    for (row, column, text) in &session.invalid {
        if let Ok(column) = Column::from_str(column)
            && *row < document.cases.len()
        {
            document.restore_invalid(*row, column, text);
        }
    }
    Ok((session, Some(document), problem))
}

/// Parses the fields of a session. Of one that another version wrote, only the text of the study,
/// and why the others are missing.
fn parse_fields(bytes: &[u8]) -> serde_json::Result<(Session, Option<String>)> {
    serde_json::from_slice(bytes).map(|session| (session, None)).or_else(|error| {
        let changed = serde_json::from_slice::<SessionStudy>(bytes)?.changed;
        Ok((Session { changed: Some(changed), ..Session::default() }, Some(error.to_string())))
    })
}

/// Moves or copies a file to a name that is free, and returns it.
fn set_aside(path: &Path, put: impl FnOnce(&Path, &Path) -> io::Result<()>) -> io::Result<PathBuf> {
    let name = |number: u32| path.with_extension(format!("unreadable-{number}.json"));
    let aside = (1..=MAX_KEPT).map(name).find(|aside| !aside.exists());
    let aside = aside.unwrap_or_else(|| name(MAX_KEPT));
    put(path, &aside)?;
    Ok(aside)
}

/// Writes the sessions. One that cannot be written is tried again. The first failure is reported
/// until a session is written, unless the folder could not be written from the start, which is
/// known.
fn write_sessions(path: &Path, queue: &Receiver<Option<Snapshot>>, send: impl Fn(Update)) {
    let is_known = path.parent().is_some_and(|folder| check(folder).is_err());
    let (mut is_reported, mut unwritten) = (false, None::<Vec<u8>>);
    loop {
        let received = match &unwritten {
            Some(_) => queue.recv_timeout(RETRY_INTERVAL),
            None => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        let bytes = match received {
            Ok(None) => {
                fs::remove_file(path).ok();
                unwritten = None;
                continue;
            }
            Ok(Some(snapshot)) => session_bytes(snapshot),
            Err(RecvTimeoutError::Timeout) => Ok(unwritten.take().unwrap_or_default()),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let written = bytes.and_then(|bytes| {
            write_atomically(path, &bytes).inspect_err(|_| unwritten = Some(bytes))
        });
        match written {
            Ok(()) if std::mem::take(&mut is_reported) => {
                send(Box::new(|state| state.notices.solve(Trouble::NoSession)));
            }
            Err(error) if !is_known && !std::mem::replace(&mut is_reported, true) => {
                let text = format!(
                    "Unsaved changes are not kept if the window is killed: {error}: {}",
                    path.display()
                );
                send(Box::new(|state| state.notices.post_trouble(Trouble::NoSession, text)));
            }
            _ => {}
        }
    }
}

/// Returns the content of a session file.
fn session_bytes((mut session, changed): Snapshot) -> io::Result<Vec<u8>> {
    if let Some(document) = changed {
        session.changed = Some(study_text(&document.study()));
        let cells = document.invalid_cells().into_iter();
        let cells = cells.map(|(row, column, text)| (row, column.name().to_owned(), text));
        session.invalid = cells.collect();
        session.base = document.program.map(|program| base_folder(Some(&program)));
    }
    serde_json::to_vec(&session).map_err(io::Error::other)
}

/// Returns the updates that open what was open before, or the study that was asked for.
fn first_updates(
    (before, problem): RestoredSession,
    study: Option<PathBuf>,
    last: Option<PathBuf>,
) -> Vec<Update> {
    let problem = problem.map(failure);
    let Some((session, changed)) = before else {
        return study.or(last).map(read).into_iter().chain(problem).collect();
    };
    let typed = session.typed();
    let Session { file, version, tab, counts, run_folder, .. } = session;
    let (found, missing) = match file {
        Some(file) if file.is_file() => (Some(file), None),
        file => (None, file),
    };
    let open = found.map(read);
    // The demo never ran in this folder.
    let run_folder = run_folder.filter(|_| open.is_some() || changed.is_some());
    let restore: Update = Box::new(move |state| {
        if let Some(open) = open {
            open(state);
        }
        match missing {
            // The study keeps its file, and the window says that it is missing.
            Some(missing) if changed.is_some() => {
                state.file = StudyFile::new(Some(missing), Document::default());
            }
            Some(missing) => {
                state.report_error(format!("The study is missing: {}", missing.display()));
            }
            None => {}
        }
        if changed.is_some() {
            // Tells whether the file has changed since.
            state.file.version = version.filter(|_| state.file.path.is_some());
        }
        if changed.is_some() || typed != TypedTexts::default() {
            state.restore(changed, typed);
        }
        state.restore_run_folder(run_folder);
        state.tab = tab;
        if let Some(counts) = counts {
            (state.workers.sweep_form, state.compare_form) = counts.forms();
        }
        state.queued.extend(study.map(Intent::Open));
    });
    [restore].into_iter().chain(problem).collect()
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;
    use tempfile::TempDir;

    use super::*;
    use crate::study::{CommandLine, Limits, Program, WorkloadName, set_public_option};
    use crate::window::form::ProgramIntent;

    #[test]
    fn a_session_is_replaced_only_once_it_is_restored() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("0.json");
        let text = r#"{"file":null,"tab":"Log","changed":"version = 1\n[plan]\nseed = 5"}"#;
        fs::write(&path, text).unwrap();
        let files = FileJobs::new(&Context::default(), None);
        let sessions = Some(folder.path().to_owned());
        let mut autosave = Autosave::new(sessions, &files, None, None);
        autosave.keep_now(&AppState::default());
        autosave.forget();
        drop(autosave);
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "killed, or closed, at once");
        let (mut autosave, mut state) = restored(folder.path(), None);
        assert_eq!(state.tab, Tab::Log);
        state.workers.sweep_form.repeats = 8;
        autosave.keep_now(&state);
        drop(autosave);
        let (session, document) = read_session(&path).0.unwrap();
        assert_eq!((session.tab, document.unwrap().plan.seed), (Tab::Log, Some(5)));
        assert_eq!(session.counts.unwrap().forms().0.repeats, 8);
    }

    /// Opens the session and what was asked for, as a window does.
    fn restored(folder: &Path, study: Option<PathBuf>) -> (Autosave, AppState) {
        let (files, mut state) = (FileJobs::new(&Context::default(), None), AppState::default());
        let autosave = Autosave::new(Some(folder.to_owned()), &files, study, None);
        while !autosave.is_restored() {
            files.poll().into_iter().for_each(|update| update(&mut state));
            std::thread::yield_now();
        }
        (autosave, state)
    }

    #[test]
    fn a_relative_path_is_that_of_the_folder_of_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("0.json");
        fs::write(path, r#"{"file":null,"tab":"Log","changed":"version = 1"}"#).unwrap();
        let (_, state) = restored(folder.path(), Some("wing.caselanes".into()));
        assert_eq!(state.queued, [Intent::Open(absolute("wing.caselanes").unwrap())]);
    }

    #[test]
    fn the_folder_of_a_new_study_is_kept() {
        let mut document = Document::default();
        document.program =
            Some(Arc::new(Program::new(CommandLine::parse(&["./solve", "{x}"]).unwrap())));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("0.json");
        fs::write(&path, session_bytes((Session::default(), Some(document))).unwrap()).unwrap();
        let (_, state) = restored(folder.path(), None);
        let base = &state.document.program.as_ref().unwrap().base;
        assert_eq!(*base, absolute(".").unwrap());
        // A file elsewhere names the same program.
        let moved = state.document.moved_to(&folder.path().join("new.caselanes"));
        let words: Vec<_> = moved.program.as_ref().unwrap().command.words().collect();
        assert_eq!(Path::new(&words[0]), absolute("./solve").unwrap());
    }

    #[test]
    fn a_program_that_is_being_typed_keeps_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let (mut autosave, mut state) = restored(folder.path(), None);
        for typed in ["./solve {x}", "./solve \"{x}"] {
            state.apply(Intent::Program(ProgramIntent::TypeCommand(typed.to_owned())));
            autosave.keep_now(&state);
        }
        state.apply(Intent::Program(ProgramIntent::TypeCommand("./solve {x}".to_owned())));
        autosave.keep_now(&state);
        drop(autosave);
        let (_autosave, restored) = restored(folder.path(), None);
        let program = restored.document.program.as_ref().unwrap();
        assert_eq!(program.base, absolute(".").unwrap());
        assert_eq!(restored.form.typed(), TypedTexts::default());
    }

    #[test]
    fn a_study_whose_file_is_missing_is_restored_with_what_was_being_typed() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("wing.caselanes");
        let (mut autosave, mut state) = restored(folder.path(), None);
        state.document.set_text(0, Column::Name, "wing");
        state.mark_saved(state.document.clone(), missing.clone());
        autosave.keep_now(&state);
        drop(autosave);
        let (mut autosave, unchanged) = restored(folder.path(), None);
        let notice = &unchanged.notices.newest().unwrap().text;
        assert!(notice.starts_with("The study is missing: "), "{notice}");
        let typed = ProgramIntent::Type(StudyOption::TimeScale, "5x".to_owned());
        state.apply(Intent::Program(typed));
        autosave.keep_now(&state);
        drop(autosave);
        let (_autosave, state) = restored(folder.path(), None);
        assert_eq!(state.document.cases.case(0).name, "wing");
        assert_eq!(state.file.path, Some(missing));
        assert!(state.staleness.has_unsaved_changes);
        assert!(state.form.typed() != TypedTexts::default());
    }

    #[test]
    fn a_session_that_cannot_be_read_is_kept_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("0.json");
        assert!(matches!(read_session(&path), (None, None)));
        let text = r#"{"file":null,"tab":"Log","changed":"version = 9"}"#;
        for (number, text) in [(1, "{ torn"), (2, text)] {
            fs::write(&path, text).unwrap();
            let (session, message) = read_session(&path);
            let (aside, message) = (aside(&folder, number), message.unwrap());
            assert!(session.is_none() && message.ends_with(aside.to_str().unwrap()), "{message}");
            assert_eq!((fs::read_to_string(aside).unwrap().as_str(), path.exists()), (text, false));
        }
        fs::write(&path, text.replace("version = 9", "version = 1")).unwrap();
        let (session, document) = read_session(&path).0.unwrap();
        assert_eq!((session.tab, document), (Tab::Log, Some(Document::default())));
    }

    fn aside(folder: &TempDir, number: u32) -> PathBuf {
        folder.path().join(format!("0.unreadable-{number}.json"))
    }

    #[test]
    fn the_readable_part_of_a_session_is_restored() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("0.json");
        let changed = "version = 1\n[workload]\nname = 'wait'\nspeed = 3\n[[case]]\nx = 7\ny = 1";
        let session = |tab: &str| {
            let changed = serde_json::to_string(changed).unwrap();
            format!(r#"{{"file":null,"tab":"{tab}","changed":{changed}}}"#)
        };
        for (number, tab, why) in [(1, "Log", "line 4: unknown key"), (2, "Map", "`Map`")] {
            fs::write(&path, session(tab)).unwrap();
            let (restored, message) = read_session(&path);
            let document = restored.unwrap().1.unwrap();
            assert_eq!((document.workload, document.cases.case(0).x), (WorkloadName::Wait, 7.0));
            let (aside, message) = (aside(&folder, number), message.unwrap());
            assert!(message.contains(why), "{message}");
            assert!(message.ends_with(aside.to_str().unwrap()), "{message}");
            assert_eq!(fs::read_to_string(aside).unwrap(), session(tab));
        }
    }

    #[test]
    fn every_workload_is_restored_with_and_without_a_program() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("0.json");
        let mut program = Program::new(CommandLine::parse(&["solve", "{x}"]).unwrap());
        program.base = absolute("/studies/wing").unwrap();
        let options = ["timeout=3", "value=lift=a (.*)", "stdin=in.txt", "refused-text=none left"];
        for option in options {
            set_public_option(option, &mut Limits::default(), Some(&mut program)).unwrap();
        }
        let programs = [None, Some(Arc::new(program))];
        for (program, workload) in
            programs.iter().flat_map(|it| WorkloadName::VARIANTS.iter().map(move |w| (it, *w)))
        {
            let mut document = Document::default();
            (document.workload, document.program) = (workload, program.clone());
            document.set_text(1, Column::Y, "two");
            let snapshot = (Session::default(), Some(document.clone()));
            fs::write(&path, session_bytes(snapshot).unwrap()).unwrap();
            let (restored, problem) = read_session(&path);
            assert_eq!((restored.unwrap().1, problem), (Some(document), None), "{workload:?}");
        }
    }
}
