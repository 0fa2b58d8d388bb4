//! The Cases tab: the whole table, edited like a spreadsheet.

use super::prelude::*;

const TABLE: &str = "name,x,y,mesh,load\na,1,4,fine,10\nb,2,5,coarse,heavy\nc,3,6,fine,30\n";

/// Opens a table in the Cases tab.
fn table_of(text: &str, size: [f32; 2], theme: Theme) -> Window {
    let folder = lasting_folder();
    fs::write(folder.join("cases.csv"), text).unwrap();
    let text =
        "version = 1\ncases = \"cases.csv\"\n[workload]\nname = \"wait\"\n[plan]\nseed = 1\n";
    let path = study(&folder, text);
    let mut window = window_of(size, 1.0, theme, Some(path));
    until(&mut window, "the study is read", |window| value(window, "Seed") == "1");
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    window
}

fn table() -> Window {
    table_of(TABLE, [1280.0, 800.0], Theme::Light)
}

fn typed(window: &mut Window, text: &str) {
    window.event(Event::Text(text.to_owned()));
    window.run_ok();
}

fn copied(window: &Window) -> String {
    let commands = &window.output().platform_output.commands;
    let text = commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    text.unwrap_or_default()
}

/// Returns the cells of a column of the table.
fn column(window: &Window, heading: &str) -> Vec<String> {
    let title = |row| format!("{heading}, row {row}");
    let rows = (1..100).map(title).take_while(|title| window.query_by_label(title).is_some());
    rows.map(|title| value(window, &title)).collect()
}

fn run_command(window: &mut Window, title: &str) {
    press(window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    typed(window, title);
    press(window, Modifiers::NONE, Key::Enter);
}

#[test]
fn all_columns_are_seen_and_edited() {
    let mut window = table();
    assert_eq!(column(&window, "mesh"), ["fine", "coarse", "fine"]);
    click(&mut window, "mesh, row 2");
    typed(&mut window, "me");
    typed(&mut window, "dium");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(column(&window, "mesh"), ["fine", "medium", "fine"]);
    // The cursor is one row below, and typing goes there.
    typed(&mut window, "q");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(column(&window, "mesh"), ["fine", "medium", "fine"], "Escape keeps the text");
    press(&mut window, Modifiers::NONE, Key::F2);
    press(&mut window, Modifiers::NONE, Key::End);
    typed(&mut window, "st");
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert_eq!(column(&window, "mesh")[2], "finest");
    typed(&mut window, "7");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(column(&window, "load"), ["10", "heavy", "7", ""], "Enter adds a row at the end");
    for _ in 0..3 {
        press(&mut window, Modifiers::COMMAND, Key::Z);
    }
    assert_eq!(column(&window, "mesh"), ["fine", "medium", "fine"]);
}

#[test]
fn keys_typed_fast_reach_their_cells() {
    let mut window = table();
    click(&mut window, "x, row 1");
    for text in ["7", "8"] {
        window.event(Event::Text(text.to_owned()));
        window.key_press(Key::Enter);
    }
    window.event(Event::Text("9".to_owned()));
    window.key_press(Key::Tab);
    window.event(Event::Text("5".to_owned()));
    window.run_ok();
    window.key_press(Key::ArrowUp);
    window.run_ok();
    assert_eq!(column(&window, "x"), ["7", "8", "9"]);
    assert_eq!(column(&window, "y")[2], "5");
}

#[test]
fn a_text_in_a_number_column_is_marked() {
    let mut window = table();
    click(&mut window, "load, row 2");
    assert!(shows(&window, "Row 2: expected a number for load, found \"heavy\""));
    click(&mut window, "x, row 1");
    typed(&mut window, "1x");
    press(&mut window, Modifiers::NONE, Key::Enter);
    press(&mut window, Modifiers::NONE, Key::ArrowUp);
    assert!(shows(&window, "Row 1: expected a number for x, found \"1x\""));
}

#[test]
fn cells_are_copied_pasted_cleared_and_filled() {
    let mut window = table();
    click(&mut window, "x, row 1");
    press(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    press(&mut window, Modifiers::SHIFT, Key::ArrowRight);
    assert!(shows(&window, "2 rows × 2 columns"));
    window.event(Event::Copy);
    window.step();
    assert_eq!(copied(&window), "1\t4\n2\t5\n");
    click(&mut window, "x, row 3");
    window.event(Event::Paste("7\t8\n9\t10\n".to_owned()));
    window.run_ok();
    assert_eq!(column(&window, "x"), ["1", "2", "7", "9"], "the table grows");
    assert_eq!(column(&window, "y"), ["4", "5", "8", "10"]);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(column(&window, "x"), ["1", "2", "3"]);

    click(&mut window, "mesh, row 1");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::ArrowDown);
    press(&mut window, Modifiers::COMMAND, Key::D);
    assert_eq!(column(&window, "mesh"), ["fine", "fine", "fine"]);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(column(&window, "mesh"), ["", "", ""]);
    assert_eq!(column(&window, "x").len(), 3, "the rows stay");

    click(&mut window, "y, row 1");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::ArrowDown);
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    assert_eq!(column(&window, "y"), ["4", "5", "6"]);
    press(&mut window, Modifiers::SHIFT, Key::Space);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(column(&window, "x").len(), 0, "whole rows are deleted");
}

