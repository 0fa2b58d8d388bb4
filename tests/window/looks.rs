//! Screenshots of the window.

use super::prelude::*;

#[test]
fn the_list_of_shortcuts_opens_and_closes() {
    let mut window = window();
    press(&mut window, Modifiers::NONE, Key::F1);
    assert!(shows(&window, "Keyboard shortcuts"));
    assert!(shows(&window, "Run all cases"));
    click(&mut window, "Close");
    assert!(!shows(&window, "Run all cases"));
}

/// Posts an error and then a message, above all tabs.
fn with_notices() -> Window {
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    fill(&mut window, "Seed", "letters");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::C);
    until(&mut window, "it is copied", |window| shows(window, "Copied the results"));
    window.run_ok();
    assert!(shows(&window, "Copied the results") && shows(&window, "Seed: "));
    window
}

#[test]
fn notices_stack_below_the_view_and_only_errors_stay() {
    let before = simulated([1280.0, 800.0], 1.0, Theme::Light);
    let mut window = with_notices();
    let tab = |window: &Window| window.get_by_label("Timeline").rect();
    assert_eq!(tab(&before), tab(&window), "the view is where it was");
    let [message, error] =
        ["Copied the results", "Seed: "].map(|text| window.get_by_label_contains(text).rect());
    assert!(message.bottom() < error.top(), "the newest is first");
    assert!(error.bottom() < 768.0, "above the status line");
    for _ in 0..60 {
        window.step();
    }
    assert!(!shows(&window, "Copied the results") && shows(&window, "Seed: "));
}

#[test]
fn a_notice_stays_under_the_pointer_and_is_dismissed_by_keyboard() {
    let mut window = with_notices();
    let at = window.get_by_label_contains("Copied the results").rect().center();
    window.hover_at(at);
    for _ in 0..60 {
        window.step();
    }
    assert!(shows(&window, "Copied the results"));
    // The first Escape leaves the field.
    press_all(&mut window, &[Key::Escape, Key::Escape]);
    assert!(shows(&window, "Seed: ") && !shows(&window, "Copied the results"));
    window.get_by_label("Dismiss").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Space);
    assert!(!shows(&window, "Seed: "));
}

#[test]
fn a_dialog_is_not_as_tall_as_an_earlier_one() {
    let mut window = window();
    let about = |window: &mut Window| {
        click(window, "Help");
        click(window, "About CaseLanes");
        let top = window.get_by_label("Version").rect().top();
        (top, window.get_by_label("Close").rect().bottom())
    };
    let before = about(&mut window);
    click(&mut window, "Close");
    press(&mut window, Modifiers::NONE, Key::F1);
    click(&mut window, "Close");
    assert_eq!(before, about(&mut window));
}

/// The screenshots of the README. `UPDATE_SNAPSHOTS=1` updates them.
#[test]
fn the_screenshots_are_up_to_date() {
    let mut results = SnapshotResults::new();
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut window = simulated([1280.0, 800.0], 1.0, theme);
        window.screenshot(format!("bars_{name}"));
        for (key, tab) in [(Key::Num5, "results"), (Key::Num6, "log")] {
            press(&mut window, Modifiers::COMMAND, key);
            window.screenshot(format!("{tab}_{name}"));
        }
        results.extend_harness(&mut window);
    }
}

#[test]
fn the_window_looks_as_before() {
    let mut results = SnapshotResults::new();
    for (name, size, scale, theme) in [
        ("light_2x", [1280.0, 800.0], 2.0, Theme::Light),
        ("small", [800.0, 500.0], 1.0, Theme::Dark),
    ] {
        let mut window = simulated(size, scale, theme);
        window.picture(format!("bars_{name}"));
        for (key, tab) in [(Key::Num5, "results"), (Key::Num6, "log")] {
            if scale == 1.0 {
                press(&mut window, Modifiers::COMMAND, key);
                window.picture(format!("{tab}_{name}"));
            }
        }
        results.extend_harness(&mut window);
    }
}

