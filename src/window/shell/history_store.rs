//! The folder of kept runs: a file for each, written by rename, all on one thread
//! that does one thing after another. Another window may use the same folder: no
//! two files share a name, and the list is what is there.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use egui::Context;
use jiff::ZonedDateTime;

use crate::history::{HistoryFileError, bytes, read_report, read_summary, renamed};
use crate::history::{ListedRun, Moment, SavedRun, SavedRunId, SavedRunKind};
use crate::report::RunReport;
use crate::study::write_whole;
use crate::window::compare::run_history::{HistoryJob, Listing, kept_view};
use crate::window::state::run_view::RunView;

/// So many runs are kept.
const MOST_RUNS: usize = 200;

/// Their files take no more than this, in bytes.
const MOST_BYTES: u64 = 256 << 20;

/// The ending of their files.
const ENDING: &str = "run";

/// Tells the time of day.
pub type LocalClock = fn() -> Moment;

/// The time of day here.
pub(crate) fn now() -> Moment {
    let now = ZonedDateTime::now();
    Moment {
        unix_ms: u64::try_from(now.timestamp().as_millisecond()).unwrap_or(0),
        local: now.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

/// What has become of the kept runs.
pub(crate) enum HistoryNews {
    /// They are these now.
    Listing(Listing),
    /// This one was read.
    Read(Box<RunView>),
    /// These were read, to stand on one axis of time.
    Timelines(Vec<RunView>),
    /// What the user should know.
    Told(String),
    /// What went wrong.
    Failed(String),
}

enum StoreJob {
    List,
    Keep(Vec<(Arc<RunReport>, SavedRunKind)>),
    Asked(HistoryJob),
}

/// The folder and the thread that works in it. Dropped, it finishes what it was
/// given: a run that has just ended is kept.
pub(crate) struct HistoryStore {
    jobs: Option<Sender<StoreJob>>,
    news: Receiver<HistoryNews>,
    thread: Option<JoinHandle<()>>,
}

impl HistoryStore {
    /// Begins to work in this folder, which need not be there yet, and reads the
    /// list. The error is a message for the user.
    pub(crate) fn new(folder: PathBuf, clock: LocalClock, ctx: &Context) -> Result<Self, String> {
        let (jobs, to_do) = channel();
        let (sender, news) = channel();
        let ctx = ctx.clone();
        let work = move || {
            let folder = HistoryFolder { path: folder, clock, most: (MOST_RUNS, MOST_BYTES) };
            for job in to_do {
                for news in folder.work(job) {
                    sender.send(news).ok();
                }
                ctx.request_repaint();
            }
        };
        let thread = thread::Builder::new()
            .name("history".to_owned())
            .spawn(work)
            .map_err(|error| super::runner::no_thread(&error))?;
        let keeper = Self { jobs: Some(jobs), news, thread: Some(thread) };
        keeper.give(StoreJob::List);
        Ok(keeper)
    }

    /// Keeps these runs.
    pub(crate) fn keep(&self, runs: Vec<(Arc<RunReport>, SavedRunKind)>) {
        self.give(StoreJob::Keep(runs));
    }

    /// Does what the user asked for.
    pub(crate) fn asked(&self, job: HistoryJob) {
        self.give(StoreJob::Asked(job));
    }

    /// What has happened since the last call.
    pub(crate) fn news(&self) -> Option<HistoryNews> {
        self.news.try_recv().ok()
    }

    fn give(&self, job: StoreJob) {
        if let Some(jobs) = &self.jobs {
            jobs.send(job).ok();
        }
    }
}

impl Drop for HistoryStore {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

struct HistoryFolder {
    path: PathBuf,
    clock: LocalClock,
    /// How many runs are kept, and how many bytes.
    most: (usize, u64),
}

/// A run in the folder.
struct StoredRun {
    listed: ListedRun,
    bytes: u64,
}

impl HistoryFolder {
    fn work(&self, job: StoreJob) -> Vec<HistoryNews> {
        let mut news = Vec::new();
        let done = match job {
            StoreJob::List | StoreJob::Asked(HistoryJob::Look) => Ok(()),
            StoreJob::Keep(runs) => self.keep(runs, &mut news),
            StoreJob::Asked(HistoryJob::Rename(id, name)) => self.rename(&id, &name),
            StoreJob::Asked(HistoryJob::Delete(ids)) => ids.iter().try_for_each(|id| {
                self.delete(id).map_err(|error| format!("The run could not be deleted: {error}"))
            }),
            StoreJob::Asked(HistoryJob::Show(id, document)) => match read_report(&self.file(&id)) {
                Ok((run, report)) => {
                    let view = kept_view(report, run.name, &document);
                    return vec![HistoryNews::Read(Box::new(view))];
                }
                Err(error) => Err(format!("The run cannot be shown: {error}")),
            },
            StoreJob::Asked(HistoryJob::Timelines(ids, document)) => {
                let read = |id: &SavedRunId| {
                    let (run, report) = read_report(&self.file(id))?;
                    Ok(kept_view(report, run.name, &document))
                };
                match ids.iter().map(read).collect::<Result<_, HistoryFileError>>() {
                    Ok(runs) => return vec![HistoryNews::Timelines(runs)],
                    Err(error) => Err(format!("A run cannot be shown: {error}")),
                }
            }
        };
        if let Err(message) = done {
            news.push(HistoryNews::Failed(message));
        }
        match self.list() {
            Ok((kept, skipped)) => {
                let runs = kept.into_iter().map(|kept| kept.listed).collect();
                news.push(HistoryNews::Listing(Listing { runs, skipped }));
            }
            Err(error) => {
                let folder = self.path.display();
                news.push(HistoryNews::Listing(Listing::default()));
                news.push(HistoryNews::Failed(format!(
                    "Kept runs cannot be read: {error}: {folder}"
                )));
            }
        }
        news
    }

    fn file(&self, id: &SavedRunId) -> PathBuf {
        self.path.join(format!("{}.{ENDING}", id.0))
    }

    fn keep(
        &self,
        runs: Vec<(Arc<RunReport>, SavedRunKind)>,
        news: &mut Vec<HistoryNews>,
    ) -> Result<(), String> {
        for (report, of) in runs {
            let ended = (self.clock)();
            let Some(run) = SavedRun::of(&report, &of, ended) else { continue };
            let id =
                SavedRunId(format!("{:013}-{:016x}", run.ended.unix_ms, rand::random::<u64>()));
            let write = || -> Result<(), String> {
                fs::create_dir_all(&self.path).map_err(|error| error.to_string())?;
                let bytes = bytes(&run, &report)?;
                write_whole(&self.file(&id), &bytes).map_err(|error| error.to_string())
            };
            write().map_err(|error| {
                format!("The run could not be kept: {error}: {}", self.path.display())
            })?;
        }
        let dropped = self.make_room()?;
        if dropped > 0 {
            let runs = if dropped == 1 { "run was" } else { "runs were" };
            news.push(HistoryNews::Told(format!(
                "{dropped} old kept {runs} dropped to make room: {MOST_RUNS} runs are kept, of {} MB \
                 at most. Those of examples go first, those that you named last.",
                MOST_BYTES >> 20
            )));
        }
        Ok(())
    }

    /// Drops old runs until there are no more than may be, the oldest first: those
    /// of experiments, then the user's own, those that have a name at last. The
    /// newest stays.
    fn make_room(&self) -> Result<usize, String> {
        let (mut kept, _) = self.list().map_err(|error| error.to_string())?;
        let mut bytes: u64 = kept.iter().map(|kept| kept.bytes).sum();
        let mut count = kept.len();
        kept.drain(..kept.len().min(1));
        kept.reverse();
        kept.sort_by_key(|StoredRun { listed, .. }| (listed.run.named, listed.run.alone));
        let mut dropped = 0;
        for old in kept {
            if count <= self.most.0 && bytes <= self.most.1 {
                break;
            }
            self.delete(&old.listed.id).map_err(|error| error.to_string())?;
            (count, bytes, dropped) = (count - 1, bytes - old.bytes, dropped + 1);
        }
        Ok(dropped)
    }

    fn rename(&self, id: &SavedRunId, name: &str) -> Result<(), String> {
        let path = self.file(id);
        let write = || write_whole(&path, &renamed(&path, name)?).map_err(|e| e.to_string());
        write().map_err(|error| format!("The run could not be renamed: {error}"))
    }

    /// Another window may have been first.
    fn delete(&self, id: &SavedRunId) -> std::io::Result<()> {
        match fs::remove_file(self.file(id)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The runs, the newest first, and what cannot be read.
    fn list(&self) -> std::io::Result<(Vec<StoredRun>, Vec<String>)> {
        let entries = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Default::default()),
            entries => entries?,
        };
        let (mut kept, mut skipped) = (Vec::new(), Vec::new());
        for entry in entries {
            let path = entry?.path();
            // Whatever is no file, such as a pipe, would be waited for.
            let Some(id) = id_of(&path).filter(|_| path.is_file()) else { continue };
            match read_summary(&path) {
                Ok(found) => {
                    let listed = ListedRun { id, run: found.run, whole: found.whole };
                    kept.push(StoredRun { listed, bytes: found.bytes });
                }
                // Another window deleted it meanwhile.
                Err(HistoryFileError::Io(error)) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => skipped.push(format!("{}.{ENDING}: {error}", id.0)),
            }
        }
        let age = |kept: &StoredRun| (kept.listed.run.ended.unix_ms, kept.listed.id.clone());
        kept.sort_by_key(|kept| std::cmp::Reverse(age(kept)));
        skipped.sort();
        Ok((kept, skipped))
    }
}

/// What a run is known by, if this is the file of one.
fn id_of(path: &Path) -> Option<SavedRunId> {
    let ending = path.extension().is_some_and(|ending| ending == ENDING);
    ending.then(|| path.file_stem()?.to_str().map(|stem| SavedRunId(stem.to_owned())))?
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use tempfile::{TempDir, tempdir};

    use super::*;
    use crate::report::Machine;
    use crate::run::replay;
    use crate::study::{ClockChoice, Plan};
    use crate::window::state::document::Document;
    use crate::workload::{Environment, find, freeze};

    static TICKS: AtomicU64 = AtomicU64::new(1);

    fn ticks() -> Moment {
        let unix_ms = TICKS.fetch_add(1, Ordering::Relaxed);
        Moment { unix_ms, local: format!("then {unix_ms}") }
    }

    fn folder(most: (usize, u64)) -> (TempDir, HistoryFolder) {
        let place = tempdir().unwrap();
        let path = place.path().join("runs");
        (place, HistoryFolder { path, clock: ticks, most })
    }

    fn report(document: &Document) -> Arc<RunReport> {
        let Document { cases, workload, .. } = document.clone();
        let plan = Plan { clock: ClockChoice::Virtual, ..Plan::default() };
        let given = Environment { logical_cpus: 2, seed: 3, last_s: None };
        let (frozen, _) = freeze(cases, workload, find(workload).as_ref(), &plan, given).unwrap();
        let state = replay(&frozen);
        let machine = Machine { logical_cpus: 2, os: "linux" };
        Arc::new(RunReport::new(Arc::new(frozen), state, machine))
    }

    fn keep(folder: &HistoryFolder, study: &str) -> Listing {
        let of = SavedRunKind::Alone(Some(study.to_owned()));
        let runs = vec![(report(&Document::default()), of)];
        listing(folder.work(StoreJob::Keep(runs)))
    }

    fn listing(news: Vec<HistoryNews>) -> Listing {
        let listing =
            |news| if let HistoryNews::Listing(found) = news { Some(found) } else { None };
        news.into_iter().find_map(listing).unwrap()
    }

    fn names(listing: &Listing) -> Vec<&str> {
        listing.runs.iter().map(|listed| listed.run.name.as_str()).collect()
    }

    #[test]
    fn runs_are_kept_renamed_read_and_deleted() {
        let (_place, folder) = folder((10, 1 << 20));
        assert_eq!(listing(folder.work(StoreJob::List)), Listing::default());
        keep(&folder, "first");
        let found = keep(&folder, "second");
        assert_eq!(names(&found), ["second: threads × 3", "first: threads × 3"]);

        let id = found.runs[1].id.clone();
        let found =
            listing(folder.work(StoreJob::Asked(HistoryJob::Rename(id.clone(), "mine".into()))));
        assert_eq!(names(&found), ["second: threads × 3", "mine"]);

        // As a run of the document's rows where it is of the same cases.
        for (document, known) in [(Document::default(), true), (other_cases(), false)] {
            let row = document.cases.id(0);
            let show = HistoryJob::Show(id.clone(), Box::new(document));
            let [HistoryNews::Read(view)] = &folder.work(StoreJob::Asked(show))[..] else {
                panic!()
            };
            assert_eq!((view.title(), view.record_of(row).is_some()), (Some("mine"), known));
        }

        let found = listing(folder.work(StoreJob::Asked(HistoryJob::Delete(vec![id.clone()]))));
        assert_eq!(names(&found), ["second: threads × 3"]);
        // A second time nothing is wrong, as another window may have done it.
        assert_eq!(folder.work(StoreJob::Asked(HistoryJob::Delete(vec![id]))).len(), 1);
    }

    fn other_cases() -> Document {
        let mut document = Document::default();
        document.set_text(0, crate::study::Column::X, "9");
        document
    }

    #[test]
    fn the_oldest_go_those_of_examples_first_and_those_with_a_name_last() {
        let (_place, folder) = folder((3, 1 << 20));
        let id = keep(&folder, "a").runs[0].id.clone();
        folder.work(StoreJob::Asked(HistoryJob::Rename(id, "dear".into())));
        keep(&folder, "b");
        let of =
            SavedRunKind::PartOf { title: "Crash tests".to_owned(), label: "alone".to_owned() };
        folder.work(StoreJob::Keep(vec![(report(&Document::default()), of)]));
        let runs = vec![(report(&Document::default()), SavedRunKind::Alone(Some("c".to_owned())))];
        let news = folder.work(StoreJob::Keep(runs));
        assert!(
            matches!(&news[0], HistoryNews::Told(text) if text.starts_with("1 old kept run was"))
        );
        assert_eq!(names(&listing(news)), ["c: threads × 3", "b: threads × 3", "dear"]);
        assert_eq!(names(&keep(&folder, "d")), ["d: threads × 3", "c: threads × 3", "dear"]);
        // The newest is kept whatever it takes.
        let small = HistoryFolder { most: (3, 10), ..folder };
        assert_eq!(names(&keep(&small, "e")), ["e: threads × 3"]);
    }

    #[test]
    fn two_windows_share_a_folder_and_neither_touches_the_runs_of_the_other() {
        let (_place, one) = folder((10, 1 << 20));
        let same_time = || Moment { unix_ms: 7, local: "then".to_owned() };
        let one = HistoryFolder { clock: same_time, ..one };
        let other = HistoryFolder { path: one.path.clone(), clock: same_time, most: one.most };
        keep(&one, "a");
        keep(&other, "b");
        let mut found = names(&keep(&one, "c")).join("; ");
        assert_eq!(found.len(), "a: threads × 3; b: threads × 3; c: threads × 3".len());
        assert!(["a:", "b:", "c:"].iter().all(|name| found.contains(name)), "{found}");
        found = names(&listing(other.work(StoreJob::Asked(HistoryJob::Look)))).join("; ");
        assert!(["a:", "b:", "c:"].iter().all(|name| found.contains(name)), "{found}");
    }

    #[test]
    fn what_cannot_be_read_is_said_and_stays() {
        let (_place, folder) = folder((1, 1 << 20));
        keep(&folder, "a");
        let foreign = folder.path.join("notes.run");
        fs::write(&foreign, "not a run").unwrap();
        fs::write(folder.path.join("readme.txt"), "about this folder").unwrap();
        let found = keep(&folder, "b");
        assert_eq!(names(&found), ["b: threads × 3"]);
        assert_eq!(found.skipped, ["notes.run: it is not a kept run"]);
        assert_eq!(fs::read_to_string(foreign).unwrap(), "not a run");
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_told() {
        let place = tempdir().unwrap();
        let path = place.path().join("runs");
        fs::write(&path, "a file").unwrap();
        let folder = HistoryFolder { path, clock: ticks, most: (10, 1 << 20) };
        let runs = vec![(report(&Document::default()), SavedRunKind::Alone(None))];
        let news = folder.work(StoreJob::Keep(runs));
        assert!(
            matches!(&news[0], HistoryNews::Failed(text) if text.contains("could not be kept")),
            "it is said first"
        );
    }

    #[test]
    fn the_time_of_day_is_that_of_a_clock_on_the_wall() {
        let moment = now();
        assert!(moment.unix_ms > 1_700_000_000_000);
        let shape: String =
            moment.local.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00 00:00:00");
    }
}
