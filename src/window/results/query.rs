//! Queries on the results of a run: rows, their order, the best case, and chart data.
//!
//! Pure functions of the records, so a thread can answer them for a million cases.

use std::sync::Arc;

use crate::run::{CaseRecord, RunState, Status};
use crate::study::{CaseTable, FrozenStudy};

use super::chart_data::{PlotAxis, ResultsMode, Scatter, ValueGrid};
use super::columns::{Sort, sort_rows};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Text within the name, in any letter case.
    pub text: String,
    pub status: Option<Status>,
}

impl Filter {
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.status.is_none()
    }

    fn rows(&self, cases: &CaseTable, records: &[CaseRecord]) -> Vec<u32> {
        let text = self.text.to_lowercase();
        let rows = (0..).zip(records).filter(|&(case, record)| {
            self.admits(&text, cases.case(case as usize).name, record.status)
        });
        rows.map(|(case, _)| case).collect()
    }

    /// Returns whether a case passes the filter.
    pub fn passes(&self, cases: &CaseTable, records: &[CaseRecord], case: u32) -> bool {
        let index = case as usize;
        self.admits(&self.text.to_lowercase(), cases.case(index).name, records[index].status)
    }

    /// Whether this name contains the text, given in lower case, and the status is the chosen one.
    fn admits(&self, text: &str, name: &str, status: Status) -> bool {
        self.status.is_none_or(|chosen| chosen == status)
            && (text.is_empty() || name.to_lowercase().contains(text))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, strum::VariantArray, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum BestBy {
    #[default]
    Least,
    Greatest,
    Nearest,
}

impl BestBy {
    pub fn description(self) -> &'static str {
        match self {
            Self::Least => "the case with the least value",
            Self::Greatest => "the case with the greatest value",
            Self::Nearest => "the case with the value nearest to a target",
        }
    }
}

/// Best of the cases that match the filter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BestCase {
    /// Index in the table that was run; the first of equally good cases.
    pub case: u32,
    pub value: f64,
    /// Number of other cases that are equally good.
    pub ties: usize,
}

