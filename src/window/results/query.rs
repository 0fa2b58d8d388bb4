//! What the results show of a run: which rows, in which order, the best of them,
//! and the points of a chart. Pure: found from the records alone, for a million
//! cases too, so a thread may do it.

use std::sync::Arc;

use crate::run::{CaseRecord, Status};
use crate::study::{CaseTable, FrozenStudy};

use super::chart_data::{PlotAxis, Scatter, ValueGrid};
use super::columns::{Sort, put_in_order};

/// Which cases are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Their name has this in it, in any letter case.
    pub text: String,
    /// They stand so.
    pub status: Option<Status>,
}

impl Filter {
    /// Whether it leaves all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.status.is_none()
    }

    fn rows(&self, cases: &CaseTable, records: &[CaseRecord]) -> Vec<u32> {
        let text = self.text.to_lowercase();
        let named =
            |case: &usize| text.is_empty() || cases.case(*case).name.to_lowercase().contains(&text);
        let stands =
            |case: &usize| self.status.is_none_or(|status| records[*case].status == status);
        let rows = (0..records.len()).filter(stands).filter(named);
        rows.map(|case| u32::try_from(case).unwrap_or(u32::MAX)).collect()
    }
}

/// Which case is the best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Objective {
    /// That of the least value.
    Least,
    /// That of the greatest.
    Greatest,
    /// That of the value nearest to this one.
    Nearest(f64),
}

impl Objective {
    /// How far a value is from the goal; less is better.
    fn cost(self, value: f64) -> f64 {
        match self {
            Self::Least => value,
            Self::Greatest => -value,
            Self::Nearest(target) => (value - target).abs(),
        }
    }
}

/// The best case of those that are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BestCase {
    /// The case, by its index in the table that was run; the first of equal ones.
    pub case: u32,
    /// Its value.
    pub value: f64,
    /// How many others are as good.
    pub others: usize,
}

impl BestCase {
    fn of(goal: Objective, values: &[(u32, f64)]) -> Option<Self> {
        let cost = |&(_, value): &(u32, f64)| goal.cost(value);
        let &(case, value) = values.iter().min_by(|a, b| cost(a).total_cmp(&cost(b)))?;
        let as_good = values.iter().filter(|other| cost(other) == goal.cost(value)).count();
        Some(Self { case, value, others: as_good - 1 })
    }
}

/// A chart of the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chart {
    /// A mark for each case.
    Scatter(PlotAxis),
    /// A coloured field for each x and y.
    Grid,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum ChartData {
    /// Marks.
    Scatter(Scatter),
    /// Fields.
    Grid(ValueGrid),
    /// x and y form no grid: how many different x and y there are.
    NoGrid(usize, usize),
}

/// What is to be found.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultsQuery {
    /// The run, by what was run.
    pub inputs: Arc<FrozenStudy>,
    /// How much has happened in it.
    pub happened: usize,
    /// Which rows.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// The best by this; none while no number is given.
    pub goal: Option<Objective>,
    /// The chart to be drawn, if any.
    pub chart: Option<Chart>,
}

