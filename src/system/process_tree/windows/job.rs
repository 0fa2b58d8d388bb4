use win32job::{ExtendedLimitInfo, Job, JobError};
use winsafe::guard::CloseHandleGuard;
use winsafe::{GetCurrentProcessId, HPROCESS, co};

/// A job object whose processes end with it: when it is dropped, and when the process that
/// owns it ends, however that happens.
pub(crate) struct KillOnCloseJob {
    job: Job,
}

/// A handle of a process. As long as it is open, no other process gets the PID.
pub(super) type ProcessHandle = CloseHandleGuard<HPROCESS>;

impl KillOnCloseJob {
    /// Creates a job. If `may_leave`, its processes can start others outside of it.
    pub(crate) fn create(may_leave: bool) -> Result<Self, JobError> {
        let mut limits = limits(None);
        if may_leave {
            limits.limit_breakaway_ok();
        }
        let job = Job::create_with_limit_info(&limits)?;
        Ok(Self { job })
    }

    /// Adds this process, which ends when the job is dropped, and all that it starts from now on.
    pub(crate) fn add_this_process(&self) -> Result<(), JobError> {
        self.job.assign_current_process()
    }

    /// Pins all processes of the job to these CPUs. An empty list pins nothing.
    /// Where the system does not allow it, they run anywhere.
    pub(super) fn pin(&self, cpus: &[u32]) {
        let bits = cpus.iter().filter_map(|&cpu| 1_usize.checked_shl(cpu));
        let mask = bits.fold(0, |mask, bit| mask | bit);
        self.job.set_extended_limit_info(&limits((mask != 0).then_some(mask))).ok();
    }

    /// Returns the PIDs of the processes of the job, except this process; `None` if there are
    /// more than the 1024 that `win32job` lists.
    pub(super) fn others(&self) -> Option<Vec<u32>> {
        let all = self.job.query_process_id_list().ok()?;
        let all = all.into_iter().filter_map(|pid| u32::try_from(pid).ok());
        Some(all.filter(|&pid| pid != GetCurrentProcessId()).collect())
    }

    /// Ends all processes of the job except this one, unless they are too many to list.
    pub(super) fn end_others(&self) {
        let Some(others) = self.others() else {
            // The job, and with it all its processes, ends with this process.
            HPROCESS::GetCurrentProcess().TerminateProcess(1).ok();
            return;
        };
        let open = |pid| HPROCESS::OpenProcess(co::PROCESS::TERMINATE, false, pid).ok();
        let processes: Vec<_> =
            others.into_iter().filter_map(|pid| Some((pid, open(pid)?))).collect();
        // One that has left the list may have left its PID to another program before it was opened.
        let left = self.others().unwrap_or_default();
        for (_, process) in processes.iter().filter(|(pid, _)| left.contains(pid)) {
            process.TerminateProcess(1).ok();
        }
    }
}

fn limits(affinity: Option<usize>) -> ExtendedLimitInfo {
    let mut limits = ExtendedLimitInfo::new();
    limits.limit_kill_on_job_close();
    if let Some(mask) = affinity {
        limits.limit_affinity(mask);
    }
    limits
}
