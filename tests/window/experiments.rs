//! Comparisons and examples.

use super::prelude::*;

#[test]
fn the_bars_of_a_comparison_use_the_height_there_is() {
    let charts = [[1280.0, 700.0], [1280.0, 1200.0]].map(|size| {
        let folder = tempdir().unwrap();
        let text = QUICK.replace("[plan]", "[plan]\nclock = \"virtual\"\nseed = 1");
        let mut window = window_of(size, 1.0, Theme::Light, Some(study(folder.path(), &text)));
        until(&mut window, "the study is read", |window| shows(window, "study.caselanes"));
        press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Enter);
        until_ended(&mut window);
        let last = window.get_by_label("Values of the cases").rect().bottom();
        (window.get_by_label_contains("Grouped bars of").rect().height(), last)
    });
    let [(low, _), (high, last)] = charts;
    assert!(high > low + 200.0, "{low} and {high}");
    assert!((1000.0..1160.0).contains(&last), "{last}");
}

#[test]
fn an_example_runs_in_one_click_and_lists_confirmed_claims() {
    let mut window = window();
    fill(&mut window, "name 1", "mine");
    start_example(&mut window, "Crash tests");
    until_ended(&mut window);
    assert!(shows(&window, "claims confirmed"), "the answer");
    assert!(shows(&window, "✓ confirmed") && shows(&window, "Three crashes are simulated"));
    assert!(shows(&window, "Grouped bars of crash-test, 6 cases; totals: in series "));
    assert!(shows(&window, "✓ match"));
    // The user's own cases are as they were, and the change can be taken back.
    assert_eq!((rows(&window), value(&window, "name 1").as_str()), (3, "mine"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(value(&window, "name 1"), "Case 1");
    assert!(!shows(&window, "old:") && !shows(&window, "✓ 1"), "no row says it was run");

    // Claims that are not confirmed take more lines.
    window.get_by_label("Show the run all at once").scroll_to_me();
    window.run_ok();
    click(&mut window, "Show the run all at once");
    assert!(shows(&window, "(Crash tests: all at once)"));
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    assert!(shows(&window, "front__50__400"));
}

#[test]
fn every_example_runs_from_the_menu_and_judges_its_claims() {
    for &name in ExampleName::VARIANTS {
        let mut window = window();
        start_example(&mut window, name.title());
        until_ended(&mut window);
        assert!(shows(&window, "Claims"), "{name:?}");
        assert!(shows(&window, "✓ confirmed"), "{name:?}: no claim held");
        assert!(!shows(&window, "not measured"), "{name:?}: a run is missing");
    }
}

#[test]
fn the_cases_of_an_example_open_as_a_study_after_asking() {
    let mut window = window();
    fill(&mut window, "name 1", "dear to me");
    start_example(&mut window, "Fast but wrong");
    until_ended(&mut window);
    assert!(shows(&window, "✗ not confirmed") && shows(&window, "✗ DIFFER"));
    assert!(shows(&window, "at least one of them is wrong"));
    click(&mut window, "Open cases of the example");
    assert!(shows(&window, "Save changes to the new study?"));
    click(&mut window, "Cancel");
    assert_eq!(value(&window, "name 1"), "dear to me");
    click(&mut window, "Open cases of the example");
    click(&mut window, "Don't save");
    assert_eq!((rows(&window), value(&window, "name 1").as_str()), (6, "side__10__200"));
    click(&mut window, "Compare your own cases");
    assert!(shows(&window, "Which configuration is fastest?"));
}

/// Starts a comparison of the cases of a study.
fn comparing(text: &str, repeats: u32) -> Window {
    let folder = lasting_folder();
    let mut window = opened(&study(&folder, text));
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    for _ in repeats..7 {
        click(&mut window, "One repeat fewer");
    }
    click(&mut window, "▶ Compare 2 configurations");
    window
}

#[test]
fn configurations_are_compared_in_turn_and_each_run_can_be_shown() {
    let mut window = comparing(QUICK, 2);
    until_ended(&mut window);
    assert!(shows(&window, "Grouped bars of wait, 2 cases; totals: series "));
    assert!(shows(&window, "2 runs each, in turn") && shows(&window, "✓ match"));
    window.get_by_label("Times of the cases").scroll_to_me();
    window.run_ok();
    click(&mut window, "Times of the cases");
    assert!(shows(&window, "2 threads"), "a column for each setup");
    click(&mut window, "Show the run series");
    assert!(shows(&window, "(Comparison: series)"));
    assert!(shows(&window, "✓ "), "the time of the short case in its row");
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    click(&mut window, "One worker more");
    assert!(shows(&window, "the study has changed since"));
}

#[test]
fn configurations_are_added_changed_and_removed() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    click(&mut window, "virtual");
    click(&mut window, "+ Add configuration");
    assert!(shows(&window, "▶ Compare 3 configurations") && shows(&window, "24 runs"));
    window.get_by_label("Order of configuration 3").click();
    window.run_ok();
    click(&mut window, "longest first");
    window.get_by_label("Workers of configuration 2").focus();
    window.run_ok();
    click(&mut window, "Remove configuration 1");
    assert!(shows(&window, "▶ Compare 2 configurations"));
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "shares::longest"), "{:?}", window.root());
    assert!(shows(&window, "not computed"), "no values on the virtual clock");
}

