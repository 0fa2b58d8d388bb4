//! Keys that must not lose work, and controls after which the focus must stay visible.

use super::focus::{runs, with_history};
use super::prelude::*;
use super::results::{bowl, meshes, results_of};

const CTRL_SHIFT: Modifiers = Modifiers { shift: true, ..Modifiers::COMMAND };

/// Gives a control the focus.
fn focus(window: &mut Window, label: &str) {
    window.get_by_label(label).focus();
    window.run_ok();
}

/// A study whose second case does not end by itself.
fn endless(folder: &Path) -> PathBuf {
    study(folder, &QUICK.replace("x = 0.2", "x = 600"))
}

/// A study that runs a program.
fn solver(folder: &Path) -> PathBuf {
    let text = "version = 1\n[workload]\nname = \"command\"\ncommand = [\"true\", \"{x}\"]\n\
                [[case]]\nname = \"first\"\nx = 3\ny = 1\n";
    study(folder, text)
}

#[test]
fn redo_without_anything_to_redo_changes_nothing() {
    let mut window = window();
    fill(&mut window, "x 1", "55");
    for in_cell in [true, false] {
        press(&mut window, CTRL_SHIFT, Key::Z);
        press(&mut window, CTRL_SHIFT, Key::Z);
        assert_eq!(value(&window, "x 1"), "55", "in the cell: {in_cell}");
        press(&mut window, Modifiers::NONE, Key::Escape);
    }
    click(&mut window, "+ Add case");
    press(&mut window, CTRL_SHIFT, Key::Z);
    assert_eq!(rows(&window), 4);
    click(&mut window, "row 2");
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(rows(&window), 3);
    let counts = [(Modifiers::COMMAND, 4), (Modifiers::COMMAND, 3), (CTRL_SHIFT, 4)];
    for (modifiers, count) in counts.into_iter().chain([(CTRL_SHIFT, 3); 3]) {
        press(&mut window, modifiers, Key::Z);
        assert_eq!(rows(&window), count);
    }
    // Undone to the start, a cell does not undo its own text.
    for _ in 0..5 {
        press(&mut window, Modifiers::COMMAND, Key::Z);
    }
    focus(&mut window, "x 1");
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!((value(&window, "x 1").as_str(), rows(&window)), ("1", 3));
    press(&mut window, CTRL_SHIFT, Key::Z);
    assert_eq!(value(&window, "x 1"), "55", "what was undone is still there");
}

