//! Reports on recorded runs and predicts from them, as a user does.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

#[path = "program/path.rs"]
mod path;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use tempfile::tempdir;

use path::case_program;

fn caselanes(arguments: &[&str]) -> Output {
    Command::new(cargo_bin("caselanes")).args(arguments).env("TZ", "UTC").output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn log(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/logs");
    folder.join(name).to_str().unwrap().to_owned()
}

/// The report of a recorded run as JSON, and the exit status.
fn report(path: &str) -> (Value, i32) {
    let output = caselanes(&["report", path, "--format", "json"]);
    let json =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", err(&output)));
    (json, output.status.code().unwrap())
}

fn predicted_s(arguments: &[&str]) -> f64 {
    let arguments = [&["predict"], arguments, &["--format", "json"]].concat();
    let output = caselanes(&arguments);
    let json: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", err(&output)));
    json["total_s"].as_f64().unwrap()
}

fn cases(report: &Value) -> &Vec<Value> {
    report["cases"].as_array().unwrap()
}

fn column(report: &Value, key: &str) -> Vec<Value> {
    cases(report).iter().map(|case| case[key].clone()).collect()
}

#[test]
fn logs_of_real_tools_are_recognised_and_read() {
    for (file, tool, cases, workers, total_s, status) in [
        ("parallel-4.joblog", "parallel", 40, json!(4), json!(7.367), 0),
        ("parallel-2.joblog", "parallel", 40, json!(2), json!(14.073), 0),
        ("ninja-v5.ninja_log", "ninja", 2, json!(1), json!(0.425), 0),
        ("sacct.txt", "sacct", 7, json!(4), json!(6.0), 1),
        ("nextflow.txt", "nextflow", 5, json!(2), json!(81.508), 1),
        ("chrome-trace.json", "chrome-trace", 3, json!(2), json!(0.401), 0),
        ("times.csv", "csv", 3, json!(2), json!(5.5), 0),
        ("hyperfine.json", "hyperfine", 8, Value::Null, Value::Null, 0),
    ] {
        let (report, exit) = report(&log(file));
        assert_eq!(report["recorded_by"], tool, "{file}");
        assert_eq!((self::cases(&report).len(), exit), (cases, status), "{file}");
        assert_eq!(
            (&report["workers"], &report["total_parallel_s"]),
            (&workers, &total_s),
            "{file}"
        );
        let unknown = ["workload", "strategy", "order", "seed", "time_scale", "version", "command"];
        for key in unknown {
            assert_eq!(report[key], Value::Null, "{file}: {key}");
        }
        assert_eq!(report["machine"], json!({"logical_cpus": null, "os": null}));
        for key in ["x", "y", "value", "waited_s", "cpu_s", "intended_s", "dispatch_index"] {
            assert!(column(&report, key).iter().all(Value::is_null), "{file}: {key}");
        }
        let account = &report["account"];
        for key in ["work", "stretch", "startup", "dispatch", "barrier", "held", "idle"] {
            assert_eq!(account[key], Value::Null, "{file}: {key}");
        }
        let again = caselanes(&["report", &log(file), "--from", tool, "--format", "json"]);
        assert_eq!(serde_json::from_slice::<Value>(&again.stdout).unwrap(), report);
    }
}

#[test]
fn a_prediction_from_one_job_log_agrees_with_the_other() {
    let predicted_s = predicted_s(&[&log("parallel-4.joblog"), "--workers", "2"]);
    let measured_s = 14.073;
    assert!((predicted_s - measured_s).abs() < 0.03 * measured_s, "{predicted_s}");
    let with_own = self::predicted_s(&[&log("parallel-4.joblog")]);
    assert!((with_own - 7.367).abs() < 0.03 * 7.367, "{with_own}");
}

#[test]
fn the_time_between_short_jobs_counts_in_predictions() {
    let (short, _) = report(&log("parallel-short-2.joblog"));
    let measured_s = short["total_parallel_s"].as_f64().unwrap();
    let predicted_s = predicted_s(&[&log("parallel-short-4.joblog"), "--workers", "2"]);
    assert!((predicted_s - measured_s).abs() < 0.03 * measured_s, "{predicted_s} {measured_s}");
    let folder = tempdir().unwrap();
    let path = folder.path().join("jobs.log");
    let path = path.to_str().unwrap();
    let mut text =
        "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n".to_owned();
    for (seq, start_s) in [(1, "0.000"), (2, "0.000"), (3, "0.110"), (4, "0.110"), (5, "0.220")] {
        writeln!(text, "{seq}\t:\t{start_s}\t0.100\t0\t0\t0\t0\tsleep 0.1").unwrap();
    }
    fs::write(path, text).unwrap();
    for (workers, total_s) in [("1", 0.54), ("2", 0.32), ("5", 0.1)] {
        let output = caselanes(&["predict", path, "--workers", workers, "--format", "json"]);
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&json["total_s"], &json["between_s"]), (&json!(total_s), &json!(0.01)));
    }
    let text = out(&caselanes(&["predict", path, "--workers", "1"]));
    assert!(text.contains("540 ms with 10.0 ms between two cases"), "{text}");
}

