//! The user's own programs, run from the command line.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

/// A folder with the cases of a test and the run folders of its runs.
struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    /// Creates `cases` cases with x from 0 and y 2.
    fn new(cases: usize) -> Self {
        let rows: Vec<_> = (0..cases).map(|x| format!("case {x},{x},2\n")).collect();
        Self::with_cases(&format!("name,x,y\n{}", rows.concat()))
    }

    fn with_cases(cases: &str) -> Self {
        let folder = tempdir().unwrap();
        fs::write(folder.path().join("cases.csv"), cases).unwrap();
        fs::create_dir(folder.path().join("runs")).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns the command `caselanes run` with these options and this program.
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

    /// Returns the cases in the report of a run, which must exit with `status`.
    fn cases(&self, status: i32, options: &[&str], program: &[&str]) -> Vec<Value> {
        let output = self.output(options, program);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{stderr}");
        cases_of(&output)
    }

    /// Returns the only case of such a run.
    fn case(&self, status: i32, options: &[&str], program: &[&str]) -> Value {
        let cases = self.cases(status, options, program);
        assert_eq!(cases.len(), 1);
        cases.into_iter().next().unwrap()
    }

    /// Lists the files in the case folders of all runs.
    fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        for run in fs::read_dir(self.path("runs")).unwrap() {
            for case in fs::read_dir(run.unwrap().path()).unwrap() {
                let case = case.unwrap();
                // Skips the journal and the other files of the run.
                if !case.path().is_dir() {
                    continue;
                }
                let name = case.file_name().into_string().unwrap();
                for file in fs::read_dir(case.path()).unwrap() {
                    let file = file.unwrap().file_name().into_string().unwrap();
                    files.push(format!("{name}/{file}"));
                }
            }
        }
        files.sort();
        files
    }

    /// Reads a file in a case folder of the first run.
    fn read(&self, case: u32, name: &str) -> Vec<u8> {
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

/// Returns a number of seconds that identifies the processes of a test.
fn seconds(test: u32) -> String {
    format!("{}.{test}", 100_000 + std::process::id())
}

/// Counts the processes with this argument.
fn processes_with(argument: &str) -> usize {
    let has_argument = |path: &Path| {
        let line = fs::read(path.join("cmdline")).unwrap_or_default();
        let has = |text: &str| line.split(|&byte| byte == 0).any(|found| found == text.as_bytes());
        // CaseLanes itself has the arguments of its programs too.
        has(argument) && !has("--cases")
    };
    let numbered = |path: &PathBuf| {
        path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.parse::<u32>().is_ok())
    };
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    processes.filter(numbered).filter(|path| has_argument(path)).count()
}

/// Waits until `count` processes have this argument.
fn wait_for(count: usize, argument: &str) {
    let start = Instant::now();
    while processes_with(argument) != count {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "{} processes",
            processes_with(argument)
        );
        thread::sleep(Duration::from_millis(5));
    }
}

fn signal(name: &str, child: &Child) {
    let kill = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
}

