//! What cases need while they run: cores, memory and licence tokens.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "program/path.rs"]
mod path;

use std::fs;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use path::case_program;

/// Seven cases of different needs; x is their time in seconds.
const CASES: &str = "name,x,y,cores,mem,tokens\n\
                     a,0.3,1,1,1G,2\nb,0.1,1,1,2G,0\nc,0.2,1,2,500M,3\nd,0.1,1,1,0,1\n\
                     e,0.4,1,1,3G,1\nf,0.1,1,2,1.5GiB,4\ng,0.1,1,1,1G,1\n";

struct Sandbox(TempDir);

impl Sandbox {
    fn new() -> Self {
        let folder = tempdir().unwrap();
        fs::write(folder.path().join("cases.csv"), CASES).unwrap();
        Self(folder)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    /// Runs a command line in the folder; returns standard output and standard error.
    fn run(&self, line: &str, status: i32) -> (String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.args(shell_words::split(line).unwrap()).current_dir(self.0.path());
        for variable in ["TMPDIR", "TMP", "TEMP"] {
            command.env(variable, self.0.path());
        }
        command.stdin(Stdio::null());
        let output = command.output().unwrap();
        let texts = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        assert_eq!(output.status.code(), Some(status), "{line}\n{texts:?}");
        let [out, err] = texts;
        (out, err)
    }

    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.run(&format!("{line} --format json"), 0).0).unwrap()
    }
}

/// Returns the largest sum of needs over the cases that ran at once. Cases that touch do not.
fn most_used(report: &Value, need: impl Fn(&Value) -> f64) -> f64 {
    let cases = report["cases"].as_array().unwrap();
    let span = |case: &Value| (case["start_s"].as_f64().unwrap(), case["end_s"].as_f64().unwrap());
    let at = |at_s: f64| {
        let running = cases.iter().filter(|case| span(case).0 <= at_s && at_s < span(case).1);
        running.map(&need).sum::<f64>()
    };
    cases.iter().map(|case| at(span(case).0)).fold(0.0, f64::max)
}

fn column(name: &'static str) -> impl Fn(&Value) -> f64 {
    move |case| match case["columns"][name].as_str().unwrap() {
        "500M" => 5e8,
        "1.5GiB" => 1.5 * f64::from(1 << 30),
        text => {
            text.trim_end_matches('G').parse::<f64>().unwrap()
                * if text.ends_with('G') { 1e9 } else { 1.0 }
        }
    }
}

#[test]
fn running_cases_never_use_more_than_there_is_on_either_clock_and_in_programs() {
    let sandbox = Sandbox::new();
    // The line is read as a shell reads it.
    let program = format!("--order longest -- '{}' sleep={{x}}", case_program().display());
    for run in [
        "--workload wait --clock virtual",
        "--workload wait",
        "--workload wait --strategy processes",
        "--workload wait --strategy shares",
        "--workload wait --strategy batches --batch 3",
        "--workload wait --strategy all-at-once",
        &program,
    ] {
        let line = format!(
            "run --cases cases.csv --workers 5 --tokens 4 --tokens-per-case tokens --memory 4G \
             --memory-per-case mem {run}"
        );
        let (program, line) = match line.split_once(" -- ") {
            Some((line, program)) => (format!(" -- {program}"), line.to_owned()),
            None => (String::new(), line),
        };
        let report = sandbox.run(&format!("{line} --format json{program}"), 0).0;
        let report: Value = serde_json::from_str(&report).unwrap();
        assert!(report["cases"].as_array().unwrap().iter().all(|case| case["status"] == "done"));
        let tokens = most_used(&report, column("tokens"));
        assert!((3.0..=4.0).contains(&tokens), "{run}: {tokens} tokens");
        let memory = most_used(&report, column("mem"));
        assert!((3e9..=4e9).contains(&memory), "{run}: {memory} bytes");
        assert!(report["account"]["held"].as_f64().unwrap() > 0.0, "{run}");
        assert_eq!(
            report["resources"]["memory"],
            json!({"total": 4_000_000_000_u64, "per_case": "mem"})
        );
        assert_eq!(report["resources"]["tokens"], json!({"total": 4, "per_case": "tokens"}));
    }
}