#[test]
fn cases_that_did_not_run_take_no_time_in_predictions() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("tests.xml");
    let path = path.to_str().unwrap();
    let text = "<testsuite><testcase name='a' time='1.5'/><testcase name='b' time='0.5'/>\
                <testcase name='later'><skipped/></testcase></testsuite>";
    fs::write(path, text).unwrap();
    let output = caselanes(&["predict", path, "--workers", "1", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["total_s"], 2.0);
    let notes = err(&output);
    assert!(notes.contains("1 case did not run and takes no time in predictions"), "{notes}");
}

#[test]
fn predictions_name_what_a_log_does_not_tell() {
    let computing = "No CPU time was recorded: if the cases compute";
    let waiting = "does not tell which cases waited for others";
    for (file, has_dependencies) in [("parallel-4.joblog", false), ("ninja-v5.ninja_log", true)] {
        let notes = err(&caselanes(&["predict", &log(file), "--workers", "2"]));
        assert!(notes.contains(computing), "{notes}");
        assert_eq!(notes.contains(waiting), has_dependencies, "{notes}");
        let advice = out(&caselanes(&["report", &log(file), "--format", "markdown"]));
        assert!(advice.contains(computing), "{advice}");
        assert_eq!(advice.contains(waiting), has_dependencies, "{advice}");
    }
    let folder = tempdir().unwrap();
    let own = folder.path().join("run.json").to_str().unwrap().to_owned();
    caselanes(&["run", "--clock", "virtual", "--output", &own]);
    assert_eq!(err(&caselanes(&["predict", &own, "--workers", "2"])), "");
}

#[test]
fn a_requested_batch_size_stays_and_a_default_one_follows_the_workers() {
    let folder = tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("cases.csv"), "name,x,y\na,5,1\nb,4,1\nc,3,1\nd,2,1\n").unwrap();
    for (batch, totals_s) in [(&["--batch", "4"][..], [7.0, 5.0, 5.0]), (&[], [8.0, 7.0, 5.0])] {
        let cases = path("cases.csv");
        let common = ["--cases", &cases, "--workload", "wait", "--clock", "virtual"];
        let common = [&common[..], &["--strategy", "batches"], batch].concat();
        let (json, page) = (path("run.json"), path("run.md"));
        let outputs = ["--workers", "4", "--output", &json, "--output", &page];
        caselanes(&[&["run"], &common[..], &outputs].concat());
        let sweep = [&["sweep"], &common[..], &["--workers", "2..4", "--format", "json"]].concat();
        let sweep: Value = serde_json::from_slice(&caselanes(&sweep).stdout).unwrap();
        let page = fs::read_to_string(page).unwrap();
        let converted = out(&caselanes(&["report", &json, "--format", "markdown"]));
        for (at, (workers, total_s)) in (2..).zip(totals_s).enumerate() {
            let count = workers.to_string();
            let run = [&["run"], &common[..], &["--workers", &count, "--format", "json"]].concat();
            let run: Value = serde_json::from_slice(&caselanes(&run).stdout).unwrap();
            assert_eq!(run["total_parallel_s"], total_s, "{batch:?}, {workers} workers");
            assert_eq!(sweep["points"][at]["predicted_s"], total_s, "{batch:?}, {workers}");
            let predicted = predicted_s(&[&json, "--strategy", "batches", "--workers", &count]);
            assert_eq!(predicted, total_s, "{batch:?}, {workers} workers");
            let row = format!("| {workers} | {total_s:.1} s |");
            assert!(page.contains(&row) && converted.contains(&row), "{batch:?} {row} {page}");
        }
    }
}

