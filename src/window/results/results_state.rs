//! What of a run the results show, and how.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::chart_data::PlotAxis;
use super::columns::{Sort, SortKey};
use super::output_state::OutputState;
use super::query::{Chart, Filter, Objective, ResultsQuery, ResultsView};
use crate::window::state::run_view::RunView;

/// How the results are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum ResultsMode {
    /// A row for each case.
    #[default]
    Table,
    /// A mark for each case.
    Scatter,
    /// A coloured field for each x and y.
    Grid,
}

/// By what the best case is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, strum::VariantArray, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum PlotBy {
    /// The least value.
    #[default]
    Least,
    /// The greatest.
    Greatest,
    /// The nearest to a target.
    Nearest,
}

impl PlotBy {
    /// What that means.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Least => "the case of the least value",
            Self::Greatest => "the case of the greatest value",
            Self::Nearest => "the case of the value nearest to a target",
        }
    }
}

/// What the user asked the results for.
#[derive(Debug, Clone, PartialEq)]
pub enum ResultsIntent {
    /// Show these rows alone.
    Filter(Filter),
    /// Show them so.
    Show(ResultsMode),
    /// Draw values against this.
    Across(PlotAxis),
    /// Show this column, or do not.
    Column(SortKey, bool),
    /// The best is chosen by this.
    By(PlotBy),
    /// Typed as the target.
    Target(String),
    /// Select this case, or no longer.
    Choose(u32),
    /// Select this case and go to its row.
    GoTo(u32),
    /// Its row is in view.
    Arrived,
}

/// What of a run the results show, and how.
#[derive(Debug, Clone, Default)]
pub struct ResultsState {
    /// Which rows.
    pub filter: Filter,
    /// How.
    pub show: ResultsMode,
    /// Against what values are drawn.
    pub across: PlotAxis,
    /// The columns that are not shown.
    pub hidden: BTreeSet<SortKey>,
    /// By what the best is chosen.
    pub by: PlotBy,
    /// The target, as typed.
    pub target: String,
    /// The row to go to.
    pub go_to: Option<u32>,
    /// The order of the rows.
    pub sort: Sort,
    /// The output of programs beside the table.
    pub output: OutputState,
    /// What was found last.
    found: Option<ResultsView>,
}

impl ResultsState {
    /// Sorts the rows by a column; by the same column again, in the opposite order.
    pub(crate) fn sort_by(&mut self, key: SortKey) {
        let descending = self.sort.key == key && !self.sort.descending;
        self.sort = Sort { key, descending };
    }

    /// Applies an intent, except for the selection of cases.
    pub(crate) fn act(&mut self, intent: ResultsIntent) {
        match intent {
            ResultsIntent::Filter(filter) => self.filter = filter,
            ResultsIntent::Show(show) => self.show = show,
            ResultsIntent::Across(across) => self.across = across,
            ResultsIntent::Column(key, true) => drop(self.hidden.remove(&key)),
            ResultsIntent::Column(key, false) => drop(self.hidden.insert(key)),
            ResultsIntent::By(by) => self.by = by,
            ResultsIntent::Target(target) => self.target = target,
            ResultsIntent::Choose(_) => {}
            ResultsIntent::GoTo(case) => self.go_to = Some(case),
            ResultsIntent::Arrived => self.go_to = None,
        }
    }

    /// What is to be found of a run for all this.
    #[must_use]
    pub fn wanted(&self, run: &RunView, sort: Sort) -> ResultsQuery {
        let goal = match self.by {
            PlotBy::Least => Some(Objective::Least),
            PlotBy::Greatest => Some(Objective::Greatest),
            PlotBy::Nearest => self.target_value().map(Objective::Nearest),
        };
        let chart = match self.show {
            ResultsMode::Table => None,
            ResultsMode::Scatter => Some(Chart::Scatter(self.across)),
            ResultsMode::Grid => Some(Chart::Grid),
        };
        ResultsQuery {
            inputs: Arc::clone(run.frozen()),
            happened: run.revision(),
            filter: self.filter.clone(),
            sort,
            goal,
            chart,
        }
    }

    /// The target, if what was typed is a number.
    #[must_use]
    pub fn target_value(&self) -> Option<f64> {
        let text = self.target.trim().replace(',', ".");
        text.parse().ok().filter(|target: &f64| target.is_finite())
    }

    /// Takes what was found.
    pub fn take(&mut self, found: ResultsView) {
        self.found = Some(found);
    }

    /// What was found last of this run; it may be of other wishes.
    #[must_use]
    pub fn found(&self, run: &RunView) -> Option<&ResultsView> {
        self.found.as_ref().filter(|found| Arc::ptr_eq(&found.wanted.inputs, run.frozen()))
    }

    /// Whether this column is shown of the run.
    #[must_use]
    pub fn shows(&self, key: SortKey, run: &RunView) -> bool {
        let has = !key.of_programs() || run.frozen().program.is_some();
        has && !self.hidden.contains(&key)
    }
}
