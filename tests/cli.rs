//! Runs the binary as a user does.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

#[path = "program/interrupt.rs"]
mod interrupt;
#[path = "program/path.rs"]
mod path;

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{MAIN_SEPARATOR, Path};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use tempfile::tempdir;

use interrupt::{interrupt, make_interruptible};
use path::case_program;

fn caselanes(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(cargo_bin("caselanes"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that rejects its arguments does not read its input.
    child.stdin.take().unwrap().write_all(input).ok();
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Runs with the cases on standard input and reads the JSON report.
fn report(arguments: &str, cases: &str) -> Value {
    let line = format!("run --cases - --format json {arguments}");
    let output = caselanes(&line.split_whitespace().collect::<Vec<_>>(), cases.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn column(report: &Value, key: &str) -> Vec<Value> {
    report["cases"].as_array().unwrap().iter().map(|case| case[key].clone()).collect()
}

const QUERIES: &str = "name,x,y\n,1,1\n,8,1\n,1.5,1\n,2,1\n";

#[test]
fn the_demo_runs_with_only_a_time_scale() {
    let output = caselanes(&["run", "--time-scale", "0.01", "--seed", "42"], b"");
    assert_eq!(output.status.code(), Some(0));
    let text = out(&output);
    assert!(text.contains("Case 3"), "{text}");
    assert!(text.contains("3 cases in ") && text.contains("in series (estimated)"), "{text}");
}

/// Section 5.4 of the design, key by key and in its order.
#[test]
fn the_json_report_has_every_key_of_its_schema_in_order() {
    let line = ["run", "--time-scale", "0.01", "--format", "json", "--seed", "10"];
    let text = out(&caselanes(&line, b""));
    let keys = |text: &str| -> Vec<String> {
        let mut keys = Vec::new();
        for (at, _) in text.match_indices("\": ") {
            let start = text[..at].rfind('"').unwrap() + 1;
            keys.push(text[start..at].to_owned());
        }
        keys
    };
    let (head, cases) = text.split_once("\"cases\": ").unwrap();
    // What the events hold depends on the run.
    let (before, rest) = head.split_once("  \"events\": ").unwrap();
    let (events, after) = rest.split_once('\n').unwrap();
    assert!(events.starts_with("{\"workers_ready_s\": ["), "{events}");
    let head = format!("{before}{after}");
    assert_eq!(
        keys(&head).join(" "),
        "schema workload strategy workers batch order clock seed time_scale machine \
         logical_cpus os physical_cores installed_cpus affinity_cpus version started_at command options session recorded_by resources \
         aborted total_parallel_s total_series_s series total_series_low_s total_series_high_s \
         speedup efficiency \
         lower_bound_s account lane_seconds work stretch startup dispatch barrier held lost idle \
         value_names"
    );
    let first = cases.lines().nth(1).unwrap();
    assert_eq!(
        keys(first).join(" "),
        "index name x y columns value values value status error lane dispatch_index start_s \
         end_s time_s waited_s cpu_s intended_s memory_bytes attempts tries session host queued_s \
         output_tail"
    );
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["schema"], "caselanes.run/1");
    assert_eq!(report["workers"], 3);
    assert_eq!(report["seed"], 10);
    assert_eq!(report["series"], "estimated");
    assert_eq!(report["batch"], Value::Null);
    assert_eq!(report["machine"]["os"], std::env::consts::OS);
    assert_eq!(column(&report, "value"), [2.0, 5.0, 10.0]);
    assert_eq!(column(&report, "status"), ["done"; 3]);
    assert_eq!(column(&report, "tries"), [Value::Null, Value::Null, Value::Null]);
}

#[test]
fn a_workbook_holds_the_cases_the_figures_and_how_it_was_run() {
    let folder = tempdir().unwrap();
    let book = folder.path().join("report.xlsx");
    let arguments =
        ["run", "--clock", "virtual", "--seed", "1", "--output", book.to_str().unwrap()];
    let output = caselanes(&arguments, b"");
    assert!(output.status.success(), "{}", err(&output));
    let bytes = fs::read(&book).unwrap();
    assert!(bytes.starts_with(b"PK"));
    caselanes(&arguments, b"");
    assert_eq!(fs::read(&book).unwrap(), bytes, "the same run gives the same bytes");
    // Standard output is a pipe here, which may take it.
    let piped = caselanes(&["run", "--clock", "virtual", "--format", "xlsx"], b"");
    assert!(piped.stdout.starts_with(b"PK"));
}

#[test]
#[cfg_attr(windows, ignore = "Windows measures CPU time in steps of 16 ms")]
fn the_figures_of_a_report_agree_with_each_other() {
    let report = report("--workload wait --workers 2 --time-scale 0.01", QUERIES);
    let number = |key: &str| report[key].as_f64().unwrap();
    let ends = column(&report, "end_s");
    let last = ends.iter().map(|end| end.as_f64().unwrap()).fold(0.0, f64::max);
    assert_eq!(number("total_parallel_s"), last);
    assert!((number("total_series_s") - 0.125).abs() < 1e-12);
    let speedup = number("total_series_s") / number("total_parallel_s");
    assert!((number("speedup") - speedup).abs() < 1e-12);
    assert!((number("efficiency") - speedup / 2.0).abs() < 1e-12);
    assert_eq!(number("lower_bound_s"), 0.08);
    assert_eq!(column(&report, "value"), [1.0, 64.0, 2.25, 4.0]);
    for case in report["cases"].as_array().unwrap() {
        let [start, end, time, waited, intended] =
            ["start_s", "end_s", "time_s", "waited_s", "intended_s"]
                .map(|key| case[key].as_f64().unwrap());
        assert!((end - start - time).abs() < 1e-9);
        assert!(intended <= waited && waited <= time, "{case}");
    }
    let account = report["account"].as_object().unwrap();
    let part = |key: &str| account[key].as_f64().unwrap();
    let parts = ["work", "stretch", "startup", "dispatch", "barrier", "held", "lost", "idle"];
    let sum: f64 = parts.iter().map(|key| part(key)).sum();
    assert!((part("lane_seconds") - sum).abs() < 1e-3);
    assert!((part("lane_seconds") - 2.0 * number("total_parallel_s")).abs() < 1e-9);
}

#[test]
fn the_virtual_clock_is_exact_and_has_no_values() {
    let cases = "name,x,y\n,1,1\n,1.5,1\n,2,1\n,8,1\n";
    let start = Instant::now();
    let listed = report("--workload wait --workers 2 --clock virtual --time-scale 1000", cases);
    let longest = report("--workload wait --workers 2 --clock virtual --order longest", cases);
    assert!(start.elapsed() < Duration::from_mins(1), "simulated hours must not pass");
    assert_eq!(listed["total_parallel_s"], 9500.0);
    assert_eq!(longest["total_parallel_s"], 8.0);
    assert_eq!(longest["total_series_s"], 12.5);
    for unknown in ["value", "cpu_s", "waited_s"] {
        assert_eq!(column(&listed, unknown), [Value::Null, Value::Null, Value::Null, Value::Null]);
    }
    assert_eq!(column(&listed, "status"), ["done"; 4]);
    assert_eq!(column(&longest, "dispatch_index"), [3, 2, 1, 0]);
}

#[test]
fn series_runs_one_case_at_a_time_and_warns_about_ignored_workers() {
    let line = "run --strategy series --workers 4 --time-scale 0.01 --format json";
    let output = caselanes(&line.split(' ').collect::<Vec<_>>(), b"");
    assert!(
        err(&output).contains("strategy \"series\" runs one case at a time"),
        "{}",
        err(&output)
    );
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["workers"], 1);
    assert_eq!(column(&report, "lane"), [0, 0, 0]);
}

#[test]
#[cfg_attr(windows, ignore = "Windows measures CPU time in steps of 16 ms")]
fn series_totals_are_measured_on_request_and_at_most_for_computing() {
    let cases = "name,x,y\n,0.1,1\n,0.2,1\n";
    let measured = report("--workload crunch --series measure", cases);
    assert_eq!(measured["series"], "measured");
    let at_most = report("--workload crunch", cases);
    assert_eq!(at_most["series"], "at-most");
    let line = "run --cases - --workload crunch";
    let table = out(&caselanes(&line.split(' ').collect::<Vec<_>>(), cases.as_bytes()));
    assert!(table.contains("instead of at most"), "{table}");
    assert_eq!(column(&at_most, "intended_s"), [Value::Null, Value::Null]);
    let factorials = report("--workload factorials --time-scale 0.01", QUERIES);
    assert_eq!(factorials["series"], "at-most");
}

#[test]
fn an_empty_table_is_a_run_of_zero_cases() {
    for clock in ["real", "virtual"] {
        let line = ["run", "--cases", "-", "--format", "json", "--clock", clock];
        let output = caselanes(&line, b"name,x,y\n");
        assert_eq!(output.status.code(), Some(0));
        assert!(err(&output).contains("no rows"), "{}", err(&output));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["total_parallel_s"], 0.0);
        assert_eq!(report["total_series_s"].to_string(), "0.0");
        assert_eq!(report["speedup"], Value::Null);
        assert_eq!(report["cases"], Value::Array(Vec::new()));
    }
    let quiet = caselanes(&["run", "--cases", "-", "--quiet"], b"name,x,y\n");
    assert_eq!(err(&quiet), "");
}

#[test]
fn an_overflow_fails_only_its_case_and_sets_the_exit_status() {
    let line = "run --cases - --time-scale 0.001 --format json";
    let cases = b"name,x,y\nbig,1e200,1\nsmall,1,1\n";
    let output = caselanes(&line.split(' ').collect::<Vec<_>>(), cases);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(column(&report, "status"), ["failed", "done"]);
    assert!(report["cases"][0]["error"].as_str().unwrap().contains("overflow"));
    for undefined in ["speedup", "efficiency", "total_series_s", "series"] {
        assert_eq!(report[undefined], Value::Null, "{undefined}");
    }
}

#[test]
fn powers_without_a_finite_value_fail_when_computed() {
    let line = "run --cases - --workload power --format json";
    let cases = b"name,x,y\n,1,1\n,2,1\n,3,1\n,4,1\nbig,1e300,1\nroot,-0.5,1\nnothing,0,1\n";
    let output = caselanes(&line.split(' ').collect::<Vec<_>>(), cases);
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(column(&report, "value")[..4], [1.0, 2.0, 9.0, 64.0]);
    assert_eq!(column(&report, "status")[4..], ["failed"; 3]);
    for (error, expected) in column(&report, "error")[4..].iter().zip([
        "overflow: expected a finite value, found inf",
        "undefined: expected a finite value, found NaN",
        "division by zero: expected x other than 0, found 0",
    ]) {
        assert_eq!(error, expected);
    }
}

const CRASH_TESTS: &str = "name,x,y\nside,10,200\nfront,50,200\nrear,20,200\n\
                           side,10,400\nfront,50,400\nrear,20,400\n";

#[test]
fn crash_tests_take_the_published_time_on_both_clocks() {
    let line = "--workload crash-test --clock virtual --workers";
    let total = |options: &str| {
        report(&format!("{line} {options}"), CRASH_TESTS)["total_parallel_s"].as_f64().unwrap()
    };
    // NumPy's first draw after seed 10, times all products.
    let exact = 0.771_320_643_266_746_f64 * 48.0;
    assert!((exact - 37.0234).abs() < 1e-4);
    for (options, share) in [("1", 48.0), ("3", 24.0), ("3 --order longest", 20.0), ("6", 20.0)] {
        let total = total(options);
        assert!((total - exact / 48.0 * share).abs() < 1e-9, "{options}: {total}");
    }
    let real = report("--workload crash-test --workers 6 --time-scale 0.001", CRASH_TESTS);
    assert_eq!(column(&real, "value"), [2e3, 1e4, 4e3, 4e3, 2e4, 8e3]);
}

#[test]
fn random_values_are_reproducible_and_in_range() {
    let cases = "name,x,y\n".to_owned() + &",1,101\n".repeat(10);
    let draws = |options: &str| {
        column(&report(&format!("--workload random --seed 10 {options}"), &cases), "value")
    };
    let expected = [74.0, 79.0, 48.0, 12.0, 74.0, 98.0, 44.0, 16.0, 40.0, 36.0];
    assert_eq!(draws("--strategy series"), expected);
    assert_eq!(draws("--workers 10 --order shuffled"), expected);
}

#[test]
fn factorials_report_the_digits_of_the_last_factorial() {
    let report = report("--workload factorials --time-scale 0.01", QUERIES);
    assert_eq!(column(&report, "value"), [12_670.0; 4]);
}

/// Arguments, input and texts on standard error. Nothing runs.
#[test]
fn bad_usage_and_input_are_rejected_with_the_expected_values() {
    let wait = "run --cases - --workload wait";
    let crash_test = "run --cases - --workload crash-test";
    let random = "run --cases - --workload random";
    let refused: [(&str, &[u8], &[&str]); 38] = [
        (
            "run --workload fast",
            b"",
            &["fast", "demo, wait, crunch, factorials, crash-test, power, random, command"],
        ),
        ("run --strategy fast", b"", &["fast", "series, threads"]),
        ("run --order up", b"", &["listed, longest, shortest, shuffled"]),
        ("run --series guess", b"", &["estimate, sample, measure"]),
        ("run --clock sand", b"", &["real, virtual"]),
        ("run --format xml", b"", &["table, json, csv"]),
        ("run --fast", b"", &["--fast", "--workers", "--time-scale", "--output"]),
        ("fast", b"", &["fast"]),
        ("run --workers 0", b"", &["whole number from 1 to 256"]),
        ("run --workers 257", b"", &["whole number from 1 to 256"]),
        ("run --workers -1", b"", &["whole number from 1 to 256"]),
        ("run --workers two", b"", &["two", "whole number from 1 to 256"]),
        ("run --time-scale 0", b"", &["above 0 and at most 1000"]),
        ("run --time-scale 1001", b"", &["above 0 and at most 1000"]),
        ("run --time-scale NaN", b"", &["above 0 and at most 1000"]),
        ("run --seed -1", b"", &["-1"]),
        ("run --cases -", b"name,x\na,1\n", &["line 1", "lacks the column y"]),
        (
            "run --cases -",
            b"name,x,y\na,one,1\n",
            &["standard input, line 2, column 2: ", "\"one\""],
        ),
        ("run --cases -", b"name,x,y\na,1,NaN\n", &["line 2, column 3", "finite", "\"NaN\""]),
        ("run --cases -", b"name,x,y\na,inf,1\n", &["line 2, column 2", "finite"]),
        ("run --cases -", b"\x7fELF\x00\x01\xff", &["line 1, column 1", "text, found"]),
        ("run --cases -", b"", &["line 1, column 1", "name, x and y"]),
        (wait, b"name,x,y\na,1,1\nb,-1,1\n", &["standard input, line 3, column 2: ", "found -1"]),
        (wait, b"name,x,y\na,1e300,1\n", &["line 2, column 2", "1e9 s", "1e300 s"]),
        (wait, b"y,x,name\n1,2e19,a\n", &["line 2, column 2", "2e19 s"]),
        (crash_test, b"name,x,y\na,1,1\nb,-10,200\n", &["line 3, column 2", "-10 · 200"]),
        (crash_test, b"name,x,y\na,10,-200\n", &["line 2, column 3", "10 · -200"]),
        (crash_test, b"name,x,y\na,1e300,1e300\n", &["line 2, column 2", "1e9 s", "inf s"]),
        (random, b"name,x,y\na,1,2\nb,1.5,2\n", &["line 3, column 2", "whole", "found 1.5"]),
        (random, b"name,x,y\na,1,2.5\n", &["line 2, column 3", "whole", "found 2.5"]),
        (random, b"name,x,y\na,-1e16,2\n", &["line 2, column 2", "-2^53", "found -10000"]),
        (random, b"name,x,y\na,5,3\n", &["line 2, column 3", "at least x = 5, found 3"]),
        ("run --workload power --clock virtual", b"", &["virtual clock"]),
        ("run --cases .", b"", &["found a folder"]),
        ("run --cases nowhere.csv", b"", &["no such file: nowhere.csv"]),
        ("run --workload crunch --clock virtual", b"", &["virtual clock"]),
        ("run --series measure --clock virtual", b"", &["virtual clock"]),
        ("run --series sample --clock virtual", b"", &["virtual clock"]),
    ];
    for (line, input, expected) in refused {
        let output = caselanes(&line.split(' ').collect::<Vec<_>>(), input);
        let error = err(&output);
        assert_eq!(output.status.code(), Some(2), "{line}: {error}");
        assert_eq!(out(&output), "", "{line}");
        for text in expected {
            assert!(error.contains(text), "{line}: expected {text:?} in: {error}");
        }
    }
}

#[test]
fn an_unwritable_output_is_rejected_before_the_run() {
    let folder = tempdir().unwrap();
    let in_no_folder = folder.path().join("none/report.json");
    let cases = folder.path().join("cases.csv");
    fs::write(&cases, QUERIES).unwrap();
    let no_file = folder.path().join("new/");
    for path in [folder.path(), &in_no_folder, &no_file, &cases] {
        let start = Instant::now();
        let line = ["run", "--time-scale", "1000", "--cases", cases.to_str().unwrap(), "--output"];
        let output = caselanes(&[&line[..], &[path.to_str().unwrap()]].concat(), b"");
        assert_eq!(output.status.code(), Some(2), "{}", err(&output));
        assert!(err(&output).contains(path.to_str().unwrap()), "{}", err(&output));
        assert!(start.elapsed() < Duration::from_mins(1), "the run must be rejected");
    }
    assert_eq!(fs::read_to_string(&cases).unwrap(), QUERIES);
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_report_file_is_replaced_atomically_without_leftovers() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("report.json");
    fs::write(&path, "old").unwrap();
    let line = ["run", "--time-scale", "0.001", "--output", path.to_str().unwrap()];
    let output = caselanes(&line, b"");
    assert_eq!((output.status.code(), out(&output)), (Some(0), String::new()));
    assert!(err(&output).contains("3 cases in"));
    assert!(err(&output).contains("the report replaced ") && err(&output).contains("report.json"));
    let report: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(report["schema"], "caselanes.run/1");
    assert_eq!(files(folder.path()), ["report.json"]);
}

#[test]
fn devices_are_written_in_place() {
    let devices: &[&str] = if cfg!(windows) { &["NUL", "nul", r"\\.\NUL"] } else { &["/dev/null"] };
    for device in devices {
        let output = caselanes(&["run", "--time-scale", "0.001", "--output", device], b"");
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert!(!err(&output).contains("replaced"), "{}", err(&output));
        #[cfg(unix)]
        assert!(!fs::metadata(device).unwrap().is_file());
    }
}

// Windows has no such modes, and links only for administrators.
#[test]
#[cfg(unix)]
fn links_are_followed() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let folder = tempdir().unwrap();
    let (file, link) = (folder.path().join("file.csv"), folder.path().join("link.csv"));
    fs::write(&file, "old").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&file, &link).unwrap();
    let line = ["run", "--time-scale", "0.001", "--output", link.to_str().unwrap()];
    assert_eq!(caselanes(&line, b"").status.code(), Some(0));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&file).unwrap().starts_with("name,x,y,value"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);

    let dangling = folder.path().join("dangling.csv");
    symlink("new.csv", &dangling).unwrap();
    let line = ["run", "--time-scale", "0.001", "--output", dangling.to_str().unwrap()];
    assert_eq!(caselanes(&line, b"").status.code(), Some(0));
    assert!(fs::symlink_metadata(&dangling).unwrap().is_symlink());
    assert!(folder.path().join("new.csv").is_file());
}

