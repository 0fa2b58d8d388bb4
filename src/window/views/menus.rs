//! The menu bar, made from the commands.

use egui::{Align, Button, Layout, MenuBar, RichText, Ui};
use strum::VariantArray as _;

use super::super::state::{AppState, Command, Intent, Menu};
use super::super::theme::{BODY, SMALL, bold, regular, tokens};

pub(super) fn menus(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    MenuBar::new().ui(ui, |ui| {
        ui.add_space(4.0);
        ui.label(RichText::new("CaseLanes").font(bold(BODY)));
        ui.add_space(6.0);
        for &menu in Menu::VARIANTS {
            ui.menu_button(menu.title(), |ui| {
                for command in menu.commands() {
                    if command.begins_group() {
                        ui.separator();
                    }
                    entry(ui, state, command, intents);
                }
            });
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(6.0);
            let text = RichText::new(file(state)).font(regular(SMALL)).color(tokens(ui).weak);
            let response = ui.add(egui::Label::new(text).truncate());
            if let Some(file) = &state.file {
                response.on_hover_text(file.display().to_string());
            }
        });
    });
}

/// The name of the study's file, and whether there is something to save.
fn file(state: &AppState) -> String {
    let name = state.file.as_ref().and_then(|file| file.file_name());
    let name = name.map_or("".into(), |name| name.to_string_lossy());
    let changed = if state.is_changed() && state.file.is_some() { ", changed" } else { "" };
    format!("{name}{changed}")
}

fn entry(ui: &mut Ui, state: &AppState, command: Command, intents: &mut Vec<Intent>) {
    let mut button = Button::new(command.title()).min_size(egui::vec2(220.0, 26.0));
    if let Some(shortcut) = command.shortcut() {
        button = button.shortcut_text(ui.ctx().format_shortcut(&shortcut));
    }
    if ui.add_enabled(state.is_enabled(command), button).clicked() {
        intents.push(Intent::Command(command));
        ui.close();
    }
}
