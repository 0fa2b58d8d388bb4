//! What the window says about the program, the system, and where its files are.

use std::path::PathBuf;

use egui::{Align, Button, Label, Layout, RichText, Role, Ui, WidgetInfo, vec2};

use crate::window::state::{Command, Intent};
use crate::window::theme::tokens;

/// Width of the names of the facts.
const NAME_WIDTH: f32 = 120.0;

/// Facts that remain while the window is open.
#[derive(Debug, Clone, Default)]
pub struct AboutFacts {
    /// The operating system and its processor type.
    pub system: String,
    /// The interface that draws the window, with its device where it is known.
    pub renderer: String,
    /// Folders of the user's data, each with what it holds.
    pub folders: Vec<(&'static str, PathBuf)>,
    /// The log of the program, if it has one.
    pub log: Option<PathBuf>,
}

/// A name, its value, and what its button does, if it has one.
type AboutFact = (&'static str, String, Option<(&'static str, Intent)>);

impl AboutFacts {
    fn facts(&self) -> Vec<AboutFact> {
        let fixed = [
            ("Version", env!("CARGO_PKG_VERSION").to_owned(), None),
            ("System", self.system.clone(), None),
            ("Drawn with", self.renderer.clone(), None),
        ];
        let folders = self.folders.iter().map(|(name, path)| {
            let open = ("Open folder", Intent::OpenFolder(path.clone()));
            (*name, path.display().to_string(), Some(open))
        });
        let log = self.log.iter().map(|path| {
            let open = ("Open log", Intent::Command(Command::OpenLog));
            ("Log", path.display().to_string(), Some(open))
        });
        fixed.into_iter().chain(folders).chain(log).collect()
    }

    /// Returns the facts as lines of text, for a message to those who can help.
    pub(super) fn details(&self) -> String {
        let lines = self.facts().into_iter().map(|(name, value, _)| format!("{name}: {value}\n"));
        std::iter::once("CaseLanes\n".to_owned()).chain(lines).collect()
    }
}

pub(super) fn about(ui: &mut Ui, facts: &AboutFacts, intents: &mut Vec<Intent>) {
    ui.label(
        "Runs a table of cases in parallel, shows where the time went, and says how many \
         workers are worth having.",
    );
    ui.label("Licence: MIT or Apache-2.0, at your option.");
    ui.add_space(8.0);
    for (name, value, action) in facts.facts() {
        ui.horizontal(|ui| {
            let size = vec2(NAME_WIDTH, ui.spacing().interact_size.y);
            ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_width(NAME_WIDTH);
                ui.label(RichText::new(name).color(tokens(ui).weak));
            });
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if let Some((title, intent)) = action {
                    let open = ui.add(Button::new(title));
                    let label = format!("{title}: {name}");
                    open.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
                    if open.clicked() {
                        intents.push(intent);
                    }
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add(Label::new(value).wrap());
                });
            });
        });
    }
}
