//! The results that the tab shows, and sentences about their values.

use egui::Response;

use super::chart_data::Mark;
use super::color_scale::significant;
use super::query::ResultsView;
use super::results_state::ResultsIntent;
use crate::text::{count, shortest};
use crate::window::state::{AppState, Intent, RunView};

/// A run with the last answer to the query of the tab, if there is one.
#[derive(Clone, Copy)]
pub(crate) struct ShownResults<'a> {
    pub(crate) state: &'a AppState,
    pub(crate) run: &'a RunView,
    pub(crate) view: Option<&'a ResultsView>,
}

impl<'a> ShownResults<'a> {
    /// Rows in their order; `None` if all are shown as listed.
    pub(crate) fn rows(self) -> Option<&'a [u32]> {
        self.view.and_then(|view| view.rows.as_deref())
    }

    pub(crate) fn value_summary(self) -> String {
        let view = self.view.and_then(|view| Some((view.value_count, view.extremes?)));
        let Some((values, (least, greatest))) = view else { return self.missing_values() };
        let name = |case: u32| self.run.frozen().cases.case(case as usize).name;
        let values = count(values, "value");
        let [low, high] = [least.value, greatest.value].map(|value| significant(value, 6));
        if least.value == greatest.value {
            return format!("{values}, all {low}");
        }
        let (least, greatest) = (name(least.case), name(greatest.case));
        format!("{values} from {low} ({least}) to {high} ({greatest})")
    }

    pub(crate) fn missing_values(self) -> String {
        let run = self.run;
        let text = if run.is_simulated() {
            "No values: the virtual clock does not run the cases. Use the real clock to get \
             values."
        } else if self.view.is_some_and(|view| !view.query.filter.is_empty()) {
            "No case that matches the filter has a value."
        } else if run.frozen().cases.is_empty() {
            "There are no cases."
        } else if run.report().is_none() {
            "No case has a value yet."
        } else if run.state().done_count == 0 {
            "No values: no case is done. The Log tab shows why."
        } else {
            "No case returned a value."
        };
        text.to_owned()
    }

    /// Shows the tooltip of the mark under the pointer; a click selects its case.
    pub(crate) fn respond(self, response: Response, mark: &Mark, intents: &mut Vec<Intent>) {
        if response.clicked() {
            intents.push(Intent::Results(ResultsIntent::Select(mark.case)));
        }
        let row = self.run.frozen().cases.case(mark.case as usize);
        response.on_hover_text_at_pointer(if mark.count == 1 {
            let [x, y, value] = [row.x, row.y, mark.value].map(shortest);
            format!("{}\nx {x}, y {y}\nvalue {value}", row.name)
        } else {
            let (cases, mean) = (count(mark.count, "case"), significant(mark.value, 4));
            format!("{cases}, including {}\nmean value {mean}", row.name)
        });
    }
}
