//! A run of a million cases through the binary.

// Its memory is read from `/proc`.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails on an unexpected error")]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use tempfile::tempdir;

const CASES: usize = 1_000_000;

/// Waits for the end; returns the peak memory, in bytes.
fn peak_memory(mut child: Child) -> (ExitStatus, u64) {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        peak = peak.max(kilobytes.unwrap_or(0) * 1024);
        if let Some(status) = child.try_wait().unwrap() {
            return (status, peak);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_million_cases_take_little_memory_and_their_report_is_complete() {
    let folder = tempdir().unwrap();
    let (cases, report) = (folder.path().join("cases.csv"), folder.path().join("report.json"));
    let mut text = String::from("name,x,y\n");
    for number in 0..CASES {
        writeln!(text, "Case number {number},0,{number}").unwrap();
    }
    fs::write(&cases, text).unwrap();
    let child = Command::new(cargo_bin("caselanes"))
        .args(["run", "--workload", "wait", "--workers", "2", "--order", "longest"])
        .args(["--cases", cases.to_str().unwrap(), "--output", report.to_str().unwrap()])
        .spawn()
        .unwrap();
    let (status, peak) = peak_memory(child);
    assert!(status.success());
    assert!(peak > 0 && peak < 600_000_000, "{peak} bytes");

    // One case per line: a report larger than memory can still be read.
    let mut head = String::new();
    let mut count = 0;
    for line in BufReader::new(fs::File::open(report).unwrap()).lines().map(Result::unwrap) {
        if let Some(case) = line.strip_prefix("    ").filter(|case| case.starts_with('{')) {
            if count % 100_000 == 0 {
                let case: Value = serde_json::from_str(case.trim_end_matches(',')).unwrap();
                assert_eq!(case["index"], count);
                assert_eq!(case["name"], format!("Case number {count}"));
                assert_eq!(case["dispatch_index"], count, "ties keep the listed order");
            }
            count += 1;
        } else {
            head.push_str(&line);
        }
    }
    assert_eq!(count, CASES);
    let head: Value = serde_json::from_str(&head).unwrap();
    let per_case_s = head["total_parallel_s"].as_f64().unwrap() / 1e6;
    // Generous, because this is not a release build; the bench has the figure.
    assert!(per_case_s < 50e-6, "{per_case_s} s per case");
}
