//! Standard streams of programs, what a run keeps of them, and the figures of a run.

use std::fs;

use serde_json::Value;

use crate::sandbox::{RunOutput, Sandbox};

#[test]
fn standard_input_is_empty_or_a_file() {
    let sandbox = Sandbox::new(2);
    assert_eq!(sandbox.cases(0, &[], &["input"])[1]["value"], 0.0);
    sandbox.write("input", "12345");
    let cases = sandbox.cases(0, &["--stdin", "input"], &["input"]);
    assert!(cases.iter().all(|case| case["value"] == 5.0));
    // Other kinds of files could block.
    fs::create_dir(sandbox.path("folder")).unwrap();
    for other in ["folder", "missing"] {
        sandbox.run(2, &["--cases", "cases.csv", "--stdin", other], &["cat"]);
    }
}

// Windows does not let a program close a standard stream of its own.
#[cfg(unix)]
#[test]
fn a_program_that_closes_its_output_early_is_waited_for() {
    let sandbox = Sandbox::new(1);
    let script = "echo 4; exec >&- 2>&-; sleep 0.3; exit 0";
    let ran = sandbox.run(0, &["--cases", "cases.csv"], &["sh", "-c", script]);
    let case = &ran.cases()[0];
    assert_eq!(case["value"], 4.0);
    assert!(case["time_s"].as_f64().unwrap() >= 0.3, "{case}");
}

// A command line of Windows has at most 32767 characters.
#[cfg(unix)]
#[test]
fn a_command_may_be_longer_than_a_pipe_buffer() {
    let sandbox = Sandbox::new(2);
    let long = "long ".repeat(20_000);
    let cases = sandbox.cases(0, &[], &["print=7", "if=a=b", &long]);
    assert!(cases.iter().all(|case| case["value"] == 7.0));
}

#[test]
fn a_gigabyte_of_output_is_stored_or_limited() {
    let sandbox = Sandbox::new(1);
    let actions = ["zeros=1000000000", "print=", "print=8"];
    let case = sandbox.case(0, &["--keep-output", "none"], &actions);
    assert_eq!(case["value"], 8.0);
    assert_eq!(sandbox.files(), Vec::<String>::new());
    let case = sandbox.case(0, &[], &actions);
    assert_eq!(case["value"], 8.0);
    assert_eq!(sandbox.files(), ["case-0/stderr.txt", "case-0/stdout.txt"]);
    let first = fs::read_dir(sandbox.path("runs")).unwrap().next().unwrap().unwrap().path();
    let kept = fs::metadata(first.join("case-0/stdout.txt")).unwrap().len();
    assert_eq!(kept, 1_000_000_003);
}

#[test]
fn output_above_the_limit_loses_its_middle() {
    let sandbox = Sandbox::new(1);
    let actions = ["print=first", "zeros=100000000", "print=", "print=8"];
    let case = sandbox.case(0, &["--output-limit", "100k"], &actions);
    assert_eq!(case["value"], 8.0);
    let kept = sandbox.read(0, "stdout.txt");
    assert!(kept.len() < 101_000, "{} bytes", kept.len());
    assert!(kept.starts_with(b"first\n") && kept.ends_with(b"\n8\n"), "beginning and end stay");
    assert!(String::from_utf8_lossy(&kept).contains(" bytes left out]\n"));
}

// Windows tells no program how much of the disk a file uses.
#[cfg(unix)]
#[test]
fn the_middle_of_output_is_removed_while_the_program_writes() {
    let sandbox = Sandbox::new(1);
    let script = "head -c 100000000 /dev/zero; echo; sleep 0.5; du -k $0";
    let options = ["--cases", "cases.csv", "--output-limit", "100k"];
    sandbox.run(0, &options, &["sh", "-c", script, "{case}/stdout.txt"]);
    let text = String::from_utf8_lossy(&sandbox.read(0, "stdout.txt")).into_owned();
    let used = text.lines().last().unwrap().split_whitespace().next().unwrap();
    assert!(used.parse::<u64>().unwrap() < 1000, "{used} kB on disk while running");
}

#[test]
fn output_is_kept_as_requested() {
    let kept = |keep: &str| {
        let rows = "a,0,1,exit=0\nb,1,1,exit=1\nc,2,1,append=own=\n";
        let sandbox = Sandbox::with_cases(&format!("name,x,y,then\n{rows}"));
        let cases = sandbox.cases(1, &["--keep-output", keep], &["print={x}", "{then}"]);
        assert_eq!((&cases[0]["value"], &cases[2]["value"]), (&0.0.into(), &2.0.into()));
        sandbox.files()
    };
    let failed = ["case-1/stderr.txt", "case-1/stdout.txt", "case-2/own"];
    assert_eq!(kept("failed"), failed);
    // Files the program created always stay.
    assert_eq!(kept("none"), ["case-2/own"]);
    assert_eq!(kept("all").len(), 7);
    let sandbox = Sandbox::new(3);
    sandbox.cases(0, &["--keep-output", "none"], &["print="]);
    assert_eq!(fs::read_dir(sandbox.path("runs")).unwrap().count(), 0);
}

// Windows keeps the working folder of a process.
#[cfg(unix)]
#[test]
fn a_program_that_removes_its_folder_does_not_affect_others() {
    for keep in ["none", "failed", "all"] {
        for remove in ["rm -rf \"$PWD\"", "mv \"$PWD\" \"$PWD-moved-$0\""] {
            let sandbox = Sandbox::new(4);
            let script = format!("test $0 = 1 && {remove}; exit 0");
            let options = ["--cases", "cases.csv", "--workers", "1", "--keep-output", keep];
            sandbox.run(0, &options, &["sh", "-c", &script, "{x}"]);
        }
    }
}

