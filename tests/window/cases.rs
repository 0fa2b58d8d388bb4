//! The case table: typing, pasting, undoing.

use super::prelude::*;

#[test]
fn a_new_user_adds_a_case_and_sees_the_totals_of_a_run() {
    let mut window = window();
    assert_eq!(rows(&window), 3);
    click(&mut window, "+ Add case");
    assert_eq!(rows(&window), 4);
    assert_eq!(value(&window, "name 4"), "Case 4");
    fill(&mut window, "name 4", "mine");
    fill(&mut window, "x 4", "2.5");
    // Saves the seconds of waiting in the demo.
    click(&mut window, "virtual");
    window.get_by_label_contains("Run 4 cases").click();
    window.run_ok();
    until_ended(&mut window);
    assert!(shows(&window, "4 cases would take"), "the answer");
    assert!(shows(&window, "total (parallel)") && shows(&window, "total (series)"));
    // Simulated cases do not look as if they had been run.
    assert!(shows(&window, "Simulated") && shows(&window, "4 of 4 simulated"));
    assert!(!shows(&window, "✓") && !shows(&window, "done"));
    click(&mut window, "Results");
    assert!(shows(&window, "mine"));
    click(&mut window, "Log");
    assert!(shows(&window, "started mine"));
    assert!(shows(&window, "simulated Case 1") && !shows(&window, "completed"));
}

#[test]
fn an_invalid_cell_keeps_its_text_and_is_focused_by_run() {
    let mut window = window();
    fill(&mut window, "y 2", "1x");
    assert!(shows(&window, "y: invalid"));
    window.get_by_label("name 1").focus();
    window.run_ok();
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert!(!window.state().is_running());
    assert_eq!(value(&window, "y 2"), "1x");
    assert!(window.get_by_label("y 2").accesskit_node().is_focused());
    assert!(shows(&window, "Row 2: expected a number for y, found \"1x\""));
}

#[test]
fn keys_move_between_cells_and_add_a_row_at_the_end() {
    let mut window = window();
    window.get_by_label("name 3").focus();
    window.run_ok();
    let focused =
        |window: &Window, cell: &str| window.get_by_label(cell).accesskit_node().is_focused();
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert!(focused(&window, "x 3"));
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    assert!(focused(&window, "name 3"));
    press(&mut window, Modifiers::NONE, Key::ArrowUp);
    assert!(focused(&window, "name 2"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(focused(&window, "name 3"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(rows(&window), 4);
    assert!(focused(&window, "name 4"));
}

#[test]
fn text_typed_after_tab_in_the_same_frame_goes_to_the_next_cell() {
    let mut window = window();
    window.get_by_label("name 3").focus();
    window.run_ok();
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.event(Event::Text("a".to_owned()));
    window.key_press(Key::Tab);
    window.event(Event::Text("7".to_owned()));
    window.key_press(Key::Tab);
    window.event(Event::Text("8".to_owned()));
    window.key_press(Key::Enter);
    window.event(Event::Text("b".to_owned()));
    window.run_ok();
    let shown = ["name 3", "x 3", "y 3", "name 4"].map(|cell| value(&window, cell));
    assert_eq!(shown, ["a", "7", "8", "b"]);
}

#[test]
fn every_change_can_be_undone_and_redone() {
    let mut window = window();
    fill(&mut window, "name 1", "first");
    click(&mut window, "row 2");
    press(&mut window, Modifiers::COMMAND, Key::D);
    assert_eq!(rows(&window), 4);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(rows(&window), 3);
    for left in [4, 3] {
        press(&mut window, Modifiers::COMMAND, Key::Z);
        assert_eq!(rows(&window), left);
    }
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(value(&window, "name 1"), "Case 1");
    for _ in 0..3 {
        press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    }
    assert_eq!((rows(&window), value(&window, "name 1").as_str()), (3, "first"));
}

#[test]
fn selected_rows_are_marked_and_moved() {
    let mut window = window();
    click(&mut window, "row 3");
    assert_eq!(window.get_by_label("row 3").accesskit_node().toggled(), Some(Toggled::True));
    press(&mut window, Modifiers::ALT, Key::ArrowUp);
    assert_eq!(value(&window, "name 2"), "Case 3");
    press(&mut window, Modifiers::ALT, Key::ArrowDown);
    assert_eq!(value(&window, "name 3"), "Case 3");
}

#[test]
fn rows_from_a_spreadsheet_are_pasted_even_with_focus_in_a_cell() {
    let mut window = window();
    window.get_by_label("name 1").focus();
    window.run_ok();
    window.event(Event::Paste("pasted\t1,5\t2\nworse\tq\t3\n".to_owned()));
    window.run_ok();
    assert_eq!(rows(&window), 5);
    // Inserted after the row with the focus.
    assert_eq!(value(&window, "name 2"), "pasted");
    assert_eq!((value(&window, "x 2"), value(&window, "x 3")), ("1.5".into(), "q".into()));
    assert_eq!(value(&window, "name 1"), "Case 1");
    window.event(Event::Paste("word".to_owned()));
    window.run_ok();
    assert_eq!(rows(&window), 5);
}

#[test]
fn a_window_without_cases_explains_what_to_do() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(rows(&window), 0);
    assert!(shows(&window, "No cases to run"));
    for key in [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6] {
        press(&mut window, Modifiers::COMMAND, key);
        assert!(shows(&window, "Add a case in the form"));
    }
}
