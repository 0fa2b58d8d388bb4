//! Runs of programs with a run folder that are interrupted and resumed.

use std::fs;
use std::io::{BufRead as _, BufReader};
#[cfg(unix)]
use std::path::Path;

use serde_json::Value;
use sysinfo::{MemoryRefreshKind, RefreshKind, System};

use crate::interrupt::interrupt;
use crate::sandbox::{RunOutput, Sandbox, wait_until};

/// Logs the name of the case and prints its x. A case named `bad` fails.
const LOGGED: [&str; 5] =
    ["case-program", "append={run}/../log={name}", "print={x}", "if={name}=bad", "exit=1"];

/// Options of a new run.
const NEW: [&str; 4] = ["--cases", "cases.csv", "--run-folder", "study"];

impl Sandbox {
    /// Creates cases from rows of name, x and y.
    fn with_rows(rows: &[&str]) -> Self {
        let sandbox = Self::new(0);
        sandbox.write_rows(rows);
        sandbox
    }

    fn write_rows(&self, rows: &[&str]) {
        self.write("cases.csv", [&["name,x,y"], rows, &[""]].concat().join("\n"));
    }

    /// Returns the sorted names of the logged cases and clears the log.
    fn take_log(&self) -> Vec<String> {
        let mut names = self.lines("log");
        fs::remove_file(self.path("log")).ok();
        names.sort();
        names
    }
}

#[test]
fn files_of_the_user_are_not_overwritten() {
    for name in ["study.caselanes", "results.csv", "case-0", "sitting-2", "journal"] {
        let sandbox = Sandbox::with_rows(&["a,1,1"]);
        fs::create_dir(sandbox.path("study")).unwrap();
        fs::write(sandbox.path("study").join(name), "mine").unwrap();
        let refused = sandbox.run(2, &NEW, &LOGGED);
        refused.assert_says(&format!(
            "the folder already holds {name}, which the run would overwrite"
        ));
        assert_eq!(fs::read_to_string(sandbox.path("study").join(name)).unwrap(), "mine");
        assert_eq!(fs::read_dir(sandbox.path("study")).unwrap().count(), 1, "the run left a file");
    }
    let sandbox = Sandbox::with_rows(&["a,1,1"]);
    fs::create_dir(sandbox.path("study")).unwrap();
    fs::write(sandbox.path("study/solver.cfg"), "mine").unwrap();
    sandbox.run(0, &NEW, &LOGGED);
}

#[test]
fn reports_replace_no_file_of_a_run() {
    let sandbox = Sandbox::with_rows(&["a,1,1"]);
    sandbox.run(0, &NEW, &LOGGED);
    let journal = fs::read(sandbox.path("study/journal")).unwrap();
    for output in ["journal", "study.caselanes", "results.csv", "case-0/stdout.txt"] {
        let output = format!("study/{output}");
        let predict = ["predict", "study", "--workers", "2", "--output", &output];
        for arguments in [&["report", "study", "--output", &output][..], &predict] {
            let ended = sandbox.caselanes(arguments).output().unwrap();
            let message = String::from_utf8_lossy(&ended.stderr);
            assert!(message.contains("would replace a file of a run"), "{output}: {message}");
            assert_eq!(ended.status.code(), Some(2), "{output}");
        }
    }
    assert_eq!(fs::read(sandbox.path("study/journal")).unwrap(), journal);
    let own = ["report", "study", "--output", "study/report.html"];
    for _ in 0..2 {
        assert!(sandbox.caselanes(&own).status().unwrap().success());
    }
}

#[test]
fn a_journal_with_an_incomplete_first_line_is_no_run() {
    let sandbox = Sandbox::with_rows(&["a,1,1"]);
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
    let sandbox = Sandbox::with_rows(&["a,1,1", "b,2,1"]);
    let run = |arguments: &[&str]| {
        let status = if arguments.contains(&"--quiet") { "exit=3" } else { "exit=0" };
        let mut command = sandbox.caselanes(arguments);
        command.args(["--cases", "cases.csv", "--repeat", "1", "--format", "json"]);
        let output = command.args(["--", "case-program", "sleep=0.02", status]).output().unwrap();
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
    let sandbox = Sandbox::with_rows(&["a,1,1", "b,2,1", "c,3,1", "d,4,1"]);
    let many = ["--cases", "cases.csv", "--workers", "200", "--output", "run.json"];
    sandbox.run(0, &many, &["case-program", "count=20000000"]);
    let predict =
        || sandbox.caselanes(&["predict", "run.json", "--workers", "1"]).output().unwrap();
    let output = predict();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("slowed each other down"), "{stderr}");
    sandbox.run(0, &many, &["case-program", "sleep=0.05"]);
    let output = predict();
    assert_eq!(output.status.code(), Some(0), "waiting programs do not slow each other down");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let limited = ["--cases", "cases.csv", "--licences", "1", "--output", "run.json"];
    sandbox.run(0, &limited, &["case-program", "sleep=0.05"]);
    let stderr = String::from_utf8_lossy(&predict().stderr).into_owned();
    assert!(stderr.contains("workers were held in the recorded run"), "{stderr}");
    let queued = [&many[..], &["--licences", "1"]].concat();
    sandbox.run(0, &queued, &["case-program", "count=20000000"]);
    let output = predict();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "one ran at a time: {stderr}");
}

