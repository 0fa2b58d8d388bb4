//! Comparisons and examples on the command line.

#![expect(clippy::unwrap_used, reason = "a test fails on an unexpected error")]

#[path = "timing/retry.rs"]
mod retry;

use std::process::{Command, Output};

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;

use retry::retry_timing;

fn caselanes(line: &str) -> Output {
    Command::new(cargo_bin("caselanes")).args(line.split_whitespace()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn json(line: &str) -> Value {
    let output = caselanes(&format!("{line} --format json"));
    assert_eq!(output.status.code(), Some(0), "{line}: {}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The keys of an object, sorted.
fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

fn claim<'a>(example: &'a Value, words: &str) -> &'a Value {
    let claims = example["claims"].as_array().unwrap();
    let found = claims.iter().find(|claim| claim["claim"].as_str().unwrap().contains(words));
    found.unwrap_or_else(|| panic!("no claim with {words:?} in {claims:#?}"))
}

/// Checks that claims get these verdicts in one of a few runs.
fn assert_held(line: &str, verdicts: &[(&str, bool)]) {
    retry_timing(5, || {
        let example = json(line);
        for (words, expected) in verdicts {
            let claim = claim(&example, words);
            if claim["held"] != *expected {
                return Err(format!("{line}: expected {expected}, found {claim}"));
            }
        }
        Ok(())
    });
}

#[test]
fn the_examples_are_listed_in_every_format() {
    let names = ["demo", "crash-tests", "queries", "simulations", "io-and-cpu", "pools", "race"];
    let listed = json("examples");
    let found: Vec<_> =
        listed.as_array().unwrap().iter().map(|e| e["name"].as_str().unwrap()).collect();
    assert_eq!(found, names);
    assert_eq!(keys(&listed[0]), ["name", "title"]);
    let table = text(&caselanes("examples").stdout);
    let csv = text(&caselanes("examples --format csv").stdout);
    for name in names {
        assert!(table.contains(name) && csv.contains(name), "{name}");
    }
}

#[test]
fn an_example_reports_its_runs_and_claims() {
    let example = json("examples demo --time-scale 0.01 --seed 42");
    assert_eq!(keys(&example), ["claims", "name", "runs", "schema"]);
    assert_eq!(example["schema"], "caselanes.example/1");
    assert_eq!(example["name"], "demo");
    let run = &example["runs"][0];
    assert_eq!(run["label"], "3 workers");
    assert_eq!((&run["schema"], &run["seed"]), (&"caselanes.run/1".into(), &42.into()));
    assert_eq!(run["cases"][2]["value"], 10.0);
    assert_eq!(keys(&example["claims"][0]), ["claim", "evidence", "held"]);
    assert_eq!(claim(&example, "x² + y²")["held"], true);
}

#[test]
fn the_crash_tests_take_the_published_times_on_the_virtual_clock() {
    let example = json("examples crash-tests --clock virtual");
    let runs = example["runs"].as_array().unwrap();
    let r = 0.771_320_643_266_746_f64;
    let expected_s = [48.0 * r, 30.0 * r, 20.0 * r, 24.0 * r, 20.0 * r];
    assert_eq!(runs.len(), expected_s.len());
    for (run, expected_s) in runs.iter().zip(expected_s) {
        let total_s = run["total_parallel_s"].as_f64().unwrap();
        assert!((total_s - expected_s).abs() < 1e-8, "{}: {total_s}", run["label"]);
    }
    for claim in example["claims"].as_array().unwrap() {
        let about_values = claim["claim"].as_str().unwrap().contains("results");
        let expected = if about_values { Value::Null } else { true.into() };
        assert_eq!(claim["held"], expected, "{claim}");
    }
}

#[test]
fn waiting_examples_confirm_their_claims() {
    assert_held(
        "examples crash-tests --time-scale 0.02",
        &[
            ("In series", true),
            ("mesh at a time", true),
            ("determines the total", true),
            ("barrier", true),
            ("Three workers suffice", true),
            ("The order matters", true),
            ("results", true),
        ],
    );
    assert_held(
        "examples queries --time-scale 0.03",
        &[
            ("sum of the queries", true),
            ("Two threads", true),
            ("long query last", true),
            ("balances the load", true),
            ("global lock", true),
            ("Processes", true),
            ("Worker 0", true),
            ("in the order of the queries", true),
        ],
    );
}

#[test]
fn the_race_gives_three_wrong_values_and_is_caught() {
    retry_timing(5, || {
        let example = json("examples race --time-scale 0.05");
        let wrong = claim(&example, "All at once");
        let evidence = wrong["evidence"].as_str().unwrap();
        let caught = wrong["held"] == false
            && evidence.contains("3 of 6 values are wrong")
            && evidence.contains("front__50__200 gave 20000 instead of 10000");
        let right = claim(&example, "barrier")["held"] == true;
        (caught && right).then_some(()).ok_or_else(|| format!("{example:#}"))
    });
}

#[test]
fn computing_examples_confirm_their_claims() {
    assert_held(
        "examples simulations --time-scale 1",
        &[("two threads gain nothing", true), ("same", true)],
    );
    assert_held(
        "examples io-and-cpu --time-scale 0.02",
        &[("Threads speed up waiting the most", true), ("Eight cases", false)],
    );
}

#[test]
#[cfg_attr(windows, ignore = "Windows measures CPU time in steps of 16 ms")]
fn processes_that_compute_use_more_cpu_time_than_was_published() {
    assert_held("examples simulations --time-scale 1", &[("next to no CPU time", false)]);
}

#[test]
fn pools_compute_their_values_and_find_their_break_even() {
    let example = json("examples pools --time-scale 0.2 --seed 3");
    for (words, expected) in
        [("one call at a time", true), ("listed order", true), ("printed", false), ("Ten", true)]
    {
        assert_eq!(claim(&example, words)["held"], expected, "{words}");
    }
    let evidence = claim(&example, "processes pay")["evidence"].as_str().unwrap().to_owned();
    assert!(evidence.contains("per case"), "{evidence}");
}

#[test]
fn workloads_without_known_times_are_refused_on_the_virtual_clock() {
    for name in ["simulations", "io-and-cpu", "pools"] {
        let output = caselanes(&format!("examples {name} --clock virtual"));
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(text(&output.stderr).contains("--clock real"), "{name}");
    }
}

#[test]
fn setups_run_interleaved() {
    let comparison = json(
        "compare --setup series threads:3 --setup threads:3:longest --time-scale 0.01 --seed 42 \
         --repeat 6",
    );
    assert_eq!(keys(&comparison), ["runs", "schema"]);
    assert_eq!(comparison["schema"], "caselanes.compare/1");
    let runs = comparison["runs"].as_array().unwrap();
    assert_eq!(
        keys(&runs[0]),
        ["high_s", "low_s", "median_s", "repeats_s", "setup", "speedup", "values_match", "verdict"]
    );
    let setups: Vec<_> = runs.iter().map(|run| run["setup"].as_str().unwrap()).collect();
    assert_eq!(setups, ["series", "threads:3", "threads:3:longest"]);
    for run in runs {
        assert_eq!(run["repeats_s"].as_array().unwrap().len(), 6);
        assert_eq!(run["values_match"], true);
        let (low, median) = (run["low_s"].as_f64(), run["median_s"].as_f64());
        assert!(low <= median && median <= run["high_s"].as_f64());
    }
    assert_eq!((&runs[0]["verdict"], &runs[0]["speedup"]), (&"base".into(), &1.0.into()));
    // 1, 4 and 2 hundredths of a second one after another, against the longest.
    assert_eq!(runs[1]["verdict"], "faster");
    let speedup = runs[1]["speedup"].as_f64().unwrap();
    assert!((1.2..2.0).contains(&speedup), "{speedup}");
}

#[test]
fn on_the_virtual_clock_a_comparison_is_exact() {
    let comparison =
        json("compare --setup series threads:3 threads:3 --clock virtual --seed 42 --repeat 2");
    let runs = comparison["runs"].as_array().unwrap();
    assert_eq!(runs[0]["repeats_s"], serde_json::json!([7.0, 7.0]));
    assert_eq!(runs[1]["median_s"], 4.0);
    assert_eq!((&runs[1]["verdict"], &runs[1]["speedup"]), (&"faster".into(), &1.75.into()));
    assert_eq!(runs[1]["values_match"], Value::Null);
}

#[test]
fn orders_take_their_lengths_from_the_warm_up_block() {
    let output = caselanes(
        "compare --workload factorials --setup threads:2:longest --repeat 1 --time-scale 0.002",
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains("not known"), "{}", text(&output.stderr));
}

#[test]
fn a_comparison_without_a_complete_run_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let cases = folder.path().join("cases.csv");
    let compare = |options: &str| {
        let line = format!("compare --cases {} --setup series --setup threads:2", cases.display());
        caselanes(&format!("{line} --repeat 7 {options}"))
    };
    std::fs::write(&cases, "name,x,y\na,1e300,2\n").unwrap();
    let output = compare("--workload power");
    let report = text(&output.stdout);
    assert!(report.contains("none of 7 runs complete"), "{report}");
    assert!(report.contains("No run is complete, so there is nothing to compare."), "{report}");
    assert!(!report.contains("base;") && !report.contains("With six runs"), "{report}");

    std::fs::write(&cases, "name,x,y\n").unwrap();
    let report = text(&compare("--workload power").stdout);
    assert!(report.contains("equal") && !report.contains("within noise"), "{report}");

    std::fs::write(&cases, "name,x,y\na,1,1\nb,1,1\n").unwrap();
    let output_file = folder.path().join("compare.json");
    let options = format!("--workload wait --clock virtual --output {}", output_file.display());
    let notes = text(&compare(&options).stderr);
    assert!(notes.contains("note: compared with series: threads:2: faster (2.00x)"), "{notes}");
}

#[test]
fn bad_usage_is_refused_before_any_run() {
    for (line, said) in [
        ("compare --setup fast:3", "unknown strategy \"fast\"; expected one of series, threads"),
        ("compare --setup threads:0", "workers: expected a whole number from 1 to 256"),
        ("compare --setup threads:3:best", "unknown order \"best\""),
        ("compare", "--setup"),
        ("compare --setup series --repeat 0", "expected a whole number from 1 to 1000"),
        ("run --strategy batches --batch 0", "expected a whole number from 1 to"),
        ("run --batch -1", "expected a whole number from 1 to"),
        ("examples crashes", "possible values: demo, crash-tests"),
        ("examples demo --time-scale 0", "expected a number above 0"),
    ] {
        let output = caselanes(line);
        assert_eq!(output.status.code(), Some(2), "{line}");
        let error = text(&output.stderr);
        assert!(error.contains(said), "{line}: {error}");
        assert!(output.stdout.is_empty(), "{line}");
    }
}
