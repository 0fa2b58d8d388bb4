//! A bar below the tabs that offers something and blocks nothing. It does not move the tabs.

use egui::{Align, Button, Frame, Label, Layout, Margin, Panel, RichText, Role, Ui, WidgetInfo};

use crate::text::one_line;
use crate::window::state::Intent;
use crate::window::theme::{BODY, tokens};
use crate::window::widgets::controls::small_text;

/// A button: text, accessible name, explanation.
pub(crate) type OfferButton = [&'static str; 3];

pub(crate) struct OfferBar<'a> {
    pub(crate) id: &'static str,
    pub(crate) text: &'a str,
    /// A file or folder: its name, and its path.
    pub(crate) place: (String, String),
    pub(crate) accept: Option<(OfferButton, Intent)>,
    pub(crate) decline: (OfferButton, Intent),
}

impl OfferBar<'_> {
    pub(crate) fn show(self, ui: &mut Ui, intents: &mut Vec<Intent>) {
        let colors = tokens(ui);
        let frame = Frame::new().fill(colors.selected).inner_margin(Margin::symmetric(14, 6));
        Panel::bottom(self.id).frame(frame).resizable(false).show(ui, |ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let mut add =
                    |ui: &mut Ui, button, ([_, name, hover], intent): (OfferButton, _)| {
                        let response = ui.add(button).on_hover_text(hover);
                        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
                        if response.clicked() {
                            intents.push(intent);
                        }
                    };
                add(ui, Button::new(self.decline.0[0]), self.decline);
                if let Some(accept) = self.accept {
                    let text = RichText::new(accept.0[0]).color(colors.on_accent);
                    add(ui, Button::new(text).fill(colors.accent), accept);
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let text = RichText::new(self.text).size(BODY).color(colors.text);
                    let (name, path) = self.place;
                    ui.add(Label::new(text).wrap()).on_hover_text(&path);
                    let name = small_text(ui, one_line(&name));
                    ui.add(Label::new(name).truncate()).on_hover_text(path);
                });
            });
        });
    }
}
