//! The folder of a run of programs: locked, with a journal of what happened, so
//! that the run can go on after whatever ended it.

use std::fs;
use std::io::{self, BufRead as _, BufReader, ErrorKind};
use std::path::{Path, PathBuf, absolute};
use std::sync::Arc;
use std::time::Duration;

use crate::run::{CaseEnd, ResumedCase};
use crate::schedule::Ticket;
use crate::study::{FrozenStudy, Program, Study, read_study, study_text, write_whole};

use super::case_key::CaseKey;
use super::folder_lock::{FolderLock, LockError};
use super::journal::Journal;
use super::journal_line::{SCHEMA, SessionLine};
use super::journal_reader::{JournalError, JournalHistory, sitting_folder};
use super::portable_study::{base_of, own_study};
use super::resume::Resume;
use crate::engine::processes::orphans::{OrphanMarker, end_leftovers};

const LOCK: &str = "lock";
const JOURNAL: &str = "journal";
const STUDY: &str = "study.caselanes";
const RESULTS: &str = "results.csv";

/// With less room than this, in bytes, a disk is full.
#[cfg(unix)]
const LITTLE_ROOM: u64 = 1 << 12;

/// What still runs of earlier sittings is given no more time to end than this, in
/// seconds: the user waits for it.
const LONGEST_GRACE_S: f64 = 10.0;

/// How many damaged lines are named.
const NAMED: usize = 5;

/// The folder of a run, for this process alone.
#[derive(Debug)]
pub struct RunFolder {
    path: String,
    run: String,
    stays: FolderLifetime,
    past: Option<JournalHistory>,
    begun: Option<FolderSession>,
    lock: FolderLock,
    /// Whether this process may use all of the disk.
    #[cfg(unix)]
    is_root: bool,
}

/// Whether a folder is there for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FolderLifetime {
    Always,
    /// If a run begins in it.
    IfBegun,
    /// If something is kept in it.
    IfUsed,
}

/// A sitting that has begun.
#[derive(Debug)]
struct FolderSession {
    journal: Journal,
    session: u32,
    cases_folder: PathBuf,
    cases: usize,
}

/// What is known when a sitting begins.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SessionStart {
    /// The cases that were done in earlier sittings, in listed order.
    pub recalled: Vec<ResumedCase>,
    /// What the user is to know: what is kept, what is run again, what was found.
    pub notes: Vec<String>,
}

/// How far a run has come that its folder tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderProgress {
    /// How many cases its last sitting had.
    pub cases: usize,
    /// How many of them are done.
    pub done: usize,
    /// Whether a process works on it now.
    pub in_use: bool,
}

/// Why a folder cannot be that of a run.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It holds a run, and another one was to begin.
    #[error("the folder holds a run already; go on with that run, or name another folder: {}", .0.display())]
    HoldsRun(PathBuf),
    /// It holds files that are not of a run and would be written over.
    #[error("the folder holds {found} already, which the run would write over; name another folder: {}", path.display())]
    HoldsFiles {
        /// What was found.
        found: String,
        /// The folder.
        path: PathBuf,
    },
    /// It holds none, and one was to go on.
    #[error("expected the folder of a run, found {found}: {}", path.display())]
    NoRun {
        /// What was found.
        found: &'static str,
        /// The folder.
        path: PathBuf,
    },
    /// Another process works in it.
    #[error("the run is in use by another CaseLanes{}; wait for it to end, or end it: {}", number(*process), path.display())]
    InUse {
        /// The number of that process, if it said so.
        process: Option<u32>,
        /// The folder.
        path: PathBuf,
    },
    /// It was written by a newer version.
    #[error("the run was begun by a newer CaseLanes, whose journal this one does not know; go on with it there: {}", .0.display())]
    Newer(PathBuf),
    /// Its name is no text, but is to be put into arguments.
    #[error("expected a folder whose name is text, found {}", .0.display())]
    NotText(PathBuf),
    /// Its study cannot be read.
    #[error("the study of the run cannot be read: {0}")]
    Study(String),
    /// Something cannot be made, read or written.
    #[error("cannot {what}: {error}: {}", path.display())]
    Failed {
        /// What was to be done.
        what: &'static str,
        /// What came in between.
        error: io::Error,
        /// With which file or folder.
        path: PathBuf,
    },
}

