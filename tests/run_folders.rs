//! Runs of programs with a run folder that are interrupted and resumed.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

/// Logs the name of the case and prints its x. A case named `bad` fails.
const LOGGED: [&str; 6] = [
    "sh",
    "-c",
    "echo \"$0\" >> \"$1\"/../log; test $0 != bad && echo $2",
    "{name}",
    "{run}",
    "{x}",
];

/// A folder with the cases of a test and the run folders of its runs.
struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    fn new(rows: &[&str]) -> Self {
        let sandbox = Self { folder: tempdir().unwrap() };
        fs::create_dir(sandbox.path("temporary")).unwrap();
        sandbox.write(rows);
        sandbox
    }

    fn write(&self, rows: &[&str]) {
        let rows = [&["name,x,y"], rows, &[""]].concat().join("\n");
        fs::write(self.path("cases.csv"), rows).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, options: &[&str], program: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.args(["run", "--format", "json"]).args(options);
        if !program.is_empty() {
            command.arg("--").args(program);
        }
        command.current_dir(self.folder.path()).env("TMPDIR", self.path("temporary"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the command, which must exit with `status`.
    fn run(&self, status: i32, options: &[&str], program: &[&str]) -> RunOutput {
        RunOutput::of(&self.command(options, program).output().unwrap(), status)
    }

    /// Returns the sorted names of the logged cases and clears the log.
    fn take_log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.path("log")).unwrap_or_default();
        fs::remove_file(self.path("log")).ok();
        let mut names: Vec<String> = log.lines().map(str::to_owned).collect();
        names.sort();
        names
    }
}

/// Output of a run.
struct RunOutput {
    stderr: String,
    report: Value,
}

impl RunOutput {
    fn of(output: &Output, status: i32) -> Self {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{stderr}");
        Self { stderr, report: serde_json::from_slice(&output.stdout).unwrap_or_default() }
    }

    fn cases(&self) -> &[Value] {
        self.report["cases"].as_array().unwrap()
    }

    /// Returns the values of a key of all cases, by case name.
    fn by_name(&self, key: &str) -> BTreeMap<&str, &Value> {
        self.cases().iter().map(|case| (case["name"].as_str().unwrap(), &case[key])).collect()
    }

    fn statuses(&self) -> Vec<&str> {
        self.cases().iter().map(|case| case["status"].as_str().unwrap()).collect()
    }

    fn assert_says(&self, text: &str) {
        assert!(self.stderr.contains(text), "{}", self.stderr);
    }
}

fn wait_until(event: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_mins(1), "{event}");
        thread::sleep(Duration::from_millis(5));
    }
}

fn signal(name: &str, child: &Child) {
    let kill = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
}

/// Whether a process has this argument.
fn has_process_with(argument: &str) -> bool {
    fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        line.split(|&byte| byte == 0).any(|found| found == argument.as_bytes())
    })
}

/// Counts the ends of attempts in a journal.
fn ended_attempts(journal: &Path) -> usize {
    fs::read_to_string(journal).unwrap_or_default().matches("\"end\"").count()
}

/// Options of a new run.
const NEW: [&str; 4] = ["--cases", "cases.csv", "--run-folder", "study"];

#[test]
fn files_of_the_user_are_not_overwritten() {
    for name in ["study.caselanes", "results.csv", "case-0", "sitting-2", "journal"] {
        let sandbox = Sandbox::new(&["a,1,1"]);
        fs::create_dir(sandbox.path("study")).unwrap();
        fs::write(sandbox.path("study").join(name), "mine").unwrap();
        let refused = sandbox.run(2, &NEW, &LOGGED);
        refused.assert_says(&format!(
            "the folder already holds {name}, which the run would overwrite"
        ));
        assert_eq!(fs::read_to_string(sandbox.path("study").join(name)).unwrap(), "mine");
        assert_eq!(fs::read_dir(sandbox.path("study")).unwrap().count(), 1, "the run left a file");
    }
    let sandbox = Sandbox::new(&["a,1,1"]);
    fs::create_dir(sandbox.path("study")).unwrap();
    fs::write(sandbox.path("study/solver.cfg"), "mine").unwrap();
    sandbox.run(0, &NEW, &LOGGED);
}

