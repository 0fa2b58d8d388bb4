//! Runs of programs that keep a folder, are broken off, and go on.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test ends where something goes wrong")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

/// Notes that the case is run, and prints its x; what has the name `bad` fails.
const NOTED: [&str; 6] = [
    "sh",
    "-c",
    "echo \"$0\" >> \"$1\"/../log; test $0 != bad && echo $2",
    "{name}",
    "{run}",
    "{x}",
];

struct Place {
    folder: TempDir,
}

impl Place {
    fn new(rows: &[&str]) -> Self {
        let place = Self { folder: tempdir().unwrap() };
        fs::create_dir(place.path("temporary")).unwrap();
        place.write(rows);
        place
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

    /// What a run with this status says and reports.
    fn run(&self, status: i32, options: &[&str], program: &[&str]) -> Ran {
        Ran::of(&self.command(options, program).output().unwrap(), status)
    }

    /// The names of the cases that were run, in alphabetical order; it begins anew.
    fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.path("log")).unwrap_or_default();
        fs::remove_file(self.path("log")).ok();
        let mut names: Vec<String> = log.lines().map(str::to_owned).collect();
        names.sort();
        names
    }
}

/// What came of a run.
struct Ran {
    said: String,
    report: Value,
}

impl Ran {
    fn of(output: &Output, status: i32) -> Self {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{said}");
        Self { said, report: serde_json::from_slice(&output.stdout).unwrap_or_default() }
    }

    fn cases(&self) -> &[Value] {
        self.report["cases"].as_array().unwrap()
    }

    /// This of every case, by its name.
    fn of_each(&self, key: &str) -> BTreeMap<&str, &Value> {
        self.cases().iter().map(|case| (case["name"].as_str().unwrap(), &case[key])).collect()
    }

    fn statuses(&self) -> Vec<&str> {
        self.cases().iter().map(|case| case["status"].as_str().unwrap()).collect()
    }