#[test]
fn lengths_alone_are_enough_to_predict() {
    let one = predicted_s(&[&log("hyperfine.json"), "--workers", "1"]);
    let (report, _) = report(&log("hyperfine.json"));
    let sum_s: f64 = column(&report, "time_s").iter().map(|time_s| time_s.as_f64().unwrap()).sum();
    assert!((one - sum_s).abs() < 1e-6, "{one} {sum_s}");
    assert!(column(&report, "start_s").iter().chain(&column(&report, "lane")).all(Value::is_null));
    let table = out(&caselanes(&["report", &log("hyperfine.json")]));
    assert!(table.contains("hyperfine results, without the times of starts"), "{table}");
}

#[test]
fn attempts_of_tests_and_jobs_are_kept() {
    let (tests, exit) = report(&log("nextest.xml"));
    assert_eq!(
        (column(&tests, "name"), exit),
        (
            vec![
                json!("tests::fails"),
                json!("tests::flaky"),
                json!("tests::short"),
                json!("tests::long")
            ],
            1
        )
    );
    assert_eq!(column(&tests, "attempts"), [2, 2, 1, 1]);
    assert_eq!(column(&tests, "status"), ["failed", "done", "done", "done"]);
    assert_eq!(cases(&tests)[1]["tries"].as_array().unwrap().len(), 2);
    assert!(cases(&tests)[0]["output_tail"].as_str().unwrap().contains("no mesh"));
    let (jobs, _) = report(&log("parallel-appended.joblog"));
    let seq: Vec<_> = cases(&jobs).iter().map(|case| case["columns"]["seq"].clone()).collect();
    assert_eq!(seq, ["2", "3", "4", "5", "6", "1"]);
    assert_eq!(cases(&jobs)[5]["attempts"], 2);
    assert_eq!(cases(&jobs)[0]["error"], "exit status 3");
}

#[test]
fn a_converted_log_keeps_names_and_intervals() {
    let folder = tempdir().unwrap();
    for file in ["parallel-4.joblog", "nextest.xml", "sacct.txt", "hyperfine.json", "times.csv"] {
        let (first, _) = report(&log(file));
        let path = folder.path().join("run.json");
        let json = path.to_str().unwrap();
        caselanes(&["report", &log(file), "--output", json]);
        let (second, _) = report(json);
        assert_eq!(first, second, "{file}");
        if file == "hyperfine.json" {
            continue;
        }
        for name in ["run.csv", "run.trace.json"] {
            let path = folder.path().join(name);
            let path = path.to_str().unwrap();
            caselanes(&["report", &log(file), "--output", path]);
            let (third, _) = report(path);
            for key in ["name", "start_s", "end_s", "status"] {
                assert_eq!(column(&first, key), column(&third, key), "{file}, {name}: {key}");
            }
        }
    }
}

