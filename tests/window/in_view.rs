//! The control with the focus stays in view, whatever moves it.

use std::fmt::Write as _;

use super::prelude::*;
use super::results::{bowl, results_of};

/// A study with this many cases.
fn with_cases(folder: &Path, cases: usize) -> PathBuf {
    let mut text = "version = 1\n[workload]\nname = \"wait\"\n".to_owned();
    for case in 1..=cases {
        write!(text, "[[case]]\nname = \"case {case}\"\nx = {case}\ny = 1\n").unwrap();
    }
    study(folder, &text)
}

/// Types a character, without waiting until nothing moves any more.
fn type_char(window: &mut Window, text: &str) {
    window.event(Event::Text(text.to_owned()));
    window.run_ok();
}

/// Whether a control lies in the window, which is this high.
fn is_in_view(window: &Window, label: &str, height: f32) -> bool {
    let rect = window.get_by_label(label).rect();
    rect.is_positive() && rect.top() > 0.0 && rect.bottom() < height
}

/// Turns the wheel over the middle of a control.
fn turn_wheel(window: &mut Window, label: &str, lines: f32) {
    let at = window.get_by_label(label).rect().center();
    window.event(Event::PointerMoved(at));
    window.event(Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: egui::vec2(0.0, lines),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
    window.run_ok();
}

#[test]
fn a_cell_keeps_the_focus_in_a_lower_window_and_at_another_size() {
    let folder = tempdir().unwrap();
    let mut window = opened(&with_cases(folder.path(), 14));
    window.get_by_label("x 1").focus();
    window.run_ok();
    for _ in 1..14 {
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
    }
    assert_eq!(focused(&window), "x 14");
    for _ in 0..5 {
        press(&mut window, Modifiers::COMMAND, Key::Plus);
    }
    window.run_ok();
    let zoom = window.ctx.zoom_factor();
    assert!(zoom > 1.4);
    assert_eq!(focused(&window), "x 14");
    assert!(is_in_view(&window, "x 14", 800.0 / zoom));
    press(&mut window, Modifiers::COMMAND, Key::Num0);
    window.set_size([800.0, 500.0].into());
    window.run_ok();
    window.run_ok();
    assert_eq!(focused(&window), "x 14");
    assert!(is_in_view(&window, "x 14", 500.0));
    type_char(&mut window, "7");
    assert_eq!(value(&window, "x 14"), "7");
}

#[test]
fn tab_goes_on_from_a_cell_that_the_wheel_has_left_behind() {
    let folder = tempdir().unwrap();
    let mut window = opened(&with_cases(folder.path(), 100));
    window.get_by_label("x 1").focus();
    window.run_ok();
    type_char(&mut window, "66");
    turn_wheel(&mut window, "x 3", -20.0);
    assert!(window.query_by_label("x 2").is_none(), "its row is scrolled out of view");
    assert_eq!(focused(&window), "x 1");
    type_char(&mut window, "7");
    assert!(is_in_view(&window, "x 2", 800.0), "typing brings it back");
    assert_eq!(value(&window, "x 1"), "667");
    turn_wheel(&mut window, "x 3", -20.0);
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert_eq!(focused(&window), "y 1");
    assert!(is_in_view(&window, "x 2", 800.0));
    assert_eq!(value(&window, "x 1"), "667");
}

#[test]
fn a_field_of_the_form_stays_in_view() {
    let folder = tempdir().unwrap();
    let text = "version = 1\n[workload]\nname = \"command\"\ncommand = [\"true\", \"{x}\"]\n\
                [[case]]\nname = \"first\"\nx = 3\ny = 1\n";
    let mut window = opened(&study(folder.path(), text));
    click(&mut window, "Limits and output");
    window.get_by_label("Refused exit").focus();
    window.run_ok();
    window.set_size([800.0, 500.0].into());
    window.run_ok();
    window.run_ok();
    assert_eq!(focused(&window), "Refused exit");
    assert!(is_in_view(&window, "Refused exit", 440.0));
    turn_wheel(&mut window, "Refused exit", 20.0);
    assert!(!is_in_view(&window, "Refused exit", 440.0), "a scroll leaves it behind");
    type_char(&mut window, "7");
    assert!(is_in_view(&window, "Refused exit", 440.0), "typing brings it back");
    assert_eq!(value(&window, "Refused exit"), "7");
}

#[test]
fn an_edited_cell_of_the_grid_comes_back_when_something_is_typed() {
    let folder = tempdir().unwrap();
    let mut window = opened(&with_cases(folder.path(), 200));
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    window.get_by_label("Case table").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::F2);
    let edited = focused(&window);
    turn_wheel(&mut window, "Case table", -50.0);
    let is_shown = |window: &Window| is_in_view(window, &edited, 800.0);
    assert!(!is_shown(&window));
    type_char(&mut window, "new");
    assert_eq!(focused(&window), edited);
    assert!(is_shown(&window));
}

