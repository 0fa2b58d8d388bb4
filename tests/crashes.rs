//! Kills runs of programs and resumes them: finished cases are kept, the others run
//! again, and no process is left.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

#[path = "program/lock.rs"]
mod lock;
#[path = "program/path.rs"]
mod path;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use sysinfo::{Pid, Process, ProcessesToUpdate, System};
use tempfile::{TempDir, tempdir};

use lock::is_held;
use path::case_program;

/// Cases of the run.
const CASES: usize = 200;

/// Number of times a run is killed.
const KILLS: usize = 100;

/// Longest life of a run that is killed: starting takes longer on Windows.
const LONGEST_LIFE_MS: u64 = if cfg!(windows) { 2000 } else { 400 };

struct Place {
    folder: TempDir,
}

impl Place {
    /// Creates the cases. `y` is a time in hundredths of a second, `then` an action: `special`
    /// for the first cases, and the end of the program for all others.
    fn new(special: &[&str]) -> Self {
        let folder = tempdir().unwrap();
        let rows = (0..CASES).map(|case| {
            let then = special.get(case).unwrap_or(&"exit=0");
            format!("case {case},{case},{},{then}\n", case % 5 + 1)
        });
        let cases = format!("name,x,y,then\n{}", rows.collect::<String>());
        fs::write(folder.path().join("cases.csv"), cases).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn action(&self, action: &str, file: &str) -> String {
        format!("{action}={}", self.path(file).display())
    }

    fn caselanes(&self, options: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.arg("run").args(options).current_dir(self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts a run in this folder. Its programs hold the file `held`.
    fn start(&self, run: &str, actions: &[&str]) -> Command {
        let options = ["--cases", "cases.csv", "--workers", "3", "--format", "json", "--grace"];
        let mut command = self.caselanes(&options);
        command.args(["0.5", "--run-folder", run, "--"]).arg(case_program());
        command.arg(self.action("hold", "held")).args(actions);
        command
    }

    /// Starts a run of programs that log their start and their end, each case in a file of its
    /// own: Wine may lose what two programs append at once.
    fn start_logging(&self, run: &str) -> Command {
        fs::create_dir_all(self.path("log")).unwrap();
        let log = self.action("append", "log/{x}");
        let [start, end] = ["start", "end"].map(|what| format!("{log}={what}"));
        self.start(run, &[&start, "sleep=0.0{y}", &end, "print={x}"])
    }

    /// Resumes it.
    fn resume(&self, run: &str) -> Command {
        self.caselanes(&["--resume", run, "--format", "json"])
    }

    fn journal(&self, run: &str) -> Journal {
        Journal::read(&self.path(run).join("journal"))
    }

    /// Waits until at most this number of cases is not done.
    fn wait_for_rest(&self, run: &str, rest: usize) {
        let start = Instant::now();
        while self.journal(run).done.len() < CASES - rest {
            assert!(start.elapsed() < Duration::from_mins(4));
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Number of log entries of each case.
    fn log(&self, what: &str) -> BTreeMap<usize, usize> {
        let count = |case: usize| {
            let log = fs::read_to_string(self.path(&format!("log/{case}"))).unwrap_or_default();
            (case, log.lines().filter(|line| *line == what).count())
        };
        (0..CASES).map(count).filter(|(_, count)| *count > 0).collect()
    }

    /// Whether a program lives.
    fn is_running(&self) -> bool {
        is_held(&self.path("held"))
    }

    /// Waits until no program is left, and none holds the file late.
    fn wait_for_none(&self) {
        let start = Instant::now();
        let mut free = 0;
        while free < 10 {
            assert!(start.elapsed() < Duration::from_secs(20), "a program is left");
            thread::sleep(Duration::from_millis(5));
            free = if self.is_running() { 0 } else { free + 1 };
        }
    }
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

/// Returns the processes of a program that a process has started. Windows starts others beside.
fn children(parent: Pid, program: &str) -> Vec<Pid> {
    let mut system = System::new().unwrap();
    system.refresh_processes(ProcessesToUpdate::All, true);
    let is_program = |process: &&Process| {
        let name = process.name().to_string_lossy();
        process.thread_kind().is_none() && name.starts_with(program)
    };
    let processes = system.processes().values().filter(is_program);
    processes.filter(|process| process.parent() == Some(parent)).map(Process::pid).collect()
}

fn worker_processes(of: &Child) -> Vec<Pid> {
    children(Pid::from_u32(of.id()), "caselanes")
}

fn kill(processes: &[Pid]) {
    let mut system = System::new().unwrap();
    system.refresh_processes(ProcessesToUpdate::Some(processes), true);
    system.processes().values().for_each(|process| _ = process.kill());
}

fn stderr_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Kills a run at random moments, with or without its worker processes, and resumes it each time.
fn kill_and_resume(kills_workers: bool, seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let (mut kills, mut run, mut place) = (0, 0, Place::new(&[]));
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut is_started = false;
    while kills < KILLS {
        let name = format!("run {run}");
        let before = place.journal(&name);
        let mut command = if is_started { place.resume(&name) } else { place.start_logging(&name) };
        let mut child = command.spawn().unwrap();
        thread::sleep(Duration::from_millis(random.random_range(5..LONGEST_LIFE_MS)));
        if let Some(status) = child.try_wait().unwrap() {
            let output = child.wait_with_output().unwrap();
            check_end(&place, &name, &before, status.code(), &output, is_started);
            (run, is_started, place) = (run + 1, false, Place::new(&[]));
            known.clear();
            continue;
        }
        let workers = if kills_workers { worker_processes(&child) } else { Vec::new() };
        child.kill().unwrap();
        kill(&workers);
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
    let mut command = if is_started { place.resume(&name) } else { place.start_logging(&name) };
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

// Elsewhere nothing tells that a process belongs to a run; on Windows none can be left over.
#[cfg(target_os = "linux")]
#[test]
fn programs_left_over_from_earlier_sessions_are_ended_and_reported() {
    let place = Place::new(&["stubborn"; 2]);
    let mut child = place.start("run", &["print={x}", "{then}", "sleep=600"]).spawn().unwrap();
    place.wait_for_rest("run", 2);
    let workers = worker_processes(&child);
    assert_eq!(workers.len(), 3);
    child.kill().unwrap();
    kill(&workers);
    thread::sleep(Duration::from_millis(200));
    assert!(place.is_running(), "nothing has ended the programs");
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
    let place = Place::new(&["sleep=0"]);
    let hold = place.action("hold", "held");
    let actions = ["print={x}", "{then}", "spawn=3", "detach", &hold, "sleep=300", "sleep=300"];
    let child = place.start("run", &actions).spawn().unwrap();
    place.wait_for_rest("run", 1);
    let has_child = |worker: &Pid| !children(*worker, "case-program").is_empty();
    let busy: Vec<_> = worker_processes(&child).into_iter().filter(has_child).collect();
    assert_eq!(busy.len(), 1);
    kill(&busy);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr_of(&output));
    place.wait_for_none();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let error = report["cases"][0]["error"].as_str().unwrap();
    // Windows has no signals: a killed process exits with status 1, or 0 under Wine.
    let death = if cfg!(windows) { "exited with status " } else { "was killed by signal 9 (KILL)" };
    assert_eq!(error.trim_end_matches(['0', '1']), format!("its worker process {death}"));
}

// Only Linux can mount a small disk here.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_run_and_loses_no_finished_case() {
    let place = Place::new(&[]);
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
    let actions = ["zeros=100000", "print=", "print={x}"];
    let output = place.start("disk/run", &actions).output().unwrap();
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

#[cfg(target_os = "linux")]
/// Unmounts the disk however the test ends.
struct Unmount(PathBuf);

#[cfg(target_os = "linux")]
impl Drop for Unmount {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(&self.0).status().ok();
    }
}