#[test]
fn unknown_figures_are_not_reported() {
    let sandbox = Sandbox::new(1);
    let ran = RunOutput::of(&sandbox.actions(&[], &["print=1"]).output().unwrap(), 0);
    for unknown in ["total_series_s", "series", "speedup", "efficiency", "lower_bound_s"] {
        assert_eq!(ran.report[unknown], Value::Null, "{unknown}");
    }
    assert_eq!(ran.report["account"]["stretch"], Value::Null);
    let case = &ran.cases()[0];
    assert_eq!((&case["waited_s"], &case["intended_s"]), (&Value::Null, &Value::Null));
    assert!(case["time_s"].as_f64().unwrap() > 0.001);
    // On Unix, memory below that of the parent process is unknown.
    assert!(cfg!(windows) || case["memory_bytes"].is_null(), "{case}");
    let failed = sandbox.actions(&["--order", "longest"], &["exit=1"]).output().unwrap();
    let failed = RunOutput::of(&failed, 1);
    assert_eq!(failed.report["account"]["stretch"], Value::Null, "of no case that is done");
    assert_eq!(failed.report["order"], "listed", "the order in which they ran");
}

#[test]
fn cpu_time_and_memory_are_those_of_the_program_and_its_children() {
    let sandbox = Sandbox::new(1);
    let case = sandbox.case(0, &[], &["run", "allocate=200", "compute=0.6", "print=1"]);
    let (cpu_s, memory_bytes) = (case["cpu_s"].as_f64(), case["memory_bytes"].as_f64());
    // Wine does not report them.
    assert!(cfg!(windows) || cpu_s.is_some() && memory_bytes.is_some(), "{case}");
    assert!(cpu_s.is_none_or(|cpu_s| (0.2..1.0).contains(&cpu_s)), "{case}");
    assert!(memory_bytes.is_none_or(|bytes| (200e6..400e6).contains(&bytes)), "{case}");
}

#[test]
fn the_series_total_is_measured_on_request() {
    let sandbox = Sandbox::new(4);
    let options = ["--workers", "4", "--series", "measure"];
    let output = sandbox.actions(&options, &["sleep=0.1", "print=1"]).output().unwrap();
    let report = RunOutput::of(&output, 0).report;
    assert_eq!(report["series"], "measured");
    assert!(report["total_series_s"].as_f64().unwrap() >= 0.4, "{report}");
    assert!(report["speedup"].as_f64().unwrap() > 0.0);
    // Only the output of the first of both runs is kept.
    assert_eq!(sandbox.files().len(), 8);
}

#[test]
fn a_sample_gives_the_series_total_of_sleeping_programs_within_3_percent() {
    let lengths_s: Vec<f64> = (0..40).map(|case| 0.4 + 0.1 * f64::from(case % 5)).collect();
    let rows: Vec<_> = lengths_s.iter().map(|length_s| format!("a,{length_s},0\n")).collect();
    let sandbox = Sandbox::with_cases(&format!("name,x,y\n{}", rows.concat()));
    let log = sandbox.action("append", "log") + "=";
    let options = ["--workers", "8", "--series", "sample"];
    let output = sandbox.actions(&options, &["sleep={x}", "print={x}", &log]).output().unwrap();
    let ran = RunOutput::of(&output, 0);
    assert_eq!(ran.report["series"], "sampled");
    let sum_s: f64 = lengths_s.iter().sum();
    let part = |key: &str| ran.report[key].as_f64().unwrap() / sum_s - 1.0;
    for key in ["total_series_low_s", "total_series_s", "total_series_high_s"] {
        assert!(part(key).abs() < 0.03, "{key} of {sum_s} s: {}", part(key));
    }
    assert!(part("total_series_low_s") <= part("total_series_s"));
    assert!(part("total_series_s") <= part("total_series_high_s"));
    // The sample takes at most a tenth of the time, and its output is not kept.
    let runs = sandbox.lines("log").len();
    assert!((43..=44).contains(&runs), "{runs}");
    assert_eq!((sandbox.files().len(), ran.cases().len()), (80, 40));
}

#[test]
fn a_sampled_case_that_fails_leaves_the_run_as_it_is() {
    let sandbox = Sandbox::new(4);
    let again = sandbox.action("again", "ran") + "-{x}";
    let actions = ["print=1", &again, "exit=3"];
    let output = sandbox.actions(&["--series", "sample"], &actions).output().unwrap();
    let ran = RunOutput::of(&output, 0);
    assert_eq!((&ran.report["series"], &ran.report["speedup"]), (&Value::Null, &Value::Null));
    assert_eq!(ran.statuses(), ["done"; 4]);
    ran.assert_says("a sampled case did not succeed alone");
}

#[test]
fn a_case_of_the_series_that_is_refused_or_fails_once_runs_again() {
    for (options, exit) in [(["--refused-exit", "7"], "exit=7"), (["--retries", "1"], "exit=3")] {
        for series in ["sample", "measure"] {
            let sandbox = Sandbox::new(4);
            let again = sandbox.action("again", "ran") + "-{x}";
            let tried = sandbox.action("unless-file", "tried") + "-{x}";
            let fail = sandbox.action("append", "tried") + "-{x}=1";
            let log = sandbox.action("append", "log") + "=";
            let actions = ["print=1", &again, &tried, &fail, &log, exit];
            let options = [&["--series", series], &options[..]].concat();
            let output = sandbox.actions(&options, &actions).output().unwrap();
            let ran = RunOutput::of(&output, 0);
            assert_eq!(ran.report["series"], format!("{series}d"), "{exit}");
            assert!(ran.report["speedup"].as_f64().is_some(), "{exit}");
            assert!(sandbox.lines("log").len() >= 3, "cases that did not succeed at once");
        }
    }
}
