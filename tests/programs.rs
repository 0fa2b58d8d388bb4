//! Programs of the user's own, run from the command line.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test ends where something goes wrong")]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

/// Where a test has its cases, and what its runs leave behind.
struct Place {
    folder: TempDir,
}

impl Place {
    /// With so many cases: x from 0, y 2.
    fn new(cases: usize) -> Self {
        let rows: Vec<_> = (0..cases).map(|x| format!("case {x},{x},2\n")).collect();
        Self::of_cases(&format!("name,x,y\n{}", rows.concat()))
    }

    fn of_cases(cases: &str) -> Self {
        let folder = tempdir().unwrap();
        fs::write(folder.path().join("cases.csv"), cases).unwrap();
        fs::create_dir(folder.path().join("runs")).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `caselanes run` of the cases with these options and this program.
    fn command(&self, options: &[&str], program: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.args(["run", "--cases", "cases.csv"]).args(options);
        if !options.contains(&"--format") {
            command.args(["--format", "json"]);
        }
        if !program.is_empty() {
            command.arg("--").args(program);
        }
        command.current_dir(self.folder.path()).env("TMPDIR", self.path("runs"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn output(&self, options: &[&str], program: &[&str]) -> Output {
        self.command(options, program).output().unwrap()
    }

    /// The cases in the report of a run that ends with this status.
    fn cases(&self, status: i32, options: &[&str], program: &[&str]) -> Vec<Value> {
        let output = self.output(options, program);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{said}");
        cases_of(&output)
    }

    /// The one case of such a run.
    fn case(&self, status: i32, options: &[&str], program: &[&str]) -> Value {
        let cases = self.cases(status, options, program);
        assert_eq!(cases.len(), 1);
        cases.into_iter().next().unwrap()
    }

    /// Everything in the folders of the cases of all runs, by its name.
    fn left(&self) -> Vec<String> {
        let mut left = Vec::new();
        for run in fs::read_dir(self.path("runs")).unwrap() {
            for case in fs::read_dir(run.unwrap().path()).unwrap() {
                let case = case.unwrap();
                // The journal and what goes with it are no case's.
                if !case.path().is_dir() {
                    continue;
                }
                let name = case.file_name().into_string().unwrap();
                for file in fs::read_dir(case.path()).unwrap() {
                    let file = file.unwrap().file_name().into_string().unwrap();
                    left.push(format!("{name}/{file}"));
                }
            }
        }
        left.sort();
        left
    }

    /// What the first run kept of this case.
    fn kept(&self, case: u32, name: &str) -> Vec<u8> {
        let run = fs::read_dir(self.path("runs")).unwrap().next().unwrap().unwrap().path();
        fs::read(run.join(format!("case-{case}")).join(name)).unwrap()
    }
}

fn cases_of(output: &Output) -> Vec<Value> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    report["cases"].as_array().unwrap().clone()
}

fn error(case: &Value) -> &str {
    case["error"].as_str().unwrap()
}

/// A number that no other test waits for, by which processes are found.
fn seconds(test: u32) -> String {
    format!("{}.{test}", 100_000 + std::process::id())
}

/// How many processes have this among their arguments.
fn running(argument: &str) -> usize {
    let has = |path: &Path| {
        let line = fs::read(path.join("cmdline")).unwrap_or_default();
        let has = |text: &str| line.split(|&byte| byte == 0).any(|found| found == text.as_bytes());
        // The app has all arguments of its programs too.
        has(argument) && !has("--cases")
    };
    let numbered = |path: &PathBuf| {
        path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.parse::<u32>().is_ok())
    };
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    processes.filter(numbered).filter(|path| has(path)).count()
}

/// Waits until so many have it, or fails.
fn wait_for(count: usize, argument: &str) {
    let start = Instant::now();
    while running(argument) != count {
        assert!(start.elapsed() < Duration::from_secs(30), "{} processes", running(argument));
        thread::sleep(Duration::from_millis(5));
    }
}

fn signal(name: &str, child: &Child) {
    let kill = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
}

#[test]
fn odd_arguments_reach_the_program_byte_for_byte() {
    let odd = [
        "two words",
        " ",
        "'single' \"double\"",
        "a;b|c&d",
        "$(rm -rf x) `y` $HOME",
        "line\nbreak",
        "{x}",
        "}{",
        "-n",
        "--",
        "*?[a]",
        "\\n\\\\",
        "🦀 é 漢",
        "\t\u{1}\u{7f}",
    ];
    let rows = odd.map(|text| format!("\"{0}\",1,2,\"{0}\"\n", text.replace('"', "\"\"")));
    let place = Place::of_cases(&format!("name,x,y,note\n{}", rows.concat()));
    let print = "printf '%s\\0' \"$@\"";
    let line = ["sh", "-c", print, "sh", "{note}", "{{{note}}}", "", "a {note} {x}"];
    place.cases(0, &["--workers", "3"], &line);
    for (case, text) in (0..).zip(odd) {
        let expected = format!("{text}\0{{{text}}}\0\0a {text} 1\0");
        assert_eq!(place.kept(case, "stdout.txt"), expected.as_bytes(), "{text:?}");
    }
}

#[test]
fn the_fields_are_those_of_the_case() {
    let place = Place::of_cases("name,x,y,mesh\nfirst,0.5,-3,fine\n,1e300,1e20,\n");
    let fields = ["echo", "{name}|{X}|{y}|{index}|{mesh}|{{x}}"];
    place.cases(0, &[], &fields);
    assert_eq!(place.kept(0, "stdout.txt"), b"first|0.5|-3|0|fine|{x}\n");
    let second = b"Case 2|1e300|100000000000000000000|1||{x}\n";
    assert_eq!(place.kept(1, "stdout.txt"), second);
}

#[test]
fn a_case_has_a_folder_of_its_own_unless_another_is_named() {
    let place = Place::new(2);
    let script = ["sh", "-c", "pwd; echo made > made.txt; test \"$PWD\" = \"$0\"", "{case}"];
    place.cases(0, &[], &script);
    let all = ["made.txt", "stderr.txt", "stdout.txt"];
    let both = ["case-0", "case-1"].map(|case| all.map(|file| format!("{case}/{file}"))).concat();
    assert_eq!(place.left(), both);

    let place = Place::new(1);
    place.cases(0, &["--work-folder", "."], &["sh", "-c", "ls cases.csv && echo \"$A$B\"; pwd"]);
    let said = String::from_utf8(place.kept(0, "stdout.txt")).unwrap();
    assert_eq!(said, format!("cases.csv\n\n{}\n", place.folder.path().display()));
}

#[test]
fn the_environment_is_added_to() {
    let place = Place::new(1);
    let options = ["--env", "A=1 2", "--env", "B=x=y"];
    place.cases(0, &options, &["sh", "-c", "echo \"$A|$B|$PATH\" | sed 's/|[^|]*$/|path/'"]);
    assert_eq!(place.kept(0, "stdout.txt"), b"1 2|x=y|path\n");
}

#[test]
fn the_value_is_the_last_number_or_what_is_asked_for() {
    let place = Place::new(1);
    let value = |options: &[&str], script: &str| {
        let case = place.case(0, options, &["sh", "-c", script]);
        assert_eq!(case["status"], "done");
        case["value"].as_f64()
    };
    assert_eq!(value(&[], "echo lift 12; printf 'drag -0.5e1'"), Some(-5.0));
    assert_eq!(value(&[], "echo nothing; echo 3 >&2"), None);
    let text = "printf 'lift 1 drag 2\\nlift 3 drag 4\\nend 5'";
    assert_eq!(value(&["--value-regex", "lift (\\S+)"], text), Some(3.0));
    assert_eq!(value(&["--value-regex", "[24]"], text), Some(4.0));
    assert_eq!(value(&["--value-regex", "weight .*"], text), None);
    let file = ["--value-file", "out.txt"];
    assert_eq!(value(&file, "echo 7 > out.txt; echo 8"), Some(7.0));
    assert_eq!(value(&file, "echo 8"), None);

    let output = place.output(&["--format", "table"], &["true"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("no value      1 done without one: no number was found"), "{said}");
}

#[test]
fn what_goes_wrong_is_said_in_words() {
    let place = Place::new(1);
    let script = place.path("script");
    let failed = |program: &[&str]| {
        let case = place.case(1, &[], program);
        assert_eq!((&case["status"], &case["value"]), (&"failed".into(), &Value::Null));
        error(&case).to_owned()
    };
    assert_eq!(failed(&["sh", "-c", "echo 5; exit 3"]), "exit status 3");
    let said = failed(&["sh", "-c", "echo first >&2; echo 'no licence' >&2; exit 9"]);
    assert_eq!(said, "exit status 9; stderr: no licence");
    assert_eq!(failed(&["sh", "-c", "kill -9 $$"]), "killed by signal 9 (SIGKILL)");
    assert_eq!(failed(&["sh", "-c", "kill -SEGV $$"]), "killed by signal 11 (SIGSEGV)");
    let name = script.to_str().unwrap();
    assert_eq!(failed(&["./script"]), format!("could not start: not found: {name}"));
    let nowhere = failed(&["no-such-program"]);
    let beginning = "could not start: not found: no-such-program in ";
    assert!(nowhere.starts_with(beginning), "{nowhere}");
    fs::write(&script, "#!/no/such/interpreter\n").unwrap();
    assert_eq!(failed(&["./script"]), format!("could not start: not executable: {name}"));
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let said = failed(&["./script"]);
    assert_eq!(said, format!("could not start: interpreter not found: {name}"));
}

#[test]
fn one_that_fails_does_not_keep_others_from_being_done() {
    let place = Place::new(6);
    let cases =
        place.cases(1, &["--workers", "2"], &["sh", "-c", "test $0 -ne 2 && echo $0", "{x}"]);
    let status: Vec<_> = cases.iter().map(|case| case["status"].as_str().unwrap()).collect();
    assert_eq!(status, ["done", "done", "failed", "done", "done", "done"]);
    assert_eq!(cases[5]["value"], 5.0);
}

#[test]
fn only_what_is_measured_is_reported() {
    let place = Place::new(1);
    // Holds 60 MB and computes for a while.
    let script = "x=$(head -c 60000000 /dev/zero | tr '\\0' a); echo $(printf %s \"$x\" | wc -c)";
    let output = place.output(&[], &["sh", "-c", script]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    for unknown in ["total_series_s", "series", "speedup", "efficiency", "lower_bound_s"] {
        assert_eq!(report[unknown], Value::Null, "{unknown}");
    }
    assert_eq!(report["account"]["stretch"], Value::Null);
    let case = &report["cases"][0];
    assert_eq!((&case["waited_s"], &case["intended_s"]), (&Value::Null, &Value::Null));
    let (cpu_s, time_s) = (case["cpu_s"].as_f64().unwrap(), case["time_s"].as_f64().unwrap());
    assert!(cpu_s > 0.001 && time_s > 0.001, "{case}");
    assert!(case["memory_bytes"].as_u64().unwrap() > 55_000_000, "{case}");
    assert_eq!(case["value"], 60_000_000.0);
    // What held less than the process that started it is not known.
    assert_eq!(place.case(0, &[], &["true"])["memory_bytes"], Value::Null);
}

#[test]
fn the_total_in_series_is_measured_if_asked_for() {
    let place = Place::new(4);
    let script = ["sh", "-c", "sleep 0.1; echo 1"];
    let output = place.output(&["--workers", "4", "--series", "measure"], &script);
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["series"], "measured");
    assert!(report["total_series_s"].as_f64().unwrap() >= 0.4, "{report}");
    assert!(report["speedup"].as_f64().unwrap() > 0.0);
    // Only what the first of both runs said is kept.
    assert_eq!(place.left().len(), 8);
}

#[test]
fn nothing_is_left_of_one_that_takes_too_long() {
    let place = Place::new(3);
    let sleep = seconds(1);
    let late = |grace: &str, script: &str| {
        let start = Instant::now();
        let limits = ["--timeout", "0.4", "--grace", grace, "--workers", "3"];
        let cases = place.cases(1, &limits, &["sh", "-c", script, "sh", &sleep]);
        assert!(cases.iter().all(|case| case["status"] == "timed-out"), "{cases:?}");
        assert_eq!(running(&sleep), 0);
        (error(&cases[0]).to_owned(), start.elapsed())
    };
    // Told to, it ends.
    let (said, took) = late("60", "sleep $1");
    assert_eq!(said, "took longer than 0.4 s");
    assert!(took < Duration::from_secs(20), "{took:?}");
    // It does not listen.
    let killed = "took longer than 0.4 s; killed because it did not exit on SIGTERM";
    let (said, took) = late("0.3", "trap '' TERM; sleep $1 & while :; do sleep 0.05; done");
    assert_eq!(said, killed);
    assert!(took < Duration::from_secs(20), "{took:?}");
    // One of its processes is in a session of its own, and does not listen.
    let (said, _) = late("0.3", "setsid sh -c 'trap \"\" TERM; sleep '$1 & sleep $1");
    assert_eq!(said, killed);
}

#[test]
fn what_is_left_behind_is_ended_with_the_case() {
    let place = Place::new(2);
    let sleep = seconds(2);
    for script in
        ["sleep $1 & echo 1", "setsid sleep $1 & echo 1", "setsid setsid sleep $1 & echo 1"]
    {
        let start = Instant::now();
        let cases = place.cases(0, &[], &["sh", "-c", script, "sh", &sleep]);
        assert_eq!(cases[1]["value"], 1.0);
        assert_eq!(running(&sleep), 0, "{script}");
        assert!(start.elapsed() < Duration::from_secs(20));
    }
}

#[test]
fn a_command_may_be_longer_than_a_pipe_holds() {
    let place = Place::new(2);
    let script = format!("echo 7 # {}", "long ".repeat(20_000));
    let cases = place.cases(0, &[], &["sh", "-c", &script]);
    assert!(cases.iter().all(|case| case["value"] == 7.0));
}

#[test]
fn standard_input_is_nothing_or_the_file_that_is_named() {
    let place = Place::new(2);
    assert_eq!(place.cases(0, &[], &["sh", "-c", "wc -c"])[1]["value"], 0.0);
    fs::write(place.path("input"), "12345").unwrap();
    let cases = place.cases(0, &["--stdin", "input"], &["sh", "-c", "wc -c"]);
    assert!(cases.iter().all(|case| case["value"] == 5.0));
    // What is no file would be waited for.
    fs::create_dir(place.path("folder")).unwrap();
    for other in ["folder", "missing"] {
        let output = place.output(&["--stdin", other], &["cat"]);
        assert_eq!(output.status.code(), Some(2), "{other}");
    }
}

#[test]
fn one_that_closes_its_output_early_is_waited_for() {
    let place = Place::new(1);
    let script = "echo 4; exec >&- 2>&-; sleep 0.3; exit 0";
    let case = place.case(0, &[], &["sh", "-c", script]);
    assert_eq!(case["value"], 4.0);
    assert!(case["time_s"].as_f64().unwrap() >= 0.3, "{case}");
}

#[test]
fn a_gigabyte_of_output_goes_to_a_file_and_may_be_limited() {
    let place = Place::new(1);
    let script = "head -c 1000000000 /dev/zero; echo; echo 8";
    let case = place.case(0, &["--keep-output", "none"], &["sh", "-c", script]);
    assert_eq!(case["value"], 8.0);
    assert_eq!(place.left(), Vec::<String>::new());
    let case = place.case(0, &[], &["sh", "-c", script]);
    assert_eq!(case["value"], 8.0);
    assert_eq!(place.left(), ["case-0/stderr.txt", "case-0/stdout.txt"]);
    let first = fs::read_dir(place.path("runs")).unwrap().next().unwrap().unwrap().path();
    let kept = fs::metadata(first.join("case-0/stdout.txt")).unwrap().len();
    assert_eq!(kept, 1_000_000_003);

    // Of more than so much the middle goes, while the program still writes.
    let place = Place::new(1);
    let script = "echo first; head -c 100000000 /dev/zero; echo; echo 8; sleep 0.5; du -k $0";
    let limit = ["--output-limit", "100k"];
    place.case(0, &limit, &["sh", "-c", script, "{case}/stdout.txt"]);
    let kept = place.kept(0, "stdout.txt");
    assert!(kept.len() < 101_000, "{} bytes", kept.len());
    assert!(kept.starts_with(b"first\n"), "its beginning is kept");
    let text = String::from_utf8_lossy(&kept).into_owned();
    assert!(text.contains(" bytes left out]\n") && text.contains("\n8\n"));
    let used = text.lines().last().unwrap().split_whitespace().next().unwrap();
    assert!(used.parse::<u64>().unwrap() < 1000, "{used} kB on the disk while it ran");
}

#[test]
fn only_what_is_to_be_kept_is_kept() {
    let script =
        ["sh", "-c", "echo $0; test $0 = 1 && exit 1; test $0 = 2 && : > own; exit 0", "{x}"];
    let kept = |keep: &str| {
        let place = Place::new(3);
        let cases = place.cases(1, &["--keep-output", keep], &script);
        assert_eq!((&cases[0]["value"], &cases[2]["value"]), (&0.0.into(), &2.0.into()));
        place.left()
    };
    let failed = ["case-1/stderr.txt", "case-1/stdout.txt", "case-2/own"];
    assert_eq!(kept("failed"), failed);
    // What the program itself wrote always stays.
    assert_eq!(kept("none"), ["case-2/own"]);
    assert_eq!(kept("all").len(), 7);
    let place = Place::new(3);
    place.cases(0, &["--keep-output", "none"], &["echo"]);
    assert_eq!(fs::read_dir(place.path("runs")).unwrap().count(), 0);
}

#[test]
fn one_that_takes_its_folder_away_does_not_keep_others_from_being_done() {
    for keep in ["none", "failed", "all"] {
        for away in ["rm -rf \"$PWD\"", "mv \"$PWD\" \"$PWD-moved-$0\""] {
            let place = Place::new(4);
            let script = format!("test $0 = 1 && {away}; exit 0");
            let options = ["--workers", "1", "--keep-output", keep];
            place.cases(0, &options, &["sh", "-c", &script, "{x}"]);
        }
    }
}

#[test]
fn an_interrupt_ends_all_programs_and_keeps_what_finished() {
    let place = Place::new(4);
    let sleep = seconds(3);
    let script = "test $2 -lt 2 && exit 0; setsid sleep $1 & sleep $1";
    let mut command =
        place.command(&["--workers", "2"], &["sh", "-c", script, "sh", &sleep, "{x}"]);
    let child = command.spawn().unwrap();
    wait_for(6, &sleep);
    signal("-INT", &child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let status: Vec<_> =
        cases_of(&output).iter().map(|case| case["status"].as_str().unwrap().to_owned()).collect();
    assert_eq!(status, ["done", "done", "cancelled", "cancelled"]);
    assert_eq!(running(&sleep), 0);
}

#[test]
fn no_process_survives_the_death_of_the_app() {
    let place = Place::new(2);
    let sleep = seconds(4);
    let script = "trap '' TERM; setsid sleep $1 & while :; do sleep 0.05; done";
    let line = ["sh", "-c", script, "sh", &sleep];
    let mut child = place.command(&["--workers", "2", "--grace", "0.2"], &line).spawn().unwrap();
    // A shell and what it started, for each of both cases.
    wait_for(4, &sleep);
    signal("-KILL", &child);
    child.wait().unwrap();
    wait_for(0, &sleep);
}

#[test]
fn every_strategy_with_lanes_runs_programs_and_others_say_so() {
    let place = Place::new(5);
    for strategy in ["series", "threads", "batches", "shares", "processes"] {
        let options = ["--strategy", strategy, "--workers", "2", "--order", "shuffled", "--quiet"];
        let cases = place.cases(0, &options, &["echo", "{x}"]);
        let values: Vec<_> = cases.iter().map(|case| case["value"].as_f64().unwrap()).collect();
        assert_eq!(values, [0.0, 1.0, 2.0, 3.0, 4.0], "{strategy}");
    }
    for strategy in ["all-at-once", "global-lock"] {
        let output = place.output(&["--strategy", strategy], &["true"]);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("series, threads, batches, shares, processes"), "{said}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_runs() {
    let place = Place::new(1);
    let study = "version = 1\n[workload]\nname = 'command'\ncommand = ['echo', '{x}']\n";
    fs::write(place.path("a.caselanes"), study).unwrap();
    for (options, program, said) in [
        (&["--workload", "wait"][..], &["true"][..], "found --workload wait"),
        (&["--workload", "command"], &[], "needs a program"),
        (&["--timeout", "1"], &[], "--timeout is for a program of your own"),
        (&["--timeout", "0"], &["true"], "above 0"),
        (&["--value-regex", "("], &["true"], "expected a regular expression"),
        (&["--env", "A"], &["true"], "expected NAME=VALUE"),
        (&["--keep-output", "some"], &["true"], "all, failed, none"),
        (&["--work-folder", "none"], &["true"], "expected a folder to work in"),
        (&["--clock", "virtual"], &["true"], "virtual clock"),
        (&[], &["echo", "{z}"], "argument 1 \"{z}\", character 1: unknown field {z}; there are"),
        (&[], &["echo", "a{"], "argument 1 \"a{\", character 2: expected a field such as {x}"),
        (&[], &[""], "expected a program, found an empty text"),
    ] {
        let output = place.output(options, program);
        let found = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{options:?} {program:?}: {found}");
        assert!(found.contains(said), "{found}");
        assert!(output.stdout.is_empty());
    }
    assert_eq!(fs::read_dir(place.path("runs")).unwrap().count(), 0);
}

#[test]
fn a_study_holds_a_program_and_its_options() {
    let place = Place::new(1);
    let inside = place.path("inside");
    fs::create_dir(&inside).unwrap();
    fs::write(inside.join("in.txt"), "6").unwrap();
    fs::write(inside.join("solve"), "#!/bin/sh\necho $(($1 * $A)) $(cat)\n").unwrap();
    fs::set_permissions(inside.join("solve"), fs::Permissions::from_mode(0o755)).unwrap();
    let study = "version = 1\n[workload]\nname = 'command'\ncommand = ['./solve', '{x}']\n\
                 stdin = 'in.txt'\nenv = { A = '7' }\nvalue-regex = '^\\d+'\n\
                 [[case]]\nx = 3\ny = 1\n";
    fs::write(inside.join("a.caselanes"), study).unwrap();
    let run = |options: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.args(["run", "inside/a.caselanes", "--format", "json"]).args(options);
        command.current_dir(place.folder.path()).env("TMPDIR", place.path("runs"));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
        cases_of(&output)[0]["value"].as_f64()
    };
    assert_eq!(run(&[]), Some(21.0));
    // What is said on the command line wins, and the rest stays.
    assert_eq!(run(&["--value-regex", "\\d+"]), Some(6.0));
    assert_eq!(run(&["--", "sh", "-c", "echo $A"]), Some(7.0));
    fs::write(place.path("other"), "8").unwrap();
    assert_eq!(run(&["--stdin", "other", "--value-regex", "\\d+"]), Some(8.0));
    assert_eq!(run(&["--workload", "power"]), Some(9.0));
}