#[test]
fn waits_for_resources_are_held_with_their_reason() {
    let sandbox = Sandbox::new();
    let run = "run --cases cases.csv --workload wait --clock virtual --workers 4";
    for (options, reason) in [
        ("--tokens 1 --tokens-per-case y", "tokens"),
        ("--tokens 1", "tokens"),
        ("--cores-per-case 1 --workers 64", "cores"),
        ("--memory 3G --memory-per-case mem", "memory"),
    ] {
        let (out, _) =
            sandbox.run(&format!("{run} {options}").replace("--workers 4 --cores", "--cores"), 0);
        assert!(out.contains(&format!("workers waited, mostly for {reason}\n")), "{out}");
    }
    let report = sandbox.json(&format!("{run} --tokens 2"));
    // Two of four workers have no token until the last cases, from 0.5 s on.
    let figure = |value: &Value| (value.as_f64().unwrap() * 1e6).round() / 1e6;
    assert_eq!(
        (figure(&report["account"]["held"]), figure(&report["total_parallel_s"])),
        (1.0, 0.7)
    );
    assert_eq!(report["lower_bound_s"], 0.65);
}

#[test]
fn a_case_that_could_never_run_is_refused_with_its_row() {
    let sandbox = Sandbox::new();
    for (options, problem) in [
        (
            "--tokens 3 --tokens-per-case tokens",
            "--tokens-per-case: row 6 (f) can never run: it needs 4 tokens, and there are 3 \
             tokens in all; give fewer tokens per case, or more in all",
        ),
        ("--tokens 2 --tokens-per-case tokens", "row 3 (c) can never run, nor can 1 other row"),
        ("--tokens 2 --tokens-per-case 3", "row 1 (a) can never run, nor can 6 other rows"),
        (
            "--cores-per-case 4000",
            "row 1 (a) can never run, nor can 6 other rows: it needs 4000 cores",
        ),
        ("--memory-per-case mem --memory 2G", "row 5 (e) can never run: it needs 3.0 GB of memory"),
        ("--memory-per-case 900T", "row 1 (a) can never run"),
        (
            "--cores-per-case tokens",
            "row 2 (b), column tokens: expected a whole number of at least 1",
        ),
        (
            "--cores-per-case mem",
            "row 1 (a), column mem: expected a whole number of at least 1, found \"1G\"",
        ),
        ("--cores-per-case x", "row 1 (a), column x: expected a whole number"),
        ("--memory-per-case x", "row 1 (a), column x: expected a size above 0"),
        (
            "--tokens 3 --tokens-per-case nothing",
            "expected a whole number or one of the columns x, y, cores, mem, tokens, found \"nothing\"",
        ),
        ("--memory-per-case name", "expected a size such as 2G or one of the columns"),
        ("--tokens 0", "expected a whole number from 1"),
        (
            "--tokens-per-case 0 --tokens 3",
            "expected a whole number of at least 1, or the name of a column",
        ),
        ("--cores-per-case 1.5", "expected a whole number of at least 1, or the name of a column"),
        ("--memory-per-case -1", "expected a size above 0"),
        ("--memory lots", "expected a size above 0"),
        ("--oversubscribe=maybe", "expected true or false"),
    ] {
        let (out, err) =
            sandbox.run(&format!("run --cases cases.csv --workload wait {options}"), 2);
        assert!(err.contains(problem) && out.is_empty(), "{options}: {err}");
    }
    // In a study, the line of the option is named.
    sandbox.write(
        "a.caselanes",
        "version = 1\ncases = \"cases.csv\"\n[workload]\nname = \"wait\"\n[plan]\ntokens = 3\n\
         tokens-per-case = \"tokens\"\n",
    );
    let (_, err) = sandbox.run("run a.caselanes", 2);
    assert!(err.contains("a.caselanes, line 7: tokens-per-case: row 6 (f) can never run"), "{err}");
}

#[test]
fn cores_count_against_the_usable_cpus_unless_oversubscribed() {
    let sandbox = Sandbox::new();
    let run = "run --cases cases.csv --workload wait --clock virtual --strategy all-at-once";
    let report = sandbox.json(&format!("{run} --cores-per-case 1"));
    let cpus = report["machine"]["logical_cpus"].as_u64().unwrap();
    assert!(most_used(&report, |_| 1.0) <= cpus as f64);
    assert_eq!(report["resources"]["cores"], json!({"total": cpus, "per_case": 1}));
    let report = sandbox.json(&format!("{run} --cores-per-case 4000 --oversubscribe"));
    assert_eq!(most_used(&report, |_| 1.0), 7.0);
    assert_eq!(report["resources"]["cores"], json!({"total": null, "per_case": 4000}));
}

