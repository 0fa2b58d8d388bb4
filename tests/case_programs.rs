//! Programs as cases, on every system: a program of the tests takes the place of a shell.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf, absolute};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use tempfile::{TempDir, tempdir};

/// Longest wait for something that happens at once on a quiet machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Returns the path of the program of the tests, which cargo builds as an example.
fn case_program() -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_caselanes")).parent().unwrap().join("examples");
    let path = folder.join(format!("case-program{}", env::consts::EXE_SUFFIX));
    // Under Wine the path in the environment is that of another system.
    let path = absolute(path).unwrap();
    assert!(path.exists(), "build it: cargo build --example case-program");
    path.to_str().unwrap().to_owned()
}

/// A folder with the cases of a test.
struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    /// Creates `cases` cases with x from 0.
    fn new(cases: usize) -> Self {
        let sandbox = Self { folder: tempdir().unwrap() };
        let rows: Vec<_> = (0..cases).map(|x| format!("case {x},{x},2\n")).collect();
        fs::write(sandbox.path("cases.csv"), format!("name,x,y\n{}", rows.concat())).unwrap();
        fs::create_dir(sandbox.path("temporary")).unwrap();
        sandbox
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns an action of the program of the tests on a file.
    fn action(&self, action: &str, file: &str) -> String {
        format!("{action}={}", self.path(file).display())
    }

    /// Returns the command `caselanes` with these arguments.
    fn caselanes(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.args(arguments).args(["--format", "json"]).current_dir(self.folder.path());
        for variable in ["TMPDIR", "TMP", "TEMP"] {
            command.env(variable, self.path("temporary"));
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Returns the command that runs the cases with these actions.
    fn command(&self, options: &[&str], actions: &[&str]) -> Command {
        let mut command = self.caselanes(&["run", "--cases", "cases.csv"]);
        command.args(options).arg("--").arg(case_program()).args(actions);
        command
    }

    /// Runs the cases; the run must exit with `status`.
    fn cases(&self, status: i32, options: &[&str], actions: &[&str]) -> Vec<Value> {
        cases_of(&self.command(options, actions).output().unwrap(), status)
    }

    fn case(&self, status: i32, options: &[&str], actions: &[&str]) -> Value {
        self.cases(status, options, actions).swap_remove(0)
    }

    fn lines(&self, file: &str) -> Vec<String> {
        let text = fs::read_to_string(self.path(file)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Whether a process lives that holds a file.
    fn is_held(&self, file: &str) -> bool {
        File::options()
            .append(true)
            .open(self.path(file))
            .is_ok_and(|file| file.try_lock().is_err())
    }

    fn wait_until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_so(self) {
            assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
            sleep(Duration::from_millis(10));
        }
    }

    /// Returns what a run keeps of a stream of a case, in its run folder `run`.
    fn output(&self, case: u32, stream: &str) -> String {
        let path = self.path("run").join(format!("case-{case}")).join(stream);
        fs::read_to_string(path).unwrap().replace("\r\n", "\n")
    }
}

fn cases_of(output: &Output, status: i32) -> Vec<Value> {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{stderr}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    report["cases"].as_array().unwrap().clone()
}

fn error(case: &Value) -> &str {
    case["error"].as_str().unwrap()
}

/// Waits for a run; it must exit within the patience of the tests.
fn wait_for(mut run: Child) -> Output {
    let start = Instant::now();
    while run.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < PATIENCE, "the run does not end");
        sleep(Duration::from_millis(10));
    }
    run.wait_with_output().unwrap()
}

#[test]
fn values_are_read_and_arguments_arrive_as_they_are() {
    let sandbox = Sandbox::new(3);
    let cases = sandbox.cases(0, &["--workers", "2"], &["print={x}.5"]);
    let values: Vec<_> = cases.iter().map(|case| case["value"].as_f64().unwrap()).collect();
    assert_eq!(values, [0.5, 1.5, 2.5]);

    let odd = ["", "a b", "\"", "\\", "a\\\" b\\", "%PATH%", "^&|<>", "*", "ä€𝄞", "--x", "a\tb"];
    let actions: Vec<_> = ["print=1", "arguments"].into_iter().chain(odd).collect();
    let sandbox = Sandbox::new(1);
    sandbox.command(&["--run-folder", "run"], &actions).output().unwrap();
    assert_eq!(sandbox.output(0, "stdout.txt"), format!("1\n{}\n", odd.join("\n")));
}

#[test]
fn environment_folder_and_input_are_passed() {
    let sandbox = Sandbox::new(1);
    fs::write(sandbox.path("input"), "12345").unwrap();
    let options = ["--env", "CASE=x y", "--stdin", "input", "--run-folder", "run"];
    let case = sandbox.case(0, &options, &["env=CASE", "folder", "input"]);
    assert_eq!(case["value"], 5.0);
    let output = sandbox.output(0, "stdout.txt");
    let lines: Vec<_> = output.lines().collect();
    assert_eq!(lines[0], "x y");
    assert!(lines[1].ends_with("case-0"), "{output}");
}

#[test]
fn an_unsuccessful_program_is_explained() {
    let sandbox = Sandbox::new(1);
    let failed = |actions: &[&str]| error(&sandbox.case(1, &[], actions)).to_owned();
    assert_eq!(failed(&["print=5", "exit=3"]), "exit status 3");
    assert_eq!(failed(&["warn=first", "warn=no mesh", "exit=9"]), "exit status 9; stderr: no mesh");
    let aborted = failed(&["abort"]);
    assert!(aborted.starts_with("killed by signal 6") || aborted.contains("0xC0"), "{aborted}");
    let mut missing = sandbox.caselanes(&["run", "--cases", "cases.csv"]);
    let output = missing.args(["--", "no-such-program"]).output().unwrap();
    assert_eq!(
        error(&cases_of(&output, 1)[0]),
        "could not start: not found in PATH: no-such-program"
    );
}

#[test]
fn a_time_limit_ends_the_program_and_everything_it_started() {
    let sandbox = Sandbox::new(2);
    let hold = sandbox.action("hold", "held");
    let limit = ["--timeout", "1", "--grace", "0.3", "--workers", "2"];
    for case in sandbox.cases(1, &limit, &["run", &hold, "run", "stubborn", &hold, "sleep=600"]) {
        assert_eq!(case["status"], "timed-out", "{case}");
        assert!(error(&case).starts_with("took longer than 1 s; killed because"), "{case}");
    }
    assert!(!sandbox.is_held("held"));
}

/// Whether this is Wine, whose version 8 cannot send Ctrl+Break to a program.
fn is_wine() -> bool {
    Path::new(r"Z:\proc\self").exists()
}

#[test]
fn a_program_that_is_asked_to_end_can_tidy_up() {
    if is_wine() {
        return;
    }
    let sandbox = Sandbox::new(1);
    let tidy = sandbox.action("tidy", "tidied");
    let limit = ["--timeout", "1", "--grace", "30"];
    let case = sandbox.case(1, &limit, &[&tidy, "sleep=600"]);
    assert_eq!(
        (error(&case), &case["status"]),
        ("took longer than 1 s", &Value::from("timed-out"))
    );
    assert!(sandbox.path("tidied").exists());
}

#[test]
fn processes_that_a_program_leaves_behind_end_with_its_case() {
    let sandbox = Sandbox::new(2);
    let hold = sandbox.action("hold", "held");
    let start = Instant::now();
    let actions = ["run", &hold, "print=1", "spawn", &hold, "sleep=600"];
    let cases = sandbox.cases(0, &["--workers", "2"], &actions);
    assert!(start.elapsed() < PATIENCE && !sandbox.is_held("held"));
    assert_eq!(cases[1]["value"], 1.0);
}

#[test]
fn cases_are_tried_again_and_wait_for_licences() {
    let sandbox = Sandbox::new(4);
    let log = sandbox.action("append", "log") + "={x}";
    let options = ["--retries", "1", "--licences", "1", "--workers", "3"];
    let cases = sandbox.cases(1, &options, &[&log, "print={x}", "if={x}=2", "exit=4"]);
    let statuses: Vec<_> = cases.iter().map(|case| case["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["done", "done", "failed", "done"]);
    assert_eq!(sandbox.lines("log").iter().filter(|line| *line == "2").count(), 2);
    let mut spans: Vec<_> = cases
        .iter()
        .map(|case| [&case["start_s"], &case["end_s"]].map(|at| at.as_f64().unwrap()))
        .collect();
    spans.sort_by(|a, b| a[0].total_cmp(&b[0]));
    assert!(spans.windows(2).all(|pair| pair[0][1] <= pair[1][0]), "{spans:?}");
}

#[test]
fn cpu_time_and_memory_are_those_of_the_program() {
    let sandbox = Sandbox::new(1);
    let case = sandbox.case(0, &[], &["run", "allocate=200", "compute=0.6", "print=1"]);
    // Where the system reports them: Wine does not.
    if let Some(cpu_s) = case["cpu_s"].as_f64() {
        assert!((0.2..1.0).contains(&cpu_s), "{cpu_s}");
    }
    if let Some(bytes) = case["memory_bytes"].as_f64() {
        assert!((200e6..400e6).contains(&bytes), "{bytes}");
    }
}

#[test]
fn long_output_is_cut_and_unwanted_output_removed() {
    let sandbox = Sandbox::new(2);
    let options = ["--run-folder", "run", "--output-limit", "10kB"];
    sandbox.cases(0, &options, &["fill=5000", "print=1"]);
    assert!(sandbox.output(0, "stdout.txt").len() < 12_000);
    let options = ["--run-folder", "failed", "--keep-output", "failed"];
    sandbox.cases(1, &options, &["print=1", "if={x}=1", "exit=1"]);
    let kept = |case: &str| sandbox.path("failed").join(case).join("stdout.txt").exists();
    assert!(!kept("case-0") && kept("case-1"));
    sandbox.cases(0, &["--keep-output", "none"], &["print=1"]);
    assert_eq!(fs::read_dir(sandbox.path("temporary")).unwrap().count(), 0);
}

#[cfg(windows)]
#[test]
fn batch_files_are_found_without_their_ending() {
    let sandbox = Sandbox::new(2);
    let folder = sandbox.path("a b");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("solve.cmd"), "@echo %~1: %2\r\n").unwrap();
    let path = env::var_os("PATH").unwrap();
    let path = env::join_paths([folder].into_iter().chain(env::split_paths(&path))).unwrap();
    for program in [r"a b\solve", "solve"] {
        let mut run = sandbox.caselanes(&["run", "--cases", "cases.csv"]);
        run.args(["--", program, "{name}", "{x}"]).env("PATH", &path);
        assert_eq!(cases_of(&run.output().unwrap(), 0)[1]["value"], 1.0);
    }
}

#[test]
fn a_killed_run_leaves_no_process_and_is_resumed() {
    let sandbox = Sandbox::new(6);
    let (hold, log) = (sandbox.action("hold", "held"), sandbox.action("append", "log") + "={x}");
    let actions = [&hold, &log, "print={x}", "if={x}=3", "run", &hold, "stubborn", "sleep=2"];
    let mut run =
        sandbox.command(&["--run-folder", "run", "--workers", "1"], &actions).spawn().unwrap();
    sandbox.wait_until("the start of case 3", |sandbox| sandbox.lines("log").len() == 4);
    let second = sandbox.command(&["--run-folder", "run"], &actions).output().unwrap();
    let message = String::from_utf8_lossy(&second.stderr);
    let holder = format!("in use by another CaseLanes (process {})", run.id());
    assert!(message.contains(&holder), "{message}");
    run.kill().unwrap();
    run.wait().unwrap();
    sandbox.wait_until("the end of all processes", |sandbox| !sandbox.is_held("held"));
    let output = sandbox.caselanes(&["run", "--resume", "run"]).output().unwrap();
    let cases = cases_of(&output, 0);
    assert!(cases.iter().all(|case| case["status"] == "done"), "{cases:?}");
    assert_eq!(sandbox.lines("log"), ["0", "1", "2", "3", "3", "4", "5"]);
}

/// Cases in the journal of the run folder `run`: those that are done, and those that started and
/// did not end.
#[derive(Default)]
struct Journal {
    done: BTreeSet<u64>,
    running: BTreeSet<u64>,
}

impl Journal {
    fn read(sandbox: &Sandbox) -> Self {
        let mut journal = Self::default();
        for line in sandbox.lines("run/journal") {
            // The last line may be cut off.
            let line: Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(case) = line["start"]["case"].as_u64() {
                journal.running.insert(case);
            } else if let Some(case) = line["end"]["case"].as_u64() {
                journal.running.remove(&case);
                if line["end"]["status"] == "done" {
                    journal.done.insert(case);
                }
            }
        }
        journal
    }
}

/// The variable `KILLS` sets the number of times.
#[test]
fn a_run_killed_at_random_moments_keeps_its_finished_cases() {
    let kills = env::var("KILLS").map_or(4, |kills| kills.parse().unwrap());
    let mut random = StdRng::seed_from_u64(7);
    let (mut killed, mut is_over) = (0, false);
    while !is_over {
        let sandbox = Sandbox::new(30);
        let (hold, log) = (sandbox.action("hold", "held"), sandbox.action("append", "log"));
        let actions = [&hold, &(log + "={x}"), "sleep=0.2", "print={x}"];
        let new = ["--run-folder", "run", "--workers", "2"];
        let mut interrupted = BTreeSet::new();
        loop {
            let before = Journal::read(&sandbox);
            let starts_of = |cases: &BTreeSet<u64>| {
                let log = sandbox.lines("log").into_iter();
                log.filter(|case| cases.contains(&case.parse().unwrap())).count()
            };
            let starts_before = starts_of(&before.done);
            // A run without a case may have no journal yet.
            let is_new = before.done.is_empty() && before.running.is_empty();
            let mut command = if is_new {
                fs::remove_dir_all(sandbox.path("run")).ok();
                sandbox.command(&new, &actions)
            } else {
                sandbox.caselanes(&["run", "--resume", "run"])
            };
            // Pipes of a killed process may stay open under Wine.
            let errors = File::create(sandbox.path("errors")).unwrap();
            let mut run = command.stdout(Stdio::null()).stderr(errors).spawn().unwrap();
            if killed < kills {
                sleep(Duration::from_millis(random.random_range(0..4000)));
            }
            let has_ended = killed == kills || run.try_wait().unwrap().is_some();
            if !has_ended {
                run.kill().unwrap();
                killed += 1;
            }
            let status = run.wait().unwrap();
            sandbox.wait_until("the end of all programs", |sandbox| !sandbox.is_held("held"));
            let after = Journal::read(&sandbox);
            assert!(after.done.is_superset(&before.done), "finished cases are kept");
            assert_eq!(starts_of(&before.done), starts_before, "they do not run again");
            let errors = sandbox.lines("errors").join("\n");
            let warns = errors.contains("running when the run stopped");
            assert!(before.running.is_empty() || !has_ended || warns, "{errors}");
            interrupted.extend(after.running);
            if has_ended {
                assert_eq!((status.code(), after.done.len()), (Some(0), 30), "{errors}");
                let once = (0..30).filter(|case| !interrupted.contains(case)).collect();
                assert_eq!(starts_of(&once), once.len());
                is_over = killed == kills;
                break;
            }
        }
    }
}

#[test]
fn cases_run_in_worker_processes() {
    let sandbox = Sandbox::new(4);
    let mut run = sandbox.caselanes(&["run", "--cases", "cases.csv", "--workload", "crunch"]);
    let run = run.args(["--strategy", "processes", "--workers", "2", "--time-scale", "0.1"]);
    let cases = cases_of(&wait_for(run.spawn().unwrap()), 0);
    let values: Vec<_> = cases.iter().map(|case| case["value"].as_f64().unwrap()).collect();
    assert_eq!(values, [0.0, 1.0, 4.0, 9.0]);
}