#[test]
fn a_pasted_number_with_two_readings_asks_for_the_decimal_sign() {
    let mut window = table();
    click(&mut window, "x, row 1");
    for (answer, x) in [("Cancel", "1"), ("Comma", "1.25"), ("Point", "1250")] {
        window.event(Event::Paste("1,250\n".to_owned()));
        window.run_ok();
        assert!(shows(&window, "Decimal point or comma?"), "{answer}");
        assert!(shows(&window, "which can mean 1.25 or 1250"), "{answer}");
        click(&mut window, answer);
        assert_eq!(column(&window, "x"), [x, "2", "3"]);
        press(&mut window, Modifiers::COMMAND, Key::Z);
        assert_eq!(column(&window, "x"), ["1", "2", "3"], "undone as one step");
        click(&mut window, "x, row 1");
    }
}

#[test]
fn a_pasted_header_names_columns() {
    let mut window = table();
    click(&mut window, "name, row 1");
    window.event(Event::Paste("wall\tx\n0.5\t7\n0.7\t8\n".to_owned()));
    window.run_ok();
    assert_eq!(column(&window, "x"), ["7", "8", "3"]);
    assert_eq!(column(&window, "wall"), ["0.5", "0.7", ""]);
}

#[test]
fn columns_are_added_set_renamed_moved_and_deleted() {
    let mut window = table();
    click(&mut window, "load, row 1");
    click(&mut window, "+ Column");
    typed(&mut window, "area");
    press(&mut window, Modifiers::NONE, Key::Tab);
    typed(&mut window, "= x*y/2");
    assert!(shows(&window, "In row 1: 2"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(column(&window, "area"), ["2", "5", "9"]);
    assert_eq!(focused(&window), "Case table");
    // Typing goes on in the new column.
    run_command(&mut window, "Move column left");
    let left = window.get_by_label("Column area").rect().left();
    assert!(left < window.get_by_label("Column load").rect().left());
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    typed(&mut window, "mesh");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(shows(&window, "there is a column \"mesh\" already"));
    press(&mut window, Modifiers::COMMAND, Key::A);
    typed(&mut window, "span");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(column(&window, "span"), ["2", "5", "9"]);
    run_command(&mut window, "Delete columns");
    assert_eq!(column(&window, "span").len(), 0);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(column(&window, "span"), ["2", "5", "9"]);
}

#[test]
fn an_expression_that_fails_changes_nothing_and_says_where() {
    let mut window = table();
    click(&mut window, "x, row 1");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    typed(&mut window, "load*2");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(shows(&window, "In row 2: expected a number for load, found \"heavy\""));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(column(&window, "x"), ["1", "2", "3"]);
}

#[test]
fn an_expression_that_fails_keeps_the_focus_in_its_field() {
    let mut window = table();
    click(&mut window, "mesh, row 1");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    press(&mut window, Modifiers::NONE, Key::Tab);
    typed(&mut window, "load*2");
    assert!(shows(&window, "In row 1: 20"));
    for apply in [true, false] {
        if apply {
            click(&mut window, "Apply");
        } else {
            press(&mut window, Modifiers::NONE, Key::Enter);
        }
        assert_eq!(window.query_all_by_label_contains("In row 2: expected").count(), 1);
        assert_eq!(focused(&window), "Values, from an expression", "{apply}");
    }
}

#[test]
fn a_press_and_release_in_one_frame_selects_a_cell_and_a_row() {
    let mut window = table();
    let quick_click = |window: &mut Window, label: &str| {
        let pos = window.get_by_label(label).rect().center();
        let (button, modifiers) = (egui::PointerButton::Primary, Modifiers::NONE);
        let button = |pressed| Event::PointerButton { pos, button, pressed, modifiers };
        let events = [Event::PointerMoved(pos), button(true), button(false)];
        window.event(Event::PointerMoved(pos));
        window.run_ok();
        window.input_mut().events.extend(events);
        window.run_ok();
    };
    quick_click(&mut window, "mesh, row 2");
    assert_eq!(focused(&window), "Case table");
    assert!(shows(&window, "mesh, row 2: coarse"));
    quick_click(&mut window, "Row 3 of the table");
    assert!(shows(&window, "1 row × 5 columns"));
}

#[test]
fn a_copy_of_filtered_rows_has_the_cursor() {
    let mut window = table();
    window.get_by_label("Filter rows").focus();
    window.run_ok();
    typed(&mut window, "mesh = fine");
    click(&mut window, "x, row 3");
    press(&mut window, Modifiers::COMMAND, Key::J);
    until(&mut window, "the copy is shown", |window| shows(window, "3 of 4 rows shown"));
    assert!(shows(&window, "x, row 4: 3"));
    typed(&mut window, "9");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(value(&window, "x, row 4"), "9");
    assert_eq!(value(&window, "x, row 3"), "3");
}

#[test]
fn delete_spares_the_selected_rows_that_a_filter_has_hidden() {
    let mut window = table();
    click(&mut window, "x, row 2");
    press(&mut window, Modifiers::COMMAND, Key::A);
    window.get_by_label("Filter rows").focus();
    window.run_ok();
    typed(&mut window, "zzz");
    until(&mut window, "no row is shown", |window| shows(window, "No matching rows"));
    window.get_by_label("Case table").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert!(shows(&window, "3 cases"));
}

#[test]
fn an_expression_sets_only_the_rows_shown() {
    let mut window = table();
    fill(&mut window, "Filter rows", "mesh = fine");
    until(&mut window, "it is filtered", |window| shows(window, "2 of 3 rows shown"));
    let whole_column = |window: &mut Window| {
        click(window, "load, row 1");
        press(window, Modifiers::COMMAND, Key::Space);
    };
    for (select, load) in [(false, "7"), (true, "8")] {
        if select {
            whole_column(&mut window);
        } else {
            click(&mut window, "load, row 1");
        }
        press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
        let rows = "Sets 2 of 3 rows; the rows that the filter hides stay as they are";
        assert!(shows(&window, rows));
        let field = window.get_by_role_and_label(Role::TextInput, "Values, from an expression");
        field.focus();
        window.run_ok();
        typed(&mut window, &format!("= {load}"));
        click(&mut window, "Apply");
        assert_eq!((value(&window, "load, row 1").as_str()), load);
    }
    fill(&mut window, "Filter rows", " ");
    until(&mut window, "all rows are shown", |window| window.query_by_label("x, row 2").is_some());
    assert_eq!(column(&window, "load"), ["8", "heavy", "8"]);
}

#[test]
fn all_cases_are_those_that_the_filter_shows() {
    let mut window = table();
    let select_all = |window: &mut Window| {
        press(window, Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
        window.run_ok();
    };
    fill(&mut window, "Filter rows", "mesh = fine");
    until(&mut window, "it is filtered", |window| shows(window, "2 of 3 rows shown"));
    click(&mut window, "x, row 1");
    select_all(&mut window);
    press(&mut window, Modifiers::NONE, Key::Delete);
    until(&mut window, "they are deleted", |window| shows(window, "No matching rows"));
    // No row is shown, so none is selected.
    select_all(&mut window);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(rows(&window), 1);
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    select_all(&mut window);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(rows(&window), 0, "without the table, all are selected");
}

#[test]
fn rows_are_sorted_and_filtered() {
    let mut window = table();
    click(&mut window, "x, row 2");
    click(&mut window, "Sort ▾");
    assert_eq!(column(&window, "name"), ["c", "b", "a"]);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(column(&window, "name"), ["a", "b", "c"]);
    window.get_by_label("Filter rows").focus();
    window.run_ok();
    typed(&mut window, "mesh = fine");
    assert!(shows(&window, "2 of 3 rows shown"));
    click(&mut window, "x, row 1");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::ArrowDown);
    press(&mut window, Modifiers::COMMAND, Key::D);
    window.get_by_label("Filter rows").focus();
    window.run_ok();
    press(&mut window, Modifiers::COMMAND, Key::A);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(column(&window, "x"), ["1", "2", "1"], "hidden rows are not filled");
}

#[test]
fn changes_act_on_the_rows_shown_and_tell_what_they_hide() {
    let table = "name,x,y,mesh\na,3,1,fine\nb,9,1,coarse\nc,2,1,fine\nd,8,1,coarse\ne,1,1,fine\n";
    let mut window = table_of(table, [1280.0, 800.0], Theme::Light);
    fill(&mut window, "Filter rows", "mesh = fine");
    assert!(shows(&window, "3 of 5 rows shown"));
    click(&mut window, "x, row 1");
    click(&mut window, "Sort ▴");
    assert!(shows(&window, "Sorted the 3 rows shown; hidden rows keep their places"));
    assert_eq!(value(&window, "name, row 1"), "e");
    // The cursor stays with its row, the last one shown.
    assert!(shows(&window, "x, row 5: 3"));
    press(&mut window, Modifiers::ALT, Key::ArrowUp);
    assert!(shows(&window, "x, row 3: 3"));
    assert_eq!(value(&window, "name, row 5"), "c");
    press(&mut window, Modifiers::ALT, Key::ArrowDown);
    click(&mut window, "x, row 5");
    window.event(Event::Paste("7\n8\n9\n".to_owned()));
    window.run_ok();
    assert!(shows(&window, "The filter hides 2 more rows"));
    fill(&mut window, "Filter rows", " ");
    assert_eq!(column(&window, "name"), ["e", "b", "c", "d", "a", "Case 6", "Case 7"]);
    assert_eq!(column(&window, "x"), ["1", "9", "2", "8", "7", "8", "9"]);
}

#[test]
fn the_focus_stays_in_the_table_while_no_row_is_shown() {
    let mut window = table();
    fill(&mut window, "Filter rows", "mesh = fine");
    click(&mut window, "x, row 1");
    press(&mut window, Modifiers::COMMAND, Key::A);
    assert!(shows(&window, "2 rows × 5 columns"));
    press(&mut window, Modifiers::NONE, Key::Delete);
    until(&mut window, "no row is shown", |window| shows(window, "No matching rows"));
    assert_eq!(focused(&window), "Case table");
    press(&mut window, Modifiers::COMMAND, Key::Z);
    until(&mut window, "the rows are back", |window| shows(window, "2 of 3 rows shown"));
    assert_eq!(focused(&window), "Case table");
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    typed(&mut window, "7");
    press(&mut window, Modifiers::NONE, Key::Enter);
    let is_typed = |heading| column(&window, heading).contains(&"7".to_owned());
    assert!(["name", "x", "y", "mesh", "load"].into_iter().any(is_typed));
}

#[test]
fn the_notice_on_hidden_rows_counts_all_and_ends_with_the_view() {
    let mut window = table_of("name,x,y\na,1,1\nb,2,1\nc,3,1\n", [1280.0, 800.0], Theme::Light);
    fill(&mut window, "Filter rows", "x < 9");
    for (cell, hidden) in [("x, row 2", "1 more row"), ("x, row 1", "2 more rows")] {
        click(&mut window, cell);
        typed(&mut window, "10");
        press(&mut window, Modifiers::NONE, Key::Enter);
        let text = format!("The filter hides {hidden}");
        until(&mut window, "the notice is shown", |window| shows(window, &text));
    }
    press(&mut window, Modifiers::COMMAND, Key::Z);
    until(&mut window, "one is back", |window| shows(window, "The filter hides 1 more row"));
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    assert!(!shows(&window, "The filter hides"));
}

#[test]
fn a_row_that_is_being_edited_stays_until_the_cursor_leaves_it() {
    let table = "name,x,y,mesh\na,1,1,fine\nb,2,1,fine\nc,3,1,fine\n";
    let mut window = table_of(table, [1280.0, 800.0], Theme::Light);
    fill(&mut window, "Filter rows", "x < 9");
    click(&mut window, "x, row 1");
    typed(&mut window, "10");
    press(&mut window, Modifiers::NONE, Key::Tab);
    typed(&mut window, "11");
    press(&mut window, Modifiers::NONE, Key::Tab);
    let cells = ["x, row 1", "y, row 1", "name, row 2", "y, row 2"];
    assert_eq!(cells.map(|cell| value(&window, cell)), ["10", "11", "b", "1"]);
    assert!(!shows(&window, "The filter hides"));
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    until(&mut window, "it is hidden", |window| shows(window, "The filter hides 1 more row"));
    assert!(window.query_by_label("x, row 1").is_none());
    click(&mut window, "x, row 3");
    // Enter in the last row shown stays there.
    for text in ["12", "13"] {
        typed(&mut window, text);
        press(&mut window, Modifiers::NONE, Key::Enter);
        assert_eq!(value(&window, "x, row 3"), text);
    }
    fill(&mut window, "Filter rows", " ");
    assert_eq!(column(&window, "name"), ["a", "b", "c"]);
    assert_eq!(column(&window, "x"), ["10", "2", "13"]);
    assert_eq!(column(&window, "y"), ["11", "1", "1"]);
}

#[test]
fn a_filter_shows_its_rows_wherever_the_table_was_scrolled() {
    let rows: Vec<_> = (1..=200).map(|row| format!("case {row},{row},1\n")).collect();
    let table = format!("name,x,y\n{}", rows.concat());
    let mut window = table_of(&table, [1280.0, 800.0], Theme::Light);
    click(&mut window, "x, row 1");
    press(&mut window, Modifiers::COMMAND, Key::End);
    fill(&mut window, "Filter rows", "x < 50");
    assert!(window.query_by_label("x, row 49").is_some());
}

#[test]
fn pasted_rows_are_scrolled_into_view_and_what_is_hidden_is_told_until_undo() {
    let lines: Vec<String> = (1..=60).map(|row: u32| row.to_string()).collect();
    let lines = lines.join("\n");
    for (filter, first) in [("", "x, row 2"), ("x > 0", "x, row 3")] {
        let mut window = table();
        fill(&mut window, "Filter rows", filter);
        click(&mut window, first);
        window.event(Event::Paste(lines.clone()));
        window.run_ok();
        let last = if first == "x, row 2" { "x, row 61" } else { "x, row 62" };
        assert!(window.query_by_label(last).is_some(), "{filter}");
    }
    let mut window = table();
    fill(&mut window, "Filter rows", "mesh = fine");
    click(&mut window, "x, row 3");
    window.event(Event::Paste("7\n8\n9\n".to_owned()));
    window.run_ok();
    assert!(shows(&window, "The filter hides 2 more rows"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert!(!shows(&window, "The filter hides"));
}

#[test]
fn a_text_is_found_and_replaced() {
    let mut window = table();
    click(&mut window, "name, row 1");
    press(&mut window, Modifiers::COMMAND, Key::F);
    assert_eq!(focused(&window), "Find");
    typed(&mut window, "old");
    press(&mut window, Modifiers::COMMAND, Key::F);
    typed(&mut window, "FINE");
    assert_eq!(value(&window, "Find"), "FINE");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(shows(&window, "mesh, row 1: fine"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(shows(&window, "mesh, row 3: fine"));
    window.get_by_label("Replace with").focus();
    window.run_ok();
    typed(&mut window, "smooth");
    click(&mut window, "Replace all");
    assert_eq!(column(&window, "mesh"), ["smooth", "coarse", "smooth"]);
    assert!(shows(&window, "Replaced the text in 2 cells"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(column(&window, "mesh"), ["fine", "coarse", "fine"]);
    window.get_by_label("Find").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(window.query_by_label("Replace with").is_none());
    assert_eq!(focused(&window), "Case table");
}

#[test]
fn undo_in_a_search_changes_its_text_and_not_the_table() {
    let mut window = table();
    click(&mut window, "mesh, row 1");
    typed(&mut window, "medium");
    press(&mut window, Modifiers::NONE, Key::Enter);
    for search in ["Find", "Filter rows"] {
        if search == "Find" {
            press(&mut window, Modifiers::COMMAND, Key::F);
        }
        window.get_by_label(search).focus();
        window.run_ok();
        typed(&mut window, "m");
        // Typing that pauses is one change.
        for _ in 0..20 {
            window.step();
        }
        press(&mut window, Modifiers::COMMAND, Key::Z);
        assert_eq!(value(&window, search), "", "{search}");
        assert_eq!(column(&window, "mesh"), ["medium", "coarse", "fine"], "{search}");
    }
}

#[test]
fn escape_leaves_the_table_before_it_cancels_a_run() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), &QUICK.replace("x = 0.2", "x = 600")));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "it runs", |window| shows(window, "■ Cancel"));
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    click(&mut window, "x, row 1");
    assert_eq!(focused(&window), "Case table");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(focused(&window), "");
    assert!(!shows(&window, "Cancelling"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
}

#[test]
fn a_dialog_hides_the_tooltip_below_it() {
    let mut window = table();
    let heading = window.get_by_label("Column mesh").rect().center();
    window.hover_at(heading);
    until(&mut window, "the tooltip", |window| shows(window, "mesh: a column of texts"));
    press(&mut window, Modifiers::COMMAND, Key::G);
    assert!(shows(&window, "Generate cases") && !shows(&window, "mesh: a column of texts"));
}

#[test]
fn the_cursor_follows_its_row_when_an_edit_hides_another_one() {
    let mut window = table();
    window.get_by_label("Filter rows").focus();
    window.run_ok();
    typed(&mut window, "x > 0");
    click(&mut window, "x, row 1");
    typed(&mut window, "-1");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(shows(&window, "2 of 3 rows shown") && shows(&window, "x, row 2: 2"));
    press(&mut window, Modifiers::COMMAND, Key::J);
    window.get_by_label("Filter rows").focus();
    window.run_ok();
    press(&mut window, Modifiers::COMMAND, Key::A);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(column(&window, "name"), ["a", "b", "b", "c"], "commands act on the same row");
}

#[test]
fn cells_and_rows_are_selected_alike_after_undo_and_deletion() {
    let mut window = table();
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    assert_eq!(focused(&window), "Case table");
    press(&mut window, Modifiers::COMMAND, Key::J);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    press(&mut window, Modifiers::COMMAND, Key::J);
    assert_eq!(column(&window, "name").len(), 4);
    press(&mut window, Modifiers::SHIFT, Key::Space);
    press(&mut window, Modifiers::NONE, Key::Delete);
    press(&mut window, Modifiers::SHIFT, Key::Space);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(column(&window, "name").len(), 2);
}

#[test]
fn escape_closes_the_search_from_each_of_its_controls() {
    let mut window = table();
    click(&mut window, "x, row 1");
    for control in ["Find", "Replace with", "Match case"] {
        press(&mut window, Modifiers::COMMAND, Key::F);
        window.get_by_label(control).focus();
        window.run_ok();
        press(&mut window, Modifiers::NONE, Key::Escape);
        assert!(window.query_by_label("Replace with").is_none(), "{control}");
        assert_eq!(focused(&window), "Case table", "{control}");
    }
}

#[test]
fn a_drag_selects_cells_and_a_row_number_its_row() {
    let mut window = table();
    let center = |window: &Window, label: &str| window.get_by_label(label).rect().center();
    let (from, to) = (center(&window, "x, row 1"), center(&window, "mesh, row 3"));
    drag_to(&mut window, from, to);
    assert!(shows(&window, "3 rows × 3 columns"));
    let number = center(&window, "Row 2 of the table");
    drag_to(&mut window, number, number);
    assert!(shows(&window, "1 row × 5 columns"));
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(column(&window, "name"), ["a", "c"]);
}

#[test]
fn the_grid_is_one_stop_of_tab() {
    let mut window = table();
    click(&mut window, "x, row 1");
    assert_eq!(focused(&window), "Case table");
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert_ne!(focused(&window), "Case table");
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    assert_eq!(focused(&window), "Case table");
}

#[test]
fn a_large_table_is_sorted_on_a_thread() {
    let mut text = String::from("name,x,y,load\n");
    for row in 0..30_000_u32 {
        writeln!(text, "case {row},{},1,{}", row * 7919 % 30_000, row % 7).unwrap();
    }
    let mut window = table_of(&text, [1280.0, 800.0], Theme::Light);
    click(&mut window, "x, row 2");
    click(&mut window, "Sort ▴");
    until(&mut window, "the rows are sorted", |window| value(window, "x, row 2") == "1");
    window.get_by_label("Filter rows").focus();
    window.run_ok();
    window.event(Event::Text("load = 3".to_owned()));
    until(&mut window, "the rows are filtered", |window| shows(window, "rows shown"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
}

#[test]
fn the_form_leads_to_the_other_columns() {
    let mut window = table();
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    click(&mut window, "2 more columns");
    assert_eq!(column(&window, "mesh"), ["fine", "coarse", "fine"]);
}

#[test]
fn the_screenshots_of_the_cases_are_up_to_date() {
    let mut text = String::from("name,x,y,mesh,wall thickness,load,remark\n");
    for row in 0..60_u32 {
        let mesh = ["fine", "coarse"][row as usize % 2];
        let load = if row == 6 { "heavy".to_owned() } else { (150 + 7 * row).to_string() };
        let (x, y) = (2 + row % 5, 0.5 + f64::from(row));
        let wall = f64::from(8 + row % 4) / 1000.0;
        writeln!(text, "Sheet pile {},{x},{y},{mesh},{wall},{load},", row + 1).unwrap();
    }
    let mut results = SnapshotResults::new();
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut window = table_of(&text, [1280.0, 800.0], theme);
        click(&mut window, "y, row 3");
        for key in [Key::ArrowDown, Key::ArrowDown, Key::ArrowRight] {
            press(&mut window, Modifiers::SHIFT, key);
        }
        window.remove_cursor();
        window.run_ok();
        window.screenshot(format!("cases_{name}"));
        results.extend_harness(&mut window);
    }
}

#[test]
fn a_sort_that_scatters_the_selected_rows_selects_no_others() {
    let mut window =
        table_of("name,x,y\na,1,1\nb,9,1\nc,2,1\nd,3,1\n", [1280.0, 800.0], Theme::Light);
    click(&mut window, "x, row 1");
    press(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    click(&mut window, "Sort ▴");
    assert_eq!(column(&window, "name"), ["a", "c", "d", "b"]);
    assert!(shows(&window, "2 rows × 1 column"));
}

#[test]
fn a_table_without_space_is_drawn() {
    for height in [40.0, 120.0, 160.0, 200.0] {
        let mut window = table_of(TABLE, [800.0, height], Theme::Light);
        press(&mut window, Modifiers::COMMAND, Key::F);
        window.run_ok();
    }
}

#[test]
fn the_next_study_has_no_selected_cells_and_no_filter() {
    let mut window = table();
    click(&mut window, "mesh, row 2");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    fill(&mut window, "Filter rows", "fine");
    until(&mut window, "it is filtered", |window| shows(window, "2 of 3 rows shown"));
    press(&mut window, Modifiers::COMMAND, Key::N);
    assert!(shows(&window, "Click a cell"));
    assert_eq!(value(&window, "Filter rows"), "");
    assert_eq!(column(&window, "name"), ["Case 1", "Case 2", "Case 3"]);
}

#[test]
fn escape_without_an_edit_stays_in_the_table() {
    let mut window = table();
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    press_all(&mut window, &[Key::ArrowDown, Key::Escape]);
    assert_eq!(focused(&window), "Case table");
    let before = value(&window, "Case table");
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    assert_ne!(value(&window, "Case table"), before);
}