#[test]
fn the_shortcut_of_a_command_that_is_not_possible_does_nothing() {
    let folder = tempdir().unwrap();
    let mut window = opened(&endless(folder.path()));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the run", |window| shows(window, "■ Cancel"));
    press(&mut window, CTRL_SHIFT, Key::O);
    press(&mut window, CTRL_SHIFT, Key::Enter);
    assert!(!shows(&window, "Open study") && !shows(&window, "Resume a run"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    // Nor does that of no command.
    let before = rows(&window);
    press(&mut window, CTRL_SHIFT, Key::Q);
    press(&mut window, Modifiers { alt: true, ..Modifiers::COMMAND }, Key::O);
    press(&mut window, CTRL_SHIFT, Key::D);
    assert!(!closes(&window) && !shows(&window, "Open study") && rows(&window) == before);
}

/// Types a letter while Alt is held, as a keyboard does.
fn alt_letter(window: &mut Window, key: Key) {
    window.event(Event::ModifiersChanged(Modifiers::ALT));
    for pressed in [true, false] {
        window.event(Event::Key {
            key,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers: Modifiers::ALT,
        });
        if pressed {
            window.event(Event::Text(key.name().to_lowercase()));
        }
    }
    window.event(Event::ModifiersChanged(Modifiers::NONE));
    window.run_ok();
}

#[test]
fn alt_and_a_letter_open_a_menu_and_type_nothing() {
    let mut window = window();
    focus(&mut window, "name 1");
    press(&mut window, Modifiers::COMMAND, Key::A);
    for (key, entry) in [
        (Key::F, "New study"),
        (Key::E, "Select all cases"),
        (Key::R, "Run all cases"),
        (Key::X, "One click runs an example"),
        (Key::V, "Show whole chart"),
        (Key::H, "About CaseLanes"),
    ] {
        alt_letter(&mut window, key);
        assert!(shows(&window, entry), "{key:?}");
        assert_eq!(value(&window, "name 1"), "Case 1");
    }
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(focused(&window), "name 1");
    alt_letter(&mut window, Key::Z);
    assert_eq!(value(&window, "name 1"), "Case 1", "not the letter of a menu");
    press(&mut window, Modifiers::COMMAND, Key::O);
    alt_letter(&mut window, Key::F);
    assert!(!shows(&window, "New study"), "a dialog is open");
    assert_eq!(value(&window, "Path"), "");
}

#[test]
fn a_dialog_or_command_closes_the_open_menu() {
    let mut window = window();
    for (modifiers, key) in [(Modifiers::COMMAND, Key::I), (Modifiers::NONE, Key::F1)] {
        focus(&mut window, "x 2");
        press(&mut window, Modifiers::NONE, Key::F10);
        assert!(shows(&window, "New study"));
        press(&mut window, modifiers, key);
        assert!(!shows(&window, "Open recent"), "{key:?}");
        press(&mut window, Modifiers::NONE, Key::Escape);
        assert_eq!(focused(&window), "x 2");
    }
    press(&mut window, Modifiers::NONE, Key::F10);
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    assert!(!shows(&window, "Open recent"));
    assert_eq!(focused(&window), "x 2");
}

#[test]
fn escape_leaves_a_field_before_it_dismisses_an_error() {
    let mut window = window();
    fill(&mut window, "Seed", "letters");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert_eq!(focused(&window), "Seed");
    assert!(shows(&window, "Seed: "));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(focused(&window), "");
    assert!(shows(&window, "Seed: "), "the error stays");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!shows(&window, "Seed: "));
}

#[test]
fn enter_keeps_the_focus_in_a_field_of_one_line() {
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    fill(&mut window, "Seed", "12");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!((focused(&window).as_str(), value(&window, "Seed").as_str()), ("Seed", "12"));
    press(&mut window, Modifiers::COMMAND, Key::F);
    let search = focused(&window);
    window.event(Event::Text("Case".to_owned()));
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(focused(&window), search);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    fill(&mut window, "Filter by text", "Case");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(focused(&window), "Filter by text");
    window.event(Event::Text(" 2".to_owned()));
    window.run_ok();
    assert_eq!(value(&window, "Filter by text"), "Case 2", "the caret is where it was");
}

#[test]
fn a_name_of_the_history_that_is_not_changed_gives_the_focus_back_to_its_run() {
    let folder = tempdir().unwrap();
    let mut window = with_history(folder.path());
    let name = runs(&window)[0].clone();
    for again in [false, true] {
        let rename = window.query_all_by_label_contains("Rename study: ").next();
        rename.unwrap().focus();
        window.run_ok();
        press(&mut window, Modifiers::NONE, Key::Enter);
        assert_eq!(focused(&window), "Name of the run");
        if again {
            window.event(Event::Text("mine".to_owned()));
            window.run_ok();
            assert_eq!(value(&window, "Name of the run"), "mine", "the whole name was selected");
        } else {
            press(&mut window, Modifiers::NONE, Key::ArrowLeft);
        }
        press(&mut window, Modifiers::NONE, Key::Escape);
        window.run_ok();
        assert_eq!(focused(&window), name);
    }
}

#[test]
fn a_click_on_rename_while_the_name_is_open_accepts_the_name() {
    let folder = tempdir().unwrap();
    let mut window = with_history(folder.path());
    window.query_all_by_label_contains("Rename study: ").next().unwrap().click();
    window.run_ok();
    window.event(Event::Text("mine".to_owned()));
    window.run_ok();
    let rename = window.query_all_by_label_contains("Rename study: ").next().unwrap();
    assert!(rename.accesskit_node().is_disabled());
    rename.click();
    window.run_ok();
    assert!(shows(&window, "Rename mine"));
}

#[test]
fn a_run_of_the_history_that_is_shown_gives_the_focus_to_its_tab() {
    let folder = tempdir().unwrap();
    let mut window = with_history(folder.path());
    window.query_all_by_label_contains("Show study: ").next().unwrap().focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    until(&mut window, "it is shown", |window| shows(window, "Lanes of the run"));
    window.run_ok();
    assert_eq!(focused(&window), "Bars");
    // A cell keeps the focus whatever tab is shown.
    focus(&mut window, "x 1");
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    assert_eq!(focused(&window), "x 1");
}

#[test]
fn a_button_that_is_disabled_gives_the_focus_to_its_neighbour() {
    let mut window = window();
    click(&mut window, "row 2");
    focus(&mut window, "Delete");
    press(&mut window, Modifiers::NONE, Key::Space);
    assert_eq!(rows(&window), 2);
    for _ in 0..4 {
        window.step();
    }
    assert_eq!(focused(&window), "+ Add case");
}

#[test]
fn columns_of_the_generator_are_added_and_removed_by_keyboard() {
    let mut window = window();
    focus(&mut window, "x 2");
    press(&mut window, Modifiers::COMMAND, Key::G);
    focus(&mut window, "+ Add column");
    for number in [3, 4] {
        press(&mut window, Modifiers::NONE, Key::Enter);
        assert_eq!(focused(&window), format!("Name of column {number}"));
        window.event(Event::Text("mesh".to_owned()));
        window.run_ok();
        assert_eq!(value(&window, &format!("Name of column {number}")), "mesh");
        focus(&mut window, "+ Add column");
    }
    // Below each new column stands that it lacks values.
    for (number, next) in [(3, "Remove column 3"), (3, "Remove column 2"), (2, "+ Add column")] {
        focus(&mut window, &format!("Remove column {number}"));
        press(&mut window, Modifiers::NONE, Key::Enter);
        for _ in 0..4 {
            window.step();
        }
        assert_eq!(focused(&window), next, "after column {number}");
    }
    // The list of a box gives the focus back, and does not close the dialog.
    let method = window.get_by_role_and_label(Role::ComboBox, "Method");
    method.focus();
    window.run_ok();
    for key in [Key::Escape, Key::Enter] {
        press_all(&mut window, &[Key::F4, key]);
        window.run_ok();
        assert_eq!(focused(&window), "Method", "{key:?}");
    }
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(focused(&window), "x 2");
}

#[test]
fn tab_leads_through_a_new_output_before_its_name_is_typed() {
    let folder = tempdir().unwrap();
    let mut window = opened(&solver(folder.path()));
    click(&mut window, "Limits and output");
    focus(&mut window, "+ Add output");
    press(&mut window, Modifiers::NONE, Key::Enter);
    let walk = ["File of output 1", "Expression of output 1", "Remove output 1"];
    assert_eq!(focused(&window), "Name of output 1");
    for next in walk {
        press(&mut window, Modifiers::NONE, Key::Tab);
        assert_eq!(focused(&window), next);
    }
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    window.event(Event::Text("lift = (.*)".to_owned()));
    window.run_ok();
    focus(&mut window, "Name of output 1");
    window.event(Event::Text("lift".to_owned()));
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(focused(&window), "Name of output 1");
    assert!(shows(&window, "value = [\"lift=lift = (.*)\"]") || !shows(&window, "expected"));
    // An empty one is gone once it is left.
    focus(&mut window, "+ Add output");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(focused(&window), "Name of output 2");
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    window.run_ok();
    assert_ne!(focused(&window), "");
    focus(&mut window, "Seed");
    assert!(window.query_by_label("Name of output 2").is_none());
    assert_eq!(value(&window, "Name of output 1"), "lift");
    focus(&mut window, "Remove output 1");
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.run_ok();
    assert!(window.query_by_label("Name of output 1").is_none());
    assert_ne!(focused(&window), "");
}

#[test]
fn unfinished_texts_of_fields_survive_a_killed_window() {
    let folder = tempdir().unwrap();
    let path = solver(folder.path());
    let mut window = usual_window(keeping_sessions(Some(&path), folder.path()));
    let long = "solver --deck 'my long command {x}";
    fill(&mut window, "Program", long);
    fill(&mut window, "Time scale", "1e");
    assert!(shows(&window, "study.caselanes, changed"));
    until(&mut window, "the session is written", |_| session(folder.path()).contains("1e"));
    drop(window);
    let mut window = usual_window(keeping_sessions(None, folder.path()));
    until(&mut window, "the text is back", |window| value(window, "Program") == long);
    assert_eq!(value(&window, "Time scale"), "1e");
    assert!(shows(&window, "Restored") && shows(&window, "study.caselanes, changed"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(value(&window, "Program"), "true {x}", "undo leads to the file");
    assert!(!shows(&window, ", changed"));
}

#[test]
fn undo_brings_back_the_texts_that_a_reload_replaced() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), QUICK);
    let mut window = opened(&path);
    fill(&mut window, "Seed", "12x");
    fs::write(&path, QUICK.replace("short", "theirs")).unwrap();
    until(&mut window, "the change is noticed", |window| {
        shows(window, "was changed by another program")
    });
    click(&mut window, "Reload the file");
    until(&mut window, "it is reloaded", |window| value(window, "name 1") == "theirs");
    assert_ne!(value(&window, "Seed"), "12x");
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(
        (value(&window, "name 1").as_str(), value(&window, "Seed").as_str()),
        ("short", "12x")
    );
}

