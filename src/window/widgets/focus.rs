//! Keyboard focus: a ring around the control that has it, kept in view; the order of Tab; the
//! place in it after the focus is left or its control is gone; and the control that menus and
//! dialogs give it back to.

use std::mem;
use std::time::Duration;

use egui::accesskit::{Action, ActionRequest, TreeId};
use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{
    Context, Event, Id, Key, LayerId, Memory, Modifiers, Order, Plugin, Popup, Pos2, RawInput,
    Rect, Response, ScrollArea, Stroke, StrokeKind, Tooltip, Ui, Vec2, WidgetRect, WidgetRects,
};

use super::chart_cursor::tip_id;
use super::tab_order::{RowLists, TabOrder};
use crate::window::state::FocusedText;
use crate::window::theme::tokens;

/// Distance of the ring from the control, and its width.
const RING: (f32, f32) = (3.0, 2.0);

/// Seconds until the focus leaves a control that is disabled.
const PATIENCE_S: f64 = 0.4;

/// Points of a control, in each direction, that must be in view.
const IN_VIEW: f32 = 100.0;

/// Seconds after a scroll in which what was scrolled out of view stays there.
const SCROLLING_S: f32 = 0.5;

/// Number of frames until a text that Escape has left is gone for another reason.
const LEAVING: u8 = 3;

/// Claim of the place to the focus.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
enum FocusClaim {
    /// The user left it.
    #[default]
    None,
    /// It was clicked, and did not take the focus: arrow keys are for it.
    Clicked,
    /// It takes the place of a control that is gone.
    Inherited,
    /// It has the focus, or lost it only because it is disabled or its text was entered.
    Held,
}

/// Whether the control with the focus is in view.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
enum Visibility {
    #[default]
    Seen,
    Hidden,
    /// It is scrolled into view in this frame.
    Coming,
}

#[derive(Debug, Default)]
pub(crate) struct FocusGuide {
    /// The control of the window, not of a menu or dialog, that has or had the focus last, or
    /// was clicked since. Tab continues from it.
    place: Option<Id>,
    /// The place before the focus was at a notice.
    under: Option<Id>,
    claim: FocusClaim,
    /// Where the focus was last, or where was clicked since.
    used_at: Option<Pos2>,
    /// The control of the open dialog that has or had the focus last.
    dialog_place: Option<Id>,
    /// The control that takes the place of one that is gone with the view around it.
    stand_in: Option<Id>,
    /// Time since when nothing has the focus that the place claims.
    free_since_s: Option<f64>,
    /// Number of frames in which a text may vanish because Escape has left it.
    left_in: u8,
    /// The control that takes the focus in the next frame.
    next: Option<Id>,
    /// The control with the focus in the last frame.
    shown: Option<Id>,
    visibility: Visibility,
    /// The control that uses Tab for itself.
    tab_user: Option<Id>,
    /// The rows of lists that were drawn since the last frame.
    lists: RowLists,
    /// The control whose ring is drawn inside of it.
    encloser: Option<Id>,
    /// Whether the pointer counts as gone until it moves.
    hides_pointer: bool,
    /// The control that has the focus, or had it when the open menu or dialog was opened,
    /// and what is selected in it if it is a text field.
    origin: Option<(Id, Option<CCursorRange>)>,
    /// Whether the open menu is of rows, whatever text field had the focus.
    is_menu_of_rows: bool,
    /// Whether a menu and whether a dialog was open in the last frame.
    covers: [bool; 2],
    /// Number of frames until the focus returns to its origin, if not 0.
    returns_in: u8,
    /// The origin that the focus returned to in this frame.
    returned: Option<Id>,
}

