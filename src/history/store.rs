//! The folder of the run history: one file per saved run, written by rename.
//!
//! Several processes may use the same folder: no two files share a name, and the
//! list is always read from the folder.

use std::fs;
use std::io;
use std::io::ErrorKind;
use std::mem;
use std::path::{Path, PathBuf};

use super::clock::LocalClock;
use super::file_format::{
    HistoryFileError, SavedRunFile, bytes, changed, read_report, read_summary,
};
use super::saved_run::{ListedRun, RunToSave, SavedRun, SavedRunId};
use crate::report::RunReport;
use crate::study::write_atomically;

pub const MAX_RUNS: usize = 200;

/// Total size of the files that are kept, in bytes.
pub const MAX_BYTES: u64 = 256 << 20;

const EXTENSION: &str = "run";

/// Saved runs with their files.
type StoredRuns = Vec<(SavedRunId, SavedRunFile)>;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listing {
    /// Readable runs, newest first.
    pub runs: Vec<ListedRun>,
    /// Files that cannot be read, each with the reason. They are left alone.
    pub skipped: Vec<String>,
}

/// The folder, and the limits on what it keeps. Errors are messages for the user.
pub struct HistoryStore {
    path: PathBuf,
    clock: LocalClock,
    /// Greatest number of runs, and of bytes.
    limits: (usize, u64),
}

impl HistoryStore {
    /// Uses this folder, which may be missing.
    pub fn new(path: PathBuf, clock: LocalClock) -> Self {
        Self { path, clock, limits: (MAX_RUNS, MAX_BYTES) }
    }

    /// Saves runs, and removes old ones until the limits are met. Returns how many were removed.
    /// A run of an example replaces the earlier one of the same example, unless the user has
    /// named it; and runs of an experiment replace those saved while it was `unfinished`, which then
    /// lists them.
    pub fn save(
        &self,
        runs: Vec<RunToSave>,
        unfinished: &mut Vec<SavedRunId>,
    ) -> Result<usize, String> {
        let earlier = mem::take(unfinished);
        for (report, kind) in runs {
            let Some(run) = SavedRun::new(&report, &kind, (self.clock)()) else { continue };
            let (id, run) = self.saved_before(&run).unwrap_or_else(|| (new_id(&run), run));
            let write = || -> Result<(), String> {
                fs::create_dir_all(&self.path).map_err(|error| error.to_string())?;
                let bytes = bytes(&run, &report)?;
                write_atomically(&self.file(&id), &bytes).map_err(|error| error.to_string())
            };
            write().map_err(|error| {
                format!("cannot save the run: {error}: {}", self.path.display())
            })?;
            if run.example.is_some() {
                self.replace_example(&run, &id)?;
            }
            unfinished.push(id);
        }
        let mut replaced = if earlier.is_empty() { Vec::new() } else { self.files()?.0 };
        replaced.retain(|(id, file)| {
            earlier.contains(id) && !unfinished.contains(id) && !file.run.named
        });
        replaced.into_iter().try_for_each(|(id, _)| self.delete(&id))?;
        self.make_room(None)
    }

    /// Finds the same run if it is saved already, with its name: a sample of an ended run changes
    /// its series total only.
    fn saved_before(&self, run: &SavedRun) -> Option<(SavedRunId, SavedRun)> {
        let is_same = |saved: &SavedRun| {
            let (name, named, ended) = (saved.name.clone(), saved.named, saved.ended.clone());
            !run.computed && *saved == SavedRun { name, named, ended, ..run.clone() }
        };
        let before = self.files().ok()?.0.into_iter().find(|(_, file)| is_same(&file.run));
        before.map(|(id, file)| (id, file.run))
    }

    fn replace_example(&self, run: &SavedRun, own_id: &SavedRunId) -> Result<(), String> {
        let earlier = self.files()?.0.into_iter().filter(|(id, file)| {
            file.run.example == run.example && !file.run.named && id != own_id
        });
        earlier.into_iter().try_for_each(|(id, _)| self.delete(&id))
    }

