//! From a workload's name to the workload.

use std::sync::Arc;

use crate::study::WorkloadName;

use super::crunch::Crunch;
use super::demo::Demo;
use super::wait::Wait;
use super::workload::Workload;

/// The workload of this name.
#[must_use]
pub fn find(name: WorkloadName) -> Arc<dyn Workload> {
    match name {
        WorkloadName::Demo => Arc::new(Demo),
        WorkloadName::Wait => Arc::new(Wait),
        WorkloadName::Crunch => Arc::new(Crunch),
    }
}

/// One line on what the workload of this name does.
#[must_use]
pub fn description(name: WorkloadName) -> &'static str {
    find(name).description()
}
