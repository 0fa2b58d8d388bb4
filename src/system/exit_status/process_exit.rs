use std::fmt;
use std::process::ExitStatus;

use super::{code_text, signal_name, signal_of};

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProcessExit {
    /// It exited with this status.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
}

impl ProcessExit {
    pub(crate) fn is_success(self) -> bool {
        self == Self::Code(0)
    }
}

impl From<ExitStatus> for ProcessExit {
    fn from(status: ExitStatus) -> Self {
        match signal_of(status) {
            Some(signal) => Self::Signal(signal),
            None => Self::Code(status.code().unwrap_or(-1)),
        }
    }
}

/// Writes `exit status 3` or `killed by signal 9 (SIGKILL)`.
impl fmt::Display for ProcessExit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Code(code) => write!(f, "exit status {}", code_text(code)),
            Self::Signal(signal) => {
                write!(f, "killed by signal {signal}")?;
                signal_name(signal).map_or(Ok(()), |name| write!(f, " ({name})"))
            }
        }
    }
}
