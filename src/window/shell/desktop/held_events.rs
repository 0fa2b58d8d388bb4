//! Events that are held back for the next frame.

use egui::{Context, Event};

use crate::window::form::case_table::is_cell_navigation;
use crate::window::widgets::focus::hold_typing;

/// Events for the next frame, in which another control has the keyboard.
#[derive(Default)]
pub(crate) struct HeldEvents(Vec<Event>);

impl HeldEvents {
    pub(crate) fn push(&mut self, event: Event) {
        self.0.push(event);
    }

    /// Passes on what was held back. Holds back what was typed after a key that moves to another
    /// cell, until that cell has the keyboard; otherwise fast typing would go to the previous cell
    /// or be lost. `is_moving`: the keyboard is about to move to another cell anyway.
    pub(crate) fn exchange(&mut self, ctx: &Context, is_moving: bool) {
        let before = std::mem::take(&mut self.0);
        let typing = ctx.text_edit_focused();
        self.0 = ctx.input_mut(|input| {
            input.events.splice(0..0, before);
            let walk = input.events.iter().position(|event| typing && is_cell_navigation(event));
            let from = if is_moving { Some(0) } else { walk.map(|walk| walk + 1) };
            let Some(from) = from else { return Vec::new() };
            let typed = |event: &Event| matches!(event, Event::Key { .. } | Event::Text(_));
            let (later, now) = input.events.split_off(from).into_iter().partition(typed);
            let now: Vec<Event> = now;
            input.events.extend(now);
            later
        });
        hold_typing(ctx, !self.0.is_empty());
        if !self.0.is_empty() {
            ctx.request_repaint();
        }
    }
}
