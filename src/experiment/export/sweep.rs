//! Sweeps in every format; as JSON `caselanes.sweep/1`.

use std::io::{self, Write};

use super::comparison::{incomplete_runs, joined, or_dash, run_counts, time_or_dash};
use crate::experiment::{Interval, SweepPoint, SweepReport};
use crate::report::{
    AdviceText, ChartRole, DocumentPart, DocumentTable, Exportable, Extent, ListColumn,
    MeasuredTotal, ReportDocument, RowSink, WorkersCurve, WorkersDiagram, WorkersPoint, serialize,
    write_list,
};
use crate::text::{TextColumnOf, column_factor, count, grouped, percent, signed_percent};

/// Smallest stretch, as a share of the cases' own time with one worker, that is
/// reported as a disturbance by other programs.
const DISTURBED: f64 = 0.1;

const TEXT_COLUMNS: [TextColumnOf<SweepPoint>; 9] = [
    ("workers", |point| point.workers.to_string()),
    ("total", |point| time_or_dash(point.total_s.map(|total_s| total_s.median))),
    ("from", |point| time_or_dash(point.total_s.map(|total_s| total_s.low))),
    ("to", |point| time_or_dash(point.total_s.map(|total_s| total_s.high))),
    ("speed-up", |point| or_dash(point.speedup, |factor| column_factor(factor, 'x'))),
    ("efficiency", |point| or_dash(point.efficiency, percent)),
    ("predicted", |point| time_or_dash(point.predicted_s)),
    ("error", |point| or_dash(point.error(), signed_percent)),
    // Only if a sample ran.
    ("all cases", |point| time_or_dash(point.all_s)),
];

const COLUMNS: [ListColumn<SweepPoint>; 9] = [
    ("workers", |point| point.workers.into()),
    ("total_s", |point| point.total_s.map(|total_s| total_s.median).into()),
    ("low_s", |point| point.total_s.map(|total_s| total_s.low).into()),
    ("high_s", |point| point.total_s.map(|total_s| total_s.high).into()),
    ("speedup", |point| point.speedup.into()),
    ("efficiency", |point| point.efficiency.into()),
    ("predicted_s", |point| point.predicted_s.into()),
    ("repeats_s", |point| joined(&point.repeats_s).into()),
    ("all_cases_predicted_s", |point| point.all_s.into()),
];

impl Exportable for SweepReport {
    fn document(&self, extent: Extent) -> ReportDocument<'_> {
        let columns = TEXT_COLUMNS.len() - usize::from(self.part.is_none());
        let table =
            DocumentTable::of_list("Worker counts", &TEXT_COLUMNS[..columns], &[], &self.points);
        let AdviceText { lead, rest } = &self.advice.text;
        let mut answer = match extent {
            Extent::Brief => vec![DocumentPart::Sentence(self.advice.text.to_string())],
            Extent::Charts | Extent::Full => {
                let rest = Some(rest.clone()).filter(|rest| !rest.is_empty());
                let rest = rest.map(DocumentPart::Sentence);
                [DocumentPart::Headline(lead.clone())].into_iter().chain(rest).collect()
            }
        };
        let sentences = self.advice.details.iter().cloned().chain([evidence(self)]);
        answer.extend(sentences.map(DocumentPart::Sentence));
        ReportDocument {
            title: "Worker counts compared".into(),
            introduction: Vec::new(),
            answer,
            details: vec![
                DocumentPart::Chart(ChartRole::Main, self.diagram().picture()),
                DocumentPart::Table(table),
            ],
        }
    }

    fn write_json(&self, to: &mut dyn Write) -> io::Result<()> {
        serialize(self, to)
    }

    fn write_rows(&self, sink: &mut RowSink<'_>) -> io::Result<()> {
        write_list(&COLUMNS, &self.points, sink)
    }
}

impl SweepReport {
    /// Returns the measured totals, the predicted ones, and the recommendation.
    pub fn diagram(&self) -> WorkersDiagram {
        workers_diagram(self)
    }
}

fn workers_diagram(report: &SweepReport) -> WorkersDiagram {
    let predicted = |point: &SweepPoint| {
        Some(WorkersPoint { workers: point.workers, total_s: point.predicted_s?, bound_s: None })
    };
    let points: Vec<_> = report.points.iter().filter_map(predicted).collect();
    let measured = |point: &SweepPoint| {
        let Interval { median, low, high } = point.total_s?;
        Some(MeasuredTotal { workers: point.workers, median_s: median, low_s: low, high_s: high })
    };
    let advice = &report.advice;
    let measured_kind = report.base.as_ref().map_or("measured", |base| base.parallel_kind());
    let kind = if advice.is_measured { measured_kind } else { "predicted" };
    // A recommendation for all cases does not belong on the chart of a sample.
    let knee = advice.workers.zip(advice.total_s).filter(|_| report.part.is_none());
    let has_curve = !points.is_empty();
    WorkersDiagram {
        curves: has_curve.then(|| WorkersCurve::new(report.scenario, points)).into_iter().collect(),
        measured: report.points.iter().filter_map(measured).collect(),
        measured_kind,
        run: None,
        knee: knee.map(|(workers, total_s)| (workers, total_s, kind)),
    }
}

impl SweepReport {
    /// Explains an efficiency that is clearly above 1.
    pub fn efficiency_remark(&self) -> Option<String> {
        let (workers, share) = self.implausible_efficiency()?;
        Some(format!(
            "The efficiency of {} with {} is above what workers can give: the runs with 1 worker \
             were slow, for example the first ones; sweep again with more repeats.",
            percent(share),
            count(workers, "worker")
        ))
    }
}

/// Explains the number of runs and the source of the predictions.
fn evidence(report: &SweepReport) -> String {
    let repeats = report.points.iter().map(|point| point.repeats_s.len());
    let median = if repeats.clone().all(|runs| runs <= 1) { "" } else { "; total is their median" };
    let runs =
        run_counts(repeats, "worker count").map(|runs| format!("{runs}, interleaved{median}."));
    let runs = runs.unwrap_or_else(|| "No run is complete.".to_owned());
    let implausible = report.efficiency_remark();
    let implausible = implausible.map_or(String::new(), |remark| format!(" {remark}"));
    let incomplete = incomplete_runs(report.points.iter().map(|point| point.undone).sum());
    let disturbed = report.disturbance().filter(|&share| share > DISTURBED);
    let predicted = match (&report.contention, disturbed) {
        _ if report.points.iter().all(|point| point.predicted_s.is_none()) => String::new(),
        (None, _) => " Predicted from the lengths of the cases, without overhead.".to_owned(),
        (Some(_), Some(share)) => format!(
            " Predicted from the cases' CPU times and the contention at the other worker counts. \
             Other programs used the cores during the sweep: with one worker, the cases took {} \
             longer than their CPU and waiting time.",
            percent(share)
        ),
        (Some(contention), None) => format!(
            " Predicted from the cases' CPU times and the contention at the other worker counts: \
             each case that computes at the same time slows a case down by {}.",
            percent(contention.sigma())
        ),
    };
    let part = report.part.map_or(String::new(), |(run, all)| {
        format!(
            " Only {} of {} were run, chosen by their lengths; the time for all of them is \
             predicted.",
            grouped(run),
            count(all, "case")
        )
    });
    format!("{runs}{implausible}{incomplete}{predicted}{part}")
}
