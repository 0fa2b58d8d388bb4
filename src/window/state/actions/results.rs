//! Applies intents to the results.

use crate::window::results::results_state::ResultsIntent;
use crate::window::state::app_state::AppState;

impl AppState {
    pub(crate) fn act_on_results(&mut self, intent: ResultsIntent) {
        match &intent {
            ResultsIntent::Select(case) => self.select_case(*case, true),
            ResultsIntent::GoTo(case) => self.select_case(*case, false),
            _ => {}
        }
        self.results.act(intent);
    }

    /// Selects a case of the run only. `toggle` deselects it if it is selected.
    fn select_case(&mut self, case: u32, toggle: bool) {
        let Some(run) = &self.run else { return };
        let (of_document, id) = (run.has_document_rows(), run.frozen().cases.id(case as usize));
        if toggle || !self.is_selected(run, case as usize) {
            self.selection.click_cases(of_document, vec![id], false, &self.document.cases);
        }
    }
}
