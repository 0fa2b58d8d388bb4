//! The results that the tab shows, and sentences about their values.

use egui::{Rect, Response, Ui};

use super::columns::{ResultsColumn, number};
use super::query::ResultsView;
use super::results_state::ResultsIntent;
use crate::report::charts::value_marks::Mark;
use crate::text::{capitalized, count, one_line, shortest, significant};
use crate::window::state::{AppState, Intent, RunView};
use crate::window::widgets::chart_cursor::show_cursor;

/// A run with the last answer to the query of the tab, if there is one.
#[derive(Clone, Copy)]
pub(crate) struct ShownResults<'a> {
    pub(crate) state: &'a AppState,
    pub(crate) run: &'a RunView,
    pub(crate) view: Option<&'a ResultsView>,
}

impl<'a> ShownResults<'a> {
    /// Columns that charts can show.
    pub(crate) fn quantities(self) -> &'a [ResultsColumn] {
        const BASIC: &[ResultsColumn] = &[ResultsColumn::X, ResultsColumn::Y, ResultsColumn::Value];
        self.view.map_or(BASIC, |view| &view.quantities)
    }

    /// Rows in their order; `None` if all are shown as listed.
    pub(crate) fn rows(self) -> Option<&'a [u32]> {
        self.view.and_then(|view| view.rows.as_deref())
    }

    pub(crate) fn value_summary(self) -> String {
        let view = self.view.and_then(|view| Some((view.value_count, view.extremes?)));
        let Some((values, (least, greatest))) = view else { return self.missing_values() };
        let name = |case: u32| one_line(self.run.frozen().cases.case(case as usize).name);
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
            return self.unknown_column();
        };
        text.to_owned()
    }

    /// Names the column that has no values to draw.
    fn unknown_column(self) -> String {
        match self.view.and_then(|view| view.unknown) {
            Some(column) => {
                let column = capitalized(&column.title_within(self.run.frozen()));
                format!("{column} is unknown for all cases.")
            }
            None => "No case returned a value.".to_owned(),
        }
    }

    /// Shows the tooltip of the mark under the pointer, or of the mark at the cursor with its
    /// place. A click or Enter selects its case.
    pub(crate) fn respond(
        self,
        ui: &Ui,
        response: Response,
        (pointed, cursor): (Option<&Mark>, Option<(&Mark, Rect)>),
        intents: &mut Vec<Intent>,
    ) {
        let mark = cursor.map(|(mark, _)| mark).or(pointed);
        if let Some(mark) = mark.filter(|_| response.clicked()) {
            intents.push(Intent::Results(ResultsIntent::Select(mark.case)));
        }
        match (cursor, pointed) {
            (Some((mark, place)), _) => show_cursor(ui, &response, place, &self.mark_text(mark)),
            (None, Some(mark)) => drop(response.on_hover_text_at_pointer(self.mark_text(mark))),
            (None, None) => {}
        }
    }

    fn mark_text(self, mark: &Mark) -> String {
        let row = self.run.frozen().cases.case(mark.case as usize);
        if mark.count == 1 {
            return self.case_text(mark.case);
        }
        let (cases, mean) = (count(mark.count, "case"), significant(mark.value, 4));
        let subject = self.view.map_or(ResultsColumn::Value, |view| view.subject);
        let title = subject.title_within(self.run.frozen());
        format!("{cases}, including {}\nmean {title} {mean}", one_line(row.name))
    }

    /// Describes a case by its name, inputs, and numbers in the chart.
    pub(crate) fn case_text(self, case: u32) -> String {
        let frozen = self.run.frozen();
        let row = frozen.cases.case(case as usize);
        let mut text = one_line(row.name);
        if frozen.has_inputs {
            text.extend(["\nx ", &shortest(row.x), ", y ", &shortest(row.y)]);
        }
        for column in
            self.view.and_then(|view| view.chart.as_ref()).iter().flat_map(|c| c.columns())
        {
            let is_input = matches!(column, ResultsColumn::X | ResultsColumn::Y);
            if let Some(number) = self.number(column, case).filter(|_| !is_input) {
                let title = column.title_within(frozen);
                text.extend(["\n", &title, " ", &shortest(number)]);
            }
        }
        text
    }

    /// Returns the number of a case in a column.
    pub(crate) fn number(self, column: ResultsColumn, case: u32) -> Option<f64> {
        number(column, &self.run.frozen().cases, self.run.state(), case)
    }
}