#[test]
fn undo_with_nothing_left_to_undo_keeps_redo_in_a_field_of_the_form() {
    let mut window = window();
    fill(&mut window, "Seed", "77");
    fill(&mut window, "y 1", "8");
    focus(&mut window, "Seed");
    for _ in 0..6 {
        press(&mut window, Modifiers::COMMAND, Key::Z);
    }
    assert_eq!((value(&window, "y 1").as_str(), value(&window, "Seed").as_str()), ("1", ""));
    assert!(!shows(&window, ", changed"));
    press(&mut window, CTRL_SHIFT, Key::Z);
    assert_eq!(value(&window, "Seed"), "77");
    // As other programs have it.
    press(&mut window, Modifiers::COMMAND, Key::Y);
    assert_eq!(value(&window, "y 1"), "8");
    press(&mut window, Modifiers::COMMAND, Key::Y);
    assert_eq!((value(&window, "y 1").as_str(), value(&window, "Seed").as_str()), ("8", "77"));
}

#[test]
fn typing_in_a_field_is_one_change_that_undo_and_redo_walk() {
    let mut window = window();
    let seed = value(&window, "Seed");
    fill(&mut window, "Seed", "12");
    focus(&mut window, "x 1");
    fill(&mut window, "Seed", "12x");
    focus(&mut window, "x 1");
    fill(&mut window, "x 1", "9");
    for expected in [("1", "12x"), ("1", "12"), ("1", seed.as_str())] {
        press(&mut window, Modifiers::COMMAND, Key::Z);
        let found = (value(&window, "x 1"), value(&window, "Seed"));
        assert_eq!((found.0.as_str(), found.1.as_str()), expected);
    }
    for expected in ["12", "12x"] {
        press(&mut window, CTRL_SHIFT, Key::Z);
        assert_eq!(value(&window, "Seed"), expected);
    }
}

