//! How a picture is drawn: its theme and its scale.

use egui::{RichText, Ui};

use super::picture_choices::PictureForm;
use crate::report::PictureTheme;
use crate::window::state::Intent;
use crate::window::theme::tokens;
use crate::window::widgets::controls::list_box;

const THEMES: [PictureTheme; 2] = [PictureTheme::Light, PictureTheme::Dark];

/// Shows the choices; an SVG has no pixels and so no scale.
pub(crate) fn picture_form(
    ui: &mut Ui,
    form: PictureForm,
    is_svg: bool,
    intents: &mut Vec<Intent>,
) {
    let mut chosen = form;
    ui.horizontal(|ui| {
        ui.label(RichText::new("Theme").color(tokens(ui).weak));
        list_box(
            ui,
            ("picture theme", "Theme"),
            90.0,
            &mut chosen.theme,
            THEMES.into_iter(),
            |it| {
                match it {
                    PictureTheme::Light => "Light",
                    PictureTheme::Dark => "Dark",
                }
                .to_owned()
            },
        );
        if !is_svg {
            ui.label(RichText::new("Scale").color(tokens(ui).weak));
            let scales = [1, 2].into_iter();
            list_box(ui, ("picture scale", "Scale"), 60.0, &mut chosen.scale, scales, |it| {
                format!("{it}×")
            });
        }
    });
    if chosen != form {
        intents.push(Intent::Picture(chosen));
    }
}
