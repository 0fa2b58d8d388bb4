//! What of a run the results show, and how.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::chart_data::PlotAxis;
use super::columns::{Sort, SortKey};
use super::query::{Chart, Filter, Objective, ResultsQuery, ResultsView};
use crate::window::state::app_state::AppState;
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
    /// What was found last.
    found: Option<ResultsView>,
}

impl ResultsState {
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
            inputs: Arc::clone(run.inputs()),
            happened: run.changes(),
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
        self.found.as_ref().filter(|found| Arc::ptr_eq(&found.wanted.inputs, run.inputs()))
    }

    /// Whether this column is shown of the run.
    #[must_use]
    pub fn shows(&self, key: SortKey, run: &RunView) -> bool {
        let has = !key.of_programs() || run.frozen().program.is_some();
        has && !self.hidden.contains(&key)
    }
}

impl AppState {
    pub(crate) fn act_on_results(&mut self, intent: ResultsIntent) {
        let view = &mut self.results;
        match intent {
            ResultsIntent::Filter(filter) => view.filter = filter,
            ResultsIntent::Show(show) => view.show = show,
            ResultsIntent::Across(across) => view.across = across,
            ResultsIntent::Column(key, true) => drop(view.hidden.remove(&key)),
            ResultsIntent::Column(key, false) => drop(view.hidden.insert(key)),
            ResultsIntent::By(by) => view.by = by,
            ResultsIntent::Target(target) => view.target = target,
            ResultsIntent::Choose(case) => self.choose(case, true),
            ResultsIntent::GoTo(case) => {
                view.go_to = Some(case);
                self.choose(case, false);
            }
            ResultsIntent::Arrived => view.go_to = None,
        }
    }

    /// Selects a case of the run alone; again, and it no longer is if `toggle`.
    fn choose(&mut self, case: u32, toggle: bool) {
        let Some(run) = &self.run else { return };
        let (of_document, id) = (run.knows_rows(), run.frozen().cases.id(case as usize));
        if toggle || !self.is_picked(run, case as usize) {
            self.pick(of_document, vec![id], false);
        }
    }

    /// The selected cases of the run, so many at most.
    #[must_use]
    pub fn picked_cases(&self, run: &RunView, most: usize) -> Vec<u32> {
        let rows = self.picked(run.knows_rows()).iter().take(most);
        let cases = rows.filter_map(|&id| run.case_of(id));
        cases.map(|case| u32::try_from(case).unwrap_or(u32::MAX)).collect()
    }
}
