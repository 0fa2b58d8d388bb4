//! From a workload's name to the workload.

use std::sync::Arc;

use crate::study::{KeepOutput, Program, Study, WorkloadName};

use super::command::CommandWorkload;
use super::crash_test::CrashTest;
use super::crunch::Crunch;
use super::demo::Demo;
use super::factorials::Factorials;
use super::power::Power;
use super::random::Random;
use super::wait::Wait;
use super::workload::Workload;

/// The workload of this name; `command` is without its program.
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
        WorkloadName::Command => Arc::new(CommandWorkload::default()),
    }
}

/// The workload of this study, with the program that it may have.
#[must_use]
pub fn calculation(study: &Study) -> Arc<dyn Workload> {
    match study.workload {
        WorkloadName::Command => Arc::new(CommandWorkload::new(study.program.clone())),
        name => find(name),
    }
}

/// The same where only values and times count: of what a program prints nothing
/// is kept.
#[must_use]
pub fn timed_calculation(study: &Study) -> Arc<dyn Workload> {
    let quiet = |program: &Arc<Program>| {
        let keep_output = KeepOutput::None;
        Arc::new(Program { keep_output, ..Program::clone(program) })
    };
    let program = study.program.as_ref().map(quiet);
    calculation(&Study { program, ..study.clone() })
}

/// One line on what the workload of this name does.
#[must_use]
pub fn description(name: WorkloadName) -> &'static str {
    find(name).description()
}