#[test]
fn delete_and_cut_do_not_take_a_case_out_of_the_study_from_the_results() {
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    focus(&mut window, "result 2");
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    assert!(shows(&window, "1 of 3 cases"), "it is selected");
    press(&mut window, Modifiers::NONE, Key::Delete);
    click(&mut window, "result 1");
    press(&mut window, Modifiers::NONE, Key::Delete);
    window.event(Event::Cut);
    window.run_ok();
    assert_eq!(rows(&window), 3);
    click(&mut window, "row 2");
    assert!(shows(&window, "1 of 3 cases"));
    window.event(Event::Cut);
    window.run_ok();
    assert_eq!(rows(&window), 2);
    focus(&mut window, "result 2");
    press(&mut window, CTRL_SHIFT, Key::A);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(rows(&window), 0, "all cases were selected in the table");
}

#[test]
fn arrow_keys_with_alt_open_a_box_and_move_no_case() {
    let mut window = window();
    click(&mut window, "row 1");
    let strategy = window.get_by_role_and_label(Role::ComboBox, "Strategy");
    strategy.focus();
    window.run_ok();
    press(&mut window, Modifiers::ALT, Key::ArrowDown);
    assert!(says(&window, "series: "), "the list is open");
    press_all(&mut window, &[Key::Escape]);
    assert_eq!(
        (focused(&window).as_str(), value(&window, "name 1").as_str()),
        ("Strategy", "Case 1")
    );
    click(&mut window, "row 2");
    press(&mut window, Modifiers::ALT, Key::ArrowUp);
    assert_eq!(value(&window, "name 2"), "Case 1");
}

