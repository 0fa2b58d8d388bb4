//! The run report: a run, what it ran, where, and its figures.

use std::sync::Arc;

use crate::run::{CaseRecord, RunState};
use crate::schedule::s_from_ns;
use crate::study::{Case, Frozen};

use super::figures::Figures;

/// The machine that a run was on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// How many threads can really run at once.
    pub logical_cpus: u32,
    /// The operating system.
    pub os: &'static str,
}

/// The record of one execution of a study.
#[derive(Debug, Clone)]
pub struct RunReport {
    /// What was run.
    pub frozen: Arc<Frozen>,
    /// What happened.
    pub state: RunState,
    /// Where.
    pub machine: Machine,
    /// What it means.
    pub figures: Figures,
}

impl RunReport {
    /// The report of this run.
    #[must_use]
    pub fn new(frozen: Arc<Frozen>, state: RunState, machine: Machine) -> Self {
        let figures = Figures::of(&frozen, &state);
        Self { frozen, state, machine, figures }
    }

    /// All cases with their records, in listed order.
    pub fn cases(&self) -> impl Iterator<Item = (Case<'_>, &CaseRecord)> {
        self.frozen.cases.iter().zip(self.state.records())
    }

    /// How long each case took in this run, in seconds, if all are done.
    #[must_use]
    pub fn times_s(&self) -> Option<Vec<f64>> {
        let times = || self.state.records().iter().map(|record| s_from_ns(record.time_ns()));
        self.state.all_done().then(|| times().collect())
    }

    /// Why this case failed, if it did.
    #[must_use]
    pub fn error(&self, case: usize) -> Option<&str> {
        self.state.error(u32::try_from(case).ok()?)
    }
}
