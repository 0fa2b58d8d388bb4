//! Arguments of `caselanes plan`.

use std::path::PathBuf;

use clap::Args;

use super::report_options::ReportOptions;
use crate::text::parse_size;

const PLANNING: &str = "\
The table holds what one case needs on each number of cores, as measured; tokens and
memory are optional:
  cores,time_s,tokens,memory
  1,524,50,2G
  4,136,76,3G

Examples:
  caselanes plan solver.csv --tokens 500
  caselanes plan solver.csv --tokens 500 --cores 64 --memory 256G --format json
  caselanes plan run.json --cores 64

In the place of a table, a recorded run whose cases tell their cores, tokens or memory: a JSON
or HTML report, or a run folder. Its resources apply unless others are given.

A limit that is not given does not apply. Of several rows with the same cores, the time is
the median, and tokens and memory are the largest.";

#[derive(Debug, Args)]
#[command(after_help = PLANNING)]
pub(crate) struct PlanArguments {
    /// Table with the columns cores and `time_s`, and optionally tokens and memory, or a recorded
    /// run; - is standard input
    #[arg(value_name = "TABLE")]
    pub(crate) table: PathBuf,

    /// Licence tokens that the running cases share
    #[arg(long, value_name = "N")]
    pub(crate) tokens: Option<u32>,

    /// Cores that the running cases share
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) cores: Option<u32>,

    /// Memory that the running cases share, such as 64G
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(crate) memory: Option<u64>,

    #[command(flatten)]
    pub(crate) report: ReportOptions,
}
