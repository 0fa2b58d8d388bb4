//! How long the cases of a run are, as far as that is known.

use crate::run::{CaseRecord, RunState};
use crate::schedule::ns_from_s;
use crate::study::Frozen;

/// The lengths of all cases of a run, in listed order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Known {
    /// How long each takes when nothing else is in work, in nanoseconds.
    pub(super) lengths_ns: Vec<u64>,
    /// How much of that is computing, which cores that are shared do one after
    /// another: the sum of all cases in nanoseconds. 0 where the cases are meant
    /// to wait.
    pub(super) computing_ns: u64,
}

impl Known {
    /// From the times that the cases are meant to wait, else the CPU time plus
    /// the waited time of each in this run, once all are done. Times alone, from
    /// a measured series total, are of another run: with them the noise of the
    /// machine put the lower bound above the total.
    pub(super) fn of(frozen: &Frozen, state: &RunState) -> Option<Self> {
        if let Some(seconds) = frozen.lengths.seconds() {
            let lengths_ns = seconds.iter().copied().map(ns_from_s).collect();
            return Some(Self { lengths_ns, computing_ns: 0 });
        }
        if !state.all_done() {
            return None;
        }
        let records = state.records().iter();
        let lengths_ns = records.map(CaseRecord::own_ns).collect::<Option<_>>()?;
        let computing_ns = state.records().iter().filter_map(|record| record.cpu_ns).sum();
        Some(Self { lengths_ns, computing_ns })
    }

    /// The time below which so many cores cannot do the computing, whatever the
    /// workers, in nanoseconds.
    pub(super) fn cores_bound_ns(&self, cores: u32) -> u64 {
        self.computing_ns.div_ceil(u64::from(cores.max(1)))
    }
}
