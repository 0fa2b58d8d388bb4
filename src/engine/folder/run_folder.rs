//! The folder of a run of programs, with a lock and a journal to resume the run from.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf, absolute};
use std::sync::Arc;
use std::time::Duration;

use crate::run::{ResumedCase, Status};
use crate::study::{
    FrozenStudy, Program, Study, StudyOption, read_study, study_text, write_atomically,
};
use crate::system::disk::Disk;
use crate::text::{count, list, plural};

use super::case_key::{CaseId, CaseKey, templates_key};
use super::folder_error::{FolderError, io_error, unusable};
use super::folder_layout::{JOURNAL, LOCK, RESULTS, RUN_FILES, STUDY, foreign_file, holds_run};
use super::folder_lock::{FolderLock, LockError};
use super::folder_progress::session_on_cluster;
use super::journal::Journal;
use super::journal_line::{SCHEMA, SessionLine};
use super::journal_reader::{JournalHistory, session_folder};
use super::portable_study::{base_folder, portable_study};
use super::resume::{ContinuedCase, Resume, StudyChange};
use crate::engine::processes::orphans::{OrphanMarker, end_orphans};

/// Longest grace period for orphans of earlier sessions, in seconds: the user waits for it.
const MAX_ORPHAN_GRACE_S: f64 = 10.0;

const MAX_LISTED_LINES: usize = 5;

/// The folder of a run, used by this process alone.
pub struct RunFolder {
    path: String,
    run_id: String,
    lifetime: FolderLifetime,
    history: Option<JournalHistory>,
    /// Study of the last session.
    earlier_study: Option<Study>,
    session: Option<FolderSession>,
    /// Start of the session in seconds from 1970.
    started_at: i64,
    lock: FolderLock,
    disk: Disk,
}

/// When a folder is removed again.
#[derive(Clone, Copy)]
enum FolderLifetime {
    Permanent,
    /// If no session begins in it.
    UnlessStarted,
    /// If the run ends without files to keep.
    UnlessUsed,
}

struct FolderSession {
    journal: Journal,
    number: u32,
    cases_folder: PathBuf,
    cases: usize,
}

/// State of the run at the start of a session.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SessionStart {
    /// Cases done in earlier sessions, in listed order.
    pub resumed: Vec<ResumedCase>,
    /// Notes for the user on finished cases, cases that run again, and problems.
    pub notes: Vec<String>,
    /// Set if the session continues one on a cluster: the cases that it has started.
    pub continued: Option<Vec<ContinuedCase>>,
}

impl RunFolder {
    /// Creates a folder in the system's temporary folder. It is removed again unless files
    /// are kept in it.
    pub fn temporary() -> Result<Self, FolderError> {
        Self::temporary_in(&std::env::temp_dir())
    }

    /// Creates a folder in the current folder, which other machines may share.
    pub fn temporary_here() -> Result<Self, FolderError> {
        Self::temporary_in(Path::new("."))
    }

    fn temporary_in(parent: &Path) -> Result<Self, FolderError> {
        // An empty TMPDIR counts as unset.
        let is_set = !parent.as_os_str().is_empty();
        let parent = if is_set { path_text(parent)?.into() } else { PathBuf::from("/tmp") };
        let created = tempfile::Builder::new().prefix("caselanes-").tempdir_in(&parent);
        let created = created.map_err(io_error("create a folder", &parent))?;
        Self::lock(path_text(&created.keep())?, FolderLifetime::UnlessUsed)
    }

    /// Creates a folder, or takes an existing one without a run.
    pub fn create(path: &Path) -> Result<Self, FolderError> {
        let text = path_text(path)?;
        if path.exists() && !path.is_dir() {
            return Err(unusable("expected a folder for the run, found a file", path));
        }
        let lifetime =
            if path.exists() { FolderLifetime::Permanent } else { FolderLifetime::UnlessStarted };
        fs::create_dir_all(path).map_err(io_error("create the folder", path))?;
        // Before the lock file is created, which marks the other files as those of a run.
        if let Some(found) = foreign_file(path).filter(|_| !holds_run(path)) {
            let problem = format!(
                "the folder already holds {found}, which the run would overwrite; choose another \
                 folder"
            );
            return Err(unusable(problem, path));
        }
        let folder = Self::lock(text, lifetime)?;
        if holds_run(folder.path()) {
            return Err(FolderError::Taken(format!(
                "the folder already holds a run; resume it or choose another folder: {}",
                path.display()
            )));
        }
        Ok(folder)
    }

