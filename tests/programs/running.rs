//! Arguments, folder and environment of programs, their values and their failures.

use std::env;
use std::env::consts::EXE_SUFFIX;
use std::fs;

use serde_json::Value;

use crate::path::case_program;
use crate::sandbox::{RunOutput, Sandbox, error};

#[test]
fn unusual_arguments_reach_the_program_unchanged() {
    let unusual = [
        "two words",
        " ",
        "'single' \"double\"",
        "\"",
        "\\",
        "a\\\" b\\",
        "%PATH%",
        "^&|<>",
        "a;b|c&d",
        "$(rm -rf x) `y` $HOME",
        "line\nbreak",
        "{x}",
        "}{",
        "-n",
        "--",
        "*?[a]",
        "\\n\\\\",
        "🦀 é 漢 ä€𝄞",
        "\t\u{1}\u{7f}",
    ];
    let rows = unusual.map(|text| format!("\"{0}\",1,2,\"{0}\"\n", text.replace('"', "\"\"")));
    let sandbox = Sandbox::with_cases(&format!("name,x,y,note\n{}", rows.concat()));
    let line = ["arguments", "{note}", "{{{note}}}", "", "a {note} {x}"];
    sandbox.cases(0, &["--workers", "3"], &line);
    for (case, text) in (0..).zip(unusual) {
        let expected = format!("{text}\n{{{text}}}\n\na {text} 1\n");
        assert_eq!(sandbox.read(case, "stdout.txt"), expected.as_bytes(), "{text:?}");
    }
}

#[test]
fn fields_are_replaced_by_the_values_of_the_case() {
    let sandbox = Sandbox::with_cases("name,x,y,mesh\nfirst,0.5,-3,fine\n,1e300,1e20,\n");
    sandbox.cases(0, &[], &["print={name}|{X}|{y}|{index}|{mesh}|{{x}}"]);
    assert_eq!(sandbox.read(0, "stdout.txt"), b"first|0.5|-3|0|fine|{x}\n");
    let second = b"Case 2|1e300|100000000000000000000|1||{x}\n";
    assert_eq!(sandbox.read(1, "stdout.txt"), second);
}

#[test]
fn a_case_has_its_own_folder_unless_a_work_folder_is_set() {
    let sandbox = Sandbox::new(2);
    sandbox.cases(0, &[], &["folder", "print={case}", "append=made.txt=made"]);
    let all = ["made.txt", "stderr.txt", "stdout.txt"];
    let both = ["case-0", "case-1"].map(|case| all.map(|file| format!("{case}/{file}"))).concat();
    assert_eq!(sandbox.files(), both);
    let output = String::from_utf8(sandbox.read(1, "stdout.txt")).unwrap();
    let lines: Vec<_> = output.lines().collect();
    assert!(lines.len() == 2 && lines[0] == lines[1], "{output}");

    let sandbox = Sandbox::new(1);
    sandbox.cases(0, &["--work-folder", "."], &["read=cases.csv", "env=A", "folder"]);
    let stdout = String::from_utf8(sandbox.read(0, "stdout.txt")).unwrap();
    let cases = fs::read_to_string(sandbox.path("cases.csv")).unwrap();
    assert_eq!(stdout, format!("{cases}\n{}\n", sandbox.folder().display()));
}

#[test]
fn variables_are_added_to_the_environment() {
    let sandbox = Sandbox::new(1);
    let options = ["--env", "A=1 2", "--env", "B=x=y"];
    sandbox.cases(0, &options, &["env=A", "env=B", "env=PATH"]);
    let output = String::from_utf8(sandbox.read(0, "stdout.txt")).unwrap();
    let rest = output.strip_prefix("1 2\nx=y\n").unwrap();
    assert!(rest.trim_end().ends_with(&env::var("PATH").unwrap()), "{rest}");
}

