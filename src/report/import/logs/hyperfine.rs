//! Results of hyperfine, `--export-json FILE`: lengths only.

use serde::Deserialize;

use super::log_cases::{LogCase, LogCases, LogTime};
use crate::report::import::read_error::ReportInputError;
use crate::report::run_source::LogKind;
use crate::run::Status;
use crate::schedule::ns_from_s;

/// Longest time that is read, in seconds.
const MAX_TIME_S: f64 = 1e10;

#[derive(Deserialize)]
struct HyperfineJson {
    results: Vec<BenchmarkJson>,
}

#[derive(Deserialize)]
struct BenchmarkJson {
    command: String,
    times: Vec<f64>,
    #[serde(default)]
    memory_usage_byte: Option<Vec<u64>>,
    #[serde(default)]
    exit_codes: Option<Vec<Option<i32>>>,
}

pub fn is_hyperfine(text: &str) -> bool {
    let head = text.trim_start().strip_prefix('{').unwrap_or_default().trim_start();
    head.starts_with("\"results\"")
}

/// Reads the runs of all commands, each as a case named after its command.
pub fn read_hyperfine(text: &str) -> Result<LogCases, ReportInputError> {
    let json: HyperfineJson = serde_json::from_str(text)
        .map_err(|error| ReportInputError::of_json(&error, "results of hyperfine"))?;
    let mut log = LogCases::new(LogKind::Hyperfine, &["run"]);
    for BenchmarkJson { command, times, memory_usage_byte, exit_codes } in json.results {
        for (run, time_s) in times.into_iter().enumerate() {
            if !(0.0..=MAX_TIME_S).contains(&time_s) {
                return Err(ReportInputError::without_place(format!(
                    "expected times of at least 0 s, found {time_s} of {command}"
                )));
            }
            let exit = exit_codes.as_ref().and_then(|codes| *codes.get(run)?);
            let exit = exit.filter(|exit| *exit != 0);
            log.push(LogCase {
                name: &command,
                cells: &[&(run + 1).to_string()],
                time: LogTime::Length(ns_from_s(time_s)),
                status: if exit.is_some() { Status::Failed } else { Status::Done },
                error: exit.map(|exit| format!("exit status {exit}")),
                memory_bytes: memory_usage_byte.as_ref().and_then(|all| all.get(run).copied()),
                ..LogCase::default()
            });
        }
    }
    Ok(log)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_of_each_command_is_a_case() {
        let text = r#"{"results": [
            {"command": "sleep 0.1", "mean": 0.1, "times": [0.101, 0.1025], "exit_codes": [0, 3]},
            {"command": "true", "times": [0.001], "memory_usage_byte": [2048], "exit_codes": [null]}
        ]}"#;
        let report = read_hyperfine(text).unwrap().into_report();
        let cases: Vec<_> = report
            .cases()
            .map(|(case, record)| (case.name, record.time_ns(), record.status, record.memory_bytes))
            .collect();
        let expected = [
            ("sleep 0.1", 101_000_000, Status::Done, None),
            ("sleep 0.1", 102_500_000, Status::Failed, None),
            ("true", 1_000_000, Status::Done, Some(2048)),
        ];
        assert_eq!(cases, expected);
        assert_eq!((report.source.has_starts(), report.figures.total_parallel_s), (false, None));
    }

    #[test]
    fn a_torn_or_wrong_file_is_reported_with_its_place() {
        let torn =
            read_hyperfine("{\"results\": [\n{\"command\": \"a\", \"times\": [1").unwrap_err();
        assert_eq!(torn.message, "expected results of hyperfine, found the end of the file");
        assert_eq!(torn.place.map(|place| place.0), Some(2));
        assert!(read_hyperfine("").is_err() && read_hyperfine("[]").is_err());
        let negative = r#"{"results": [{"command": "a", "times": [-1]}]}"#;
        assert!(read_hyperfine(negative).unwrap_err().message.ends_with("found -1 of a"));
    }
}
