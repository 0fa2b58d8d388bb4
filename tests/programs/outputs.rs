//! Named outputs of programs, from the command line and study files to every format.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, wait_until};

/// Prints lift twice for each case, writes drag to a file except for the case `none`.
const SOLVER: [&str; 5] = [
    "case-program",
    "print=lift = 0",
    "print=lift = {x}",
    "unless={name}=none",
    "append=drag.txt=drag: {x}.5 N",
];

const VALUES: [&str; 4] =
    ["--value", r"lift=lift = (\S+)", "--value", r"drag@drag.txt=drag: (\S+)"];

impl Sandbox {
    /// Runs the solver on the cases and returns standard output.
    fn solve(&self, options: &[&str]) -> String {
        let output =
            self.command(&[&["--cases", "cases.csv"], options].concat(), &SOLVER).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn solve_to_json(&self, options: &[&str]) -> Value {
        serde_json::from_str(&self.solve(options)).unwrap()
    }
}

const CASES: &str = "name,x,y,mesh\na,1,1,fine\nnone,2,1,coarse\n";

fn values(report: &Value) -> Vec<&Value> {
    report["cases"].as_array().unwrap().iter().map(|case| &case["values"]).collect()
}

#[test]
fn a_missing_output_is_null_and_the_others_are_kept() {
    let report = Sandbox::with_cases(CASES).solve_to_json(&VALUES);
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
    let sandbox = Sandbox::with_cases(CASES);
    let report = sandbox.solve_to_json(&[]);
    assert_eq!(report["value_names"], json!(["value"]));
    assert_eq!(values(&report), [&json!({"value": 1.0}), &json!({"value": 2.0})]);
    let report = sandbox.run(0, &["--workload", "power"], &[]).report;
    assert_eq!(report["value_names"], json!(["value"]));
    assert_eq!(report["cases"][0]["columns"], json!({}));
}

#[test]
fn an_expression_alone_and_value_regex_name_the_output_value() {
    let sandbox = Sandbox::with_cases(CASES);
    let report = sandbox.solve_to_json(&["--value", r"lift = (\S+)", VALUES[2], VALUES[3]]);
    assert_eq!(report["value_names"], json!(["value", "drag"]));
    assert_eq!(values(&report)[0], &json!({"value": 1.0, "drag": 1.5}));
    let report = sandbox.solve_to_json(&["--value", "zero=lift = (0)", "--value-file", "drag.txt"]);
    assert_eq!(report["value_names"], json!(["value", "zero"]));
    assert_eq!(values(&report)[0], &json!({"value": 1.5, "zero": 0.0}));
}

#[test]
fn tables_have_a_column_per_output() {
    let sandbox = Sandbox::with_cases(CASES);
    let csv = sandbox.solve(&[&VALUES[..], &["--format", "csv"]].concat());
    let lines: Vec<_> = csv.lines().collect();
    assert!(lines[0].starts_with("name,x,y,mesh,lift,drag,status,error,lane,"), "{csv}");
    assert!(lines[1].starts_with("a,1,1,fine,1,1.5,done,"), "{csv}");
    assert!(lines[2].starts_with("none,2,1,coarse,2,,done,"), "{csv}");
    let table = sandbox.solve(&[&VALUES[..], &["--format", "table"]].concat());
    let headings: Vec<_> = table.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(headings[..8], ["#", "name", "x", "y", "lift", "drag", "status", "lane"]);
    let missing = "1 done without drag: no number found in drag.txt, or no such file";
    assert!(table.contains(missing), "{table}");
}

#[test]
fn bad_outputs_are_refused_before_the_run() {
    let sandbox = Sandbox::with_cases(CASES);
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
        let options = [&["--cases", "cases.csv"], options].concat();
        let error = sandbox.run(2, &options, &["echo", "1"]).stderr;
        assert!(error.contains(expected), "{options:?}: {error}");
    }
    sandbox.run(2, &["--value", "a=b"], &[]);
}

#[test]
fn a_study_names_outputs_and_the_command_line_replaces_them() {
    let sandbox = Sandbox::with_cases(CASES);
    let study = "version = 1\ncases = 'cases.csv'\n[workload]\nname = 'command'\n\
                 command = ['case-program', 'print=lift = 3', 'append=out.txt=drag = 4']\n\
                 [workload.values]\nlift = 'lift = (\\S+)'\n\
                 drag = { file = 'out.txt', regex = 'drag = (\\S+)' }\n";
    sandbox.write("a.caselanes", study);
    let run = |options: &[&str]| sandbox.run(0, &[&["a.caselanes"], options].concat(), &[]).report;
    assert_eq!(values(&run(&[]))[0], &json!({"lift": 3.0, "drag": 4.0}));
    assert_eq!(values(&run(&["--value", "all=(\\d)"]))[0], &json!({"all": 3.0}));
    let bad = study.replace("lift = 'lift", "mesh = 'lift");
    sandbox.write("a.caselanes", bad);
    let error = sandbox.run(2, &["a.caselanes"], &[]).stderr;
    assert!(error.contains("a.caselanes, line 6: values: output mesh: the case table"), "{error}");
}

#[test]
fn all_outputs_of_a_killed_run_are_there_after_resume() {
    let rows: Vec<_> = (0..10).map(|x| format!("c{x},{x},1\n")).collect();
    let sandbox = Sandbox::with_cases(&format!("name,x,y\n{}", rows.concat()));
    let drag = "append=drag.txt=drag: {x}.5";
    let slow = ["hold={run}/../held", "sleep=0.1", "print=lift = {x}", drag];
    let options = [&["--workers", "1", "--run-folder", "r"], &VALUES[..]].concat();
    let mut child = sandbox.actions(&options, &slow).spawn().unwrap();
    wait_until("four cases are done", || sandbox.ended_attempts("r") >= 4);
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until("the end of its programs", || !sandbox.is_held("held"));
    let resume = |options: &[&str]| {
        let ran = sandbox.run(0, &[&["--resume", "r"], options].concat(), &[]);
        (ran.report, ran.stderr)
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
    let sandbox = Sandbox::with_cases("name,x,y\na,1,1\n");
    let compare = |drag: &str| {
        let start = ["compare", "--cases", "cases.csv", "--setup", "threads:1", "--setup"];
        let options = ["threads:2", "--repeat", "1", "--format", "json"];
        let values = ["--value", r"lift=lift = (\S+)", "--value", r"drag@drag.txt=\d+"];
        let program = ["--", "case-program", "print=lift = 1", drag];
        let output =
            sandbox.caselanes(&[&start[..], &options, &values, &program].concat()).output();
        let report: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
        report["runs"][1]["values_match"].clone()
    };
    assert_eq!(compare("append=drag.txt=1"), json!(true));
    assert_eq!(compare("append-id=drag.txt"), json!(false));
}

#[test]
fn a_report_with_several_outputs_is_predicted() {
    let sandbox = Sandbox::with_cases(CASES);
    sandbox.solve(&[&VALUES[..], &["--output", "run.json"]].concat());
    let output = sandbox.caselanes(&["predict", "run.json", "--workers", "2"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
