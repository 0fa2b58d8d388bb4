//! The formats of logs: how each is recognised and read.

use super::chrome_trace::{is_chrome_trace, read_chrome_trace};
use super::csv_log::{is_csv_log, read_csv_log};
use super::hyperfine::{is_hyperfine, read_hyperfine};
use super::junit::{is_junit, read_junit};
use super::log_cases::LogCases;
use super::nextflow::{is_nextflow_trace, read_nextflow_trace};
use super::ninja::{is_ninja_log, read_ninja_log};
use super::parallel::{is_job_log, read_job_log};
use super::sacct::{is_sacct, read_sacct};
use crate::report::import::read_error::ReportInputError;
use crate::report::run_source::LogKind;

/// A format of logs.
pub struct LogFormat {
    pub kind: LogKind,
    /// Whether a text that begins like this is probably of this format.
    pub is_recognised: fn(&str) -> bool,
    /// Reads the whole text.
    pub read: fn(&str) -> Result<LogCases, ReportInputError>,
}

/// All formats, those with a distinctive beginning first.
pub const LOG_FORMATS: [LogFormat; 8] = [
    format(LogKind::Ninja, is_ninja_log, read_ninja_log),
    format(LogKind::Parallel, is_job_log, read_job_log),
    format(LogKind::Nextflow, is_nextflow_trace, read_nextflow_trace),
    format(LogKind::Sacct, is_sacct, read_sacct),
    format(LogKind::Junit, is_junit, read_junit),
    format(LogKind::Hyperfine, is_hyperfine, read_hyperfine),
    format(LogKind::ChromeTrace, is_chrome_trace, read_chrome_trace),
    format(LogKind::Csv, is_csv_log, read_csv_log),
];

const fn format(
    kind: LogKind,
    is_recognised: fn(&str) -> bool,
    read: fn(&str) -> Result<LogCases, ReportInputError>,
) -> LogFormat {
    LogFormat { kind, is_recognised, read }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn every_kind_of_log_has_one_format() {
        for &kind in LogKind::VARIANTS {
            assert_eq!(LOG_FORMATS.iter().filter(|format| format.kind == kind).count(), 1);
        }
    }
}
