//! Tables of cases on the command line: a file per rule, and what is reported of it.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use tempfile::tempdir;

const WORKBOOKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/workbooks");

/// Runs the cases on the virtual clock.
fn run(folder: &Path, line: &str, input: &[u8]) -> Output {
    let mut child = Command::new(cargo_bin("caselanes"))
        .args(["run", "--clock", "virtual", "--format", "json"])
        .args(line.split_whitespace())
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).ok();
    child.wait_with_output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).replace(WORKBOOKS, "WORKBOOKS")
}

/// Returns name, x and y of the cases.
fn rows(output: &Output) -> Vec<String> {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let cases = report["cases"].as_array().unwrap().iter();
    cases.map(|case| format!("{} {} {}", case["name"], case["x"], case["y"])).collect()
}

#[test]
fn workbooks_are_read_from_files_standard_input_and_studies() {
    let folder = tempdir().unwrap();
    let good =
        ["\"a\" 1.0 2.5", "\"Case 2\" 3.0 -4.0", "\"7\" 0.5 0.001", "\"=1+1\" 0.1 123456789.125"];
    for name in ["openpyxl.xlsx", "libreoffice.xlsx", "libreoffice.xls", "libreoffice.ods"] {
        let line = format!("--cases {WORKBOOKS}/{name} --workload wait");
        // Waits are not negative.
        let output = run(folder.path(), &line, b"");
        assert_eq!(rows(&output), good, "{name}");
        let bytes = fs::read(format!("{WORKBOOKS}/{name}")).unwrap();
        assert_eq!(rows(&run(folder.path(), "--cases - --workload wait", &bytes)), good, "{name}");
    }
    // The kind is recognised by the content.
    fs::copy(format!("{WORKBOOKS}/openpyxl.xlsx"), folder.path().join("renamed.csv")).unwrap();
    assert_eq!(rows(&run(folder.path(), "--cases renamed.csv", b"")).len(), 4);
    fs::write(folder.path().join("text.xlsx"), "name,x,y\na,1,2\n").unwrap();
    assert_eq!(rows(&run(folder.path(), "--cases text.xlsx", b"")), ["\"a\" 1.0 2.0"]);

    let study = "version = 1\ncases = \"renamed.csv\"\nsheet = \"Other\"\n";
    fs::write(folder.path().join("a.caselanes"), study).unwrap();
    assert_eq!(rows(&run(folder.path(), "a.caselanes", b"")), ["\"second\" 1.0 2.0"]);
    assert_eq!(rows(&run(folder.path(), "a.caselanes --sheet Cases", b"")).len(), 4);
}

