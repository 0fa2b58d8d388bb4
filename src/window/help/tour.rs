//! The tour: highlights a control, dims the rest, and explains the control beside it.

use egui::accesskit::Live;
use egui::{
    Align, Align2, Area, Button, Color32, Frame, Id, Label, Layout, Margin, Order, Pos2, Rect,
    RichText, Stroke, StrokeKind, Ui, pos2, vec2,
};
use strum::VariantArray as _;

use super::first_steps::TourStop;
use crate::window::state::{AppState, Intent};
use crate::window::theme::{BODY, HEADING, bold, tokens};
use crate::window::widgets::controls::small_text;

const WIDTH: f32 = 300.0;

/// Distance of the explanation from the control, and of the highlight.
const GAP: f32 = 12.0;
const AROUND: f32 = 4.0;

const DIM: Color32 = Color32::from_black_alpha(90);

/// Notes the place of a control in this frame.
pub(crate) fn note_place(ui: &Ui, stop: TourStop, place: Rect) {
    let frame = ui.ctx().cumulative_frame_nr();
    ui.data_mut(|data| data.insert_temp(place_id(stop), (frame, place)));
}

fn place_id(stop: TourStop) -> Id {
    Id::unique(("tour", stop))
}

/// Shows the stop of the tour, if it is taken. The rest of the window works as usual.
pub(crate) fn tour(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(stop) = state.first_steps.tour.filter(|_| state.dialog.is_none()) else { return };
    let frame = ui.ctx().cumulative_frame_nr();
    let noted: Option<(u64, Rect)> = ui.data(|data| data.get_temp(place_id(stop)));
    let place = noted.filter(|(noted, _)| *noted == frame).map(|(_, place)| place);
    let window = ui.ctx().content_rect();
    if let Some(place) = place {
        highlight(ui, place.expand(AROUND).intersect(window), window);
    }
    let (at, side) = anchor(place, window);
    let area = Area::new(Id::unique("tour")).order(Order::Middle).fixed_pos(at).pivot(side);
    area.constrain_to(window.shrink(GAP)).show(ui.ctx(), |ui| {
        let colors = tokens(ui);
        let frame = Frame::new()
            .fill(colors.background)
            .stroke(Stroke::new(1.0, colors.accent))
            .corner_radius(8)
            .inner_margin(Margin::same(14));
        frame.show(ui, |ui| {
            ui.set_width(WIDTH - 30.0);
            explanation(ui, stop);
            buttons(ui, stop, intents);
        });
    });
}

fn explanation(ui: &mut Ui, stop: TourStop) {
    let [title, text] = stop.texts();
    ui.horizontal(|ui| {
        ui.label(RichText::new(title).font(bold(HEADING)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let count = TourStop::VARIANTS.len();
            ui.label(small_text(ui, format!("{} of {count}", stop as usize + 1)));
        });
    });
    let label = ui.add(Label::new(RichText::new(text).size(BODY)).wrap());
    ui.ctx().accesskit_node_builder(label.id, |node| node.set_live(Live::Polite));
}

/// Shows the buttons. The one that leads on takes the focus at each stop.
fn buttons(ui: &mut Ui, stop: TourStop, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    let last = ui.data(|data| data.get_temp::<TourStop>(Id::unique("last stop")));
    ui.data_mut(|data| data.insert_temp(Id::unique("last stop"), stop));
    let (before, after) = (stop.neighbour(false), stop.neighbour(true));
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let title = if after.is_some() { "Next" } else { "Done" };
        let text = RichText::new(title).color(colors.on_accent);
        let next = ui.add(Button::new(text).fill(colors.accent).min_size(vec2(70.0, 28.0)));
        if last != Some(stop) {
            next.request_focus();
        }
        if next.clicked() {
            intents.push(Intent::Tour(after));
        }
        if let Some(before) = before
            && ui.add(Button::new("Back").min_size(vec2(60.0, 28.0))).clicked()
        {
            intents.push(Intent::Tour(Some(before)));
        }
        if after.is_some() {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let skip = ui.link(small_text(ui, "Skip the tour").underline());
                if skip.on_hover_text("Help → Take the tour shows it again (Esc)").clicked() {
                    intents.push(Intent::Tour(None));
                }
            });
        }
    });
}

/// Dims all but the place, and draws a ring around it.
fn highlight(ui: &Ui, place: Rect, window: Rect) {
    let painter = ui.painter().with_clip_rect(window);
    let (left, right) = (window.left()..=place.left(), place.right()..=window.right());
    let beside = place.y_range();
    for rect in [
        Rect::from_min_max(window.min, pos2(window.right(), place.top())),
        Rect::from_min_max(pos2(window.left(), place.bottom()), window.max),
        Rect::from_x_y_ranges(left, beside),
        Rect::from_x_y_ranges(right, beside),
    ] {
        painter.rect_filled(rect, 0.0, DIM);
    }
    let stroke = Stroke::new(2.0, tokens(ui).accent);
    painter.rect_stroke(place, 4.0, stroke, StrokeKind::Inside);
}

/// Returns where the explanation is, and which of its sides is there: right of the place, else
/// below it, else in the middle of the window.
fn anchor(place: Option<Rect>, window: Rect) -> (Pos2, Align2) {
    let Some(place) = place else { return (window.center(), Align2::CENTER_CENTER) };
    if window.right() - place.right() >= WIDTH + 2.0 * GAP {
        (pos2(place.right() + GAP, place.center().y), Align2::LEFT_CENTER)
    } else {
        (pos2(place.center().x, place.bottom() + GAP), Align2::CENTER_TOP)
    }
}
