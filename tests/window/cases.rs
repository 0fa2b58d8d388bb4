//! The case table: typing, pasting, undoing.

use super::prelude::*;

#[test]
fn a_line_break_in_a_name_is_drawn_as_a_space() {
    let drawn = |name: &str| {
        let folder = tempdir().unwrap();
        let path = study(folder.path(), &QUICK.replace("short", name));
        let mut window = opened(&path);
        window.remove_cursor();
        window.run_ok();
        window.drawn()
    };
    assert!(drawn("two\\nlines") == drawn("two lines"));
}

#[test]
fn digits_that_a_number_does_not_hold_are_told_beside_the_cell() {
    let mut window = window();
    fill(&mut window, "x 1", "123456789012345678");
    assert!(shows(&window, "x: rounded"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(shows(&window, "x: rounded"));
    fill(&mut window, "x 1", "12345");
    assert!(!shows(&window, "x: rounded"));
}

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
    press(&mut window, Modifiers::COMMAND, Key::J);
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

/// A study of this many cases, in a file.
fn many_cases(size: [f32; 2], count: u32) -> Window {
    let folder = lasting_folder();
    let mut text = String::from("version = 1\n[workload]\nname = \"wait\"\n");
    for case in 1..=count {
        writeln!(text, "[[case]]\nname = \"c{case}\"\nx = 1\ny = 1").unwrap();
    }
    let path = study(&folder, &text);
    let mut window = window_of(size, 1.0, Theme::Light, Some(path));
    let cases = format!("{count} cases");
    until(&mut window, "the study is read", |window| shows(window, &cases));
    window.run_ok();
    window
}

/// Drags the handle of a splitter from its middle.
fn drag(window: &mut Window, splitter: &str, by: egui::Vec2) {
    let from = window.get_by_label(splitter).rect().center();
    window.drag_at(from);
    window.step();
    window.hover_at(from + by);
    window.step();
    window.drop_at(from + by);
    window.run_ok();
}

#[test]
fn the_table_shows_clearly_more_than_six_rows_and_some_in_a_small_window() {
    for (size, least) in [([1280.0, 800.0], 9), ([800.0, 500.0], 4)] {
        let window = many_cases(size, 40);
        assert!(rows(&window) >= least, "{} of {least}", rows(&window));
        let run = window.get_by_label_contains("Run 40 cases").rect();
        assert!(run.bottom() < size[1] && shows(&window, "Workload"));
    }
}

#[test]
fn a_splitter_gives_the_table_most_of_the_window() {
    for size in [[1280.0, 800.0], [800.0, 500.0]] {
        let mut window = many_cases(size, 40);
        let automatic = rows(&window);
        drag(&mut window, "Height of the cases", egui::vec2(0.0, 500.0));
        let most = rows(&window);
        assert!(most > automatic, "{most} of {automatic} in {size:?}");
        let name = |window: &Window| window.get_by_label("name 1").rect();
        let narrow = name(&window).width();
        drag(&mut window, "Width of the form", egui::vec2(900.0, 0.0));
        assert!(name(&window).width() > narrow + 30.0);
        assert!(window.get_by_label("Log").rect().right() < size[0], "the tabs stay in view");
        let run = window.get_by_label_contains("Run 40 cases").rect();
        assert!(window.get_by_label("+ Add case").rect().bottom() < run.top());
        // By keyboard, and back to the automatic size.
        window.get_by_label("Height of the cases").focus();
        window.run_ok();
        let most = rows(&window);
        for _ in 0..4 {
            press(&mut window, Modifiers::NONE, Key::ArrowUp);
        }
        assert!(rows(&window) < most, "{} of {most} in {size:?}", rows(&window));
        for (splitter, key) in
            [("Width of the form", Key::Home), ("Height of the cases", Key::Enter)]
        {
            window.get_by_label(splitter).focus();
            window.run_ok();
            press(&mut window, Modifiers::NONE, key);
        }
        assert_eq!((rows(&window), name(&window).width()), (automatic, narrow));
    }
}

#[test]
fn a_clicked_splitter_moves_by_arrow_keys() {
    let mut window = many_cases([1280.0, 800.0], 40);
    drag(&mut window, "Height of the cases", egui::vec2(0.0, 500.0));
    let most = rows(&window);
    let handle = window.get_by_label("Height of the cases").rect().center();
    window.drag_at(handle);
    window.step();
    window.drop_at(handle);
    window.run_ok();
    for _ in 0..4 {
        press(&mut window, Modifiers::NONE, Key::ArrowUp);
        assert_eq!(focused(&window), "Height of the cases");
    }
    assert!(rows(&window) < most, "{} of {most}", rows(&window));
}

#[test]
fn the_hidden_form_keeps_run_in_sight_and_returns_for_invalid_input() {
    let mut window = many_cases([800.0, 500.0], 4);
    let tabs = |window: &Window| window.get_by_label("Bars").rect().left();
    let before = tabs(&window);
    press(&mut window, Modifiers::COMMAND, Key::B);
    assert_eq!(rows(&window), 0);
    assert!(tabs(&window) < before - 250.0);
    assert!(window.get_by_label("▶ Run 4 cases").rect().right() < 60.0);
    drag(&mut window, "Width of the form", egui::vec2(300.0, 0.0));
    assert_eq!(rows(&window), 4);
    fill(&mut window, "y 2", "1x");
    drag(&mut window, "Width of the form", egui::vec2(-300.0, 0.0));
    assert_eq!(rows(&window), 0);
    click(&mut window, "▶ Run 4 cases");
    assert!(window.get_by_label("y 2").accesskit_node().is_focused());
    // The view is remembered in a menu.
    click(&mut window, "View");
    window.get_by_label_contains("Show form").click();
    window.run_ok();
    click(&mut window, "Show the form");
    assert_eq!(rows(&window), 4);
}

#[test]
fn columns_stay_in_place_when_rows_and_scroll_bars_come() {
    let few = many_cases([1280.0, 800.0], 3);
    let many = many_cases([1280.0, 800.0], 400);
    for cell in ["name 1", "x 1", "y 1"] {
        let places = [&few, &many].map(|window| window.get_by_label(cell).rect().x_range());
        assert_eq!(places[0], places[1], "{cell}");
    }
    let strategy =
        |window: &Window| window.get_by_role_and_label(Role::ComboBox, "Strategy").rect().x_range();
    assert_eq!(strategy(&few), strategy(&many));
}

#[test]
fn folded_sections_leave_their_height_to_the_table_and_say_what_is_chosen() {
    let mut window = many_cases([1280.0, 800.0], 40);
    let before = rows(&window);
    click(&mut window, "How to run");
    assert!(rows(&window) > before && shows(&window, "threads, 2 workers, listed"));
    assert!(window.query_by_role_and_label(Role::TextInput, "Seed").is_none());
    click(&mut window, "How to run");
    assert_eq!(rows(&window), before);
}

#[test]
fn a_run_unfolds_the_section_with_invalid_input() {
    let mut window = window();
    window.get_by_label("Seed").focus();
    window.run_ok();
    window.get_by_label("Seed").type_text("letters");
    window.run_ok();
    click(&mut window, "How to run");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert!(window.get_by_label("Seed").accesskit_node().is_focused());
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
