//! The order of input: each key acts on what the one before it has brought about, however many
//! arrive in one frame.

use std::collections::BTreeMap;
use std::mem;

use egui::{Context, Event, Key, Plugin, Popup, RawInput};

/// Number of frames until the focus is where a key or a click has led it.
const SETTLING: u8 = 3;

/// Maximum number of frames for which input waits for a cell.
const PATIENCE: u8 = 30;

/// Maximum number of seconds between two presses of a key that is held down.
const REPEAT_S: f64 = 2.0;

/// Hands the input of a frame over in turns, one per frame: clicks, text, or the press of a key
/// that does not type.
#[derive(Debug, Default)]
pub(crate) struct InputTurns {
    /// Input for later frames.
    later: Vec<Event>,
    /// Number of frames until keys and text go on.
    settling: u8,
    /// Whether the cell that is to get the focus does not have it yet.
    is_held: bool,
    /// Number of frames in which it lacked the focus.
    held_frames: u8,
    /// Whether keys or text are in this frame, or wait for a later one.
    has_keys: bool,
    /// The keys that are down, with the time of the last press in seconds.
    down: BTreeMap<Key, f64>,
}

/// What a turn consists of.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Turn {
    /// Fits into any other.
    Any,
    Pointer,
    Text,
    /// The press of a key.
    Key(Key),
    /// A command of the clipboard.
    Command,
}

impl Turn {
    /// Returns what an event belongs to, given the one after it.
    fn of(event: &Event, next: Option<&Event>) -> Self {
        match event {
            Event::PointerButton { .. } | Event::AccessKitActionRequest(_) => Self::Pointer,
            Event::Text(_) | Event::Ime(_) => Self::Text,
            Event::Copy | Event::Cut | Event::Paste(_) | Event::PasteImage(_) => Self::Command,
            Event::Key { key, pressed: true, modifiers, .. } if !is_modifier(*key) => {
                let has_text = matches!(next, Some(Event::Text(_)));
                let has_modifier = modifiers.command || modifiers.alt;
                let types = has_text && !has_modifier && !is_movement(event);
                if types { Self::Text } else { Self::Key(*key) }
            }
            _ => Self::Any,
        }
    }
}

impl InputTurns {
    /// Returns the events of this frame and keeps the later ones. `in_menu`: an arrow key may open
    /// another menu, so the focus has to settle after it.
    fn take_turn(&mut self, mut events: Vec<Event>, now_s: f64, in_menu: bool) -> Vec<Event> {
        let waits = self.settling > 0 || self.is_held && self.held_frames < PATIENCE;
        let (mut turn, mut end) = (Turn::Any, events.len());
        for at in 0..events.len() {
            let next = Turn::of(&events[at], events.get(at + 1));
            let changes_modifiers = matches!(events[at], Event::ModifiersChanged(_));
            let fits = match (turn, next) {
                // A click and a press have the modifiers that are down at the end of the frame.
                (Turn::Pointer | Turn::Key(_), Turn::Any) => !changes_modifiers,
                (_, Turn::Any)
                | (Turn::Any | Turn::Pointer, Turn::Pointer)
                | (Turn::Text, Turn::Text) => true,
                (Turn::Any, _) => !waits,
                // A key that is held down does not lag behind.
                (Turn::Key(one), Turn::Key(other)) => {
                    one == other && self.is_repeat(&events[..at], other, now_s)
                }
                _ => false,
            };
            if !fits {
                end = at;
                break;
            }
            if next != Turn::Any {
                turn = next;
            }
        }
        self.later = events.split_off(end);
        self.has_keys = !matches!(turn, Turn::Any | Turn::Pointer) || !self.later.is_empty();
        self.held_frames = if self.is_held { self.held_frames.saturating_add(1) } else { 0 };
        self.settling = match turn {
            Turn::Pointer | Turn::Command => SETTLING,
            Turn::Key(_) if in_menu || !events.iter().any(is_movement) => SETTLING,
            _ => self.settling.saturating_sub(1),
        };
        for event in &events {
            match event {
                Event::Key { key, pressed: true, .. } => drop(self.down.insert(*key, now_s)),
                Event::Key { key, pressed: false, .. } => drop(self.down.remove(key)),
                _ => {}
            }
        }
        events
    }

    /// Whether a press after these events is a repeat: the key is held down.
    fn is_repeat(&self, before: &[Event], key: Key, now_s: f64) -> bool {
        let last = before.iter().rev().find_map(|event| match event {
            Event::Key { key: other, pressed, .. } if *other == key => Some(*pressed),
            _ => None,
        });
        let is_down = || self.down.get(&key).is_some_and(|at_s| now_s - at_s < REPEAT_S);
        last.unwrap_or_else(is_down)
    }
}

impl Plugin for InputTurns {
    fn debug_name(&self) -> &'static str {
        "input turns"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        let now_s = ctx.input(|input| input.time);
        let mut events = mem::take(&mut self.later);
        for event in input.events.drain(..) {
            let is_escape = matches!(event, Event::Key { key: Key::Escape, pressed: true, .. });
            if is_escape && self.is_repeat(&events, Key::Escape, now_s) {
                // Escape that is still held has done its work.
                self.down.insert(Key::Escape, now_s);
            } else {
                events.push(event);
            }
        }
        input.events = self.take_turn(events, now_s, Popup::is_any_open(ctx));
        self.is_held = false;
        if !self.later.is_empty() {
            ctx.request_repaint();
        }
    }
}

