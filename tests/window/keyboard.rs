//! The window without a mouse.

use super::prelude::*;

#[test]
fn tab_leaves_the_table_at_both_ends() {
    let mut window = window();
    window.get_by_label("y 3").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert_eq!(focused(&window), "+ Add case");
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    assert_eq!(focused(&window), "y 3");
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    assert_eq!(focused(&window), "x 3");
    window.get_by_label("name 1").focus();
    window.run_ok();
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    assert_eq!(focused(&window), "Hide");
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert_eq!(focused(&window), "name 1");
}

#[test]
fn escape_leaves_a_cell_and_tab_continues_from_it() {
    let mut window = window();
    window.get_by_label("x 2").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(focused(&window), "");
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert_eq!(focused(&window), "y 2");
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    assert_eq!(focused(&window), "x 2");
}

#[test]
fn deleting_rows_with_the_button_keeps_the_place_in_the_order() {
    let mut window = window();
    click(&mut window, "row 2");
    window.get_by_label("Delete").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Space);
    assert_eq!(rows(&window), 2);
    until(&mut window, "the button before it has the focus", |window| {
        focused(window) == "+ Add case"
    });
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    assert_eq!(focused(&window), "y 2");
}

#[test]
fn typing_in_a_clicked_cell_replaces_its_content() {
    let mut window = window();
    click(&mut window, "x 2");
    window.event(Event::Text("2,5".to_owned()));
    window.run_ok();
    assert_eq!(value(&window, "x 2"), "2,5");
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert_eq!(value(&window, "x 2"), "2.5");
    // A second click places the caret.
    click(&mut window, "x 2");
    click(&mut window, "x 2");
    press(&mut window, Modifiers::NONE, Key::End);
    window.event(Event::Text("1".to_owned()));
    window.run_ok();
    assert_eq!(value(&window, "x 2"), "2.51");
}

#[test]
fn all_rows_are_selected_and_deleted_from_a_cell() {
    let mut window = window();
    click(&mut window, "name 2");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    assert!(shows(&window, "3 of 3 cases"));
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(rows(&window), 0);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!((rows(&window), value(&window, "name 2").as_str()), (3, "Case 2"));
}

#[test]
fn undo_after_paste_keeps_redo_and_selects_existing_rows_only() {
    let mut window = window();
    click(&mut window, "x 3");
    window.event(Event::Paste("pasted\t1\t2\nsecond\t3\t4\n".to_owned()));
    window.run_ok();
    assert_eq!(rows(&window), 5);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(rows(&window), 3);
    assert!(shows(&window, "1 of 3 cases"), "the row with the caret");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!((rows(&window), value(&window, "name 4").as_str()), (5, "pasted"));
}

#[test]
fn f10_and_alt_open_the_menus_and_arrow_keys_move_in_and_between_them() {
    let mut window = window();
    window.get_by_label("x 2").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::F10);
    assert!(shows(&window, "New study"));
    press(&mut window, Modifiers::NONE, Key::F10);
    window.run_ok();
    assert_eq!((shows(&window, "New study"), focused(&window).as_str()), (false, "x 2"));
    press(&mut window, Modifiers::NONE, Key::F10);
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    assert!(shows(&window, "Select all cases") && !shows(&window, "New study"));
    press(&mut window, Modifiers::NONE, Key::ArrowLeft);
    press(&mut window, Modifiers::NONE, Key::ArrowLeft);
    assert!(shows(&window, "About CaseLanes"));
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::ArrowUp);
    assert!(focused(&window).starts_with("Take the tour"), "{}", focused(&window));
    press(&mut window, Modifiers::NONE, Key::End);
    assert_eq!(focused(&window), "About CaseLanes");
    press(&mut window, Modifiers::NONE, Key::Home);
    assert!(focused(&window).starts_with("Take the tour"), "{}", focused(&window));
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    assert!(shows(&window, "New study"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!shows(&window, "New study"));
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert_eq!(focused(&window), "y 2", "the place before the menus");
    for (alone, opens) in [(true, true), (false, false)] {
        window.event(Event::ModifiersChanged(Modifiers::ALT));
        window.step();
        if !alone {
            press(&mut window, Modifiers::ALT, Key::ArrowUp);
        }
        window.event(Event::ModifiersChanged(Modifiers::NONE));
        window.run_ok();
        assert_eq!(shows(&window, "New study"), opens);
        press(&mut window, Modifiers::NONE, Key::Escape);
    }
}

