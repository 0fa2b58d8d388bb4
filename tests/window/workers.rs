//! The Workers tab: predictions, sweeps, advice.

use super::prelude::*;

/// The crash tests on the virtual clock, in the tab of this key.
fn crash_tests_in(size: [f32; 2], theme: Theme, key: Key) -> Window {
    let folder = lasting_folder();
    let mut text = String::from(
        "version = 1\n[workload]\nname = \"crash-test\"\n[plan]\nclock = \"virtual\"\n\
         workers = 3\norder = \"longest\"\nseed = 1\n",
    );
    for mesh in [200, 400] {
        for (crash, complexity) in [("side", 10), ("front", 50), ("rear", 20)] {
            let name = format!("{crash}__{complexity}__{mesh}");
            write!(text, "[[case]]\nname = \"{name}\"\nx = {complexity}\ny = {mesh}\n").unwrap();
        }
    }
    let mut window = window_of(size, 1.0, theme, Some(study(&folder, &text)));
    until(&mut window, "the study is read", |window| value(window, "Seed") == "1");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    press(&mut window, Modifiers::COMMAND, key);
    until_predicted(&mut window);
    window.remove_cursor();
    window.run_ok();
    window
}

const ENOUGH: &str = "3 workers, longest first: 15.43 s. A fourth saves nothing: front__50__400 \
    alone takes 15.43 s.";

#[test]
fn the_tab_explains_why_three_workers_are_enough_for_the_crash_tests() {
    let mut window = crash_tests_in([1280.0, 800.0], Theme::Light, Key::Num3);
    assert!(says(&window, ENOUGH));
    assert!(says(&window, "3 workers are enough: 15.43 s, predicted"));
    assert!(says(&window, "Predicted lanes: 6 cases on 3 lanes, 15.43 s"));
    // The keyboard moves the slider, and the lanes follow.
    window.get_by_role(Role::Slider).focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::ArrowLeft);
    until_predicted(&mut window);
    assert!(says(&window, "Predicted lanes: 6 cases on 2 lanes, 18.51 s"), "{:?}", window.root());
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    assert!(says(&window, ENOUGH), "below the bars too");
}

/// Screenshots of the README; `UPDATE_SNAPSHOTS=1` updates them.
#[test]
fn the_screenshots_of_the_workers_tab_are_up_to_date() {
    let mut results = SnapshotResults::new();
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut window = crash_tests_in([1280.0, 800.0], theme, Key::Num3);
        window.screenshot(format!("workers_{name}"));
        results.extend_harness(&mut window);
    }
    let mut window = crash_tests_in([800.0, 500.0], Theme::Dark, Key::Num3);
    window.picture("workers_small");
    results.extend_harness(&mut window);
    let mut window = crash_tests_in([1280.0, 1000.0], Theme::Light, Key::Num3);
    click(&mut window, "▶ Sweep workers");
    until_ended(&mut window);
    click(&mut window, "+ Strategy");
    window.get_by_label("batches").click();
    window.run_ok();
    until_predicted(&mut window);
    press(&mut window, Modifiers::NONE, Key::Escape);
    click(&mut window, "Table of totals");
    window.remove_cursor();
    window.run_ok();
    window.picture("workers_swept");
    results.extend_harness(&mut window);
    let mut window = crash_tests_in([1280.0, 800.0], Theme::Light, Key::Num1);
    window.picture("bars_advice");
    results.extend_harness(&mut window);
}

#[test]
fn the_crash_test_example_shows_its_advice_in_every_tab() {
    let mut window = window();
    start_example(&mut window, "Crash tests");
    until_ended(&mut window);
    let advice = "3 workers, longest first: 154.3 ms. A fourth saves nothing: front__50__400 alone \
                  takes 154.3 ms.";
    assert!(says(&window, advice), "beside the claims");
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    assert!(says(&window, advice));
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    until_predicted(&mut window);
    assert!(says(&window, advice) && says(&window, "this run, measured: "));
    assert!(says(&window, "Predicted lanes: 6 cases on 3 lanes, 154.3 ms"));
}