impl ResultsQuery {
    /// Whether the same is wanted of the same.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inputs, &other.inputs)
            && self.happened == other.happened
            && self.filter == other.filter
            && self.sort == other.sort
            && self.goal == other.goal
            && self.chart == other.chart
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultsView {
    /// What it answers.
    pub wanted: ResultsQuery,
    /// The rows in their order; all as listed if `None`.
    pub rows: Option<Vec<u32>>,
    /// How many of them have a value.
    pub values: usize,
    /// The cases of the least and the greatest value.
    pub ends: Option<(BestCase, BestCase)>,
    /// The best.
    pub best: Option<BestCase>,
    /// The chart.
    pub drawn: Option<ChartData>,
}

impl ResultsView {
    /// Looks at all records of a run.
    #[must_use]
    pub fn of(wanted: ResultsQuery, records: &[CaseRecord]) -> Self {
        let cases = &wanted.inputs.cases;
        let mut rows = wanted.filter.rows(cases, records);
        let value = |&case: &u32| {
            let value = records[case as usize].value.filter(|value| value.is_finite());
            value.map(|value| (case, value))
        };
        let values: Vec<(u32, f64)> = rows.iter().filter_map(value).collect();
        let least = BestCase::of(Objective::Least, &values);
        let drawn = wanted.chart.map(|chart| match chart {
            Chart::Scatter(across) => ChartData::Scatter(Scatter::of(across, cases, &values)),
            Chart::Grid => match ValueGrid::of(cases, &values) {
                Ok(grid) => ChartData::Grid(grid),
                Err([xs, ys]) => ChartData::NoGrid(xs, ys),
            },
        });
        let as_listed = wanted.sort == Sort::default();
        let all = wanted.filter.is_empty();
        if !as_listed {
            put_in_order(&mut rows, wanted.sort, cases, records);
        }
        Self {
            rows: (!as_listed || !all).then_some(rows),
            values: values.len(),
            ends: least.zip(BestCase::of(Objective::Greatest, &values)),
            best: wanted.goal.and_then(|goal| BestCase::of(goal, &values)),
            drawn,
            wanted,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::columns::SortKey;
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

    fn record(value: Option<f64>) -> CaseRecord {
        let status = if value.is_some() { Status::Done } else { Status::Failed };
        CaseRecord { status, attempts: 1, value, ..CaseRecord::default() }
    }

    fn wanted(inputs: &Arc<FrozenStudy>) -> ResultsQuery {
        ResultsQuery {
            inputs: Arc::clone(inputs),
            happened: 0,
            filter: Filter::default(),
            sort: Sort::default(),
            goal: Some(Objective::Least),
            chart: None,
        }
    }

    #[test]
    fn rows_are_filtered_by_name_and_by_status() {
        let inputs = inputs(&["Front 1", "rear 1", "FRONT 2"]);
        let records = [Some(1.0), Some(2.0), None].map(record);
        let rows = |text: &str, status| {
            let filter = Filter { text: text.to_owned(), status };
            ResultsView::of(ResultsQuery { filter, ..wanted(&inputs) }, &records).rows
        };
        assert_eq!(rows("", None), None, "all as listed");
        assert_eq!(rows("front", None), Some(vec![0, 2]));
        assert_eq!(rows("front", Some(Status::Failed)), Some(vec![2]));
        assert_eq!(rows("", Some(Status::Cancelled)), Some(vec![]));
    }

    #[test]
    fn the_best_is_the_least_the_greatest_or_the_nearest() {
        let inputs = inputs(&["a", "b", "c", "d"]);
        let records = [Some(5.0), Some(-2.0), None, Some(5.0)].map(record);
        let best = |goal| {
            let found =
                ResultsView::of(ResultsQuery { goal: Some(goal), ..wanted(&inputs) }, &records);
            found.best.map(|best| (best.case, best.value, best.others))
        };
        assert_eq!(best(Objective::Least), Some((1, -2.0, 0)));
        assert_eq!(best(Objective::Greatest), Some((0, 5.0, 1)));
        assert_eq!(best(Objective::Nearest(1.4)), Some((1, -2.0, 0)));
        let none = ResultsView::of(wanted(&inputs), &[None; 4].map(record));
        assert_eq!((none.best, none.ends, none.values), (None, None, 0));
    }

    #[test]
    fn the_rows_are_sorted_and_what_is_not_known_stands_last() {
        let inputs = inputs(&["a", "b", "c", "d"]);
        let records = [Some(5.0), None, Some(-2.0), Some(7.0)].map(record);
        for (descending, rows) in [(false, vec![2, 0, 3, 1]), (true, vec![3, 0, 2, 1])] {
            let sort = Sort { key: SortKey::Value, descending };
            let found = ResultsView::of(ResultsQuery { sort, ..wanted(&inputs) }, &records);
            assert_eq!(found.rows, Some(rows));
        }
    }

    proptest! {
        #[test]
        fn a_filter_leaves_what_it_names_and_the_best_is_among_it(
            names in prop::collection::vec("[a-c]{0,3}", 1..30),
            text in "[a-c]{0,2}",
            target in -5.0..5.0_f64,
        ) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let inputs = inputs(&names);
            let value = |row: usize| (row % 4 != 1).then_some((row * 7 % 11) as f64 - 5.0);
            let records: Vec<CaseRecord> = (0..names.len()).map(|row| record(value(row))).collect();
            let filter = Filter { text: text.clone(), status: None };
            let goal = Some(Objective::Nearest(target));
            let found = ResultsView::of(ResultsQuery { filter, goal, ..wanted(&inputs) }, &records);
            let all: Vec<u32> = (0..).take(names.len()).collect();
            let rows = found.rows.unwrap_or(all);
            for row in 0..names.len() {
                let there = inputs.cases.case(row).name.to_lowercase().contains(&text);
                prop_assert_eq!(rows.contains(&u32::try_from(row).unwrap()), there);
            }
            let off = |row: &u32| value(*row as usize).map(|value| (value - target).abs());
            let least = rows.iter().filter_map(off).min_by(f64::total_cmp);
            prop_assert_eq!(found.best.map(|best| (best.value - target).abs()), least);
        }
    }
}
