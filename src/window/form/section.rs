//! A part of the form that is folded and unfolded by its heading.

use egui::{
    Atom, Button, Id, Label, RichText, Role, Shape, Stroke, Ui, UiBuilder, WidgetInfo, vec2,
};

use super::form_layout::{FormArrangement, FormSection};
use crate::window::state::{AppState, Intent};
use crate::window::theme::{HEADING, bold, tokens};
use crate::window::widgets::controls::small_text;

/// Shows a heading, and the contents unless they are folded. The summary stands for folded
/// contents.
pub(crate) fn section(
    ui: &mut Ui,
    state: &AppState,
    (section, summary): (FormSection, &str),
    intents: &mut Vec<Intent>,
    contents: impl FnOnce(&mut Ui, &mut Vec<Intent>),
) {
    let title: &str = section.into();
    let is_folded = state.preferences.form.is_folded(section);
    // Headings keep the focus when something above them appears or vanishes.
    let stable = UiBuilder::new().scope_id(Id::unique(("section", title)));
    ui.scope_builder(stable, |ui| {
        heading(ui, (section, summary), is_folded, intents);
        if !is_folded {
            contents(ui, intents);
        }
    });
}

fn heading(
    ui: &mut Ui,
    (section, summary): (FormSection, &str),
    is_folded: bool,
    intents: &mut Vec<Intent>,
) {
    let title: &str = section.into();
    ui.horizontal(|ui| {
        ui.spacing_mut().button_padding = vec2(2.0, 2.0);
        ui.spacing_mut().interact_size.y = 22.0;
        let text = RichText::new(title).font(bold(HEADING));
        let button = Button::new((triangle(is_folded), text)).gap(6.0).frame_when_inactive(false);
        let response = ui.add(button);
        response.widget_info(|| WidgetInfo::labeled(Role::DisclosureTriangle, true, title));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_expanded(!is_folded));
        if response.clicked() {
            intents.push(Intent::ArrangeForm(FormArrangement::Fold(section, !is_folded)));
        }
        if is_folded {
            ui.add(Label::new(small_text(ui, summary)).truncate()).on_hover_text(summary);
        }
    });
}

/// Points to the right of folded contents, and down to others.
fn triangle(is_folded: bool) -> Atom<'static> {
    Atom::paint(vec2(10.0, 10.0), move |ui, place| {
        let center = place.rect.center();
        let corners = [vec2(-4.0, -2.5), vec2(4.0, -2.5), vec2(0.0, 3.5)];
        let turned = |corner: egui::Vec2| if is_folded { corner.rot90() } else { corner };
        let points = corners.map(|corner| center + turned(corner)).to_vec();
        let color = tokens(ui).weak;
        ui.painter().add(Shape::convex_polygon(points, color, Stroke::NONE));
    })
}
