//! One run of an experiment: before it, and after it.

use std::fmt;
use std::sync::Arc;

use crate::report::RunReport;
use crate::study::Study;
use crate::workload::Workload;

/// A run that is to be made.
#[derive(Clone)]
pub struct RunStep {
    /// What it is called in reports; repeats of one have the same.
    pub label: String,
    /// What is run.
    pub study: Study,
    /// The calculation: that of the study's workload, or a variant of it.
    pub workload: Arc<dyn Workload>,
    /// Whether it counts; what only warms up does not.
    pub counts: bool,
}

impl fmt::Debug for RunStep {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { label, study, counts, .. } = self;
        let mut shown = to.debug_struct("Step");
        shown.field("label", label).field("study", study).field("counts", counts).finish()
    }
}

/// A run that was made.
#[derive(Debug, Clone)]
pub struct LabelledRun {
    /// What it is called.
    pub label: String,
    /// Its report.
    pub report: Arc<RunReport>,
}