    /// Opens the folder of a run to resume, and reads the study of its last session.
    pub fn open(path: &Path) -> Result<(Self, Study), FolderError> {
        let text = path_text(path)?;
        if let Some(problem) = folder_problem(path) {
            return Err(unusable(problem, path));
        }
        let mut folder = Self::lock(text, FolderLifetime::Permanent)?;
        let journal = folder.file(JOURNAL);
        let bytes = fs::read(&journal).map_err(io_error("read the journal", &journal))?;
        let history = JournalHistory::read(&bytes).map_err(|error| unusable(error, path))?;
        let file = folder.file(STUDY);
        let opened = read_study(&file).map_err(|error| {
            let problem = error.describe(&file);
            FolderError::Unusable(format!("cannot read the study of the run: {problem}"))
        })?;
        let mut study = opened.study;
        if let Some(program) = &mut study.program {
            Arc::make_mut(program).base = PathBuf::from(&history.base);
        }
        if !history.run.is_empty() {
            folder.run_id.clone_from(&history.run);
        }
        folder.history = Some(history);
        folder.earlier_study = Some(study.clone());
        Ok((folder, study))
    }

    /// Begins a session: finds the cases that are done, stops orphans of earlier sessions,
    /// and writes study and journal. Waits for orphans to exit.
    pub fn begin(
        &mut self,
        study: &Study,
        frozen: &FrozenStudy,
    ) -> Result<SessionStart, FolderError> {
        let program = frozen.program.as_deref();
        let history = self.history.as_ref();
        let keys = CaseKey::of_all(&frozen.cases, program, &frozen.input_files);
        let templates = templates_key(&frozen.input_files);
        let Resume { ids, done: mut resumed, counts } = Resume::new(&keys, history);
        let continued = self.continued_cases(&ids, program)?;
        for case in &mut resumed {
            case.folder = self.path().join(&case.folder);
        }
        let mut notes = Vec::new();
        let portable = portable_study(study);
        if let Some(history) = history {
            let earlier = self.earlier_study.as_ref();
            let changes = earlier.map(|earlier| StudyChange::between(earlier, &portable));
            let mut changes = changes.unwrap_or_default();
            let option = StudyChange::Option(StudyOption::Template);
            if history.templates != templates && !changes.contains(&option) {
                changes.insert(0, StudyChange::Template);
            }
            notes.push(if continued.is_some() {
                format!(
                    "the run is on the cluster: {} of {} were done when it was last followed",
                    counts.done,
                    count(counts.cases, "case")
                )
            } else {
                counts.sentence(&changes)
            });
            notes.extend(self.damage_note(history));
            notes.extend(self.stop_orphans(program));
        }
        let (number, cases_folder) = match (&continued, history) {
            (Some(_), Some(history)) => {
                let number = history.sessions.saturating_sub(1);
                resumed.retain(|case| case.record.session < number);
                (number, self.path().join(session_folder(number)))
            }
            _ => self.create_session_folder()?,
        };
        let file = self.file(STUDY);
        write_atomically(&file, study_text(&portable).as_bytes())
            .map_err(io_error("write the study of the run", &file))?;
        let file = self.file(JOURNAL);
        let now = jiff::Timestamp::now();
        let at = history.filter(|_| continued.is_some()).and_then(|history| history.started_at);
        let at = at.and_then(|at| jiff::Timestamp::from_second(at).ok()).unwrap_or(now);
        self.started_at = at.as_second();
        let at = at.to_string();
        let base = base_folder(program);
        let cases = ids.len();
        let session = SessionLine {
            schema: SCHEMA.into(),
            run: self.run_id.as_str().into(),
            number,
            at: at.into(),
            cases,
            base: base.to_string_lossy(),
            templates,
        };
        let mut finished = vec![false; cases];
        resumed.iter().for_each(|case| finished[case.case as usize] = true);
        for case in continued.iter().flatten() {
            finished[case.case as usize] = case.record.status == Status::Done;
        }
        let journal = Journal::begin(&file, history, session, ids, finished);
        let journal = journal.map_err(io_error("write the journal of the run", &file))?;
        // The names of the files must survive a power failure too.
        fs::File::open(&self.path).and_then(|folder| folder.sync_all()).ok();
        self.session = Some(FolderSession { journal, number, cases_folder, cases });
        Ok(SessionStart { resumed, notes, continued })
    }