    /// Removes runs until the limits are met: first those of experiments, then single runs, then
    /// runs that the user named; the oldest first within each group. The newest run and
    /// `imported` stay.
    fn make_room(&self, imported: Option<&SavedRunId>) -> Result<usize, String> {
        let (mut files, _) = self.files()?;
        let mut bytes: u64 = files.iter().map(|(_, file)| file.bytes).sum();
        let mut count = files.len();
        files.drain(..files.len().min(1));
        files.retain(|(id, _)| Some(id) != imported);
        files.reverse();
        files.sort_by_key(|(_, file)| (file.run.named, file.run.alone));
        let mut removed = 0;
        for (id, file) in files {
            if count <= self.limits.0 && bytes <= self.limits.1 {
                break;
            }
            self.delete(&id)?;
            (count, bytes, removed) = (count - 1, bytes - file.bytes, removed + 1);
        }
        Ok(removed)
    }

    pub fn rename(&self, id: &SavedRunId, name: &str) -> Result<(), String> {
        let rename = |run: &mut SavedRun| (run.name, run.named) = (name.to_owned(), true);
        let path = self.file(id);
        copy(&path, rename, |_| path.clone())
            .map(drop)
            .map_err(|error| format!("cannot rename the run: {error}"))
    }

    /// Writes a run to a file that [`Self::import`] reads, unless its own file is damaged.
    pub fn export(&self, id: &SavedRunId, path: &Path) -> Result<(), String> {
        copy(&self.file(id), |_| (), |_| path.to_owned())
            .map(drop)
            .map_err(|error| format!("cannot export the run: {error}: {}", path.display()))
    }

    /// Adds the run in a file as a new one. As one that the user named, it is removed last.
    /// Returns it, and how many others were removed.
    pub fn import(&self, path: &Path) -> Result<(SavedRun, usize), String> {
        let import = || -> Result<(SavedRun, usize), String> {
            // Reading anything but a regular file, such as a pipe, might block.
            if path.exists() && !path.is_file() {
                return Err("not a saved run".to_owned());
            }
            if let Err(error @ HistoryFileError::Torn) = read_report(path) {
                return Err(error.to_string());
            }
            fs::create_dir_all(&self.path).map_err(|error| error.to_string())?;
            let mut id = None;
            let file = |run: &SavedRun| self.file(id.insert(new_id(run)));
            let run = copy(path, |run| run.named = true, file)?;
            Ok((run, self.make_room(id.as_ref())?))
        };
        import().map_err(|error| format!("cannot import the run: {error}: {}", path.display()))
    }

    /// Deletes a run. It is not an error if another process has deleted it.
    pub fn delete(&self, id: &SavedRunId) -> Result<(), String> {
        match fs::remove_file(self.file(id)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(format!("cannot delete the run: {error}"))
            }
            _ => Ok(()),
        }
    }

    pub fn read(&self, id: &SavedRunId) -> Result<(SavedRun, RunReport), String> {
        read_report(&self.file(id)).map_err(|error| format!("cannot show the run: {error}"))
    }

    pub fn list(&self) -> Result<Listing, String> {
        let (files, skipped) = self.files()?;
        let listed =
            |(id, file): (_, SavedRunFile)| ListedRun { id, run: file.run, whole: file.whole };
        Ok(Listing { runs: files.into_iter().map(listed).collect(), skipped })
    }

    /// Returns the readable files, newest first, and why the others cannot be read.
    fn files(&self) -> Result<(StoredRuns, Vec<String>), String> {
        self.read_folder().map_err(|error| {
            format!("cannot read the run history: {error}: {}", self.path.display())
        })
    }

    fn read_folder(&self) -> io::Result<(StoredRuns, Vec<String>)> {
        let entries = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Default::default()),
            entries => entries?,
        };
        let (mut files, mut skipped) = (Vec::new(), Vec::new());
        for entry in entries {
            let path = entry?.path();
            // Opening anything but a regular file, such as a pipe, might block.
            let Some(id) = id_of(&path).filter(|_| path.is_file()) else { continue };
            match read_summary(&path) {
                Ok(file) => files.push((id, file)),
                // Another process has deleted it since.
                Err(HistoryFileError::Io(error)) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => skipped.push(format!("{}.{EXTENSION}: {error}", id.0)),
            }
        }
        files.sort_by(|(a_id, a), (b_id, b)| {
            (b.run.ended.unix_ms, b_id).cmp(&(a.run.ended.unix_ms, a_id))
        });
        skipped.sort();
        Ok((files, skipped))
    }

    fn file(&self, id: &SavedRunId) -> PathBuf {
        self.path.join(format!("{}.{EXTENSION}", id.0))
    }
}

