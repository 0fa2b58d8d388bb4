use crate::system::exit_status::ProcessExit;

/// How a program ended, and the resources used by it and the processes it started, as far as
/// the system accounts for them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResourceUsage {
    pub(crate) exit: ProcessExit,
    pub(crate) cpu_ns: Option<u64>,
    /// Peak memory of the largest process.
    pub(crate) memory_bytes: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WakeReason {
    /// The program has exited.
    Exited,
    TimedOut,
    /// The run has closed the pipe.
    HungUp,
}
