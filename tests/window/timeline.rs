//! The Timeline tab.

use super::prelude::*;

/// The timelines of the crash tests on one time axis.
fn crash_tests(size: [f32; 2], theme: Theme, session: &Experiment) -> Window {
    let mut window = window_of(size, 1.0, theme, None);
    window.state_mut().show_experiment(session);
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    window.remove_cursor();
    window.run_ok();
    window
}

#[test]
fn the_crash_tests_show_why_three_workers_are_enough() {
    let mut window =
        crash_tests([1280.0, 1400.0], Theme::Light, &on_the_virtual_clock(ExampleName::CrashTests));
    assert!(shows(&window, "Timeline. 5 runs on one time axis: in series 37.0 s, a mesh"));
    assert!(shows(&window, "barrier 10.8 s: 2 workers waited for front__50__200"));
    assert!(shows(&window, "idle 9.3 s: nothing was left to start: front__50__400 ended last"));
    window.get_by_label_contains("barrier of a mesh at a time").scroll_to_me();
    window.run_ok();
    window.get_by_label_contains("barrier of a mesh at a time").click();
    window.run_ok();
    assert!(shows(&window, "1 case is selected"));
    assert!(shows(&window, "3 cases") && !shows(&window, "1 of 3 cases"), "not a row of the form");
    window.get_by_label("Table of runs").scroll_to_me();
    window.run_ok();
    click(&mut window, "Table of runs");
    assert!(shows(&window, "Most at once"));
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    click(&mut window, "Show the run a mesh at a time");
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    assert!(shows(&window, "Timeline. 6 cases on 3 lanes in 23.1 s; the longest, front__50__400"));
    click(&mut window, "Table of lanes");
    assert!(shows(&window, "barrier [s]"));
    click(&mut window, "All 5 runs of the experiment");
    assert!(shows(&window, "Timeline. 5 runs on one time axis"));
}

#[test]
fn the_table_of_lanes_is_a_stop_of_tab() {
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    click(&mut window, "Table of lanes");
    window.get_by_label("Table of lanes").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert_eq!(focused(&window), "Lanes of the run");
}

#[test]
fn bars_and_timeline_tell_in_the_same_words_how_to_move_about() {
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    let hint = "Scroll to zoom, drag to pan, double-click to show all, click to select";
    assert!(shows(&window, hint));
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    assert!(shows(&window, hint));
}

#[test]
fn a_case_selected_by_keyboard_is_selected_in_every_tab() {
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    let chart = "Timeline. 3 cases on 3 lanes";
    window.get_by_label_contains(chart).focus();
    window.run_ok();
    assert!(!shows(&window, "Reset zoom"));
    press(&mut window, Modifiers::NONE, Key::Plus);
    assert!(shows(&window, "Reset zoom"), "zoomed in");
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    press(&mut window, Modifiers::NONE, Key::ArrowUp);
    assert!(window.get_by_label_contains(chart).accesskit_node().is_focused());
    press(&mut window, Modifiers::NONE, Key::Home);
    assert!(!shows(&window, "Reset zoom"));
    press(&mut window, Modifiers::SHIFT, Key::ArrowRight);
    let selected = |window: &Window, row: &str| {
        window.get_by_label(row).accesskit_node().toggled() == Some(Toggled::True)
    };
    assert!(selected(&window, "row 1"));
    press(&mut window, Modifiers::SHIFT, Key::ArrowRight);
    assert!(selected(&window, "row 2") && !selected(&window, "row 1"));
    press(&mut window, Modifiers::SHIFT, Key::ArrowLeft);
    assert!(selected(&window, "row 1"));
}

#[test]
fn the_mouse_selects_zooms_and_resets_the_timeline() {
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    let lanes = window.get_by_label_contains("Timeline. 3 cases on 3 lanes").rect();
    // The middle of the second lane, which holds the longest case.
    let at = lanes.center();
    let click_there = |window: &mut Window, times: usize| {
        window.hover_at(at);
        for _ in 0..times {
            for pressed in [true, false] {
                let (button, modifiers) = (egui::PointerButton::Primary, Modifiers::NONE);
                window.event(Event::PointerButton { pos: at, button, pressed, modifiers });
            }
        }
        window.run_ok();
    };
    click_there(&mut window, 1);
    assert_eq!(window.get_by_label("row 2").accesskit_node().toggled(), Some(Toggled::True));
    assert!(shows(&window, "1 case is selected"));
    window.event(Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, 200.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
    window.run_ok();
    assert!(shows(&window, "Reset zoom"), "the wheel zooms");
    click(&mut window, "Reset zoom");
    assert!(!shows(&window, "Reset zoom"));
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    let strip = window.get_by_label_contains("Lanes of the run: 3").rect();
    assert!(strip.bottom() < 770.0, "the strip stands under the bars");
}

#[test]
fn the_wheel_shows_no_more_than_all_bars() {
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    let chart = window.get_by_label_contains("Bar chart of ").rect();
    window.remove_cursor();
    window.run_ok();
    let before = window.render().unwrap();
    window.hover_at(chart.center());
    window.run_ok();
    for _ in 0..12 {
        window.event(Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, -200.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        });
        window.run_ok();
    }
    window.remove_cursor();
    window.run_ok();
    assert!(window.render().unwrap() == before, "all bars are where they were");
}

