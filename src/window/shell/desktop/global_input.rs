//! Input that is for the whole window: shortcuts, dropped files and pasted rows.

use egui::text_selection::LabelSelectionState;
use egui::{Context, Event, Id, Key, KeyboardShortcut, Memory, Modifiers, Popup};

use crate::window::cases::grid::GRID;
use crate::window::form::case_table::pasted_rows;
use crate::window::state::{AppState, Command, Intent, Tab};
use crate::window::widgets::combo_box::in_combo_box;
use crate::window::widgets::focus::{had_focus, last_used};

/// Collects shortcuts, dropped files and pasted rows before any widget sees them. `was_in_text`:
/// whether a text had the focus, which Escape may have taken from it.
pub(crate) fn global_intents(ctx: &Context, state: &AppState, was_in_text: bool) -> Vec<Intent> {
    let mut intents = Vec::new();
    if state.dialog.is_none() {
        intents.extend(clipboard_intents(ctx, state));
        intents.extend(shortcuts(ctx, state, was_in_text));
    } else {
        // A shortcut of the window presses no button of a dialog.
        ctx.input_mut(|input| input.events.retain(|event| !is_shortcut_of_button(event)));
    }
    let dropped = ctx.input(|input| input.raw.dropped_files.clone());
    intents.extend(dropped.first().map(|file| Intent::Drop(file.path().to_owned())));
    intents
}

/// Whether a button with the focus would take the shortcut for a press.
fn is_shortcut_of_button(event: &Event) -> bool {
    matches!(event, Event::Key { key: Key::Enter | Key::Space, modifiers, .. }
        if modifiers.command || modifiers.alt)
}

/// Takes the events of the clipboard that are not for a text.
fn clipboard_intents(ctx: &Context, state: &AppState) -> Vec<Intent> {
    let in_text = state.focused_text.is_some();
    let is_beside_cases = is_beside_cases(ctx, state);
    let in_label = ctx.plugin::<LabelSelectionState>().lock().has_selection();
    let mut intents = Vec::new();
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            let intent = match event {
                Event::Paste(text) if !in_text => Intent::PasteRows(text.clone()),
                Event::Cut if !in_text && is_beside_cases => return false,
                Event::Cut if !in_text => Intent::Command(Command::Cut),
                Event::Copy if !in_text && !in_label => Intent::Command(Command::Copy),
                // Rows go to the table even if a cell has the keyboard.
                event if let Some(rows) = pasted_rows(event) => Intent::PasteRows(rows.to_owned()),
                _ => return true,
            };
            intents.push(intent);
            false
        });
    });
    intents
}

/// Takes the shortcuts of commands that are not for the control with the focus.
fn shortcuts(ctx: &Context, state: &AppState, was_in_text: bool) -> Vec<Intent> {
    let typing = was_in_text || ctx.text_edit_focused();
    let in_popup = Popup::is_any_open(ctx);
    let in_own_text = state.focused_text.is_some() && state.form.editing.is_none();
    // Fields of the form are part of the document, a field for a search is not.
    let in_tabs = is_in_tabs(ctx, state);
    let in_search = in_own_text && in_tabs && state.cases.edited.is_none();
    let is_beside_cases = is_beside_cases(ctx, state);
    let in_table = had_focus(ctx, Id::unique(GRID));
    let in_box = in_combo_box(ctx);
    let is_touring = state.first_steps.tour.is_some();
    let mut intents = Vec::new();
    for command in Command::all() {
        let Some(shortcut) = command.shortcut() else { continue };
        let plain = shortcut.modifiers.is_none();
        let is_step = matches!(command, Command::Undo | Command::Redo);
        // Escape closes a menu or leaves a field before it cancels a run.
        let is_taken = plain && command != Command::Shortcuts && (typing || in_popup)
            || command == Command::Delete && is_beside_cases
            || matches!(command, Command::MoveUp | Command::MoveDown) && in_box
            || command == Command::Cancel && (in_table || is_touring)
            || is_step && in_search;
        let is_enabled = state.is_enabled(command);
        // A text outside the document undoes its own changes where the document has none.
        let is_passed_on = !is_enabled && (plain || in_own_text && (in_tabs || !is_step));
        // The shortcut of a disabled command does nothing, not even in a cell.
        let is_pressed = !is_taken
            && !is_passed_on
            && (take_shortcut(ctx, shortcut)
                || command.other_shortcut().is_some_and(|other| take_shortcut(ctx, other)));
        if is_pressed && is_enabled {
            intents.push(Intent::Command(command));
            if in_popup {
                Popup::close_all(ctx);
                ctx.memory_mut(Memory::stop_text_input);
            }
        }
    }
    intents
}

/// Whether what was used last is right of the form, but not the table of the cases: a view of a
/// run, whose cases are not deleted from the study, or a control.
fn is_beside_cases(ctx: &Context, state: &AppState) -> bool {
    let at_control = ctx.memory(Memory::focused).is_some() && !had_focus(ctx, Id::unique(GRID));
    is_in_tabs(ctx, state) && (state.tab != Tab::Cases || at_control)
}

/// Whether what was used last is right of the form.
fn is_in_tabs(ctx: &Context, state: &AppState) -> bool {
    let form = state.preferences.form.width(ctx.content_rect().width());
    last_used(ctx).is_some_and(|at| at.x > form)
}

/// Takes the press of a shortcut from the input. Its modifiers are exact, except that a sign may
/// need Shift. The key of the equals sign is that of the plus sign on most keyboards.
fn take_shortcut(
    ctx: &Context,
    KeyboardShortcut { modifiers, logical_key }: KeyboardShortcut,
) -> bool {
    let is_sign = !logical_key.symbol_or_name().contains(char::is_alphabetic);
    let is_press = |event: &Event| match event {
        Event::Key { key, pressed: true, modifiers: pressed, .. }
            if *key == logical_key || (*key, logical_key) == (Key::Equals, Key::Plus) =>
        {
            let shift = pressed.shift && !is_sign;
            Modifiers { shift, ..*pressed }.matches_exact(modifiers)
        }
        _ => false,
    };
    ctx.input_mut(|input| {
        let before = input.events.len();
        input.events.retain(|event| !is_press(event));
        input.events.len() < before
    })
}
