//! The cases of a run as CSV: what went in, and what came out behind it. It
//! can be read again as a case table.

use std::io::{self, Write};

use crate::run::CaseRecord;
use crate::schedule::s_from_ns;
use crate::study::{Case, escape_formula};
use crate::text::shortest;

use crate::report::run_report::RunReport;

const RESULTS: [&str; 14] = [
    "value",
    "status",
    "error",
    "lane",
    "dispatch_index",
    "start_s",
    "end_s",
    "time_s",
    "waited_s",
    "cpu_s",
    "intended_s",
    "memory_bytes",
    "attempts",
    "session",
];

/// Writes name, x, y and all further columns, then the results; what is not
/// known is empty.
pub fn write_csv(report: &RunReport, to: &mut impl Write) -> io::Result<()> {
    write_separated(report, b',', to)
}

/// The same with tabs, as spreadsheets take it from the clipboard.
pub fn write_tabs(report: &RunReport, to: &mut impl Write) -> io::Result<()> {
    write_separated(report, b'\t', to)
}

fn write_separated(report: &RunReport, delimiter: u8, to: &mut impl Write) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(to);
    let further = report.frozen.cases.extra_columns();
    let headings = further.iter().map(|(heading, _)| escape_formula(heading).into_owned());
    let inputs = ["name", "x", "y"].map(str::to_owned).into_iter().chain(headings);
    writer.write_record(inputs.chain(RESULTS.map(str::to_owned)))?;
    for (case, record) in report.cases() {
        for cell in inputs_of(case) {
            writer.write_field(cell)?;
        }
        for (_, column) in further {
            writer.write_field(escape_formula(column.get(case.index)).as_bytes())?;
        }
        writer.write_record(results_of(report, case, record))?;
    }
    writer.flush()
}

fn inputs_of(case: Case<'_>) -> [String; 3] {
    [escape_formula(case.name).into_owned(), shortest(case.x), shortest(case.y)]
}

fn results_of(report: &RunReport, case: Case<'_>, record: &CaseRecord) -> [String; 14] {
    let seconds = |ns: Option<u64>| ns.map_or(String::new(), |ns| shortest(s_from_ns(ns)));
    let started = Some(record).filter(|record| record.has_started());
    let number = |number: Option<u32>| number.map_or(String::new(), |n| n.to_string());
    [
        record.value.map_or(String::new(), shortest),
        record.status.name().to_owned(),
        report.error(case.index).map_or(String::new(), |error| escape_formula(error).into_owned()),
        number(started.map(|r| r.lane)),
        number(started.map(|r| r.dispatch_index)),
        seconds(started.map(|r| r.start_ns)),
        seconds(started.map(|r| r.end_ns)),
        seconds(started.map(CaseRecord::time_ns)),
        seconds(record.waited_ns),
        seconds(record.cpu_ns),
        report.frozen.lengths.intended_s(case.index).map_or(String::new(), shortest),
        record.memory_bytes.map_or(String::new(), |bytes| bytes.to_string()),
        record.attempts.to_string(),
        number(started.map(|r| r.session)),
    ]
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::run_report::Machine;
    use crate::run::replay;
    use crate::study::{
        CaseTable, ClockChoice, FrozenPlan, FrozenStudy, Lengths, Order, SeriesChoice, Strategy,
        WorkloadName,
    };

    #[test]
    fn inputs_come_first_and_what_is_not_known_is_empty() {
        let mut cases = CaseTable::with_extra_columns(vec!["mesh".to_owned()]);
        cases.push("=a", 0.5, -2.0, &["fine"]);
        let plan = FrozenPlan {
            limits: crate::study::Limits::default(),
            strategy: Strategy::Threads,
            workers: 1,
            batch: None,
            order: Order::Listed,
            seed: 0,
            time_scale: 1.0,
            series: SeriesChoice::Estimate,
            clock: ClockChoice::Virtual,
        };
        let lengths = Lengths::Seconds(vec![0.5]);
        let frozen =
            FrozenStudy { cases, workload: WorkloadName::Wait, plan, lengths, program: None };
        let state = replay(&frozen);
        let machine = Machine { logical_cpus: 2, os: "linux" };
        let report = RunReport::new(Arc::new(frozen), state, machine);
        let mut text = Vec::new();
        write_tabs(&report, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap().replace('\t', "|");
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some(
                "name|x|y|mesh|value|status|error|lane|dispatch_index|start_s|end_s|time_s|\
                 waited_s|cpu_s|intended_s|memory_bytes|attempts|session"
            )
        );
        assert_eq!(lines.next(), Some("'=a|0.5|-2|fine||done||0|0|0|0.5|0.5|||0.5||1|0"));
    }
}