// Only Linux has /dev/stdout for any open file.
#[test]
#[cfg(target_os = "linux")]
fn an_open_file_is_appended_to_and_not_replaced() {
    let folder = tempdir().unwrap();
    let log = folder.path().join("log");
    let line = format!(
        "{} run --time-scale 0.001 --quiet --format csv --output /dev/stdout",
        cargo_bin("caselanes").display()
    );
    let script = format!("(echo first; {line}; echo last) > {}", log.display());
    assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success());
    let text = fs::read_to_string(log).unwrap();
    assert!(text.starts_with("first\nname,x,y") && text.ends_with("last\n"), "{text}");
}

#[test]
fn a_signal_while_writing_the_report_ends_the_program() {
    let mut cases = String::from("name,x,y\n");
    (0..20_000).for_each(|_| cases.push_str(",0,1\n"));
    // The report is larger than a pipe, and nothing reads it.
    let line = "run --cases - --workload wait --format json";
    let output = interrupted(&line.split(' ').collect::<Vec<_>>(), &cases, interrupt);
    assert_eq!(output.status.code(), Some(130), "{}", err(&output));
}

// Windows has no limit of address space.
#[test]
#[cfg(target_os = "linux")]
fn a_run_without_threads_fails_without_figures() {
    let line = format!(
        "ulimit -v 400000; {} run --workers 256 --time-scale 0.001 --format json",
        cargo_bin("caselanes").display()
    );
    let mut command = Command::new("bash");
    command.args(["-c", &line]);
    // The stack that does not fit leaves enough memory for all else.
    command.env("RUST_MIN_STACK", (32 << 20).to_string()).env("MALLOC_ARENA_MAX", "1");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert!(err(&output).contains("try fewer workers"), "{}", err(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(column(&report, "status"), ["not-run"; 3]);
    for unknown in ["total_parallel_s", "speedup", "account"] {
        assert_eq!(report[unknown], Value::Null, "{unknown}");
    }
}

#[test]
fn all_at_once_rejects_too_many_cases() {
    let cases = |count: usize| format!("name,x,y\n{}", ",0.2,1\n".repeat(count));
    let line = ["run", "--cases", "-", "--workload", "wait", "--strategy", "all-at-once"];
    let output = caselanes(&line, cases(5000).as_bytes());
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("at most 4096 cases"), "{}", err(&output));
}

// Windows has no limit of threads.
/// Runs as a separate user with a limit of 500 threads.
#[test]
#[cfg(target_os = "linux")]
fn all_at_once_reports_a_refused_thread() {
    use std::os::unix::fs::PermissionsExt as _;

    let Ok(id) = Command::new("id").arg("-u").output() else { return };
    if out(&id).trim() != "0" {
        return;
    }
    let folder = tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = folder.path().join("caselanes");
    fs::copy(cargo_bin("caselanes"), &program).unwrap();
    let path = folder.path().join("cases.csv");
    fs::write(&path, format!("name,x,y\n{}", ",0.2,1\n".repeat(4000))).unwrap();
    let line = format!(
        "ulimit -u 500; exec {} run --workload wait --strategy all-at-once --cases {} --format json",
        program.display(),
        path.display()
    );
    let user = ["--reuid=61234", "--regid=61234", "--clear-groups", "bash", "-c"];
    let output = Command::new("setpriv").args(user).arg(&line).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert!(err(&output).contains("cannot start 4000 threads: only "), "{}", err(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["total_series_s"], Value::Null);
}

#[test]
fn a_thousand_cases_all_at_once_take_about_as_long_as_one() {
    let cases = format!("name,x,y\n{}", ",0.3,1\n".repeat(1000));
    let report = report("--workload wait --strategy all-at-once", &cases);
    assert_eq!(report["workers"], 1000);
    let total_s = report["total_parallel_s"].as_f64().unwrap();
    assert!((0.3..3.0).contains(&total_s), "{total_s}");
    let lanes: std::collections::BTreeSet<_> =
        column(&report, "lane").into_iter().map(|lane| lane.as_u64().unwrap()).collect();
    assert_eq!(lanes.len(), 1000);
}

#[test]
fn a_report_for_a_full_device_goes_to_standard_output() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let line = ["run", "--time-scale", "0.001", "--format", "csv", "--output", "/dev/full"];
    let output = caselanes(&line, b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(out(&output).starts_with("name,x,y,value"), "{}", out(&output));
    assert!(err(&output).contains("cannot write the report"), "{}", err(&output));
}

#[test]
fn exported_cases_read_back_unchanged_with_formulas_escaped() {
    let cases =
        "mesh,name,x,y\n-fine,=1+1,0.001,-2\n\"a,\"\"b\nc\",+plus,0.002,1e-9\n,''=x,0,1e30\n";
    let line = ["run", "--cases", "-", "--workload", "wait", "--format", "csv"];
    let first = out(&caselanes(&line, cases.as_bytes()));
    assert!(first.contains("'=1+1,0.001,-2,'-fine,"), "{first}");
    let second = out(&caselanes(&line, first.as_bytes()));
    let inputs = |text: &str| {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows =
            reader.records().map(|row| row.unwrap().iter().take(4).map(str::to_owned).collect());
        rows.collect::<Vec<Vec<String>>>()
    };
    assert_eq!(inputs(&first), inputs(&second));
    let report = report("--workload wait", &first);
    assert_eq!(column(&report, "name"), ["=1+1", "+plus", "'=x"]);
}

#[test]
fn a_closed_pipe_ends_the_program_quietly_with_the_status_of_the_run() {
    let mut done = String::from("name,x,y\n");
    (0..20_000).for_each(|_| done.push_str(",0,1\n"));
    let failed = format!("{done},0,0\n");
    let runs = [("wait", &done, 0), ("power", &failed, 1)];
    for (format, (workload, cases, status)) in
        ["table", "json", "csv"].into_iter().flat_map(|format| runs.map(|run| (format, run)))
    {
        let mut child = Command::new(cargo_bin("caselanes"))
            .args(["run", "--cases", "-", "--workload", workload, "--format", format])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(cases.as_bytes()).unwrap();
        let mut first = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        let found = (output.status.code(), err(&output));
        assert_eq!(found, (Some(status), String::new()), "{format}, {workload}");
    }
}

#[test]
fn a_dash_as_output_is_standard_output() {
    let folder = tempdir().unwrap();
    let line = ["run", "--time-scale", "0.001", "--format", "json", "--output", "-"];
    let output = Command::new(cargo_bin("caselanes"))
        .args(line)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(out(&output).starts_with("{\n"), "{}", out(&output));
    assert_eq!((err(&output).as_str(), fs::read_dir(folder.path()).unwrap().count()), ("", 0));
}

#[test]
fn values_that_differ_between_runs_are_reported_with_their_setup() {
    let line = ["compare", "--repeat", "2", "--setup", "series", "threads:2", "--quiet"];
    let program = case_program().display().to_string();
    let values = |action| err(&caselanes(&[&line[..], &["--", &program, action]].concat(), b""));
    let random = "warning: values differ between the runs of series: not repeatable\n";
    assert_eq!(values("id"), random);
    assert_eq!(values("print=1"), "");
}

fn interrupted(arguments: &[&str], cases: &str, interrupt: fn(&Child)) -> Output {
    let mut command = Command::new(cargo_bin("caselanes"));
    make_interruptible(&mut command);
    command.args(arguments).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(cases.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    interrupt(&child);
    let start = Instant::now();
    let output = child.wait_with_output().unwrap();
    assert!(start.elapsed() < Duration::from_mins(1), "the interrupt was ignored");
    output
}

#[test]
fn an_interrupt_reports_what_finished() {
    let cases = "name,x,y\n,0.01,1\n,600,1\n,600,1\n,600,1\n";
    let line = "run --cases - --workload wait --workers 2 --format json";
    let line: Vec<_> = line.split(' ').collect();
    #[cfg(unix)]
    let terminate = |child: &Child| {
        use rustix::process::{Pid, Signal, kill_process};
        kill_process(Pid::from_child(child), Signal::TERM).unwrap();
    };
    // Windows has no SIGTERM.
    #[cfg(windows)]
    let terminate = interrupt;
    for interrupt in [interrupt, terminate] {
        let output = interrupted(&line, cases, interrupt);
        assert_eq!(output.status.code(), Some(130), "{}", err(&output));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(column(&report, "status"), ["done", "cancelled", "cancelled", "not-run"]);
        assert_eq!(report["cases"][0]["value"], 0.0001);
        assert_eq!(report["cases"][3]["lane"], Value::Null);
        assert_eq!(report["cases"][3]["attempts"], 0);
        assert_eq!(report["speedup"], Value::Null);
        // The intended times give a bound of 600 s, which this run has not taken.
        assert_eq!(report["lower_bound_s"], Value::Null);
    }
}

#[test]
fn an_interrupt_while_measuring_the_series_keeps_the_parallel_run() {
    let mut cases = String::from("name,x,y\n");
    (0..200).for_each(|_| cases.push_str(",0.5,1\n"));
    let line = "run --cases - --workload wait --workers 200 --series measure --format json";
    let output = interrupted(&line.split(' ').collect::<Vec<_>>(), &cases, interrupt);
    assert_eq!(output.status.code(), Some(130), "{}", err(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(column(&report, "status"), vec!["done"; 200]);
    assert_eq!(report["series"], "estimated");
    assert!(err(&output).contains("not measured"), "{}", err(&output));
}

// Only Unix has a program `script`, which gives a program a terminal.
#[test]
#[cfg(target_os = "linux")]
fn a_progress_bar_is_drawn_on_a_terminal_only() {
    let cases = tempdir().unwrap();
    let path = cases.path().join("cases.csv");
    fs::write(&path, QUERIES).unwrap();
    let line = format!(
        "{} run --cases {} --workload wait --time-scale 0.2",
        cargo_bin("caselanes").display(),
        path.display()
    );
    // `script` gives the program a terminal and prints what it draws.
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).env("TERM", "xterm");
    let drawn = out(&script.output().unwrap());
    assert!(drawn.contains("of 4 cases") && drawn.contains("left"), "{drawn:?}");
    let piped = Command::new("sh").args(["-c", &line]).output().unwrap();
    assert_eq!(err(&piped), "");
}

#[test]
#[cfg_attr(windows, ignore = "Windows always has a display")]
fn without_a_display_the_window_names_the_command_line() {
    let output = caselanes(&[], b"");
    assert_eq!(output.status.code(), Some(2));
    let message = err(&output);
    assert!(message.starts_with("error: cannot open the window: no display, or "), "{message}");
    assert!(message.ends_with("caselanes run --help\n"), "{message}");
    let help = out(&caselanes(&["run", "--help"], b""));
    for word in ["--cases", "waits x seconds", "longest first", "Exit status", "Examples"] {
        assert!(help.contains(word), "{word} is not in the help: {help}");
    }
}

const STUDY: &str = "\
version = 1

[workload]
name = \"wait\"

[plan]
workers = 2
order = \"longest\"
seed = 7
time-scale = 0.01
clock = \"virtual\"

[[case]]
name = \"short\"
x = 1
y = 1
mesh = \"coarse\"

[[case]]
name = \"long\"
x = 8.5
y = 2
";

/// Writes a study file to a temporary folder.
fn study_file(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempdir().unwrap();
    let path = folder.path().join("a.caselanes");
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

/// Runs a study with further options and reads the JSON report.
fn study_report(study: &str, options: &str, input: &str) -> Value {
    let options: Vec<_> = options.split_whitespace().collect();
    let line = [&["run", study, "--format", "json"][..], &options].concat();
    let output = caselanes(&line, input.as_bytes());
    assert_eq!((output.status.code(), err(&output)), (Some(0), String::new()));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_study_file_provides_cases_workload_and_plan() {
    let (_folder, study) = study_file(STUDY);
    let report = study_report(&study, "", "");
    for (key, value) in [("workload", "wait"), ("order", "longest"), ("clock", "virtual")] {
        assert_eq!(report[key], value);
    }
    assert_eq!((&report["workers"], &report["seed"]), (&2.into(), &7.into()));
    assert_eq!(column(&report, "name"), ["short", "long"]);
    assert_eq!(column(&report, "intended_s"), [0.01, 0.085]);
    assert_eq!(column(&report, "dispatch_index"), [1, 0]);
}

#[test]
fn options_override_the_study_file_even_with_default_values() {
    let (_folder, study) = study_file(STUDY);
    let options = "--workload demo --order listed --workers 1 --time-scale 1 --seed 1 \
                   --strategy threads --series estimate";
    let report = study_report(&study, options, "");
    for (key, value) in [("workload", "demo"), ("order", "listed"), ("clock", "virtual")] {
        assert_eq!(report[key], value);
    }
    assert_eq!((&report["workers"], &report["seed"]), (&1.into(), &1.into()));
    assert_eq!(report["time_scale"], 1.0);
    let measured = study_report(&study, "--clock real --series measure", "");
    assert_eq!(measured["series"], "measured");
}

#[test]
fn cases_come_from_the_file_in_the_study_unless_replaced() {
    let (folder, study) = study_file("version = 1\ncases = \"b.csv\"\nworkload.name = \"wait\"\n");
    let replaced = study_report(&study, "--cases - --time-scale 0.01", "name,x,y\nnew,1,1\n");
    assert_eq!(column(&replaced, "name"), ["new"]);
    assert_eq!(replaced["workload"], "wait");
    let cases = folder.path().join("b.csv");
    fs::write(&cases, QUERIES).unwrap();
    assert_eq!(column(&study_report(&study, "--clock virtual", ""), "x"), [1.0, 8.0, 1.5, 2.0]);
    // Neither file is overwritten.
    for file in [cases.to_str().unwrap(), &study] {
        let output = caselanes(&["run", &study, "--clock", "virtual", "--output", file], b"");
        assert_eq!(output.status.code(), Some(2));
        assert!(err(&output).contains("would replace"), "{}", err(&output));
    }
    assert_eq!(fs::read_to_string(&cases).unwrap(), QUERIES);
}

/// Text of a study and of its `b.csv`, and the message on standard error.
#[test]
fn an_invalid_study_is_rejected_with_file_and_line() {
    let refused = [
        ("", "", "FOLDER/a.caselanes, line 1: missing key version; add version = 1"),
        ("version = 1\nfoo = 1", "", "line 2: unknown key \"foo\"; expected one of version,"),
        (
            "version = 1\n[plan]\nworkers = 300",
            "",
            "line 3: workers: expected a whole number from 1 to 256",
        ),
        ("version = 1\n[plan\n", "", "line 2: "),
        (
            "version = 1\n[workload]\nname = \"wait\"\n[[case]]\nx = -1\ny = 1\n",
            "",
            "FOLDER/a.caselanes, line 4: expected a wait of at least 0 s in x, found -1",
        ),
        (
            "version = 1\ncases = \"b.csv\"\n[workload]\nname = \"wait\"\n",
            "name,x,y\na,-1,1\n",
            "FOLDER/b.csv, line 2, column 2: expected a wait of at least 0 s in x, found -1",
        ),
        (
            "version = 1\ncases = \"b.csv\"\n",
            "name,x,y\na,one,1\n",
            "FOLDER/b.csv, line 2, column 2: expected a number for x, found \"one\"",
        ),
        (
            "version = 1\ncases = \"c.csv\"\n",
            "",
            "FOLDER/a.caselanes, line 2: no such file: FOLDER/c.csv",
        ),
    ];
    for (text, cases, expected) in refused {
        let (folder, study) = study_file(text);
        fs::write(folder.path().join("b.csv"), cases).unwrap();
        let output = caselanes(&["run", &study], b"");
        assert_eq!((output.status.code(), out(&output)), (Some(2), String::new()));
        let folder = format!("{}{MAIN_SEPARATOR}", folder.path().display());
        let expected = expected.replace("FOLDER/", &folder);
        assert!(err(&output).contains(&expected), "expected {expected:?} in: {}", err(&output));
    }
}

#[test]
fn other_files_are_rejected_as_studies_with_a_hint() {
    for (line, expected) in [
        ("run cases.csv", "use --cases cases.csv"),
        ("run x.txt", "expected a study file, whose name ends in .caselanes, found x.txt"),
        ("predict .", "expected a run folder, found no journal in it: ."),
        ("predict Cargo.toml", "Cargo.toml, line 1: expected a run report in JSON or a log, found"),
        ("run --memory-floor 0", "expected a size above 0 such as 500M"),
        ("run cases.TSV", "use --cases cases.TSV"),
        ("run .", "expected a file, found a folder: ."),
        ("run nowhere", "no such file: nowhere"),
    ] {
        let output = caselanes(&line.split(' ').collect::<Vec<_>>(), b"");
        assert_eq!((output.status.code(), out(&output)), (Some(2), String::new()));
        assert!(err(&output).contains(expected), "expected {expected:?} in: {}", err(&output));
    }
}

#[test]
fn a_table_with_ambiguous_numbers_is_rejected_with_both_readings() {
    let table = b"sep=;\nname;x;y\na;1.000;2\nb;2,5;3\n";
    let output = caselanes(&["run", "--cases", "-", "--workload", "wait"], table);
    assert_eq!(output.status.code(), Some(2));
    let expected = "standard input, line 3, column 2: ambiguous number for x: found \"1.000\", \
                    which can mean 1 or 1000";
    assert!(err(&output).contains(expected), "{}", err(&output));
}

#[test]
fn counts_from_10_000_on_are_grouped_and_long_times_are_in_days() {
    let cases = format!("name,x,y\n{}", ",100,1\n".repeat(12_345));
    let options = "run --cases - --workload wait --clock virtual --workers 2 --quiet";
    let output = caselanes(&options.split(' ').collect::<Vec<_>>(), cases.as_bytes());
    let text = out(&output);
    assert!(
        text.contains("12\u{A0}345 cases would take 7.1 days"),
        "{}",
        &text[text.len() - 800..]
    );
    assert!(text.contains("time [s]") && text.contains("end [days]"), "{}", &text[..400]);
}

#[test]
fn the_study_in_the_documentation_runs() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/study-files.md");
    let text = fs::read_to_string(path).unwrap();
    let (_, rest) = text.split_once("```toml\n").unwrap();
    let (_folder, study) = study_file(rest.split_once("```").unwrap().0);
    let report = study_report(&study, "--clock virtual", "");
    assert_eq!(report["workload"], "wait");
    assert_eq!(column(&report, "name"), ["coarse mesh", "fine mesh"]);
}

#[test]
fn a_study_of_100_000_cases_is_read_quickly() {
    let mut text = String::from("version = 1\n[workload]\nname = \"wait\"\n");
    (0..100_000).for_each(|_| text.push_str("[[case]]\nx = 0.5\ny = 1\nmesh = \"fine\"\n"));
    let (_folder, study) = study_file(&text);
    let start = Instant::now();
    let output = caselanes(&["run", &study, "--clock", "virtual", "--format", "csv"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(start.elapsed() < Duration::from_mins(1), "{:?}", start.elapsed());
    assert_eq!(out(&output).lines().count(), 100_001);
}

#[test]
#[cfg_attr(windows, ignore = "Windows always has a display")]
fn a_missing_file_is_named_before_the_window_opens_and_a_misspelt_command_opens_none() {
    let run = |argument: &str| {
        let mut command = Command::new(cargo_bin("caselanes"));
        command.arg(argument).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        let output = command.env_remove("WAYLAND_SOCKET").output().unwrap();
        assert_eq!(output.status.code(), Some(2), "there is no display");
        String::from_utf8(output.stderr).unwrap()
    };
    let missing = run("missing.caselanes");
    assert!(missing.starts_with("error: no such file: missing.caselanes\n"), "{missing}");
    assert!(missing.contains("cannot open the window"), "{missing}");
    let misspelt = run("rnu");
    assert!(misspelt.contains("no such command or file: rnu"), "{misspelt}");
    assert!(!misspelt.contains("window"), "{misspelt}");
}

#[test]
fn the_manual_page_and_completions_name_every_command_and_option() {
    let page = out(&caselanes(&["--generate", "man"], b"")).replace("\\-", "-");
    for text in [".SH \"CASELANES RUN\"", ".SH \"CASELANES PLAN\"", "--fail-if", "--licences"] {
        assert!(page.contains(text), "{text} is not in {page}");
    }
    let shell = out(&caselanes(&["--generate", "bash"], b""));
    assert!(shell.contains("caselanes__subcmd__run") && shell.contains("--fail-if"), "{shell}");
    let with_others = caselanes(&["--generate", "zsh", "run"], b"");
    assert_eq!(with_others.status.code(), Some(2));
}