#[test]
fn a_run_is_resumed_after_rows_were_moved_edited_added_and_removed() {
    let sandbox = Sandbox::with_rows(&["a,1,1", "bad,2,1", "c,3,1", "d,4,1", "e,5,1"]);
    let first = sandbox.run(1, &NEW, &LOGGED);
    first.assert_says("1 case is not done; to resume: caselanes run --resume ");
    assert_eq!(first.statuses(), ["done", "failed", "done", "done", "done"]);
    assert_eq!(sandbox.take_log(), ["a", "bad", "c", "d", "e"]);

    // c has another x, d is removed, new is added, the others are moved.
    sandbox.write_rows(&["new,9,1", "e,5,1", "c,7,1", "bad,2,1", "a,1,1"]);
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
    sandbox.write_rows(&["bad,2,1"]);
    let last = sandbox.run(1, &["--resume", "study"], &[]);
    assert_eq!((sandbox.take_log(), last.cases().len()), (vec!["bad".to_owned()], 5));
    let results = fs::read_to_string(sandbox.path("study/results.csv")).unwrap();
    assert!(results.starts_with("name,x,y,value,status,error,"), "{results}");
    assert!(results.contains("\nnew,9,1,9,done,,"), "{results}");
    assert_eq!(results.lines().count(), 6);
}

#[test]
fn options_and_a_study_file_override_the_study_of_the_run() {
    let sandbox = Sandbox::with_rows(&["a,1,1", "b,2,1"]);
    sandbox.run(0, &NEW, &LOGGED);
    let resumed = sandbox.run(0, &["--resume", "study", "--workers", "7", "--timeout", "60"], &[]);
    assert_eq!((&resumed.report["workers"], sandbox.take_log().len()), (&7.into(), 2));
    resumed.assert_says("both cases are already done");
    assert_eq!(resumed.report["total_parallel_s"], Value::Null);
    assert_eq!(resumed.report["account"], Value::Null);
    // Another command makes other cases.
    let other = sandbox.run(0, &["--resume", "study"], &["case-program", "print={x}5"]);
    other.assert_says("0 of 2 cases are already done");
    assert_eq!(other.by_name("value")["b"], 25.0);
    let study = "version = 1\n[workload]\nname = 'command'\ncommand = ['case-program', 'print={x}5']\n\
                 [[case]]\nname = 'b'\nx = 2\ny = 1\n[[case]]\nname = 'c'\nx = 3\ny = 1\n";
    sandbox.write("a.caselanes", study);
    let other = sandbox.run(0, &["a.caselanes", "--resume", "study"], &[]);
    other.assert_says("1 of 2 cases is already done");
    assert_eq!(other.by_name("session")["b"], 2);
    assert_eq!(other.by_name("session")["c"], 3);
}

#[test]
fn a_case_whose_last_line_is_incomplete_runs_again() {
    let sandbox = Sandbox::with_rows(&["a,1,1", "b,2,1"]);
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
    let sandbox = Sandbox::with_rows(&["a,1,1", "b,2,1"]);
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
    let sandbox = Sandbox::with_rows(&["a,1,1"]);
    let child = sandbox.command(&NEW, &["case-program", "sleep=100"]).spawn().unwrap();
    wait_until("the run begins", || {
        sandbox.ended_attempts("study") == 0 && sandbox.path("study/case-0").exists()
    });
    let number = format!("(process {})", child.id());
    let second = sandbox.run(2, &["--resume", "study"], &[]);
    second.assert_says("the run is in use by another CaseLanes");
    second.assert_says(&number);
    sandbox.run(2, &NEW, &LOGGED).assert_says("in use");
    interrupt(&child);
    let first = RunOutput::of(&child.wait_with_output().unwrap(), 130);
    assert_eq!(first.statuses(), ["cancelled"]);
}

