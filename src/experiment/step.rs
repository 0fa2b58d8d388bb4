//! The runs of an experiment, planned and finished.

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

#[derive(Debug, Clone)]
pub struct LabelledRun {
    pub label: String,
    pub report: Arc<RunReport>,
}
