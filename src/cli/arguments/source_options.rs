//! Options that name the cases and their calculation.

use std::path::PathBuf;

use clap::Args;

use super::study_options::choice;
use crate::study::WorkloadName;
use crate::workload::description;

#[derive(Debug, Args)]
pub(crate) struct SourceOptions {
    /// Study file with cases, workload and plan; options override it
    #[arg(value_name = "STUDY")]
    pub(crate) study: Option<PathBuf>,

    /// Cases: a CSV file with the columns name, x and y; - is standard input
    /// [default: those of the study file, else the three of the demo]
    #[arg(long, value_name = "FILE")]
    pub(crate) cases: Option<PathBuf>,

    /// Calculation that each case goes through [default: demo]
    #[arg(long, value_name = "NAME")]
    #[arg(value_parser = choice(description))]
    pub(crate) workload: Option<WorkloadName>,
}