impl BestCase {
    /// Returns the case whose value has the least cost.
    fn of(values: &[(u32, f64)], cost: impl Fn(f64) -> f64) -> Option<Self> {
        let cost = |&(_, value): &(u32, f64)| cost(value);
        let &(case, value) = values.iter().min_by(|a, b| cost(a).total_cmp(&cost(b)))?;
        let best = values.iter().filter(|other| cost(other) == cost(&(case, value))).count();
        Some(Self { case, value, ties: best - 1 })
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum ChartData {
    Scatter(Scatter),
    Grid(ValueGrid),
    /// x and y do not form a grid: the numbers of distinct x and y.
    NoGrid(usize, usize),
}

#[derive(Debug, Clone, PartialEq)]
pub struct ResultsQuery {
    /// Study that was run; identifies the run.
    pub inputs: Arc<FrozenStudy>,
    /// Number of changes of the run so far.
    pub revision: usize,
    pub filter: Filter,
    pub sort: Sort,
    pub best_by: BestBy,
    /// Target of the nearest value, if it is a number.
    pub target: Option<f64>,
    pub mode: ResultsMode,
    pub axis: PlotAxis,
}

impl ResultsQuery {
    /// Whether both ask the same question about the same run.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inputs, &other.inputs)
            && (self.revision, &self.filter, self.sort)
                == (other.revision, &other.filter, other.sort)
            && (self.best_by, self.target) == (other.best_by, other.target)
            && (self.mode, self.axis) == (other.mode, other.axis)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct ResultsView {
    pub query: ResultsQuery,
    /// Rows in their order; `None` if all are shown as listed.
    pub rows: Option<Vec<u32>>,
    /// Number of these rows that have a value.
    pub value_count: usize,
    /// Cases with the least and the greatest value.
    pub extremes: Option<(BestCase, BestCase)>,
    pub best: Option<BestCase>,
    pub chart: Option<ChartData>,
}

impl ResultsView {
    pub fn of(query: ResultsQuery, state: &RunState) -> Self {
        let (cases, records) = (&query.inputs.cases, &state.records);
        let mut rows = query.filter.rows(cases, records);
        let value = |&case: &u32| {
            let value = records[case as usize].value.filter(|value| value.is_finite());
            value.map(|value| (case, value))
        };
        let values: Vec<(u32, f64)> = rows.iter().filter_map(value).collect();
        let least = BestCase::of(&values, |value| value);
        let greatest = BestCase::of(&values, |value| -value);
        let nearest = |target: f64| BestCase::of(&values, |value| (value - target).abs());
        let chart = match query.mode {
            ResultsMode::Table => None,
            ResultsMode::Scatter => {
                Some(ChartData::Scatter(Scatter::of(query.axis, cases, &values)))
            }
            ResultsMode::Grid => Some(match ValueGrid::of(cases, &values) {
                Ok(grid) => ChartData::Grid(grid),
                Err([xs, ys]) => ChartData::NoGrid(xs, ys),
            }),
        };
        let is_listed = query.sort == Sort::default();
        if !is_listed {
            sort_rows(&mut rows, query.sort, cases, state);
        }
        Self {
            rows: (!is_listed || !query.filter.is_empty()).then_some(rows),
            value_count: values.len(),
            extremes: least.zip(greatest),
            best: match query.best_by {
                BestBy::Least => least,
                BestBy::Greatest => greatest,
                BestBy::Nearest => query.target.and_then(nearest),
            },
            chart,
            query,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::columns::ResultsColumn;
    use super::*;
    use crate::study::{Plan, WorkloadName};
    use crate::workload::{Environment, find, freeze};

    fn inputs(names: &[&str]) -> Arc<FrozenStudy> {
        let mut cases = CaseTable::default();
        for (row, name) in names.iter().enumerate() {
            cases.push(name, row as f64, 1.0, &[]);
        }
        let given = Environment { logical_cpus: 2, seed: 1, last_s: None };
        let workload = find(WorkloadName::Wait);
        let plan = Plan::default();
        Arc::new(freeze(cases, WorkloadName::Wait, workload.as_ref(), &plan, given).unwrap().0)
    }

    fn state_of<const N: usize>(values: [Option<f64>; N]) -> RunState {
        let mut state = RunState::new(N);
        state.records = values.map(record).to_vec();
        state
    }

    fn record(value: Option<f64>) -> CaseRecord {
        let status = if value.is_some() { Status::Done } else { Status::Failed };
        CaseRecord { status, attempts: 1, value, ..CaseRecord::default() }
    }

    fn query(inputs: &Arc<FrozenStudy>) -> ResultsQuery {
        ResultsQuery {
            inputs: Arc::clone(inputs),
            revision: 0,
            filter: Filter::default(),
            sort: Sort::default(),
            best_by: BestBy::Least,
            target: None,
            mode: ResultsMode::Table,
            axis: PlotAxis::X,
        }
    }

    #[test]
    fn rows_are_filtered_by_name_and_by_status() {
        let inputs = inputs(&["Front 1", "rear 1", "FRONT 2"]);
        let state = state_of([Some(1.0), Some(2.0), None]);
        let rows = |text: &str, status| {
            let filter = Filter { text: text.to_owned(), status };
            ResultsView::of(ResultsQuery { filter, ..query(&inputs) }, &state).rows
        };
        assert_eq!(rows("", None), None, "all as listed");
        assert_eq!(rows("front", None), Some(vec![0, 2]));
        assert_eq!(rows("front", Some(Status::Failed)), Some(vec![2]));
        assert_eq!(rows("", Some(Status::Cancelled)), Some(vec![]));
    }

    #[test]
    fn the_best_case_has_the_least_greatest_or_nearest_value() {
        let inputs = inputs(&["a", "b", "c", "d"]);
        let state = state_of([Some(5.0), Some(-2.0), None, Some(5.0)]);
        let best = |best_by, target| {
            let view = ResultsView::of(ResultsQuery { best_by, target, ..query(&inputs) }, &state);
            view.best.map(|best| (best.case, best.value, best.ties))
        };
        assert_eq!(best(BestBy::Least, None), Some((1, -2.0, 0)));
        assert_eq!(best(BestBy::Greatest, None), Some((0, 5.0, 1)));
        assert_eq!(best(BestBy::Nearest, Some(1.4)), Some((1, -2.0, 0)));
        let none = ResultsView::of(query(&inputs), &state_of([None; 4]));
        assert_eq!((none.best, none.extremes, none.value_count), (None, None, 0));
    }

    #[test]
    fn rows_are_sorted_with_unknown_values_last() {
        let inputs = inputs(&["a", "b", "c", "d"]);
        let state = state_of([Some(5.0), None, Some(-2.0), Some(7.0)]);
        for (is_descending, rows) in [(false, vec![2, 0, 3, 1]), (true, vec![3, 0, 2, 1])] {
            let sort = Sort { column: ResultsColumn::Value, is_descending };
            let view = ResultsView::of(ResultsQuery { sort, ..query(&inputs) }, &state);
            assert_eq!(view.rows, Some(rows));
        }
    }

    proptest! {
        #[test]
        fn the_filter_keeps_matching_rows_and_the_best_is_one_of_them(
            names in prop::collection::vec("[a-c]{0,3}", 1..30),
            text in "[a-c]{0,2}",
            target in -5.0..5.0_f64,
        ) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let inputs = inputs(&names);
            let value = |row: usize| (row % 4 != 1).then_some((row * 7 % 11) as f64 - 5.0);
            let mut state = RunState::new(0);
            state.records = (0..names.len()).map(|row| record(value(row))).collect();
            let filter = Filter { text: text.clone(), status: None };
            let best_by = BestBy::Nearest;
            let query = ResultsQuery { filter, best_by, target: Some(target), ..query(&inputs) };
            let view = ResultsView::of(query, &state);
            let all: Vec<u32> = (0..).take(names.len()).collect();
            let rows = view.rows.unwrap_or(all);
            for row in 0..names.len() {
                let matches = inputs.cases.case(row).name.to_lowercase().contains(&text);
                prop_assert_eq!(rows.contains(&u32::try_from(row).unwrap()), matches);
            }
            let off = |row: &u32| value(*row as usize).map(|value| (value - target).abs());
            let least = rows.iter().filter_map(off).min_by(f64::total_cmp);
            prop_assert_eq!(view.best.map(|best| (best.value - target).abs()), least);
        }
    }
}
