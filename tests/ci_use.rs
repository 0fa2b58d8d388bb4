//! Several reports of one run, conditions that fail it, and the command at its end.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "program/interrupt.rs"]
mod interrupt;
#[path = "program/path.rs"]
mod path;

use std::env::{join_paths, split_paths, var_os};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

use interrupt::{interrupt, make_interruptible};
use path::case_program;

/// Three waits of 1 s by two workers: 2 s instead of 3 s.
const RUN: &str = "run --cases cases.csv --workload wait --workers 2 --clock virtual";

struct Sandbox(TempDir);

impl Sandbox {
    fn new() -> Self {
        let folder = tempdir().unwrap();
        fs::write(folder.path().join("cases.csv"), "name,x,y\na,1,1\nb,1,1\nc,1,1\n").unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A command line: words between spaces, in which `'` quotes.
    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.args(shell_words::split(line).unwrap()).current_dir(self.0.path());
        let program = case_program();
        let path = var_os("PATH").unwrap();
        let folders = program.parent().map(Into::into).into_iter().chain(split_paths(&path));
        command.env("PATH", join_paths(folders).unwrap()).env_remove("CASELANES_REPORT");
        for name in ["TMPDIR", "TEMP", "TMP"] {
            command.env(name, self.0.path());
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, line: &str, status: i32) -> (String, String) {
        texts(self.command(line).output().unwrap(), status)
    }
}

/// Returns standard output and standard error.
fn texts(output: Output, status: i32) -> (String, String) {
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(status), "{error}");
    (String::from_utf8_lossy(&output.stdout).into_owned(), error)
}

#[test]
fn one_run_writes_several_reports_and_says_so() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("b.CSV"), "old").unwrap();
    let outputs = "--output a.json --output b.CSV --output c.xlsx --output d.txt --output -";
    let (out, err) = sandbox.run(&format!("{RUN} {outputs}"), 0);
    assert_eq!(sandbox.json("a.json")["total_parallel_s"], 2.0);
    assert!(sandbox.read("b.CSV").starts_with("name,x,y,value"));
    assert!(fs::read(sandbox.path("c.xlsx")).unwrap().starts_with(b"PK"));
    assert_eq!(sandbox.read("d.txt"), out, "an unknown suffix and a dash are tables");
    assert!(out.contains("3 cases would take 2.0 s"), "{out}");
    assert!(err.contains("note: the report is in a.json"), "{err}");
    assert!(err.contains("note: the report replaced b.CSV"), "{err}");
    assert!(!err.contains("would take"), "the answer is on standard output: {err}");
    assert_eq!(sandbox.files(), ["a.json", "b.CSV", "c.xlsx", "cases.csv", "d.txt"]);
}

#[test]
fn other_commands_write_several_reports_too() {
    let sandbox = Sandbox::new();
    sandbox.run(&format!("{RUN} --output run.json"), 0);
    let study = "--cases cases.csv --workload wait --clock virtual --output a.json --output a.csv";
    for (command, schema) in [
        (format!("compare --setup series threads:2 --repeat 1 {study}"), "caselanes.compare/1"),
        (format!("sweep --workers 1..3 {study}"), "caselanes.sweep/1"),
        ("predict run.json --output a.json --output a.csv".to_owned(), "caselanes.predict/1"),
        (
            "examples crash-tests --clock virtual --output a.json --output a.csv".to_owned(),
            "caselanes.example/1",
        ),
    ] {
        let (out, err) = sandbox.run(&command, 0);
        assert_eq!((out.as_str(), &sandbox.json("a.json")["schema"]), ("", &schema.into()));
        assert!(err.contains("the report is in a.csv"), "{err}");
        assert!(sandbox.read("a.csv").lines().count() > 1, "{command}");
        fs::remove_file(sandbox.path("a.json")).unwrap();
        fs::remove_file(sandbox.path("a.csv")).unwrap();
    }
}

#[test]
fn outputs_are_refused_before_the_run() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("folder")).unwrap();
    fs::write(sandbox.path("deck.tpl"), "{{x}}").unwrap();
    let before = sandbox.files();
    refuse_outputs(
        &sandbox,
        &[
            ("--format csv --output a.csv --output b.csv", "--format is for one --output"),
            ("--output a.json --output a.json", "--output a.json and --output a.json are the same"),
            ("--output a.json --output ./a.json", "are the same file"),
            ("--output - --output -", "are the same file"),
            ("--output a.json --output cases.csv", "would replace an input"),
            ("--output a.json --output folder", "it is a folder: folder"),
            ("--output a.json --output none/b.csv", "no such folder: none/b.csv"),
            ("--output a.json --output ''", "a value is required for '--output"),
        ],
    );
    for input in ["deck.tpl", "cases.csv"] {
        let options = format!("--template deck.tpl --stdin cases.csv --output {input}");
        let line = format!("run {options} -- case-program sleep=1000");
        let (_, err) = sandbox.run(&line, 2);
        assert!(err.contains("would replace an input"), "{err}");
    }
    assert_eq!(sandbox.files(), before, "nothing is written");
}

