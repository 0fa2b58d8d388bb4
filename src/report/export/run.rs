//! Run reports and predictions in every format.

use std::borrow::Cow;
use std::io::{self, Write};

use super::exporter::{Cell, Exportable, FactTable, ListColumn, RowSink, write_list};
use super::json::serialize;
use super::run_facts::{run_facts, summary_facts};
use crate::report::document::report_document::{ChartRole, DocumentPart, Extent, ReportDocument};
use crate::report::document::run_document::{log_text, run_document};
use crate::report::pictures::totals_picture::{TotalRow, totals_picture};
use crate::report::{Prediction, RunReport};
use crate::run::CaseRecord;
use crate::schedule::s_from_ns;
use crate::text::{count, duration, precise_duration};

const INPUTS: [&str; 3] = ["name", "x", "y"];

/// The columns of the results besides the outputs: heading, and cell of the case with this index and record.
type ResultColumn = (&'static str, for<'a> fn(&'a RunReport, usize, &'a CaseRecord) -> Cell<'a>);

const RESULTS: [ResultColumn; 15] = [
    ("status", |_, _, record| record.status.name().into()),
    ("error", |report, case, _| report.error(case).into()),
    ("lane", |report, _, record| placed(report, record).map(|r| r.lane).into()),
    ("dispatch_index", |report, _, record| {
        dispatched(report, record).map(|r| r.dispatch_index).into()
    }),
    ("start_s", |report, _, record| placed(report, record).map(|r| s_from_ns(r.start_ns)).into()),
    ("end_s", |report, _, record| placed(report, record).map(|r| s_from_ns(r.end_ns)).into()),
    ("time_s", |_, _, record| started(record).map(|r| s_from_ns(r.time_ns())).into()),
    ("waited_s", |_, _, record| record.waited_ns.map(s_from_ns).into()),
    ("cpu_s", |_, _, record| record.cpu_ns.map(s_from_ns).into()),
    ("intended_s", |report, case, _| report.frozen.lengths.intended_s(case).into()),
    ("memory_bytes", |_, _, record| record.memory_bytes.into()),
    ("attempts", |report, case, _| report.attempt_count(case).into()),
    ("session", |report, _, record| dispatched(report, record).map(|r| r.session).into()),
    ("host", |report, case, _| report.state.notes.host(case).into()),
    ("queued_s", |report, case, _| report.state.notes.queued_ns(case).map(s_from_ns).into()),
];

/// Begins the mark of a result whose heading an earlier column has.
const MARK: &str = " (result";

/// Returns the heading of a result, marked if an earlier column has it.
fn free_heading(result: &str, taken: &[String]) -> String {
    let marked = (1..).map(|number| match number {
        1 => format!("{result}{MARK})"),
        _ => format!("{result}{MARK} {number})"),
    });
    let is_free = |text: &String| !taken.iter().any(|it| it.trim().eq_ignore_ascii_case(text));
    let mut headings = std::iter::once(result.to_owned()).chain(marked);
    headings.find(is_free).unwrap_or_default()
}

fn started(record: &CaseRecord) -> Option<&CaseRecord> {
    Some(record).filter(|record| record.has_started())
}

/// Returns the record of a case whose start is known.
fn placed<'a>(report: &RunReport, record: &'a CaseRecord) -> Option<&'a CaseRecord> {
    started(record).filter(|_| report.source.has_starts())
}

/// Returns the record of a case whose dispatch is known.
fn dispatched<'a>(report: &RunReport, record: &'a CaseRecord) -> Option<&'a CaseRecord> {
    started(record).filter(|_| report.source.has_dispatch())
}

/// Returns the headings of the results behind the outputs.
pub(crate) fn result_headings() -> [&'static str; RESULTS.len()] {
    RESULTS.map(|(heading, _)| heading)
}

/// Whether a heading in a file is this result, perhaps marked.
pub(crate) fn is_result_heading(heading: &str, result: &str) -> bool {
    heading.strip_prefix(result).is_some_and(|rest| rest.is_empty() || rest.starts_with(MARK))
}