#[test]
fn a_journal_with_an_incomplete_first_line_is_no_run() {
    let sandbox = Sandbox::new(&["a,1,1"]);
    sandbox.run(0, &NEW, &LOGGED);
    let journal = sandbox.path("study/journal");
    let whole = fs::read(&journal).unwrap();
    fs::write(&journal, &whole[..20]).unwrap();
    fs::remove_dir_all(sandbox.path("study/case-0")).unwrap();
    sandbox.run(2, &["--resume", "study"], &[]).assert_says("found no journal in it");
    sandbox.run(0, &NEW, &LOGGED);
}

#[test]
fn compare_and_sweep_run_programs_too() {
    let sandbox = Sandbox::new(&["a,1,1", "b,2,1"]);
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.args(arguments).args(["--cases", "cases.csv", "--repeat", "1", "--format", "json"]);
        command.args(["--", "sh", "-c", "test $0 != none || exit 3; sleep 0.02"]);
        command.arg(if arguments.contains(&"--quiet") { "none" } else { "{x}" });
        let output = command.current_dir(sandbox.folder.path()).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), stderr, report)
    };
    let (status, stderr, compared) = run(&["compare", "--setup", "series", "threads:2"]);
    assert_eq!(status, Some(0), "{stderr}");
    assert!(compared["runs"][1]["median_s"].as_f64().unwrap() > 0.02);
    let (status, stderr, swept) = run(&["sweep", "--workers", "1..2"]);
    assert_eq!(status, Some(0), "{stderr}");
    assert!(swept["points"][0]["total_s"].as_f64().unwrap() > 0.04);
    let (status, stderr, _) = run(&["compare", "--quiet", "--setup", "series", "threads:2"]);
    assert_eq!(status, Some(1));
    assert_eq!(stderr.matches("row 1, a: exit status 3").count(), 1, "{stderr}");
}

#[test]
fn programs_that_slowed_each_other_down_are_not_predicted() {
    let sandbox = Sandbox::new(&["a,1,1", "b,2,1", "c,3,1", "d,4,1"]);
    let compute = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo $i";
    let many = ["--cases", "cases.csv", "--workers", "200", "--output", "run.json"];
    sandbox.run(0, &many, &["sh", "-c", compute]);
    let predict = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.args(["predict", "run.json", "--workers", "1"]);
        command.current_dir(sandbox.folder.path()).output().unwrap()
    };
    let output = predict();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("slowed each other down"), "{stderr}");
    sandbox.run(0, &many, &["sleep", "0.05"]);
    let output = predict();
    assert_eq!(output.status.code(), Some(0), "waiting programs do not slow each other down");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let limited = ["--cases", "cases.csv", "--licences", "1", "--output", "run.json"];
    sandbox.run(0, &limited, &["sleep", "0.05"]);
    let stderr = String::from_utf8_lossy(&predict().stderr).into_owned();
    assert!(stderr.contains("workers were held in the recorded run"), "{stderr}");
}