#[test]
fn a_new_column_has_the_focus_and_delete_is_for_the_table_alone() {
    let mut window = window();
    click(&mut window, "name 2");
    press(&mut window, CTRL_SHIFT, Key::P);
    window.event(Event::Text("add column".to_owned()));
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.event(Event::Text("mesh".to_owned()));
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    until(&mut window, "it is there", |window| shows(window, "mesh, row 1"));
    assert_eq!(focused(&window), "Case table");
    window.event(Event::Text("42".to_owned()));
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(value(&window, "name 2"), "Case 2");
    assert_eq!(value(&window, "mesh, row 1"), "42");
    press(&mut window, Modifiers::NONE, Key::ArrowUp);
    focus(&mut window, "Find…");
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(value(&window, "mesh, row 1"), "42");
    focus(&mut window, "Case table");
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(value(&window, "mesh, row 1"), "");
}

#[test]
fn escape_hides_the_tooltip_at_the_cursor_of_a_chart() {
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(10, 8), bowl);
    click(&mut window, "Scatter");
    color_by_value(&mut window);
    let chart = window.query_all_by_role(Role::Image).find(|node| {
        node.accesskit_node().label().is_some_and(|label| label.contains(" against "))
    });
    chart.unwrap().focus();
    window.run_ok();
    let has_tooltip = |window: &Window| {
        let is_tooltip = |layer: &egui::LayerId| layer.order == egui::Order::Tooltip;
        window.ctx.memory(|it| it.areas().visible_layer_ids().iter().any(is_tooltip))
    };
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    assert!(has_tooltip(&window));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!has_tooltip(&window));
}

/// Asserts that the focus is at a control after a dialog is closed in each of these ways.
fn returns_after(
    mut window: Window,
    origin: &str,
    open: impl Fn(&mut Window),
    ways: &[&str],
) -> Window {
    for way in ways {
        window.query_all_by_label_contains(origin).next().unwrap().focus();
        window.run_ok();
        let before = focused(&window);
        open(&mut window);
        assert!(!focused(&window).is_empty() && focused(&window) != before, "{way}: in the dialog");
        if *way == "Escape" {
            press(&mut window, Modifiers::NONE, Key::Escape);
        } else {
            focus(&mut window, way);
            press(&mut window, Modifiers::NONE, Key::Enter);
        }
        until(&mut window, &format!("{before} has the focus, not after {way}"), |window| {
            focused(window) == before
        });
    }
    window
}

#[test]
fn the_question_to_delete_runs_gives_the_focus_back() {
    let folder = tempdir().unwrap();
    let window = with_history(folder.path());
    let open = |window: &mut Window| press(window, Modifiers::NONE, Key::Enter);
    let mut window = returns_after(window, "Delete study: ", open, &["Escape", "Cancel"]);
    window.query_all_by_label_contains("Delete study: ").next().unwrap().focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    focus(&mut window, "Delete permanently");
    press(&mut window, Modifiers::NONE, Key::Enter);
    until(&mut window, "it is deleted", |window| runs(window).len() < 2);
    for _ in 0..4 {
        window.step();
    }
    assert!(focused(&window).contains("study: "), "{}", focused(&window));
}