#[test]
fn the_value_is_the_last_number_or_the_match_of_an_expression() {
    let sandbox = Sandbox::new(1);
    let value = |options: &[&str], actions: &[&str]| {
        let case = sandbox.case(0, options, actions);
        assert_eq!(case["status"], "done");
        case["value"].as_f64()
    };
    assert_eq!(value(&[], &["print=lift 12", "text=drag -0.5e1"]), Some(-5.0));
    assert_eq!(value(&[], &["print=nothing", "warn=3"]), None);
    let text = ["print=lift 1 drag 2", "print=lift 3 drag 4", "text=end 5"];
    assert_eq!(value(&["--value-regex", "lift (\\S+)"], &text), Some(3.0));
    assert_eq!(value(&["--value-regex", "[24]"], &text), Some(4.0));
    assert_eq!(value(&["--value-regex", "weight .*"], &text), None);
    let file = ["--value-file", "out.txt"];
    assert_eq!(value(&file, &["append=out.txt=7", "print=8"]), Some(7.0));
    assert_eq!(value(&file, &["print=8"]), None);

    let output = sandbox.actions(&["--format", "table"], &[]).output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("no value      1 done without a value: no number found"), "{table}");
}

#[test]
fn a_missing_value_file_is_named() {
    let sandbox = Sandbox::new(2);
    let text = |actions: &[&str]| {
        let options = ["--format", "table", "--value-file", "none.txt"];
        let output = sandbox.actions(&options, actions).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(text(&[]).contains("2 done without a value: no such file: none.txt\n"));
    let both = "1 done without a value: no such file: none.txt, 1 done without a value: no number";
    assert!(text(&["unless={x}=0", "append=none.txt=a"]).contains(both));
}

#[test]
fn failures_are_described() {
    let sandbox = Sandbox::new(1);
    let failed = |actions: &[&str]| {
        let case = sandbox.case(1, &[], actions);
        assert_eq!((&case["status"], &case["value"]), (&"failed".into(), &Value::Null));
        error(&case).to_owned()
    };
    assert_eq!(failed(&["print=5", "exit=3"]), "exit status 3");
    let message = failed(&["warn=first", "warn=no licence", "exit=9"]);
    assert_eq!(message, "exit status 9; stderr: no licence");
    let aborted = failed(&["abort"]);
    assert!(aborted.starts_with("killed by signal 6") || aborted.contains("0xC0"), "{aborted}");
    let not_started = |program: &str| {
        let ran = sandbox.run(1, &["--cases", "cases.csv"], &[program]);
        error(&ran.cases()[0]).to_owned()
    };
    let path = sandbox.path("script").display().to_string();
    assert_eq!(not_started("./script"), format!("could not start: not found: {path}"));
    let not_found = not_started("no-such-program");
    assert_eq!(not_found, "could not start: not found in PATH: no-such-program");
}

// Windows has no signals and no permission to execute.
#[cfg(unix)]
#[test]
fn signals_and_files_that_are_no_programs_are_described() {
    use std::os::unix::fs::PermissionsExt as _;

    let sandbox = Sandbox::new(1);
    let failed = |program: &[&str]| {
        let ran = sandbox.run(1, &["--cases", "cases.csv"], program);
        let case = &ran.cases()[0];
        assert_eq!((&case["status"], &case["value"]), (&"failed".into(), &Value::Null));
        error(case).to_owned()
    };
    assert_eq!(failed(&["sh", "-c", "kill -9 $$"]), "killed by signal 9 (SIGKILL)");
    assert_eq!(failed(&["sh", "-c", "kill -SEGV $$"]), "killed by signal 11 (SIGSEGV)");
    let script = sandbox.path("script");
    let name = script.to_str().unwrap();
    fs::write(&script, "#!/no/such/interpreter\n").unwrap();
    assert_eq!(failed(&["./script"]), format!("could not start: not executable: {name}"));
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let message = failed(&["./script"]);
    assert_eq!(message, format!("could not start: interpreter not found: {name}"));
}

#[test]
fn a_failed_case_does_not_affect_others() {
    let sandbox = Sandbox::new(6);
    let cases = sandbox.cases(1, &["--workers", "2"], &["print={x}", "if={x}=2", "exit=1"]);
    let status: Vec<_> = cases.iter().map(|case| case["status"].as_str().unwrap()).collect();
    assert_eq!(status, ["done", "done", "failed", "done", "done", "done"]);
    assert_eq!(cases[5]["value"], 5.0);
}

#[test]
fn names_and_messages_of_failed_cases_are_shortened_and_printable() {
    let name = "long".repeat(250_000);
    let sandbox = Sandbox::with_cases(&format!("name,x,y\n{name},1,1\n\u{1b}]0;title\u{7},2,2\n"));
    let compare = ["compare", "--cases", "cases.csv", "--repeat", "1", "--setup", "series"];
    for mut command in [
        sandbox.actions(&["--format", "table"], &["exit=1"]),
        sandbox.caselanes(&[&compare[..], &["--", "case-program", "exit=1"]].concat()),
    ] {
        let output = command.output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(text.len() < 5000, "{} bytes", text.len());
        assert!(text.contains("longlon…") && !text.contains('\u{1b}'), "{text}");
    }
    let study = "version = 1\n[workload]\nname = 'command'\ncommand = ['a', \"\\u001b[2J{q}\"]\n";
    sandbox.write("a.caselanes", study);
    let refused = sandbox.run(2, &["a.caselanes"], &[]);
    assert!(!refused.stderr.contains('\u{1b}'), "{}", refused.stderr);
}

#[test]
fn strategies_with_lanes_run_programs_and_others_refuse() {
    let sandbox = Sandbox::new(5);
    for strategy in ["series", "threads", "batches", "shares", "processes"] {
        let options = ["--strategy", strategy, "--workers", "2", "--order", "shuffled", "--quiet"];
        let cases = sandbox.cases(0, &options, &["print={x}"]);
        let values: Vec<_> = cases.iter().map(|case| case["value"].as_f64().unwrap()).collect();
        assert_eq!(values, [0.0, 1.0, 2.0, 3.0, 4.0], "{strategy}");
    }
    for strategy in ["all-at-once", "global-lock"] {
        let refused = sandbox.run(2, &["--strategy", strategy], &["true"]);
        refused.assert_says("series, threads, batches, shares, processes");
    }
}

#[test]
fn invalid_options_are_refused_before_the_run() {
    let sandbox = Sandbox::new(1);
    let study = "version = 1\n[workload]\nname = 'command'\ncommand = ['echo', '{x}']\n";
    sandbox.write("a.caselanes", study);
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
        let options = [&["--cases", "cases.csv"], options].concat();
        let output = sandbox.command(&options, program).output().unwrap();
        assert!(output.stdout.is_empty());
        RunOutput::of(&output, 2).assert_says(message);
    }
    assert_eq!(fs::read_dir(sandbox.path("runs")).unwrap().count(), 0);
}

