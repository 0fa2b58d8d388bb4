//! Queries on the results of a run: rows, their order, the best case, and chart data.
//!
//! Pure functions of the records, so a thread can answer them for a million cases.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::report::charts::value_marks::Mark;
use crate::run::RunState;
use crate::study::{CaseTable, FrozenStudy};

use super::chart_data::{ResultsMode, Scatter, ValueGrid, thinned};
use super::charts::chart_axes::{ChartAxes, ChartAxis};
use super::charts::parallel::{LineNumbers, ParallelLines};
use super::charts::pareto::pareto_front;
use super::columns::{ResultsColumn, Sort, number, sort_rows};
use super::filter::Filter;

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
    /// Both axes do not form a grid: the numbers of distinct numbers on each.
    NoGrid([ResultsColumn; 2], [usize; 2]),
    Lines(ParallelLines),
}

impl ChartData {
    /// Returns the columns that the chart shows, each once.
    pub fn columns(&self) -> Vec<ResultsColumn> {
        let mut columns = match self {
            Self::Scatter(scatter) => {
                let axes = scatter.axes.into_iter();
                axes.chain(scatter.color).collect()
            }
            Self::Grid(grid) => grid.columns.to_vec(),
            Self::NoGrid(axes, _) => axes.to_vec(),
            Self::Lines(lines) => lines.axes.iter().map(|axis| axis.column).collect(),
        };
        let mut seen = BTreeSet::new();
        columns.retain(|&column| seen.insert(column));
        columns
    }
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
    pub axes: ChartAxes,
    /// Columns that charts can show, if an earlier answer found them.
    pub quantities: Option<Arc<[ResultsColumn]>>,
}

impl ResultsQuery {
    /// Whether both ask the same question about the same run.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inputs, &other.inputs)
            && (self.revision, &self.filter, self.sort)
                == (other.revision, &other.filter, other.sort)
            && (self.best_by, self.target) == (other.best_by, other.target)
            && (self.mode, &self.axes) == (other.mode, &other.axes)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct ResultsView {
    pub query: ResultsQuery,
    /// Columns that charts can show.
    pub quantities: Arc<[ResultsColumn]>,
    /// Rows in their order; `None` if all are shown as listed.
    pub rows: Option<Vec<u32>>,
    /// Column that the following numbers are of: that of the chart, or of the best case.
    pub subject: ResultsColumn,
    /// Number of these rows that have a number in that column, and on all axes of the chart.
    pub value_count: usize,
    /// Cases with the least and the greatest number.
    pub extremes: Option<(BestCase, BestCase)>,
    pub best: Option<BestCase>,
    pub chart: Option<ChartData>,
    /// Column that is asked for, is no output, and is unknown for all cases.
    pub unknown: Option<ResultsColumn>,
    /// Cases on the Pareto front, sorted, if it is marked.
    pub front: Option<Vec<u32>>,
}

/// The run that a query is about.
struct Numbers<'a> {
    cases: &'a CaseTable,
    state: &'a RunState,
}

