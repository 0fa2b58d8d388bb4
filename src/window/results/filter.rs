//! Which cases the results list.

use std::collections::BTreeMap;

use super::columns::{ResultsColumn, number};
use crate::report::status_text;
use crate::run::{RunState, Status};
use crate::study::{CaseTable, ClockChoice, FrozenStudy};
use crate::text::{decimal, shortest};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    /// Text within the inputs, the outputs, the status, the error or the host, in any letter
    /// case.
    pub text: String,
    pub status: Option<Status>,
    /// Columns with the least and the greatest number that pass.
    pub ranges: BTreeMap<ResultsColumn, [f64; 2]>,
}

impl Filter {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the cases with the text and the status, whatever their numbers.
    pub(super) fn rows(&self, frozen: &FrozenStudy, state: &RunState) -> Vec<u32> {
        let text = self.text.to_lowercase();
        let rows = (0..).zip(&state.records).map(|(case, _)| case);
        rows.filter(|&case| self.admits(&text, frozen, state, case)).collect()
    }

    /// Returns whether a case passes the filter.
    pub fn passes(&self, frozen: &FrozenStudy, state: &RunState, case: u32) -> bool {
        self.admits(&self.text.to_lowercase(), frozen, state, case)
            && self.is_in_ranges(&frozen.cases, state, case)
    }

    /// Whether a case has the text, given in lower case, and the status.
    fn admits(&self, text: &str, frozen: &FrozenStudy, state: &RunState, case: u32) -> bool {
        let status = state.records[case as usize].status;
        self.status.is_none_or(|chosen| chosen == status)
            && (text.is_empty() || has_text(text, frozen, state, case))
    }

    pub(super) fn is_in_ranges(&self, cases: &CaseTable, state: &RunState, case: u32) -> bool {
        self.ranges.iter().all(|(&column, &[least, greatest])| {
            let number = number(column, cases, state, case);
            number.is_some_and(|number| least <= number && number <= greatest)
        })
    }
}

/// Whether a cell of a case contains a text, given in lower case. Times are left out: how they
/// are written depends on the unit of their column.
fn has_text(text: &str, frozen: &FrozenStudy, state: &RunState, case: u32) -> bool {
    let row = case as usize;
    let contains = |cell: &str| cell.to_lowercase().contains(text);
    let is_simulated = frozen.plan.clock == ClockChoice::Virtual;
    let inputs = frozen.cases.case(row);
    let number = |number: f64| {
        let exact = shortest(number);
        // Longer numbers are shown rounded.
        contains(&exact) || exact.len() > 15 && contains(&decimal(number))
    };
    contains(inputs.name)
        || frozen.cases.extra_columns().iter().any(|(_, cells)| contains(cells.get(row)))
        || contains(&status_text(state.records[row].status, is_simulated))
        || state.error(case).is_some_and(contains)
        || state.notes.host(row).is_some_and(contains)
        || frozen.has_inputs && (number(inputs.x) || number(inputs.y))
        || state.records[row].value.is_some_and(number)
        || (1..frozen.value_count()).any(|at| state.value(case, at).is_some_and(number))
}
