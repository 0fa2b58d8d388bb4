//! Sentences about the values of a run.

use super::chart_data::Mark;
use super::color_scale::{four_digits, six_digits};
use super::query::ResultsView;
use crate::text::{plural, shortest};
use crate::window::state::RunView;

/// Summarises the values: their number and their range.
pub(crate) fn value_summary(run: &RunView, view: &ResultsView) -> String {
    let Some((least, greatest)) = view.extremes else { return missing_values(run, view) };
    let name = |case: u32| run.frozen().cases.case(case as usize).name;
    let noun = plural(view.value_count, "value", "values");
    if least.value == greatest.value {
        return format!("{} {noun}, all {}", view.value_count, six_digits(least.value));
    }
    format!(
        "{} {noun} from {} ({}) to {} ({})",
        view.value_count,
        six_digits(least.value),
        name(least.case),
        six_digits(greatest.value),
        name(greatest.case)
    )
}

/// Explains why none of the cases has a value.
pub(crate) fn missing_values(run: &RunView, view: &ResultsView) -> String {
    let text = if run.is_simulated() {
        "No values: the virtual clock does not run the cases. Use the real clock to get values."
    } else if !view.query.filter.is_empty() {
        "No case that matches the filter has a value."
    } else if run.frozen().cases.is_empty() {
        "There are no cases."
    } else if run.report().is_none() {
        "No case has a value yet."
    } else if run.state().done_count() == 0 {
        "No values: no case is done. The Log tab shows why."
    } else {
        "No case returned a value."
    };
    text.to_owned()
}

/// Describes a mark: its case, or the cases it stands for.
pub(crate) fn mark_tooltip(run: &RunView, mark: &Mark) -> String {
    let row = run.frozen().cases.case(mark.case as usize);
    if mark.count == 1 {
        let [x, y, value] = [row.x, row.y, mark.value].map(shortest);
        return format!("{}\nx {x}, y {y}\nvalue {value}", row.name);
    }
    format!("{} cases, including {}\nmean value {}", mark.count, row.name, four_digits(mark.value))
}
