//! A handle between two areas, moved with the pointer or the arrow keys.

use egui::accesskit::{Action, Orientation};
use egui::{
    CursorIcon, EventFilter, Id, InputState, Key, Rangef, Rect, Role, Sense, Stroke, Ui, WidgetInfo,
};

use crate::window::theme::tokens;

/// Distance of one step by keyboard, in points.
const STEP: f32 = 16.0;

/// Length of the grip in the middle of a handle without a line of its own.
const GRIP: f32 = 32.0;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum SplitterMove {
    /// To this x or y, which may be out of range.
    To(f32),
    /// To the place without a choice of the user.
    Reset,
}

/// Shows a handle, and returns where the user moves it. It separates left from right if it
/// is higher than wide, else top from bottom.
pub(crate) fn splitter(ui: &Ui, name: &str, handle: Rect) -> Option<SplitterMove> {
    let is_vertical = handle.height() > handle.width();
    let axis = usize::from(!is_vertical);
    let response = ui.interact(handle, Id::unique(("splitter", name)), Sense::click_and_drag());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Splitter, true, name);
        info.value = Some(f64::from(handle.center()[axis]));
        info
    });
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_orientation(if is_vertical {
            Orientation::Vertical
        } else {
            Orientation::Horizontal
        });
        node.add_action(Action::Increment);
        node.add_action(Action::Decrement);
    });
    let is_active = response.hovered() || response.dragged() || response.has_focus();
    paint(ui, handle, is_vertical, is_active);
    let cursor =
        if is_vertical { CursorIcon::ResizeHorizontal } else { CursorIcon::ResizeVertical };
    let text =
        "Drag, or press the arrow keys; a double click, Enter or Home restores the usual size";
    let response = response.on_hover_and_drag_cursor(cursor).on_hover_text(text);
    if response.has_focus() {
        let (horizontal_arrows, vertical_arrows) = (is_vertical, !is_vertical);
        let filter = EventFilter { horizontal_arrows, vertical_arrows, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    }
    if response.clicked() || response.drag_stopped() {
        response.request_focus();
    }
    let pointer = response.interact_pointer_pos().filter(|_| response.dragged());
    if let Some(pointer) = pointer {
        return Some(SplitterMove::To(pointer[axis]));
    }
    let has_focus = response.has_focus();
    let (back, forth) = if is_vertical {
        (Key::ArrowLeft, Key::ArrowRight)
    } else {
        (Key::ArrowUp, Key::ArrowDown)
    };
    let steps = ui.input(|input| {
        let keys = |key| if has_focus { input.num_presses(key) } else { 0 };
        let steps = |key, action| {
            (keys(key) + input.num_accesskit_action_requests(response.id, action)) as f32
        };
        steps(forth, Action::Increment) - steps(back, Action::Decrement)
    });
    if steps != 0.0 {
        return Some(SplitterMove::To(handle.center()[axis] + steps * STEP));
    }
    let is_reset =
        |input: &InputState| [Key::Enter, Key::Home].iter().any(|&key| input.key_pressed(key));
    let resets = response.double_clicked() || has_focus && ui.input(is_reset);
    resets.then_some(SplitterMove::Reset)
}

fn paint(ui: &Ui, handle: Rect, is_vertical: bool, is_active: bool) {
    let colors = tokens(ui);
    let center = handle.center();
    if is_vertical {
        // The areas have a line between them.
        if is_active {
            let stroke = Stroke::new(2.0, colors.accent);
            ui.painter().vline(center.x, handle.y_range(), stroke);
        }
        return;
    }
    let color = if is_active { colors.accent } else { colors.weak };
    ui.painter().hline(handle.x_range(), center.y, Stroke::new(1.0, colors.line));
    let grip = Rangef::new(center.x - GRIP / 2.0, center.x + GRIP / 2.0);
    ui.painter().hline(grip, center.y, Stroke::new(3.0, color));
}