#[test]
fn invalid_run_folders_and_options_are_refused() {
    let sandbox = Sandbox::with_rows(&["a,1,1"]);
    sandbox.run(0, &NEW, &["case-program"]);
    sandbox.run(2, &NEW, &["true"]).assert_says("the folder already holds a run");
    fs::create_dir(sandbox.path("foreign")).unwrap();
    fs::write(sandbox.path("foreign/journal"), "some text\n").unwrap();
    for (options, message) in [
        (&["--resume", "nothing"][..], "no such run folder: nothing"),
        (&["--resume", "runs"], "found no journal in it: runs"),
        (&["--resume", "foreign"], "found a journal in an unknown format: foreign"),
        (&["--resume", "cases.csv"], "expected a run folder, found a file: cases.csv"),
        (&["--resume", "study", "--run-folder", "other"], "cannot be used with"),
        (&["--resume", "study", "--workload", "wait"], "which the study has and --resume requires"),
        (
            &["--run-folder", "other", "--workload", "wait"],
            "--run-folder requires your own program",
        ),
        (&["--run-folder", "cases.csv/other"], "cannot create the folder"),
        (&["--resume", "study", "--output", "study/journal"], "a file of a run"),
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
    let sandbox = Sandbox::with_rows(&["a,1,1", "b,2,1"]);
    sandbox.run(0, &NEW, &LOGGED);
    let resume = |options: &[&str], program: &[&str]| {
        sandbox.run(0, &[&["--resume", "study"], options].concat(), program).stderr
    };
    let unchanged = resume(&[], &[]);
    assert!(unchanged.contains("note: both cases are already done\n"), "{unchanged}");
    let output = sandbox.caselanes(&["run", "--resume", "study"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("2 done in 1 earlier session;"), "{text}");
    let program = resume(&[], &["case-program"]);
    let because =
        "0 of 2 cases are already done; 2 cases run again because of a change: the program\n";
    assert!(program.contains(because), "{program}");
    let both = resume(&["--env", "A=1", "--value-regex", "x"], &[]);
    assert!(
        both.contains("because of a change: the value expression, the environment\n"),
        "{both}"
    );
    sandbox.write_rows(&["a,1,1", "c,3,1"]);
    let table = resume(&["--cases", "cases.csv"], &[]);
    assert!(table.contains("no longer in the table; changed: the table\n"), "{table}");
    let refused = sandbox.run(2, &["--resume", "study", "--workload", "demo"], &[]);
    refused
        .assert_says("--workload demo runs no program, which the study has and --resume requires");
}

#[test]
fn a_killed_run_is_resumed() {
    let rows: Vec<String> = (0..12).map(|case| format!("c{case:02},{case},1")).collect();
    let sandbox = Sandbox::with_rows(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let [program, log, ..] = LOGGED;
    let program = [program, "hold={run}/../held", log, "sleep=0.1", "print=1"];
    let mut child =
        sandbox.command(&[&NEW[..], &["--workers", "2"]].concat(), &program).spawn().unwrap();
    wait_until("some have ended", || sandbox.ended_attempts("study") >= 5);
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until("its programs are gone", || !sandbox.is_held("held"));
    let done = sandbox.ended_attempts("study");
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
    let sandbox = Sandbox::with_rows(&["a,1,1", "b,2,1", "c,3,1"]);
    let (go, log) = (sandbox.action("unless-file", "go"), sandbox.action("append", "log") + "=");
    let actions = ["print={x}", "unless={x}=1", &go, &log, "sleep=100"];
    let child = sandbox.actions(&["--workers", "2"], &actions).spawn().unwrap();
    wait_until("the first has ended, and the others run", || {
        let run = fs::read_dir(sandbox.path("runs")).unwrap().next();
        run.is_some_and(|run| sandbox.ended_attempts(run.unwrap().path().to_str().unwrap()) == 1)
            && sandbox.lines("log").len() == 2
    });
    interrupt(&child);
    let first = RunOutput::of(&child.wait_with_output().unwrap(), 130);
    assert_eq!(first.statuses(), ["done", "cancelled", "cancelled"]);
    let run_folder = first.stderr.split("caselanes run --resume ").nth(1).unwrap();
    fs::write(sandbox.path("go"), "").unwrap();
    let next = sandbox.run(0, &["--resume", run_folder.trim()], &[]);
    next.assert_says("1 of 3 cases is already done; 2 cancelled cases run again");
    assert_eq!(next.statuses(), ["done"; 3]);
}

/// Copies a folder recursively.
#[cfg(unix)]
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

// Its program is a shell script.
/// The folder was written by `CaseLanes` 0.1.0 in two sessions. The first was interrupted, the
/// second killed while the case `slow` was running.
#[cfg(unix)]
#[test]
fn a_run_folder_written_by_an_earlier_version_is_resumed() {
    let sandbox = Sandbox::with_rows(&[]);
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
    let sandbox = Sandbox::with_rows(&["a,1,1", "b,2,1"]);
    let fails_once = ["case-program", "print={x}", "first={run}/seen-{x}", "exit=3"];
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
    let predict = ["predict", report.to_str().unwrap(), "--workers", "2"];
    let predicted = sandbox.caselanes(&predict).output().unwrap();
    assert!(predicted.status.success(), "{predicted:?}");
}

#[test]
fn no_more_cases_start_after_the_limit_of_failures() {
    let sandbox = Sandbox::with_rows(&["a,1,1", "b,2,1", "c,3,1", "d,4,1"]);
    let options = [&NEW[..], &["--workers", "1", "--stop-after", "2"]].concat();
    let ran = sandbox.run(1, &options, &["case-program", "exit=1"]);
    ran.assert_says("error: stopped after 2 failed cases; no other attempt was started");
    assert_eq!(ran.statuses(), ["failed", "failed", "not-run", "not-run"]);
    let session = ran.by_name("session");
    assert_eq!((session["b"], session["c"]), (&0.into(), &Value::Null));
    ran.assert_says("4 cases are not done; to resume");
    // The last case that fails stops nothing.
    let ran =
        sandbox.run(1, &["--cases", "cases.csv", "--stop-after", "4"], &["case-program", "exit=1"]);
    assert!(!ran.stderr.contains("were not started"), "{}", ran.stderr);
    assert_eq!(ran.statuses(), ["failed"; 4]);
}

#[test]
fn a_seed_that_was_drawn_stays_that_of_the_run_folder() {
    let sandbox = Sandbox::with_rows(&["a,1,1", "bad,2,1"]);
    let seed = |ran: &RunOutput| ran.report["seed"].as_u64().unwrap();
    let ran = sandbox.run(1, &[&NEW[..], &["--order", "shuffled"]].concat(), &LOGGED);
    let again = sandbox.run(1, &["--resume", "study"], &[]);
    let recorded = sandbox.caselanes(&["report", "study", "--format", "json"]).output().unwrap();
    let recorded: Value = serde_json::from_slice(&recorded.stdout).unwrap();
    assert_eq!((seed(&ran), recorded["seed"].as_u64()), (seed(&again), Some(seed(&again))));
}

#[test]
fn licences_limit_the_running_cases() {
    let sandbox = Sandbox::with_rows(&["a,1,1", "b,2,1", "c,3,1", "d,4,1", "e,5,1", "f,6,1"]);
    let options = [&NEW[..], &["--workers", "4", "--licences", "2"]].concat();
    let ran = sandbox.run(0, &options, &["case-program", "sleep=0.1"]);
    let times = |case: &Value| (case["start_s"].as_f64().unwrap(), case["end_s"].as_f64().unwrap());
    let times: Vec<_> = ran.cases().iter().map(times).collect();
    let running = |at_s: f64| times.iter().filter(|time| time.0 <= at_s && at_s < time.1).count();
    assert_eq!(times.iter().map(|time| running(time.0)).max(), Some(2));
    assert!(ran.report["account"]["held"].as_f64().unwrap() > 0.2);
}

#[test]
fn the_last_value_of_a_variable_counts_also_when_resumed() {
    let sandbox = Sandbox::with_rows(&["a,1,1"]);
    let twice = ["--env", "A=1", "--env", "B=5", "--env", "A=2", "--value-regex", "(\\d)\\s5"];
    let options = [&NEW[..], &twice].concat();
    let ran = sandbox.run(0, &options, &["case-program", "env=A", "env=B"]);
    assert_eq!(ran.cases()[0]["value"], 2.0);
    assert_eq!(sandbox.run(0, &["--resume", "study"], &[]).cases()[0]["value"], 2.0);
}

#[test]
fn nothing_starts_below_the_memory_floor() {
    let sandbox = Sandbox::with_rows(&["a,1,1", "b,2,1"]);
    let options = [&NEW[..], &["--memory-floor", "9000PB"]].concat();
    sandbox.run(2, &options, &["true"]).assert_says("expected a size");
    let options = [&NEW[..], &["--memory-floor", "9000000T"]].concat();
    sandbox.run(2, &options, &["true"]).assert_says("no case could ever start: 9000000000.0 GB");
    assert!(!sandbox.path("study").exists());
    let memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::everything());
    let total = System::new_with_specifics(memory).unwrap().total_memory().to_string();
    let options = [&NEW[..], &["--memory-floor", &total]].concat();
    let mut child = sandbox.command(&options, &["case-program"]).spawn().unwrap();
    let mut stderr = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut stderr).unwrap();
    assert!(stderr.starts_with("no case started for "), "{stderr}");
    assert!(stderr.contains(" s: waiting for free memory: "), "{stderr}");
    assert!(stderr.contains(" GB free, ") && stderr.ends_with(" GB needed\n"), "{stderr}");
    interrupt(&child);
    let ran = RunOutput::of(&child.wait_with_output().unwrap(), 130);
    assert_eq!(ran.statuses(), ["not-run", "not-run"]);
    assert_eq!(ran.cases()[0]["session"], Value::Null);
    sandbox.run(0, &["--resume", "study", "--memory-floor", "1k"], &[]);
}

#[test]
fn a_refused_start_is_no_failure_and_is_reported() {
    let sandbox = Sandbox::with_rows(&["a,1,1", "b,2,1"]);
    let refused_once = ["case-program", "print={x}", "unless={x}=2", "first={run}/seen", "exit=7"];
    let options = [&NEW[..], &["--workers", "2", "--refused-exit", "7"]].concat();
    let ran = sandbox.run(0, &options, &refused_once);
    assert_eq!(ran.statuses(), ["done"; 2]);
    let case = &ran.cases()[0];
    assert_eq!((&case["attempts"], &case["error"]), (&2.into(), &Value::Null));
    assert_eq!(case["tries"][0]["status"], "not-run", "reports have five statuses only");
    let sandbox = Sandbox::with_rows(&["a,1,1", "b,2,1"]);
    let table =
        [&NEW[..], &["--format", "table", "--workers", "2", "--refused-exit", "7"]].concat();
    let output = sandbox.command(&table, &refused_once).output().unwrap();
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(table.contains("1 start of 1 case refused: no licence"), "{table}");
}

#[test]
fn a_case_waiting_for_a_licence_counts_as_not_run_when_cancelled() {
    let sandbox = Sandbox::with_rows(&["a,1,1"]);
    let options = [&NEW[..], &["--refused-text", "no licence"]].concat();
    let program = ["case-program", "print=sorry: no licence", "exit=1"];
    let child = sandbox.command(&options, &program).spawn().unwrap();
    wait_until("a start is refused", || sandbox.ended_attempts("study") >= 1);
    interrupt(&child);
    let ran = RunOutput::of(&child.wait_with_output().unwrap(), 130);
    assert_eq!(ran.statuses(), ["not-run"]);
    assert_eq!(ran.cases()[0]["error"], Value::Null);
}

#[test]
fn results_are_written_while_the_run_is_in_progress() {
    let sandbox = Sandbox::with_rows(&["a,1,1", "b,2,1"]);
    let program = ["case-program", "print={x}", "unless={x}=1", "sleep=100"];
    let options = [&NEW[..], &["--workers", "2"]].concat();
    let child = sandbox.command(&options, &program).spawn().unwrap();
    let results = || fs::read_to_string(sandbox.path("study/results.csv")).unwrap_or_default();
    wait_until("results are there", || results().contains("\na,1,1,1,done,"));
    let partial = results();
    assert!(partial.lines().count() == 3 && partial.contains("\nb,2,1,,in-work,"), "{partial}");
    interrupt(&child);
    RunOutput::of(&child.wait_with_output().unwrap(), 130);
    assert!(results().contains("\nb,2,1,,cancelled,"), "{}", results());
}

#[test]
fn a_study_file_contains_limits() {
    let sandbox = Sandbox::with_rows(&[]);
    let study = "version = 1\n[workload]\nname = 'command'\ncommand = ['case-program', 'exit=1']\n\
                 output-limit = '1M'\nrefused-exit = 7\nrefused-text = 'no licence'\n\
                 [plan]\nlicences = 1\nretries = 1\nstop-after = 1\nmemory-floor = 1000\n\
                 [[case]]\nx = 1\ny = 1\n[[case]]\nx = 2\ny = 1\n";
    sandbox.write("a.caselanes", study);
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