impl Exportable for RunReport {
    fn document(&self, extent: Extent) -> ReportDocument<'_> {
        run_document(self, extent)
    }

    fn write_json(&self, to: &mut dyn Write) -> io::Result<()> {
        serialize(self, to)
    }

    fn title(&self) -> &'static str {
        "Cases"
    }

    fn is_run(&self) -> bool {
        true
    }

    fn facts(&self) -> Vec<FactTable> {
        let table = |title, facts| FactTable { title, facts };
        vec![table("Summary", summary_facts(self)), table("Run", run_facts(self))]
    }

    fn runs(&self) -> Vec<(Cow<'_, str>, &RunReport)> {
        let (plan, workload) = (&self.frozen.plan, <&str>::from(self.frozen.workload));
        if let Some(log) = self.source.log() {
            return vec![(log_text(log, plan.workers).into(), self)];
        }
        let (strategy, workers) = (<&str>::from(plan.strategy), count(plan.workers, "worker"));
        vec![(format!("{workload}, {strategy}, {workers}").into(), self)]
    }

    /// Passes one row per case to `sink`: name, x, y and all extra columns, then the
    /// outputs and other results. As CSV they can be read again as a case table. Inputs keep their
    /// headings; a result with the same one is marked as a result.
    fn write_rows(&self, sink: &mut RowSink<'_>) -> io::Result<()> {
        let extra = self.frozen.cases.extra_columns();
        let columns = extra.iter().map(|(heading, _)| heading.as_str());
        let outputs = self.frozen.value_names();
        let results = outputs.iter().copied().chain(result_headings());
        let mut headings: Vec<String> =
            INPUTS.into_iter().chain(columns).map(str::to_owned).collect();
        for result in results {
            headings.push(free_heading(result, &headings));
        }
        sink(&headings.into_iter().map(Cell::from).collect::<Vec<_>>())?;
        let mut row =
            Vec::with_capacity(INPUTS.len() + extra.len() + outputs.len() + RESULTS.len());
        for (case, record) in self.cases() {
            row.clear();
            let input = |x: f64| Some(x).filter(|_| self.frozen.has_inputs);
            row.extend([case.name.into(), input(case.x).into(), input(case.y).into()]);
            row.extend(extra.iter().map(|(_, column)| Cell::of_text(column.get(case.index))));
            row.extend((0..outputs.len()).map(|output| self.value(case.index, output).into()));
            row.extend(RESULTS.iter().map(|(_, cell)| cell(self, case.index, record)));
            sink(&row)?;
        }
        Ok(())
    }
}

impl Exportable for Prediction {
    fn document(&self, _: Extent) -> ReportDocument<'_> {
        let Self { strategy, workers, order, total_s, between_s, lower_bound_s } = *self;
        let (strategy, order): (&str, &str) = (strategy.into(), order.into());
        let (workers, total) = (count(workers, "worker"), duration(total_s));
        let overhead = match between_s {
            Some(between_s) => format!("with {} between two cases", precise_duration(between_s)),
            None => "without any overhead".to_owned(),
        };
        let answer = format!("{strategy}, {workers}, order {order}: {total} {overhead}");
        let bound = format!("lower bound: {}", duration(lower_bound_s));
        let row = |name: &str, total_s| TotalRow {
            name: name.to_owned(),
            total_s: Some(total_s),
            interval_s: None,
        };
        let rows = [row("predicted total", total_s), row("lower bound", lower_bound_s)];
        ReportDocument {
            title: "Prediction".into(),
            introduction: Vec::new(),
            answer: vec![DocumentPart::Headline(answer), DocumentPart::Sentence(bound)],
            details: vec![DocumentPart::Chart(ChartRole::Main, totals_picture("Totals", &rows))],
        }
    }

    fn write_json(&self, to: &mut dyn Write) -> io::Result<()> {
        serialize(self, to)
    }

    fn write_rows(&self, sink: &mut RowSink<'_>) -> io::Result<()> {
        const COLUMNS: [ListColumn<Prediction>; 5] = [
            ("strategy", |prediction| <&str>::from(prediction.strategy).into()),
            ("workers", |prediction| prediction.workers.into()),
            ("order", |prediction| <&str>::from(prediction.order).into()),
            ("total_s", |prediction| prediction.total_s.into()),
            ("lower_bound_s", |prediction| prediction.lower_bound_s.into()),
        ];
        write_list(&COLUMNS, &[*self], sink)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;
    use crate::report::export::csv::write_tabs;
    use crate::report::fixtures;
    use crate::report::fixtures::MACHINE;
    use crate::run::replay;
    use crate::study::{CaseTable, Lengths, Strategy};

    #[test]
    fn a_result_with_the_heading_of_an_input_is_marked() {
        let taken = ["name", "x", "y", "Value", "status", "status (result)"].map(str::to_owned);
        let free = ["value", "status", "error"].map(|result| free_heading(result, &taken));
        assert_eq!(free, ["value (result)", "status (result 2)", "error"]);
    }

    #[test]
    fn inputs_come_first_and_unknown_figures_are_empty() {
        let mut cases = CaseTable::with_extra_columns(vec!["mesh".to_owned()]);
        cases.push("=a", 0.5, -2.0, &["fine"]);
        let plan = fixtures::plan(Strategy::Threads, 1);
        let frozen = fixtures::study(cases, Lengths::Seconds(vec![0.5]), plan);
        let state = replay(&frozen);
        let report = RunReport::new(Arc::new(frozen), state, MACHINE);
        let mut text = Vec::new();
        write_tabs(&report, None, &mut text).unwrap();
        let mut without_rows = Vec::new();
        write_tabs(&report, Some(&BTreeSet::from([1])), &mut without_rows).unwrap();
        assert!(text.starts_with(&without_rows) && without_rows.ends_with(b"queued_s\n"));
        let text = String::from_utf8(text).unwrap().replace('\t', "|");
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some(
                "name|x|y|mesh|value|status|error|lane|dispatch_index|start_s|end_s|time_s|\
                 waited_s|cpu_s|intended_s|memory_bytes|attempts|session|host|queued_s"
            )
        );
        assert_eq!(lines.next(), Some("'=a|0.5|-2|fine||done||0|0|0|0.5|0.5|||0.5||1|0||"));
    }
}