#[test]
fn a_sweep_measures_increasing_numbers_of_workers_beside_the_prediction() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    assert!(shows(&window, "compare numbers of workers here"));
    click(&mut window, "One repeat fewer");
    click(&mut window, "▶ Sweep workers");
    until_ended(&mut window);
    assert!(says(&window, "2 totals of a sweep, measured, from 1 to 2 workers"));
    until(&mut window, "the headline is that of the sweep", |window| says(window, "Sweep of "));
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    assert!(!says(&window, "Sweep of "), "the bars are those of its last run");
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    assert!(!says(&window, "No advice"));
    window.get_by_label("Table of totals").scroll_to_me();
    window.run_ok();
    click(&mut window, "Table of totals");
    window.get_by_label_contains("Error").scroll_to_me();
    window.run_ok();
    assert!(shows(&window, " %"), "{:?}", window.root());
    // The measured totals are not shown for another study.
    press(&mut window, Modifiers::COMMAND, Key::N);
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    click(&mut window, "virtual");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(!says(&window, "of a sweep") && says(&window, "this run, simulated"));
}

#[test]
fn a_sweep_stays_in_sight_and_says_what_it_will_cost() {
    let text = "2 runs of 6 cases, simulated at once";
    for size in [[1280.0, 800.0], [800.0, 500.0]] {
        let mut window = crash_tests_in(size, Theme::Light, Key::Num3);
        let button = window.get_by_label("▶ Sweep workers").rect();
        assert!(button.top() > 0.0 && button.bottom() < size[1] - 37.0, "{button}");
        assert!(says(&window, "runs of 6 cases, simulated at once"));
        window.get_by_role_and_label(Role::TextInput, "Maximum workers").focus();
        window.run_ok();
        window.get_by_role_and_label(Role::TextInput, "Maximum workers").type_text("2");
        press(&mut window, Modifiers::NONE, Key::Enter);
        assert!(says(&window, text));
        window.get_by_label("real").scroll_to_me();
        window.run_ok();
        click(&mut window, "real");
        assert!(says(&window, "7 runs of 6 cases, about "));
    }
}

#[test]
fn a_cancelled_sweep_keeps_its_results() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), &awaiting_after(4)));
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::W);
    until(&mut window, "a first point", |window| says(window, "1 total of a sweep, measured"));
    assert!(shows(&window, "Sweep, run 3: ") && window.state().is_running());
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(shows(&window, "The sweep ended before its last run"));
    assert!(says(&window, "of a sweep, measured"));
    assert!(!window.state().is_running());
}

#[test]
fn a_sweep_without_a_complete_run_gives_way_to_the_one_before() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), &QUICK.replace("x = 0.2", "x = 0.6")));
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    click(&mut window, "One repeat fewer");
    click(&mut window, "▶ Sweep workers");
    until_ended(&mut window);
    let totals = "2 totals of a sweep, measured, from 1 to 2 workers";
    assert!(says(&window, totals));
    click(&mut window, "▶ Sweep workers");
    until(&mut window, "it runs", |window| window.state().is_running());
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(shows(&window, "the sweep before is shown again") && says(&window, totals));
}

/// Runs with few or no cases.
#[test]
fn the_workers_tab_handles_every_kind_of_run() {
    let none = "version = 1\ncase = []\n[workload]\nname = \"wait\"\n";
    let of = |plan: &str, xs: &[&str]| {
        let mut text = format!("version = 1\n[workload]\nname = \"wait\"\n[plan]\n{plan}\n");
        for x in xs {
            write!(text, "[[case]]\nname = \"case {x}\"\nx = {x}\ny = 1\n").unwrap();
        }
        text
    };
    let virtual_clock = "clock = \"virtual\"";
    let strategy = |name: &str| format!("{virtual_clock}\nstrategy = \"{name}\"");
    for (text, said) in [
        (none.to_owned(), &["No cases"][..]),
        (of(virtual_clock, &["2"]), &["1 worker", "2.0 s"]),
        (of(virtual_clock, &["0", "0"]), &["The cases take no time"]),
        (of(&strategy("series"), &["1", "3"]), &["this run, simulated: 4.0 s with 1 worker"]),
        (of(&strategy("all-at-once"), &["1", "3"]), &["this run, simulated: 3.0 s with 2 workers"]),
    ] {
        let folder = tempdir().unwrap();
        let mut window = opened(&study(folder.path(), &text));
        press(&mut window, Modifiers::COMMAND, Key::Enter);
        until_ended(&mut window);
        press(&mut window, Modifiers::COMMAND, Key::Num3);
        until_predicted(&mut window);
        for said in said {
            assert!(says(&window, said), "{said} in {text}");
        }
        assert!(!says(&window, "NaN") && !says(&window, "inf"), "{text}");
    }
}

