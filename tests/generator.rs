//! Tests `caselanes cases` by running the binary.

#![expect(clippy::unwrap_used, reason = "a test fails on an unexpected error")]

use std::process::{Command, Output};

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