#[test]
fn a_csv_report_is_read_and_written_again_without_loss() {
    let folder = tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("cases.csv"), "name,x,y,mesh,lane\n=a,0.5,-2,fine,7\nb,1e-9,3,,8\n").unwrap();
    fs::write(path("times.csv"), "load,start,end,x,y\n5,0,1.5,2,0.25\n,1,2,4,1e3\n").unwrap();
    let run = |arguments: &[&str]| {
        let cases = path("cases.csv");
        let run = ["run", "--cases", &cases, "--workers", "1", "--seed", "7", "--quiet"];
        caselanes(&[&run, arguments].concat());
    };
    run(&["--clock", "virtual", "--workload", "wait", "--output", &path("run.csv")]);
    let program = cargo_bin("caselanes").to_str().unwrap().to_owned();
    let failing = ["--retries", "1", "--", &program, "report", "{name}.json"];
    run(&[&["--output", &path("failed.csv")], &failing[..]].concat());
    for log in ["parallel-4.joblog", "hyperfine.json", "sacct.txt"] {
        let csv = path(&format!("{log}.csv"));
        caselanes(&["report", &self::log(log), "--output", &csv]);
    }
    caselanes(&["report", &path("times.csv"), "--output", &path("times-report.csv")]);
    for name in [
        "run.csv",
        "failed.csv",
        "parallel-4.joblog.csv",
        "hyperfine.json.csv",
        "sacct.txt.csv",
        "times-report.csv",
    ] {
        let json = path(&format!("{name}.json"));
        caselanes(&["report", &path(name), "--output", &path("back.csv"), "--output", &json]);
        let [first, again] = [name, "back.csv"].map(|name| fs::read_to_string(path(name)).unwrap());
        assert_eq!(again, first, "{name}");
        caselanes(&["report", &json, "--output", &path("from-json.csv")]);
        assert_eq!(fs::read_to_string(path("from-json.csv")).unwrap(), first, "{name}");
    }
    let text = fs::read_to_string(path("times-report.csv")).unwrap();
    assert!(text.starts_with("name,x,y,load,value,status,"), "{text}");
    assert!(text.contains("\nCase 1,2,0.25,5,,done,"), "{text}");
    let predicted = |name| predicted_s(&[&path(name), "--workers", "2"]);
    assert_eq!(predicted("run.csv"), 0.5, "intended times are known");
}

#[test]
fn a_run_with_a_failed_case_is_predicted_from_no_format_of_its_report() {
    let folder = tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("cases.csv"), "name,x,y\na,1,1\nb,2,1\n").unwrap();
    let (cases, program) = (path("cases.csv"), case_program().display().to_string());
    let outputs = ["run.csv", "run.json", "run.html"].map(path);
    let run = ["run", "--cases", &cases, "--workers", "1", "--quiet", "--output", &outputs[0]];
    let more =
        ["--output", &outputs[1], "--output", &outputs[2], "--", &program, "if={name}=b", "exit=3"];
    caselanes(&[&run[..], &more].concat());
    for output in &outputs {
        let predicted = caselanes(&["predict", output, "--workers", "2"]);
        let expected = "row 2 has no time: failed; predict from a run in which all cases are done";
        assert!(err(&predicted).contains(expected), "{output}: {}", err(&predicted));
        assert_eq!(predicted.status.code(), Some(2), "{output}");
    }
}

#[test]
fn every_format_of_a_run_is_the_same_from_its_json_report() {
    let folder = tempdir().unwrap();
    let json = folder.path().join("run.json");
    let json = json.to_str().unwrap();
    let run =
        ["run", "--clock", "virtual", "--seed", "3", "--strategy", "batches", "--workers", "2"];
    let first = caselanes(&[&run[..], &["--format", "json"]].concat());
    fs::write(json, &first.stdout).unwrap();
    for format in ["json", "csv", "table", "markdown", "html", "svg", "trace"] {
        let direct = caselanes(&[&run[..], &["--format", format]].concat());
        let converted = caselanes(&["report", json, "--format", format]);
        assert_eq!(out(&converted), out(&direct), "{format}");
        assert_eq!(converted.status.code(), Some(0));
    }
}

