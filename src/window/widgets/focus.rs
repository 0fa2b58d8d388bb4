//! Keyboard focus: a ring around the control that has it, kept in view; the order of Tab; the
//! place in it after the focus is left or its control is gone; and the control that menus and
//! dialogs give it back to.

use egui::accesskit::{Action, ActionRequest, TreeId};
use egui::text::CCursorRange;
use egui::text_edit::TextEditState;
use egui::{
    Context, Event, Id, Key, LayerId, Memory, Order, Plugin, Popup, RawInput, Response, Stroke,
    StrokeKind, Ui, WidgetRect, WidgetRects,
};

use super::tab_order::TabOrder;
use crate::window::state::FocusedText;
use crate::window::theme::tokens;

/// Distance of the ring from the control, and its width.
const RING: (f32, f32) = (3.0, 2.0);

/// Claim of the place to the focus.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
enum FocusClaim {
    /// The user left it.
    #[default]
    None,
    /// It was clicked, and did not take the focus: arrow keys are for it.
    Clicked,
    /// It has the focus, or lost it only because it is gone or disabled.
    Held,
}

#[derive(Debug, Default)]
pub(crate) struct FocusGuide {
    /// The control of the window, not of a menu or dialog, that has or had the focus last, or
    /// was clicked since. Tab continues from it.
    place: Option<Id>,
    /// The place before the focus was at a notice.
    under: Option<Id>,
    claim: FocusClaim,
    /// The control that takes the focus in the next frame.
    next: Option<Id>,
    /// The control with the focus in the last frame.
    shown: Option<Id>,
    /// Whether it is being scrolled into view.
    is_scrolling: bool,
    /// The control that uses Tab for itself.
    tab_user: Option<Id>,
    /// Input from a press of Tab on, which is for the control that gets the focus.
    later: Vec<Event>,
    /// Whether earlier input still waits for a cell to get the focus.
    is_waiting: bool,
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