#[test]
fn a_run_is_resumed_after_rows_were_moved_edited_added_and_removed() {
    let sandbox = Sandbox::new(&["a,1,1", "bad,2,1", "c,3,1", "d,4,1", "e,5,1"]);
    let first = sandbox.run(1, &NEW, &LOGGED);
    first.assert_says("1 case is not done; to resume: caselanes run --resume ");
    assert_eq!(first.statuses(), ["done", "failed", "done", "done", "done"]);
    assert_eq!(sandbox.take_log(), ["a", "bad", "c", "d", "e"]);

    // c has another x, d is removed, new is added, the others are moved.
    sandbox.write(&["new,9,1", "e,5,1", "c,7,1", "bad,2,1", "a,1,1"]);
    let next = sandbox.run(1, &["--resume", "study", "--cases", "cases.csv"], &[]);
    assert_eq!(sandbox.take_log(), ["bad", "c", "new"]);
    next.assert_says("2 of 5 cases are already done; 1 failed case is retried");
    next.assert_says("2 cases have not run yet");
    next.assert_says("no longer in the table");
    let session = next.by_name("session");
    assert_eq!((session["a"], session["e"]), (&0.into(), &0.into()));
    assert_eq!((session["new"], session["c"], session["bad"]), (&1.into(), &1.into(), &1.into()));
    let value = next.by_name("value");
    assert_eq!((value["a"], value["c"], value["new"]), (&1.0.into(), &7.0.into(), &9.0.into()));
    for unknown in ["speedup", "efficiency", "total_series_s", "series", "lower_bound_s"] {
        assert_eq!(next.report[unknown], Value::Null, "{unknown}");
    }
    let account = &next.report["account"];
    let lane_seconds = account["lane_seconds"].as_f64().unwrap();
    let total_s = next.report["total_parallel_s"].as_f64().unwrap();
    let workers = next.report["workers"].as_f64().unwrap();
    assert!((lane_seconds - workers * total_s).abs() < 1e-9);

    // The folder stores the study of the last session.
    sandbox.write(&["bad,2,1"]);
    let last = sandbox.run(1, &["--resume", "study"], &[]);
    assert_eq!((sandbox.take_log(), last.cases().len()), (vec!["bad".to_owned()], 5));
    let results = fs::read_to_string(sandbox.path("study/results.csv")).unwrap();
    assert!(results.starts_with("name,x,y,value,status,error,"), "{results}");
    assert!(results.contains("\nnew,9,1,9,done,,"), "{results}");
    assert_eq!(results.lines().count(), 6);
}

#[test]
fn options_and_a_study_file_override_the_study_of_the_run() {
    let sandbox = Sandbox::new(&["a,1,1", "b,2,1"]);
    sandbox.run(0, &NEW, &LOGGED);
    let resumed = sandbox.run(0, &["--resume", "study", "--workers", "7", "--timeout", "60"], &[]);
    assert_eq!((&resumed.report["workers"], sandbox.take_log().len()), (&7.into(), 2));
    resumed.assert_says("both cases are already done");
    assert_eq!(resumed.report["total_parallel_s"], Value::Null);
    assert_eq!(resumed.report["account"], Value::Null);
    // Another command makes other cases.
    let other = sandbox.run(0, &["--resume", "study"], &["echo", "{x}5"]);
    other.assert_says("0 of 2 cases are already done");
    assert_eq!(other.by_name("value")["b"], 25.0);
    let study = "version = 1\n[workload]\nname = 'command'\ncommand = ['echo', '{x}5']\n\
                 [[case]]\nname = 'b'\nx = 2\ny = 1\n[[case]]\nname = 'c'\nx = 3\ny = 1\n";
    fs::write(sandbox.path("a.caselanes"), study).unwrap();
    let other = sandbox.run(0, &["a.caselanes", "--resume", "study"], &[]);
    other.assert_says("1 of 2 cases is already done");
    assert_eq!(other.by_name("session")["b"], 2);
    assert_eq!(other.by_name("session")["c"], 3);
}

#[test]
fn a_case_whose_last_line_is_incomplete_runs_again() {
    let sandbox = Sandbox::new(&["a,1,1", "b,2,1"]);
    sandbox.run(0, &[&NEW[..], &["--workers", "1"]].concat(), &LOGGED);
    sandbox.take_log();
    let journal = sandbox.path("study/journal");
    let text = fs::read_to_string(&journal).unwrap();
    // The last line with an end belongs to b.
    let torn = text.rfind("{\"end\"").unwrap() + 20;
    fs::write(&journal, &text[..torn]).unwrap();
    let next = sandbox.run(0, &["--resume", "study"], &[]);
    next.assert_says("1 of 2 cases is already done; 1 case was running when the run stopped");
    assert_eq!(sandbox.take_log(), ["b"]);
    // The journal is complete again.
    sandbox.run(0, &["--resume", "study"], &[]).assert_says("both cases are already done");
}