/// Returns what the last frame put on the clipboard.
fn copied(window: &Window) -> Vec<String> {
    let commands = window.output().platform_output.commands.iter();
    let text = |command: &egui::OutputCommand| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    };
    commands.filter_map(text).collect()
}

/// Returns what the first frames put on the clipboard: a key waits until a click has settled.
fn copied_soon(window: &mut Window) -> Vec<String> {
    for _ in 0..5 {
        let texts = copied(window);
        if !texts.is_empty() {
            return texts;
        }
        window.step();
    }
    Vec::new()
}

/// Moves to an entry of the open menu with the arrow keys, and presses Enter for one step.
fn choose(window: &mut Window, title: &str) {
    for _ in 0..40 {
        if focused(window).starts_with(title) {
            return enter_at_once(window);
        }
        press(window, Modifiers::NONE, Key::ArrowDown);
    }
    panic!("no entry {title:?}");
}

#[test]
fn arrow_keys_enter_and_leave_a_submenu() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = opened(&path);
    press(&mut window, Modifiers::NONE, Key::F10);
    for _ in 0..3 {
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
    }
    assert_eq!(focused(&window), "Open recent");
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    assert!(focused(&window).starts_with("study.caselanes"), "{}", focused(&window));
    press(&mut window, Modifiers::NONE, Key::ArrowLeft);
    assert_eq!(focused(&window), "Open recent");
    press(&mut window, Modifiers::NONE, Key::ArrowLeft);
    assert!(shows(&window, "About CaseLanes"), "the menu on the left");
}

#[test]
fn copy_cut_and_paste_act_on_the_text_of_a_field_or_on_the_selected_rows() {
    let mut window = window();
    click(&mut window, "row 2");
    window.event(Event::Copy);
    window.step();
    assert_eq!(copied_soon(&mut window), ["Case 2\t2\t1\n"]);
    window.event(Event::Cut);
    window.step();
    assert_eq!(copied_soon(&mut window), ["Case 2\t2\t1\n"]);
    window.run_ok();
    assert_eq!(rows(&window), 2);
    // Outside a text field even a single word is a row.
    window.event(Event::Paste("wing".to_owned()));
    window.run_ok();
    assert_eq!((rows(&window), value(&window, "name 3").as_str()), (3, "wing"));
    click(&mut window, "x 1");
    window.event(Event::Copy);
    window.step();
    assert_eq!(copied_soon(&mut window), ["1"]);
    window.event(Event::Paste("7".to_owned()));
    window.run_ok();
    assert_eq!((rows(&window), value(&window, "x 1").as_str()), (3, "7"));
}

#[test]
fn the_edit_menu_copies_and_cuts_what_had_the_focus_before_it_opened() {
    for by_mouse in [false, true] {
        let mut window = window();
        window.get_by_label("name 2").focus();
        window.run_ok();
        if by_mouse {
            click(&mut window, "Edit");
            window.get_all_by_label_contains("Copy").next().unwrap().click();
            window.step();
        } else {
            press(&mut window, Modifiers::NONE, Key::F10);
            press(&mut window, Modifiers::NONE, Key::ArrowRight);
            choose(&mut window, "Copy");
        }
        window.step();
        assert_eq!(copied_soon(&mut window), ["Case 2"], "by mouse: {by_mouse}");
        window.run_ok();
        assert_eq!(focused(&window), "name 2");
        click(&mut window, "row 3");
        click(&mut window, "Edit");
        window.get_by_label_contains("Cut").click();
        window.run_ok();
        assert_eq!(rows(&window), 2, "the row, not the text of the cell left before");
        click(&mut window, "Edit");
        let is_disabled =
            window.get_all_by_label_contains("Copy").next().unwrap().accesskit_node().is_disabled();
        assert!(is_disabled, "nothing is selected");
    }
}

