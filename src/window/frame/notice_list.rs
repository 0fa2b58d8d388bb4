//! Draws the notices, below the tabs.

use std::time::Duration;

use egui::accesskit::Live;
use egui::{
    Align, Frame, Id, Label, Layout, Margin, Panel, RichText, Role, ScrollArea, Stroke, Ui,
    WidgetInfo, vec2,
};

use super::notices::PostedNotice;
use crate::window::state::{AppState, Intent};
use crate::window::theme::{BODY, tokens};

/// Seconds that a message is shown, and those for each character of it.
const SHOWN_S: f64 = 5.0;
const CHARACTER_S: f64 = 0.04;

/// Most of the height of the window for notices; more are scrolled.
const MAX_SHARE: f32 = 0.3;

/// Shows the notices in a place of their own below the tabs, where they cover nothing.
pub(crate) fn notice_list(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    if state.notices.newest().is_none() {
        return;
    }
    let frame = Frame::new().fill(tokens(ui).background).inner_margin(Margin::symmetric(20, 4));
    let max_height = MAX_SHARE * ui.ctx().content_rect().height();
    Panel::bottom("notices").frame(frame).resizable(false).show(ui, |ui| {
        let list = ScrollArea::vertical().max_height(max_height).min_scrolled_height(max_height);
        list.auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            // The newest is first, so that its first line is in sight however long it is.
            for posted in state.notices.iter().rev() {
                let is_held = draw(ui, posted, intents);
                expire(ui, posted, is_held, intents);
            }
        });
    });
}

/// Draws a notice, and returns whether the pointer or the keyboard is at it.
fn draw(ui: &mut Ui, posted: &PostedNotice, intents: &mut Vec<Intent>) -> bool {
    let colors = tokens(ui);
    let is_error = posted.notice.is_error;
    let (line, color) =
        if is_error { (colors.bad, colors.bad) } else { (colors.weak, colors.text) };
    let frame = Frame::new()
        .fill(colors.background)
        .stroke(Stroke::new(1.0, line))
        .corner_radius(6)
        .inner_margin(Margin::symmetric(12, 8));
    let mut has_focus = false;
    let shown = frame.show(ui, |ui| {
        let layout = Layout::right_to_left(Align::Center);
        ui.allocate_ui_with_layout(vec2(ui.available_width(), 24.0), layout, |ui| {
            let dismiss = ui.button("✕").on_hover_text("Dismiss (Esc)");
            dismiss.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Dismiss"));
            has_focus = dismiss.has_focus();
            if dismiss.clicked() {
                intents.push(Intent::DismissNotice(posted.id));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = RichText::new(&posted.notice.text).color(color).size(BODY);
                let label = ui.add(Label::new(text).wrap());
                ui.ctx().accesskit_node_builder(label.id, |node| {
                    node.set_live(if is_error { Live::Assertive } else { Live::Polite });
                });
            });
        });
    });
    let pointer = ui.input(|input| input.pointer.hover_pos());
    has_focus || pointer.is_some_and(|pointer| shown.response.rect.contains(pointer))
}

/// Dismisses a message some time after it appeared or was left. Errors stay.
fn expire(ui: &Ui, posted: &PostedNotice, is_held: bool, intents: &mut Vec<Intent>) {
    if posted.notice.is_error {
        return;
    }
    let now_s = ui.input(|input| input.time);
    let id = Id::unique(("notice", posted.id));
    let since_s = ui.data_mut(|data| {
        let since_s = data.get_temp_mut_or(id, now_s);
        if is_held {
            *since_s = now_s;
        }
        *since_s
    });
    let length = posted.notice.text.chars().count() as f64;
    let left_s = since_s + SHOWN_S + CHARACTER_S * length - now_s;
    if left_s <= 0.0 {
        ui.data_mut(|data| data.remove::<f64>(id));
        intents.push(Intent::DismissNotice(posted.id));
    } else if !is_held {
        ui.ctx().request_repaint_after(Duration::from_secs_f64(left_s));
    }
}