    fn is_covered(&self) -> bool {
        self.covers != [false; 2] || self.returns_in > 0
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

    /// Keeps input from the second press of Tab on for the next frame, because Tab moves the
    /// focus before any control reads its keys.
    fn take_turns(&mut self, ctx: &Context, input: &mut RawInput) {
        input.events.splice(0..0, std::mem::take(&mut self.later));
        if self.is_waiting {
            (self.later, input.events) =
                std::mem::take(&mut input.events).into_iter().partition(is_typed);
            return;
        }
        let first = input.events.iter().position(is_typed);
        let mut tabs = (0..input.events.len()).filter(|&at| tab(&input.events[at]).is_some());
        if let Some(at) = tabs.find(|&at| Some(at) != first) {
            self.later = input.events.split_off(at);
            ctx.request_repaint();
        }
    }

    /// Hides a tooltip on Escape until the pointer moves, unless Escape is for a text, a menu
    /// or a dialog.
    fn hide_tooltip(&self, ctx: &Context, input: &mut RawInput) {
        let is_tooltip = |layer: &LayerId| layer.order == Order::Tooltip;
        let is_shown = || ctx.memory(|it| it.areas().visible_layer_ids().iter().any(is_tooltip));
        if input.events.iter().any(is_escape)
            && !self.is_covered()
            && !ctx.text_edit_focused()
            && is_shown()
        {
            input.events.retain(|event| !is_escape(event));
            input.events.push(Event::PointerGone);
        }
    }

    /// Moves the focus by Tab, or by an arrow key to the control that was clicked.
    fn walk(&mut self, ctx: &Context, input: &mut RawInput, focused: Option<Id>) {
        let tab_user = self.tab_user.take();
        let Some(at) = input.events.iter().position(|event| tab(event).is_some()) else {
            let is_idle =
                focused.is_none() && self.claim == FocusClaim::Clicked && !self.is_covered();
            if let Some(place) = self.place.filter(|_| is_idle)
                && input.events.iter().any(is_arrow)
                && TextEditState::load(ctx, place).is_none()
            {
                ctx.memory_mut(|memory| memory.request_focus(place));
            }
            return;
        };
        if focused.is_some() && focused == tab_user {
            return;
        }
        let modal = ctx.memory(Memory::top_modal_layer);
        let opener = self.covers[0].then(|| opener(ctx)).flatten();
        let place = self.place.filter(|_| modal.is_none());
        let from = opener.or(focused.filter(|_| !self.covers[0])).or(place);
        let is_back = tab(&input.events[at]) == Some(true);
        let next = ctx.viewport(|viewport| {
            order(&viewport.prev_pass.widgets, modal).neighbour(from, is_back)
        });
        if let Some(next) = next {
            Popup::close_all(ctx);
            // A text selects its content as it gets the focus: typing follows in the next frame.
            let after = input.events.split_off(at).into_iter().skip(1);
            let (typed, others): (Vec<_>, Vec<_>) = after.partition(is_typed);
            self.later.splice(0..0, typed);
            input.events.extend(others);
            input.events.push(request(Action::Focus, next));
            ctx.request_repaint();
            self.returns_in = 0;
            self.covers[0] = false;
        }
    }

    /// Keeps the place: at the control with the focus, at one that was clicked, and at the
    /// successor of one that is gone, which takes the focus if the user did not leave it.
    fn follow(&mut self, ctx: &Context) {
        let focused = ctx.memory(Memory::focused);
        let (at, clicked, is_gone, returns) = ctx.viewport(|viewport| {
            let (before, now) = (&viewport.prev_pass.widgets, &viewport.this_pass.widgets);
            let returns = self.replace_gone(before, now);
            let stop = |id: Id| {
                let widget = now.get(id).copied()?;
                let is_stop = widget.sense.is_focusable() && widget.layer_id.order <= Order::Middle;
                is_stop.then_some(widget)
            };
            let is_gone = focused.is_some_and(|id| !now.contains(id) && before.contains(id));
            let clicked = viewport.interact_widgets.clicked.and_then(stop);
            (focused.and_then(stop), clicked, is_gone, returns)
        });
        let has_menu = Popup::is_any_open(ctx);
        let at = at.filter(|_| !has_menu);
        if let Some(widget) = at.or(clicked) {
            let is_window = widget.layer_id.order == Order::Background;
            self.under = if is_window { None } else { self.under.or(self.place) };
            self.place = Some(widget.id);
            self.claim = if at.is_some() { FocusClaim::Held } else { FocusClaim::Clicked };
        }
        let is_covered = has_menu || ctx.memory(Memory::top_modal_layer).is_some();
        let is_free = (focused.is_none() || is_gone) && !is_covered && self.returns_in == 0;
        let Some(place) = self.place.filter(|_| is_free && self.claim == FocusClaim::Held) else {
            return;
        };
        let is_enabled =
            |id| ctx.viewport(|it| it.this_pass.widgets.get(id).is_some_and(|it| it.enabled));
        // A scrolled table stays where it is, and typing must not go to another text.
        if ctx.input(|input| input.time_since_last_scroll() < 1.0 || input.pointer.any_down()) {
            self.claim = FocusClaim::None;
        } else if (returns || TextEditState::load(ctx, place).is_none()) && is_enabled(place) {
            self.next = Some(place);
            ctx.request_repaint();
        }
    }

    /// Puts their successors in the place of controls that are gone. Returns whether the place
    /// is now the one before the last notice.
    fn replace_gone(&mut self, before: &WidgetRects, now: &WidgetRects) -> bool {
        let origin = self.origin.as_mut().map(|origin| &mut origin.0);
        for id in [self.place.as_mut(), self.under.as_mut(), origin].into_iter().flatten() {
            let layer = before.get(*id).map(|widget| widget.layer_id);
            if layer.is_some() && !now.contains(*id) {
                *id = order(before, layer).successor(*id, &order(now, layer)).unwrap_or(*id);
            }
        }
        let returns = self.under.is_some() && self.place.is_some_and(|place| !now.contains(place));
        if returns {
            self.place = self.under.take();
        }
        returns
    }
}

/// Returns the control with the focus, as drawn in this frame or in the last one. Reading its
/// response would take the focus from it in the frame of a click elsewhere.
fn focused_widget(ctx: &Context, is_drawn: bool) -> Option<WidgetRect> {
    let id = ctx.memory(Memory::focused)?;
    ctx.viewport(|viewport| {
        let pass = if is_drawn { &viewport.this_pass } else { &viewport.prev_pass };
        pass.widgets.get(id).copied()
    })
}

/// Returns whether the press of Tab leads back.
fn tab(event: &Event) -> Option<bool> {
    match event {
        Event::Key { key: Key::Tab, pressed: true, modifiers, .. } => {
            (modifiers.is_none() || modifiers.shift_only()).then_some(modifiers.shift)
        }
        _ => None,
    }
}

fn is_typed(event: &Event) -> bool {
    matches!(event, Event::Key { .. } | Event::Text(_) | Event::Paste(_))
}

fn is_escape(event: &Event) -> bool {
    matches!(event, Event::Key { key: Key::Escape, pressed: true, .. })
}

fn is_arrow(event: &Event) -> bool {
    use Key::{ArrowDown, ArrowLeft, ArrowRight, ArrowUp};
    let Event::Key { key, pressed: true, modifiers, .. } = event else { return false };
    let is_plain = modifiers.is_none() || modifiers.shift_only();
    is_plain && matches!(key, ArrowDown | ArrowLeft | ArrowRight | ArrowUp)
}

fn request(action: Action, target: Id) -> Event {
    let (target_tree, target_node) = (TreeId::ROOT, target.accesskit_id());
    Event::AccessKitActionRequest(ActionRequest { action, target_tree, target_node, data: None })
}

/// Returns the controls of a layer, else those of the window and then those of the notices.
fn order(widgets: &WidgetRects, layer: Option<LayerId>) -> TabOrder<'_> {
    let notices = || widgets.layer_ids().filter(|layer| layer.order == Order::Middle);
    match layer {
        Some(layer) => TabOrder::of(widgets, [layer]),
        None => TabOrder::of(widgets, std::iter::once(LayerId::background()).chain(notices())),
    }
}