#[test]
fn a_run_of_programs_converts_without_loss() {
    let folder = tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("cases.csv"), "name,x,y\na,0.05,1\nb,0.1,2\nc,0,3\nd,0,4\n").unwrap();
    let solver = case_program().display().to_string();
    let suffixes = ["json", "csv", "txt", "md", "html", "svg", "trace.json", "xlsx"];
    let outputs = suffixes.map(|suffix| path(&format!("run.{suffix}")));
    let mut run = vec!["run", "--cases"];
    let cases = path("cases.csv");
    let options =
        "--workers 3 --licences 2 --retries 1 --quiet --env TOKEN=secret --value drag@out.txt=(.*)";
    run.push(&cases);
    run.extend(options.split(' '));
    run.extend(["--value", "lift=lift = (.*)"]);
    run.extend(outputs.iter().flat_map(|output| ["--output", output]));
    let actions = ["sleep={x}", "print=lift = {y}", "warn=no mesh", "if={y}=3", "exit=1"];
    run.extend([&["--", &solver], &actions[..]].concat());
    assert_eq!(caselanes(&run).status.code(), Some(1));
    let json = fs::read_to_string(path("run.json")).unwrap();
    let parsed: Value = serde_json::from_str(&json).unwrap();
    let options = ["licences=2", "retries=1", "value=lift=lift = (.*)", "env=TOKEN"];
    assert!(options.iter().all(|&o| parsed["options"].as_array().unwrap().contains(&json!(o))));
    assert!(!json.contains("secret"), "variables may be secret");
    assert_eq!(parsed["events"]["processes"].as_array().unwrap().len(), 3);
    for source in ["run.json", "run.html"] {
        for suffix in suffixes {
            let again = path(&format!("again.{suffix}"));
            let converted = caselanes(&["report", &path(source), "--output", &again, "--quiet"]);
            assert_eq!(converted.status.code(), Some(1), "{}", err(&converted));
            let [first, again] = [path(&format!("run.{suffix}")), again].map(fs::read);
            assert!(first.unwrap() == again.unwrap(), "{source} {suffix}");
        }
    }
}

#[test]
fn a_run_folder_is_reported_on_and_predicted_from() {
    let folder = tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let table = path("cases.csv");
    fs::write(&table, "name,x,y\na,0.05,1\nb,0.1,2\nc,0,3\n").unwrap();
    let solver = case_program().display().to_string();
    let command = [&solver, "sleep={x}", "print=words {y}", "warn=more", "if={y}=3", "exit=1"];
    let study = path("study");
    let options = ["--cases", &table, "--workers", "2", "--run-folder", &study, "--format", "json"];
    let run = caselanes(&[&["run"], &options[..], &["--"], &command].concat());
    assert_eq!(run.status.code(), Some(1), "{}", err(&run));
    let live: Value = serde_json::from_slice(&run.stdout).unwrap();
    let (read, exit) = report(&path("study"));
    assert_eq!(exit, 1);
    for key in ["workload", "command", "workers", "order", "total_parallel_s", "machine"] {
        assert_eq!(read[key], live[key], "{key}");
    }
    for key in ["name", "status", "error", "start_s", "end_s", "lane", "cpu_s", "value", "columns"]
    {
        assert_eq!(column(&read, key), column(&live, key), "{key}");
    }
    assert_eq!(cases(&live)[2]["output_tail"], "words 3\nmore\n");
    assert_eq!(column(&read, "output_tail"), column(&live, "output_tail"));
    assert_eq!(cases(&read)[0]["output_tail"], Value::Null);
    assert_eq!(read["account"]["startup"], Value::Null, "a journal does not tell");
    assert_eq!(read["command"], json!(command));
    let output = caselanes(&["predict", &path("study")]);
    assert!(err(&output).contains("row 3 has no time: failed"), "{}", err(&output));
}