    /// Returns the cases that the last session has started, if it is still on a cluster.
    ///
    /// Its cases must be the same then: others could not be told from those on the cluster.
    fn continued_cases(
        &self,
        ids: &[CaseId],
        program: Option<&Program>,
    ) -> Result<Option<Vec<ContinuedCase>>, FolderError> {
        let on_cluster = |history| Some((history, session_on_cluster(self.path(), history)?));
        let Some((history, number)) = self.history.as_ref().and_then(on_cluster) else {
            return Ok(None);
        };
        let is_same = (0..).zip(ids).all(|(row, id)| history.listed.get(&row) == Some(id))
            && history.listed.len() == ids.len();
        if !is_same || program.is_none_or(|program| program.cluster.is_none()) {
            let problem = "the run is still on a cluster; resume it there without changes first, \
                           and cancel it if it is not needed";
            return Err(unusable(problem, self.path()));
        }
        let started = (0..).zip(ids).filter_map(|(case, id)| {
            let earlier = history.cases.get(id)?;
            let is_here = earlier.record.session == number && earlier.record.has_started();
            is_here.then(|| ContinuedCase {
                case,
                record: earlier.record,
                further_values: earlier.further_values.clone(),
                attempts: earlier.attempts.clone(),
                place: earlier.place.clone(),
                error: earlier.error.clone(),
            })
        });
        Ok(Some(started.collect()))
    }

    /// Seconds from 1970 to the start of the session.
    pub(crate) fn started_at(&self) -> i64 {
        self.started_at
    }

    /// Ends a session that did not start. A new run leaves nothing.
    pub(crate) fn discard(&mut self) {
        let session = self.session.take();
        if self.history.is_some() {
            let folder = session.filter(|session| session.cases_folder != Path::new(&self.path));
            folder.map(|session| fs::remove_dir(session.cases_folder));
        } else {
            RUN_FILES.iter().for_each(|name| drop(fs::remove_file(self.file(name))));
        }
        self.clean_up();
    }

    /// The absolute path of the folder.
    pub fn path(&self) -> &Path {
        Path::new(&self.path)
    }

    /// The file for the results, updated while the run is in progress.
    pub fn results_file(&self) -> PathBuf {
        self.file(RESULTS)
    }

    /// Whether this is the path of a file that the run writes itself.
    pub fn owns_file(&self, path: &Path) -> bool {
        let parent = path.parent().and_then(|folder| {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            fs::canonicalize(folder).ok()
        });
        let has_name = RUN_FILES.iter().any(|name| path.ends_with(name));
        has_name && parent.is_some() && parent == fs::canonicalize(&self.path).ok()
    }

    /// Removes the folder if its lifetime is over and it holds only files of the run.
    /// Dropping does the same.
    pub fn clean_up(&self) {
        if self.is_over() {
            self.remove_own_files();
        }
    }

    fn is_over(&self) -> bool {
        match (&self.session, self.lifetime) {
            (_, FolderLifetime::Permanent) | (Some(_), FolderLifetime::UnlessStarted) => false,
            (None, _) => true,
            (Some(session), FolderLifetime::UnlessUsed) => {
                // An interrupted run can be resumed.
                let unfinished = session.journal.unfinished_cases();
                unfinished == 0 || unfinished == session.cases
            }
        }
    }

    /// Removes the files of the run and the folder, unless it holds other files.
    fn remove_own_files(&self) {
        let is_own = |entry: fs::DirEntry| RUN_FILES.iter().any(|name| entry.file_name() == *name);
        let has_only_own =
            || fs::read_dir(&self.path).is_ok_and(|entries| entries.flatten().all(is_own));
        if has_only_own() {
            RUN_FILES.iter().for_each(|name| drop(fs::remove_file(self.file(name))));
            fs::remove_dir(&self.path).ok();
        }
    }

    pub(crate) fn cases_folder(&self) -> &Path {
        self.session.as_ref().map_or(self.path(), |session| &session.cases_folder)
    }

    pub(crate) fn session(&self) -> u32 {
        self.session.as_ref().map_or(0, |session| session.number)
    }

    /// ID of the run, which marks its processes.
    pub(crate) fn id(&self) -> &str {
        &self.run_id
    }

    pub(crate) fn journal(&self) -> Option<&Journal> {
        self.session.as_ref().map(|session| &session.journal)
    }