impl RunFolder {
    /// In the system's folder for temporary files. It goes again if nothing is kept
    /// in it.
    pub fn temporary() -> Result<Self, FolderError> {
        let beside = std::env::temp_dir();
        let made = tempfile::Builder::new().prefix("caselanes-").tempdir_in(&beside);
        let made = made.map_err(failed("make a folder", &beside))?;
        Self::locked(text_of(&made.keep())?, FolderLifetime::IfUsed)
    }

    /// Makes the folder, or takes one that holds no run.
    pub fn create(path: &Path) -> Result<Self, FolderError> {
        let text = text_of(path)?;
        let stays = if path.exists() { FolderLifetime::Always } else { FolderLifetime::IfBegun };
        fs::create_dir_all(path).map_err(failed("make the folder", path))?;
        // Before there is a lock, which tells that the others are of a run.
        if let Some(found) = others_files(path).filter(|_| !holds_run(path)) {
            return Err(FolderError::HoldsFiles { found, path: path.to_owned() });
        }
        let folder = Self::locked(text, stays)?;
        if holds_run(folder.path()) {
            return Err(FolderError::HoldsRun(path.to_owned()));
        }
        Ok(folder)
    }

    /// Opens the folder of a run that is to go on, and reads the study that it was
    /// last begun with.
    pub fn open(path: &Path) -> Result<(Self, Study), FolderError> {
        let text = text_of(path)?;
        let none = |found| FolderError::NoRun { found, path: path.to_owned() };
        match fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(none("nothing of that name"));
            }
            Ok(found) if !found.is_dir() => return Err(none("no folder")),
            _ if !holds_run(path) => return Err(none("no journal in it")),
            _ => {}
        }
        let mut folder = Self::locked(text, FolderLifetime::Always)?;
        let journal = folder.file(JOURNAL);
        let bytes = fs::read(&journal).map_err(failed("read the journal", &journal))?;
        let past = JournalHistory::read(&bytes).map_err(|no_past| match no_past {
            JournalError::Newer => FolderError::Newer(path.to_owned()),
            JournalError::NoJournal => none("a journal whose first line is not that of one"),
        })?;
        let file = folder.file(STUDY);
        let opened = read_study(&file)
            .map_err(|error| FolderError::Study(format!("{error}: {}", error.place(&file))))?;
        let mut study = opened.study;
        if let Some(program) = &mut study.program {
            Arc::make_mut(program).base = PathBuf::from(&past.base);
        }
        folder.run.clone_from(&past.run);
        folder.past = Some(past);
        Ok((folder, study))
    }

    /// How far the run in this folder has come; `None` if there is none that can be
    /// gone on with.
    #[must_use]
    pub fn progress(path: &Path) -> Option<FolderProgress> {
        let past = JournalHistory::read(&fs::read(path.join(JOURNAL)).ok()?).ok()?;
        let in_use = FolderLock::is_taken(&path.join(LOCK));
        let (cases, done) = past.listed_and_done();
        Some(FolderProgress { cases, done, in_use })
    }

    /// Begins a sitting: finds the cases that are done, ends what still runs of
    /// earlier sittings, and writes down what is to be run. That may take as long as
    /// programs take to end.
    pub fn begin(
        &mut self,
        study: &Study,
        frozen: &FrozenStudy,
    ) -> Result<SessionStart, FolderError> {
        let program = frozen.program.as_deref();
        let past = self.past.as_ref();
        let keys = CaseKey::of_all(&frozen.cases, program);
        let Resume { ids, mut recalled, counts } = Resume::of(&keys, past);
        for recalled in &mut recalled {
            recalled.folder = self.path().join(&recalled.folder);
        }
        let mut notes = Vec::new();
        if let Some(past) = past {
            notes.push(counts.sentence());
            notes.extend(self.damage(past));
            notes.extend(self.end_leftovers(program));
        }
        let (session, cases_folder) = self.next_session()?;
        let file = self.file(STUDY);
        write_whole(&file, study_text(&own_study(study)).as_bytes())
            .map_err(failed("write the study of the run", &file))?;
        let file = self.file(JOURNAL);
        let at = jiff::Timestamp::now().to_string();
        let base = base_of(program);
        let line = SessionLine {
            schema: SCHEMA.into(),
            run: self.run.as_str().into(),
            number: session,
            at: at.into(),
            cases: ids.len(),
            base: base.to_string_lossy(),
        };
        let cases = ids.len();
        let mut settled = vec![false; cases];
        recalled.iter().for_each(|recalled| settled[recalled.case as usize] = true);
        let journal = Journal::begin(&file, past, line, ids, settled);
        let journal = journal.map_err(failed("write the journal of the run", &file))?;
        // So that the names of the files outlive a power cut too.
        fs::File::open(&self.path).and_then(|folder| folder.sync_all()).ok();
        self.begun = Some(FolderSession { journal, session, cases_folder, cases });
        Ok(SessionStart { recalled, notes })
    }

    /// The folder, as a path from the root that is text.
    #[must_use]
    pub fn path(&self) -> &Path {
        Path::new(&self.path)
    }

    /// The file that takes the results so far, and in the end all.
    #[must_use]
    pub fn results_file(&self) -> PathBuf {
        self.file(RESULTS)
    }

    /// Whether at this path is, or will be, a file that the run writes itself.
    #[must_use]
    pub fn needs(&self, path: &Path) -> bool {
        let beside = path.parent().and_then(|folder| {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            fs::canonicalize(folder).ok()
        });
        let is_own = [LOCK, JOURNAL, STUDY, RESULTS].iter().any(|own| path.ends_with(own));
        is_own && beside.is_some() && beside == fs::canonicalize(&self.path).ok()
    }

    /// Removes the folder if it is one for the time being and nothing is kept in it,
    /// or if it was made and no run begun in it. Dropping it does the same.
    pub fn tidy(&self) {
        let goes = match (&self.begun, self.stays) {
            (_, FolderLifetime::Always) | (Some(_), FolderLifetime::IfBegun) => false,
            (None, _) => true,
            // What was broken off is to be gone on with.
            (Some(begun), FolderLifetime::IfUsed) => {
                let left = begun.journal.left();
                left == 0 || left == begun.cases
            }
        };
        let own = [LOCK, JOURNAL, STUDY, RESULTS];
        let is_own = |entry: fs::DirEntry| own.iter().any(|own| entry.file_name() == *own);
        let only_own = || fs::read_dir(&self.path).is_ok_and(|all| all.flatten().all(is_own));
        if goes && only_own() {
            own.iter().for_each(|own| drop(fs::remove_file(self.file(own))));
            fs::remove_dir(&self.path).ok();
        }
    }

    /// The folder in which the cases of this sitting have theirs.
    pub(crate) fn cases_folder(&self) -> &Path {
        self.begun.as_ref().map_or(self.path(), |begun| &begun.cases_folder)
    }

    /// Which sitting this is, from 0.
    pub(crate) fn session(&self) -> u32 {
        self.begun.as_ref().map_or(0, |begun| begun.session)
    }

    /// The run's id, by which its programs are known.
    pub(crate) fn id(&self) -> &str {
        &self.run
    }

    /// Writes down that an attempt at a case is to begin; if that fails it is not to.
    /// In a folder in which no sitting was begun nothing is written down.
    pub(crate) fn note_start(&self, ticket: &Ticket, at_ns: u64) -> io::Result<()> {
        self.begun.as_ref().map_or(Ok(()), |begun| begun.journal.start(ticket, at_ns))
    }

    /// Notes how an attempt at a case ended. That is written down before anything more
    /// starts.
    pub(crate) fn note_end(&self, end: &CaseEnd) -> io::Result<()> {
        self.begun.as_ref().map_or(Ok(()), |begun| begun.journal.end(end))
    }

    /// Writes down what was noted, because nothing more may start for some time.
    pub(crate) fn write_notes(&self) -> io::Result<()> {
        self.begun.as_ref().map_or(Ok(()), |begun| begun.journal.write())
    }

    /// Ends the sitting: what was written down then outlives a power cut, and others
    /// may go on with the run.
    pub(crate) fn finish(&self) -> io::Result<()> {
        let finished = self.begun.as_ref().map_or(Ok(()), |begun| begun.journal.finish());
        if self.cases_folder() != self.path() {
            // Fails if anything was run in it that left something.
            fs::remove_dir(self.cases_folder()).ok();
        }
        self.lock.release();
        finished
    }

    /// Whether there is no room left where the folder is, as far as the system tells.
    pub(crate) fn is_on_full_disk(&self) -> bool {
        #[cfg(unix)]
        return rustix::fs::fstatvfs(self.lock.file()).is_ok_and(|disk| {
            // Some of it may be there for the system alone.
            let free = if self.is_root { disk.f_bfree } else { disk.f_bavail };
            let no_room = disk.f_blocks > 0 && free.saturating_mul(disk.f_frsize) < LITTLE_ROOM;
            no_room || disk.f_files > 0 && disk.f_ffree == 0
        });
        #[cfg(not(unix))]
        false
    }

    /// What the user is told if something could not be written down.
    pub(crate) fn not_noted(&self, error: &io::Error) -> String {
        let what = if error.kind() == ErrorKind::StorageFull {
            "the disk is full"
        } else {
            "the journal of the run cannot be written"
        };
        let journal = self.file(JOURNAL);
        format!("{what}, so that nothing more was started: {error}: {}", journal.display())
    }

    fn locked(path: String, stays: FolderLifetime) -> Result<Self, FolderError> {
        let file = Path::new(&path).join(LOCK);
        let lock = FolderLock::take(&file).map_err(|not_locked| match not_locked {
            LockError::InUse(process) => FolderError::InUse { process, path: PathBuf::from(&path) },
            LockError::Failed(error) => failed("write into the folder", &file)(error),
        })?;
        let run = format!("{:032x}", rand::random::<u128>());
        Ok(Self {
            path,
            run,
            stays,
            past: None,
            begun: None,
            lock,
            #[cfg(unix)]
            is_root: rustix::process::geteuid().is_root(),
        })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// The number of the next sitting and the folder of its cases, which is made.
    fn next_session(&self) -> Result<(u32, PathBuf), FolderError> {
        let Some(past) = &self.past else { return Ok((0, self.path().to_owned())) };
        let mut session = past.sittings.clamp(1, u32::MAX - 1);
        loop {
            let folder = self.file(&sitting_folder(session));
            match fs::create_dir(&folder) {
                Ok(()) => return Ok((session, folder)),
                // The line of a sitting may be lost.
                Err(error)
                    if error.kind() == ErrorKind::AlreadyExists && session < u32::MAX - 1 =>
                {
                    session += 1;
                }
                Err(error) => return Err(failed("make the folder of the cases", &folder)(error)),
            }
        }
    }

    /// What is said of lines of the journal that are not understood.
    fn damage(&self, past: &JournalHistory) -> Option<String> {
        let lines: Vec<_> = past.damaged.iter().take(NAMED).map(ToString::to_string).collect();
        let more = match past.damaged.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let (lines, journal) = (lines.join(", "), self.file(JOURNAL));
        let place = journal.display();
        (!past.damaged.is_empty())
            .then(|| format!("damaged lines of the journal were left out, {lines}{more}: {place}"))
    }

    /// Ends what still runs of earlier sittings, and says so.
    fn end_leftovers(&self, program: Option<&Program>) -> Option<String> {
        let grace_s = program.map_or(0.0, |program| program.grace_s).min(LONGEST_GRACE_S);
        let grace = Duration::try_from_secs_f64(grace_s).unwrap_or_default();
        match end_leftovers(&OrphanMarker { run: Some(&self.run), worker: None }, grace) {
            (0, _) => None,
            (1, 0) => Some("a program that still ran from before was ended".to_owned()),
            (found, 0) => Some(format!("{found} processes that still ran from before were ended")),
            (found, left) => Some(format!(
                "{found} processes still ran from before, of which {left} could not be ended"
            )),
        }
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        self.tidy();
    }
}

