//! The CPUs of a machine, and how many of them cases may use.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text;

/// The CPUs of a machine, and how many of them a process may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CpuCounts {
    /// Cores, if the system reports them.
    pub physical_cores: Option<u32>,
    /// Threads that all cores run at once.
    pub logical_cpus: u32,
    /// Logical CPUs that the affinity of the process names.
    pub affinity: u32,
    /// Logical CPUs that affinity and the limit of the control group leave.
    pub usable: u32,
}

impl fmt::Display for CpuCounts {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { physical_cores, logical_cpus, affinity, usable } = *self;
        to.write_str(&text::count(logical_cpus, "logical CPU"))?;
        if let Some(cores) = physical_cores {
            write!(to, " on {}", text::count(cores, "core"))?;
        }
        match usable {
            _ if usable == logical_cpus => Ok(()),
            _ if usable < affinity => {
                write!(to, ", {usable} usable by the limit of the control group")
            }
            _ => write!(to, ", {usable} usable by the CPU affinity"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_limits_the_usable_cpus_is_named() {
        let text = |affinity, usable| {
            CpuCounts { physical_cores: Some(4), logical_cpus: 8, affinity, usable }.to_string()
        };
        assert_eq!(text(8, 8), "8 logical CPUs on 4 cores");
        assert_eq!(text(2, 2), "8 logical CPUs on 4 cores, 2 usable by the CPU affinity");
        assert_eq!(
            text(8, 3),
            "8 logical CPUs on 4 cores, 3 usable by the limit of the control group"
        );
    }
}