    fn says(&self, text: &str) {
        assert!(self.said.contains(text), "{}", self.said);
    }
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_mins(1), "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

fn signal(name: &str, child: &Child) {
    let kill = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
}

/// How many ends of attempts the journal tells of.
fn ends(journal: &Path) -> usize {
    fs::read_to_string(journal).unwrap_or_default().matches("\"end\"").count()
}

const NEW: [&str; 4] = ["--cases", "cases.csv", "--run-folder", "study"];

#[test]
fn files_of_the_users_own_are_not_written_over() {
    for name in ["study.caselanes", "results.csv", "case-0", "sitting-2", "journal"] {
        let place = Place::new(&["a,1,1"]);
        fs::create_dir(place.path("study")).unwrap();
        fs::write(place.path("study").join(name), "mine").unwrap();
        let refused = place.run(2, &NEW, &NOTED);
        refused.says(&format!("the folder already holds {name}, which the run would overwrite"));
        assert_eq!(fs::read_to_string(place.path("study").join(name)).unwrap(), "mine");
        assert_eq!(fs::read_dir(place.path("study")).unwrap().count(), 1, "nothing is left there");
    }
    let place = Place::new(&["a,1,1"]);
    fs::create_dir(place.path("study")).unwrap();
    fs::write(place.path("study/solver.cfg"), "mine").unwrap();
    place.run(0, &NEW, &NOTED);
}

#[test]
fn a_journal_that_is_torn_in_its_first_line_is_no_run_yet() {
    let place = Place::new(&["a,1,1"]);
    place.run(0, &NEW, &NOTED);
    let journal = place.path("study/journal");
    let whole = fs::read(&journal).unwrap();
    fs::write(&journal, &whole[..20]).unwrap();
    fs::remove_dir_all(place.path("study/case-0")).unwrap();
    place.run(2, &["--resume", "study"], &[]).says("found no journal in it");
    place.run(0, &NEW, &NOTED);
}

#[test]
fn programs_are_compared_and_swept_by_their_command_too() {
    let place = Place::new(&["a,1,1", "b,2,1"]);
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.args(arguments).args(["--cases", "cases.csv", "--repeat", "1", "--format", "json"]);
        command.args(["--", "sh", "-c", "test $0 != none || exit 3; sleep 0.02"]);
        command.arg(if arguments.contains(&"--quiet") { "none" } else { "{x}" });
        let output = command.current_dir(place.folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), said, report)
    };
    let (status, said, compared) = run(&["compare", "--setup", "series", "threads:2"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(compared["runs"][1]["median_s"].as_f64().unwrap() > 0.02);
    let (status, said, swept) = run(&["sweep", "--workers", "1..2"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(swept["points"][0]["total_s"].as_f64().unwrap() > 0.04);
    let (status, said, _) = run(&["compare", "--quiet", "--setup", "series", "threads:2"]);
    assert_eq!(status, Some(1));
    assert_eq!(said.matches("row 1, a: exit status 3").count(), 1, "{said}");
}

#[test]
fn from_programs_that_held_each_other_up_nothing_is_predicted() {
    let place = Place::new(&["a,1,1", "b,2,1", "c,3,1", "d,4,1"]);
    let compute = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo $i";
    let many = ["--cases", "cases.csv", "--workers", "200", "--output", "run.json"];
    place.run(0, &many, &["sh", "-c", compute]);
    let predict = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.args(["predict", "run.json", "--workers", "1"]);
        command.current_dir(place.folder.path()).output().unwrap()
    };
    let output = predict();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("slowed each other down"), "{said}");
    place.run(0, &many, &["sleep", "0.05"]);
    let output = predict();
    assert_eq!(output.status.code(), Some(0), "what waits holds nobody up");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let limited = ["--cases", "cases.csv", "--licences", "1", "--output", "run.json"];
    place.run(0, &limited, &["sleep", "0.05"]);
    let said = String::from_utf8_lossy(&predict().stderr).into_owned();
    assert!(said.contains("workers were held in the recorded run"), "{said}");
}

#[test]
fn a_run_goes_on_after_rows_were_reordered_edited_added_and_taken_out() {
    let place = Place::new(&["a,1,1", "bad,2,1", "c,3,1", "d,4,1", "e,5,1"]);
    let first = place.run(1, &NEW, &NOTED);
    first.says("1 case is not done; to resume: caselanes run --resume ");
    assert_eq!(first.statuses(), ["done", "failed", "done", "done", "done"]);
    assert_eq!(place.log(), ["a", "bad", "c", "d", "e"]);

    // c has another x, d is gone, new is new, the others stand elsewhere.
    place.write(&["new,9,1", "e,5,1", "c,7,1", "bad,2,1", "a,1,1"]);
    let next = place.run(1, &["--resume", "study", "--cases", "cases.csv"], &[]);
    assert_eq!(place.log(), ["bad", "c", "new"]);
    next.says("2 of 5 cases are already done; 1 failed case is retried");
    next.says("2 cases have not run yet");
    next.says("no longer in the table");
    let session = next.of_each("session");
    assert_eq!((session["a"], session["e"]), (&0.into(), &0.into()));
    assert_eq!((session["new"], session["c"], session["bad"]), (&1.into(), &1.into(), &1.into()));
    let value = next.of_each("value");
    assert_eq!((value["a"], value["c"], value["new"]), (&1.0.into(), &7.0.into(), &9.0.into()));
    for unknown in ["speedup", "efficiency", "total_series_s", "series", "lower_bound_s"] {
        assert_eq!(next.report[unknown], Value::Null, "{unknown}");
    }
    let account = &next.report["account"];
    let lane_seconds = account["lane_seconds"].as_f64().unwrap();
    let total_s = next.report["total_parallel_s"].as_f64().unwrap();
    let workers = next.report["workers"].as_f64().unwrap();
    assert!((lane_seconds - workers * total_s).abs() < 1e-9);

    // The folder knows the study as it is now.
    place.write(&["bad,2,1"]);
    let last = place.run(1, &["--resume", "study"], &[]);
    assert_eq!((place.log(), last.cases().len()), (vec!["bad".to_owned()], 5));
    let results = fs::read_to_string(place.path("study/results.csv")).unwrap();
    assert!(results.starts_with("name,x,y,value,status,error,"), "{results}");
    assert!(results.contains("\nnew,9,1,9,done,,"), "{results}");
    assert_eq!(results.lines().count(), 6);
}

#[test]
fn options_and_a_study_file_win_over_the_study_of_the_run() {
    let place = Place::new(&["a,1,1", "b,2,1"]);
    place.run(0, &NEW, &NOTED);
    let again = place.run(0, &["--resume", "study", "--workers", "7", "--timeout", "60"], &[]);
    assert_eq!((&again.report["workers"], place.log().len()), (&7.into(), 2));
    again.says("both cases are already done");
    assert_eq!(again.report["total_parallel_s"], Value::Null);
    assert_eq!(again.report["account"], Value::Null);
    // Another command is other work.
    let other = place.run(0, &["--resume", "study"], &["echo", "{x}5"]);
    other.says("0 of 2 cases are already done");
    assert_eq!(other.of_each("value")["b"], 25.0);
    let study = "version = 1\n[workload]\nname = 'command'\ncommand = ['echo', '{x}5']\n\
                 [[case]]\nname = 'b'\nx = 2\ny = 1\n[[case]]\nname = 'c'\nx = 3\ny = 1\n";
    fs::write(place.path("a.caselanes"), study).unwrap();
    let other = place.run(0, &["a.caselanes", "--resume", "study"], &[]);
    other.says("1 of 2 cases is already done");
    assert_eq!(other.of_each("session")["b"], 2);
    assert_eq!(other.of_each("session")["c"], 3);
}

#[test]
fn a_torn_last_line_is_a_case_that_is_run_again() {
    let place = Place::new(&["a,1,1", "b,2,1"]);
    place.run(0, &[&NEW[..], &["--workers", "1"]].concat(), &NOTED);
    place.log();
    let journal = place.path("study/journal");
    let text = fs::read_to_string(&journal).unwrap();
    // The last end is that of b.
    let torn = text.rfind("{\"end\"").unwrap() + 20;
    fs::write(&journal, &text[..torn]).unwrap();
    let next = place.run(0, &["--resume", "study"], &[]);
    next.says("1 of 2 cases is already done; 1 case was running when the run stopped");
    assert_eq!(place.log(), ["b"]);
    // It is whole again.
    place.run(0, &["--resume", "study"], &[]).says("both cases are already done");
}

#[test]
fn a_second_one_on_the_same_folder_is_told() {
    let place = Place::new(&["a,1,1"]);
    let child = place.command(&NEW, &["sleep", "100"]).spawn().unwrap();
    wait_until("the run begins", || {
        ends(&place.path("study/journal")) == 0 && place.path("study/case-0").exists()
    });
    let number = format!("(process {})", child.id());
    let second = place.run(2, &["--resume", "study"], &[]);
    second.says("the run is in use by another CaseLanes");
    second.says(&number);
    place.run(2, &NEW, &["true"]).says("in use");
    signal("-INT", &child);
    let first = Ran::of(&child.wait_with_output().unwrap(), 130);
    assert_eq!(first.statuses(), ["cancelled"]);
}

#[test]
fn what_is_no_run_to_go_on_with_is_refused() {
    let place = Place::new(&["a,1,1"]);
    place.run(0, &NEW, &["true"]);
    place.run(2, &NEW, &["true"]).says("the folder already holds a run");
    fs::create_dir(place.path("foreign")).unwrap();
    fs::write(place.path("foreign/journal"), "some text\n").unwrap();
    for (options, said) in [
        (&["--resume", "nothing"][..], "no such run folder: nothing"),
        (&["--resume", "temporary"], "found no journal in it: temporary"),
        (&["--resume", "foreign"], "found a journal in an unknown format: foreign"),
        (&["--resume", "cases.csv"], "expected a run folder, found a file: cases.csv"),
        (&["--resume", "study", "--run-folder", "other"], "cannot be used with"),
        (&["--resume", "study", "--workload", "wait"], "--resume is for a program of your own"),
        (&["--run-folder", "other", "--workload", "wait"], "--run-folder is for a program"),
        (&["--run-folder", "cases.csv/other"], "cannot create the folder"),
        (&["--resume", "study", "--output", "study/journal"], "a file that the run needs"),
        (&["--licences", "0"], "from 1"),
        (&["--stop-after", "0"], "from 1"),
        (&["--retries", "-1"], "from 0"),
        (&["--refused-exit", "256"], "from 0 to 255"),
        (&["--refused-text", ""], "expected a text"),
        (&["--memory-floor", "2X"], "expected a size such as 500M, 2G or 1.5GiB"),
        (&["--output-limit", "0"], "expected a size"),
    ] {
        let program = if options.contains(&"wait") { &[][..] } else { &["true"] };
        let ran = place.run(2, options, program);
        ran.says(said);
        assert!(!place.path("other").exists());
    }
    for option in ["--refused-exit=1", "--refused-text=a", "--output-limit=1k"] {
        let ran = place.run(2, &["--workload", "power", option], &[]);
        ran.says(&format!("{} is for a program", option.split('=').next().unwrap()));
    }
}

#[test]
fn a_run_that_was_killed_goes_on_with_the_rest() {
    let rows: Vec<String> = (0..12).map(|case| format!("c{case:02},{case},1")).collect();
    let place = Place::new(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let program = ["sh", "-c", "echo $0 >> \"$1\"/../log; sleep 0.1; echo 1", "{name}", "{run}"];
    let mut child =
        place.command(&[&NEW[..], &["--workers", "2"]].concat(), &program).spawn().unwrap();
    wait_until("some have ended", || ends(&place.path("study/journal")) >= 5);
    signal("-KILL", &child);
    child.wait().unwrap();
    let done = ends(&place.path("study/journal"));
    let before = place.log();
    // What is not run anew is not measured in series either.
    let next = place.run(0, &["--resume", "study", "--series", "measure"], &[]);
    next.says("no series total is measured: some cases were done before");
    next.says(&format!("{done} of 12 cases are already done"));
    let again = place.log();
    assert_eq!(again.len(), 12 - done, "{before:?}, then {again:?}");
    assert_eq!(next.statuses(), ["done"; 12]);
}

#[test]
fn a_run_without_a_folder_of_its_own_can_go_on_too() {
    let place = Place::new(&["a,1,1", "b,2,1", "c,3,1"]);
    let script = ["sh", "-c", "test $0 = 1 || test -e \"$1/go\" || sleep 100; echo $0", "{x}"];
    let folder = place.folder.path().to_str().unwrap();
    let program = [&script[..], &[folder]].concat();
    let child =
        place.command(&["--cases", "cases.csv", "--workers", "2"], &program).spawn().unwrap();
    let journal = || {
        let run = fs::read_dir(place.path("temporary")).unwrap().next()?;
        Some(run.unwrap().path().join("journal"))
    };
    wait_until("the first has ended", || journal().is_some_and(|journal| ends(&journal) == 1));
    signal("-INT", &child);
    let first = Ran::of(&child.wait_with_output().unwrap(), 130);
    assert_eq!(first.statuses(), ["done", "cancelled", "cancelled"]);
    let place_of_resume = first.said.split("caselanes run --resume ").nth(1).unwrap();
    fs::write(place.path("go"), "").unwrap();
    let next = place.run(0, &["--resume", place_of_resume.trim()], &[]);
    next.says("1 of 3 cases is already done; 2 cancelled cases run again");
    assert_eq!(next.statuses(), ["done"; 3]);
}

/// Copies a folder and all that is in it.
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

/// The folder was written by CaseLanes 0.1.0 in two sessions. The first was interrupted, the
/// second killed while the case `slow` was running.
#[test]
fn a_run_folder_written_by_an_earlier_version_is_resumed() {
    let place = Place::new(&[]);
    let written = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/old_run");
    copy_folder(&written, &place.path("study"));
    fs::write(place.path("study/go"), "").unwrap();
    let ran = place.run(1, &["--resume", "study"], &[]);
    ran.says("3 of 5 cases are already done; 1 failed case is retried; 1 case was running when");
    assert_eq!(ran.statuses(), ["done", "done", "failed", "done", "done"]);
    let session = ran.of_each("session");
    let sessions = ["first", "second", "broken", "slow", "last"].map(|name| session[name]);
    assert_eq!(sessions, [0, 0, 2, 2, 1]);
    let value = ran.of_each("value");
    assert_eq!(
        (value["first"], value["slow"], value["last"]),
        (&1.0.into(), &4.0.into(), &5.0.into())
    );
    assert_eq!(ran.of_each("end_s")["first"].as_f64(), Some(0.035_034_289));
    assert_eq!((ran.of_each("cpu_s")["last"]).as_f64(), Some(0.000_649));
    assert_eq!(ran.report["cases"][0]["columns"]["mesh"], "coarse");
    assert_eq!(fs::read(place.path("study/case-0/stdout.txt")).unwrap(), b"1\nmesh coarse\n");
    assert!(place.path("study/sitting-2/case-4/stdout.txt").exists());
    assert!(place.path("study/sitting-3/case-3/stdout.txt").exists());
    let next = place.run(1, &["--resume", "study"], &[]);
    next.says("4 of 5 cases are already done; 1 failed case is retried");
}

#[test]
fn what_fails_the_first_time_is_tried_again() {
    let place = Place::new(&["a,1,1", "b,2,1"]);
    let fails_once = [
        "sh",
        "-c",
        "test -e \"$1\"/seen-$0 && echo $0 && exit; : > \"$1\"/seen-$0; exit 3",
        "{x}",
        "{run}",
    ];
    let ran = place.run(0, &[&NEW[..], &["--retries", "2"]].concat(), &fails_once);
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
    assert!(place.path("study/case-0.2/stdout.txt").exists());
    // Such a report can be predicted from.
    let report = place.path("report.json");
    fs::write(&report, ran.report.to_string()).unwrap();
    let mut predict = Command::new(env!("CARGO_BIN_EXE_caselanes"));
    let predicted = predict.arg("predict").arg(&report).args(["--workers", "2"]).output().unwrap();
    assert!(predicted.status.success(), "{predicted:?}");
}

#[test]
fn after_so_many_failures_nothing_more_starts() {
    let place = Place::new(&["a,1,1", "b,2,1", "c,3,1", "d,4,1"]);
    let options = [&NEW[..], &["--workers", "1", "--stop-after", "2"]].concat();
    let ran = place.run(1, &options, &["false"]);
    ran.says("error: stopped after 2 failed cases; the others were not started");
    assert_eq!(ran.statuses(), ["failed", "failed", "not-run", "not-run"]);
    let session = ran.of_each("session");
    assert_eq!((session["b"], session["c"]), (&0.into(), &Value::Null));
    ran.says("4 cases are not done; to resume: ");
}

#[test]
fn licences_are_a_cap_on_cases_in_work() {
    let place = Place::new(&["a,1,1", "b,2,1", "c,3,1", "d,4,1", "e,5,1", "f,6,1"]);
    let options = [&NEW[..], &["--workers", "4", "--licences", "2"]].concat();
    let ran = place.run(0, &options, &["sleep", "0.1"]);
    let times = |case: &Value| (case["start_s"].as_f64().unwrap(), case["end_s"].as_f64().unwrap());
    let times: Vec<_> = ran.cases().iter().map(times).collect();
    let in_work = |at_s: f64| times.iter().filter(|time| time.0 <= at_s && at_s < time.1).count();
    assert_eq!(times.iter().map(|time| in_work(time.0)).max(), Some(2));
    assert!(ran.report["account"]["held"].as_f64().unwrap() > 0.2);
}

#[test]
fn of_variables_of_one_name_the_last_counts_and_the_run_goes_on() {
    let place = Place::new(&["a,1,1"]);
    let twice = ["--env", "A=1", "--env", "B=5", "--env", "A=2"];
    let options = [&NEW[..], &twice].concat();
    let ran = place.run(0, &options, &["sh", "-c", "echo $A$B"]);
    assert_eq!(ran.cases()[0]["value"], 25.0);
    assert_eq!(place.run(0, &["--resume", "study"], &[]).cases()[0]["value"], 25.0);
}

#[test]
fn below_the_floor_of_free_memory_nothing_starts() {
    let place = Place::new(&["a,1,1", "b,2,1"]);
    let options = [&NEW[..], &["--memory-floor", "9000PB"]].concat();
    place.run(2, &options, &["true"]).says("expected a size");
    let options = [&NEW[..], &["--memory-floor", "9000000T"]].concat();
    let mut child = place.command(&options, &["true"]).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
    assert!(said.starts_with("no case started for "), "{said}");
    assert!(said.ends_with(" s: waiting for free memory\n"), "{said}");
    signal("-INT", &child);
    let ran = Ran::of(&child.wait_with_output().unwrap(), 130);
    assert_eq!(ran.statuses(), ["not-run", "not-run"]);
    assert_eq!(ran.cases()[0]["session"], Value::Null);
    place.run(0, &["--resume", "study", "--memory-floor", "1k"], &[]);
}

#[test]
fn a_refused_start_is_no_failure_and_is_told() {
    let place = Place::new(&["a,1,1", "b,2,1"]);
    let refused_once = [
        "sh",
        "-c",
        "test $0 = 2 || test -e \"$1\"/seen && echo $0 && exit; : > \"$1\"/seen; exit 7",
        "{x}",
        "{run}",
    ];
    let options = [&NEW[..], &["--workers", "2", "--refused-exit", "7"]].concat();
    let ran = place.run(0, &options, &refused_once);
    assert_eq!(ran.statuses(), ["done"; 2]);
    let case = &ran.cases()[0];
    assert_eq!((&case["attempts"], &case["error"]), (&2.into(), &Value::Null));
    assert_eq!(case["tries"][0]["status"], "not-run", "the five names are all there are");
    let place = Place::new(&["a,1,1", "b,2,1"]);
    let table =
        [&NEW[..], &["--format", "table", "--workers", "2", "--refused-exit", "7"]].concat();
    let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
    command.arg("run").args(&table).arg("--").args(refused_once);
    let output = command.current_dir(place.folder.path()).output().unwrap();
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(table.contains("1 start of 1 case refused for want of a licence"), "{table}");
}

#[test]
fn a_case_that_waits_for_a_licence_when_the_run_is_cancelled_was_not_run() {
    let place = Place::new(&["a,1,1"]);
    let options = [&NEW[..], &["--refused-text", "no licence"]].concat();
    let program = ["sh", "-c", "echo sorry: no licence; exit 1"];
    let child = place.command(&options, &program).spawn().unwrap();
    wait_until("a start is refused", || ends(&place.path("study/journal")) >= 1);
    signal("-INT", &child);
    let ran = Ran::of(&child.wait_with_output().unwrap(), 130);
    assert_eq!(ran.statuses(), ["not-run"]);
    assert_eq!(ran.cases()[0]["error"], Value::Null);
}

#[test]
fn the_results_so_far_are_there_while_the_rest_still_runs() {
    let place = Place::new(&["a,1,1", "b,2,1"]);
    let program = ["sh", "-c", "test $0 = 1 || sleep 100; echo $0", "{x}"];
    let options = [&NEW[..], &["--workers", "2"]].concat();
    let child = place.command(&options, &program).spawn().unwrap();
    let results = || fs::read_to_string(place.path("study/results.csv")).unwrap_or_default();
    wait_until("results are there", || results().contains("\na,1,1,1,done,"));
    let so_far = results();
    assert!(so_far.lines().count() == 3 && so_far.contains("\nb,2,1,,in-work,"), "{so_far}");
    signal("-INT", &child);
    Ran::of(&child.wait_with_output().unwrap(), 130);
    assert!(results().contains("\nb,2,1,,cancelled,"), "{}", results());
}

#[test]
fn output_beyond_the_limit_loses_its_middle() {
    let place = Place::new(&["a,1,1"]);
    let program = ["sh", "-c", "echo first; head -c 1000000 /dev/zero | tr '\\0' x; echo; echo 8"];
    let ran = place.run(0, &[&NEW[..], &["--output-limit", "10k"]].concat(), &program);
    assert_eq!(ran.cases()[0]["value"], 8.0);
    let kept = fs::read(place.path("study/case-0/stdout.txt")).unwrap();
    assert!(kept.len() < 12_000 && kept.starts_with(b"first") && kept.ends_with(b"\n8\n"));
}

#[test]
fn a_study_file_holds_the_limits_too() {
    let place = Place::new(&[]);
    let study = "version = 1\n[workload]\nname = 'command'\ncommand = ['sh', '-c', 'exit 1']\n\
                 output-limit = '1M'\nrefused-exit = 7\nrefused-text = 'no licence'\n\
                 [plan]\nlicences = 1\nretries = 1\nstop-after = 1\nmemory-floor = 1000\n\
                 [[case]]\nx = 1\ny = 1\n[[case]]\nx = 2\ny = 1\n";
    fs::write(place.path("a.caselanes"), study).unwrap();
    let options = ["a.caselanes", "--run-folder", "study", "--workers", "2"];
    let ran = place.run(1, &options, &[]);
    assert_eq!(ran.report["cases"][0]["attempts"], 2);
    let kept = fs::read_to_string(place.path("study/study.caselanes")).unwrap();
    for line in
        ["output-limit = \"1M\"", "refused-exit = 7", "retries = 1", "memory-floor = \"1K\""]
    {
        assert!(kept.contains(line), "{kept}");
    }
}