#[test]
fn a_study_contains_a_program_and_its_options() {
    let sandbox = Sandbox::new(1);
    sandbox.write("inside/in.txt", "6 byte");
    let solve = sandbox.path("inside").join(format!("solve{EXE_SUFFIX}"));
    fs::copy(case_program(), solve).unwrap();
    let study = "version = 1\n[workload]\nname = 'command'\n\
                 command = ['./solve', 'print={x}', 'env=A', 'input']\n\
                 stdin = 'in.txt'\nenv = { A = '7' }\nvalue-regex = '^(?:3\\s)?(\\d+)'\n\
                 [[case]]\nx = 3\ny = 1\n";
    sandbox.write("inside/a.caselanes", study);
    let run = |options: &[&str], program: &[&str]| {
        let options = [&["inside/a.caselanes"], options].concat();
        sandbox.run(0, &options, program).cases()[0]["value"].as_f64()
    };
    assert_eq!(run(&[], &[]), Some(7.0));
    // Options on the command line override those of the study; the others remain.
    assert_eq!(run(&["--value-regex", "\\d+"], &[]), Some(6.0));
    assert_eq!(run(&[], &["case-program", "env=A", "print=5"]), Some(7.0));
    sandbox.write("other", "8 bytes.");
    assert_eq!(run(&["--stdin", "other", "--value-regex", "\\d+"], &[]), Some(8.0));
    assert_eq!(run(&["--workload", "power"], &[]), Some(9.0));
}

