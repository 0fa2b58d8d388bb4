//! Why a run cannot be predicted.

use crate::study::MAX_CASE_LANES;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PredictError {
    #[error("row {row} has no time: {status}; predict from a run in which all cases are done")]
    NoTime {
        /// Row of the case, from 1.
        row: usize,
        status: &'static str,
    },
    /// Programs that compute, more of them at once than there are CPUs; holds the number of CPUs.
    #[error(
        "the time each program takes alone is unknown: more programs ran at once than there are \
         CPUs, and slowed each other down; run at most {0} at once, or run a sweep"
    )]
    Stretched(u32),
    /// The virtual clock counts nanoseconds in 64 bits.
    #[error("the cases take more than 584 years in total, the limit of the virtual clock")]
    TooLong,
    /// The strategy all-at-once has a thread per case.
    #[error(
        "strategy all-at-once starts at most {MAX_CASE_LANES} cases, found {0}; use another \
         strategy, such as threads"
    )]
    TooManyAtOnce(usize),
}