/// Screenshots of the README.
#[test]
fn the_screenshots_of_the_timeline_are_up_to_date() {
    let mut results = SnapshotResults::new();
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut window = crash_tests([1280.0, 1800.0], theme, &recorded(ExampleName::CrashTests));
        window.screenshot(format!("timeline_{name}"));
        results.extend_harness(&mut window);
    }
}

#[test]
fn the_timeline_looks_as_before() {
    let mut results = SnapshotResults::new();
    let mut window = crash_tests([800.0, 500.0], Theme::Dark, &recorded(ExampleName::CrashTests));
    window.picture("timeline_small");
    results.extend_harness(&mut window);
    for (name, theme) in [("three", Theme::Light), ("three_dark", Theme::Dark)] {
        let mut window = simulated([1280.0, 800.0], 1.0, theme);
        press(&mut window, Modifiers::COMMAND, Key::Num2);
        click(&mut window, "row 2");
        window.remove_cursor();
        window.run_ok();
        window.picture(format!("timeline_{name}"));
        results.extend_harness(&mut window);
    }
    for (name, plan, theme) in [
        ("batches", "strategy = \"batches\"\nworkers = 8\nbatch = 64", Theme::Light),
        ("shares", "strategy = \"shares\"\nworkers = 40", Theme::Dark),
    ] {
        let mut window = simulated_cases(10_000, plan, theme);
        press(&mut window, Modifiers::COMMAND, Key::Num2);
        window.run_ok();
        window.picture(format!("timeline_10000_{name}"));
        results.extend_harness(&mut window);
    }
}

#[test]
fn the_dashed_line_is_named_and_sums_over_workers_are_in_worker_seconds() {
    let mut window = simulated([1280.0, 800.0], 1.0, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    assert!(shows(&window, "Dashed line: 2 cores."));
    assert!(shows(&window, "in worker-seconds: summed over all workers"));
    assert!(says(&window, "Total 12.0 worker-seconds: 3 lanes for 4.0 s."));
    let strip = window.get_by_label_contains("Cases running at once").rect();
    window.hover_at(strip.center());
    window.run_ok();
    window.run_ok();
    assert!(shows(&window, "of 3 lanes busy at ") && shows(&window, "\nDashed line: 2 cores"));
}

#[test]
fn the_timeline_describes_every_state_of_a_run() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    assert!(shows(&window, "No run yet") && shows(&window, "each worker gets a lane here"));

    // A cancelled run: the lanes grow while it runs, and the finished case stays.
    let text =
        QUICK.replace("x = 0.2", "x = 600").replace("[plan]", "[plan]\nstrategy = \"batches\"");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "one has ended", |window| {
        shows(window, "Timeline. 2 cases on 3 lanes, 1 done in")
    });
    assert!(shows(&window, "Appears when the run ends") && shows(&window, "running"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(shows(&window, "1 cancelled; the longest, long, takes"));
    assert!(shows(&window, "unsuccessful cases: 1 cancelled"));

    for (cases, workload, said) in [
        ("x = 0\ny = 1", "wait", "1 case on 3 lanes in "),
        ("x = 2e19\ny = 1", "power", "1 case on 3 lanes: none done, 1 failed"),
    ] {
        let text = format!(
            "version = 1\n[workload]\nname = \"{workload}\"\n[plan]\nworkers = 3\n[[case]]\n{cases}\n"
        );
        let mut window = opened(&study(folder.path(), &text));
        press(&mut window, Modifiers::COMMAND, Key::Num2);
        press(&mut window, Modifiers::COMMAND, Key::Enter);
        until_ended(&mut window);
        assert!(shows(&window, said), "{workload}");
        let text = text.replace("[plan]", "[plan]\nclock = \"virtual\"");
        if workload == "wait" {
            let mut window = opened(&study(folder.path(), &text));
            press(&mut window, Modifiers::COMMAND, Key::Num2);
            press(&mut window, Modifiers::COMMAND, Key::Enter);
            until_ended(&mut window);
            assert!(
                shows(&window, "1 case on 3 lanes in 0.0 s")
                    && shows(&window, "No time has passed")
            );
            assert!(shows(&window, "No case took measurable time"));
        }
    }
}
