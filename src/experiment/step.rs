//! The runs of an experiment, planned and finished.

use std::fmt;
use std::sync::Arc;

use crate::report::RunReport;
use crate::study::Study;
use crate::workload::Workload;

#[derive(Clone)]
pub struct RunStep {
    /// Name in reports, shared by all repeats.
    pub label: String,
    pub study: Study,
    /// Calculation: the study's workload or a variant of it.
    pub workload: Arc<dyn Workload>,
    /// Whether the run counts; a warm-up does not.
    pub counts: bool,
}

impl fmt::Debug for RunStep {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { label, study, counts, .. } = self;
        to.debug_struct("RunStep")
            .field("label", label)
            .field("study", study)
            .field("counts", counts)
            .finish()
    }
}

#[derive(Debug, Clone)]
pub struct LabelledRun {
    pub label: String,
    pub report: Arc<RunReport>,
}
