//! What the examples are built from.

use std::sync::Arc;

use crate::study::{CaseTable, Order, Plan, Setup, Strategy, Study, WorkloadName};
use crate::workload::{Workload, find};

use crate::experiment::step::RunStep;

/// Cases of these names, x and y.
pub(super) fn table<'a>(rows: impl IntoIterator<Item = (&'a str, f64, f64)>) -> CaseTable {
    let mut cases = CaseTable::default();
    for (name, x, y) in rows {
        cases.push(name, x, y, &[]);
    }
    cases
}

/// This strategy with so many workers, in listed order.
pub(super) fn setup(strategy: Strategy, workers: u32) -> Setup {
    Setup { strategy, workers: Some(workers), order: Some(Order::Listed) }
}

/// A strategy that has its own number of workers, in listed order.
pub(super) fn alone(strategy: Strategy) -> Setup {
    Setup { strategy, workers: None, order: Some(Order::Listed) }
}

/// What several steps of an example have in common.
#[derive(Clone)]
pub(super) struct Common<'a> {
    cases: CaseTable,
    name: WorkloadName,
    workload: Arc<dyn Workload>,
    plan: &'a Plan,
}

impl<'a> Common<'a> {
    /// These cases of this workload, with time scale, seed and clock of the plan.
    pub(super) fn new(cases: CaseTable, name: WorkloadName, plan: &'a Plan) -> Self {
        Self { cases, name, workload: find(name), plan }
    }

    /// The same with a variant of the workload.
    pub(super) fn with(self, workload: Arc<dyn Workload>) -> Self {
        Self { workload, ..self }
    }

    /// The step of this label and setup.
    pub(super) fn step(&self, label: impl Into<String>, setup: Setup) -> RunStep {
        let Plan { seed, time_scale, clock, .. } = *self.plan;
        let plan = setup.apply_to(&Plan { seed, time_scale, clock, ..Plan::default() });
        RunStep {
            label: label.into(),
            study: Study { cases: self.cases.clone(), workload: self.name, program: None, plan },
            workload: Arc::clone(&self.workload),
            counts: true,
        }
    }
}
