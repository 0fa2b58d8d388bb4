//! The throughput of each number of cores per case in every format; as JSON `caselanes.plan/1`.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::exporter::{Exportable, ListColumn, RowSink, write_list};
use super::json::serialize;
use crate::report::document::report_document::{
    DocumentPart, DocumentTable, Extent, ReportDocument,
};
use crate::report::predict::throughput::{Throughput, ThroughputPlan};
use crate::text::{TextColumnOf, count, duration, grouped, list, size_text};

const TEXT_COLUMNS: [TextColumnOf<Throughput>; 5] = [
    ("cores per case", |row| row.need.cores.to_string()),
    ("time", |row| duration(row.need.time_s)),
    ("at once", |row| grouped(row.at_once)),
    ("per hour", |row| format!("{:.1}", row.per_hour)),
    ("", |row| if row.is_best { "best" } else { "" }.to_owned()),
];

const COLUMNS: [ListColumn<Throughput>; 4] = [
    ("cores", |row| row.need.cores.into()),
    ("at_once", |row| row.at_once.into()),
    ("per_hour", |row| row.per_hour.into()),
    ("best", |row| row.is_best.into()),
];

#[derive(Serialize)]
struct PlanJson {
    schema: &'static str,
    rows: Vec<PlanRowJson>,
}

#[derive(Serialize)]
struct PlanRowJson {
    cores: u32,
    at_once: u64,
    per_hour: f64,
    best: bool,
}

impl Serialize for ThroughputPlan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = |row: &Throughput| {
            let Throughput { need, at_once, per_hour, is_best } = *row;
            PlanRowJson { cores: need.cores, at_once, per_hour, best: is_best }
        };
        let rows = self.rows.iter().map(row).collect();
        PlanJson { schema: "caselanes.plan/1", rows }.serialize(serializer)
    }
}

impl Exportable for ThroughputPlan {
    fn document(&self, _: Extent) -> ReportDocument<'_> {
        let table = DocumentTable::of_list(
            "Cases at once and per hour",
            &TEXT_COLUMNS,
            &[TEXT_COLUMNS.len() - 1],
            &self.rows,
        );
        ReportDocument {
            title: "Cores per case".into(),
            introduction: Vec::new(),
            answer: vec![DocumentPart::Headline(self.answer())],
            details: vec![DocumentPart::Table(table)],
        }
    }

    fn write_json(&self, to: &mut dyn Write) -> io::Result<()> {
        serialize(self, to)
    }

    fn write_rows(&self, sink: &mut RowSink<'_>) -> io::Result<()> {
        write_list(&COLUMNS, &self.rows, sink)
    }
}

impl ThroughputPlan {
    /// Names the best number of cores per case.
    pub fn answer(&self) -> String {
        let budget = &self.budget;
        let limits = [
            budget.cores.map(|cores| count(cores, "core")),
            budget.tokens.map(|tokens| count(tokens, "token")),
            budget.memory_bytes.map(|bytes| format!("{} of memory", size_text(bytes))),
        ];
        let limits = list(limits.into_iter().flatten());
        match self.best() {
            Some(best) => format!(
                "With {limits}, {} on {} each are best: {:.1} cases an hour",
                count(best.at_once, "case"),
                count(best.need.cores, "core"),
                best.per_hour
            ),
            None => format!("No case fits into {limits}"),
        }
    }
}
