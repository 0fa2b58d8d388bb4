//! Building blocks of the examples.

use std::sync::Arc;

use crate::experiment::step::RunStep;
use crate::study::{CaseTable, Order, Plan, Setup, Strategy, Study, WorkloadName};
use crate::workload::{Workload, find};

/// Builds a table of cases from name, x and y.
pub(super) fn table<'a>(rows: impl IntoIterator<Item = (&'a str, f64, f64)>) -> CaseTable {
    let mut cases = CaseTable::default();
    for (name, x, y) in rows {
        cases.push(name, x, y, &[]);
    }
    cases
}

/// Returns a setup with a worker count, in listed order.
pub(super) fn setup(strategy: Strategy, workers: u32) -> Setup {
    Setup { strategy, workers: Some(workers), order: Some(Order::Listed) }
}

/// Returns a setup whose strategy fixes the worker count, in listed order.
pub(super) fn alone(strategy: Strategy) -> Setup {
    Setup { strategy, workers: None, order: Some(Order::Listed) }
}

/// Common part of several steps of an example.
#[derive(Clone)]
pub(super) struct Common<'a> {
    cases: CaseTable,
    name: WorkloadName,
    workload: Arc<dyn Workload>,
    plan: &'a Plan,
}

impl<'a> Common<'a> {
    /// Combines cases and workload with time scale, seed and clock of the plan.
    pub(super) fn new(cases: CaseTable, name: WorkloadName, plan: &'a Plan) -> Self {
        Self { cases, name, workload: find(name), plan }
    }

    /// Replaces the calculation by a variant of the workload.
    pub(super) fn with(self, workload: Arc<dyn Workload>) -> Self {
        Self { workload, ..self }
    }

    /// Returns a step with this label and setup.
    pub(super) fn step(&self, label: impl Into<String>, setup: Setup) -> RunStep {
        let Plan { seed, time_scale, clock, .. } = *self.plan;
        let plan = setup.apply_to(&Plan { seed, time_scale, clock, ..Plan::default() });
        RunStep {
            label: label.into(),
            study: Study {
                cases: self.cases.clone(),
                workload: self.name,
                program: None,
                plan,
                recipe: None,
            },
            workload: Arc::clone(&self.workload),
            counts: true,
        }
    }
}
