//! The columns of the results, and the order of rows.

use std::cmp::Ordering;

use crate::run::{CaseRecord, RunState};
use crate::study::{Case, CaseTable};
use crate::window::help::term::{Concept, Term};

#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::IntoStaticStr,
    strum::VariantArray,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum ResultsColumn {
    /// Place in the case table.
    #[default]
    #[strum(serialize = "#")]
    Listed,
    Name,
    #[strum(serialize = "x")]
    X,
    #[strum(serialize = "y")]
    Y,
    Value,
    Status,
    /// Why the case failed.
    Error,
    Lane,
    Start,
    /// End time, which gives the finish order.
    End,
    Time,
    #[strum(serialize = "CPU time")]
    Cpu,
    /// Memory of the largest process of a program.
    Memory,
    Attempts,
}

impl ResultsColumn {
    pub fn needs_program(self) -> bool {
        matches!(self, Self::Memory | Self::Attempts)
    }

    /// Returns whether the column takes a share of the width that the others leave.
    pub fn is_flexible(self) -> bool {
        matches!(self, Self::Name | Self::Error)
    }

    pub fn heading(self) -> &'static str {
        self.into()
    }

    /// Returns the term that explains the column.
    pub(crate) fn term(self) -> Option<Term> {
        let concept = match self {
            Self::Name | Self::X | Self::Y => Concept::Case,
            Self::Value => Concept::Value,
            Self::Lane => Concept::Lane,
            Self::Cpu => Concept::CpuTime,
            Self::Memory => Concept::Memory,
            Self::Attempts => Concept::Attempts,
            _ => return None,
        };
        Some(concept.into())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    pub column: ResultsColumn,
    pub is_descending: bool,
}

/// Sorts rows that are in listed order.
///
/// Unknown figures come last in both directions; ties keep the listed order.
pub(crate) fn sort_rows(rows: &mut [u32], sort: Sort, cases: &CaseTable, state: &RunState) {
    let case = |index: u32| cases.case(index as usize);
    let number = |index: u32| number(sort.column, (case(index), &state.records[index as usize]));
    match sort.column {
        ResultsColumn::Name => {
            rows.sort_by(|&a, &b| sort.compare(Some(case(a).name), Some(case(b).name), Ord::cmp));
        }
        ResultsColumn::Error => {
            rows.sort_by(|&a, &b| sort.compare(state.error(a), state.error(b), Ord::cmp));
        }
        _ => rows.sort_by(|&a, &b| sort.compare(number(a), number(b), f64::total_cmp)),
    }
}

impl Sort {
    fn compare<T>(
        self,
        a: Option<T>,
        b: Option<T>,
        compare: impl Fn(&T, &T) -> Ordering,
    ) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) if self.is_descending => compare(&b, &a),
            (Some(a), Some(b)) => compare(&a, &b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    }
}

/// Returns the number by which a column sorts, if it is known.
fn number(column: ResultsColumn, (case, record): (Case<'_>, &CaseRecord)) -> Option<f64> {
    let started = record.has_started();
    match column {
        ResultsColumn::Listed => Some(case.index as f64),
        // These sort as text.
        ResultsColumn::Name | ResultsColumn::Error => None,
        ResultsColumn::X => Some(case.x),
        ResultsColumn::Y => Some(case.y),
        ResultsColumn::Value => record.value,
        ResultsColumn::Status => Some(f64::from(record.status as u8)),
        ResultsColumn::Lane => started.then(|| f64::from(record.lane)),
        ResultsColumn::Start => started.then_some(record.start_ns as f64),
        ResultsColumn::End => record.has_ended().then_some(record.end_ns as f64),
        ResultsColumn::Time => record.has_ended().then_some(record.time_ns() as f64),
        ResultsColumn::Cpu => record.cpu_ns.map(|ns| ns as f64),
        ResultsColumn::Memory => record.memory_bytes.map(|bytes| bytes as f64),
        ResultsColumn::Attempts => started.then(|| f64::from(record.attempts)),
    }
}