/// Whether there is a journal with a whole line in it: one that is torn in its first
/// line tells nothing.
fn holds_run(path: &Path) -> bool {
    let journal = fs::File::open(path.join(JOURNAL));
    let mut first = Vec::new();
    let read = journal.and_then(|file| BufReader::new(file).read_until(b'\n', &mut first));
    read.is_ok() && first.ends_with(b"\n")
}

/// A file of a name that a run writes to, in a folder in which none was begun.
fn others_files(path: &Path) -> Option<String> {
    if path.join(LOCK).exists() {
        return None;
    }
    let entries = fs::read_dir(path).ok()?.flatten();
    let mut names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.find(|name| [JOURNAL, STUDY, RESULTS].contains(&name.as_str()) || is_of_cases(name))
}

/// Whether folders of cases and sittings are called so.
fn is_of_cases(name: &str) -> bool {
    let number = name.strip_prefix("case-").or_else(|| name.strip_prefix("sitting-"));
    number.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
}

/// The path from the root, as text.
fn text_of(path: &Path) -> Result<String, FolderError> {
    let path = absolute(path).map_err(failed("find the folder", path))?;
    path.into_os_string().into_string().map_err(|path| FolderError::NotText(path.into()))
}

fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    let path = path.to_owned();
    move |error| FolderError::Failed { what, error, path }
}

fn number(process: Option<u32>) -> String {
    process.map_or(String::new(), |process| format!(" (process {process})"))
}