impl Numbers<'_> {
    fn of(&self, column: ResultsColumn, case: u32) -> Option<f64> {
        number(column, self.cases, self.state, case)
    }

    fn are_unknown(&self, column: ResultsColumn, rows: &[u32]) -> bool {
        rows.iter().all(|&case| self.of(column, case).is_none())
    }

    fn all(&self, column: ResultsColumn, rows: &[u32]) -> Vec<(u32, f64)> {
        rows.iter().filter_map(|&case| Some((case, self.of(column, case)?))).collect()
    }

    /// Returns the marks of the cases with a number on both axes and a value.
    fn marks(&self, [x, y]: [ResultsColumn; 2], value: ResultsColumn, rows: &[u32]) -> Vec<Mark> {
        let mark = |&case: &u32| {
            let position = [self.of(x, case)?, self.of(y, case)?];
            Some(Mark { position, value: self.of(value, case)?, count: 1, case })
        };
        rows.iter().filter_map(mark).collect()
    }

    /// Returns the Pareto front of two columns, in the order of the first.
    fn front(
        &self,
        axes: [ResultsColumn; 2],
        prefers_greater: [bool; 2],
        rows: &[u32],
    ) -> Vec<u32> {
        let cost = |number: f64, axis: usize| if prefers_greater[axis] { -number } else { number };
        let costs = self.marks(axes, axes[1], rows).into_iter().map(|mark| {
            let [x, y] = mark.position;
            (mark.case, [cost(x, 0), cost(y, 1)])
        });
        pareto_front(costs.collect())
    }

    /// Separates the axes from those on which no case has a number. Without any output there is
    /// nothing to compare, and all are kept.
    fn axes_with_numbers(
        &self,
        axes: Vec<ResultsColumn>,
        rows: &[u32],
    ) -> (Vec<ResultsColumn>, Vec<ResultsColumn>) {
        let has_number =
            |axis: &ResultsColumn| rows.iter().any(|&case| self.of(*axis, case).is_some());
        let (present, missing): (Vec<_>, _) = axes.iter().partition(|&axis| has_number(axis));
        let has_output = |axes: &[ResultsColumn]| axes.iter().any(|axis| axis.is_output());
        if has_output(&axes) && !has_output(&present) {
            (axes, Vec::new())
        } else {
            (present, missing)
        }
    }

    /// Returns the numbers of the cases that have one on each axis.
    fn lines(
        &self,
        axes: &[ResultsColumn],
        color: ResultsColumn,
        filter: &Filter,
        rows: &[u32],
    ) -> Vec<LineNumbers> {
        let numbers = |&case: &u32| {
            let numbers: Option<_> = axes.iter().map(|&axis| self.of(axis, case)).collect();
            let is_inside = filter.is_in_ranges(self.cases, self.state, case);
            Some(LineNumbers { case, numbers: numbers?, color: self.of(color, case)?, is_inside })
        };
        rows.iter().filter_map(numbers).collect()
    }
}

impl ResultsView {
    pub fn of(query: ResultsQuery, state: &RunState) -> Self {
        let frozen = Arc::clone(&query.inputs);
        let numbers = Numbers { cases: &frozen.cases, state };
        let quantities = query.quantities.clone();
        let quantities = quantities.unwrap_or_else(|| ResultsColumn::quantities(&frozen).into());
        let column = |axis| query.axes.column(axis, &quantities);
        let value_of = |axis| column(axis).unwrap_or(ResultsColumn::Value);
        let all = query.filter.rows(&frozen, state);
        let is_in_ranges = |case: &&u32| query.filter.is_in_ranges(&frozen.cases, state, **case);
        let mut rows: Vec<u32> = all.iter().filter(is_in_ranges).copied().collect();

        let scatter_axes = [ChartAxis::ScatterX, ChartAxis::ScatterY].map(value_of);
        let front = query
            .axes
            .has_front
            .then(|| numbers.front(scatter_axes, query.axes.prefers_greater, &rows));
        let best_by = value_of(ChartAxis::Best);
        let best_values = numbers.all(best_by, &rows);
        let mut subject = best_by;
        let mut values = best_values.clone();
        let mut of_marks = |column: ResultsColumn, marks: &[Mark]| {
            subject = column;
            values = marks.iter().map(|mark| (mark.case, mark.value)).collect();
        };
        let chart = match query.mode {
            ResultsMode::Table => None,
            ResultsMode::Scatter => {
                let color = column(ChartAxis::ScatterColor);
                let value = color.unwrap_or(scatter_axes[1]);
                let marks = numbers.marks(scatter_axes, value, &rows);
                of_marks(value, &marks);
                let mut scatter = Scatter::of(scatter_axes, color, marks);
                let position = |&case: &u32| {
                    let [x, y] = scatter_axes.map(|axis| numbers.of(axis, case));
                    Some([x?, y?])
                };
                scatter.front = thinned(front.iter().flatten().filter_map(position).collect());
                Some(ChartData::Scatter(scatter))
            }
            ResultsMode::Grid => {
                let axes = [ChartAxis::GridX, ChartAxis::GridY].map(value_of);
                let value = value_of(ChartAxis::GridValue);
                let marks = numbers.marks(axes, value, &rows);
                of_marks(value, &marks);
                Some(match ValueGrid::of([axes[0], axes[1], value], &marks) {
                    Ok(grid) => ChartData::Grid(grid),
                    Err(counts) => ChartData::NoGrid(axes, counts),
                })
            }
            ResultsMode::Lines => {
                let is_axis = |column: &&ResultsColumn| query.axes.is_line_axis(**column);
                let axes: Vec<_> = quantities.iter().filter(is_axis).copied().collect();
                let color = value_of(ChartAxis::LinesColor);
                let (axes, missing) = numbers.axes_with_numbers(axes, &all);
                let has_color = !numbers.are_unknown(color, &all);
                // An output that no case has gives no colour either.
                let last = axes.last().copied().filter(|_| !has_color && !missing.is_empty());
                let color = last.unwrap_or(color);
                let lines = numbers.lines(&axes, color, &query.filter, &all);
                subject = color;
                values = lines.iter().map(|line| (line.case, line.color)).collect();
                let lines = ParallelLines { missing, ..ParallelLines::of(&axes, &lines) };
                Some(ChartData::Lines(lines))
            }
        };
        let front = front.map(|mut front| {
            front.sort_unstable();
            front
        });
        let asked = query.mode.axes().iter().filter_map(|&axis| column(axis));
        let mut unknown = asked.filter(|column| !column.is_output());
        let unknown = unknown.find(|&column| numbers.are_unknown(column, &all));
        let is_listed = query.sort == Sort::default();
        if !is_listed {
            let run = (&frozen.cases, state);
            sort_rows(&mut rows, query.sort, run, front.as_deref(), &quantities);
        }
        let least = |values: &[(u32, f64)]| BestCase::of(values, |value| value);
        let greatest = |values: &[(u32, f64)]| BestCase::of(values, |value| -value);
        let nearest = |target: f64| BestCase::of(&best_values, |value| (value - target).abs());
        Self {
            rows: (!is_listed || !query.filter.is_empty()).then_some(rows),
            subject,
            value_count: values.len(),
            extremes: least(&values).zip(greatest(&values)),
            best: match query.best_by {
                BestBy::Least => least(&best_values),
                BestBy::Greatest => greatest(&best_values),
                BestBy::Nearest => query.target.and_then(nearest),
            },
            chart,
            unknown,
            front,
            quantities,
            query,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::run::CaseRecord;
    use crate::run::Status;
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
            axes: ChartAxes::default(),
            quantities: None,
        }
    }

