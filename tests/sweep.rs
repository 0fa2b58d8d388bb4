//! `caselanes sweep` on the command line.

#![expect(clippy::unwrap_used, reason = "a test ends where something goes wrong")]

#[path = "program/interrupt.rs"]
mod interrupt;

use std::process::{Command, Output};

use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use interrupt::{interrupt, make_interruptible};

/// Creates a folder with these cases in `cases.csv`.
fn folder(cases: &str) -> TempDir {
    let folder = tempdir().unwrap();
    std::fs::write(folder.path().join("cases.csv"), cases).unwrap();
    folder
}

fn sweep(folder: &TempDir, line: &str) -> Output {
    let mut command = Command::new(cargo_bin("caselanes"));
    command.args(["sweep", "--cases", "cases.csv"]).args(line.split_whitespace());
    command.current_dir(folder.path()).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn report(folder: &TempDir, line: &str) -> Value {
    let output = sweep(folder, &format!("--format json --quiet {line}"));
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

const CRASH_TESTS: &str = "name,x,y\nside__10__200,10,200\nfront__50__200,50,200\n\
                           rear__20__200,20,200\nside__10__400,10,400\nfront__50__400,50,400\n\
                           rear__20__400,20,400\n";

const QUERIES: &str = "name,x,y\n,1,1\n,8,1\n,1.5,1\n,2,1\n";

#[test]
fn three_workers_are_recommended_for_the_crash_tests() {
    let folder = folder(CRASH_TESTS);
    let expected = "3 workers, longest first: 15.43 s. A fourth saves nothing: front__50__400 \
                    alone takes 15.43 s.";
    for order in ["listed", "longest"] {
        for workers in ["", "--workers 1..6"] {
            let line = format!("--workload crash-test --clock virtual --order {order} {workers}");
            let advice = report(&folder, &line)["advice"].clone();
            assert_eq!(advice["sentence"], expected);
            assert_eq!((&advice["workers"], &advice["order"]), (&json!(3), &json!("longest")));
            assert_eq!(advice["limited_by"], "longest-case");
        }
    }
}

/// Section 5.4 of the design, key by key and in its order.
#[test]
fn the_json_report_has_every_key_of_its_schema_in_order() {
    let folder = folder(QUERIES);
    let line = "--workload wait --clock virtual --workers 2,4 --format json";
    let output = sweep(&folder, line);
    let expected = r#"{
  "schema": "caselanes.sweep/1",
  "strategy": "threads",
  "order": "listed",
  "points": [
    {"workers": 2, "total_s": 8.0, "speedup": 1.5625, "efficiency": 0.78125, "predicted_s": 8.0},
    {"workers": 4, "total_s": 8.0, "speedup": 1.5625, "efficiency": 0.390625, "predicted_s": 8.0}
  ],
  "advice": {"workers": 2, "order": "listed", "limited_by": "longest-case", "sentence": "2 workers: 8.0 s. A third saves nothing: Case 2 alone takes 8.0 s."}
}
"#;
    assert_eq!(out(&output), expected);
}

#[test]
fn every_strategy_with_workers_is_swept_as_it_runs() {
    let folder = folder(CRASH_TESTS);
    for (strategy, totals_s) in [
        ("threads", [37.023, 23.140, 18.512]),
        ("batches", [37.023, 26.225, 23.140]),
        ("shares", [37.023, 24.682, 21.597]),
        ("global-lock", [37.023, 23.140, 18.512]),
        ("processes", [37.023, 23.140, 18.512]),
    ] {
        let line =
            format!("--workload crash-test --clock virtual --workers 1..3 --strategy {strategy}");
        let report = report(&folder, &line);
        assert_eq!(report["strategy"], strategy);
        for (point, total_s) in report["points"].as_array().unwrap().iter().zip(totals_s) {
            assert!((point["total_s"].as_f64().unwrap() - total_s).abs() < 6e-4, "{report}");
            assert_eq!(point["total_s"], point["predicted_s"]);
        }
    }
}

#[test]
fn waits_take_as_long_as_predicted() {
    let folder = folder(QUERIES);
    let report = report(&folder, "--workload wait --time-scale 0.05 --workers 1..4 --repeat 2");
    let points = report["points"].as_array().unwrap();
    assert_eq!(points.len(), 4);
    for point in points {
        let (total_s, predicted_s) =
            (point["total_s"].as_f64().unwrap(), point["predicted_s"].as_f64().unwrap());
        assert!(total_s >= predicted_s, "{point}");
        assert!(total_s - predicted_s < 0.15, "{point}");
    }
    assert_eq!(report["advice"]["workers"], 2, "{}", report["advice"]);
    assert_eq!(report["advice"]["limited_by"], "longest-case");
}

#[test]
fn the_advice_on_computing_cases_follows_the_measurements() {
    let folder = folder("name,x,y\n,4,1\n,4,1\n,4,1\n,4,1\n");
    let line = "--workload crunch --strategy global-lock --workers 1,2 --repeat 1";
    let report = report(&folder, line);
    let points = report["points"].as_array().unwrap();
    assert!(points.iter().all(|point| point["total_s"].as_f64().unwrap() > 0.0), "{report}");
    // Only one case computes at a time: two workers differ by noise.
    assert_eq!(report["advice"]["order"], "listed");
    assert!(report["advice"]["workers"].as_u64().unwrap() <= 2, "{report}");
    let of_one = &points[0];
    assert!(of_one["predicted_s"].as_f64().unwrap() <= 1.05 * of_one["total_s"].as_f64().unwrap());
}

#[test]
fn one_worker_is_recommended_for_trivial_cases() {
    let folder = folder("name,x,y\n,2,1\n,3,1\n,4,1\n");
    let report = report(&folder, "--workload power --workers 1..3 --repeat 3");
    let sentence = report["advice"]["sentence"].as_str().unwrap();
    assert!(
        sentence.starts_with("1 worker: running in parallel does not pay off here."),
        "{sentence}"
    );
    assert_eq!(report["advice"]["limited_by"], "overhead");
}

#[test]
fn bad_input_is_refused_before_any_run() {
    let folder = folder(QUERIES);
    for (line, message) in [
        ("--workers 0..3", "expected a whole number from 1 to 256, found \"0\""),
        ("--workers 5..2", "expected an ascending range such as 2..5"),
        ("--workers x", "found \"x\""),
        ("--workers -1", "found \"-1\""),
        ("--workers 1..257", "found \"257\""),
        ("--workers 1..8 --repeat 0", "expected a whole number from 1 to 1000"),
        ("--sample 0", "expected a whole number of at least 1"),
        ("--strategy series --workers 1..3", "strategy \"series\" cannot be swept"),
        ("--strategy all-at-once", "strategy \"all-at-once\" cannot be swept"),
        ("--workload crunch --clock virtual", "the virtual clock needs the intended time"),
        ("--series measure", "known options: "),
    ] {
        let output = sweep(&folder, line);
        assert_eq!(output.status.code(), Some(2), "{line}: {}", err(&output));
        assert!(err(&output).contains(message), "{line}: {}", err(&output));
        assert!(output.stdout.is_empty(), "{line}");
    }
}

#[test]
fn a_sample_predicts_the_totals_of_all_cases() {
    let rows: Vec<String> = (1..=40).map(|x| format!("c{x},{x},1\n")).collect();
    let folder = folder(&format!("name,x,y\n{}", rows.concat()));
    let line = "--workload wait --workers 1,2 --clock virtual --sample 4";
    let report = report(&folder, line);
    assert_eq!(report["points"][0]["total_s"], Value::Null);
    assert_eq!(report["points"][0]["predicted_s"], 820.0);
    assert_eq!(report["points"][1]["speedup"], Value::Null);
    let sentence = report["advice"]["sentence"].as_str().unwrap();
    assert!(sentence.ends_with("c40 alone takes 40.0 s."), "{sentence}");
    let text = out(&sweep(&folder, line)).replace('\n', " ");
    assert!(text.contains("Only 4 of 40 cases were run, chosen by their lengths"), "{text}");
    assert!(text.contains("all cases") && text.contains("13.67 min"), "{text}");
}

#[test]
fn an_interrupted_sweep_reports_what_finished() {
    use std::process::Stdio;
    use std::thread;
    use std::time::{Duration, Instant};

    let folder = folder("name,x,y\n,0.2,1\n,30,1\n");
    let mut command = Command::new(cargo_bin("caselanes"));
    command
        .args("sweep --cases cases.csv --workload wait --workers 1..2 --format json".split(' '))
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    make_interruptible(&mut command);
    let child = command.spawn().unwrap();
    thread::sleep(Duration::from_millis(500));
    interrupt(&child);
    let start = Instant::now();
    let output = child.wait_with_output().unwrap();
    assert!(start.elapsed() < Duration::from_secs(20), "the interrupt had no effect");
    assert_eq!(output.status.code(), Some(130), "{}", err(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["points"][1]["total_s"], Value::Null);
    assert_eq!(report["advice"]["sentence"], "No advice: nothing was run.");
}

#[test]
fn a_sweep_without_cases_has_no_advice() {
    let folder = folder("name,x,y\n");
    for workers in ["", "--workers 1..3"] {
        let output = sweep(&folder, &format!("--workload wait --repeat 1 {workers}"));
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert!(out(&output).contains("No advice: there are no cases."), "{}", out(&output));
        assert!(err(&output).contains("there is nothing to run"));
    }
}

#[test]
fn incomplete_runs_are_left_out_and_counted() {
    let folder = folder("name,x,y\nfine,2,1\noverflow,1e300,1\n");
    let output = sweep(&folder, "--workload power --workers 1,2 --repeat 1 --quiet");
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    let text = out(&output).replace('\n', " ");
    assert!(text.contains("2 incomplete runs are left out."), "{text}");
    assert!(text.contains("No advice: 1 of 2 cases are done"), "{text}");
    assert!(!text.contains("NaN"), "{text}");
}

#[test]
fn the_advice_is_a_note_if_the_report_is_in_a_file() {
    let folder = folder(QUERIES);
    let line = "--workload wait --clock virtual --workers 1..3 --output sweep.json";
    let output = sweep(&folder, line);
    let advice = "note: 2 workers: 8.0 s. A third saves nothing";
    assert!(err(&output).contains(advice), "{}", err(&output));
    let output = sweep(&folder, &format!("{line} --quiet"));
    assert_eq!(err(&output), "");
    let output = sweep(&folder, "--workers 1-4");
    assert!(err(&output).contains("write a range as 1..4"), "{}", err(&output));
}

#[test]
fn the_table_and_the_csv_agree() {
    let folder = folder(QUERIES);
    let text = out(&sweep(&folder, "--workload wait --clock virtual --workers 1..3"));
    let line = |number: usize| -> Vec<String> {
        text.lines().nth(number).unwrap().split_whitespace().map(str::to_owned).collect()
    };
    assert_eq!(line(0).join(" "), "workers total from to speed-up efficiency predicted error");
    assert_eq!(line(2).join(" "), "2 8.000 s 8.000 s 8.000 s 1.56x 78 % 8.000 s +0.0 %");
    assert!(text.contains("2 workers: 8.0 s. A third saves nothing"), "{text}");
    let csv = out(&sweep(&folder, "--workload wait --clock virtual --workers 1..3 --format csv"));
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(
        rows[0],
        "workers,total_s,low_s,high_s,speedup,efficiency,predicted_s,repeats_s,all_cases_predicted_s"
    );
    assert_eq!(rows[2], "2,8,8,8,1.5625,0.78125,8,8,");
    assert_eq!(rows.len(), 4);
}

#[test]
fn a_remark_that_holds_for_all_workers_is_made_once() {
    let folder = folder(QUERIES);
    let output = sweep(&folder, "--clock virtual --workload wait --batch 3 --workers 1..3");
    assert_eq!(err(&output).matches("ignoring --batch 3").count(), 1, "{}", err(&output));
}
