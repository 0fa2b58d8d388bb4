//! Runs of programs that are killed: what had finished is kept, the rest is run when
//! the run goes on, and nothing is left running.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test ends where something goes wrong")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use tempfile::{TempDir, tempdir};

/// How many cases the run that is killed has.
const CASES: usize = 200;

/// How many times it is killed in all.
const KILLS: usize = 100;

/// Notes when it starts and when it ends.
const PROGRAM: &str =
    "echo \"start $1\" >> \"$2\"; sleep 0.0$3; echo \"end $1\" >> \"$2\"; echo $1";

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempdir().unwrap();
        let rows = (0..CASES).map(|case| format!("case {case},{case},{}\n", case % 5 + 1));
        let cases = format!("name,x,y\n{}", rows.collect::<String>());
        fs::write(folder.path().join("cases.csv"), cases).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn caselanes(&self, options: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.arg("run").args(options).current_dir(self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Begins the run in this folder.
    fn begin(&self, run: &str, script: &str) -> Command {
        let options = ["--cases", "cases.csv", "--workers", "3", "--format", "json", "--grace"];
        let mut command = self.caselanes(&options);
        let log = self.path("log").to_str().unwrap().to_owned();
        command.args(["0.5", "--run-folder", run, "--", "sh", "-c", script, "sh"]);
        command.args(["{x}", &log, "{y}"]);
        command
    }

    /// Goes on with it.
    fn resume(&self, run: &str) -> Command {
        self.caselanes(&["--resume", run, "--format", "json"])
    }

    fn journal(&self, run: &str) -> Journal {
        Journal::read(&self.path(run).join("journal"))
    }

    /// How often the program noted this of each case.
    fn log(&self, what: &str) -> BTreeMap<usize, usize> {
        let log = fs::read_to_string(self.path("log")).unwrap_or_default();
        let mut counts = BTreeMap::new();
        for case in log.lines().filter_map(|line| line.strip_prefix(what)?.trim().parse().ok()) {
            *counts.entry(case).or_default() += 1;
        }
        counts
    }

    /// The processes that have this test's folder among their arguments.
    fn running(&self) -> Vec<u32> {
        let folder = self.folder.path().to_str().unwrap();
        processes(|path| {
            let line = fs::read(path.join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(folder)
        })
    }

    /// Waits until none of its processes is left.
    fn wait_for_none(&self) {
        let start = Instant::now();
        while !self.running().is_empty() {
            let left = self.running();
            assert!(start.elapsed() < Duration::from_secs(20), "{left:?} are left");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// All processes of which this is true, given their folder.
fn processes(has: impl Fn(&Path) -> bool) -> Vec<u32> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let numbered = entries.filter_map(|entry| {
        let process: u32 = entry.file_name().to_str()?.parse().ok()?;
        has(&entry.path()).then_some(process)
    });
    numbered.collect()
}

/// What a journal tells, by x, read without a word of the program's own code.
struct Journal {
    done: BTreeSet<String>,
    in_work: BTreeSet<String>,
    starts: BTreeMap<String, usize>,
    /// Cases that were started again after they were done.
    again: Vec<String>,
}

impl Journal {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        let mut journal = Self {
            done: BTreeSet::new(),
            in_work: BTreeSet::new(),
            starts: BTreeMap::new(),
            again: Vec::new(),
        };
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        for line in whole.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let key = |of: &Value| of["key"].as_str().unwrap().to_owned();
            if let Some(start) = line.get("start") {
                let key = key(start);
                if journal.done.contains(&key) {
                    journal.again.push(key.clone());
                }
                *journal.starts.entry(key.clone()).or_default() += 1;
                journal.in_work.insert(key);
            } else if let Some(end) = line.get("end") {
                let key = key(end);
                journal.in_work.remove(&key);
                if end["status"] == "done" {
                    journal.done.insert(key);
                }
            }
        }
        journal
    }
}

fn kill(process: u32) {
    Command::new("kill").args(["-9", &process.to_string()]).stderr(Stdio::null()).status().unwrap();
}

fn worker_processes(of: &Child) -> Vec<u32> {
    let parent = of.id().to_string();
    processes(|path| {
        let status = fs::read_to_string(path.join("stat")).unwrap_or_default();
        let fields = status.rsplit_once(')').map_or("", |(_, rest)| rest);
        fields.split_ascii_whitespace().nth(1) == Some(&parent)
    })
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Kills the run at random moments, with its worker processes or without, and lets
/// it go on each time.
fn killed_and_resumed(workers_too: bool, seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let (mut kills, mut run, mut place) = (0, 0, Place::new());
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut begun = false;
    while kills < KILLS {
        let name = format!("run {run}");
        let before = place.journal(&name);
        let mut command = if begun { place.resume(&name) } else { place.begin(&name, PROGRAM) };
        let mut child = command.spawn().unwrap();
        thread::sleep(Duration::from_millis(random.random_range(5..400)));
        if let Some(status) = child.try_wait().unwrap() {
            let output = child.wait_with_output().unwrap();
            check_end(&place, &name, &before, status.code(), &output, begun);
            (run, begun, place) = (run + 1, false, Place::new());
            known.clear();
            continue;
        }
        let workers = if workers_too { worker_processes(&child) } else { Vec::new() };
        kill(child.id());
        workers.into_iter().for_each(kill);
        let output = child.wait_with_output().unwrap();
        kills += 1;
        if workers_too {
            // Nobody is left to end them; they are found when the run goes on.
            thread::sleep(Duration::from_millis(random.random_range(0..30)));
        } else {
            place.wait_for_none();
        }
        let journal = place.journal(&name);
        assert!(journal.done.is_superset(&known), "what was finished is kept");
        assert_eq!(journal.again, Vec::<String>::new(), "what was done is not run again");
        if begun && !journal.starts.is_empty() && !before.in_work.is_empty() {
            let told = said(&output);
            assert!(told.is_empty() || told.contains("running when the run stopped"), "{told}");
        }
        known = journal.done;
        // A run of which nothing was written down yet is begun anew.
        begun = fs::metadata(place.path(&name).join("journal")).is_ok_and(|file| file.len() > 0);
        if !begun {
            fs::remove_dir_all(place.path(&name)).ok();
        }
    }
    // In the end all are done.
    let name = format!("run {run}");
    let before = place.journal(&name);
    let mut command = if begun { place.resume(&name) } else { place.begin(&name, PROGRAM) };
    let output = command.output().unwrap();
    check_end(&place, &name, &before, output.status.code(), &output, begun);
}

/// The last sitting ended by itself: every case is done, and ran no more often than
/// was said.
fn check_end(
    place: &Place,
    run: &str,
    before: &Journal,
    status: Option<i32>,
    output: &Output,
    resumed: bool,
) {
    let told = said(output);
    assert_eq!(status, Some(0), "{told}");
    place.wait_for_none();
    let journal = place.journal(run);
    assert_eq!((journal.done.len(), journal.in_work.len()), (CASES, 0));
    assert_eq!(journal.again, Vec::<String>::new());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    for (case, row) in report["cases"].as_array().unwrap().iter().enumerate() {
        assert_eq!((&row["status"], row["value"].as_f64()), (&"done".into(), Some(case as f64)));
    }
    if resumed {
        let kept = before.done.len();
        assert!(told.contains(&format!("{kept} of {CASES} cases")) || kept == CASES, "{told}");
        let lost = before.in_work.len();
        assert!(lost == 0 || told.contains(&format!("{lost} w")), "{lost} in work: {told}");
    }
    // A program runs only after its start was written down.
    let starts: usize = journal.starts.values().sum();
    let ran = place.log("start");
    assert!(ran.values().sum::<usize>() <= starts, "{starts} starts");
    assert_eq!(place.log("end").len(), CASES);
}

#[test]
fn a_run_that_is_killed_at_any_moment_goes_on_with_the_rest() {
    killed_and_resumed(false, 1);
}

#[test]
fn so_it_does_when_its_worker_processes_are_killed_too() {
    killed_and_resumed(true, 2);
}

#[test]
fn what_still_runs_from_before_is_ended_and_told() {
    let place = Place::new();
    let script = "if [ $1 -lt 2 ]; then trap '' TERM; while :; do sleep 0.05; done; fi; echo $1";
    let child = place.begin("run", script).spawn().unwrap();
    let start = Instant::now();
    while place.journal("run").done.len() < CASES - 2 {
        assert!(start.elapsed() < Duration::from_mins(1));
        thread::sleep(Duration::from_millis(10));
    }
    let workers = worker_processes(&child);
    assert_eq!(workers.len(), 3);
    kill(child.id());
    workers.into_iter().for_each(kill);
    thread::sleep(Duration::from_millis(200));
    assert!(!place.running().is_empty(), "nobody is there to end them");
    drop(child);
    // The first two would never end.
    let mut resume = place.caselanes(&["--resume", "run", "--format", "json", "--timeout", "0.3"]);
    let output = resume.output().unwrap();
    let told = said(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("left over from earlier sessions"), "{told}");
    assert!(told.contains("198 of 200 cases are already done"), "{told}");
    place.wait_for_none();
}

#[test]
fn nothing_is_left_of_a_program_whose_worker_process_is_killed() {
    let place = Place::new();
    let script = "if [ $1 = 0 ]; then setsid sleep 300 & sleep 300; fi; echo $1";
    let child = place.begin("run", script).spawn().unwrap();
    let start = Instant::now();
    while place.journal("run").done.len() < CASES - 1 {
        assert!(start.elapsed() < Duration::from_mins(1));
        thread::sleep(Duration::from_millis(10));
    }
    // The one that has a program.
    let has_child = |worker: &u32| {
        let children = format!("/proc/{worker}/task/{worker}/children");
        let own = fs::read_to_string(children).unwrap_or_default();
        let threads = fs::read_dir(format!("/proc/{worker}/task")).unwrap().flatten();
        let of_threads = threads
            .map(|thread| fs::read_to_string(thread.path().join("children")).unwrap_or_default());
        !own.is_empty() || of_threads.into_iter().any(|children| !children.is_empty())
    };
    let busy: Vec<_> = worker_processes(&child).into_iter().filter(has_child).collect();
    assert_eq!(busy.len(), 1);
    kill(busy[0]);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    place.wait_for_none();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let error = report["cases"][0]["error"].as_str().unwrap();
    assert_eq!(error, "its worker process was killed by signal 9 (KILL)");
}

#[test]
fn a_disk_that_fills_ends_the_run_and_loses_nothing_that_finished() {
    let place = Place::new();
    let disk = place.path("disk");
    fs::create_dir(&disk).unwrap();
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"]).arg(&disk).stderr(Stdio::null());
    if !mount.status().is_ok_and(|status| status.success()) {
        // Only an administrator may: elsewhere this is left to others.
        return;
    }
    let unmount = Unmount(disk.clone());
    // Each leaves 100 kB.
    let script = "head -c 100000 /dev/zero || exit 7; echo; echo $1";
    let output = place.begin("disk/run", script).output().unwrap();
    let told = said(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("the disk is full"), "{told}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let count = |status: &str| {
        report["cases"].as_array().unwrap().iter().filter(|row| row["status"] == status).count()
    };
    let (done, not_run) = (count("done"), count("not-run"));
    assert!(done >= 10 && not_run >= 100, "{done} {not_run}");
    let journal = place.journal("disk/run");
    assert_eq!(journal.done.len(), done, "all that finished is written down");
    // With more room the rest is run.
    let more = Command::new("mount").args(["-o", "remount,size=60m"]).arg(&disk).status().unwrap();
    assert!(more.success());
    let output = place.resume("disk/run").output().unwrap();
    let told = said(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains(&format!("{done} of 200 cases are already done")), "{told}");
    assert_eq!(place.journal("disk/run").done.len(), CASES);
    drop(unmount);
}

/// Takes the disk away however the test ends.
struct Unmount(PathBuf);

impl Drop for Unmount {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(&self.0).status().ok();
    }
}