#[test]
fn a_flipped_byte_in_the_journal_is_named_and_costs_only_its_line() {
    let sandbox = Sandbox::new(&["a,1,1", "b,2,1"]);
    sandbox.run(0, &[&NEW[..], &["--workers", "1"]].concat(), &LOGGED);
    let journal = sandbox.path("study/journal");
    let text = fs::read_to_string(&journal).unwrap();
    let resume_with = |from: &str, to: &str| {
        sandbox.take_log();
        fs::write(&journal, text.replacen(from, to, 1)).unwrap();
        sandbox.run(0, &["--resume", "study"], &[])
    };
    let first = resume_with("{\"sitting", "{\"sittinh");
    first.assert_says("both cases are already done");
    first.assert_says("ignored damaged line 1 of the journal");
    assert_eq!(sandbox.take_log(), Vec::<String>::new());
    let value = resume_with("\"value\":1.0", "\"value\":3.0");
    value.assert_says("ignored damaged line 7 of the journal");
    assert_eq!(sandbox.take_log(), ["a"]);
    assert_eq!(value.by_name("value")["a"].as_f64(), Some(1.0));
}

#[test]
fn a_second_process_cannot_use_the_folder() {
    let sandbox = Sandbox::new(&["a,1,1"]);
    let child = sandbox.command(&NEW, &["sleep", "100"]).spawn().unwrap();
    wait_until("the run begins", || {
        ended_attempts(&sandbox.path("study/journal")) == 0 && sandbox.path("study/case-0").exists()
    });
    let number = format!("(process {})", child.id());
    let second = sandbox.run(2, &["--resume", "study"], &[]);
    second.assert_says("the run is in use by another CaseLanes");
    second.assert_says(&number);
    sandbox.run(2, &NEW, &["true"]).assert_says("in use");
    signal("-INT", &child);
    let first = RunOutput::of(&child.wait_with_output().unwrap(), 130);
    assert_eq!(first.statuses(), ["cancelled"]);
}

#[test]
fn invalid_run_folders_and_options_are_refused() {
    let sandbox = Sandbox::new(&["a,1,1"]);
    sandbox.run(0, &NEW, &["true"]);
    sandbox.run(2, &NEW, &["true"]).assert_says("the folder already holds a run");
    fs::create_dir(sandbox.path("foreign")).unwrap();
    fs::write(sandbox.path("foreign/journal"), "some text\n").unwrap();
    for (options, message) in [
        (&["--resume", "nothing"][..], "no such run folder: nothing"),
        (&["--resume", "temporary"], "found no journal in it: temporary"),
        (&["--resume", "foreign"], "found a journal in an unknown format: foreign"),
        (&["--resume", "cases.csv"], "expected a run folder, found a file: cases.csv"),
        (&["--resume", "study", "--run-folder", "other"], "cannot be used with"),
        (&["--resume", "study", "--workload", "wait"], "which the study has and --resume requires"),
        (
            &["--run-folder", "other", "--workload", "wait"],
            "--run-folder requires your own program",
        ),
        (&["--run-folder", "cases.csv/other"], "cannot create the folder"),
        (&["--resume", "study", "--output", "study/journal"], "a file that the run needs"),
        (&["--licences", "0"], "from 1"),
        (&["--stop-after", "0"], "from 1"),
        (&["--retries", "-1"], "from 0"),
        (&["--refused-exit", "256"], "from 0 to 255"),
        (&["--refused-text", ""], "expected a non-empty text"),
        (&["--memory-floor", "2X"], "expected a size above 0 such as 500M, 2G or 1.5GiB"),
        (&["--output-limit", "0"], "expected a size"),
    ] {
        let program = if options.contains(&"wait") { &[][..] } else { &["true"] };
        let ran = sandbox.run(2, options, program);
        ran.assert_says(message);
        assert!(!sandbox.path("other").exists());
    }
    for option in ["--refused-exit=1", "--refused-text=a", "--output-limit=1k"] {
        let ran = sandbox.run(2, &["--workload", "power", option], &[]);
        ran.assert_says(&format!(
            "{} requires your own program",
            option.split('=').next().unwrap()
        ));
    }
}

