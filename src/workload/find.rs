//! From a workload's name to the workload.

use std::sync::Arc;

use crate::study::WorkloadName;

use super::crash_test::CrashTest;
use super::crunch::Crunch;
use super::demo::Demo;
use super::factorials::Factorials;
use super::power::Power;
use super::random::Random;
use super::wait::Wait;
use super::workload::Workload;

/// The workload of this name.
#[must_use]
pub fn find(name: WorkloadName) -> Arc<dyn Workload> {
    match name {
        WorkloadName::Demo => Arc::new(Demo),
        WorkloadName::Wait => Arc::new(Wait),
        WorkloadName::Crunch => Arc::new(Crunch),
        WorkloadName::Factorials => Arc::new(Factorials),
        WorkloadName::CrashTest => Arc::new(CrashTest),
        WorkloadName::Power => Arc::new(Power),
        WorkloadName::Random => Arc::new(Random),
    }
}

/// One line on what the workload of this name does.
#[must_use]
pub fn description(name: WorkloadName) -> &'static str {
    find(name).description()
}
