//! Keys that scroll the area around a `Ui`.

use egui::style::ScrollAnimation;
use egui::{
    EventFilter, FocusDirection, Key, Memory, Modifiers, Response, Role, Sense, Ui, WidgetInfo,
    vec2,
};

/// Distance that an arrow key scrolls, and that remains visible of a page.
const LINE: f32 = 24.0;

/// Distance that an arrow key scrolls sideways.
const COLUMN: f32 = 64.0;

/// Farther than any area is long.
const END: f32 = 1e9;

/// Scrolls by Page Up and Page Down, unless a text field has the focus or a dialog is above.
pub(crate) fn scroll_by_page(ui: &Ui) {
    let modal = ui.memory(Memory::top_modal_layer);
    let is_covered = modal.is_some_and(|layer| layer != ui.layer_id());
    if !is_covered && !ui.ctx().text_edit_focused() {
        let page = ui.clip_rect().height() - LINE;
        scroll(ui, &[(Key::PageUp, page), (Key::PageDown, -page)]);
    }
}

/// Scrolls by all keys, in a dialog that has no other use for them.
pub(crate) fn scroll_by_keys(ui: &Ui) {
    scroll_by_page(ui);
    let ends = [(Key::Home, END), (Key::End, -END)];
    scroll(ui, &ends);
    let lines = [(Key::ArrowUp, LINE), (Key::ArrowDown, -LINE)];
    if scroll(ui, &lines) {
        // The keys do not move the focus too.
        ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
    }
}

/// Lets the space left take the focus for [`scroll_focused`].
pub(crate) fn scroll_target(ui: &Ui, name: &str) -> Response {
    let place = ui.available_rect_before_wrap();
    let id = ui.scope_id().with("scroll target");
    let response = ui.interact(place, id, Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(Role::ScrollView, true, name));
    response
}

/// Scrolls by all keys while the target has the focus.
pub(crate) fn scroll_focused(ui: &Ui, target: &Response) {
    if !target.has_focus() {
        return;
    }
    let filter =
        EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(target.id, filter));
    scroll_by_keys(ui);
    let columns = ui.input_mut(|input| {
        let mut presses = |key| input.count_and_consume_key(Modifiers::NONE, key) as f32;
        presses(Key::ArrowLeft) - presses(Key::ArrowRight)
    });
    if columns != 0.0 {
        let by = vec2(columns * COLUMN, 0.0);
        ui.scroll_with_delta_animation(by, ScrollAnimation::none());
    }
}

/// Scrolls by the distances of the keys pressed, and returns whether one was.
fn scroll(ui: &Ui, keys: &[(Key, f32)]) -> bool {
    let distance: f32 = ui.input_mut(|input| {
        let mut presses = |key| input.count_and_consume_key(Modifiers::NONE, key) as f32;
        keys.iter().map(|&(key, distance)| distance * presses(key)).sum()
    });
    if distance != 0.0 {
        ui.scroll_with_delta_animation(vec2(0.0, distance), ScrollAnimation::none());
    }
    distance != 0.0
}