#[test]
fn a_problem_of_a_study_names_its_file_and_line() {
    let sandbox = Sandbox::new(1);
    let refusal = |line: &str, options: &[&str]| {
        let command = if line.contains("command") { "" } else { "command = ['true']\n" };
        let study = format!("version = 1\n[workload]\nname = 'command'\n{line}\n{command}");
        sandbox.write("a.caselanes", study);
        let options = [&["--cases", "cases.csv", "a.caselanes"], options].concat();
        sandbox.run(2, &options, &[]).stderr
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

// Paths of Windows are not bytes.
#[cfg(unix)]
#[test]
fn a_path_that_is_not_utf_8_is_refused_before_the_run() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::process::Command;

    let sandbox = Sandbox::new(1);
    let folder = sandbox.folder().join(OsStr::from_bytes(b"f\xff"));
    fs::create_dir(&folder).unwrap();
    let study = "version = 1\n[workload]\nname = 'command'\ncommand = ['true']\n";
    fs::write(folder.join("a.caselanes"), study).unwrap();
    fs::write(folder.join("in"), "").unwrap();
    fs::copy(case_program(), folder.join("own")).unwrap();
    let refused = |change: &dyn Fn(&mut Command) -> &mut Command, program: &[&str]| {
        let mut command = sandbox.caselanes(&["run"]);
        change(&mut command);
        let output = command.arg("--").args(program).output().unwrap();
        RunOutput::of(&output, 2).assert_says("UTF-8");
        assert_eq!(fs::read_dir(sandbox.path("runs")).unwrap().count(), 0);
    };
    for option in ["--stdin", "--work-folder", "--value-file"] {
        refused(&|command| command.arg(option).arg(&folder), &["true"]);
    }
    refused(&|command| command.current_dir(&folder).args(["--stdin", "in"]), &["true"]);
    refused(&|command| command.current_dir(&folder), &["./own"]);
    refused(&|command| command.env("TMPDIR", &folder), &["true"]);
    let output = sandbox.caselanes(&["run"]).arg(folder.join("a.caselanes")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

// Windows takes its temporary folder from its settings, not from a variable alone.
#[cfg(unix)]
#[test]
fn an_empty_tmpdir_counts_as_unset() {
    let sandbox = Sandbox::new(1);
    let output = sandbox.actions(&["--run-folder", "kept"], &[]).env("TMPDIR", "").output();
    assert_eq!(output.unwrap().status.code(), Some(0));
    let before = fs::read_dir(sandbox.folder()).unwrap().count();
    let output = sandbox.actions(&[], &["print=1"]).env("TMPDIR", "").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(fs::read_dir(sandbox.folder()).unwrap().count(), before, "{stderr}");
    let folder = stderr.trim().strip_prefix("note: the files of the run are in ").unwrap();
    assert!(folder.starts_with("/tmp/caselanes-"), "{stderr}");
    fs::remove_dir_all(folder).unwrap();
}

// Only Windows runs batch files.
#[cfg(windows)]
#[test]
fn batch_files_are_found_without_their_ending() {
    let sandbox = Sandbox::new(2);
    sandbox.write("a b/solve.cmd", "@echo %~1: %2\r\n");
    let path = env::var_os("PATH").unwrap();
    let folder = sandbox.path("a b");
    let path = env::join_paths([folder].into_iter().chain(env::split_paths(&path))).unwrap();
    for program in [r"a b\solve", "solve"] {
        let mut run = sandbox.command(&["--cases", "cases.csv"], &[program, "{name}", "{x}"]);
        let output = run.env("PATH", &path).output().unwrap();
        assert_eq!(RunOutput::of(&output, 0).cases()[1]["value"], 1.0);
    }
}

#[test]
fn the_program_of_a_study_with_another_workload_is_ignored() {
    let sandbox = Sandbox::new(1);
    let study =
        "version = 1\n[workload]\nname = 'wait'\ncommand = ['false']\n[[case]]\nx = 0\ny = 0\n";
    sandbox.write("a.caselanes", study);
    let ran = sandbox.run(0, &["a.caselanes"], &[]);
    ran.assert_says(
        "ignoring command: workload \"wait\" runs no program; add --workload command to run it",
    );
    assert_eq!(
        sandbox.run(1, &["a.caselanes", "--workload", "command"], &[]).statuses(),
        ["failed"]
    );
    sandbox.run(2, &["a.caselanes", "--timeout", "1"], &[]).assert_says(
        "workload wait runs no program, which the study has and --timeout requires; add --workload \
         command",
    );
}
