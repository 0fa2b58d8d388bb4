//! Kills runs of programs and resumes them: finished cases are kept, the others run
//! again, and no process is left.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

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

/// Cases of the run.
const CASES: usize = 200;

/// Number of times a run is killed.
const KILLS: usize = 100;

/// Logs its start and its end.
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

    /// Starts a run in this folder.
    fn start(&self, run: &str, script: &str) -> Command {
        let options = ["--cases", "cases.csv", "--workers", "3", "--format", "json", "--grace"];
        let mut command = self.caselanes(&options);
        let log = self.path("log").to_str().unwrap().to_owned();
        command.args(["0.5", "--run-folder", run, "--", "sh", "-c", script, "sh"]);
        command.args(["{x}", &log, "{y}"]);
        command
    }

    /// Resumes it.
    fn resume(&self, run: &str) -> Command {
        self.caselanes(&["--resume", run, "--format", "json"])
    }

    fn journal(&self, run: &str) -> Journal {
        Journal::read(&self.path(run).join("journal"))
    }

    /// Number of log entries of each case.
    fn log(&self, what: &str) -> BTreeMap<usize, usize> {
        let log = fs::read_to_string(self.path("log")).unwrap_or_default();
        let mut counts = BTreeMap::new();
        for case in log.lines().filter_map(|line| line.strip_prefix(what)?.trim().parse().ok()) {
            *counts.entry(case).or_default() += 1;
        }
        counts
    }

    /// Finds processes with this test's folder in their arguments.
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

/// Finds processes by their folder in `/proc`.
fn processes(matches: impl Fn(&Path) -> bool) -> Vec<u32> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let numbered = entries.filter_map(|entry| {
        let process: u32 = entry.file_name().to_str()?.parse().ok()?;
        matches(&entry.path()).then_some(process)
    });
    numbered.collect()
}

/// Contents of a journal by case key, read independently of the program's own code.
struct Journal {
    done: BTreeSet<String>,
    running: BTreeSet<String>,
    starts: BTreeMap<String, usize>,
    /// Cases that were started after they were done.
    restarted: Vec<String>,
}

