//! The study: cases, workload and plan.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::study::{CaseTable, Plan, Program, Source, WorkloadName};

/// Content of a study file: cases, workload and plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// Cases.
    pub cases: CaseTable,
    /// Calculation that each case goes through.
    pub workload: WorkloadName,
    /// Program that the workload `command` runs.
    pub program: Option<Arc<Program>>,
    /// How the cases are run.
    pub plan: Plan,
}

impl Default for Study {
    /// The demo.
    fn default() -> Self {
        Self {
            cases: CaseTable::demo(),
            workload: WorkloadName::default(),
            program: None,
            plan: Plan::default(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct OpenedStudy {
    pub study: Study,
    /// Places of the cases in their file.
    pub source: Source,
    /// File that the cases were read from: the study file or the CSV file that it
    /// names; `None` for the cases of the demo.
    pub cases_file: Option<PathBuf>,
    /// Lines of the options of its program, by key.
    pub option_lines: BTreeMap<String, u32>,
}
