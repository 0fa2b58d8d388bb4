//! Sweeps in every format; as JSON `caselanes.sweep/1`.

use std::io::{self, Write};

use super::comparison::{incomplete_runs, joined, time_or_dash};
use crate::experiment::statistics::interval::Interval;
use crate::experiment::sweep::point::SweepPoint;
use crate::experiment::sweep::report::SweepReport;
use crate::report::{Exportable, RowSink, serialize};
use crate::text::{Columns, ascii_factor, count, paragraph, percent, signed_percent};

/// Smallest stretch, as a share of the cases' own time with one worker, that is
/// reported as a disturbance by other programs.
const DISTURBED: f64 = 0.1;

impl Exportable for SweepReport {
    fn write_text(&self, to: &mut dyn Write) -> io::Result<()> {
        let headings = [
            "workers",
            "total",
            "from",
            "to",
            "speed-up",
            "efficiency",
            "predicted",
            "error",
            "all cases",
        ];
        let columns = headings.len() - usize::from(self.part.is_none());
        let mut rows = vec![headings.map(str::to_owned).to_vec()];
        rows.extend(self.points.iter().map(cells));
        rows.iter_mut().for_each(|row| row.truncate(columns));
        Columns::new(columns, &[]).write_all(&rows, to)?;
        writeln!(to)?;
        write!(to, "{}", paragraph(&self.advice.text.to_string(), "", ""))?;
        for detail in &self.advice.details {
            write!(to, "{}", paragraph(detail, "", ""))?;
        }
        write!(to, "{}", paragraph(&evidence(self), "", ""))
    }

    fn write_json(&self, to: &mut dyn Write) -> io::Result<()> {
        serialize(self, to)
    }

    fn write_rows(&self, sink: &mut RowSink<'_>) -> io::Result<()> {
        sink(
            &[
                "workers",
                "total_s",
                "low_s",
                "high_s",
                "speedup",
                "efficiency",
                "predicted_s",
                "repeats_s",
                "all_cases_predicted_s",
            ]
            .map(Into::into),
        )?;
        for point in &self.points {
            sink(&[
                point.workers.into(),
                point.total_s.map(|total_s| total_s.median).into(),
                point.total_s.map(|total_s| total_s.low).into(),
                point.total_s.map(|total_s| total_s.high).into(),
                point.speedup.into(),
                point.efficiency.into(),
                point.predicted_s.into(),
                joined(&point.repeats_s).as_str().into(),
                point.all_s.into(),
            ])?;
        }
        Ok(())
    }
}

fn cells(point: &SweepPoint) -> Vec<String> {
    let total = |part: fn(&Interval) -> f64| time_or_dash(point.total_s.as_ref().map(part));
    vec![
        point.workers.to_string(),
        total(|total_s| total_s.median),
        total(|total_s| total_s.low),
        total(|total_s| total_s.high),
        point.speedup.map_or("-".to_owned(), ascii_factor),
        point.efficiency.map_or("-".to_owned(), percent),
        time_or_dash(point.predicted_s),
        point.error().map_or("-".to_owned(), signed_percent),
        time_or_dash(point.all_s),
    ]
}

/// Explains the number of runs and the source of the predictions.
fn evidence(report: &SweepReport) -> String {
    let runs = report.points.iter().map(|point| point.repeats_s.len());
    let (fewest, most) = (runs.clone().min().unwrap_or(0), runs.max().unwrap_or(0));
    let runs = match (fewest, most) {
        (1, 1) => "1 run per worker count.".to_owned(),
        _ if fewest == most => {
            format!("{most} runs per worker count, interleaved; total is their median.")
        }
        _ => format!("{fewest} to {most} runs per worker count; total is their median."),
    };
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
            " Only {run} of {} were run, chosen by their lengths; the time for all of them is \
             predicted.",
            count(all, "case")
        )
    });
    format!("{runs}{incomplete}{predicted}{part}")
}
