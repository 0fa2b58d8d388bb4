//! What must stay in sight and in place, also in a small window.

use super::prelude::*;

const SIZES: [[f32; 2]; 2] = [[1280.0, 800.0], [800.0, 500.0]];

/// Returns whether two rectangles have more than a line in common.
fn overlap(a: egui::Rect, b: egui::Rect) -> bool {
    let common = a.intersect(b);
    common.width() > 1.0 && common.height() > 1.0
}

/// Opens a window with an error, an offer to reload, and the tab of a key.
fn with_notices(size: [f32; 2], theme: Theme, folder: &Path, tab: Key) -> Window {
    let path = study(folder, QUICK);
    let mut window = window_of(size, 1.0, theme, Some(path.clone()));
    until(&mut window, "the study is read", |window| value(window, "name 2") == "long");
    press(&mut window, Modifiers::COMMAND, tab);
    let before = window.get_by_label("Timeline").rect();
    fill(&mut window, "Seed", "letters");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert!(shows(&window, "Seed: "));
    fs::write(&path, QUICK.replace("long", "new")).unwrap();
    until(&mut window, "the change is noticed", |window| shows(window, "was changed by another"));
    assert_eq!(before, window.get_by_label("Timeline").rect(), "the tabs stay where they are");
    window
}

#[test]
fn a_notice_covers_no_control_and_moves_no_tab() {
    for size in SIZES {
        // In a small window the controls of a comparison are scrolled.
        let tabs = [(Key::Num3, "▶ Sweep workers"), (Key::Num4, "▶ Compare 2")];
        for (tab, control) in tabs.into_iter().take(if size == SIZES[0] { 2 } else { 1 }) {
            let folder = tempdir().unwrap();
            let window = with_notices(size, Theme::Light, folder.path(), tab);
            let shown = ["Seed: expected", "was changed by another"];
            let shown = shown.map(|text| window.get_by_label_contains(text).rect());
            let controls =
                [control, "▶ Run 2 cases", "Reload the file", "Keep mine", "Dismiss", "Maximum"];
            for control in controls {
                for rect in window.query_all_by_label_contains(control).map(|node| node.rect()) {
                    assert!(rect.bottom() <= size[1], "{control} is in the window: {rect}");
                    for notice in shown {
                        assert!(!overlap(notice, rect), "{control} is covered: {notice}, {rect}");
                    }
                }
            }
        }
    }
}

#[test]
fn no_notice_moves_the_controls_of_a_sweep() {
    for size in SIZES {
        let folder = tempdir().unwrap();
        let mut window = with_notices(size, Theme::Light, folder.path(), Key::Num3);
        let place = |window: &Window| window.get_by_label("▶ Sweep workers").rect();
        let before = place(&window);
        click(&mut window, "Keep mine");
        while window.query_all_by_label("Dismiss").next().is_some() {
            window.query_all_by_label("Dismiss").next().unwrap().click();
            window.run_ok();
            assert_eq!(place(&window), before);
        }
    }
}

#[test]
fn the_offer_to_resume_a_run_leaves_the_tabs_in_place() {
    let place = tempdir().unwrap();
    let path = study(
        place.path(),
        "version = 1\n[workload]\nname = \"command\"\ncommand = [\"false\"]\n[[case]]\n\
         name = \"a\"\nx = 1\ny = 1\n",
    );
    let folders = Some(place.path().join("runs"));
    let mut window = usual_window(AppOptions { run_folders: folders, ..options(Some(path)) });
    let before = window.get_by_label("Timeline").rect();
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    until(&mut window, "it is offered", |window| shows(window, "Dismiss unfinished run"));
    assert_eq!(before, window.get_by_label("Timeline").rect());
}

#[test]
fn texts_of_a_small_window_are_not_cut() {
    let folder = tempdir().unwrap();
    let name = "n".repeat(240);
    let text = QUICK.replace("x = 0.2", "x = 1000").replace("\"long\"", &format!("{name:?}"));
    let text = text.replace("[plan]", "[plan]\nclock = \"virtual\"");
    let path = study(folder.path(), &text);
    for size in SIZES {
        let mut window = window_of(size, 1.0, Theme::Light, Some(path.clone()));
        until(&mut window, "the study is read", |window| value(window, "x 2") == "1000");
        let form = window.get_by_label_contains("▶ Run 2 cases").rect();
        let cpus = window.get_all_by_label_contains("CPU").map(|node| node.rect());
        let cpus: Vec<_> = cpus.filter(|rect| rect.left() < form.right()).collect();
        assert!(cpus.iter().all(|rect| rect.right() <= form.right()), "{cpus:?} in {form}");
        press(&mut window, Modifiers::COMMAND, Key::Enter);
        until_ended(&mut window);
        press(&mut window, Modifiers::COMMAND, Key::Num2);
        assert!(
            says(&window, "; the longest, nnnn") && !says(&window, &format!("longest, {name}"))
        );
    }
}

#[test]
fn the_run_history_fills_its_pane() {
    let place = tempdir().unwrap();
    let path = study(place.path(), &QUICK.replace("[plan]", "[plan]\nclock = \"virtual\""));
    let mut window = usual_window(saving_runs(Some(&path), &place.path().join("runs")));
    for run in 1..=9 {
        press(&mut window, Modifiers::COMMAND, Key::Enter);
        until_ended(&mut window);
        let count = format!("Run history ({run})");
        press(&mut window, Modifiers::COMMAND, Key::Num4);
        until(&mut window, "it is saved", move |window| shows(window, &count));
    }
    let mut window = show_saved_runs(window);
    window.run_ok();
    let rows = window.query_all_by_role(Role::CheckBox).map(|node| node.rect());
    let rows = rows.filter(|rect| rect.left() > 400.0 && rect.bottom() < 760.0).count();
    assert_eq!(rows, 9, "all are in sight");
}