#[test]
fn the_menu_of_columns_scrolls_where_it_is_longer_than_the_window() {
    let headings = (1..=20).map(|column| format!("mesh {column}")).collect();
    let mut cases = CaseTable::with_extra_columns(headings);
    cases.push("wing", 1.0, 1.0, &["fine"; 20]);
    let mut window = results_of([800.0, 500.0], Theme::Light, cases, bowl);
    click(&mut window, "Columns ▾");
    window.run_ok();
    let boxes = || window.query_all_by_role(Role::CheckBox);
    let last = boxes().map(|node| node.rect().bottom()).fold(0.0, f32::max);
    assert!(last > 500.0, "not all fit: {last}");
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    let mut reached = Vec::new();
    for _ in 0..40 {
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
        reached.push(focused(&window));
        let node = window.query_all_by(|_| true).find(|node| node.accesskit_node().is_focused());
        let rect = node.unwrap().rect();
        assert!(rect.top() > 0.0 && rect.bottom() < 500.0, "{}: {rect}", focused(&window));
    }
    for entry in ["y", "mesh 20", "CPU time"] {
        assert!(reached.iter().any(|it| it == entry), "{entry}: {reached:?}");
    }
}

#[test]
fn a_table_that_scrolls_sideways_comes_into_view_with_the_focus() {
    let mut window = window();
    window.set_size([1264.0, 722.0].into());
    click(&mut window, "virtual");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    window.get_by_label("Table of totals").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    assert_eq!(focused(&window), "Totals by workers");
    window.run_ok();
    assert!(is_in_view(&window, "Totals by workers", 690.0));
}

#[test]
fn a_row_added_by_enter_is_in_view() {
    let folder = tempdir().unwrap();
    let mut window = opened(&with_cases(folder.path(), 40));
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    window.get_by_label("Case table").focus();
    window.run_ok();
    press(&mut window, Modifiers::COMMAND, Key::End);
    for row in 41..45 {
        type_char(&mut window, "77");
        press(&mut window, Modifiers::NONE, Key::Enter);
        window.run_ok();
        assert!(is_in_view(&window, &format!("y, row {row}"), 760.0));
    }
}

#[test]
fn redo_of_a_large_paste_shows_the_selected_cells() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    window.get_by_label("Case table").focus();
    window.run_ok();
    let rows: String = (0..500).fold(String::new(), |rows, row| format!("{rows}p{row}\t1\t2\n"));
    window.event(Event::Paste(rows));
    window.run_ok();
    until(&mut window, "the rows are there", |window| shows(window, "500 cases"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    until(&mut window, "they are gone", |window| shows(window, "3 cases"));
    window.run_ok();
    assert!(is_in_view(&window, "x, row 2", 760.0), "the rows that are left");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    until(&mut window, "they are back", |window| shows(window, "500 cases"));
    let selected = value(&window, "Case table");
    assert!(is_in_view(&window, &selected, 760.0), "{selected}");
}