fn is_modifier(key: Key) -> bool {
    use Key::{AltLeft, AltRight, ControlLeft, ControlRight};
    use Key::{ShiftLeft, ShiftRight, SuperLeft, SuperRight};
    let left = [AltLeft, ControlLeft, ShiftLeft, SuperLeft];
    let right = [AltRight, ControlRight, ShiftRight, SuperRight];
    left.contains(&key) || right.contains(&key)
}

/// Whether the event is the press of a key that moves within a control or to the next one.
fn is_movement(event: &Event) -> bool {
    use Key::{ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Backspace, End, Home};
    use Key::{PageDown, PageUp, Tab};
    let Event::Key { key, pressed: true, modifiers, .. } = event else { return false };
    let is_arrow = matches!(key, ArrowDown | ArrowLeft | ArrowRight | ArrowUp);
    let is_other = matches!(key, Backspace | End | Home | PageDown | PageUp | Tab);
    (is_arrow || is_other) && !modifiers.command && !modifiers.alt
}

/// Holds back keys and text in the next frame, because a cell that is to get the focus does not
/// have it yet.
pub(crate) fn hold_typing(ctx: &Context) {
    ctx.with_plugin(|turns: &mut InputTurns| turns.is_held = true);
}

/// Hands an event over in the next turn.
pub(crate) fn pass_on(ctx: &Context, event: Event) {
    ctx.with_plugin(|turns: &mut InputTurns| turns.later.insert(0, event));
}

/// Whether keys or text of this frame or a later one may still change something.
pub(crate) fn has_keys(ctx: &Context) -> bool {
    ctx.with_plugin(|turns: &mut InputTurns| turns.has_keys).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use egui::{Modifiers, Pos2};
    use proptest::prelude::*;

    use super::*;

    fn key(key: Key, pressed: bool) -> Event {
        let (physical_key, repeat, modifiers) = (None, false, Modifiers::NONE);
        Event::Key { key, physical_key, pressed, repeat, modifiers }
    }

    fn letter() -> Event {
        Event::Text("a".to_owned())
    }

    /// Hands all events over; returns those of each frame that has any.
    fn turns(events: Vec<Event>) -> Vec<Vec<Event>> {
        let mut turns = InputTurns::default();
        let mut all = vec![turns.take_turn(events, 0.0, false)];
        for frame in 1..1000 {
            let later = mem::take(&mut turns.later);
            all.push(turns.take_turn(later, f64::from(frame) * 0.01, false));
        }
        assert!(turns.later.is_empty() && !turns.has_keys);
        all.retain(|events| !events.is_empty());
        all
    }

    #[test]
    fn a_key_that_is_held_down_has_one_turn() {
        let down = || key(Key::ArrowDown, true);
        let up = || key(Key::ArrowDown, false);
        let held = vec![down(), down(), down(), up()];
        assert_eq!(turns(held.clone()), [held]);
        let pressed_twice = [vec![down(), up()], vec![down(), up()]];
        assert_eq!(turns(pressed_twice.concat()), pressed_twice);
        let enter = key(Key::Enter, true);
        let capital = vec![key(Key::ShiftLeft, true), letter(), key(Key::ShiftLeft, false)];
        let frames = [capital, vec![down()], vec![letter()], vec![enter]];
        assert_eq!(turns(frames.concat()), frames);
    }

    #[test]
    fn a_click_has_the_modifiers_that_were_down_then() {
        let button = |pressed| Event::PointerButton {
            pos: Pos2::ZERO,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        let changed = Event::ModifiersChanged;
        let frames = [
            vec![changed(Modifiers::NONE), button(true), button(false)],
            vec![changed(Modifiers::SHIFT)],
            vec![key(Key::Space, true)],
            vec![changed(Modifiers::NONE)],
            vec![key(Key::Delete, true)],
        ];
        assert_eq!(turns(frames.concat()), frames);
    }

    fn event() -> impl Strategy<Value = Event> {
        let keys = [Key::Tab, Key::Enter, Key::Escape, Key::ArrowUp, Key::A];
        let press = (proptest::sample::select(keys.to_vec()), any::<bool>());
        prop_oneof![
            press.prop_map(|(name, pressed)| key(name, pressed)),
            Just(letter()),
            Just(Event::Copy),
            Just(Event::PointerMoved(Pos2::ZERO)),
            any::<bool>().prop_map(|pressed| Event::PointerButton {
                pos: Pos2::ZERO,
                button: egui::PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            }),
        ]
    }

    proptest! {
        #[test]
        fn all_events_are_handed_over_in_their_order(
            events in proptest::collection::vec(event(), 0..30),
        ) {
            let turns = turns(events.clone());
            prop_assert_eq!(turns.concat(), events);
            for turn in turns {
                let mut kinds: Vec<Turn> =
                    (0..turn.len()).map(|at| Turn::of(&turn[at], turn.get(at + 1))).collect();
                kinds.retain(|&kind| kind != Turn::Any);
                kinds.dedup();
                prop_assert!(kinds.len() <= 1, "{:?}", kinds);
            }
        }
    }
}
