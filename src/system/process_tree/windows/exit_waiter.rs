//! The job of this process and its programs.

use std::sync::OnceLock;

use super::job::KillOnCloseJob;
use crate::system::hangup::Hangup;

/// Waits for the programs of this process to exit or for the run to close its pipe.
pub(crate) struct ExitWaiter {
    pub(super) hangup: Hangup,
    /// The job of this process; `None` if the system refused it.
    job: Option<&'static KillOnCloseJob>,
    /// Processes of the job that are no programs of a case, such as the console of this process.
    companions: Vec<u32>,
}

impl ExitWaiter {
    /// Creates the waiter of this process, and the job to which all its programs belong.
    pub(crate) fn new(hangup: Hangup) -> Self {
        let job = own_job();
        let companions = job.and_then(KillOnCloseJob::others).unwrap_or_default();
        Self { hangup, job, companions }
    }

    /// Does nothing: the thread that waits for the program ends it.
    #[expect(clippy::unused_self, reason = "the same interface on every system")]
    pub(crate) fn end_programs(&self) {}

    /// Kills everything that this process and its programs started; this process too if that
    /// is too much to list.
    pub(crate) fn kill_programs(&self) {
        if let Some(job) = self.job {
            job.end_others();
        }
    }

    /// Pins this process and the programs that it starts to these CPUs.
    pub(crate) fn pin_programs(&self, cpus: &[u32]) {
        if let Some(job) = self.job {
            job.pin(cpus);
        }
    }

    /// Returns the processes of the program that runs; `None` if they are too many to list.
    pub(super) fn programs(&self) -> Option<Vec<u32>> {
        let mut processes = self.job.map_or_else(|| Some(Vec::new()), KillOnCloseJob::others)?;
        processes.retain(|pid| !self.companions.contains(pid));
        Some(processes)
    }
}

/// Returns the job of this process, which lasts as long as the process.
fn own_job() -> Option<&'static KillOnCloseJob> {
    static JOB: OnceLock<Option<KillOnCloseJob>> = OnceLock::new();

    let create = || {
        let job = KillOnCloseJob::create(false).ok()?;
        job.add_this_process().ok().map(|()| job)
    };
    JOB.get_or_init(create).as_ref()
}