impl FocusGuide {
    /// Takes the focus to a dialog that opens, and back to where it was once a dialog, or a
    /// menu that the keyboard closed, is gone.
    fn settle(&mut self, ctx: &Context, has_dialog: bool) {
        let covers = [Popup::is_any_open(ctx), has_dialog];
        let [had_menu, had_dialog] = mem::replace(&mut self.covers, covers);
        if has_dialog && !had_dialog {
            ctx.memory_mut(Memory::stop_text_input);
            Popup::close_all(ctx);
            self.covers[0] = false;
            // A tooltip would cover the dialog until the pointer moves.
            self.hides_pointer = true;
        }
        let uses_pointer = || ctx.input(|input| input.pointer.any_click());
        if self.covers == [false, true] && had_menu && !uses_pointer() {
            self.claim = FocusClaim::Held;
        }
        if self.covers == [false; 2] {
            self.is_menu_of_rows = false;
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

    /// Hides a tooltip on Escape, until the pointer moves or the focus is back, unless Escape is for
    /// a text, a menu or a dialog.
    fn hide_tooltip(&mut self, ctx: &Context, input: &mut RawInput) {
        let is_tooltip = |layer: &LayerId| layer.order == Order::Tooltip;
        let is_shown = || ctx.memory(|it| it.areas().visible_layer_ids().iter().any(is_tooltip));
        if input.events.iter().any(is_escape)
            && !self.is_covered()
            && !ctx.text_edit_focused()
            && is_shown()
        {
            input.events.retain(|event| !is_escape(event));
            input.events.push(Event::PointerGone);
            let focused = ctx.memory(Memory::focused).map(tip_id);
            if focused.is_some_and(|tip| Tooltip::was_tooltip_open_last_frame(ctx, tip)) {
                self.claim = FocusClaim::None;
                ctx.memory_mut(Memory::stop_text_input);
            }
        }
    }

    /// Moves the focus within a menu or list by Home and End.
    fn walk_menu(&self, ctx: &Context, input: &mut RawInput) {
        let is_menu = |widget: &WidgetRect| widget.layer_id.order == Order::Foreground;
        let focused = focused_widget(ctx, false).filter(|widget| self.covers[0] && is_menu(widget));
        let Some(focused) = focused.filter(|it| TextEditState::load(ctx, it.id).is_none()) else {
            return;
        };
        for event in &mut input.events {
            let Some(is_last) = end_of_menu(event) else { continue };
            let target = ctx.viewport(|viewport| {
                order(&viewport.prev_pass.widgets, Some(focused.layer_id)).neighbour(None, is_last)
            });
            *event = request(Action::Focus, target.unwrap_or(focused.id));
        }
    }

    /// Moves the focus by Tab, or by an arrow key to the control that was clicked.
    fn walk(&mut self, ctx: &Context, input: &mut RawInput, focused: Option<Id>) {
        let (tab_user, lists) = (self.tab_user.take(), mem::take(&mut self.lists));
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
        let place = if modal.is_some() { self.dialog_place } else { self.place };
        let from = opener.or(focused.filter(|_| !self.covers[0])).or(place);
        let is_back = tab(&input.events[at]) == Some(true);
        let next = ctx.viewport(|viewport| {
            order(&viewport.prev_pass.widgets, modal).stop(from, is_back, &lists)
        });
        if let Some(next) = next {
            Popup::close_all(ctx);
            input.events.remove(at);
            input.events.push(request(Action::Focus, next));
            ctx.request_repaint();
            self.returns_in = 0;
            self.covers[0] = false;
        }
    }

    /// Brings the control with the focus back into view when the layout has moved it away, or when
    /// keys change it. A scroll may leave it behind.
    fn keep_in_view(&mut self, ctx: &Context, input: &mut RawInput) {
        let Some(widget) = focused_widget(ctx, false).filter(is_hidden) else {
            self.visibility = Visibility::Seen;
            return;
        };
        let before = mem::replace(&mut self.visibility, Visibility::Hidden);
        let is_moved = before == Visibility::Seen
            && ctx.input(|input| {
                input.time_since_last_scroll() > SCROLLING_S && !input.pointer.any_down()
            });
        if input.events.iter().any(is_edit) || is_moved && !input.events.iter().any(is_scroll) {
            self.visibility = Visibility::Coming;
            input.events.push(request(Action::ScrollIntoView, widget.id));
        }
    }

    /// Keeps the place: at the control with the focus, at one that was clicked, and at the
    /// successor of one that is gone, which takes the focus if the user did not leave it. An open
    /// dialog has a place of its own.
    fn follow(&mut self, ctx: &Context) {
        let focused = ctx.memory(Memory::focused);
        let modal = ctx.memory(Memory::top_modal_layer);
        if modal.is_none() {
            self.dialog_place = None;
        }
        let is_text = |id: Id| TextEditState::load(ctx, id).is_some();
        let was_text =
            if modal.is_some() { self.dialog_place } else { self.place }.is_some_and(is_text);
        let (at, clicked, is_gone, returns) = ctx.viewport(|viewport| {
            let (before, now) = (&viewport.prev_pass.widgets, &viewport.this_pass.widgets);
            let returns = self.replace_gone(before, now, modal, was_text);
            let stop = |id: Id| {
                let widget = now.get(id).copied()?;
                let layer = widget.layer_id;
                let is_reached = layer.order <= Order::Middle || Some(layer) == modal;
                (widget.sense.is_focusable() && is_reached).then_some(widget)
            };
            let is_gone = focused.is_some_and(|id| !now.contains(id) && before.contains(id));
            let clicked = viewport.interact_widgets.clicked.and_then(stop);
            (focused.and_then(stop), clicked, is_gone, returns)
        });
        if is_gone && self.returned == focused {
            // The command of the menu has removed its origin, which has a successor now.
            self.returns_in = 1;
            ctx.request_repaint();
        }
        let has_menu = Popup::is_any_open(ctx);
        let at = at.filter(|_| !has_menu);
        let click = ctx.input(|input| {
            let is_click = input.pointer.any_click();
            input.pointer.interact_pos().filter(|_| is_click)
        });
        // The tour is at no place of the window.
        let is_place = |layer: LayerId| layer.order != Order::Middle;
        let click = click.filter(|&at| ctx.layer_id_at(at).is_none_or(is_place));
        let used = at.filter(|widget| is_place(widget.layer_id));
        self.used_at = click.or(used.map(|widget| widget.rect.center())).or(self.used_at);
        if let Some(widget) = at.or(clicked) {
            if Some(widget.layer_id) == modal {
                self.dialog_place = Some(widget.id);
            } else {
                let is_window = widget.layer_id.order == Order::Background;
                self.under = if is_window { None } else { self.under.or(self.place) };
                self.place = Some(widget.id);
            }
            self.claim = if at.is_some() { FocusClaim::Held } else { FocusClaim::Clicked };
        }
        if let Some(widget) = at.filter(|widget| !widget.enabled) {
            ctx.memory_mut(|memory| memory.surrender_focus(widget.id));
        }
        let is_lost = focused.is_none() || is_gone || at.is_some_and(|widget| !widget.enabled);
        let is_free = is_lost && !has_menu && self.returns_in == 0;
        let has_claim = matches!(self.claim, FocusClaim::Held | FocusClaim::Inherited);
        let place = if modal.is_some() { self.dialog_place } else { self.place };
        match place.filter(|_| is_free && has_claim) {
            Some(place) => self.offer_focus(ctx, place, returns),
            None => self.free_since_s = None,
        }
    }

    /// Lets the place take the focus, which nothing has.
    fn offer_focus(&mut self, ctx: &Context, place: Id, returns: bool) {
        let now_s = ctx.input(|input| input.time);
        let is_first = self.free_since_s.is_none();
        let free_s = now_s - *self.free_since_s.get_or_insert(now_s);
        let is_text = TextEditState::load(ctx, place).is_some();
        let widget = ctx.viewport(|viewport| viewport.this_pass.widgets.get(place).copied());
        let is_enabled = widget.is_some_and(|widget| widget.enabled);
        // A scrolled table stays where it is.
        if ctx.input(|input| input.time_since_last_scroll() < 1.0 || input.pointer.any_down()) {
            self.claim = FocusClaim::None;
        } else if !is_enabled && free_s < PATIENCE_S {
            ctx.request_repaint_after(Duration::from_secs_f64(PATIENCE_S - free_s));
        } else if !is_enabled {
            let layer = widget.map(|widget| widget.layer_id);
            let neighbour = ctx.viewport(|viewport| {
                let now = order(&viewport.this_pass.widgets, layer);
                now.successor(place, &now)
            });
            if let Some(neighbour) = neighbour {
                self.next = Some(neighbour);
                ctx.request_repaint();
            }
        } else if returns || !is_text || (self.claim == FocusClaim::Held && !is_first) {
            self.next = Some(place);
            ctx.request_repaint();
        } else if self.claim == FocusClaim::Held {
            // Enter may lead on from a text, which otherwise keeps the focus.
            ctx.request_repaint();
        }
    }

    /// Puts their successors in the place of controls that are gone. Returns whether the place
    /// is now the one before the last notice.
    fn replace_gone(
        &mut self,
        before: &WidgetRects,
        now: &WidgetRects,
        modal: Option<LayerId>,
        was_text: bool,
    ) -> bool {
        let stand_in = self.stand_in.take();
        let is_gone =
            |id: Option<Id>| id.is_some_and(|id| before.contains(id) && !now.contains(id));
        if is_gone(if modal.is_some() { self.dialog_place } else { self.place }) {
            let is_left = self.claim == FocusClaim::None && self.left_in > 0;
            if was_text && (is_left || self.claim == FocusClaim::Held) {
                // Typing must not go to another text.
                self.claim = FocusClaim::Inherited;
            }
        }
        if let Some((_, selection)) = self.origin.as_mut().filter(|(id, _)| is_gone(Some(*id))) {
            // The successor has another text, all of which is selected.
            *selection = selection.map(|_| whole_text());
        }
        let origin = self.origin.as_mut().map(|origin| &mut origin.0);
        let places = [self.place.as_mut(), self.dialog_place.as_mut(), self.under.as_mut(), origin];
        for id in places.into_iter().flatten().filter(|id| is_gone(Some(**id))) {
            let layer = before.get(*id).map(|widget| widget.layer_id);
            let successor = || order(before, layer).successor(*id, &order(now, layer));
            let stand_in = stand_in.filter(|_| layer == Some(LayerId::background()));
            *id = stand_in.or_else(successor).unwrap_or(*id);
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

/// Whether less of a control is in view than must be.
fn is_hidden(widget: &WidgetRect) -> bool {
    let seen = widget.interact_rect.size().max(Vec2::ZERO) + Vec2::splat(1.0);
    let needed = widget.rect.size().min(Vec2::splat(IN_VIEW));
    seen.x < needed.x || seen.y < needed.y
}

/// Whether the event is text or a key that changes a control.
fn is_edit(event: &Event) -> bool {
    match event {
        Event::Text(_) | Event::Paste(_) | Event::Cut | Event::Ime(_) => true,
        Event::Key { key, pressed: true, .. } => {
            matches!(key, Key::Backspace | Key::Delete | Key::Enter | Key::Space)
        }
        _ => false,
    }
}

/// Whether the event is a key that may scroll.
fn is_scroll(event: &Event) -> bool {
    let Event::Key { key, pressed: true, .. } = event else { return false };
    is_arrow(event) || matches!(key, Key::Home | Key::End | Key::PageUp | Key::PageDown)
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

/// Returns whether the press of Home or End leads to the last entry of a menu.
fn end_of_menu(event: &Event) -> Option<bool> {
    match event {
        Event::Key { key, pressed: true, modifiers: Modifiers::NONE, .. } => match key {
            Key::Home => Some(false),
            Key::End => Some(true),
            _ => None,
        },
        _ => None,
    }
}

/// Drops text typed with Alt, which is for menus. On a Mac it types other letters.
fn drop_alt_text(ctx: &Context, input: &mut RawInput) {
    if ctx.os().is_mac() {
        return;
    }
    let mut has_alt = ctx.input(|input| input.modifiers.alt);
    input.events.retain(|event| {
        if let Event::Key { modifiers, .. } | Event::ModifiersChanged(modifiers) = event {
            has_alt = modifiers.alt && !modifiers.ctrl;
        }
        !(has_alt && matches!(event, Event::Text(_)))
    });
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

/// Returns the range of any text.
fn whole_text() -> CCursorRange {
    CCursorRange::two(CCursor::default(), CCursor::new(usize::MAX))
}

/// Returns what is selected in a text field.
fn selection(ctx: &Context, id: Id) -> Option<CCursorRange> {
    TextEditState::load(ctx, id)?.cursor.char_range()
}

/// Moves the focus after a frame in which a menu or dialog may have opened or closed.
pub(crate) fn settle(ctx: &Context, has_dialog: bool) {
    ctx.with_plugin(|guide: &mut FocusGuide| guide.settle(ctx, has_dialog));
}

/// Treats the pointer as gone from the next frame on, until it moves.
pub(crate) fn hide_pointer(ctx: &Context) {
    ctx.with_plugin(|guide: &mut FocusGuide| guide.hides_pointer = true);
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
        guide.used_at = None;
        guide.claim = FocusClaim::None;
    });
}

/// Leaves Tab to a control that has the focus, for this frame.
pub(crate) fn keep_tab(ctx: &Context, id: Id) {
    ctx.with_plugin(|guide: &mut FocusGuide| guide.tab_user = Some(id));
}

/// Makes a row, drawn in this frame, part of a list that is one stop of Tab. `is_current`: Tab
/// leads to this row.
pub(crate) fn row_of_list(row: &Response, list: Id, is_current: bool) {
    row.ctx.with_plugin(|guide: &mut FocusGuide| guide.lists.add(list, row.id, is_current));
}

/// Draws the ring inside of a chart if it has the focus, in this frame: labels touch it.
pub(crate) fn ring_inside(chart: &Response) {
    chart.ctx.with_plugin(|guide: &mut FocusGuide| {
        guide.encloser = chart.has_focus().then_some(chart.id).or(guide.encloser);
    });
}

/// Lets the open list give the focus back to this control.
pub(crate) fn return_to(ctx: &Context, id: Id) {
    ctx.with_plugin(|guide: &mut FocusGuide| {
        if guide.covers[1] {
            guide.dialog_place = Some(id);
        } else {
            guide.origin = Some((id, None));
        }
    });
}

/// Lets a control take the focus from one that is gone, because another view is shown.
pub(crate) fn stand_in(ctx: &Context, id: Id) {
    ctx.with_plugin(|guide: &mut FocusGuide| guide.stand_in = Some(id));
}

/// Gives a control the focus that others like it have, or will have once a dialog is closed.
pub(crate) fn take_over(ctx: &Context, others: &[Id], id: Id) {
    if ctx.memory(Memory::focused).is_some_and(|focused| others.contains(&focused)) {
        ctx.memory_mut(|memory| memory.request_focus(id));
    }
    ctx.with_plugin(|guide: &mut FocusGuide| {
        let origin = guide.origin.as_mut().map(|origin| &mut origin.0);
        let places = [guide.place.as_mut(), guide.under.as_mut(), guide.next.as_mut(), origin];
        places.into_iter().flatten().filter(|it| others.contains(it)).for_each(|it| *it = id);
    });
}

/// Returns whether Escape leaves a text in this frame, and does nothing else.
pub(crate) fn is_leaving_text(ctx: &Context) -> bool {
    ctx.with_plugin(|guide: &mut FocusGuide| guide.left_in == LEAVING).unwrap_or_default()
}

/// Returns whether the control with the focus is in this place.
pub(crate) fn has_focus_within(ctx: &Context, place: Rect) -> bool {
    focused_widget(ctx, true).is_some_and(|widget| place.contains(widget.rect.center()))
}

/// Returns whether a control had the focus when this frame began.
pub(crate) fn had_focus(ctx: &Context, id: Id) -> bool {
    ctx.with_plugin(|guide: &mut FocusGuide| guide.shown == Some(id)).unwrap_or_default()
}

/// Returns where the focus was last, or where was clicked since.
pub(crate) fn last_used(ctx: &Context) -> Option<Pos2> {
    ctx.with_plugin(|guide: &mut FocusGuide| guide.used_at).flatten()
}

/// Selects the whole text of a field, so that typing replaces it. Undo in the field starts afresh.
pub(crate) fn select_all(ctx: &Context, id: Id) {
    let mut edit = TextEditState::default();
    edit.cursor.set_char_range(Some(whole_text()));
    edit.store(ctx, id);
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
        drop_alt_text(ctx, input);
        if mem::take(&mut self.hides_pointer) {
            input.events.insert(0, Event::PointerGone);
        }
        self.hide_tooltip(ctx, input);
        let focused = ctx.memory(Memory::focused);
        let in_text = focused.is_some_and(|id| TextEditState::load(ctx, id).is_some());
        let is_leaving = in_text && input.events.iter().any(is_escape);
        self.left_in = if is_leaving { LEAVING } else { self.left_in.saturating_sub(1) };
        // A field loses the focus when the button is released elsewhere.
        let is_click = |event: &Event| matches!(event, Event::PointerButton { .. });
        if input.events.iter().any(|event| is_escape(event) || is_click(event)) {
            self.claim = FocusClaim::None;
        }
        // A press on a menu takes the focus from a text field before the menu opens.
        if !self.is_covered() && !ctx.input(|input| input.pointer.any_down()) {
            self.origin = focused.map(|id| (id, selection(ctx, id)));
        }
        let returns = self.returns_in == 1;
        self.returned = self.origin.map(|origin| origin.0).filter(|_| returns);
        if returns {
            self.return_focus(ctx);
        }
        self.returns_in = self.returns_in.saturating_sub(1);
        self.walk_menu(ctx, input);
        self.walk(ctx, input, focused);
        if let Some(next) = self.next.take().filter(|_| focused.is_none()) {
            input.events.insert(0, request(Action::Focus, next));
        }
        if focused == self.shown {
            self.keep_in_view(ctx, input);
        } else {
            self.shown = focused;
            let is_cut = |it: &WidgetRect| !it.interact_rect.contains_rect(it.rect);
            self.visibility = Visibility::Seen;
            if let Some(cut) = focused_widget(ctx, false).filter(is_cut) {
                self.visibility = Visibility::Coming;
                input.events.push(request(Action::ScrollIntoView, cut.id));
            }
        }
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx();
        self.follow(ctx);
        let Some(widget) = focused_widget(ctx, true) else { return };
        let (mut distance, width) = RING;
        if self.encloser.take() == Some(widget.id) {
            distance = 0.0;
        }
        let ring = widget.interact_rect.expand(distance).intersect(ctx.content_rect());
        let stroke = Stroke::new(width, tokens(ui).accent);
        let painter = ctx.layer_painter(widget.layer_id);
        painter.rect_stroke(ring, 5.0, stroke, StrokeKind::Inside);
        if Some(widget.id) != self.shown || self.visibility == Visibility::Coming {
            ctx.request_repaint();
        }
    }
}

/// Shows content in an area that scrolls sideways only.
pub(crate) fn sideways(ui: &mut Ui, area: ScrollArea, content: impl FnOnce(&mut Ui)) {
    area.show(ui, content);
    scroll_to_focused(ui);
}

/// Scrolls the areas around `ui` to a control of `ui` that is being scrolled into view, where an
/// area inside of `ui` scrolls in one direction only.
pub(crate) fn scroll_to_focused(ui: &Ui) {
    let visibility = ui.ctx().with_plugin(|guide: &mut FocusGuide| guide.visibility);
    let is_coming = visibility == Some(Visibility::Coming);
    let widget = focused_widget(ui.ctx(), true).filter(|_| is_coming);
    let is_inside = |it: &WidgetRect| ui.min_rect().y_range().contains(it.rect.center().y);
    if let Some(widget) = widget.filter(is_inside) {
        ui.scroll_to_rect(widget.rect, None);
    }
}
