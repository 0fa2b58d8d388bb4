use std::collections::BTreeMap;

use winsafe::{FILETIME, HPROCESS, co};

use super::job::ProcessHandle;

/// CPU time and memory of the processes of a program. Windows keeps the figures of a process
/// as long as a handle of it is open, so each process is opened when it is seen first.
#[derive(Default)]
pub(super) struct Accounting {
    processes: BTreeMap<u32, Option<ProcessHandle>>,
    memory_bytes: u64,
}

impl Accounting {
    /// Reads the memory of all processes that run, and opens those that are new.
    pub(super) fn sample(&mut self, running: impl IntoIterator<Item = u32>) {
        running.into_iter().for_each(|pid| self.open(pid));
        self.read_memory();
    }

    pub(super) fn open(&mut self, pid: u32) {
        let access = co::PROCESS::QUERY_LIMITED_INFORMATION;
        let open = || HPROCESS::OpenProcess(access, false, pid).ok();
        self.processes.entry(pid).or_insert_with(open);
    }

    /// Returns the CPU time of all processes seen, in nanoseconds; `None` if it is shorter than
    /// the system can tell.
    pub(super) fn cpu_ns(&self) -> Option<u64> {
        let times = self.processes.values().flatten().filter_map(|process| {
            let (_, _, kernel, user) = process.GetProcessTimes().ok()?;
            Some(cpu_ns(kernel, user))
        });
        Some(times.sum()).filter(|&cpu_ns| cpu_ns > 0)
    }

    /// Returns the peak memory of the largest process seen, in bytes.
    pub(super) fn peak_memory_bytes(&mut self) -> Option<u64> {
        self.read_memory();
        Some(self.memory_bytes).filter(|&bytes| bytes > 0)
    }

    fn read_memory(&mut self) {
        let peaks = self.processes.values().flatten().filter_map(|process| {
            let memory = process.GetProcessMemoryInfo().ok()?;
            u64::try_from(memory.PeakWorkingSetSize).ok()
        });
        self.memory_bytes = peaks.fold(self.memory_bytes, u64::max);
    }
}

/// Adds times in kernel and user mode, in nanoseconds.
pub(crate) fn cpu_ns(kernel: FILETIME, user: FILETIME) -> u64 {
    let ticks =
        |time: FILETIME| u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime);
    (ticks(kernel) + ticks(user)) * 100
}