#[test]
fn the_question_to_replace_a_file_gives_the_focus_back() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("there.caselanes");
    fs::write(&path, "mine").unwrap();
    let open = |window: &mut Window| {
        press(window, Modifiers::COMMAND, Key::S);
        fill(window, "Path", path.to_str().unwrap());
        press(window, Modifiers::NONE, Key::Enter);
        until(window, "it asks", |window| shows(window, "Replace there.caselanes?"));
    };
    let mut window = window();
    focus(&mut window, "x 2");
    for way in ["Escape", "Cancel"] {
        open(&mut window);
        assert_eq!(focused(&window), "Cancel", "which loses nothing");
        press(&mut window, Modifiers::NONE, if way == "Cancel" { Key::Enter } else { Key::Escape });
        window.run_ok();
        assert_eq!(focused(&window), "Path", "the dialog with the path is back");
        press(&mut window, Modifiers::NONE, Key::Escape);
        window.run_ok();
        assert_eq!(focused(&window), "x 2", "{way}");
    }
    let mut window = returns_after(window, "y 3", open, &["Replace"]);
    until(&mut window, "it is saved", |_| fs::read_to_string(&path).unwrap() != "mine");
}

#[test]
fn the_question_to_stop_a_run_gives_the_focus_back() {
    let folder = tempdir().unwrap();
    let mut window = opened(&endless(folder.path()));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the run", |window| shows(window, "■ Cancel"));
    let open = |window: &mut Window| press(window, Modifiers::COMMAND, Key::Q);
    let window = returns_after(window, "x 2", open, &["Escape", "Keep running"]);
    assert!(window.state().is_running());
}

#[test]
fn the_trial_gives_the_focus_back() {
    let folder = tempdir().unwrap();
    let window = opened(&solver(folder.path()));
    let open = |window: &mut Window| {
        press(window, Modifiers::NONE, Key::Enter);
        until(window, "it has ended", |window| window.query_by_label("Close").is_some());
        window.run_ok();
    };
    returns_after(window, "Try one case", open, &["Escape", "Close"]);
}

#[test]
fn the_generator_gives_the_focus_back() {
    let open = |window: &mut Window| {
        press(window, Modifiers::COMMAND, Key::G);
        until(window, "the rows are checked", |window| shows(window, "15 cases"));
        window.run_ok();
    };
    let window = returns_after(window(), "x 2", open, &["Escape", "Cancel"]);
    let window = returns_after(window, "Seed", open, &["Append"]);
    assert!(shows(&window, "Generated 15 cases"));
}

#[test]
fn configurations_are_added_and_removed_by_keyboard() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    let count = |window: &Window| {
        let name = |number| format!("Remove configuration {number}");
        (1..99).take_while(|&number| window.query_by_label(&name(number)).is_some()).count()
    };
    let step = |window: &mut Window, button: &str| {
        window.get_by_label(button).scroll_to_me();
        focus(window, button);
        press(window, Modifiers::NONE, Key::Enter);
        for _ in 0..4 {
            window.step();
        }
        assert_ne!(focused(window), "", "after {button}");
    };
    let first = count(&window);
    for added in 1..=3 {
        step(&mut window, "+ Add configuration");
        assert_eq!(count(&window), first + added);
    }
    while count(&window) > 2 {
        let last = format!("Remove configuration {}", count(&window));
        step(&mut window, &last);
    }
}

#[test]
fn the_search_of_the_table_gives_the_focus_back_to_it() {
    let mut window = window();
    let tab = window.query_all_by_role_and_label(Role::Button, "Cases").last();
    tab.unwrap().click();
    window.run_ok();
    press(&mut window, Modifiers::COMMAND, Key::F);
    assert_eq!(focused(&window), "Find");
    window.event(Event::Text("Case".to_owned()));
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(focused(&window), "Find");
    press(&mut window, Modifiers::NONE, Key::Escape);
    window.run_ok();
    assert!(window.query_by_label("Find").is_none() && !focused(&window).is_empty());
}