#[test]
fn resuming_says_what_changed_and_which_sessions_cases_are_from() {
    let sandbox = Sandbox::new(&["a,1,1", "b,2,1"]);
    sandbox.run(0, &NEW, &LOGGED);
    let resume = |options: &[&str], program: &[&str]| {
        sandbox.run(0, &[&["--resume", "study"], options].concat(), program).stderr
    };
    let unchanged = resume(&[], &[]);
    assert!(unchanged.contains("note: both cases are already done\n"), "{unchanged}");
    let mut table = Command::new(env!("CARGO_BIN_EXE_caselanes"));
    table.args(["run", "--resume", "study"]).current_dir(sandbox.folder.path());
    let output = table.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("2 done in 1 earlier session;"), "{text}");
    let program = resume(&[], &["true"]);
    let because =
        "0 of 2 cases are already done; 2 cases run again because of a change: the program\n";
    assert!(program.contains(because), "{program}");
    let both = resume(&["--env", "A=1", "--value-regex", "x"], &[]);
    assert!(
        both.contains("because of a change: the value expression, the environment\n"),
        "{both}"
    );
    sandbox.write(&["a,1,1", "c,3,1"]);
    let table = resume(&["--cases", "cases.csv"], &[]);
    assert!(table.contains("no longer in the table; changed: the table\n"), "{table}");
    let refused = sandbox.run(2, &["--resume", "study", "--workload", "demo"], &[]);
    refused
        .assert_says("--workload demo runs no program, which the study has and --resume requires");
}

