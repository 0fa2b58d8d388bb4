//! Tests `caselanes plan` by running the binary.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::fs;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::tempdir;

const PUBLISHED: &str = "cores,tokens,time_s\n1,50,524\n2,59,265\n4,76,136\n6,94,94\n8,112,81\n\
                         9,120,73\n13,140,66\n";

/// Plans with a table in a file.
fn plan(table: &str, options: &str) -> Output {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("solver.csv"), table).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
    let command = command.args(["plan", "solver.csv"]).args(options.split_whitespace());
    command.current_dir(folder.path()).output().unwrap()
}

/// Returns why a table is refused.
fn refusal(table: &str, options: &str) -> String {
    let output = plan(table, options);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{output:?}");
    String::from_utf8(output.stderr).unwrap().trim().to_owned()
}

fn json(table: &str, options: &str) -> Value {
    let output = plan(table, &format!("{options} --format json"));
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_published_table_is_answered_as_published() {
    let found = json(PUBLISHED, "--tokens 500");
    assert_eq!(found["schema"], "caselanes.plan/1");
    let rows = found["rows"].as_array().unwrap();
    let best: Vec<_> = rows.iter().filter(|row| row["best"] == json!(true)).collect();
    assert_eq!((best.len(), &best[0]["cores"], &best[0]["at_once"]), (1, &json!(9), &json!(4)));
    for (row, per_hour) in [(0, 68.7), (3, 191.5), (5, 197.3), (6, 163.6)] {
        let found = rows[row]["per_hour"].as_f64().unwrap();
        assert!((found - per_hour).abs() < 0.05, "{found} {per_hour}");
    }
    let text = String::from_utf8(plan(PUBLISHED, "--tokens 500").stdout).unwrap();
    let note = String::from_utf8(plan(PUBLISHED, "--tokens 500").stderr).unwrap();
    assert!(note.contains("this machine has ") && note.contains("logical CPU"), "{note}");
    assert!(plan(PUBLISHED, "--tokens 500 --cores 64").stderr.is_empty());
    let answer = "With 500 tokens, 4 cases on 9 cores each are best: 197.3 cases an hour";
    assert!(text.contains(answer), "{text}");
}

#[test]
fn every_limit_that_is_given_applies() {
    let table = "Cores;Time_s;memory;note\n4;1,5;1.5G;a\n8;0,5;6GiB;\n\n";
    let rows = json(table, "--cores 16 --memory 7G")["rows"].clone();
    let expected = json!([
        {"cores": 4, "at_once": 4, "per_hour": 9600.0, "best": true},
        {"cores": 8, "at_once": 1, "per_hour": 7200.0, "best": false},
    ]);
    assert_eq!(rows, expected);
    let rows = json(table, "--cores 3")["rows"].clone();
    assert_eq!(rows[1], json!({"cores": 8, "at_once": 0, "per_hour": 0.0, "best": false}));
    let text = String::from_utf8(plan(table, "--cores 3").stdout).unwrap();
    assert!(text.contains("No case fits into 3 cores"), "{text}");
}

#[test]
fn bad_tables_are_refused_with_their_places() {
    let bad = "cores,time_s,tokens\n1.5,2,1\n2,0,1\n4,\"\n\",-1\n";
    let expected = "error: solver.csv, line 2, column 1: expected a whole number of at least 1 for \
                    cores, found \"1.5\"\nsolver.csv, line 3, column 2: expected a time above 0 \
                    for time_s, found \"0\"\nsolver.csv, line 4, column 2: expected a number for \
                    time_s, found nothing\nsolver.csv, line 5, column 3: expected a whole number \
                    of at least 0 for tokens, found \"-1\"";
    assert_eq!(refusal(bad, "--tokens 5"), expected);
    for (table, options, expected) in [
        ("cores,time_s\n1,2\n", "", "nothing limits the cases on 1 core; give the cores, tokens"),
        ("cores,time_s\n1,2\n", "--tokens 5", "expected the column tokens for the option --tokens"),
        ("cores,time_s\n1,2\n", "--memory 5G", "expected the column memory for the option"),
        ("cores,time_s\n", "--cores 5", "expected a row below the header, found none"),
        ("cores,x\n1,2\n", "--cores 5", "line 1, column 1: the header lacks the column time_s"),
        ("cores,time_s,CORES\n", "--cores 5", "column 3: the header has a second column cores"),
        ("", "--cores 5", "line 1, column 1: expected the columns cores, time_s, found an"),
        ("cores,time_s,memory\n1,2,much\n", "--cores 5", "line 2, column 3: expected a size"),
        ("cores,time_s\n\"1,2\n", "--cores 5", "expected a closing quote"),
        ("cores,time_s\n1,2\n", "--cores 0", "invalid value '0'"),
        ("cores,time_s\n1,2\n", "--cores 5 --output solver.csv", "would replace an input"),
    ] {
        let found = refusal(table, options);
        assert!(found.contains(expected), "{found}");
    }
}
