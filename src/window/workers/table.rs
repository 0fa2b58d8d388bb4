//! The table of totals against numbers of workers.

use egui::{CollapsingHeader, RichText, ScrollArea, Ui};
use egui_extras::Column;

use super::texts::{curve_name, gain};
use super::totals::WorkerTotals;
use crate::study::StudyOption;
use crate::text::{Unit, column_factor, grouped, percent, signed_percent};
use crate::window::help::term::{Concept, Term};
use crate::window::theme::BODY;
use crate::window::timeline::table::{UNKNOWN, figures};
use crate::window::widgets::focus::sideways;

const ROW: f32 = 22.0;

pub(crate) fn table(ui: &mut Ui, totals: &WorkerTotals<'_>) {
    let title = RichText::new("Table of totals").size(BODY);
    CollapsingHeader::new(title).show(ui, |ui| {
        sideways(ui, ScrollArea::horizontal().id_salt("table of totals"), |ui| rows(ui, totals));
    });
}

fn rows(ui: &mut Ui, totals: &WorkerTotals<'_>) {
    let columns = columns(totals, Unit::fitting(totals.longest_s()));
    let headings: Vec<_> =
        columns.iter().map(|column| (column.heading.clone(), Some(column.term))).collect();
    let workers = totals.workers();
    let max = (ROW * 14.0).min(ROW * workers.len() as f32 + 60.0);
    let sizes = (Column::auto().at_least(70.0), [40.0, ROW, max]);
    let cell = |column: &TotalsColumn<'_>, row: usize| (column.cell)(workers[row]);
    let text = |cell: Option<String>| cell.unwrap_or_else(|| UNKNOWN.to_owned());
    let cells = |row: usize| columns.iter().map(|column| text(cell(column, row))).collect();
    figures(ui, "Totals by workers", sizes, &headings, (workers.len(), cells));
}

/// A column: its heading and its term, and its text for a number of workers.
struct TotalsColumn<'a> {
    heading: String,
    term: Term,
    cell: Box<dyn Fn(u32) -> Option<String> + 'a>,
}

fn column<'a>(
    heading: impl Into<String>,
    term: impl Into<Term>,
    cell: impl Fn(u32) -> Option<String> + 'a,
) -> TotalsColumn<'a> {
    TotalsColumn { heading: heading.into(), term: term.into(), cell: Box::new(cell) }
}

fn columns<'a>(totals: &'a WorkerTotals<'_>, unit: Unit) -> Vec<TotalsColumn<'a>> {
    let symbol = unit.symbol();
    let figure = move |seconds: f64| format!("{:.3}", unit.of_s(seconds));
    let mut columns =
        vec![column("Workers", StudyOption::Workers, |workers| Some(workers.to_string()))];
    if let Some(run) = totals.run {
        let head = format!("This run [{symbol}]\n{}", run.kind);
        let cell = move |workers| (run.workers == workers).then(|| figure(run.total_s));
        columns.push(column(head, Concept::Total, cell));
    }
    if totals.measured().next().is_some() {
        let kind = totals.kind;
        let of = |workers: u32| Some(totals.measured_with(workers)?.0);
        let total_s = |workers: u32| Some(totals.measured_with(workers)?.1);
        columns.push(column(format!("Sweep [{symbol}]\n{kind}"), Concept::Sweep, move |workers| {
            Some(figure(total_s(workers)?.median))
        }));
        columns.push(column(format!("Interval\n[{symbol}]"), Concept::Interval, move |workers| {
            let total_s = total_s(workers).filter(|total_s| total_s.low < total_s.high)?;
            Some(format!("{} to {}", figure(total_s.low), figure(total_s.high)))
        }));
        columns.push(column(
            format!("Predicted [{symbol}]\nfor the sweep"),
            Concept::Predicted,
            move |workers| of(workers)?.predicted_s.map(figure),
        ));
        columns.push(column("Error of the\nprediction", Concept::Predicted, move |workers| {
            Some(signed_percent(of(workers)?.error()?))
        }));
        if let Some((_, all)) = totals.sweep.and_then(|sweep| sweep.part) {
            let head = format!("All {} cases [{symbol}]\npredicted", grouped(all));
            columns.push(column(head, Concept::Predicted, move |workers| {
                of(workers)?.all_s.map(figure)
            }));
        }
        columns.push(column(format!("Speed-up\n{kind}"), Concept::SpeedUp, move |workers| {
            of(workers)?.speedup.map(|factor| column_factor(factor, '×'))
        }));
        columns.push(column(format!("Efficiency\n{kind}"), Concept::Efficiency, move |workers| {
            of(workers)?.efficiency.map(percent)
        }));
    }
    for curve in &totals.curves {
        let head = format!("Predicted [{symbol}]\n{}", curve_name(curve.scenario));
        columns.push(column(head, Concept::Predicted, move |workers| {
            Some(figure(curve.point(workers)?.total_s))
        }));
    }
    if let Some(curve) = totals.curves.first() {
        let head = format!("Lower bound\n[{symbol}]");
        columns.push(column(head, Concept::LowerBound, move |workers| {
            Some(figure(curve.point(workers)?.lower_bound_s))
        }));
    }
    if let Some(curve) = totals.best() {
        let name = curve_name(curve.scenario);
        columns.push(column(
            format!("Speed-up, predicted\n{name}"),
            Concept::SpeedUp,
            move |workers| Some(column_factor(gain(curve, workers)?.0, '×')),
        ));
        columns.push(column(
            format!("Efficiency, predicted\n{name}"),
            Concept::Efficiency,
            move |workers| Some(percent(gain(curve, workers)?.1)),
        ));
    }
    columns
}