/// Runs with these options, which must fail at once with these problems.
fn refuse_outputs(sandbox: &Sandbox, cases: &[(&str, &str)]) {
    let real = RUN.replace("virtual", "real --time-scale 1000");
    for (options, problem) in cases {
        let start = Instant::now();
        let (out, err) = sandbox.run(&format!("{real} {options}"), 2);
        assert!(out.is_empty() && err.contains(problem), "{options}: {err}");
        assert!(start.elapsed() < Duration::from_mins(1), "the run must be refused");
    }
}

// Windows makes links for administrators only, and has no such devices.
#[cfg(unix)]
#[test]
fn links_and_devices_are_recognised_as_the_same_file() {
    use std::os::unix::fs::symlink;

    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("folder")).unwrap();
    symlink("new.json", sandbox.path("link.json")).unwrap();
    symlink("cases.csv", sandbox.path("same.csv")).unwrap();
    refuse_outputs(
        &sandbox,
        &[
            ("--output link.json --output folder/../new.json", "are the same file"),
            ("--output - --output /dev/stdout", "are the same file"),
            ("--output same.csv", "would replace an input"),
        ],
    );
}

// Only Unix has a name for the file on standard input.
#[cfg(unix)]
#[test]
fn an_input_on_standard_input_is_not_replaced() {
    let sandbox = Sandbox::new();
    let before = sandbox.read("cases.csv");
    let line = RUN.replace("cases.csv", "-") + " --output cases.csv";
    let input = fs::File::open(sandbox.path("cases.csv")).unwrap();
    let output = sandbox.command(&line).stdin(input).output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("would replace an input"), "{err}");
    assert_eq!(sandbox.read("cases.csv"), before);
}

// Windows has no limit of the size of files.
#[cfg(unix)]
#[test]
fn a_workbook_without_room_for_its_temporary_files_costs_only_itself() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("many.csv"), format!("name,x,y\n{}", "a,1,2\n".repeat(20_000))).unwrap();
    let run = RUN.replace("cases.csv", "many.csv");
    let line = format!(
        "trap '' XFSZ; ulimit -f 100; exec {} {run} --output a.xlsx --output a.svg",
        env!("CARGO_BIN_EXE_caselanes")
    );
    let output =
        Command::new("bash").args(["-c", &line]).current_dir(sandbox.0.path()).output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("no temporary file can be written in"), "{err}");
    assert!(!err.contains("panicked"), "{err}");
    assert_eq!(sandbox.files(), ["a.svg", "cases.csv", "many.csv"]);
}

// Only Unix has a program `script`, which gives a program a terminal.
#[cfg(unix)]
#[test]
fn a_binary_format_refuses_a_terminal() {
    let sandbox = Sandbox::new();
    for options in ["--format xlsx", "--format xlsx --output -", "--format xlsx --output /dev/tty"]
    {
        let line = format!("{} {RUN} {options}", env!("CARGO_BIN_EXE_caselanes"));
        let mut script = Command::new("script");
        script.args(["-qec", &line, "/dev/null"]).current_dir(sandbox.0.path());
        let output = script.stdin(Stdio::null()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains("xlsx cannot be shown in a terminal"), "{text}");
    }
}

// Only Linux has a device that is always full.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_costs_only_the_report_on_it() {
    let sandbox = Sandbox::new();
    let (out, err) = sandbox.run(&format!("{RUN} --output /dev/full --output a.json"), 2);
    assert!(err.contains("error: cannot write the report: No space left"), "{err}");
    assert!(out.is_empty(), "the report is in a.json: {out}");
    assert_eq!(sandbox.json("a.json")["schema"], "caselanes.run/1");
    let (out, _) = sandbox.run(&format!("{RUN} --output - --output /dev/full"), 2);
    assert!(out.contains("3 cases would take 2.0 s"), "{out}");
    sandbox.run(&format!("{RUN} --output /dev/full --fail-if failed==0"), 2);
    let outputs = "--output - --output /dev/full --output a.csv --output b.json";
    sandbox.run(&format!("{RUN} {outputs} {ON_END}"), 2);
    assert_eq!(sandbox.read("seen"), sandbox.read("a.csv"));
}

