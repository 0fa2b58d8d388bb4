//! Case lengths: how long each case takes when it runs alone.

use crate::run::{CaseRecord, RunState};
use crate::schedule::ns_from_s;
use crate::study::FrozenStudy;

/// Lengths of all cases of a run, in listed order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CaseLengths {
    /// Time each case takes while no other is running, in nanoseconds.
    pub(crate) lengths_ns: Vec<u64>,
    /// CPU time of all cases in nanoseconds, which the cores have to share; 0 if the
    /// lengths are intended waits.
    pub(crate) computing_ns: u64,
}

impl CaseLengths {
    /// Takes the intended times, else CPU plus waited time of each case once all are done.
    ///
    /// Times from a measured series total are not used: they belong to another run, and
    /// the noise of the machine put the lower bound above the total.
    pub(crate) fn of(frozen: &FrozenStudy, state: &RunState) -> Option<Self> {
        if let Some(seconds) = frozen.lengths.seconds() {
            let lengths_ns = seconds.iter().copied().map(ns_from_s).collect();
            return Some(Self { lengths_ns, computing_ns: 0 });
        }
        if !state.all_done() {
            return None;
        }
        let records = state.records.iter();
        let lengths_ns = records.map(CaseRecord::busy_ns).collect::<Option<_>>()?;
        let computing_ns = state.records.iter().filter_map(|record| record.cpu_ns).sum();
        Some(Self { lengths_ns, computing_ns })
    }

    /// Time these cores need for all the computing, in nanoseconds: a lower bound for
    /// any number of workers.
    pub(crate) fn cores_bound_ns(&self, cores: u32) -> u64 {
        self.computing_ns.div_ceil(u64::from(cores.max(1)))
    }
}