#[test]
fn unusual_arguments_reach_the_program_unchanged() {
    let unusual = [
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
    let rows = unusual.map(|text| format!("\"{0}\",1,2,\"{0}\"\n", text.replace('"', "\"\"")));
    let sandbox = Sandbox::with_cases(&format!("name,x,y,note\n{}", rows.concat()));
    let print = "printf '%s\\0' \"$@\"";
    let line = ["sh", "-c", print, "sh", "{note}", "{{{note}}}", "", "a {note} {x}"];
    sandbox.cases(0, &["--workers", "3"], &line);
    for (case, text) in (0..).zip(unusual) {
        let expected = format!("{text}\0{{{text}}}\0\0a {text} 1\0");
        assert_eq!(sandbox.read(case, "stdout.txt"), expected.as_bytes(), "{text:?}");
    }
}

#[test]
fn fields_are_replaced_by_the_values_of_the_case() {
    let sandbox = Sandbox::with_cases("name,x,y,mesh\nfirst,0.5,-3,fine\n,1e300,1e20,\n");
    let fields = ["echo", "{name}|{X}|{y}|{index}|{mesh}|{{x}}"];
    sandbox.cases(0, &[], &fields);
    assert_eq!(sandbox.read(0, "stdout.txt"), b"first|0.5|-3|0|fine|{x}\n");
    let second = b"Case 2|1e300|100000000000000000000|1||{x}\n";
    assert_eq!(sandbox.read(1, "stdout.txt"), second);
}

#[test]
fn a_case_has_its_own_folder_unless_a_work_folder_is_set() {
    let sandbox = Sandbox::new(2);
    let script = ["sh", "-c", "pwd; echo made > made.txt; test \"$PWD\" = \"$0\"", "{case}"];
    sandbox.cases(0, &[], &script);
    let all = ["made.txt", "stderr.txt", "stdout.txt"];
    let both = ["case-0", "case-1"].map(|case| all.map(|file| format!("{case}/{file}"))).concat();
    assert_eq!(sandbox.files(), both);

    let sandbox = Sandbox::new(1);
    sandbox.cases(0, &["--work-folder", "."], &["sh", "-c", "ls cases.csv && echo \"$A$B\"; pwd"]);
    let stdout = String::from_utf8(sandbox.read(0, "stdout.txt")).unwrap();
    assert_eq!(stdout, format!("cases.csv\n\n{}\n", sandbox.folder.path().display()));
}

#[test]
fn variables_are_added_to_the_environment() {
    let sandbox = Sandbox::new(1);
    let options = ["--env", "A=1 2", "--env", "B=x=y"];
    sandbox.cases(0, &options, &["sh", "-c", "echo \"$A|$B|$PATH\" | sed 's/|[^|]*$/|path/'"]);
    assert_eq!(sandbox.read(0, "stdout.txt"), b"1 2|x=y|path\n");
}

#[test]
fn the_value_is_the_last_number_or_the_match_of_an_expression() {
    let sandbox = Sandbox::new(1);
    let value = |options: &[&str], script: &str| {
        let case = sandbox.case(0, options, &["sh", "-c", script]);
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

    let output = sandbox.output(&["--format", "table"], &["true"]);
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("no value      1 done without a value: no number found"), "{table}");
}

#[test]
fn failures_are_described() {
    let sandbox = Sandbox::new(1);
    let script = sandbox.path("script");
    let failed = |program: &[&str]| {
        let case = sandbox.case(1, &[], program);
        assert_eq!((&case["status"], &case["value"]), (&"failed".into(), &Value::Null));
        error(&case).to_owned()
    };
    assert_eq!(failed(&["sh", "-c", "echo 5; exit 3"]), "exit status 3");
    let message = failed(&["sh", "-c", "echo first >&2; echo 'no licence' >&2; exit 9"]);
    assert_eq!(message, "exit status 9; stderr: no licence");
    assert_eq!(failed(&["sh", "-c", "kill -9 $$"]), "killed by signal 9 (SIGKILL)");
    assert_eq!(failed(&["sh", "-c", "kill -SEGV $$"]), "killed by signal 11 (SIGSEGV)");
    let name = script.to_str().unwrap();
    assert_eq!(failed(&["./script"]), format!("could not start: not found: {name}"));
    let not_found = failed(&["no-such-program"]);
    assert_eq!(not_found, "could not start: not found in PATH: no-such-program");
    fs::write(&script, "#!/no/such/interpreter\n").unwrap();
    assert_eq!(failed(&["./script"]), format!("could not start: not executable: {name}"));
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let message = failed(&["./script"]);
    assert_eq!(message, format!("could not start: interpreter not found: {name}"));
}

#[test]
fn a_failed_case_does_not_affect_others() {
    let sandbox = Sandbox::new(6);
    let cases =
        sandbox.cases(1, &["--workers", "2"], &["sh", "-c", "test $0 -ne 2 && echo $0", "{x}"]);
    let status: Vec<_> = cases.iter().map(|case| case["status"].as_str().unwrap()).collect();
    assert_eq!(status, ["done", "done", "failed", "done", "done", "done"]);
    assert_eq!(cases[5]["value"], 5.0);
}

#[test]
fn unknown_figures_are_not_reported() {
    let sandbox = Sandbox::new(1);
    // Allocates 60 MB and computes for a while.
    let script = "x=$(head -c 60000000 /dev/zero | tr '\\0' a); echo $(printf %s \"$x\" | wc -c)";
    let output = sandbox.output(&[], &["sh", "-c", script]);
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
    // Memory below that of the parent process is unknown.
    assert_eq!(sandbox.case(0, &[], &["true"])["memory_bytes"], Value::Null);
}

#[test]
fn the_series_total_is_measured_on_request() {
    let sandbox = Sandbox::new(4);
    let script = ["sh", "-c", "sleep 0.1; echo 1"];
    let output = sandbox.output(&["--workers", "4", "--series", "measure"], &script);
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
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
    let log = sandbox.path("log");
    let script = format!("sleep {{x}}; echo {{x}}; echo >> {}", log.display());
    let output = sandbox.output(&["--workers", "8", "--series", "sample"], &["sh", "-c", &script]);
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["series"], "sampled");
    let sum_s: f64 = lengths_s.iter().sum();
    let part = |key: &str| report[key].as_f64().unwrap() / sum_s - 1.0;
    for key in ["total_series_low_s", "total_series_s", "total_series_high_s"] {
        assert!(part(key).abs() < 0.03, "{key} of {sum_s} s: {}", part(key));
    }
    assert!(part("total_series_low_s") <= part("total_series_s"));
    assert!(part("total_series_s") <= part("total_series_high_s"));
    // The sample takes at most a tenth of the time, and its output is not kept.
    let runs = fs::read_to_string(log).unwrap().lines().count();
    assert!((43..=44).contains(&runs), "{runs}");
    assert_eq!(sandbox.files().len(), 80);
    assert_eq!(cases_of(&output).len(), 40);
}