    #[test]
    fn rows_are_filtered_by_name_and_by_status() {
        let inputs = inputs(&["Front 1", "rear 1", "FRONT 2"]);
        let state = state_of([Some(1.0), Some(2.0), None]);
        let rows = |text: &str, status| {
            let filter = Filter { text: text.to_owned(), status, ..Filter::default() };
            ResultsView::of(ResultsQuery { filter, ..query(&inputs) }, &state).rows
        };
        assert_eq!(rows("", None), None, "all as listed");
        assert_eq!(rows("front", None), Some(vec![0, 2]));
        assert_eq!(rows("front", Some(Status::Failed)), Some(vec![2]));
        assert_eq!(rows("", Some(Status::Cancelled)), Some(vec![]));
        assert_eq!(rows("done", None), Some(vec![0, 1]), "a status is found too");
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

    #[test]
    fn a_column_without_numbers_is_named_and_an_output_is_not() {
        let inputs = inputs(&["a", "b"]);
        let unknown = |values, axis, column| {
            let mut axes = ChartAxes::default();
            axes.choose(axis, Some(column));
            let mode = ResultsMode::Scatter;
            let query = ResultsQuery { mode, axes, ..query(&inputs) };
            ResultsView::of(query, &state_of(values)).unknown
        };
        let (values, cpu) = ([Some(5.0), Some(3.0)], ResultsColumn::Cpu);
        assert_eq!(unknown(values, ChartAxis::ScatterX, cpu), Some(cpu));
        assert_eq!(unknown(values, ChartAxis::Best, cpu), Some(cpu));
        assert_eq!(unknown(values, ChartAxis::GridX, cpu), None);
        assert_eq!(unknown([None; 2], ChartAxis::ScatterX, ResultsColumn::Value), None);
    }

    #[test]
    fn ranges_filter_rows_and_the_front_is_that_of_the_axes() {
        let inputs = inputs(&["a", "b", "c", "d"]);
        let state = state_of([Some(5.0), Some(3.0), Some(4.0), None]);
        let ranges = BTreeMap::from([(ResultsColumn::Value, [3.5, 5.0])]);
        let filter = Filter { ranges, ..Filter::default() };
        let mut query = ResultsQuery { filter, ..query(&inputs) };
        assert_eq!(ResultsView::of(query.clone(), &state).rows, Some(vec![0, 2]));
        query.mode = ResultsMode::Lines;
        let view = ResultsView::of(query.clone(), &state);
        let Some(ChartData::Lines(lines)) = view.chart else { panic!("{:?}", view.chart) };
        assert_eq!((lines.count, lines.inside_count, lines.axes.len()), (3, 2, 3));
        (query.filter, query.mode) = (Filter::default(), ResultsMode::Scatter);
        query.axes.has_front = true;
        let view = ResultsView::of(query.clone(), &state);
        assert_eq!(view.front, Some(vec![0, 1]), "x and value, less is better");
        let Some(ChartData::Scatter(scatter)) = view.chart else { panic!("{:?}", view.chart) };
        assert_eq!(scatter.front, [[0.0, 5.0], [1.0, 3.0]]);
        query.axes.prefers_greater = [true, false];
        query.sort = Sort { column: ResultsColumn::Front, is_descending: false };
        let view = ResultsView::of(query, &state);
        assert_eq!((view.front, view.rows), (Some(vec![1, 2]), Some(vec![1, 2, 0, 3])));
    }

    #[test]
    fn an_output_without_values_has_no_axis_and_is_named() {
        let mut cases = CaseTable::with_extra_columns(vec!["load".to_owned()]);
        cases.push("a", 1.0, 1.0, &["4,5"]);
        cases.push("b", 2.0, 1.0, &["7"]);
        let given = Environment { logical_cpus: 2, seed: 1, last_s: None };
        let workload = find(WorkloadName::Wait);
        let frozen = freeze(cases, WorkloadName::Wait, &*workload, &Plan::default(), given);
        let inputs = Arc::new(frozen.unwrap().0);
        let lines = |state: &RunState, axes: &[ResultsColumn]| {
            let quantities = Some(axes.into());
            let mode = ResultsMode::Lines;
            let view = ResultsView::of(ResultsQuery { mode, quantities, ..query(&inputs) }, state);
            let Some(ChartData::Lines(lines)) = view.chart else { panic!("{:?}", view.chart) };
            let axes: Vec<_> = lines.axes.iter().map(|axis| axis.column).collect();
            (axes, lines.missing, lines.count, view.subject)
        };
        let (load, drag) = (ResultsColumn::Extra(0), ResultsColumn::Output(1));
        let state = state_of([Some(5.0), Some(3.0)]);
        assert!(ResultsColumn::quantities(&inputs).contains(&load), "4,5 is a number");
        assert_eq!(number(load, &inputs.cases, &state, 0), Some(4.5));
        let found = |text: &str| {
            let filter = Filter { text: text.to_owned(), ..Filter::default() };
            ResultsView::of(ResultsQuery { filter, ..query(&inputs) }, &state).rows
        };
        assert_eq!(found("4,5"), Some(vec![0]), "an extra column");
        assert_eq!(found("3"), Some(vec![1]), "an output");
        assert_eq!(found("9"), Some(vec![]));
        let value = ResultsColumn::Value;
        let drawn = (vec![load, value], vec![drag], 2, value);
        assert_eq!(lines(&state, &[load, value, drag]), drawn);
        let none = lines(&state_of([None, None]), &[load, value]);
        assert_eq!(none, (vec![load, value], Vec::new(), 0, value), "there is nothing to draw");
    }

    proptest! {
        #[test]
        fn the_filter_keeps_matching_rows_and_the_best_is_one_of_them(
            names in prop::collection::vec("[x-z]{0,3}", 1..30),
            text in "[x-z]{0,2}",
            target in -5.0..5.0_f64,
        ) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let inputs = inputs(&names);
            let value = |row: usize| (row % 4 != 1).then_some((row * 7 % 11) as f64 - 5.0);
            let mut state = RunState::new(0);
            state.records = (0..names.len()).map(|row| record(value(row))).collect();
            let filter = Filter { text: text.clone(), ..Filter::default() };
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