#[test]
fn a_killed_run_is_resumed() {
    let rows: Vec<String> = (0..12).map(|case| format!("c{case:02},{case},1")).collect();
    let sandbox = Sandbox::new(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let program = ["sh", "-c", "echo $0 >> \"$1\"/../log; sleep 0.1; echo 1", "{name}", "{run}"];
    let mut child =
        sandbox.command(&[&NEW[..], &["--workers", "2"]].concat(), &program).spawn().unwrap();
    wait_until("some have ended", || ended_attempts(&sandbox.path("study/journal")) >= 5);
    signal("-KILL", &child);
    child.wait().unwrap();
    let run_folder = sandbox.path("study");
    wait_until("its programs are gone", || !has_process_with(run_folder.to_str().unwrap()));
    let done = ended_attempts(&sandbox.path("study/journal"));
    let before = sandbox.take_log();
    // The series total needs all cases to run in this session.
    let next = sandbox.run(0, &["--resume", "study", "--series", "measure"], &[]);
    next.assert_says(
        "the series total is not measured: some cases were done in an earlier session",
    );
    next.assert_says(&format!("{done} of 12 cases are already done"));
    let after = sandbox.take_log();
    assert_eq!(after.len(), 12 - done, "{before:?}, then {after:?}");
    assert_eq!(next.statuses(), ["done"; 12]);
}

#[test]
fn a_run_in_a_temporary_folder_can_be_resumed() {
    let sandbox = Sandbox::new(&["a,1,1", "b,2,1", "c,3,1"]);
    let script = ["sh", "-c", "test $0 = 1 || test -e \"$1/go\" || sleep 100; echo $0", "{x}"];
    let folder = sandbox.folder.path().to_str().unwrap();
    let program = [&script[..], &[folder]].concat();
    let child =
        sandbox.command(&["--cases", "cases.csv", "--workers", "2"], &program).spawn().unwrap();
    let journal = || {
        let run = fs::read_dir(sandbox.path("temporary")).unwrap().next()?;
        Some(run.unwrap().path().join("journal"))
    };
    wait_until("the first has ended", || {
        journal().is_some_and(|journal| ended_attempts(&journal) == 1)
    });
    signal("-INT", &child);
    let first = RunOutput::of(&child.wait_with_output().unwrap(), 130);
    assert_eq!(first.statuses(), ["done", "cancelled", "cancelled"]);
    let run_folder = first.stderr.split("caselanes run --resume ").nth(1).unwrap();
    fs::write(sandbox.path("go"), "").unwrap();
    let next = sandbox.run(0, &["--resume", run_folder.trim()], &[]);
    next.assert_says("1 of 3 cases is already done; 2 cancelled cases run again");
    assert_eq!(next.statuses(), ["done"; 3]);
}

/// Copies a folder recursively.
fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The folder was written by `CaseLanes` 0.1.0 in two sessions. The first was interrupted, the
/// second killed while the case `slow` was running.
#[test]
fn a_run_folder_written_by_an_earlier_version_is_resumed() {
    let sandbox = Sandbox::new(&[]);
    let written = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/old_run");
    copy_folder(&written, &sandbox.path("study"));
    fs::write(sandbox.path("study/go"), "").unwrap();
    let ran = sandbox.run(1, &["--resume", "study"], &[]);
    ran.assert_says(
        "3 of 5 cases are already done; 1 failed case is retried; 1 case was running when",
    );
    assert_eq!(ran.statuses(), ["done", "done", "failed", "done", "done"]);
    let session = ran.by_name("session");
    let sessions = ["first", "second", "broken", "slow", "last"].map(|name| session[name]);
    assert_eq!(sessions, [0, 0, 2, 2, 1]);
    let value = ran.by_name("value");
    assert_eq!(
        (value["first"], value["slow"], value["last"]),
        (&1.0.into(), &4.0.into(), &5.0.into())
    );
    assert_eq!(ran.by_name("end_s")["first"].as_f64(), Some(0.035_034_289));
    assert_eq!((ran.by_name("cpu_s")["last"]).as_f64(), Some(0.000_649));
    let results = fs::read_to_string(sandbox.path("study/results.csv")).unwrap();
    assert!(results.contains("\nfirst,1,2,coarse,1,done,"), "{results}");
    assert_eq!(fs::read(sandbox.path("study/case-0/stdout.txt")).unwrap(), b"1\nmesh coarse\n");
    assert!(sandbox.path("study/sitting-2/case-4/stdout.txt").exists());
    assert!(sandbox.path("study/sitting-3/case-3/stdout.txt").exists());
    let journal = sandbox.path("study/journal");
    let damaged = fs::read_to_string(&journal).unwrap().replacen("sitting", "sittinh", 1);
    fs::write(&journal, damaged).unwrap();
    let next = sandbox.run(1, &["--resume", "study"], &[]);
    next.assert_says("4 of 5 cases are already done; 1 failed case is retried");
    next.assert_says("ignored damaged line 1 of the journal");
}

#[test]
fn a_failed_case_is_retried() {
    let sandbox = Sandbox::new(&["a,1,1", "b,2,1"]);
    let fails_once = [
        "sh",
        "-c",
        "test -e \"$1\"/seen-$0 && echo $0 && exit; : > \"$1\"/seen-$0; exit 3",
        "{x}",
        "{run}",
    ];
    let ran = sandbox.run(0, &[&NEW[..], &["--retries", "2"]].concat(), &fails_once);
    for case in ran.cases() {
        assert_eq!((&case["status"], &case["attempts"]), (&"done".into(), &2.into()));
        assert_eq!((&case["error"], &case["session"]), (&Value::Null, &0.into()));
        let tries = case["tries"].as_array().unwrap();
        assert_eq!((&tries[0]["status"], &tries[1]["status"]), (&"failed".into(), &"done".into()));
        let pause_s = tries[1]["start_s"].as_f64().unwrap() - tries[0]["end_s"].as_f64().unwrap();
        assert!((1.0..2.0).contains(&pause_s), "{case}");
        assert_eq!(case["start_s"], tries[1]["start_s"]);
    }
    assert!(ran.report["account"]["held"].as_f64().unwrap() > 1.5, "{}", ran.report["account"]);
    assert!(sandbox.path("study/case-0.2/stdout.txt").exists());
    // predict accepts such a report.
    let report = sandbox.path("report.json");
    fs::write(&report, ran.report.to_string()).unwrap();
    let mut predict = Command::new(env!("CARGO_BIN_EXE_caselanes"));
    let predicted = predict.arg("predict").arg(&report).args(["--workers", "2"]).output().unwrap();
    assert!(predicted.status.success(), "{predicted:?}");
}

#[test]
fn no_more_cases_start_after_the_limit_of_failures() {
    let sandbox = Sandbox::new(&["a,1,1", "b,2,1", "c,3,1", "d,4,1"]);
    let options = [&NEW[..], &["--workers", "1", "--stop-after", "2"]].concat();
    let ran = sandbox.run(1, &options, &["false"]);
    ran.assert_says("error: stopped after 2 failed cases; the others were not started");
    assert_eq!(ran.statuses(), ["failed", "failed", "not-run", "not-run"]);
    let session = ran.by_name("session");
    assert_eq!((session["b"], session["c"]), (&0.into(), &Value::Null));
    ran.assert_says("4 cases are not done; to resume");
}

#[test]
fn licences_limit_the_running_cases() {
    let sandbox = Sandbox::new(&["a,1,1", "b,2,1", "c,3,1", "d,4,1", "e,5,1", "f,6,1"]);
    let options = [&NEW[..], &["--workers", "4", "--licences", "2"]].concat();
    let ran = sandbox.run(0, &options, &["sleep", "0.1"]);
    let times = |case: &Value| (case["start_s"].as_f64().unwrap(), case["end_s"].as_f64().unwrap());
    let times: Vec<_> = ran.cases().iter().map(times).collect();
    let running = |at_s: f64| times.iter().filter(|time| time.0 <= at_s && at_s < time.1).count();
    assert_eq!(times.iter().map(|time| running(time.0)).max(), Some(2));
    assert!(ran.report["account"]["held"].as_f64().unwrap() > 0.2);
}

#[test]
fn the_last_value_of_a_variable_counts_also_when_resumed() {
    let sandbox = Sandbox::new(&["a,1,1"]);
    let twice = ["--env", "A=1", "--env", "B=5", "--env", "A=2"];
    let options = [&NEW[..], &twice].concat();
    let ran = sandbox.run(0, &options, &["sh", "-c", "echo $A$B"]);
    assert_eq!(ran.cases()[0]["value"], 25.0);
    assert_eq!(sandbox.run(0, &["--resume", "study"], &[]).cases()[0]["value"], 25.0);
}

#[test]
fn nothing_starts_below_the_memory_floor() {
    let sandbox = Sandbox::new(&["a,1,1", "b,2,1"]);
    let options = [&NEW[..], &["--memory-floor", "9000PB"]].concat();
    sandbox.run(2, &options, &["true"]).assert_says("expected a size");
    let options = [&NEW[..], &["--memory-floor", "9000000T"]].concat();
    sandbox.run(2, &options, &["true"]).assert_says("no case could ever start: 9000000000.0 GB");
    assert!(!sandbox.path("study").exists());
    let memory = fs::read_to_string("/proc/meminfo").unwrap();
    let total = memory.split_whitespace().nth(1).unwrap().to_owned() + "KiB";
    let options = [&NEW[..], &["--memory-floor", &total]].concat();
    let mut child = sandbox.command(&options, &["true"]).spawn().unwrap();
    let mut stderr = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut stderr).unwrap();
    assert!(stderr.starts_with("no case started for "), "{stderr}");
    assert!(stderr.contains(" s: waiting for free memory: "), "{stderr}");
    assert!(stderr.contains(" GB free, ") && stderr.ends_with(" GB needed\n"), "{stderr}");
    signal("-INT", &child);
    let ran = RunOutput::of(&child.wait_with_output().unwrap(), 130);
    assert_eq!(ran.statuses(), ["not-run", "not-run"]);
    assert_eq!(ran.cases()[0]["session"], Value::Null);
    sandbox.run(0, &["--resume", "study", "--memory-floor", "1k"], &[]);
}

