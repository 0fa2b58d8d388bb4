//! Applies intents to the timeline.

use crate::window::state::app_state::AppState;
use crate::window::timeline::timeline_state::TimelineIntent;

impl AppState {
    pub(crate) fn act_on_timeline(&mut self, intent: TimelineIntent) {
        match intent {
            TimelineIntent::Zoom(zoom) => self.timeline.zoom = zoom,
            TimelineIntent::AllRuns(all) => {
                self.timeline.all_runs = all;
                self.timeline.zoom = None;
            }
            TimelineIntent::Select { of_document, rows, toggle } => {
                self.selection.click_cases(of_document, rows, toggle, &self.document.cases);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report;
    use crate::study::RowId;
    use crate::window::state::intent::Intent;
    use crate::window::state::ui_parts::MachineInfo;

    #[test]
    fn cases_of_an_example_are_selected_separately_from_rows_of_the_document() {
        let report = report::Machine { logical_cpus: 2, os: "linux" };
        let mut state = AppState::new(MachineInfo { report, free_memory: None });
        let rows = vec![state.document.cases.id(1), RowId(900)];
        let click_of = |of_document, toggle| {
            let rows = rows.clone();
            Intent::Timeline(TimelineIntent::Select { of_document, rows, toggle })
        };
        let click = |toggle| click_of(false, toggle);
        state.apply(click(false));
        assert!(state.selection.rows.is_empty() && state.selection.run_rows.len() == 2);
        state.apply(click(false));
        assert!(state.selection.run_rows.is_empty(), "a second click deselects");
        state.apply(click(true));
        assert_eq!(state.selection.run_rows.len(), 2);
        state.apply(click_of(true, false));
        assert_eq!(
            state.selection.rows.len(),
            1,
            "rows that the document no longer has are ignored"
        );
    }
}
