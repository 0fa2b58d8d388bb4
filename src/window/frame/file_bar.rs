//! The offer to reload the file of the study after another program has changed it.

use egui::Ui;

use super::offer_bar::OfferBar;
use crate::text::one_line;
use crate::window::state::{AppState, Intent};

pub(crate) fn offer(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(path) = state.file.changed() else { return };
    let lost = " Reload replaces your unsaved changes.";
    let lost = if state.staleness.has_unsaved_changes { lost } else { "" };
    let name = one_line(&path.file_name().unwrap_or_default().to_string_lossy());
    let bar = OfferBar {
        id: "changed file",
        text: &format!("{name} was changed by another program.{lost}"),
        place: (String::new(), path.display().to_string()),
        accept: Some((
            ["Reload", "Reload the file", "Show what the file holds now; Undo brings yours back"],
            Intent::Reload,
        )),
        decline: (
            ["Keep mine", "Keep mine", "Keep the study as it is here; saving replaces the file"],
            Intent::KeepMine,
        ),
    };
    bar.show(ui, intents);
}