#[test]
fn shift_and_arrow_keys_select_the_rows_passed() {
    let mut window = window();
    window.get_by_label("x 1").focus();
    window.run_ok();
    press(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    assert_eq!(focused(&window), "x 2");
    assert!(shows(&window, "2 of 3 cases"));
    press(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    assert!(shows(&window, "3 of 3 cases"));
    press(&mut window, Modifiers::SHIFT, Key::ArrowUp);
    assert!(shows(&window, "2 of 3 cases"));
}

#[test]
fn the_menu_of_a_row_opens_with_a_right_click_and_by_keyboard() {
    let mut window = window();
    window.get_by_label("row 3").click_secondary();
    window.run_ok();
    assert!(shows(&window, "1 of 3 cases"), "the row is selected");
    window.get_by_label_contains("Insert case below").click();
    window.run_ok();
    assert_eq!((rows(&window), focused(&window).as_str()), (4, "name 4"));
    for (modifiers, key) in [(Modifiers::NONE, Key::Menu), (Modifiers::SHIFT, Key::F10)] {
        window.get_by_label("x 2").focus();
        window.run_ok();
        press(&mut window, modifiers, key);
        assert!(focused(&window).starts_with("Insert case below"), "{}", focused(&window));
        assert!(!shows(&window, "New study"), "not the menu bar");
        // Nothing is beside an entry.
        for side in [Key::ArrowLeft, Key::ArrowRight] {
            press(&mut window, Modifiers::NONE, side);
            assert!(focused(&window).starts_with("Insert case below"), "{}", focused(&window));
        }
        press(&mut window, Modifiers::NONE, Key::Escape);
        assert_eq!(focused(&window), "x 2");
    }
    press(&mut window, Modifiers::NONE, Key::Menu);
    choose(&mut window, "Copy");
    assert_eq!(copied_soon(&mut window), ["Case 2\t2\t1\n"], "the row, not the text of the cell");
    window.run_ok();
    // Without a focus, for the selected rows; and if Shift is up before the frame is drawn.
    press(&mut window, Modifiers::NONE, Key::Escape);
    for (pressed, modifiers) in [(true, Modifiers::SHIFT), (false, Modifiers::NONE)] {
        let key = Key::F10;
        let event = Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
        window.input_mut().events.push(event);
    }
    window.run_ok();
    assert!(focused(&window).starts_with("Insert case below") && !shows(&window, "New study"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    window.get_by_label("x 2").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Menu);
    choose(&mut window, "Delete");
    window.run_ok();
    assert_eq!(rows(&window), 3);
}

#[test]
fn menus_of_results_bars_and_lanes_lead_to_the_case() {
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    window.get_by_label("result 2").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Menu);
    choose(&mut window, "Show case in table");
    window.run_ok();
    assert_eq!(focused(&window), "name 2");
    window.get_by_label("result 3").click_secondary();
    window.run_ok();
    window.get_by_label_contains("Copy results of selected").click();
    let has_copied = |window: &Window| !copied(window).is_empty();
    until(&mut window, "the results are copied", |window| {
        has_copied(window) || says(window, "Copied the results")
    });
    for (key, chart) in [(Key::Num1, "Lanes of the run"), (Key::Num2, "Timeline.")] {
        press(&mut window, Modifiers::COMMAND, key);
        window.get_by_label_contains(chart).focus();
        window.run_ok();
        press(&mut window, Modifiers::NONE, Key::Menu);
        choose(&mut window, "Show case in results");
        window.run_ok();
        assert!(window.query_by_label("result 3").is_some(), "{chart}");
    }
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    window.get_by_label_contains("Lanes of the run").click_secondary();
    window.run_ok();
    assert!(shows(&window, "Show whole chart"));
}

#[test]
fn the_palette_finds_and_runs_commands_and_gives_the_focus_back() {
    let mut window = window();
    window.get_by_label("x 2").focus();
    window.run_ok();
    let palette = Modifiers::COMMAND | Modifiers::SHIFT;
    press(&mut window, palette, Key::P);
    assert_eq!(focused(&window), "Command");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(focused(&window), "x 2");
    press(&mut window, palette, Key::P);
    window.event(Event::Text("theme".to_owned()));
    window.run_ok();
    assert!(shows(&window, "Dark theme") && !shows(&window, "New study"));
    for key in [Key::ArrowDown, Key::Tab, Key::ArrowUp] {
        press(&mut window, Modifiers::NONE, key);
    }
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(window.ctx.theme(), Theme::Light);
    assert!(!shows(&window, "Dark theme"), "closed");
    assert_eq!(focused(&window), "x 2");
    // What cannot run stays open.
    press(&mut window, palette, Key::P);
    window.event(Event::Text("redo".to_owned()));
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(focused(&window), "Command");
    window.event(Event::Text(" zzz".to_owned()));
    window.run_ok();
    assert!(shows(&window, "No command has these words"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, palette, Key::P);
    window.event(Event::Text("select all".to_owned()));
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(rows(&window), 0);
}

#[test]
fn the_palette_shows_its_choice_wherever_it_was_scrolled() {
    let mut window = window();
    let reopen = |window: &mut Window| {
        press(window, Modifiers::NONE, Key::Escape);
        press(window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    };
    let place = |window: &Window| {
        let id = egui::Id::unique("command palette");
        window.ctx.memory(|memory| memory.area_rect(id)).unwrap()
    };
    let assert_shown = |window: &Window, what: &str| {
        let dialog = window.get_by_role(Role::Dialog);
        let mut rows = dialog.query_all_by_role(Role::Button);
        let chosen = rows.find(|row| {
            let node = row.accesskit_node();
            node.is_selected() == Some(true) || node.toggled() == Some(Toggled::True)
        });
        let (row, field) = (chosen.unwrap().rect(), dialog.get_by_label("Command").rect());
        let bottom = place(window).bottom();
        let is_shown = row.top() >= field.bottom() && row.bottom() <= bottom;
        assert!(is_shown, "{what}: {row}, {field}, {bottom}");
    };
    let height = |window: &Window| place(window).height();
    reopen(&mut window);
    let whole = height(&window);
    press_all(&mut window, &[Key::ArrowDown; 25]);
    assert_shown(&window, "moved");
    reopen(&mut window);
    assert_shown(&window, "opened again");
    press_all(&mut window, &[Key::ArrowDown; 30]);
    window.event(Event::Text("co".to_owned()));
    window.run_ok();
    assert_shown(&window, "typed");
    window.event(Event::Text("lumn width".to_owned()));
    window.run_ok();
    assert!(height(&window) < whole / 2.0);
    reopen(&mut window);
    assert!((height(&window) - whole).abs() < 1.0, "{} of {whole}", height(&window));
    press(&mut window, Modifiers::NONE, Key::PageDown);
    assert_shown(&window, "a page further");
}

#[test]
fn help_scrolls_by_keyboard_and_keeps_the_focus() {
    let mut window = window_of([800.0, 500.0], 1.0, Theme::Light, None);
    // The tab behind the dialog scrolls by Page Up and Page Down too.
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    for (modifiers, first, last) in [
        (Modifiers::NONE, "Ctrl+N", "Shift+Left, Shift+Right"),
        (Modifiers::SHIFT, "all-at-once", "Workload"),
    ] {
        window.get_by_label("x 2").focus();
        window.run_ok();
        press(&mut window, modifiers, Key::F1);
        assert_eq!(focused(&window), "Close");
        let visible = |window: &Window, label: &str| {
            let place = window.query_all_by_label(label).last().unwrap().rect();
            (60.0..440.0).contains(&place.center().y)
        };
        assert!(visible(&window, first) && !visible(&window, last));
        press(&mut window, Modifiers::NONE, Key::End);
        assert!(!visible(&window, first) && visible(&window, last));
        press(&mut window, Modifiers::NONE, Key::Home);
        assert!(visible(&window, first));
        let at = |window: &Window| window.query_all_by_label(first).last().unwrap().rect().top();
        let top = at(&window);
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
        assert!((top - at(&window) - 24.0).abs() < 1.0);
        press(&mut window, Modifiers::NONE, Key::PageDown);
        assert!(top - at(&window) > 200.0);
        for modifiers in [Modifiers::NONE, Modifiers::SHIFT] {
            press(&mut window, modifiers, Key::Tab);
            press(&mut window, modifiers, Key::Tab);
            assert_eq!(focused(&window), "Close");
        }
        press(&mut window, Modifiers::NONE, Key::Enter);
        assert_eq!(focused(&window), "x 2");
    }
}

#[test]
fn arrow_and_page_keys_move_through_rows_and_bars_that_are_out_of_view() {
    let mut window = simulated_cases(200, "workers = 3", Theme::Light);
    window.get_by_label("x 1").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::PageDown);
    assert_eq!(focused(&window), "x 11");
    press(&mut window, Modifiers::NONE, Key::PageUp);
    assert_eq!(focused(&window), "x 1");
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    // The rows are one stop of Tab, at the one that is selected.
    click(&mut window, "result 3");
    press(&mut window, Modifiers::NONE, Key::Tab);
    let after = focused(&window);
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    assert_eq!(focused(&window), "result 3");
    press_all(&mut window, &[Key::ArrowLeft, Key::ArrowRight]);
    assert_eq!(focused(&window), "result 3");
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    let before = focused(&window);
    assert!(!after.starts_with("result ") && !before.starts_with("result "), "{after}, {before}");
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert_eq!(focused(&window), "result 3");
    press(&mut window, Modifiers::NONE, Key::Home);
    for (key, row) in [
        (Key::End, "result 200"),
        (Key::ArrowUp, "result 199"),
        (Key::PageUp, "result 189"),
        (Key::Home, "result 1"),
        (Key::ArrowDown, "result 2"),
        (Key::PageDown, "result 12"),
    ] {
        press(&mut window, Modifiers::NONE, key);
        assert_eq!(focused(&window), row);
        assert!(shows(&window, "1 of 200 cases"), "selected");
    }
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    window.get_by_label_contains("Bar chart of ").focus();
    window.run_ok();
    press(&mut window, Modifiers::SHIFT, Key::ArrowLeft);
    press(&mut window, Modifiers::NONE, Key::Menu);
    choose(&mut window, "Show case in table");
    window.run_ok();
    assert_eq!(focused(&window), "name 11");
    window.get_by_label_contains("Bar chart of ").focus();
    window.run_ok();
    let all = window.drawn();
    for key in [Key::ArrowRight, Key::ArrowLeft, Key::ArrowUp, Key::ArrowDown] {
        press(&mut window, Modifiers::NONE, key);
        assert!(focused(&window).starts_with("Bar chart of "), "{key:?}");
        assert!(window.drawn() == all, "{key:?} moves a view that shows everything");
    }
    press(&mut window, Modifiers::NONE, Key::Plus);
    let zoomed = window.drawn();
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    let moved = window.drawn();
    assert!(all.is_none() || (all != zoomed && zoomed != moved && all != moved));
    press(&mut window, Modifiers::NONE, Key::Home);
    assert!(window.drawn() == all);
}

#[test]
fn a_question_has_the_focus_on_the_button_that_loses_nothing() {
    let mut window = window();
    fill(&mut window, "name 1", "mine");
    press(&mut window, Modifiers::COMMAND, Key::N);
    assert_eq!(focused(&window), "Save");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(focused(&window), "name 1");
    press(&mut window, Modifiers::COMMAND, Key::S);
    assert_eq!(focused(&window), "Path");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!((focused(&window).as_str(), value(&window, "name 1").as_str()), ("name 1", "mine"));
}

#[test]
fn ctrl_plus_minus_and_0_change_the_size_of_the_window() {
    let mut window = window_of([1600.0, 1000.0], 1.0, Theme::Light, None);
    let zoom = |window: &Window| window.ctx.zoom_factor();
    for (key, size) in
        [(Key::Plus, 1.1), (Key::Plus, 1.2), (Key::Minus, 1.1), (Key::Num0, 1.0), (Key::Minus, 0.9)]
    {
        press(&mut window, Modifiers::COMMAND, key);
        assert_eq!(zoom(&window), size, "{key:?}");
    }
    click(&mut window, "View");
    click(&mut window, "Size");
    window.get_by_label_contains("Normal size").click();
    window.run_ok();
    assert_eq!(zoom(&window), 1.0);
}

#[test]
fn keys_in_a_menu_opened_by_the_mouse_leave_the_table_behind_it_alone() {
    for tab in [Key::Num1, Key::Num7] {
        let mut window = window();
        press(&mut window, Modifiers::COMMAND, tab);
        let cell = if tab == Key::Num1 { "name 1" } else { "name, row 1" };
        click(&mut window, cell);
        window.get_by_label(cell).click_secondary();
        window.run_ok();
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
        window.event(Event::Text("9".to_owned()));
        window.run_ok();
        choose(&mut window, "Delete cases");
        window.run_ok();
        assert_eq!(rows(&window), 2, "{tab:?}");
        assert_eq!(value(&window, "name 1"), "Case 2", "{tab:?}");
    }
}

#[test]
fn undo_keeps_the_focus_at_a_control_below_a_row_that_vanishes() {
    let mut window = window();
    choose_strategy(&mut window, "batches");
    for choice in ["estimate", "real"] {
        window.get_by_label(choice).focus();
        window.run_ok();
        for (key, has_batch) in [(Key::Z, false), (Key::Y, true)] {
            press(&mut window, Modifiers::COMMAND, key);
            assert_eq!(shows(&window, "Batch"), has_batch);
            assert_eq!(focused(&window), choice);
        }
    }
}

#[test]
fn undo_keeps_the_focus_at_the_heading_of_a_section() {
    let mut window = window();
    window.get_by_role_and_label(Role::ComboBox, "Workload").click();
    window.run_ok();
    window.get_by_label_contains("command").click();
    window.run_ok();
    for heading in ["How to run", "Workload"] {
        window.get_by_role_and_label(Role::DisclosureTriangle, heading).focus();
        window.run_ok();
        for (key, has_program) in [(Key::Z, false), (Key::Y, true)] {
            press(&mut window, Modifiers::COMMAND, key);
            assert_eq!(shows(&window, "Where"), has_program);
            assert_eq!(focused(&window), heading);
        }
    }
}

#[test]
fn the_last_case_deleted_in_a_cell_leaves_the_focus_in_its_column() {
    let mut window = window();
    window.get_by_label("name 3").focus();
    window.run_ok();
    press_all(&mut window, &[Key::F10, Key::ArrowRight, Key::ArrowRight]);
    choose(&mut window, "Delete cases");
    window.run_ok();
    assert_eq!((rows(&window), focused(&window).as_str()), (2, "name 2"));
}

#[test]
fn a_case_deleted_from_a_menu_leaves_the_focus_at_the_row_that_moved_up() {
    for is_of_row in [false, true] {
        let mut window = window();
        fill(&mut window, "name 2", "b");
        fill(&mut window, "name 3", "third");
        window.get_by_label("name 2").focus();
        window.run_ok();
        if is_of_row {
            press(&mut window, Modifiers::SHIFT, Key::F10);
        } else {
            press_all(&mut window, &[Key::F10, Key::ArrowRight, Key::ArrowRight]);
        }
        choose(&mut window, "Delete cases");
        window.run_ok();
        assert_eq!((rows(&window), value(&window, "name 2").as_str()), (2, "third"));
        assert_eq!(focused(&window), "name 2", "from the menu of the row: {is_of_row}");
        window.event(Event::Text("new".to_owned()));
        window.run_ok();
        assert_eq!(value(&window, "name 2"), "new", "all of the text is selected");
    }
}

#[test]
fn arrow_keys_move_within_a_row_of_a_menu_before_they_leave_it() {
    let mut window = window();
    let right = Key::ArrowRight;
    press_all(&mut window, &[Key::F10, right, right, right, right, Key::ArrowDown]);
    assert_eq!(focused(&window), "full length");
    for title in ["×0.1", "×0.01"] {
        press(&mut window, Modifiers::NONE, right);
        assert_eq!(focused(&window), title);
    }
    press(&mut window, Modifiers::NONE, Key::ArrowLeft);
    assert_eq!(focused(&window), "×0.1");
    press_all(&mut window, &[right, right]);
    assert_eq!(focused(&window), "View");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(!shows(&window, "Show whole chart"));
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    assert!(shows(&window, "Show whole chart"), "{}", focused(&window));
}

#[test]
fn a_shortcut_of_the_window_presses_no_button_of_a_dialog() {
    let mut window = window();
    fill(&mut window, "name 1", "edited");
    press(&mut window, Modifiers::COMMAND, Key::N);
    assert!(shows(&window, "Save changes to the new study?"));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert!(shows(&window, "Save changes to the new study?"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(!shows(&window, "Save changes to the new study?"));
}
