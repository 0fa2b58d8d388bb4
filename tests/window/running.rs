//! Runs in the window.

use super::prelude::*;

#[test]
fn rows_show_the_times_of_a_run_and_changes_outdate_it() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    assert_eq!((rows(&window), value(&window, "name 2").as_str()), (2, "long"));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert!(window.state().is_running());
    until_ended(&mut window);
    assert!(shows(&window, "2 cases in"));
    assert!(shows(&window, "faster"));
    assert!(shows(&window, "✓ 5"), "the time of the short case in its row");
    fill(&mut window, "x 1", "0.06");
    assert!(shows(&window, "old: 5"), "its result is out of date");
    assert!(shows(&window, "the study has changed since"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert!(!shows(&window, "the study has changed since"));
    // The answer is for three workers; with four in the form it is outdated.
    click(&mut window, "One worker more");
    assert!(shows(&window, "the study has changed since"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert!(!shows(&window, "the study has changed since"));
}

#[test]
fn a_cancelled_run_reports_the_finished_cases() {
    let folder = tempdir().unwrap();
    let text = QUICK.replace("x = 0.2", "x = 600");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the short case is done", |window| shows(window, "1 of 2 done"));
    // The form stays usable; a second Run has no effect.
    click(&mut window, "+ Add case");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(shows(&window, "1 of 2 cases done"));
    assert_eq!(rows(&window), 3);
}

#[test]
fn the_time_left_is_shown_during_a_run() {
    let folder = tempdir().unwrap();
    let text = QUICK.replace("x = 0.2", "x = 720");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the time left", |window| shows(window, "≈ 12 min left"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(!shows(&window, "min left"));
}

#[test]
fn an_order_by_length_uses_the_times_of_the_last_run() {
    let folder = tempdir().unwrap();
    let text =
        QUICK.replace("\"wait\"", "\"power\"").replace("[plan]", "[plan]\norder = \"longest\"");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "case lengths are unknown"));
    assert!(!shows(&window, "from the last run"));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "(longest first, from the last run)"));
    assert!(!shows(&window, "case lengths are unknown"));
}

#[test]
fn measuring_the_series_total_does_not_change_the_parallel_total() {
    let folder = tempdir().unwrap();
    let text = QUICK.replace("workers = 3", "workers = 3\nseries = \"measure\"");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the series pass", |window| shows(window, "now in series"));
    let label = |window: &Window| {
        let chart = window.get_by_label_contains("total (parallel)");
        chart.accesskit_node().label().unwrap()
    };
    let first = label(&window);
    std::thread::sleep(Duration::from_millis(60));
    window.step();
    assert_eq!(first.split("; ").nth(1), label(&window).split("; ").nth(1));
    until_ended(&mut window);
    assert!(label(&window).contains("measured"));
}

#[test]
fn closing_during_a_run_asks() {
    let folder = tempdir().unwrap();
    let text = QUICK.replace("x = 0.2", "x = 600");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the short case is done", |window| shows(window, "1 of 2 done"));
    press(&mut window, Modifiers::COMMAND, Key::Q);
    assert!(shows(&window, "A run is in progress"));
    click(&mut window, "Keep running");
    assert!(window.state().is_running());
}

#[test]
fn a_failed_case_is_shown_in_its_row_and_in_the_answer() {
    let folder = tempdir().unwrap();
    let text = QUICK.replace("\"wait\"", "\"demo\"").replace("x = 0.2", "x = 1e200");
    let text = text.replace("[plan]", "[plan]\ntime-scale = 0.01");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "1 of 2 cases done"));
    assert!(shows(&window, "✕ failed"));
    press(&mut window, Modifiers::COMMAND, Key::Num6);
    assert!(shows(&window, "overflow"));
}

#[test]
fn the_log_shows_worker_processes() {
    let folder = tempdir().unwrap();
    let text = QUICK.replace("workers = 3", "workers = 2\nstrategy = \"processes\"");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "2 cases in"));
    press(&mut window, Modifiers::COMMAND, Key::Num6);
    for worker in 0..2 {
        assert!(shows(&window, &format!("worker process {worker} ready, started in ")));
    }
    assert!(shows(&window, ", memory up to "));
}
