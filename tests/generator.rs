//! Tests `caselanes cases` by running the binary.

#![expect(clippy::unwrap_used, reason = "a test fails on an unexpected error")]

#[path = "program/path.rs"]
mod path;

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Output, Stdio};

use path::case_program;

fn cases(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
    command.arg("cases").args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_grid_is_written_as_csv_that_runs() {
    let grid = cases(&["--grid", "x=0,0.001", "mesh=coarse,fine", "load=-1..0", "y==load*2"]);
    assert!(grid.status.success() && grid.stderr.is_empty(), "{grid:?}");
    let table = text(&grid.stdout);
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(lines[..3], ["name,x,y,mesh,load", "Case 1,0,-2,coarse,-1", "Case 2,0,0,coarse,0"]);
    assert_eq!(lines.len(), 9);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.csv");
    let file = file.to_str().unwrap();
    assert!(cases(&["--grid", "x=0,0.001", "load=-1..0", "--output", file]).status.success());
    let mut run = Command::new(env!("CARGO_BIN_EXE_caselanes"));
    let run = run.args(["run", "--workload", "wait", "--format", "csv", "--cases", file]);
    let run = run.output().unwrap();
    assert!(run.status.success(), "{run:?}");
    assert!(text(&run.stdout).lines().count() >= 5, "{run:?}");
}

#[test]
fn a_drawn_seed_is_printed_and_repeats_the_rows() {
    let drawn = cases(&["--latin-hypercube", "8", "x=0..1"]);
    let note = text(&drawn.stderr);
    let seed = note.trim().strip_prefix("note: seed ").unwrap();
    let again = cases(&["--latin-hypercube", "8", "x=0..1", "--seed", seed]);
    assert_eq!(again.stdout, drawn.stdout);
    assert!(again.stderr.is_empty());
    assert!(cases(&["--sobol", "8", "x=0..1"]).stderr.is_empty());
}

#[test]
fn bad_arguments_are_quoted_and_write_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.csv");
    for (arguments, part) in [
        (&["--grid", "x=3..1"][..], "\"x=3..1\""),
        (&["--random", "0", "x=0..1"], "\"--random 0\""),
        (&["--sobol", "1000001", "x=0..1"], "1000001"),
        (&["--grid", "X=3..1"], "\"X=3..1\""),
        (&["--grid", "x"], "\"x\": expected COLUMN=VALUES"),
        (&["--grid", "x=1", "--name", "{z}"], "\"{z}\": character 1"),
        (&["--grid", "x=1..2000", "y=1..2000"], "4000000 rows"),
        (&["--random", "3", "x=log:0..1"], "\"x=log:0..1\""),
        (&["--grid", "x=2,0", "r==1/x"], "row 2"),
        (&["--grid", "--zip", "x=1"], "--zip"),
        (&["x=1"], "--grid"),
        (&["--grid"], "COLUMN=VALUES"),
    ] {
        let refused = cases(&[arguments, &["--output", file.to_str().unwrap()]].concat());
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        let message = text(&refused.stderr);
        assert!(message.contains(part), "{arguments:?}: {message}");
        assert!(refused.stdout.is_empty() && !file.exists());
    }
}

#[test]
fn a_file_is_written_in_the_format_of_its_name_and_replaced_with_a_note() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let book = || {
        let grid = ["--grid", "x=1..3", "mesh=\"=1+1\",b", "--output", &place("a.xlsx")];
        let written = cases(&grid);
        assert!(written.status.success() && written.stdout.is_empty(), "{written:?}");
        (text(&written.stderr), std::fs::read(place("a.xlsx")).unwrap())
    };
    let (first, second) = (book(), book());
    assert_eq!(first.0, format!("note: the cases are in {}\n", place("a.xlsx")));
    assert_eq!(second.0, format!("note: the cases replaced {}\n", place("a.xlsx")));
    assert!(first.1.starts_with(b"PK") && first.1 == second.1, "the same bytes");
    let other = ["--grid", "x=1", "--quiet", "--format", "csv", "--output", &place("b.xlsx")];
    assert!(cases(&other).stderr.is_empty());
    assert_eq!(std::fs::read(place("b.xlsx")).unwrap(), b"name,x,y\nCase 1,1,0\n");
    let standard =
        cases(&["--grid", "x=1..3", "mesh=\"=1+1\",b", "--format", "xlsx", "--output", "-"]);
    assert_eq!(standard.stdout, first.1);
    let refused = cases(&["--grid", "x=1", "--output", folder.path().to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("it is a folder"));
}

#[test]
fn a_text_like_a_formula_imports_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.csv");
    let written = cases(&["--zip", "note=\"=1+1\",\"a,b\"", "--output", file.to_str().unwrap()]);
    assert!(written.status.success(), "{written:?}");
    let table = std::fs::read_to_string(&file).unwrap();
    assert_eq!(table, "name,x,y,note\nCase 1,0,0,'=1+1\nCase 2,0,0,\"a,b\"\n");
    let mut run = Command::new(env!("CARGO_BIN_EXE_caselanes"));
    run.args(["run", "--workload", "wait", "--format", "csv", "--cases"]).arg(&file);
    let report = text(&run.output().unwrap().stdout);
    assert!(report.contains("\nCase 1,0,0,'=1+1,"), "{report}");
    assert!(report.contains("\nCase 2,0,0,\"a,b\","), "{report}");
}

#[test]
fn an_extended_sobol_study_runs_only_its_new_cases() {
    let folder = tempfile::tempdir().unwrap();
    let run = |rows: &str, folder_option: &str| {
        let file = folder.path().join("cases.csv");
        let columns = ["x=0..1", "y=log:1..100", "mesh=coarse,fine", "area==x*y"];
        let sobol = [&["--sobol", rows][..], &columns, &["--output", file.to_str().unwrap()]];
        assert!(cases(&sobol.concat()).status.success());
        let mut run = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        run.args(["run", "--format", "json", "--cases", "cases.csv", folder_option, "folder"]);
        run.arg("--").arg(case_program()).arg("print={area}").current_dir(folder.path());
        let output = run.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let sessions = report["cases"].as_array().unwrap().iter();
        sessions.map(|case| case["session"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(run("64", "--run-folder"), [0; 64]);
    let resumed = run("128", "--resume");
    assert_eq!(resumed, [[0; 64], [1; 64]].concat());
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
    command.args(["cases", "--grid", "x=1..1000", "y=1..1000"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((first.as_str(), text(&output.stderr)), ("name,x,y\n", String::new()));
}
