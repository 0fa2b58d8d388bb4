//! The cases of a run as rows: inputs, then results. As CSV they can be read again as a case table.

use std::io;

use crate::run::CaseRecord;
use crate::schedule::s_from_ns;
use crate::study::Case;

use super::exporter::{Cell, RowSink};
use crate::report::run_report::RunReport;

const INPUTS: [&str; 3] = ["name", "x", "y"];

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

/// Passes one row per case to `sink`: name, x, y and all extra columns, then the results.
pub(super) fn write_run_rows(report: &RunReport, sink: &mut RowSink<'_>) -> io::Result<()> {
    let extra = report.frozen.cases.extra_columns();
    let columns = extra.iter().map(|(heading, _)| heading.as_str());
    let headings = INPUTS.into_iter().chain(columns).chain(RESULTS);
    sink(&headings.map(Cell::Text).collect::<Vec<_>>())?;
    let mut row = Vec::with_capacity(INPUTS.len() + extra.len() + RESULTS.len());
    for (case, record) in report.cases() {
        row.clear();
        row.extend([Cell::Text(case.name), case.x.into(), case.y.into()]);
        row.extend(extra.iter().map(|(_, column)| Cell::Text(column.get(case.index))));
        row.extend(results(report, case, record));
        sink(&row)?;
    }
    Ok(())
}

fn results<'a>(report: &'a RunReport, case: Case<'_>, record: &'a CaseRecord) -> [Cell<'a>; 14] {
    let started = Some(record).filter(|record| record.has_started());
    [
        record.value.into(),
        record.status.name().into(),
        report.error(case.index).into(),
        started.map(|r| r.lane).into(),
        started.map(|r| r.dispatch_index).into(),
        started.map(|r| s_from_ns(r.start_ns)).into(),
        started.map(|r| s_from_ns(r.end_ns)).into(),
        started.map(|r| s_from_ns(r.time_ns())).into(),
        record.waited_ns.map(s_from_ns).into(),
        record.cpu_ns.map(s_from_ns).into(),
        report.frozen.lengths.intended_s(case.index).into(),
        record.memory_bytes.into(),
        record.attempts.into(),
        started.map(|r| r.session).into(),
    ]
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::export::csv::write_tabs;
    use crate::report::run_report::Machine;
    use crate::run::replay;
    use crate::study::{
        CaseTable, ClockChoice, FrozenPlan, FrozenStudy, Lengths, Order, SeriesChoice, Strategy,
        WorkloadName,
    };

    #[test]
    fn inputs_come_first_and_unknown_figures_are_empty() {
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
