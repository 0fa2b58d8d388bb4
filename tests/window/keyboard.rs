//! The window without a mouse.

use super::prelude::*;

fn focused(window: &Window) -> String {
    let node = window.query_all_by(|_| true).find(|node| node.accesskit_node().is_focused());
    node.map_or(String::new(), |node| node.accesskit_node().label().unwrap_or_default())
}

/// Steps through the window with Tab until the focus is at `end`. Returns the labels of the
/// controls on the way, and those around which nothing changed.
fn walk(window: &mut Window, modifiers: Modifiers, end: &str) -> (Vec<String>, Vec<String>) {
    let (mut labels, mut unseen) = (Vec::new(), Vec::new());
    let mut before = window.render().unwrap();
    for step in 0..200 {
        press(window, modifiers, Key::Tab);
        window.step();
        let after = window.render().unwrap();
        let label = focused(window);
        let id = window.ctx.memory(egui::Memory::focused);
        let Some(response) = id.and_then(|id| window.ctx.read_response(id)) else {
            unseen.push(format!("nothing, step {step}"));
            continue;
        };
        if label == end {
            return (labels, unseen);
        }
        let around = response.interact_rect.expand(3.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "in the window"
        )]
        let pixels = |from: f32, to: f32, size: u32| from.max(0.0) as u32..(to as u32).min(size);
        let (width, height) = after.dimensions();
        let (x, y) = (around.x_range(), around.y_range());
        let mut lines = pixels(y.min, y.max, height);
        let differs = |y| {
            pixels(x.min, x.max, width).any(|x| before.get_pixel(x, y) != after.get_pixel(x, y))
        };
        if !lines.any(differs) {
            unseen.push(format!("{label:?} {around}, step {step}"));
        }
        labels.push(label);
        before = after;
    }
    panic!("no end of {labels:?}; unseen {unseen:?}");
}

#[test]
fn every_step_of_tab_shows_where_the_focus_is() {
    for (size, theme) in [([1280.0, 800.0], Theme::Light), ([800.0, 500.0], Theme::Dark)] {
        let mut window = simulated(size, 1.0, theme);
        window.ctx.all_styles_mut(|style| style.visuals.text_cursor.blink = false);
        window.get_by_label("File").focus();
        window.run_ok();
        let (labels, unseen) = walk(&mut window, Modifiers::NONE, "File");
        assert_eq!(unseen, [""; 0], "of {labels:?}");
        for label in ["Help", "name 1", "y 3", "+ Add case", "Seed", "Log", "Totals"] {
            assert!(labels.iter().any(|found| found == label), "{label} in {labels:?}");
        }
        for key in [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6] {
            press(&mut window, Modifiers::COMMAND, key);
            window.get_by_label("File").focus();
            window.run_ok();
            let (labels, unseen) = walk(&mut window, Modifiers::SHIFT, "Log");
            assert_eq!(unseen, [""; 0], "of {labels:?}");
        }
    }
}

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
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    assert!(shows(&window, "Select all cases") && !shows(&window, "New study"));
    press(&mut window, Modifiers::NONE, Key::ArrowLeft);
    press(&mut window, Modifiers::NONE, Key::ArrowLeft);
    assert!(shows(&window, "About CaseLanes"));
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::ArrowUp);
    assert!(focused(&window).starts_with("Keyboard shortcuts"), "{}", focused(&window));
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