#[test]
fn a_cancelled_run_explains_why_there_is_no_advice() {
    let folder = tempdir().unwrap();
    let text = QUICK.replace("\"wait\"", "\"crunch\"").replace("x = 0.2", "x = 1e6");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the short case is done", |window| shows(window, "1 of 2 done"));
    assert!(says(&window, "A recommendation appears when the run ends"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(says(&window, "No advice: 1 of 2 cases are done"));
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    until_predicted(&mut window);
    assert!(says(&window, "No advice: 1 of 2 cases are done") && shows(&window, "Sweep workers"));
}

#[test]
fn a_sweep_of_a_sample_predicts_the_total_of_all_cases() {
    let folder = tempdir().unwrap();
    let mut text =
        String::from("version = 1\n[workload]\nname = \"wait\"\n[plan]\nclock = \"virtual\"\n");
    for case in 1..=40 {
        writeln!(text, "[[case]]\nname = \"c{case}\"\nx = {case}\ny = 1").unwrap();
    }
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    window.get_by_role_and_label(Role::TextInput, "Sample").focus();
    window.run_ok();
    window.get_by_role_and_label(Role::TextInput, "Sample").type_text("8");
    press(&mut window, Modifiers::NONE, Key::Enter);
    click(&mut window, "▶ Sweep workers");
    until_ended(&mut window);
    assert!(says(&window, "only 8 of 40 cases were run, sampled by length"));
    window.get_by_label("Table of totals").scroll_to_me();
    window.run_ok();
    click(&mut window, "Table of totals");
    assert!(shows(&window, "All 40 cases ["));
}

#[test]
fn another_study_shows_nothing_of_the_sweep_before() {
    let folder = tempdir().unwrap();
    let text = QUICK.replace("[plan]", "[plan]\nclock = \"virtual\"\nseed = 1");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::W);
    until_ended(&mut window);
    assert!(says(&window, "totals of a sweep, simulated"));
    press(&mut window, Modifiers::COMMAND, Key::N);
    assert!(!says(&window, "of a sweep"));
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    assert!(shows(&window, "No run yet"));
}

#[test]
fn a_sweep_saves_a_run_of_each_number_of_workers_and_not_the_earlier_comparison() {
    let place = tempdir().unwrap();
    let folder = place.path().join("runs");
    let text = QUICK.replace("[plan]", "[plan]\nclock = \"virtual\"\nseed = 1");
    let mut window =
        show_saved_runs(usual_window(saving_runs(Some(&study(place.path(), &text)), &folder)));
    let kept = || fs::read_dir(&folder).map_or(0, Iterator::count);
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Enter);
    until_ended(&mut window);
    until(&mut window, "both setups are kept", |_| kept() >= 2);
    let before = kept();
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::W);
    until_ended(&mut window);
    assert!(says(&window, "2 totals of a sweep, simulated"));
    until(&mut window, "both are kept", |_| kept() >= before + 2);
    // A run of its own is kept, and behind it nothing else can be on its way.
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    until(&mut window, "the run is kept", |_| kept() > before + 2);
    assert_eq!(kept(), before + 3);
    let mut window = show_saved_runs(window);
    until(&mut window, "the runs are listed", |window| shows(window, "Run history (5)"));
    assert!(says(&window, "Sweep: 2 workers"), "{:?}", window.root());
}
