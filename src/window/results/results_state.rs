//! Choices of the Results tab, and the last answer to its query.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::chart_data::ResultsMode;
use super::charts::chart_axes::{ChartAxes, ChartAxis};
use super::columns::{ResultsColumn, Sort};
use super::filter::Filter;
use super::output_state::OutputState;
use super::query::{BestBy, ResultsQuery, ResultsView};
use crate::window::state::RunView;

#[derive(Debug, Clone, PartialEq)]
pub enum ResultsIntent {
    Filter(Filter),
    Show(ResultsMode),
    /// Show a column on an axis, or none.
    Axis(ChartAxis, Option<ResultsColumn>),
    /// Make a column an axis of the parallel coordinates, or no axis.
    LineAxis(ResultsColumn),
    /// Mark the Pareto front, or not.
    Front(bool),
    /// Say whether greater is better on an axis of the scatter plot.
    PreferGreater(usize, bool),
    /// Show only the cases with a number in this range, or any.
    Range(ResultsColumn, Option<[f64; 2]>),
    Column(ResultsColumn, bool),
    /// Give a column this width, in points.
    Width(ResultsColumn, u16),
    /// Let the content decide the width of a column, or of all columns.
    FitWidth(Option<ResultsColumn>),
    /// Sort by a column; by the same column again, in the opposite order.
    SortBy(ResultsColumn),
    BestBy(BestBy),
    Target(String),
    /// Select a case, or deselect it.
    Select(u32),
    /// Select a case and scroll to its row.
    GoTo(u32),
    /// Focus the row of a case, which is in view.
    Focus(u32),
    /// Select a case, scroll to its row and focus it.
    Enter(u32),
    /// The row has the focus now.
    Entered,
    /// The table has scrolled to the requested row.
    Scrolled,
    /// The table has forgotten how wide its columns were.
    Refitted,
}

#[derive(Debug, Clone, Default)]
pub struct ResultsState {
    pub filter: Filter,
    pub mode: ResultsMode,
    pub axes: ChartAxes,
    pub hidden_columns: BTreeSet<ResultsColumn>,
    /// Widths chosen by the user, in points.
    pub widths: BTreeMap<ResultsColumn, u16>,
    /// Whether the other columns must be fitted to their content again.
    pub must_refit: bool,
    pub best_by: BestBy,
    /// Target as typed.
    pub target: String,
    /// Case whose row the table scrolls to next.
    pub scroll_to: Option<u32>,
    /// Case whose row takes the focus once it is drawn.
    pub pending_focus: Option<u32>,
    pub sort: Sort,
    pub output: OutputState,
    pub view: Option<ResultsView>,
}

impl ResultsState {
    /// Applies an intent, except for the selection of cases.
    pub(crate) fn act(&mut self, intent: ResultsIntent) {
        match intent {
            ResultsIntent::Filter(filter) => self.filter = filter,
            ResultsIntent::Show(mode) => self.mode = mode,
            ResultsIntent::Axis(axis, column) => self.axes.choose(axis, column),
            ResultsIntent::LineAxis(column) => {
                if !self.axes.toggled.remove(&column) {
                    self.axes.toggled.insert(column);
                }
                self.filter.ranges.remove(&column);
            }
            ResultsIntent::Front(has_front) => {
                let quantities = self.view.as_ref().map_or(&[][..], |view| &view.quantities);
                self.axes.mark_front(has_front, quantities);
            }
            ResultsIntent::PreferGreater(axis, greater) => {
                if let Some(prefers) = self.axes.prefers_greater.get_mut(axis) {
                    *prefers = greater;
                }
            }
            ResultsIntent::Range(column, None) => drop(self.filter.ranges.remove(&column)),
            ResultsIntent::Range(column, Some(range)) => {
                self.filter.ranges.insert(column, range);
            }
            ResultsIntent::Column(column, true) => drop(self.hidden_columns.remove(&column)),
            ResultsIntent::Column(column, false) => drop(self.hidden_columns.insert(column)),
            ResultsIntent::Width(column, width) => drop(self.widths.insert(column, width)),
            ResultsIntent::FitWidth(column) => {
                self.widths.retain(|other, _| column.is_some_and(|column| *other != column));
                self.must_refit = true;
            }
            ResultsIntent::Refitted => self.must_refit = false,
            ResultsIntent::SortBy(column) => {
                let is_descending = self.sort.column == column && !self.sort.is_descending;
                self.sort = Sort { column, is_descending };
            }
            ResultsIntent::BestBy(best_by) => self.best_by = best_by,
            ResultsIntent::Target(target) => self.target = target,
            ResultsIntent::Select(_) => {}
            ResultsIntent::GoTo(case) => self.scroll_to = Some(case),
            ResultsIntent::Focus(case) => self.pending_focus = Some(case),
            ResultsIntent::Enter(case) => {
                self.scroll_to = Some(case);
                self.pending_focus = Some(case);
            }
            ResultsIntent::Entered => self.pending_focus = None,
            ResultsIntent::Scrolled => self.scroll_to = None,
        }
    }

    /// Discards the choices that were made for the columns and cases of another study.
    pub(crate) fn forget_study(&mut self) {
        self.filter = Filter::default();
        self.axes = ChartAxes::default();
        (self.best_by, self.target) = (BestBy::default(), String::new());
        self.sort = Sort::default();
    }

    /// Shows the row of a case, whatever was filtered.
    pub(crate) fn show_row(&mut self, case: Option<u32>) {
        (self.filter, self.mode) = (Filter::default(), ResultsMode::default());
        self.scroll_to = case;
    }

    pub fn query(&self, run: &RunView) -> ResultsQuery {
        ResultsQuery {
            inputs: Arc::clone(run.frozen()),
            revision: run.revision(),
            filter: self.filter_of(run),
            sort: self.sort,
            best_by: self.best_by,
            target: self.target_value(),
            mode: self.mode,
            axes: self.axes.clone(),
            quantities: self.view(run).map(|view| Arc::clone(&view.quantities)),
        }
    }

    /// Returns the filter without ranges of columns that a run lacks.
    pub fn filter_of(&self, run: &RunView) -> Filter {
        let mut filter = self.filter.clone();
        if !filter.ranges.is_empty() {
            let columns: Vec<_> = ResultsColumn::of_run(run.frozen()).collect();
            filter.ranges.retain(|column, _| columns.contains(column));
        }
        filter
    }

    pub fn target_value(&self) -> Option<f64> {
        let text = self.target.trim().replace(',', ".");
        text.parse().ok().filter(|target: &f64| target.is_finite())
    }

    /// Returns the last answer for this run, which may be to an earlier query.
    pub fn view(&self, run: &RunView) -> Option<&ResultsView> {
        self.view.as_ref().filter(|view| Arc::ptr_eq(&view.query.inputs, run.frozen()))
    }

    /// Whether charts can show a column.
    pub fn is_quantity(&self, column: ResultsColumn) -> bool {
        self.view.as_ref().is_some_and(|view| view.quantities.contains(&column))
    }

    pub fn shows(&self, column: ResultsColumn, run: &RunView) -> bool {
        self.has(column, run) && !self.hidden_columns.contains(&column)
    }

    /// Returns whether a run has content for a column.
    pub fn has(&self, column: ResultsColumn, run: &RunView) -> bool {
        match column {
            ResultsColumn::Front => self.axes.has_front,
            ResultsColumn::Error => run.state().errors().len() > 0,
            ResultsColumn::Host => run.state().notes.has_hosts(),
            ResultsColumn::Queued => run.state().notes.has_queue_times(),
            _ => !column.needs_program() || run.frozen().program.is_some(),
        }
    }
}