    /// Ends the session: syncs the journal and releases the folder for other processes.
    pub(crate) fn finish(&self) -> io::Result<()> {
        let finished = self.journal().map_or(Ok(()), Journal::finish);
        if self.cases_folder() != self.path() {
            // Fails if a case left files in it.
            fs::remove_dir(self.cases_folder()).ok();
        }
        self.lock.release();
        finished
    }

    /// Whether the disk of the folder is full, where the system reports it.
    pub(crate) fn is_disk_full(&self) -> bool {
        self.disk.is_full()
    }

    pub(crate) fn journal_error(&self, error: &io::Error) -> String {
        let problem = if error.kind() == ErrorKind::StorageFull {
            "the disk is full"
        } else {
            "cannot write the journal of the run"
        };
        let journal = self.file(JOURNAL);
        format!("{problem}, so no more cases were started: {error}: {}", journal.display())
    }

    fn lock(path: String, lifetime: FolderLifetime) -> Result<Self, FolderError> {
        let file = Path::new(&path).join(LOCK);
        let lock = FolderLock::take(&file).map_err(|error| match error {
            LockError::InUse(process) => {
                let process = process.map_or(String::new(), |id| format!(" (process {id})"));
                FolderError::Taken(format!(
                    "the run is in use by another CaseLanes{process}; wait until it exits, or stop \
                     it: {path}"
                ))
            }
            LockError::Io(error) => io_error("write into the folder", &file)(error),
        })?;
        let run_id = format!("{:032x}", rand::random::<u128>());
        let disk = Disk::of(Path::new(&path));
        Ok(Self {
            path,
            run_id,
            lifetime,
            history: None,
            earlier_study: None,
            session: None,
            started_at: jiff::Timestamp::now().as_second(),
            lock,
            disk,
        })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Creates the folder of the cases of the next session; returns its number too.
    fn create_session_folder(&self) -> Result<(u32, PathBuf), FolderError> {
        let Some(history) = &self.history else { return Ok((0, self.path().to_owned())) };
        let mut number = history.sessions.clamp(1, u32::MAX - 1);
        loop {
            let folder = self.file(&session_folder(number));
            match fs::create_dir(&folder) {
                Ok(()) => return Ok((number, folder)),
                // The journal may have lost the line of a session.
                Err(error) if error.kind() == ErrorKind::AlreadyExists && number < u32::MAX - 1 => {
                    number += 1;
                }
                Err(error) => {
                    return Err(io_error("create the folder of the cases", &folder)(error));
                }
            }
        }
    }

    fn damage_note(&self, history: &JournalHistory) -> Option<String> {
        let damaged = &history.damaged_lines;
        if damaged.is_empty() {
            return None;
        }
        let lines = list(damaged.iter().take(MAX_LISTED_LINES));
        let more = match damaged.len().saturating_sub(MAX_LISTED_LINES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let noun = plural(damaged.len(), "line", "lines");
        let journal = self.file(JOURNAL);
        Some(format!("ignored damaged {noun} {lines}{more} of the journal: {}", journal.display()))
    }

    /// Stops programs of earlier sessions that are still running; returns a note on them.
    fn stop_orphans(&self, program: Option<&Program>) -> Option<String> {
        let grace_s = program.map_or(0.0, |program| program.grace_s).min(MAX_ORPHAN_GRACE_S);
        let grace = Duration::try_from_secs_f64(grace_s).unwrap_or_default();
        match end_orphans(&OrphanMarker { run: Some(&self.run_id), worker: None }, grace) {
            (0, _) => None,
            (found, 0) => {
                Some(format!("stopped {} left over from earlier sessions", count(found, "process")))
            }
            (found, left) => Some(format!(
                "could not stop {left} of {} left over from earlier sessions",
                count(found, "process")
            )),
        }
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        if self.is_over() {
            // Some systems keep a folder until the files in it are closed.
            self.session = None;
            self.lock.release();
            self.remove_own_files();
        }
    }
}

/// Returns why a folder holds no run, if it holds none.
pub(super) fn folder_problem(path: &Path) -> Option<&'static str> {
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Some("no such run folder"),
        Ok(metadata) if !metadata.is_dir() => Some("expected a run folder, found a file"),
        _ if !holds_run(path) => Some("expected a run folder, found no journal in it"),
        _ => None,
    }
}

fn path_text(path: &Path) -> Result<String, FolderError> {
    let path = absolute(path).map_err(io_error("find the folder", path))?;
    path.into_os_string().into_string().map_err(|path| {
        let problem = "the path of the run folder is not valid UTF-8; choose another folder";
        unusable(problem, path.as_ref())
    })
}