#[test]
fn reports_that_can_be_written_are_if_another_one_fails() {
    let sandbox = Sandbox::new();
    // A folder that disappears during the run.
    fs::create_dir(sandbox.path("gone")).unwrap();
    let gone = sandbox.path("gone");
    let outputs = "--output gone/a.json --output b.json";
    let line = format!("run {outputs} -- case-program 'remove={}'", gone.display());
    let (_, err) = sandbox.run(&line, 2);
    assert!(err.contains("error: cannot write the report: no such folder: gone/a.json"), "{err}");
    let report = sandbox.json("b.json");
    let is_done = |case: &&Value| case["status"] == "done";
    let done = report["cases"].as_array().unwrap().iter().filter(is_done).count();
    assert_eq!(done, 1, "whichever case came first");
}

#[test]
fn a_condition_that_is_true_exits_with_3_and_the_figures() {
    let sandbox = Sandbox::new();
    let (out, err) = sandbox.run(&format!("{RUN} --quiet --fail-if 'speedup < 1.8'"), 3);
    assert!(out.contains("1.5x"), "the report is written as ever: {out}");
    assert_eq!(
        err,
        "error: --fail-if: speedup < 1.8 is true: speedup is 1.5\n\
         figures: total_parallel_s 2, speedup 1.5, efficiency 0.75, failed 0\n"
    );
    let (_, err) = sandbox.run(&format!("{RUN} --fail-if speedup<1.5 --fail-if failed>0"), 0);
    assert_eq!(err, "");
    let two = "--fail-if speedup<1.5 --fail-if failed==0 --fail-if total_parallel_s>=2";
    let (_, err) = sandbox.run(&format!("{RUN} {two}"), 3);
    assert!(err.contains("failed == 0 is true: failed is 0"), "{err}");
    assert!(err.contains("total_parallel_s >= 2 is true: total_parallel_s is 2"), "{err}");
    assert!(!err.contains("speedup <"), "{err}");
}

#[test]
fn an_unknown_figure_fails_and_says_why() {
    let sandbox = Sandbox::new();
    let line = "run --cases cases.csv --quiet --fail-if speedup<0 -- case-program";
    let (_, err) = sandbox.run(line, 3);
    assert!(
        err.contains(
            "speedup < 0 counts as true: speedup is unknown: the time that each case takes alone \
             is unknown; add --series sample\n"
        ),
        "{err}"
    );
    fs::write(sandbox.path("none.csv"), "name,x,y\n").unwrap();
    let (_, err) = sandbox.run("run --cases none.csv --workload wait --fail-if speedup<0", 3);
    assert!(err.contains("speedup is unknown: the run took no time"), "{err}");
}

#[test]
fn failed_cases_and_errors_precede_conditions() {
    let sandbox = Sandbox::new();
    let line = "run --cases cases.csv --fail-if failed>2 -- case-program exit=1";
    let (_, err) = sandbox.run(line, 1);
    assert!(err.contains("failed > 2 is true: failed is 3"), "{err}");
    for (bad, problem) in [
        ("speedup", "expected METRIC OP NUMBER"),
        ("speedup<fast", "expected a number after <, found \"fast\""),
        ("speed<1", "unknown metric \"speed\""),
    ] {
        let (out, err) = sandbox.run(&format!("{RUN} --fail-if '{bad}'"), 2);
        assert!(out.is_empty() && err.contains(problem), "{err}");
        assert!(err.contains("--fail-if"), "{err}");
    }
}

const ON_END: &str = "--on-end 'case-program copy-env=seen=CASELANES_REPORT env=CASELANES_REPORT'";

#[test]
fn the_command_at_the_end_gets_the_first_file_that_was_written() {
    let sandbox = Sandbox::new();
    let outputs = "--output - --output a.csv --output b.json";
    let (out, err) = sandbox.run(&format!("{RUN} {outputs} {ON_END}"), 0);
    assert_eq!(sandbox.read("seen"), sandbox.read("a.csv"));
    let path = sandbox.path("a.csv");
    assert!(err.contains(path.to_str().unwrap()), "its output is on standard error: {err}");
    assert!(!out.contains(path.to_str().unwrap()), "{out}");
}

#[test]
fn without_a_file_the_command_gets_a_json_report_that_is_removed() {
    let sandbox = Sandbox::new();
    let (_, err) = sandbox.run(&format!("{RUN} {ON_END} --fail-if failed==0"), 3);
    assert_eq!(sandbox.json("seen")["total_parallel_s"], 2.0);
    assert!(err.contains(".json"), "{err}");
    assert_eq!(sandbox.files(), ["cases.csv", "seen"]);
}

