//! Keyboard focus: a ring around the control that has it, kept in view; the place in the
//! order of Tab after it is left; and the control that menus and dialogs give it back to.

use egui::accesskit::{Action, ActionRequest, TreeId};
use egui::text::CCursorRange;
use egui::text_edit::TextEditState;
use egui::{
    Context, Event, Id, Key, Memory, Order, Plugin, Popup, RawInput, Response, Stroke, StrokeKind,
    Ui,
};

use crate::window::state::FocusedText;
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
    /// The control that has the focus, or had it when the open menu or dialog was opened,
    /// and what is selected in it if it is a text field.
    origin: Option<(Id, Option<CCursorRange>)>,
    /// Whether the open menu is of rows, whatever text field had the focus.
    is_menu_of_rows: bool,
    /// Whether a menu and whether a dialog was open in the last frame.
    covers: [bool; 2],
    /// Number of frames until the focus returns to its origin, if not 0.
    returns_in: u8,
}

impl FocusGuide {
    /// Takes the focus to a dialog that opens, and back to where it was once a dialog, or a
    /// menu that the keyboard closed, is gone.
    fn settle(&mut self, ctx: &Context, has_dialog: bool) {
        let covers = [Popup::is_any_open(ctx), has_dialog];
        let [had_menu, had_dialog] = std::mem::replace(&mut self.covers, covers);
        if has_dialog && !had_dialog {
            ctx.memory_mut(Memory::stop_text_input);
        }
        if covers == [false; 2] {
            self.is_menu_of_rows = false;
            let uses_pointer = || ctx.input(|input| input.pointer.any_click());
            if had_dialog {
                // A dialog keeps the focus for a frame after it is closed.
                self.returns_in = 2;
            } else if had_menu && !uses_pointer() {
                self.returns_in = 1;
            }
        }
        if self.returns_in > 0 {
            ctx.request_repaint();
        }
    }

    /// Gives the focus back to the control that had it, with the selection in its text,
    /// unless another control of the window has it.
    fn return_focus(&self, ctx: &Context) {
        let focused = ctx.memory(Memory::focused).and_then(|id| ctx.read_response(id));
        let is_elsewhere = focused.is_some_and(|other| other.layer_id.order == Order::Background);
        let Some((id, selection)) = self.origin.filter(|_| !is_elsewhere) else { return };
        ctx.memory_mut(|memory| memory.request_focus(id));
        if let Some(mut edit) = TextEditState::load(ctx, id) {
            edit.cursor.set_char_range(selection);
            edit.store(ctx, id);
        }
    }
}

/// Returns what is selected in a text field.
fn selection(ctx: &Context, id: Id) -> Option<CCursorRange> {
    TextEditState::load(ctx, id)?.cursor.char_range()
}

/// Moves the focus after a frame in which a menu or dialog may have opened or closed.
pub(crate) fn settle(ctx: &Context, has_dialog: bool) {
    ctx.with_plugin(|guide: &mut FocusGuide| guide.settle(ctx, has_dialog));
}

/// Gives the focus back to the text field that had it before the open menu or dialog.
pub(crate) fn return_to_text(ctx: &Context) {
    ctx.with_plugin(|guide: &mut FocusGuide| guide.returns_in = 1);
}

/// Takes the focus from a text field, so that keys and commands act on the selected rows.
pub(crate) fn leave_text(ctx: &Context) {
    ctx.memory_mut(Memory::stop_text_input);
    ctx.with_plugin(|guide: &mut FocusGuide| guide.origin = None);
}

/// Lets commands of the menu that opens act on the selected rows.
pub(crate) fn act_on_rows(ctx: &Context) {
    ctx.with_plugin(|guide: &mut FocusGuide| guide.is_menu_of_rows = true);
}

/// Returns the text field that has the focus, or had it when the open menu or dialog was
/// opened.
pub(crate) fn focused_text(ctx: &Context) -> Option<FocusedText> {
    let origin = ctx.with_plugin(|guide: &mut FocusGuide| match guide.covers {
        [false, false] => ctx.memory(Memory::focused).map(|id| (id, selection(ctx, id))),
        _ => guide.origin.filter(|_| !guide.is_menu_of_rows),
    });
    let (id, selection) = origin.flatten()?;
    TextEditState::load(ctx, id)?;
    Some(FocusedText { has_selection: selection.is_some_and(|range| !range.is_empty()) })
}

impl Plugin for FocusGuide {
    fn debug_name(&self) -> &'static str {
        "focus guide"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        let focused = ctx.memory(Memory::focused);
        let is_tab =
            |event: &Event| matches!(event, Event::Key { key: Key::Tab, pressed: true, .. });
        let is_covered = self.covers != [false; 2] || self.returns_in > 0;
        // A press on a menu takes the focus from a text field before the menu opens.
        if !is_covered && !ctx.input(|input| input.pointer.any_down()) {
            self.origin = focused.map(|id| (id, selection(ctx, id)));
        }
        if self.returns_in == 1 {
            self.return_focus(ctx);
        }
        self.returns_in = self.returns_in.saturating_sub(1);
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
