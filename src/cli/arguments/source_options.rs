//! Options that name the cases and their calculation.

use std::path::PathBuf;

use clap::Args;

use super::study_options::choice;
use crate::study::{DecimalSign, Separator, TableOptions, TextEncoding, WorkloadName};
use crate::workload::description;

#[derive(Debug, Args)]
pub(crate) struct SourceOptions {
    /// Study file with cases, workload and plan; options override it
    #[arg(value_name = "STUDY")]
    pub(crate) study: Option<PathBuf>,

    /// Cases: a CSV file or a workbook (.xlsx, .xlsb, .xls, .ods) with the columns name, x
    /// and y; - is standard input
    /// [default: those of the study file, else the three of the demo]
    #[arg(long, value_name = "FILE")]
    pub(crate) cases: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) reading: ReadingOptions,

    /// Calculation that each case goes through [default: demo]
    #[arg(long, value_name = "NAME")]
    #[arg(value_parser = choice(description))]
    pub(crate) workload: Option<WorkloadName>,
}

/// How the table of cases is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading the table of cases")]
pub(crate) struct ReadingOptions {
    /// Separator of the cells: comma, semicolon or tab [default: the one of the header]
    #[arg(long, value_name = "NAME", value_parser = Separator::parse)]
    separator: Option<Separator>,

    /// Decimal sign: point or comma; the other one groups thousands [default: point; with
    /// semicolon or tab either, unless that is ambiguous]
    #[arg(long, value_name = "NAME", value_parser = DecimalSign::parse)]
    decimal: Option<DecimalSign>,

    /// Encoding of the text, such as utf-8, windows-1252 or utf-16le [default: UTF-8, or the
    /// one of the byte order mark]
    #[arg(long, value_name = "NAME", value_parser = TextEncoding::parse)]
    encoding: Option<TextEncoding>,

    /// The first row is a case; the columns are name, x, y and others, or x and y only
    #[arg(long)]
    no_header: bool,

    /// Sheet of the workbook with the cases [default: the first]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
}

impl ReadingOptions {
    pub(crate) fn table_options(&self) -> TableOptions {
        let Self { separator, decimal, encoding, no_header, sheet } = self;
        let (separator, decimal, encoding) = (*separator, *decimal, *encoding);
        TableOptions { separator, decimal, encoding, no_header: *no_header, sheet: sheet.clone() }
    }
}