#[test]
fn the_command_at_the_end_runs_without_a_shell_and_its_failure_is_a_note() {
    let sandbox = Sandbox::new();
    let (_, err) =
        sandbox.run(&format!("{RUN} --on-end 'case-program arguments $HOME * ; > x'"), 0);
    let lines: Vec<_> = err.lines().collect();
    assert!(lines.ends_with(&["$HOME", "*", ";", ">", "x"]), "{err}");
    assert_eq!(sandbox.files(), ["cases.csv"]);
    let (_, err) = sandbox.run(&format!("{RUN} --on-end 'case-program exit=7'"), 0);
    let status = if cfg!(windows) { "exit code" } else { "exit status" };
    assert_eq!(err, format!("note: --on-end \"case-program\": it failed with {status}: 7\n"));
    let (_, err) = sandbox.run(&format!("{RUN} --quiet --on-end no-such-program"), 0);
    assert!(err.starts_with("note: --on-end \"no-such-program\": cannot run it: "), "{err}");
    for bad in ["--on-end ''", "--on-end 'say \"hello'"] {
        let (out, err) = sandbox.run(&format!("{RUN} {bad}"), 2);
        assert!(out.is_empty() && err.contains("--on-end"), "{err}");
    }
    fs::write(sandbox.path("a.caselanes"), "version = 1\n[plan]\non-end = 'touch x'\n").unwrap();
    let (_, err) = sandbox.run("run a.caselanes", 2);
    assert!(err.contains("on-end") && !sandbox.path("x").exists(), "{err}");
}

#[test]
fn the_command_at_the_end_runs_once_after_a_cancel() {
    let sandbox = Sandbox::new();
    let line = format!("{} --output a.json {}", RUN.replace("virtual", "real"), "--time-scale 100");
    let end = "--on-end 'case-program append-env=ends=CASELANES_REPORT'";
    let mut command = sandbox.command(&format!("{line} {end} --fail-if speedup<9"));
    make_interruptible(&mut command);
    let child = command.spawn().unwrap();
    thread::sleep(Duration::from_millis(1500));
    interrupt(&child);
    let (_, err) = texts(child.wait_with_output().unwrap(), 130);
    assert!(err.contains("3 of 3 cases are not done"), "{err}");
    assert_eq!(sandbox.read("ends"), format!("{}\n", sandbox.path("a.json").display()));
    assert_eq!(sandbox.json("a.json")["cases"][2]["status"], "not-run");
}

/// The longest known suffix decides, so a report may have several dots.
#[test]
fn a_trace_is_not_json_of_the_report() {
    let sandbox = Sandbox::new();
    sandbox.run(&format!("{RUN} --output a.trace.json --output b.c.json"), 0);
    assert!(sandbox.json("a.trace.json")["traceEvents"].is_array());
    assert_eq!(sandbox.json("b.c.json")["schema"], "caselanes.run/1");
    let (_, err) = sandbox.run("examples crash-tests --clock virtual --output e.trace.json", 0);
    assert!(err.contains("e.trace.json"), "{err}");
    sandbox.run("predict b.c.json --output p.trace.json", 2);
    let (out, err) =
        sandbox.run(&format!("{} --output s.trace.json", RUN.replace("run", "sweep")), 2);
    assert!(out.is_empty() && err.contains("trace shows the cases of a run"), "{err}");
}

#[test]
fn a_column_without_heading_is_read_back_from_a_workbook() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("cases.csv"), ",name,x,y\n0,a,1,2\n1,b,3,4\n").unwrap();
    sandbox.run(&format!("{RUN} --output cases.xlsx"), 0);
    sandbox.run("run --cases cases.xlsx --clock virtual --workload wait --output again.json", 0);
    let columns = &sandbox.json("again.json")["cases"][1]["columns"];
    assert_eq!(columns["column 4"], "1", "{columns}");
}

#[test]
fn a_prediction_says_that_it_omits_licences_beside_resources() {
    let sandbox = Sandbox::new();
    let note = "workers were held in the recorded run, for example for licences";
    for (limits, omits) in [("--tokens 1 --licences 1", true), ("--tokens 1", false)] {
        sandbox.run(&format!("{RUN} {limits} --output run.json"), 0);
        let (_, notes) = sandbox.run("predict run.json", 0);
        assert_eq!(notes.contains(note), omits, "{limits}: {notes}");
    }
}