#[test]
fn a_cancelled_comparison_keeps_finished_runs() {
    let mut window = comparing(&awaiting_after(8), 7);
    until(&mut window, "two runs that count", |window| shows(window, "run 5 of 16: "));
    // The form stays usable, but nothing else can be run.
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert!(shows(&window, "run 5 of 16: "));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(shows(&window, "Cancelled after"));
    assert!(shows(&window, "Grouped bars of "));
    click(&mut window, "Show the run threads");
    assert!(shows(&window, "2 cases in"));
}

#[test]
fn a_comparison_without_a_complete_run_gives_way_to_the_one_before() {
    let mut window = comparing(&QUICK.replace("[plan]", "[plan]\nclock = \"virtual\""), 2);
    until_ended(&mut window);
    let chart = "Grouped bars of wait, 2 cases; totals: series ";
    assert!(shows(&window, chart));
    fill(&mut window, "x 1", "600");
    press(&mut window, Modifiers::NONE, Key::Escape);
    click(&mut window, "real");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Enter);
    until(&mut window, "it runs", |window| shows(window, "run 1 of "));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(shows(&window, "the comparison before is shown again") && shows(&window, chart));
    // An example is shown in its place, not for good.
    start_example(&mut window, "Crash tests");
    until_ended(&mut window);
    assert!(!shows(&window, chart));
    click(&mut window, "Compare your own cases");
    assert!(shows(&window, chart));
}

#[test]
fn a_comparison_of_one_measured_configuration_claims_nothing() {
    let mut window = comparing(&awaiting_after(6), 7);
    until(&mut window, "one run that counts", |window| shows(window, "run 4 of 16: "));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(shows(&window, "Too few complete runs to compare"));
    assert!(!shows(&window, "No difference beyond noise"));
}

#[test]
fn closing_during_an_experiment_asks() {
    let mut window = comparing(&QUICK.replace("x = 0.2", "x = 600"), 7);
    until(&mut window, "the warm-up", |window| shows(window, "run 1 of 16, warm-up: "));
    press(&mut window, Modifiers::COMMAND, Key::Q);
    assert!(shows(&window, "A run is in progress"));
    click(&mut window, "Keep running");
    assert!(window.state().is_running());
}

#[test]
fn a_comparison_that_cannot_run_leads_to_the_cell_and_runs_nothing() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), &QUICK.replace("x = 0.2", "x = -1")));
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    click(&mut window, "▶ Compare 2 configurations");
    until_ended(&mut window);
    window.run_ok();
    assert!(shows(&window, "Row 2, x: expected"));
    assert!(window.get_by_label("x 2").accesskit_node().is_focused());
    assert!(shows(&window, "No run yet"));
}

/// The pictures of the examples: of recorded figures, which do not vary.
#[test]
fn the_screenshots_of_the_examples_are_current() {
    let mut results = SnapshotResults::new();
    for &name in ExampleName::VARIANTS {
        let height = match name {
            ExampleName::Demo => 1130.0,
            ExampleName::CrashTests => 1330.0,
            ExampleName::Queries => 1930.0,
            ExampleName::IoAndCpu => 1970.0,
            ExampleName::Simulations => 2060.0,
            // Too tall for a picture, and like the others.
            ExampleName::Pools => continue,
            ExampleName::Race => 1390.0,
        };
        let session = recorded(name);
        let dark = (name == ExampleName::CrashTests).then_some((Theme::Dark, "dark"));
        for (theme, shade) in [(Theme::Light, "light")].into_iter().chain(dark) {
            let mut window = window_of([1280.0, height], 1.0, theme, None);
            window.state_mut().show_experiment(&session);
            window.remove_cursor();
            window.run_ok();
            let name: &str = name.into();
            window.screenshot(format!("example_{name}_{shade}"));
            results.extend_harness(&mut window);
        }
    }
}

/// The tab in the smallest window, with an example and with a comparison.
#[test]
fn the_compare_tab_looks_unchanged() {
    let mut results = SnapshotResults::new();
    let session = recorded(ExampleName::CrashTests);
    for (size, theme, name) in [
        ([800.0, 500.0], Theme::Dark, "small_dark"),
        ([800.0, 1400.0], Theme::Light, "narrow_light"),
    ] {
        let mut window = window_of(size, 1.0, theme, None);
        window.state_mut().show_experiment(&session);
        window.remove_cursor();
        window.run_ok();
        window.picture(format!("example_{name}"));
        results.extend_harness(&mut window);
    }
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let folder = tempdir().unwrap();
        let text = QUICK.replace("[plan]", "[plan]\nclock = \"virtual\"\nseed = 1");
        let path = study(folder.path(), &text);
        let mut window = window_of([1280.0, 800.0], 1.0, theme, Some(path));
        until(&mut window, "the study is read", |window| value(window, "Seed") == "1");
        press(&mut window, Modifiers::COMMAND, Key::Num4);
        window.remove_cursor();
        window.run_ok();
        window.picture(format!("compare_empty_{name}"));
        press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Enter);
        until_ended(&mut window);
        window.run_ok();
        assert!(shows(&window, "would take 200") && shows(&window, "1.2× faster"));
        window.picture(format!("compare_{name}"));
        results.extend_harness(&mut window);
    }
}

#[test]
fn a_run_after_an_example_shows_itself() {
    let mut window = window();
    start_example(&mut window, "Crash tests");
    until_ended(&mut window);
    assert!(shows(&window, "claims confirmed"));
    click(&mut window, "virtual");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "3 cases would take") && !shows(&window, "claims confirmed"));
    assert!(shows(&window, "Bar chart of 3 cases"));
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    click(&mut window, "All 5 runs of the experiment");
    assert!(shows(&window, "claims confirmed"));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "Timeline. 3 cases on 3 lanes") && shows(&window, "3 cases would take"));
}
