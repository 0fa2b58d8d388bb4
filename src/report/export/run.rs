//! Run reports and predictions in every format.

use std::io::{self, Write};

use super::exporter::{Exportable, RowSink};
use super::json::serialize;
use super::run_rows::write_run_rows;
use super::run_text::write_run_text;
use crate::report::predict::Prediction;
use crate::report::run_report::RunReport;
use crate::text::{count, duration};

impl Exportable for RunReport {
    fn write_text(&self, to: &mut dyn Write) -> io::Result<()> {
        write_run_text(self, to)
    }

    fn write_json(&self, to: &mut dyn Write) -> io::Result<()> {
        serialize(self, to)
    }

    fn write_rows(&self, sink: &mut RowSink<'_>) -> io::Result<()> {
        write_run_rows(self, sink)
    }

    fn run_report(&self) -> Option<&RunReport> {
        Some(self)
    }
}

impl Exportable for Prediction {
    fn write_text(&self, to: &mut dyn Write) -> io::Result<()> {
        let Self { strategy, workers, order, total_s, lower_bound_s } = *self;
        let (strategy, order): (&str, &str) = (strategy.into(), order.into());
        let (workers, total) = (count(workers, "worker"), duration(total_s));
        writeln!(to, "{strategy}, {workers}, order {order}: {total} without any overhead")?;
        writeln!(to, "lower bound: {}", duration(lower_bound_s))
    }

    fn write_json(&self, to: &mut dyn Write) -> io::Result<()> {
        serialize(self, to)
    }

    fn write_rows(&self, sink: &mut RowSink<'_>) -> io::Result<()> {
        let Self { strategy, workers, order, total_s, lower_bound_s } = *self;
        sink(&["strategy", "workers", "order", "total_s", "lower_bound_s"].map(Into::into))?;
        sink(&[
            <&str>::from(strategy).into(),
            workers.into(),
            <&str>::from(order).into(),
            total_s.into(),
            lower_bound_s.into(),
        ])
    }
}
