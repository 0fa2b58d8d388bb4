//! Finds a workload by name.

use std::sync::Arc;

use crate::study::{KeepOutput, Program, Study, WorkloadName};

use super::calculations::command::CommandWorkload;
use super::calculations::crash_test::CrashTest;
use super::calculations::crunch::Crunch;
use super::calculations::demo::Demo;
use super::calculations::factorials::Factorials;
use super::calculations::power::Power;
use super::calculations::random::Random;
use super::calculations::wait::Wait;
use super::workload::Workload;

/// Returns the workload with this name; `command` without its program.
pub fn find(name: WorkloadName) -> Arc<dyn Workload> {
    match name {
        WorkloadName::Demo => Arc::new(Demo),
        WorkloadName::Wait => Arc::new(Wait),
        WorkloadName::Crunch => Arc::new(Crunch),
        WorkloadName::Factorials => Arc::new(Factorials),
        WorkloadName::CrashTest => Arc::new(CrashTest),
        WorkloadName::Power => Arc::new(Power),
        WorkloadName::Random => Arc::new(Random),
        WorkloadName::Command => Arc::new(CommandWorkload(None)),
    }
}

/// Returns the workload of a study, with its program if it has one.
pub fn workload_for(study: &Study) -> Arc<dyn Workload> {
    workload_of(study.workload, study.program.as_ref())
}

/// Returns the workload with this name, with the program that `command` runs.
pub fn workload_of(name: WorkloadName, program: Option<&Arc<Program>>) -> Arc<dyn Workload> {
    match name {
        WorkloadName::Command => Arc::new(CommandWorkload(program.cloned())),
        name => find(name),
    }
}

/// Returns the workload of a study without keeping any output of its program, for
/// runs of which only times and values count.
pub fn workload_for_timing(study: &Study) -> Arc<dyn Workload> {
    let mut study = study.clone();
    if let Some(program) = &mut study.program {
        Arc::make_mut(program).keep_output = KeepOutput::None;
    }
    workload_for(&study)
}

/// Returns one line on the work of this workload.
pub fn description(name: WorkloadName) -> &'static str {
    find(name).description()
}
