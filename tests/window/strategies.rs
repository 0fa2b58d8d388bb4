//! Strategies and their settings.

use super::prelude::*;

#[test]
fn every_strategy_can_be_chosen_and_shows_its_workers() {
    let mut window = window();
    click(&mut window, "+ Add case");
    for (start, workers) in [
        ("series:", "1: the cases run one after another"),
        ("all-at-once:", "4: one per case"),
        ("shares:", "2 logical CPUs here"),
        ("batches:", "the number of workers"),
        ("global-lock:", "2 logical CPUs here"),
        ("processes:", "2 logical CPUs here"),
        ("threads:", "2 logical CPUs here"),
    ] {
        choose_strategy(&mut window, start);
        assert!(shows(&window, workers), "{start}");
        let name = start.trim_end_matches(':');
        assert!(shows(&window, &format!("lanes of {name}")));
        assert_eq!(window.query_by_label("Batch").is_some(), name == "batches");
        // All controls fit above the Run button.
        let last = window.get_by_label("virtual").rect();
        assert!(last.bottom() < window.get_by_label_contains("Run 4 cases").rect().top());
    }
}

#[test]
fn the_batch_size_can_be_changed() {
    let mut window = window();
    choose_strategy(&mut window, "batches:");
    click(&mut window, "virtual");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "3 cases would take"));
    click(&mut window, "One case fewer per batch");
    assert!(shows(&window, "the study has changed since"));
    click(&mut window, "reset");
    assert!(!shows(&window, "the study has changed since"));
    assert!(shows(&window, "the number of workers"));
}

/// Each strategy in the list has a picture of its lanes.
#[test]
fn the_list_of_strategies_looks_as_before() {
    let mut results = SnapshotResults::new();
    for (name, size, theme) in [
        ("light", [1280.0, 800.0], Theme::Light),
        ("dark", [1280.0, 800.0], Theme::Dark),
        ("small", [800.0, 500.0], Theme::Light),
    ] {
        let mut window = window_of(size, 1.0, theme, None);
        choose_strategy(&mut window, "batches:");
        open_strategies(&mut window);
        window.remove_cursor();
        window.run_ok();
        window.picture(format!("strategies_{name}"));
        results.extend_harness(&mut window);
    }
}