#[test]
fn a_sampled_case_that_fails_leaves_the_run_as_it_is() {
    let sandbox = Sandbox::new(4);
    let mark = sandbox.path("ran");
    let script = format!("test -e {0}-{{x}} && exit 3; touch {0}-{{x}}; echo 1", mark.display());
    let output = sandbox.output(&["--series", "sample"], &["sh", "-c", &script]);
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["series"], &report["speedup"]), (&Value::Null, &Value::Null));
    assert!(cases_of(&output).iter().all(|case| case["status"] == "done"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("a sampled case did not succeed alone"), "{stderr}");
}

/// Returns the starts of all attempts, in order.
fn starts(cases: &[Value]) -> Vec<f64> {
    let of_case = |case: &Value| match case["tries"].as_array() {
        Some(tries) => tries.iter().map(|attempt| attempt["start_s"].as_f64().unwrap()).collect(),
        None => vec![case["start_s"].as_f64().unwrap()],
    };
    let mut starts: Vec<f64> = cases.iter().flat_map(of_case).collect();
    starts.sort_by(f64::total_cmp);
    starts
}

#[test]
fn the_time_between_any_two_starts_is_kept_and_named() {
    let sandbox = Sandbox::new(5);
    let script = "test -e ../tried-$0 || {{ touch ../tried-$0; test $0 != 2; }}";
    let options = ["--workers", "4", "--retries", "1", "--start-every", "0.15"];
    let programs = sandbox.cases(0, &options, &["sh", "-c", script, "{x}"]);
    let is_far = |pair: &[f64]| pair[1] - pair[0] >= 0.15;
    let found = starts(&programs);
    assert!(found.len() == 6 && found.windows(2).all(is_far), "{found:?}");

    for strategy in ["threads", "processes"] {
        let options = [&options[..], &["--workload", "wait", "--strategy", strategy]].concat();
        let options = [&options[..], &["--time-scale", "0.001"]].concat();
        let found = starts(&sandbox.cases(0, &options, &[]));
        assert!(found.len() == 5 && found.windows(2).all(is_far), "{strategy}: {found:?}");
    }

    let options = [&options[..], &["--workload", "wait", "--clock", "virtual"]].concat();
    let options = [&options[..], &["--time-scale", "0.001"]].concat();
    assert_eq!(starts(&sandbox.cases(0, &options, &[])), [0.0, 0.15, 0.3, 0.45, 0.6]);
    let output = sandbox.output(&[&options[..], &["--format", "table"]].concat(), &[]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("mostly for the time between starts"), "{text}");

    for bad in ["-1", "nan", "inf", "1e10", "2 s", ""] {
        let output = sandbox.output(&["--start-every", bad], &["true"]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{bad}: {stderr}");
        assert!(stderr.contains("expected seconds from 0 to"), "{stderr}");
    }
}

#[test]
fn no_process_of_a_timed_out_case_remains() {
    let sandbox = Sandbox::new(3);
    let sleep = seconds(1);
    let late = |grace: &str, script: &str| {
        let start = Instant::now();
        let limits = ["--timeout", "0.4", "--grace", grace, "--workers", "3"];
        let cases = sandbox.cases(1, &limits, &["sh", "-c", script, "sh", &sleep]);
        assert!(cases.iter().all(|case| case["status"] == "timed-out"), "{cases:?}");
        assert_eq!(processes_with(&sleep), 0);
        (error(&cases[0]).to_owned(), start.elapsed())
    };
    // Exits on SIGTERM.
    let (message, took) = late("60", "sleep $1");
    assert_eq!(message, "took longer than 0.4 s");
    assert!(took < Duration::from_secs(20), "{took:?}");
    // Ignores SIGTERM.
    let killed = "took longer than 0.4 s; killed because it did not exit on SIGTERM";
    let (message, took) = late("0.3", "trap '' TERM; sleep $1 & while :; do sleep 0.05; done");
    assert_eq!(message, killed);
    assert!(took < Duration::from_secs(20), "{took:?}");
    // A process in its own session ignores SIGTERM.
    let (message, _) = late("0.3", "setsid sh -c 'trap \"\" TERM; sleep '$1 & sleep $1");
    assert_eq!(message, killed);
}

#[test]
fn processes_left_behind_end_with_the_case() {
    let sandbox = Sandbox::new(2);
    let sleep = seconds(2);
    for script in
        ["sleep $1 & echo 1", "setsid sleep $1 & echo 1", "setsid setsid sleep $1 & echo 1"]
    {
        let start = Instant::now();
        let cases = sandbox.cases(0, &[], &["sh", "-c", script, "sh", &sleep]);
        assert_eq!(cases[1]["value"], 1.0);
        assert_eq!(processes_with(&sleep), 0, "{script}");
        assert!(start.elapsed() < Duration::from_secs(20));
    }
}

#[test]
fn a_command_may_be_longer_than_a_pipe_buffer() {
    let sandbox = Sandbox::new(2);
    let script = format!("echo 7 # {}", "long ".repeat(20_000));
    let cases = sandbox.cases(0, &[], &["sh", "-c", &script]);
    assert!(cases.iter().all(|case| case["value"] == 7.0));
}

#[test]
fn standard_input_is_empty_or_a_file() {
    let sandbox = Sandbox::new(2);
    assert_eq!(sandbox.cases(0, &[], &["sh", "-c", "wc -c"])[1]["value"], 0.0);
    fs::write(sandbox.path("input"), "12345").unwrap();
    let cases = sandbox.cases(0, &["--stdin", "input"], &["sh", "-c", "wc -c"]);
    assert!(cases.iter().all(|case| case["value"] == 5.0));
    // Other kinds of files could block.
    fs::create_dir(sandbox.path("folder")).unwrap();
    for other in ["folder", "missing"] {
        let output = sandbox.output(&["--stdin", other], &["cat"]);
        assert_eq!(output.status.code(), Some(2), "{other}");
    }
}

#[test]
fn a_program_that_closes_its_output_early_is_waited_for() {
    let sandbox = Sandbox::new(1);
    let script = "echo 4; exec >&- 2>&-; sleep 0.3; exit 0";
    let case = sandbox.case(0, &[], &["sh", "-c", script]);
    assert_eq!(case["value"], 4.0);
    assert!(case["time_s"].as_f64().unwrap() >= 0.3, "{case}");
}

#[test]
fn a_gigabyte_of_output_is_stored_or_limited() {
    let sandbox = Sandbox::new(1);
    let script = "head -c 1000000000 /dev/zero; echo; echo 8";
    let case = sandbox.case(0, &["--keep-output", "none"], &["sh", "-c", script]);
    assert_eq!(case["value"], 8.0);
    assert_eq!(sandbox.files(), Vec::<String>::new());
    let case = sandbox.case(0, &[], &["sh", "-c", script]);
    assert_eq!(case["value"], 8.0);
    assert_eq!(sandbox.files(), ["case-0/stderr.txt", "case-0/stdout.txt"]);
    let first = fs::read_dir(sandbox.path("runs")).unwrap().next().unwrap().unwrap().path();
    let kept = fs::metadata(first.join("case-0/stdout.txt")).unwrap().len();
    assert_eq!(kept, 1_000_000_003);

    // The middle of output above the limit is removed while the program still writes.
    let sandbox = Sandbox::new(1);
    let script = "echo first; head -c 100000000 /dev/zero; echo; echo 8; sleep 0.5; du -k $0";
    let limit = ["--output-limit", "100k"];
    sandbox.case(0, &limit, &["sh", "-c", script, "{case}/stdout.txt"]);
    let kept = sandbox.read(0, "stdout.txt");
    assert!(kept.len() < 101_000, "{} bytes", kept.len());
    assert!(kept.starts_with(b"first\n"), "the beginning is missing");
    let text = String::from_utf8_lossy(&kept).into_owned();
    assert!(text.contains(" bytes left out]\n") && text.contains("\n8\n"));
    let used = text.lines().last().unwrap().split_whitespace().next().unwrap();
    assert!(used.parse::<u64>().unwrap() < 1000, "{used} kB on disk while running");
}

#[test]
fn output_is_kept_as_requested() {
    let script =
        ["sh", "-c", "echo $0; test $0 = 1 && exit 1; test $0 = 2 && : > own; exit 0", "{x}"];
    let kept = |keep: &str| {
        let sandbox = Sandbox::new(3);
        let cases = sandbox.cases(1, &["--keep-output", keep], &script);
        assert_eq!((&cases[0]["value"], &cases[2]["value"]), (&0.0.into(), &2.0.into()));
        sandbox.files()
    };
    let failed = ["case-1/stderr.txt", "case-1/stdout.txt", "case-2/own"];
    assert_eq!(kept("failed"), failed);
    // Files the program created always stay.
    assert_eq!(kept("none"), ["case-2/own"]);
    assert_eq!(kept("all").len(), 7);
    let sandbox = Sandbox::new(3);
    sandbox.cases(0, &["--keep-output", "none"], &["echo"]);
    assert_eq!(fs::read_dir(sandbox.path("runs")).unwrap().count(), 0);
}

#[test]
fn a_program_that_removes_its_folder_does_not_affect_others() {
    for keep in ["none", "failed", "all"] {
        for remove in ["rm -rf \"$PWD\"", "mv \"$PWD\" \"$PWD-moved-$0\""] {
            let sandbox = Sandbox::new(4);
            let script = format!("test $0 = 1 && {remove}; exit 0");
            let options = ["--workers", "1", "--keep-output", keep];
            sandbox.cases(0, &options, &["sh", "-c", &script, "{x}"]);
        }
    }
}

#[test]
fn an_interrupt_stops_all_programs_and_keeps_finished_cases() {
    let sandbox = Sandbox::new(4);
    let sleep = seconds(3);
    let script = "test $2 -lt 2 && exit 0; setsid sleep $1 & sleep $1";
    let mut command =
        sandbox.command(&["--workers", "2"], &["sh", "-c", script, "sh", &sleep, "{x}"]);
    let child = command.spawn().unwrap();
    wait_for(6, &sleep);
    signal("-INT", &child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let status: Vec<_> =
        cases_of(&output).iter().map(|case| case["status"].as_str().unwrap().to_owned()).collect();
    assert_eq!(status, ["done", "done", "cancelled", "cancelled"]);
    assert_eq!(processes_with(&sleep), 0);
}

#[test]
fn no_process_survives_when_caselanes_is_killed() {
    let sandbox = Sandbox::new(2);
    let sleep = seconds(4);
    let script = "trap '' TERM; setsid sleep $1 & while :; do sleep 0.05; done";
    let line = ["sh", "-c", script, "sh", &sleep];
    let mut child = sandbox.command(&["--workers", "2", "--grace", "0.2"], &line).spawn().unwrap();
    // A shell and its child for each of both cases.
    wait_for(4, &sleep);
    signal("-KILL", &child);
    child.wait().unwrap();
    wait_for(0, &sleep);
}

#[test]
fn strategies_with_lanes_run_programs_and_others_refuse() {
    let sandbox = Sandbox::new(5);
    for strategy in ["series", "threads", "batches", "shares", "processes"] {
        let options = ["--strategy", strategy, "--workers", "2", "--order", "shuffled", "--quiet"];
        let cases = sandbox.cases(0, &options, &["echo", "{x}"]);
        let values: Vec<_> = cases.iter().map(|case| case["value"].as_f64().unwrap()).collect();
        assert_eq!(values, [0.0, 1.0, 2.0, 3.0, 4.0], "{strategy}");
    }
    for strategy in ["all-at-once", "global-lock"] {
        let output = sandbox.output(&["--strategy", strategy], &["true"]);
        assert_eq!(output.status.code(), Some(2));
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(stderr.contains("series, threads, batches, shares, processes"), "{stderr}");
    }
}

#[test]
fn invalid_options_are_refused_before_the_run() {
    let sandbox = Sandbox::new(1);
    let study = "version = 1\n[workload]\nname = 'command'\ncommand = ['echo', '{x}']\n";
    fs::write(sandbox.path("a.caselanes"), study).unwrap();
    for (options, program, message) in [
        (&["--workload", "wait"][..], &["true"][..], "--workload wait runs no program"),
        (&["--workload", "command"], &[], "needs a program"),
        (&["--timeout", "1"], &[], "--timeout requires your own program"),
        (&["--timeout", "0"], &["true"], "above 0"),
        (&["--value-file", ""], &["true"], "expected a non-empty text"),
        (&["--run-folder", "cases.csv"], &["true"], "expected a folder for the run, found a file"),
        (&["--value-regex", "("], &["true"], "expected a regular expression"),
        (&["--env", "A"], &["true"], "expected NAME=VALUE"),
        (&["--keep-output", "some"], &["true"], "all, failed, none"),
        (&["--work-folder", "none"], &["true"], "--work-folder: no such folder"),
        (&["--clock", "virtual"], &["true"], "virtual clock"),
        (
            &[],
            &["echo", "{z}"],
            "argument 1 \"{z}\", character 1: unknown field {z}; expected one of",
        ),
        (&[], &["echo", "a{"], "argument 1 \"a{\", character 2: expected a field such as {x}"),
        (&[], &[""], "expected a program, found an empty string"),
    ] {
        let output = sandbox.output(options, program);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{options:?} {program:?}: {stderr}");
        assert!(stderr.contains(message), "{stderr}");
        assert!(output.stdout.is_empty());
    }
    assert_eq!(fs::read_dir(sandbox.path("runs")).unwrap().count(), 0);
}

#[test]
fn a_study_contains_a_program_and_its_options() {
    let sandbox = Sandbox::new(1);
    let inside = sandbox.path("inside");
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
        command.current_dir(sandbox.folder.path()).env("TMPDIR", sandbox.path("runs"));
        let output = command.output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        cases_of(&output)[0]["value"].as_f64()
    };
    assert_eq!(run(&[]), Some(21.0));
    // Options on the command line override those of the study; the others remain.
    assert_eq!(run(&["--value-regex", "\\d+"]), Some(6.0));
    assert_eq!(run(&["--", "sh", "-c", "echo $A"]), Some(7.0));
    fs::write(sandbox.path("other"), "8").unwrap();
    assert_eq!(run(&["--stdin", "other", "--value-regex", "\\d+"]), Some(8.0));
    assert_eq!(run(&["--workload", "power"]), Some(9.0));
}

#[test]
fn a_problem_of_a_study_names_its_file_and_line() {
    let sandbox = Sandbox::new(1);
    let refusal = |line: &str, options: &[&str]| {
        let command = if line.contains("command") { "" } else { "command = ['true']\n" };
        let study = format!("version = 1\n[workload]\nname = 'command'\n{line}\n{command}");
        fs::write(sandbox.path("a.caselanes"), study).unwrap();
        let output = sandbox.output(&[&["a.caselanes"], options].concat(), &[]);
        assert_eq!(output.status.code(), Some(2), "{line}");
        String::from_utf8(output.stderr).unwrap()
    };
    for (line, message) in [
        ("command = ['a', '{q}']", "command: argument 1 \"{q}\", character 1: unknown field {q};"),
        ("stdin = 'none'", "stdin: no such file: none\n"),
        ("work-folder = 'none'", "work-folder: no such folder: none\n"),
        ("value-file = ''", "value-file: expected a non-empty text, found \"\"\n"),
    ] {
        let stderr = refusal(line, &[]);
        let place = stderr.contains("a.caselanes, line 4: ") || stderr.contains("line 4: ");
        assert!(place && stderr.contains(message), "{stderr}");
    }
    let stderr = refusal("stdin = 'none'", &["--stdin", "other"]);
    assert!(stderr.starts_with("error: --stdin: no such file: "), "{stderr}");
}

#[test]
fn a_path_that_is_not_utf_8_is_refused_before_the_run() {
    let sandbox = Sandbox::new(1);
    let folder = sandbox.folder.path().join(OsStr::from_bytes(b"f\xff"));
    fs::create_dir(&folder).unwrap();
    let study = "version = 1\n[workload]\nname = 'command'\ncommand = ['true']\n";
    fs::write(folder.join("a.caselanes"), study).unwrap();
    fs::write(folder.join("in"), "").unwrap();
    fs::copy("/bin/true", folder.join("own")).unwrap();
    let refused = |change: &dyn Fn(&mut Command) -> &mut Command, program: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.arg("run").current_dir(sandbox.folder.path()).env("TMPDIR", sandbox.path("runs"));
        change(&mut command);
        let output = command.arg("--").args(program).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("UTF-8"), "{stderr}");
        assert_eq!(fs::read_dir(sandbox.path("runs")).unwrap().count(), 0);
    };
    for option in ["--stdin", "--work-folder", "--value-file"] {
        refused(&|command| command.arg(option).arg(&folder), &["true"]);
    }
    refused(&|command| command.current_dir(&folder).args(["--stdin", "in"]), &["true"]);
    refused(&|command| command.current_dir(&folder), &["./own"]);
    refused(&|command| command.env("TMPDIR", &folder), &["true"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
    let output = command.arg("run").arg(folder.join("a.caselanes")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn an_empty_tmpdir_counts_as_unset() {
    let sandbox = Sandbox::new(1);
    let output = sandbox.command(&["--run-folder", "kept"], &["true"]).env("TMPDIR", "").output();
    assert_eq!(output.unwrap().status.code(), Some(0));
    let before = fs::read_dir(sandbox.folder.path()).unwrap().count();
    let output = sandbox.command(&[], &["echo", "1"]).env("TMPDIR", "").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(fs::read_dir(sandbox.folder.path()).unwrap().count(), before, "{stderr}");
    let folder = stderr.trim().strip_prefix("note: the files of the run are in ").unwrap();
    assert!(folder.starts_with("/tmp/caselanes-"), "{stderr}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_missing_value_file_is_named() {
    let sandbox = Sandbox::new(2);
    let options = ["--format", "table", "--value-file", "none.txt"];
    let text = |script: &str| {
        let output = sandbox.output(&options, &["sh", "-c", script, "{x}"]);
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(text("true").contains("2 done without a value: no such file: none.txt\n"));
    let both = "1 done without a value: no such file: none.txt, 1 done without a value: no number";
    let both = text("test $0 = 0 || echo a > none.txt").contains(both);
    assert!(both);
}

#[test]
fn names_and_messages_of_failed_cases_are_shortened_and_printable() {
    let name = "long".repeat(250_000);
    let sandbox = Sandbox::with_cases(&format!("name,x,y\n{name},1,1\n\u{1b}]0;title\u{7},2,2\n"));
    for command in [&["--format", "table"][..], &[]] {
        let mut command = if command.is_empty() {
            let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
            command.args(["compare", "--cases", "cases.csv", "--repeat", "1", "--setup", "series"]);
            command.args(["--", "false"]).current_dir(sandbox.folder.path());
            command
        } else {
            sandbox.command(command, &["false"])
        };
        let output = command.output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(text.len() < 5000, "{} bytes", text.len());
        assert!(text.contains("longlon…") && !text.contains('\u{1b}'), "{text}");
    }
    let study = "version = 1\n[workload]\nname = 'command'\ncommand = ['a', \"\\u001b[2J{q}\"]\n";
    fs::write(sandbox.path("a.caselanes"), study).unwrap();
    let output = sandbox.output(&["a.caselanes"], &[]);
    assert!(!output.stderr.contains(&0x1b), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_program_that_stops_its_worker_still_meets_its_time_limit() {
    let sandbox = Sandbox::new(1);
    let sleep = seconds(6);
    for script in ["kill -STOP $PPID; sleep $1", "while :; do kill -STOP $PPID; sleep 0.02; done"] {
        let start = Instant::now();
        let options = ["--timeout", "0.4", "--grace", "0.1"];
        let case = sandbox.case(1, &options, &["sh", "-c", script, "sh", &sleep]);
        assert_eq!(case["status"], "timed-out", "{case}");
        assert!(error(&case).starts_with("took longer than "), "{case}");
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
        assert_eq!(processes_with(&sleep), 0);
    }
}

#[test]
fn nothing_outlives_a_second_interrupt_by_more_than_a_second() {
    let sandbox = Sandbox::new(2);
    let sleep = seconds(7);
    let script = "trap '' TERM INT; setsid sleep $1 & while :; do sleep 0.05; done";
    for pause_ms in [0, 300] {
        for limit in [&["--grace", "60"][..], &["--grace", "60", "--timeout", "100"]] {
            let line = ["sh", "-c", script, "sh", &sleep];
            let mut child = sandbox.command(limit, &line).spawn().unwrap();
            wait_for(4, &sleep);
            signal("-INT", &child);
            thread::sleep(Duration::from_millis(pause_ms));
            signal("-INT", &child);
            child.wait().unwrap();
            let end = Instant::now();
            wait_for(0, &sleep);
            assert!(end.elapsed() < Duration::from_millis(1300), "{:?}", end.elapsed());
        }
    }
}

#[test]
fn a_hangup_ends_the_run_with_its_report_unless_it_is_ignored() {
    let sandbox = Sandbox::new(2);
    let sleep = seconds(8);
    let script = "test $0 = 0 && exit; sleep $1";
    let options = ["--run-folder", "kept", "--workers", "1"];
    let run = sandbox.command(&options, &["sh", "-c", script, "{x}", &sleep]);
    // The tests themselves may have been started with an ignored hangup.
    let mut command = Command::new("env");
    command.args(["--default-signal=HUP", env!("CARGO_BIN_EXE_caselanes")]).args(run.get_args());
    command.current_dir(sandbox.folder.path()).env("TMPDIR", sandbox.path("runs"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    wait_for(2, &sleep);
    signal("-HUP", &child);
    signal("-HUP", &child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(cases_of(&output)[0]["status"], "done");
    assert!(sandbox.path("kept/results.csv").exists());

    let ignoring = "trap '' HUP; exec \"$0\" \"$@\"";
    let run = sandbox.command(&["--workers", "1"], &["sleep", "0.4"]);
    let mut command = Command::new("sh");
    command.args(["-c", ignoring, env!("CARGO_BIN_EXE_caselanes")]).args(run.get_args());
    command.current_dir(sandbox.folder.path()).env("TMPDIR", sandbox.path("runs"));
    let child = command.stdout(Stdio::piped()).spawn().unwrap();
    thread::sleep(Duration::from_millis(400));
    signal("-HUP", &child);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}