impl Journal {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        let mut journal = Self {
            done: BTreeSet::new(),
            running: BTreeSet::new(),
            starts: BTreeMap::new(),
            restarted: Vec::new(),
        };
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        for line in whole.lines().filter(|line| !line.is_empty()) {
            let line: Value = serde_json::from_str(line).unwrap();
            let key = |of: &Value| of["key"].as_str().unwrap().to_owned();
            if let Some(start) = line.get("start") {
                let key = key(start);
                if journal.done.contains(&key) {
                    journal.restarted.push(key.clone());
                }
                *journal.starts.entry(key.clone()).or_default() += 1;
                journal.running.insert(key);
            } else if let Some(end) = line.get("end") {
                let key = key(end);
                journal.running.remove(&key);
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

fn stderr_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Kills a run at random moments, with or without its worker processes, and resumes it each time.
fn kill_and_resume(kills_workers: bool, seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let (mut kills, mut run, mut place) = (0, 0, Place::new());
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut is_started = false;
    while kills < KILLS {
        let name = format!("run {run}");
        let before = place.journal(&name);
        let mut command =
            if is_started { place.resume(&name) } else { place.start(&name, PROGRAM) };
        let mut child = command.spawn().unwrap();
        thread::sleep(Duration::from_millis(random.random_range(5..400)));
        if let Some(status) = child.try_wait().unwrap() {
            let output = child.wait_with_output().unwrap();
            check_end(&place, &name, &before, status.code(), &output, is_started);
            (run, is_started, place) = (run + 1, false, Place::new());
            known.clear();
            continue;
        }
        let workers = if kills_workers { worker_processes(&child) } else { Vec::new() };
        kill(child.id());
        workers.into_iter().for_each(kill);
        let output = child.wait_with_output().unwrap();
        kills += 1;
        if kills_workers {
            // The programs keep running until the run is resumed.
            thread::sleep(Duration::from_millis(random.random_range(0..30)));
        } else {
            place.wait_for_none();
        }
        let journal = place.journal(&name);
        assert!(journal.done.is_superset(&known), "finished cases are kept");
        assert_eq!(journal.restarted, Vec::<String>::new(), "done cases do not run again");
        if is_started && !journal.starts.is_empty() && !before.running.is_empty() {
            let stderr = stderr_of(&output);
            assert!(
                stderr.is_empty() || stderr.contains("running when the run stopped"),
                "{stderr}"
            );
        }
        known = journal.done;
        // A run with an empty journal starts from the beginning.
        is_started =
            fs::metadata(place.path(&name).join("journal")).is_ok_and(|file| file.len() > 0);
        if !is_started {
            fs::remove_dir_all(place.path(&name)).ok();
        }
    }
    // The last session runs to its end.
    let name = format!("run {run}");
    let before = place.journal(&name);
    let mut command = if is_started { place.resume(&name) } else { place.start(&name, PROGRAM) };
    let output = command.output().unwrap();
    check_end(&place, &name, &before, output.status.code(), &output, is_started);
}

/// Checks a run whose last session ended by itself: every case is done, and no case ran
/// more often than the journal says.
fn check_end(
    place: &Place,
    run: &str,
    before: &Journal,
    status: Option<i32>,
    output: &Output,
    resumed: bool,
) {
    let stderr = stderr_of(output);
    assert_eq!(status, Some(0), "{stderr}");
    place.wait_for_none();
    let journal = place.journal(run);
    assert_eq!((journal.done.len(), journal.running.len()), (CASES, 0));
    assert_eq!(journal.restarted, Vec::<String>::new());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    for (case, row) in report["cases"].as_array().unwrap().iter().enumerate() {
        assert_eq!((&row["status"], row["value"].as_f64()), (&"done".into(), Some(case as f64)));
    }
    if resumed {
        let kept = before.done.len();
        assert!(stderr.contains(&format!("{kept} of {CASES} cases")) || kept == CASES, "{stderr}");
        let lost = before.running.len();
        assert!(lost == 0 || stderr.contains(&format!("{lost} case")), "{lost} running: {stderr}");
    }
    // The journal records a start before the program runs.
    let starts: usize = journal.starts.values().sum();
    let ran = place.log("start");
    assert!(ran.values().sum::<usize>() <= starts, "{starts} starts");
    assert_eq!(place.log("end").len(), CASES);
}

#[test]
fn a_run_killed_at_any_moment_resumes_with_the_rest() {
    kill_and_resume(false, 1);
}

#[test]
fn a_run_killed_with_its_worker_processes_resumes_too() {
    kill_and_resume(true, 2);
}

#[test]
fn programs_left_over_from_earlier_sessions_are_ended_and_reported() {
    let place = Place::new();
    let script = "if [ $1 -lt 2 ]; then trap '' TERM; while :; do sleep 0.05; done; fi; echo $1";
    let child = place.start("run", script).spawn().unwrap();
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
    assert!(!place.running().is_empty(), "nothing has ended the programs");
    drop(child);
    // The first two cases never end by themselves.
    let mut resume = place.caselanes(&["--resume", "run", "--format", "json", "--timeout", "0.3"]);
    let output = resume.output().unwrap();
    let stderr = stderr_of(&output);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("left over from earlier sessions"), "{stderr}");
    assert!(stderr.contains("198 of 200 cases are already done"), "{stderr}");
    place.wait_for_none();
}

#[test]
fn a_program_ends_when_its_worker_process_is_killed() {
    let place = Place::new();
    let script = "if [ $1 = 0 ]; then setsid sleep 300 & sleep 300; fi; echo $1";
    let child = place.start("run", script).spawn().unwrap();
    let start = Instant::now();
    while place.journal("run").done.len() < CASES - 1 {
        assert!(start.elapsed() < Duration::from_mins(1));
        thread::sleep(Duration::from_millis(10));
    }
    // Finds the worker that runs a program.
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
    assert_eq!(output.status.code(), Some(1), "{}", stderr_of(&output));
    place.wait_for_none();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let error = report["cases"][0]["error"].as_str().unwrap();
    assert_eq!(error, "its worker process was killed by signal 9 (KILL)");
}

#[test]
fn a_full_disk_ends_the_run_and_loses_no_finished_case() {
    let place = Place::new();
    let disk = place.path("disk");
    fs::create_dir(&disk).unwrap();
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"]).arg(&disk).stderr(Stdio::null());
    if !mount.status().is_ok_and(|status| status.success()) {
        // Mounting needs root.
        return;
    }
    let unmount = Unmount(disk.clone());
    // Each case writes 100 kB.
    let script = "head -c 100000 /dev/zero || exit 7; echo; echo $1";
    let output = place.start("disk/run", script).output().unwrap();
    let stderr = stderr_of(&output);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("the disk is full"), "{stderr}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let count = |status: &str| {
        report["cases"].as_array().unwrap().iter().filter(|row| row["status"] == status).count()
    };
    let (done, not_run) = (count("done"), count("not-run"));
    assert!(done >= 10 && not_run >= 100, "{done} {not_run}");
    let journal = place.journal("disk/run");
    assert_eq!(journal.done.len(), done, "the journal has every finished case");
    // With more space the rest runs.
    let more = Command::new("mount").args(["-o", "remount,size=60m"]).arg(&disk).status().unwrap();
    assert!(more.success());
    let output = place.resume("disk/run").output().unwrap();
    let stderr = stderr_of(&output);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stderr.contains(&format!("{done} of 200 cases are already done")), "{stderr}");
    assert_eq!(place.journal("disk/run").done.len(), CASES);
    drop(unmount);
}

/// Unmounts the disk however the test ends.
struct Unmount(PathBuf);

impl Drop for Unmount {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(&self.0).status().ok();
    }
}
