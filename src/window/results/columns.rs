//! The results table: in which order its rows stand.

use std::cmp::Ordering;

use crate::run::CaseRecord;
use crate::study::{Case, CaseTable};

/// A column of the results.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::VariantArray,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum SortKey {
    /// The place in the table.
    Listed,
    /// The name.
    Name,
    /// x.
    X,
    /// y.
    Y,
    /// The value.
    Value,
    /// The status.
    Status,
    /// The lane.
    Lane,
    /// The start.
    Start,
    /// The end: finished order.
    End,
    /// The time.
    Time,
    /// The CPU time.
    Cpu,
    /// The memory of a program's largest process.
    Memory,
    /// How many attempts there were at a program.
    Attempts,
}

impl SortKey {
    /// Whether only programs have it.
    #[must_use]
    pub fn of_programs(self) -> bool {
        matches!(self, Self::Memory | Self::Attempts)
    }

    /// The heading of the column.
    #[must_use]
    pub fn heading(self) -> &'static str {
        match self {
            Self::Listed => "#",
            Self::Name => "Name",
            Self::X => "x",
            Self::Y => "y",
            Self::Value => "Value",
            Self::Status => "Status",
            Self::Lane => "Lane",
            Self::Start => "Start",
            Self::End => "End",
            Self::Time => "Time",
            Self::Cpu => "CPU time",
            Self::Memory => "Memory",
            Self::Attempts => "Attempts",
        }
    }
}

/// By which column, and which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub key: SortKey,
    /// Largest first.
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self { key: SortKey::Listed, descending: false }
    }
}

/// Puts rows that stand as listed in this order. What is not known stands last
/// either way; ties keep the listed order.
pub(crate) fn put_in_order(
    rows: &mut [u32],
    sort: Sort,
    cases: &CaseTable,
    records: &[CaseRecord],
) {
    let row = |index: u32| (cases.case(index as usize), &records[index as usize]);
    if sort.key == SortKey::Name {
        rows.sort_by(|&a, &b| turned(row(a).0.name.cmp(row(b).0.name), sort));
    } else {
        rows.sort_by(|&a, &b| match (number(sort.key, row(a)), number(sort.key, row(b))) {
            (Some(a), Some(b)) => turned(a.total_cmp(&b), sort),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
    }
}

fn turned(ordering: Ordering, sort: Sort) -> Ordering {
    if sort.descending { ordering.reverse() } else { ordering }
}

/// What the column compares by, where it is known.
fn number(key: SortKey, (case, record): (Case<'_>, &CaseRecord)) -> Option<f64> {
    let started = record.has_started();
    match key {
        SortKey::Listed | SortKey::Name => Some(case.index as f64),
        SortKey::X => Some(case.x),
        SortKey::Y => Some(case.y),
        SortKey::Value => record.value,
        SortKey::Status => Some(f64::from(record.status as u8)),
        SortKey::Lane => started.then(|| f64::from(record.lane)),
        SortKey::Start => started.then_some(record.start_ns as f64),
        SortKey::End => record.has_ended().then_some(record.end_ns as f64),
        SortKey::Time => record.has_ended().then_some(record.time_ns() as f64),
        SortKey::Cpu => record.cpu_ns.map(|ns| ns as f64),
        SortKey::Memory => record.memory_bytes.map(|bytes| bytes as f64),
        SortKey::Attempts => started.then(|| f64::from(record.attempts)),
    }
}
