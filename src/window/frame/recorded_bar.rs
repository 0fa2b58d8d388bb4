//! Names the recorded run that the tabs show, and offers to open its study or to close it.

use egui::Ui;

use super::offer_bar::OfferBar;
use crate::window::state::{AppState, Intent, NextStep};

pub(crate) fn offer(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let recorded = state.run.as_ref().and_then(|run| run.recorded.as_ref());
    let Some(recorded) = recorded else { return };
    let name = recorded.path.file_name().unwrap_or_default().to_string_lossy();
    let open = (
        ["Open as study", "Open as study", "Open its cases, workload and plan as a new study"],
        Intent::Leave(NextStep::RecordedStudy),
    );
    let bar = OfferBar {
        id: "recorded run",
        text: "The tabs show a recorded run. Your study is unchanged.",
        place: (name.into_owned(), recorded.path.display().to_string()),
        accept: recorded.has_study.then_some(open),
        decline: (
            ["Close", "Close recorded run", "Show your own run again, if there is one"],
            Intent::CloseRecorded,
        ),
    };
    bar.show(ui, intents);
}