#[test]
fn a_report_keeps_sessions_in_which_nothing_ran_and_shows_no_unknown_seed() {
    let folder = tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let solver = case_program().display().to_string();
    let command = ["--output", &path("run.json"), "--quiet"];
    let first = ["run", "--run-folder", &path("study")];
    caselanes(&[&first[..], &command, &["--", &solver, "print={x}"]].concat());
    let again = caselanes(&[&["run", "--resume", &path("study")], &command[..]].concat());
    assert_eq!(again.status.code(), Some(0), "{}", err(&again));
    for source in [path("run.json"), path("study")] {
        let table = out(&caselanes(&["report", &source]));
        let headline = "3 of 3 cases done in earlier sessions, none in this one";
        assert!(table.contains(headline), "{table}");
    }
    let (of_folder, _) = report(&path("study"));
    assert!(of_folder["seed"].is_u64() && of_folder["seed"] == report(&path("run.json")).0["seed"]);
    // Folders of earlier versions lack a seed that was drawn.
    let study = path("study/study.caselanes");
    let text = fs::read_to_string(&study).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("seed = "));
    fs::write(&study, lines.collect::<Vec<_>>().join("\n")).unwrap();
    let (of_folder, _) = report(&path("study"));
    assert_eq!(of_folder["seed"], Value::Null);
    fs::write(path("folder.json"), of_folder.to_string()).unwrap();
    for source in [path("study"), path("folder.json")] {
        for format in ["table", "markdown", "html"] {
            let text = out(&caselanes(&["report", &source, "--format", format]));
            assert!(!text.contains("seed 0") && !text.contains("| seed |"), "{text}");
            assert!(!text.contains("0 logical CPUs"), "{text}");
            assert!(!text.contains("<dt>seed</dt>"), "{text}");
        }
    }
}

#[test]
fn a_torn_last_line_is_dropped_with_a_warning() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("torn.log");
    let text = fs::read_to_string(log("parallel-4.joblog")).unwrap();
    fs::write(&path, &text[..text.len() - 30]).unwrap();
    let output = caselanes(&["report", path.to_str().unwrap(), "--format", "json"]);
    let warning = "the last line is incomplete and was dropped";
    assert!(err(&output).contains(warning), "{}", err(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((cases(&report).len(), output.status.code()), (39, Some(0)));
}

#[test]
fn bad_input_is_named_and_nothing_is_written() {
    let folder = tempdir().unwrap();
    let write = |name: &str, text: &str| -> PathBuf {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let joblog = fs::read_to_string(log("parallel-4.joblog")).unwrap();
    let bad = joblog.replacen("\nsleep", "\nx", 1).replacen("\t0\t0\tsleep", "\tsleep", 1);
    let target = folder.path().join("out.json");
    for (path, expected) in [
        (write("bad.log", &bad), "line 2: expected the nine columns of a finished job, found"),
        (write("empty", ""), "expected a run report, found an empty file"),
        (write("cases.csv", "name,x,y\na,1,2\n"), "expected a run report in JSON or a log, found"),
        (write("v4", "# ninja log v4\n"), "line 1: expected a ninja log of version 5 to 7, found"),
        (write("cut.json", "{\"schema\": \"caselanes.run/1\","), "the report is cut off"),
        (folder.path().join("none"), "no such file"),
        (folder.path().to_owned(), "expected a run folder, found no journal in it"),
    ] {
        let path = path.to_str().unwrap();
        for command in ["report", "predict"] {
            let output = caselanes(&[command, path, "--output", target.to_str().unwrap()]);
            assert_eq!(output.status.code(), Some(2), "{path}");
            assert!(err(&output).contains(expected), "{}", err(&output));
            assert!(output.stdout.is_empty() && !target.exists(), "{path}");
        }
    }
    let trace = folder.path().join("lengths.trace.json");
    let output =
        caselanes(&["report", &log("hyperfine.json"), "--output", trace.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let message = "trace shows when the cases ran, which the log does not tell";
    assert!(err(&output).contains(message) && output.stdout.is_empty(), "{}", err(&output));
    let same = log("times.csv");
    let output = caselanes(&["report", &same, "--output", &same]);
    assert!(err(&output).contains("would replace an input"), "{}", err(&output));
}