#[test]
fn a_refused_start_is_no_failure_and_is_reported() {
    let sandbox = Sandbox::new(&["a,1,1", "b,2,1"]);
    let refused_once = [
        "sh",
        "-c",
        "test $0 = 2 || test -e \"$1\"/seen && echo $0 && exit; : > \"$1\"/seen; exit 7",
        "{x}",
        "{run}",
    ];
    let options = [&NEW[..], &["--workers", "2", "--refused-exit", "7"]].concat();
    let ran = sandbox.run(0, &options, &refused_once);
    assert_eq!(ran.statuses(), ["done"; 2]);
    let case = &ran.cases()[0];
    assert_eq!((&case["attempts"], &case["error"]), (&2.into(), &Value::Null));
    assert_eq!(case["tries"][0]["status"], "not-run", "reports have five statuses only");
    let sandbox = Sandbox::new(&["a,1,1", "b,2,1"]);
    let table =
        [&NEW[..], &["--format", "table", "--workers", "2", "--refused-exit", "7"]].concat();
    let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
    command.arg("run").args(&table).arg("--").args(refused_once);
    let output = command.current_dir(sandbox.folder.path()).output().unwrap();
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(table.contains("1 start of 1 case refused: no licence"), "{table}");
}

#[test]
fn a_case_waiting_for_a_licence_counts_as_not_run_when_cancelled() {
    let sandbox = Sandbox::new(&["a,1,1"]);
    let options = [&NEW[..], &["--refused-text", "no licence"]].concat();
    let program = ["sh", "-c", "echo sorry: no licence; exit 1"];
    let child = sandbox.command(&options, &program).spawn().unwrap();
    wait_until("a start is refused", || ended_attempts(&sandbox.path("study/journal")) >= 1);
    signal("-INT", &child);
    let ran = RunOutput::of(&child.wait_with_output().unwrap(), 130);
    assert_eq!(ran.statuses(), ["not-run"]);
    assert_eq!(ran.cases()[0]["error"], Value::Null);
}