/// Copies the file of a run with a change, to the place that `to` names. Returns the run.
fn copy(
    from: &Path,
    change: impl FnOnce(&mut SavedRun),
    to: impl FnOnce(&SavedRun) -> PathBuf,
) -> Result<SavedRun, String> {
    let (run, bytes) = changed(from, change)?;
    write_atomically(&to(&run), &bytes).map_err(|error| error.to_string())?;
    Ok(run)
}

fn new_id(run: &SavedRun) -> SavedRunId {
    SavedRunId(format!("{:013}-{:016x}", run.ended.unix_ms, rand::random::<u64>()))
}

/// Returns the id of the run in a file, by the file's name.
fn id_of(path: &Path) -> Option<SavedRunId> {
    let is_run = path.extension().is_some_and(|extension| extension == EXTENSION);
    is_run.then(|| path.file_stem()?.to_str().map(|stem| SavedRunId(stem.to_owned())))?
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use tempfile::{TempDir, tempdir};

    use super::*;
    use crate::history::{Moment, SavedRunKind};
    use crate::report::fixtures::MACHINE;
    use crate::run::replay;
    use crate::study::{ClockChoice, ImportedCases, Plan, WorkloadName};
    use crate::workload::{Environment, find, freeze};

    static TICKS: AtomicU64 = AtomicU64::new(1);

    fn ticks() -> Moment {
        let unix_ms = TICKS.fetch_add(1, Ordering::Relaxed);
        Moment { unix_ms, local: format!("then {unix_ms}") }
    }

    fn folder(limits: (usize, u64)) -> (TempDir, HistoryStore) {
        let place = tempdir().unwrap();
        let path = place.path().join("runs");
        (place, HistoryStore { path, clock: ticks, limits })
    }

    fn report() -> Arc<RunReport> {
        let cases = ImportedCases::demo().cases;
        let plan = Plan { clock: ClockChoice::Virtual, ..Plan::default() };
        let environment = Environment { logical_cpus: 2, seed: 3, last_s: None };
        let name = WorkloadName::Demo;
        let (frozen, _) = freeze(cases, name, find(name).as_ref(), &plan, environment).unwrap();
        let state = replay(&frozen);
        Arc::new(RunReport::new(Arc::new(frozen), state, MACHINE))
    }

    fn save(folder: &HistoryStore, study: &str) -> Listing {
        let kind = SavedRunKind::Alone(Some(study.to_owned()));
        folder.save(vec![(report(), kind)], &mut Vec::new()).unwrap();
        folder.list().unwrap()
    }

    fn names(listing: &Listing) -> Vec<&str> {
        listing.runs.iter().map(|listed| listed.run.name.as_str()).collect()
    }

    #[test]
    fn runs_of_an_experiment_replace_those_saved_before_its_end() {
        let (_place, folder) = folder((9, 1 << 20));
        let run = |label: &str, makespan_ns| {
            let mut state = report().state.clone();
            state.makespan_ns = makespan_ns;
            let run = RunReport::new(Arc::clone(&report().frozen), state, MACHINE);
            let (title, label) = ("Comparison".to_owned(), label.to_owned());
            (Arc::new(run), SavedRunKind::PartOf { title, label, is_example: false })
        };
        let count = || folder.list().unwrap().runs.len();
        let mut unfinished = Vec::new();
        folder.save(vec![run("a", 5), run("b", 6)], &mut unfinished).unwrap();
        assert_eq!((count(), unfinished.len()), (2, 2));
        folder.rename(&unfinished[1], "mine").unwrap();
        folder.save(vec![run("a", 7), run("b", 8), run("c", 9)], &mut unfinished).unwrap();
        assert_eq!((count(), unfinished.len()), (4, 3), "one is of the user now");
        assert!(names(&folder.list().unwrap()).contains(&"mine"));
        folder.save(vec![run("d", 1)], &mut Vec::new()).unwrap();
        assert_eq!(count(), 5, "of another experiment");
    }

    #[test]
    fn runs_are_saved_renamed_read_and_deleted() {
        let (_place, folder) = folder((10, 1 << 20));
        assert_eq!(folder.list().unwrap(), Listing::default());
        save(&folder, "first");
        let found = save(&folder, "second");
        assert_eq!(names(&found), ["second: threads × 3", "first: threads × 3"]);

        let id = found.runs[1].id.clone();
        folder.rename(&id, "mine").unwrap();
        assert_eq!(names(&folder.list().unwrap()), ["second: threads × 3", "mine"]);
        let (run, read) = folder.read(&id).unwrap();
        assert_eq!((run.name.as_str(), &read.frozen), ("mine", &report().frozen));

        folder.delete(&id).unwrap();
        assert_eq!(names(&folder.list().unwrap()), ["second: threads × 3"]);
        folder.delete(&id).expect("another process may have deleted it");
    }

    #[test]
    fn an_exported_run_is_imported_as_a_new_one_with_all_its_data() {
        let (place, folder) = folder((2, 1 << 20));
        let id = save(&folder, "old").runs[0].id.clone();
        let file = place.path().join("a run.run");
        folder.export(&id, &file).unwrap();
        save(&folder, "new");
        let (run, removed) = folder.import(&file).unwrap();
        // The limit removes the run that it was, not the imported one.
        assert_eq!((run.name.as_str(), run.named, removed), ("old: threads × 3", true, 1));
        let listing = folder.list().unwrap();
        assert_eq!(names(&listing), ["new: threads × 3", "old: threads × 3"]);
        let imported = &listing.runs[1];
        assert_ne!(imported.id, id);
        assert_eq!(folder.read(&imported.id).unwrap().1.state, report().state);
        let (again, removed) = folder.import(&file).unwrap();
        assert_eq!((again.name, removed), (run.name, 1), "each import is a run of its own");
    }

    #[test]
    fn only_an_undamaged_saved_run_is_imported() {
        let (place, folder) = folder((10, 1 << 20));
        let id = save(&folder, "a").runs[0].id.clone();
        let file = place.path().join("a.run");
        folder.export(&id, &file).unwrap();
        let whole = fs::read(&file).unwrap();
        let error = |content: &[u8]| {
            fs::write(&file, content).unwrap();
            let error = folder.import(&file).unwrap_err();
            assert!(error.ends_with("a.run"), "it names the file: {error}");
            error
        };
        assert!(error(b"name,x,y\n").contains("not a saved run"));
        assert!(error(b"").contains("not a saved run"));
        assert!(error(&whole[..whole.len() - 1]).contains("damaged or incomplete"));
        assert!(folder.import(place.path()).unwrap_err().contains("not a saved run"));
        assert!(folder.import(&place.path().join("none")).is_err());
        assert_eq!(folder.list().unwrap().runs.len(), 1);
        // Nothing replaces the export of a run that no longer exists.
        fs::write(&file, "before").unwrap();
        folder.delete(&id).unwrap();
        assert!(folder.export(&id, &file).unwrap_err().starts_with("cannot export the run: "));
        assert_eq!(fs::read_to_string(&file).unwrap(), "before");
    }

    #[test]
    fn old_runs_of_examples_are_removed_first_and_named_ones_last() {
        let (_place, folder) = folder((3, 1 << 20));
        let id = save(&folder, "a").runs[0].id.clone();
        folder.rename(&id, "dear").unwrap();
        save(&folder, "b");
        let example = part_of("Crash tests", "alone", false);
        folder.save(vec![(report(), example)], &mut Vec::new()).unwrap();
        let single = SavedRunKind::Alone(Some("c".to_owned()));
        assert_eq!(folder.save(vec![(report(), single)], &mut Vec::new()).unwrap(), 1);
        let listing = folder.list().unwrap();
        assert_eq!(names(&listing), ["c: threads × 3", "b: threads × 3", "dear"]);
        assert_eq!(names(&save(&folder, "d")), ["d: threads × 3", "c: threads × 3", "dear"]);
        // The newest run is kept whatever its size.
        let small = HistoryStore { limits: (3, 10), ..folder };
        assert_eq!(names(&save(&small, "e")), ["e: threads × 3"]);
    }

    fn part_of(title: &str, label: &str, is_example: bool) -> SavedRunKind {
        SavedRunKind::PartOf { title: title.to_owned(), label: label.to_owned(), is_example }
    }

    #[test]
    fn the_newest_run_of_an_example_replaces_the_earlier_one() {
        let (_place, folder) = folder((10, 1 << 20));
        let own = save(&folder, "own");
        let run = |title: &str, label: &str, is_example| {
            folder
                .save(vec![(report(), part_of(title, label, is_example))], &mut Vec::new())
                .unwrap();
            folder.list().unwrap()
        };
        run("Crash tests", "a", true);
        run("Demo", "a", true);
        run("Comparison", "a", false);
        run("Comparison", "b", false);
        let listing = run("Crash tests", "b", true);
        let others = ["Comparison: b", "Comparison: a", "Demo: a", "own: threads × 3"];
        assert_eq!(names(&listing), [&["Crash tests: b"][..], &others].concat());
        assert_eq!(listing.runs.last(), own.runs.last());
        folder.rename(&listing.runs[0].id, "dear").unwrap();
        let listing = run("Crash tests", "c", true);
        assert_eq!(names(&listing)[..2], ["Crash tests: c", "dear"]);
    }

    #[test]
    fn two_processes_share_a_folder_and_keep_each_others_runs() {
        let (_place, one) = folder((10, 1 << 20));
        let same_time = || Moment { unix_ms: 7, local: "then".to_owned() };
        let one = HistoryStore { clock: same_time, ..one };
        let other = HistoryStore { path: one.path.clone(), clock: same_time, limits: one.limits };
        save(&one, "a");
        save(&other, "b");
        let mut found = names(&save(&one, "c")).join("; ");
        assert_eq!(found.len(), "a: threads × 3; b: threads × 3; c: threads × 3".len());
        assert!(["a:", "b:", "c:"].iter().all(|name| found.contains(name)), "{found}");
        found = names(&other.list().unwrap()).join("; ");
        assert!(["a:", "b:", "c:"].iter().all(|name| found.contains(name)), "{found}");
    }

    #[test]
    fn unreadable_files_are_reported_and_left_alone() {
        let (_place, folder) = folder((1, 1 << 20));
        save(&folder, "a");
        let foreign = folder.path.join("notes.run");
        fs::write(&foreign, "not a run").unwrap();
        fs::write(folder.path.join("readme.txt"), "about this folder").unwrap();
        let found = save(&folder, "b");
        assert_eq!(names(&found), ["b: threads × 3"]);
        assert_eq!(found.skipped, ["notes.run: not a saved run"]);
        assert_eq!(fs::read_to_string(foreign).unwrap(), "not a run");
    }

    #[test]
    fn an_unwritable_folder_is_an_error() {
        let place = tempdir().unwrap();
        let path = place.path().join("runs");
        fs::write(&path, "a file").unwrap();
        let folder = HistoryStore { path, clock: ticks, limits: (10, 1 << 20) };
        let error =
            folder.save(vec![(report(), SavedRunKind::Alone(None))], &mut Vec::new()).unwrap_err();
        assert!(error.starts_with("cannot save the run: "), "{error}");
    }
}
