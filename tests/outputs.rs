//! Named outputs of programs, from the command line and study files to every format.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

/// Prints lift twice for each case, writes drag to a file except for the case `none`.
const SOLVER: [&str; 5] = [
    "sh",
    "-c",
    "echo lift = 0; echo lift = $1; test $0 = none || echo \"drag: $1.5 N\" > drag.txt",
    "{name}",
    "{x}",
];

const VALUES: [&str; 4] =
    ["--value", r"lift=lift = (\S+)", "--value", r"drag@drag.txt=drag: (\S+)"];

struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    fn new(cases: &str) -> Self {
        let folder = tempdir().unwrap();
        fs::write(folder.path().join("cases.csv"), cases).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.args(arguments).current_dir(self.folder.path());
        command.env("TMPDIR", self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs `caselanes run` on the cases and returns standard output.
    fn run(&self, options: &[&str], program: &[&str]) -> String {
        let start = ["run", "--cases", "cases.csv"];
        let output = self.output(&[&start[..], options, &["--"], program].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, options: &[&str], program: &[&str]) -> Value {
        serde_json::from_str(&self.run(&[&["--format", "json"], options].concat(), program))
            .unwrap()
    }

    /// Returns the error of a run that is refused.
    fn refused(&self, options: &[&str]) -> String {
        let start = ["run", "--cases", "cases.csv"];
        let output = self.output(&[&start[..], options, &["--", "echo", "1"]].concat());
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        error
    }
}

const CASES: &str = "name,x,y,mesh\na,1,1,fine\nnone,2,1,coarse\n";

fn values(report: &Value) -> Vec<&Value> {
    report["cases"].as_array().unwrap().iter().map(|case| &case["values"]).collect()
}

#[test]
fn a_missing_output_is_null_and_the_others_are_kept() {
    let report = Sandbox::new(CASES).json(&VALUES, &SOLVER);
    assert_eq!(report["value_names"], json!(["lift", "drag"]));
    assert_eq!(
        values(&report),
        [&json!({"lift": 1.0, "drag": 1.5}), &json!({"lift": 2.0, "drag": null})]
    );
    assert_eq!(report["cases"][1]["value"], json!(2.0), "the first of the values");
    assert_eq!(report["cases"][1]["status"], json!("done"));
    assert_eq!(report["cases"][1]["columns"], json!({"mesh": "coarse"}));
}

#[test]
fn without_named_outputs_the_last_number_is_the_value() {
    let sandbox = Sandbox::new(CASES);
    let report = sandbox.json(&[], &SOLVER);
    assert_eq!(report["value_names"], json!(["value"]));
    assert_eq!(values(&report), [&json!({"value": 1.0}), &json!({"value": 2.0})]);
    let output = sandbox.output(&["run", "--workload", "power", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["value_names"], json!(["value"]));
    assert_eq!(report["cases"][0]["columns"], json!({}));
}

#[test]
fn an_expression_alone_and_value_regex_name_the_output_value() {
    let sandbox = Sandbox::new(CASES);
    let report = sandbox.json(&["--value", r"lift = (\S+)", VALUES[2], VALUES[3]], &SOLVER);
    assert_eq!(report["value_names"], json!(["value", "drag"]));
    assert_eq!(values(&report)[0], &json!({"value": 1.0, "drag": 1.5}));
    let report = sandbox.json(&["--value", "zero=lift = (0)", "--value-file", "drag.txt"], &SOLVER);
    assert_eq!(report["value_names"], json!(["value", "zero"]));
    assert_eq!(values(&report)[0], &json!({"value": 1.5, "zero": 0.0}));
}

#[test]
fn tables_have_a_column_per_output() {
    let sandbox = Sandbox::new(CASES);
    let csv = sandbox.run(&[&VALUES[..], &["--format", "csv"]].concat(), &SOLVER);
    let lines: Vec<_> = csv.lines().collect();
    assert!(lines[0].starts_with("name,x,y,mesh,lift,drag,status,error,lane,"), "{csv}");
    assert!(lines[1].starts_with("a,1,1,fine,1,1.5,done,"), "{csv}");
    assert!(lines[2].starts_with("none,2,1,coarse,2,,done,"), "{csv}");
    let table = sandbox.run(&VALUES, &SOLVER);
    let headings: Vec<_> = table.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(headings[..8], ["#", "name", "x", "y", "lift", "drag", "status", "lane"]);
    let missing = "1 done without drag: no number found in drag.txt, or no such file";
    assert!(table.contains(missing), "{table}");
}

#[test]
fn bad_outputs_are_refused_before_the_run() {
    let sandbox = Sandbox::new(CASES);
    for (options, expected) in [
        (&["--value", "lift=(a"][..], "found \"(a\""),
        (&["--value", "lift=a", "--value", "lift=b"], "two outputs are named lift"),
        (&["--value", "a", "--value", "value=b"], "two outputs are named value"),
        (&["--value", "a", "--value-regex", "b"], "two outputs are named value"),
        (&["--value", "value=a", "--value-file", "b"], "two outputs are named value"),
        (&["--value", "x=a"], "output x: case tables have a column of this name"),
        (&["--value", "status=a"], "output status: reports have a column of this name"),
        (&["--value", "mesh=a"], "output mesh: the case table has a column of this name"),
        (&["--value", "lift@/tmp/a=b"], "found \"/tmp/a\""),
        (&["--value", "lift@a/../../b=b"], "found \"a/../../b\""),
        (&["--value", ""], "expected a regular expression, found none"),
    ] {
        let error = sandbox.refused(options);
        assert!(error.contains(expected), "{options:?}: {error}");
    }
    let output = sandbox.output(&["run", "--value", "a=b"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_study_names_outputs_and_the_command_line_replaces_them() {
    let sandbox = Sandbox::new(CASES);
    let study = "version = 1\ncases = 'cases.csv'\n[workload]\nname = 'command'\n\
                 command = ['sh', '-c', 'echo lift = 3; echo drag = 4 > out.txt']\n\
                 [workload.values]\nlift = 'lift = (\\S+)'\n\
                 drag = { file = 'out.txt', regex = 'drag = (\\S+)' }\n";
    fs::write(sandbox.path("a.caselanes"), study).unwrap();
    let run = |options: &[&str]| {
        let start = ["run", "a.caselanes", "--format", "json"];
        let output = sandbox.output(&[&start[..], options].concat());
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    assert_eq!(values(&run(&[]))[0], &json!({"lift": 3.0, "drag": 4.0}));
    assert_eq!(values(&run(&["--value", "all=(\\d)"]))[0], &json!({"all": 3.0}));
    let bad = study.replace("lift = 'lift", "mesh = 'lift");
    fs::write(sandbox.path("a.caselanes"), bad).unwrap();
    let output = sandbox.output(&["run", "a.caselanes"]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(error.contains("a.caselanes, line 6: values: output mesh: the case table"), "{error}");
}

#[test]
fn all_outputs_of_a_killed_run_are_there_after_resume() {
    let rows: Vec<_> = (0..10).map(|x| format!("c{x},{x},1\n")).collect();
    let sandbox = Sandbox::new(&format!("name,x,y\n{}", rows.concat()));
    let slow = ["sh", "-c", "sleep 0.1; echo lift = $0; echo drag: $0.5 > drag.txt", "{x}"];
    let start = ["run", "--cases", "cases.csv", "--workers", "1", "--run-folder", "r"];
    let mut child =
        sandbox.command(&[&start[..], &VALUES, &["--"], &slow].concat()).spawn().unwrap();
    let ended = || {
        let journal = fs::read_to_string(sandbox.path("r/journal")).unwrap_or_default();
        journal.matches("{\"end\"").count()
    };
    let begin = Instant::now();
    while ended() < 4 {
        assert!(begin.elapsed() < Duration::from_mins(1));
        thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    thread::sleep(Duration::from_millis(600));
    let resume = |options: &[&str]| {
        let output =
            sandbox.output(&[&["run", "--resume", "r", "--format", "json"], options].concat());
        let stderr = String::from_utf8(output.stderr).unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).expect(&stderr);
        (report, stderr)
    };
    let (report, stderr) = resume(&[]);
    assert!(stderr.contains("of 10 cases are already done"), "{stderr}");
    assert!(report["cases"][0]["session"] == 0 && report["cases"][9]["session"] == 1);
    for (x, found) in values(&report).into_iter().enumerate() {
        let lift = x as f64;
        assert_eq!(found, &json!({"lift": lift, "drag": lift + 0.5}));
    }
    let (_, stderr) = resume(&[]);
    assert!(stderr.contains("all 10 cases are already done"), "{stderr}");
    let (report, stderr) = resume(&["--value", "lift=lift = (.*)"]);
    assert!(stderr.contains("10 cases run again because of a change: the outputs"), "{stderr}");
    assert_eq!(values(&report)[3], &json!({"lift": 3.0}));
}

#[test]
fn comparisons_compare_all_outputs() {
    let sandbox = Sandbox::new("name,x,y\na,1,1\n");
    let compare = |drag: &str| {
        let script = format!("echo lift = 1; echo \"drag: {drag}\" > drag.txt");
        let start = ["compare", "--cases", "cases.csv", "--setup", "threads:1", "--setup"];
        let rest = ["threads:2", "--repeat", "1", "--format", "json"];
        let program = ["--", "sh", "-c", &script];
        let output = sandbox.output(&[&start[..], &rest, &VALUES, &program].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        report["runs"][1]["values_match"].clone()
    };
    assert_eq!(compare("1"), json!(true));
    assert_eq!(compare("$$"), json!(false));
}

#[test]
fn a_report_with_several_outputs_is_predicted() {
    let sandbox = Sandbox::new(CASES);
    sandbox.run(&[&VALUES[..], &["--output", "run.json"]].concat(), &SOLVER);
    let output = sandbox.output(&["predict", "run.json", "--workers", "2"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
