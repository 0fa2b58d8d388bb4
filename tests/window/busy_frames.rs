//! Keys that arrive in one frame, as they do when a window draws slowly.

use std::sync::atomic::Ordering;

use super::prelude::*;

/// Returns the events of a press and release.
fn key(modifiers: Modifiers, key: Key) -> Vec<Event> {
    let event = |pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
    let changed = Event::ModifiersChanged;
    vec![changed(modifiers), event(true), event(false), changed(Modifiers::NONE)]
}

/// Returns the events of typing digits or letters.
fn text(text: &str) -> Vec<Event> {
    let letter = |letter: char| {
        let mut events = key(Modifiers::NONE, Key::from_name(&letter.to_string()).unwrap());
        events.insert(2, Event::Text(letter.to_string()));
        events
    };
    text.chars().flat_map(letter).collect()
}

/// Hands all events over in one frame.
fn at_once(window: &mut Window, events: impl IntoIterator<Item = Vec<Event>>) {
    window.input_mut().events.extend(events.into_iter().flatten());
    for _ in 0..60 {
        window.step();
    }
}

/// Clicks into the x of the second case.
fn in_x_2(window: &mut Window) {
    click(window, "x 2");
    assert_eq!(focused(window), "x 2");
}

#[test]
fn typed_text_precedes_the_shortcut_after_it() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let ctrl = |name| key(Modifiers::COMMAND, name);
    for (shortcut, question) in [(Key::Q, true), (Key::N, true), (Key::S, false)] {
        let mut window = opened(&path);
        in_x_2(&mut window);
        at_once(&mut window, [ctrl(Key::A), text("456"), ctrl(shortcut)]);
        let asks = shows(&window, "Save changes to study.caselanes?");
        assert_eq!((asks, value(&window, "x 2").as_str()), (question, "456"), "{shortcut:?}");
        if shortcut == Key::S {
            until(&mut window, "it is saved", |window| !shows(window, ", changed"));
            assert!(fs::read_to_string(&path).unwrap().contains("x = 456"));
        }
    }
}

#[test]
fn typed_text_precedes_the_start_of_a_run() {
    let mut window = window();
    in_x_2(&mut window);
    let ctrl = |name| key(Modifiers::COMMAND, name);
    at_once(&mut window, [ctrl(Key::A), text("5"), ctrl(Key::Enter)]);
    until_ended(&mut window);
    let is_outdated = |window: &Window| says(window, "the study has changed since");
    assert!(!is_outdated(&window));
    fill(&mut window, "x 2", "6");
    assert!(is_outdated(&window));
}

#[test]
fn typed_text_precedes_the_closing_of_the_window() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    in_x_2(&mut window);
    request_close(&mut window);
    at_once(&mut window, [text("456")]);
    assert!(shows(&window, "Save changes to study.caselanes?"));
}

#[test]
fn typed_text_is_kept_when_the_system_ends_the_window() {
    let place = tempdir().unwrap();
    let path = study(place.path(), QUICK);
    let options = keeping_sessions(Some(&path), place.path());
    let mut window = usual_window(options.clone());
    in_x_2(&mut window);
    let keys = [key(Modifiers::COMMAND, Key::A), text("45"), key(Modifiers::NONE, Key::Tab)];
    window.input_mut().events.extend(keys.into_iter().chain([text("6")]).flatten());
    options.must_end.store(true, Ordering::Relaxed);
    until(&mut window, "the window closes", closes);
    drop(window);
    let mut window = usual_window(keeping_sessions(None, place.path()));
    until(&mut window, "the study is back", |window| value(window, "x 2") == "45");
    assert_eq!(value(&window, "y 2"), "6");
}

#[test]
fn keys_after_a_shortcut_are_for_what_it_opens() {
    let folder = tempdir().unwrap();
    let text_of_study = QUICK.replace("x = 0.2", "x = 600");
    let mut window = opened(&study(folder.path(), &text_of_study));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the short case is done", |window| shows(window, "1 of 2 done"));
    let ctrl = |name| key(Modifiers::COMMAND, name);
    let plain = |name| key(Modifiers::NONE, name);
    for opens in [ctrl(Key::O), plain(Key::F1)] {
        window.get_by_label("Timeline").focus();
        window.run_ok();
        at_once(&mut window, [opens, plain(Key::Escape)]);
        assert!(window.state().is_running() && window.query_by_role(Role::Dialog).is_none());
    }
    in_x_2(&mut window);
    at_once(&mut window, [ctrl(Key::F), text("b")]);
    assert_eq!((focused(&window).as_str(), value(&window, "x 2").as_str()), ("Search log", "600"));
    assert_eq!(value(&window, "Search log"), "b");
    in_x_2(&mut window);
    at_once(&mut window, [ctrl(Key::O), ctrl(Key::A), text("abc")]);
    assert_eq!((value(&window, "Path").as_str(), value(&window, "x 2").as_str()), ("abc", "600"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    window.get_by_label("Timeline").focus();
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
}

#[test]
fn keys_within_menus_stay_in_the_menu_that_opens() {
    let mut window = window();
    let plain = |names: &[Key]| -> Vec<Vec<Event>> {
        names.iter().map(|&name| key(Modifiers::NONE, name)).collect()
    };
    let (right, down) = (Key::ArrowRight, Key::ArrowDown);
    at_once(&mut window, plain(&[Key::F10, right, right, down]));
    let of_data = focused(&window);
    press(&mut window, Modifiers::NONE, Key::Escape);
    for key in [Key::F10, right, right, down] {
        press(&mut window, Modifiers::NONE, key);
    }
    assert_eq!((of_data, rows(&window)), (focused(&window), 3));
    press(&mut window, Modifiers::NONE, Key::Escape);
    // A pointer that rests on a title does not open its menu again.
    click(&mut window, "Edit");
    let pointer = window.get_by_label("Edit").rect().center();
    window.hover_at(pointer);
    window.run_ok();
    for key in [down, right] {
        press(&mut window, Modifiers::NONE, key);
    }
    assert!(!shows(&window, "Undo") && shows(&window, "Add column…"));
}

#[test]
fn keys_after_a_dialog_are_for_the_cell_below_it() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    click(&mut window, "x, row 2");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    let enter = || key(Modifiers::NONE, Key::Enter);
    at_once(&mut window, [enter(), text("98"), enter()]);
    assert!(window.query_by_role(Role::Dialog).is_none());
    assert_eq!(value(&window, "x, row 2"), "98");
}

#[test]
fn tab_in_the_last_column_leads_to_the_next_row_and_then_out_of_the_table() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    click(&mut window, "y, row 2");
    let tab = || key(Modifiers::NONE, Key::Tab);
    let letter = |name| key(Modifiers::NONE, name);
    at_once(&mut window, [text("7"), tab(), text("b"), tab(), text("8"), tab(), text("9"), tab()]);
    let cells = ["y, row 2", "name, row 3", "x, row 3", "y, row 3"];
    assert_eq!(cells.map(|cell| value(&window, cell)), ["7", "b", "8", "9"]);
    assert_ne!(focused(&window), "Case table");
    at_once(&mut window, [letter(Key::Num5)]);
    assert_eq!(value(&window, "y, row 3"), "9");
}

#[test]
fn find_without_a_run_searches_the_cases() {
    let mut window = window();
    in_x_2(&mut window);
    at_once(&mut window, [key(Modifiers::COMMAND, Key::F), text("5")]);
    assert_eq!((focused(&window).as_str(), value(&window, "Find").as_str()), ("Find", "5"));
}
