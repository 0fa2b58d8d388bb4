//! The options of what a run has to keep to besides its workers.

use clap::Args;

use crate::study::{Limits, Plan, parse_licences, parse_retries, parse_stop_after};
use crate::text::parse_size;

/// What a run has to keep to besides its workers.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitOptions {
    /// How many cases may be in work at once, whatever the workers: as many as
    /// there are licences
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_licences)]
    licences: Option<u32>,

    /// How many times a case that failed or took too long is tried again, after a
    /// pause of 1 s that doubles each time [default: 0]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_retries)]
    retries: Option<u32>,

    /// After so many failed cases nothing more is started; those in work go on
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = parse_stop_after)]
    stop_after: Option<u32>,

    /// With less free memory than this nothing is started: a size such as 500M, 2G
    /// or 1.5GiB
    #[arg(long, value_name = "SIZE", allow_negative_numbers = true, value_parser = parse_size)]
    memory_floor: Option<u64>,
}

impl LimitOptions {
    /// The plan with what is said here in place of what it said.
    pub(crate) fn over(&self, plan: &Plan) -> Plan {
        let limits = Limits {
            licences: self.licences.or(plan.limits.licences),
            retries: self.retries.unwrap_or(plan.limits.retries),
            stop_after: self.stop_after.or(plan.limits.stop_after),
            memory_floor_bytes: self.memory_floor.or(plan.limits.memory_floor_bytes),
        };
        Plan { limits, ..plan.clone() }
    }
}
