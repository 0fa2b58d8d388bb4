//! Keyboard focus: a ring around the control that has it, kept in view, and the place in
//! the order of Tab after it is left.

use egui::accesskit::{Action, ActionRequest, TreeId};
use egui::{
    Context, Event, Id, Key, Memory, Order, Plugin, Popup, RawInput, Response, Stroke, StrokeKind,
    Ui,
};

use crate::window::theme::tokens;

/// Distance of the ring from the control, and its width.
const RING: (f32, f32) = (3.0, 2.0);

#[derive(Debug, Default)]
pub(crate) struct FocusGuide {
    /// The control of the window, not of a menu or dialog, that has or had the focus last.
    last: Option<Id>,
    /// The control with the focus in the last frame.
    shown: Option<Id>,
    /// Whether it is being scrolled into view.
    is_scrolling: bool,
}

impl Plugin for FocusGuide {
    fn debug_name(&self) -> &'static str {
        "focus guide"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        let focused = ctx.memory(Memory::focused);
        let is_tab =
            |event: &Event| matches!(event, Event::Key { key: Key::Tab, pressed: true, .. });
        let has_modal = ctx.memory(Memory::top_modal_layer).is_some();
        if focused.is_none() && !has_modal && input.events.iter().any(is_tab) {
            // Continues from the control that lost the focus, by Escape for example.
            if let Some(last) = self.last.and_then(|last| nearest_before(ctx, last)) {
                ctx.memory_mut(|memory| memory.request_focus(last));
            }
        }
        if focused != self.shown {
            self.shown = focused;
            let response = focused.and_then(|id| ctx.read_response(id));
            let is_cut = |response: &Response| !response.interact_rect.contains_rect(response.rect);
            let response = response.filter(is_cut);
            self.is_scrolling = response.is_some();
            if let Some(response) = response {
                let (target_tree, target_node) = (TreeId::ROOT, response.id.accesskit_id());
                let action = Action::ScrollIntoView;
                let request = ActionRequest { action, target_tree, target_node, data: None };
                input.events.push(Event::AccessKitActionRequest(request));
            }
        }
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx();
        let Some(response) = ctx.memory(Memory::focused).and_then(|id| ctx.read_response(id))
        else {
            return;
        };
        if response.layer_id.order == Order::Background && !Popup::is_any_open(ctx) {
            self.last = Some(response.id);
        }
        let (distance, width) = RING;
        let ring = response.interact_rect.expand(distance).intersect(ctx.content_rect());
        let stroke = Stroke::new(width, tokens(ui).accent);
        let painter = ctx.layer_painter(response.layer_id);
        painter.rect_stroke(ring, 5.0, stroke, StrokeKind::Inside);
        if Some(response.id) != self.shown || std::mem::take(&mut self.is_scrolling) {
            ctx.request_repaint();
        }
    }
}

/// Scrolls the areas around `ui` to a control of `ui` that has just got the focus, where a
/// table scrolls in one direction only.
pub(crate) fn scroll_to_focused(ui: &Ui) {
    let response = ui.memory(Memory::focused).and_then(|id| ui.ctx().read_response(id));
    let is_new = |response: &Response| {
        response.gained_focus() && ui.min_rect().y_range().contains(response.rect.center().y)
    };
    if let Some(response) = response.filter(is_new) {
        ui.scroll_to_rect(response.rect, None);
    }
}

/// Returns this control, or the nearest one before it if it cannot take the focus any more.
fn nearest_before(ctx: &Context, id: Id) -> Option<Id> {
    ctx.viewport(|viewport| {
        let widgets = &viewport.prev_pass.widgets;
        let (layer, order) = widgets.order(id)?;
        let before: Vec<_> = widgets.get_layer(layer).take(order + 1).collect();
        let mut focusable = before.iter().rev().filter(|w| w.enabled && w.sense.is_focusable());
        focusable.next().map(|widget| widget.id)
    })
}
