//! Stand-in for the process pool on systems without worker processes: there,
//! processes share no clock, so their times could not be compared.

use crate::engine::pool::run_job::RunJob;

const UNSUPPORTED: &str = "this system does not support worker processes: processes share no \
                           clock; use another strategy, such as threads";

#[expect(clippy::unused_self, reason = "used on systems with worker processes")]
impl RunJob {
    /// Refuses to run.
    pub(crate) fn run_in_processes(&self) -> Result<(), String> {
        Err(UNSUPPORTED.to_owned())
    }

    pub(crate) fn work_in_process(&self, _requested_ns: Option<u64>) {}
}

/// Fails, because this system does not support worker processes.
pub fn worker_main() -> Result<(), String> {
    Err(UNSUPPORTED.to_owned())
}