#[test]
fn results_are_written_while_the_run_is_in_progress() {
    let sandbox = Sandbox::new(&["a,1,1", "b,2,1"]);
    let program = ["sh", "-c", "test $0 = 1 || sleep 100; echo $0", "{x}"];
    let options = [&NEW[..], &["--workers", "2"]].concat();
    let child = sandbox.command(&options, &program).spawn().unwrap();
    let results = || fs::read_to_string(sandbox.path("study/results.csv")).unwrap_or_default();
    wait_until("results are there", || results().contains("\na,1,1,1,done,"));
    let partial = results();
    assert!(partial.lines().count() == 3 && partial.contains("\nb,2,1,,in-work,"), "{partial}");
    signal("-INT", &child);
    RunOutput::of(&child.wait_with_output().unwrap(), 130);
    assert!(results().contains("\nb,2,1,,cancelled,"), "{}", results());
}

#[test]
fn output_above_the_limit_loses_its_middle() {
    let sandbox = Sandbox::new(&["a,1,1"]);
    let program = ["sh", "-c", "echo first; head -c 1000000 /dev/zero | tr '\\0' x; echo; echo 8"];
    let ran = sandbox.run(0, &[&NEW[..], &["--output-limit", "10k"]].concat(), &program);
    assert_eq!(ran.cases()[0]["value"], 8.0);
    let kept = fs::read(sandbox.path("study/case-0/stdout.txt")).unwrap();
    assert!(kept.len() < 12_000 && kept.starts_with(b"first") && kept.ends_with(b"\n8\n"));
}

#[test]
fn a_study_file_contains_limits() {
    let sandbox = Sandbox::new(&[]);
    let study = "version = 1\n[workload]\nname = 'command'\ncommand = ['sh', '-c', 'exit 1']\n\
                 output-limit = '1M'\nrefused-exit = 7\nrefused-text = 'no licence'\n\
                 [plan]\nlicences = 1\nretries = 1\nstop-after = 1\nmemory-floor = 1000\n\
                 [[case]]\nx = 1\ny = 1\n[[case]]\nx = 2\ny = 1\n";
    fs::write(sandbox.path("a.caselanes"), study).unwrap();
    let options = ["a.caselanes", "--run-folder", "study", "--workers", "2"];
    let ran = sandbox.run(1, &options, &[]);
    assert_eq!(ran.report["cases"][0]["attempts"], 2);
    let kept = fs::read_to_string(sandbox.path("study/study.caselanes")).unwrap();
    for line in
        ["output-limit = \"1M\"", "refused-exit = 7", "retries = 1", "memory-floor = \"1K\""]
    {
        assert!(kept.contains(line), "{kept}");
    }
}