#[test]
fn the_view_menu_marks_theme_and_tab() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    click(&mut window, "View");
    let marked = |window: &Window, label: &str| -> Vec<bool> {
        let entries = window.query_all_by_label_contains(label);
        entries.map(|entry| entry.accesskit_node().toggled() == Some(Toggled::True)).collect()
    };
    // The tab itself, its entry in the menu, and the submenu of its views.
    assert_eq!(marked(&window, "Results"), [false; 3]);
    let entries: Vec<bool> = marked(&window, "Workers").into_iter().filter(|&is| is).collect();
    assert_eq!(entries.len(), 2);
    click(&mut window, "Theme");
    assert_eq!(marked(&window, "System theme"), [true]);
    assert_eq!(marked(&window, "Dark theme"), [false]);
}

#[test]
fn the_theme_is_chosen_in_the_menu() {
    let mut window = window();
    let light = window.ctx.theme();
    click(&mut window, "View");
    click(&mut window, "Theme");
    click(&mut window, "Dark theme");
    assert_eq!((light, window.ctx.theme()), (Theme::Light, Theme::Dark));
}

#[test]
fn two_dashes_of_a_command_line_do_not_look_like_one() {
    let folder = tempdir().unwrap();
    let text = "version = 1\n[workload]\nname = \"command\"\ncommand = [\"--\"]\n\
                [[case]]\nname = \"a\"\nx = 1\ny = 1\n";
    let mut window = opened(&study(folder.path(), text));
    let place = window.get_by_role_and_label(Role::TextInput, "Program").rect().shrink(5.0);
    let Some(image) = window.drawn() else { return };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in the window")]
    let whole = |at: f32| at as u32;
    let is_dark = |x: u32| {
        let mut lines = whole(place.top())..whole(place.bottom());
        lines.any(|y| image.get_pixel(x, y).0[0] < 128)
    };
    let columns: Vec<bool> = (whole(place.left())..whole(place.right())).map(is_dark).collect();
    let dashes = columns.windows(2).filter(|two| !two[0] && two[1]).count();
    assert_eq!(dashes, 2);
}

/// Returns how many pixels of the window are of such a colour, if it can be drawn.
fn pixels(window: &mut Window, is_such: impl Fn([u8; 4]) -> bool) -> Option<usize> {
    Some(window.drawn()?.pixels().filter(|pixel| is_such(pixel.0)).count())
}

#[test]
fn totals_of_many_cases_do_not_flatten_the_bars() {
    let blue = |[r, _, b, _]: [u8; 4]| b > r.saturating_add(60);
    let mut window = simulated_cases(61, "workers = 2", Theme::Light);
    assert!(shows(&window, "hidden above 60 cases"));
    let Some(alone) = pixels(&mut window, blue) else { return };
    click(&mut window, "Totals");
    window.remove_cursor();
    window.run_ok();
    assert!(!shows(&window, "hidden above"));
    let flattened = pixels(&mut window, blue).unwrap();
    assert!(alone > 2 * flattened, "{alone} pixels, and {flattened} with totals");
}

#[test]
fn bars_of_failed_cases_are_red_and_the_legend_says_so() {
    let folder = tempdir().unwrap();
    let text = QUICK.replace("\"wait\"", "\"demo\"").replace("x = 0.2", "x = 1e200");
    let text = text.replace("[plan]", "[plan]\ntime-scale = 0.01");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(window.query_by_label("failed").is_some());
    assert!(
        !shows(&window, "timed out") && !shows(&window, "cancelled"),
        "no case ended like that"
    );
    let red = pixels(&mut window, |color| color[..3] == [0xC6, 0x28, 0x28]).unwrap_or(61);
    assert!(red > 60, "{red} red pixels");
}

/// Charts of many cases: tilted names, and bars for several cases.
#[test]
fn charts_of_many_cases_look_as_before() {
    let mut results = SnapshotResults::new();
    for (count, theme) in [(40, Theme::Light), (10_000, Theme::Dark)] {
        let mut window = simulated_cases(count, "workers = 8", theme);
        // The totals of many cases are hidden at first.
        let [first, second] = if count > 200 { ["_alone", ""] } else { ["", "_alone"] };
        window.picture(format!("bars_{count}_cases{first}"));
        click(&mut window, "Totals");
        window.remove_cursor();
        window.run_ok();
        window.picture(format!("bars_{count}_cases{second}"));
        results.extend_harness(&mut window);
    }
}