#[test]
fn an_option_without_its_partner_is_ignored_with_a_note() {
    let sandbox = Sandbox::new();
    let run = "run --cases cases.csv --workload wait --clock virtual --workers 7";
    let options = "--oversubscribe --memory 1G --tokens-per-case 9";
    let (_, err) = sandbox.run(&format!("{run} {options}"), 0);
    for note in [
        "ignoring --oversubscribe: it has no effect without --cores-per-case",
        "ignoring --memory: it has no effect without --memory-per-case",
        "ignoring --tokens-per-case: it has no effect without --tokens",
    ] {
        assert!(err.contains(note), "{err}");
    }
    assert_eq!(sandbox.json(&format!("{run} {options}"))["resources"], Value::Null);
}

#[test]
fn a_prediction_keeps_the_resources_of_the_run_or_takes_others() {
    let sandbox = Sandbox::new();
    let run = "run --cases cases.csv --workload wait --clock virtual --workers 7 --tokens 2";
    sandbox.run(&format!("{run} --output run.json"), 0);
    let total_s = |options: &str| {
        let prediction = sandbox.json(&format!("predict run.json {options}"));
        prediction["total_s"].as_f64().unwrap()
    };
    let recorded = sandbox.json(run)["total_parallel_s"].as_f64().unwrap();
    assert_eq!(total_s(""), recorded);
    assert_eq!(total_s("--tokens 100"), 0.4);
    assert!((total_s("--tokens 1") - 1.3).abs() < 1e-9);
    assert_eq!(total_s("--tokens 4 --tokens-per-case tokens"), {
        let run = run.replace("--tokens 2", "--tokens 4 --tokens-per-case tokens");
        sandbox.json(&run)["total_parallel_s"].as_f64().unwrap()
    });
    let (_, err) = sandbox.run("predict run.json --tokens 3 --tokens-per-case tokens", 2);
    assert!(err.contains("--tokens-per-case: row 6 (f) can never run"), "{err}");
}

#[cfg(target_os = "linux")]
/// Prints the CPUs that the program may run on, and two variables.
const SHOW_CORES: &str = r#"sh -c 'cpus=$(sed -n "s/^Cpus_allowed_list:[[:space:]]*//p" /proc/self/status);
     echo cpus=$cpus= omp=$OMP_NUM_THREADS mkl=$MKL_NUM_THREADS; sleep 0.3'"#;

// Only Linux pins programs, and tells in `/proc`.
#[cfg(target_os = "linux")]
#[test]
fn programs_are_pinned_to_cpus_of_their_own_and_learn_their_number() {
    let sandbox = Sandbox::new();
    let values = [r"omp=omp=(\d+)", r"mkl=mkl=(\d+)", r"cpu=cpus=(\d+)="];
    let values = values.map(|value| format!("--value '{value}'")).join(" ");
    let run = |options: &str| {
        let line = format!("run --cases cases.csv {values} {options} --format json");
        let report = sandbox.run(&format!("{line} -- {SHOW_CORES}"), 0).0;
        serde_json::from_str::<Value>(&report).unwrap()
    };
    let report = run("--cores-per-case 1 --env MKL_NUM_THREADS=7");
    let cases = report["cases"].as_array().unwrap();
    let time = |case: &Value, key| case[key].as_f64().unwrap();
    for (at, one) in cases.iter().enumerate() {
        let values = &one["values"];
        assert_eq!((&values["omp"], &values["mkl"]), (&json!(1.0), &json!(7.0)));
        assert!(values["cpu"].is_number(), "one CPU: {values}");
        for other in &cases[..at] {
            let overlap = time(one, "start_s") < time(other, "end_s")
                && time(other, "start_s") < time(one, "end_s");
            assert!(!overlap || values["cpu"] != other["values"]["cpu"], "{report}");
        }
    }
    let report = run("--cores-per-case 3 --oversubscribe");
    assert_eq!(report["cases"][0]["values"]["omp"], 3.0);
    let report = run("");
    assert!(
        report["cases"][0]["values"]["mkl"].is_null() || std::env::var("MKL_NUM_THREADS").is_ok()
    );
}

#[test]
fn a_resumed_run_reruns_nothing_whatever_the_resources() {
    let sandbox = Sandbox::new();
    let ran = sandbox.0.path().join("ran");
    let (program, ran) = (case_program(), ran.display());
    let count = format!("'{}' 'append={ran}=x' print=1", program.display());
    sandbox.run(&format!("run --cases cases.csv --run-folder run -- {count}"), 0);
    let options = "--tokens 4 --tokens-per-case tokens --cores-per-case 1 --memory-per-case 1M";
    sandbox.run(&format!("run --resume run --cases cases.csv {options} -- {count}"), 0);
    let ran = fs::read_to_string(sandbox.0.path().join("ran")).unwrap();
    assert_eq!(ran.lines().count(), 7);
}
