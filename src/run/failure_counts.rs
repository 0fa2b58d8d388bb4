//! Numbers of cases that failed or timed out.

use super::case_record::{CaseRecord, Status};

/// Numbers of cases whose latest attempt failed or timed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct FailureCounts {
    failed: Count,
    timed_out: Count,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Count {
    all: u32,
    /// Those that will run again.
    retried: u32,
}

impl FailureCounts {
    pub(super) fn of(records: &[CaseRecord]) -> Self {
        let mut counts = Self::default();
        for record in records {
            counts.add(record);
        }
        counts
    }

    pub(super) fn add(&mut self, record: &CaseRecord) {
        if let Some(count) = self.get_mut(record.status) {
            count.all += 1;
            count.retried += u32::from(record.will_retry);
        }
    }

    pub(super) fn remove(&mut self, record: &CaseRecord) {
        if let Some(count) = self.get_mut(record.status) {
            count.all -= 1;
            count.retried -= u32::from(record.will_retry);
        }
    }

    fn get_mut(&mut self, status: Status) -> Option<&mut Count> {
        match status {
            Status::Failed => Some(&mut self.failed),
            Status::TimedOut => Some(&mut self.timed_out),
            _ => None,
        }
    }

    /// Returns the number of cases with this status, and how many of them have ended for good.
    pub(super) fn with_status(mut self, status: Status) -> (u32, u32) {
        let count = self.get_mut(status).copied().unwrap_or_default();
        (count.all, count.all - count.retried)
    }
}
