//! The format `table`: aligned columns and sentences.

use std::io::{self, Write};

use super::exporter::{Exportable, Exporter, WriteRemark};

/// Tables and sentences for people.
#[derive(Debug, Clone, Copy)]
pub struct TableFormat;

impl Exporter for TableFormat {
    fn name(&self) -> &'static str {
        "table"
    }

    fn description(&self) -> &'static str {
        "tables and a summary, for reading"
    }

    fn write(
        &self,
        content: &dyn Exportable,
        to: &mut dyn Write,
    ) -> io::Result<Option<WriteRemark>> {
        content.write_text(to).map(|()| None)
    }
}
