//! The list of a combo box, used by mouse or keyboard.

use egui::{
    Align, AsIdSalt, Button, ComboBox, Context, Event, Id, InputState, Key, Memory, Modifiers,
    Popup, Response, Ui,
};

use super::focus::return_to;

/// Largest width and height of a list.
const WIDTH: f32 = 420.0;
const HEIGHT: f32 = 420.0;

/// Keys that open a list, besides Enter and Space.
const OPENS: [(Modifiers, Key); 3] =
    [(Modifiers::NONE, Key::F4), (Modifiers::ALT, Key::ArrowDown), (Modifiers::ALT, Key::ArrowUp)];

/// Where the box that had the focus last is noted.
const FOCUSED: &str = "focused combo box";

/// A text and the button that shows it.
pub(crate) type ListEntry<'a> = (String, Button<'a>);

/// Shows a combo box with the text `selected`. Returns the box and the entry picked.
///
/// Arrow keys, Home, End and the first letter of an entry move in the list, from the entry
/// `chosen`. Enter picks an entry, and Escape closes the list. F4 and Alt with
/// an arrow key open it too.
pub(crate) fn combo_box(
    ui: &mut Ui,
    salt: impl AsIdSalt,
    (selected, width): (&str, f32),
    chosen: Option<usize>,
    entries: Vec<ListEntry<'_>>,
) -> (Response, Option<usize>) {
    let list = ComboBox::from_id_salt(salt).selected_text(selected).width(width).height(HEIGHT);
    let shown = list.show_ui(ui, |ui| {
        ui.set_max_width(WIDTH);
        let (texts, buttons): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        let responses: Vec<_> = buttons.into_iter().map(|button| ui.add(button)).collect();
        let target = target(ui, chosen, &texts, &responses);
        if let Some(response) = target.and_then(|target| responses.get(target)) {
            response.request_focus();
            response.scroll_to_me(Some(Align::Center));
        }
        let picked = responses.iter().position(Response::clicked);
        if picked.is_some() {
            ui.close();
        }
        picked
    });
    let response = shown.response;
    let popup = Popup::default_response_id(&response);
    if shown.inner.is_some() {
        return_to(ui.ctx(), response.id);
    } else if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(Id::unique(FOCUSED), response.id));
        let opens =
            |input: &mut InputState| OPENS.iter().any(|&(by, key)| input.consume_key(by, key));
        if ui.input_mut(opens) {
            Popup::open_id(ui.ctx(), popup);
        }
    }
    (response, shown.inner.flatten())
}

/// Returns whether a combo box has the focus.
pub(crate) fn in_combo_box(ctx: &Context) -> bool {
    let last: Option<Id> = ctx.data(|data| data.get_temp(Id::unique(FOCUSED)));
    last.is_some() && last == ctx.memory(Memory::focused)
}

/// Returns the entry that takes the focus: the chosen one once the list opens, or the one that
/// a key leads to.
fn target(
    ui: &Ui,
    chosen: Option<usize>,
    texts: &[String],
    responses: &[Response],
) -> Option<usize> {
    let is_new = !ui.memory(|memory| memory.areas().visible_last_frame(&ui.layer_id()));
    if is_new {
        return Some(chosen.unwrap_or(0));
    }
    let current = responses.iter().position(Response::has_focus).or(chosen).unwrap_or(0);
    let typed: Vec<char> = ui.input(|input| {
        let texts = input.events.iter().filter_map(|event| match event {
            Event::Text(text) => Some(text.chars().filter(|letter| !letter.is_whitespace())),
            _ => None,
        });
        texts.flatten().collect()
    });
    typed.into_iter().fold(None, |target, letter| {
        next_with_letter(texts, target.unwrap_or(current), letter).or(target)
    })
}

/// Returns the next entry that starts with a letter, in either case.
fn next_with_letter(texts: &[String], current: usize, letter: char) -> Option<usize> {
    let starts = |text: &str| {
        text.chars().next().is_some_and(|first| first.to_lowercase().eq(letter.to_lowercase()))
    };
    (1..=texts.len()).map(|by| (current + by) % texts.len()).find(|&at| starts(&texts[at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_leads_to_the_next_entry_that_starts_with_it() {
        let texts = ["Series", "threads", "batches", "Shortest"].map(str::to_owned);
        assert_eq!(next_with_letter(&texts, 0, 's'), Some(3));
        assert_eq!(next_with_letter(&texts, 3, 's'), Some(0));
        assert_eq!(next_with_letter(&texts, 1, 'T'), Some(1));
        assert_eq!(next_with_letter(&texts, 0, 'x'), None);
        assert_eq!(next_with_letter(&[], 0, 's'), None);
    }
}