#[test]
fn bad_tables_are_refused_with_the_place_and_the_option_that_decides() {
    let folder = tempdir().unwrap();
    let file = |name: &str, content: &[u8]| fs::write(folder.path().join(name), content).unwrap();
    file("latin.csv", b"name,x,y\ncaf\xe9,1,2\n");
    file("both.csv", b"name;x;y\na;1.000;2\nb;2,5;3\n");
    file("rows.csv", b"a,1,2\n");
    file("page.xls", b"<html><table><tr><td>name</td></tr></table></html>");
    file("paper.csv", b"%PDF-1.7\n");
    file("study.csv", b"version = 1\n");
    file("cut.xlsx", b"PK\x03\x04\x14\x00");
    file("in.caselanes", b"version = 1\ncases = \"both.csv\"\n");
    file("plain.caselanes", b"version = 1\n[[case]]\nx = 1\ny = 1\n");
    for (line, message) in [
        (
            "--cases latin.csv",
            "error: latin.csv, line 2, column 1: expected UTF-8 text, found the byte 0xE9; save the \
             file as CSV in UTF-8, or choose the encoding, such as windows-1252, with --encoding",
        ),
        ("--cases both.csv", "write 1 or 1000, or choose point or comma with --decimal"),
        ("in.caselanes", "point or comma with --decimal or decimal = \"…\" in the study"),
        ("--cases rows.csv", "; if the first row is a case, use --no-header"),
        ("--cases page.xls", "found an HTML page; open it in a spreadsheet program"),
        ("--cases paper.csv", "found a PDF document: paper.csv"),
        ("--cases study.csv", "found a study file; give it as the study, without --cases"),
        ("--cases cut.xlsx", "found a damaged or incomplete ZIP archive or workbook"),
        ("--cases rows.csv --separator dot", "expected comma, semicolon or tab, found \"dot\""),
        ("--cases rows.csv --encoding x", "expected the name of an encoding, such as utf-8"),
        ("--cases rows.csv --sheet A", "expected a workbook with the sheet \"A\", found a text"),
        ("--decimal comma", "--decimal is for a table of cases, found none; add --cases FILE"),
        ("plain.caselanes --no-header", "--no-header is for a table of cases, found none"),
    ] {
        let output = run(folder.path(), line, b"");
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert!(stderr(&output).contains(message), "{line}: {}", stderr(&output));
        assert!(output.stdout.is_empty());
    }
    for (name, message) in [
        ("bad.xlsx", "error: WORKBOOKS/bad.xlsx, B2: expected a number for x, found the date"),
        ("bad.xlsb", "bad.xlsb, C2: expected a value, found the error of a formula"),
        ("sparse.xlsx", "sparse.xlsx, XFD1048576: expected an empty cell outside the columns"),
        ("archive.zip", "found a ZIP archive; unpack it first"),
        (
            "openpyxl.xlsx --sheet Wings",
            "expected the sheet \"Wings\", found the sheets \"Cases\", \"Other\"; choose one of them \
             with --sheet",
        ),
    ] {
        let output = run(folder.path(), &format!("--cases {WORKBOOKS}/{name}"), b"");
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(stderr(&output).contains(message), "{name}: {}", stderr(&output));
    }
}

#[test]
fn options_decide_how_a_table_is_read() {
    let folder = tempdir().unwrap();
    let read = |options: &str, table: &[u8]| {
        rows(&run(folder.path(), &format!("--cases - --workload wait {options}"), table))
    };
    assert_eq!(read("--encoding latin1", b"name,x,y\ncaf\xe9,1,2\n"), ["\"café\" 1.0 2.0"]);
    let both = b"name;x;y\na;1.000;2\nb;2,5;3\n";
    assert_eq!(read("--decimal comma", both), ["\"a\" 1000.0 2.0", "\"b\" 2.5 3.0"]);
    assert_eq!(read("--no-header", b"a;1,5;2\n"), ["\"a\" 1.5 2.0"]);
    assert_eq!(
        read("--no-header --separator ,", b"1,2\n3,4\n"),
        ["\"Case 1\" 1.0 2.0", "\"Case 2\" 3.0 4.0"]
    );
    let several = b"name,x,y,a;name;x;y\n1,2,3,4;b;5;6\n";
    assert_eq!(read("--separator semicolon", several), ["\"b\" 5.0 6.0"]);
}

/// Returns the most memory that a run takes, in bytes.
#[cfg(target_os = "linux")]
fn peak_bytes(cases: &str) -> u64 {
    let script = format!(
        "/usr/bin/env python3 -c \"import resource, subprocess, sys; subprocess.run(sys.argv[1:], \
         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); \
         print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\" {} run --clock virtual \
         --cases {cases}",
        cargo_bin("caselanes").display()
    );
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().parse::<u64>().unwrap() * 1024
}

// Only Unix reports the memory of ended children.
#[test]
#[cfg(target_os = "linux")]
fn a_cell_in_the_last_row_and_column_costs_no_memory() {
    for name in ["sparse.xlsx", "bad.xlsb"] {
        let bytes = peak_bytes(&format!("{WORKBOOKS}/{name}"));
        assert!(bytes < 100_000_000, "{name}: {bytes} bytes");
    }
}