/// Returns the control whose menu or list is open.
fn opener(ctx: &Context) -> Option<Id> {
    let stops = ctx.viewport(|viewport| {
        let widgets = &viewport.prev_pass.widgets;
        let all = widgets.layer_ids().filter(|layer| layer.order < Order::Tooltip);
        TabOrder::of(widgets, all).stops().to_vec()
    });
    stops.into_iter().find(|id| Popup::is_id_open(ctx, id.with("popup")))
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
    ctx.with_plugin(|guide: &mut FocusGuide| {
        guide.origin = None;
        guide.claim = FocusClaim::None;
    });
}

/// Leaves Tab to a control that has the focus, for this frame.
pub(crate) fn keep_tab(ctx: &Context, id: Id) {
    ctx.with_plugin(|guide: &mut FocusGuide| guide.tab_user = Some(id));
}

/// Holds back what is typed while earlier input waits for a cell to get the focus.
pub(crate) fn hold_typing(ctx: &Context, is_waiting: bool) {
    ctx.with_plugin(|guide: &mut FocusGuide| guide.is_waiting = is_waiting);
}

/// Lets the open list give the focus back to this control.
pub(crate) fn return_to(ctx: &Context, id: Id) {
    ctx.with_plugin(|guide: &mut FocusGuide| guide.origin = Some((id, None)));
}

/// Returns whether a menu or dialog was open at the start of this frame.
pub(crate) fn is_covered(ctx: &Context) -> bool {
    ctx.with_plugin(|guide: &mut FocusGuide| guide.is_covered()).unwrap_or_default()
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
        // Escape that is still held has done its work.
        input
            .events
            .retain(|event| !matches!(event, Event::Key { key: Key::Escape, repeat: true, .. }));
        self.take_turns(ctx, input);
        self.hide_tooltip(ctx, input);
        let focused = ctx.memory(Memory::focused);
        let is_press = |event: &Event| matches!(event, Event::PointerButton { pressed: true, .. });
        if input.events.iter().any(|event| is_escape(event) || is_press(event)) {
            self.claim = FocusClaim::None;
        }
        // A press on a menu takes the focus from a text field before the menu opens.
        if !self.is_covered() && !ctx.input(|input| input.pointer.any_down()) {
            self.origin = focused.map(|id| (id, selection(ctx, id)));
        }
        if self.returns_in == 1 {
            self.return_focus(ctx);
        }
        self.returns_in = self.returns_in.saturating_sub(1);
        self.walk(ctx, input, focused);
        if let Some(next) = self.next.take().filter(|_| focused.is_none()) {
            input.events.insert(0, request(Action::Focus, next));
        }
        if focused != self.shown {
            self.shown = focused;
            let is_cut = |it: &WidgetRect| !it.interact_rect.contains_rect(it.rect);
            let cut = focused_widget(ctx, false).filter(is_cut);
            self.is_scrolling = cut.is_some();
            if let Some(cut) = cut {
                input.events.push(request(Action::ScrollIntoView, cut.id));
            }
        }
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx();
        self.follow(ctx);
        let Some(widget) = focused_widget(ctx, true) else { return };
        let (distance, width) = RING;
        let ring = widget.interact_rect.expand(distance).intersect(ctx.content_rect());
        let stroke = Stroke::new(width, tokens(ui).accent);
        let painter = ctx.layer_painter(widget.layer_id);
        painter.rect_stroke(ring, 5.0, stroke, StrokeKind::Inside);
        if Some(widget.id) != self.shown || std::mem::take(&mut self.is_scrolling) {
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
