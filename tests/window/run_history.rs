//! Saved runs and their comparison.

use super::prelude::*;

/// Runs the cases, and returns to the list of saved runs.
fn run(window: &mut Window) {
    press(window, Modifiers::COMMAND, Key::Enter);
    until_ended(window);
    press(window, Modifiers::COMMAND, Key::Num4);
}

#[test]
fn runs_are_saved_and_compared_after_a_restart() {
    let place = tempdir().unwrap();
    let folder = place.path().join("runs");
    // Windows does not know the CPU time, and so the work, of cases of less than 125 ms.
    let text = QUICK.replace("x = 0.05", "x = 0.5").replace("x = 0.2", "x = 1");
    let path = study(place.path(), &text.replace("workers = 3", "workers = 1"));
    let mut window = show_saved_runs(usual_window(saving_runs(Some(&path), &folder)));
    until(&mut window, "the folder is read", |window| shows(window, "No saved runs yet"));
    run(&mut window);
    let first = "study: threads × 1";
    until(&mut window, "the first run is saved", |window| shows(window, first));
    click(&mut window, "One worker more");
    run(&mut window);
    let second = "study: threads × 2";
    until(&mut window, "the second run is saved", |window| shows(window, second));
    drop(window);

    let options = saving_runs(None, &folder);
    let mut window = show_saved_runs(window_with([1280.0, 1100.0], 1.0, Theme::Light, options));
    until(&mut window, "the list is read", |window| shows(window, "2 saved runs"));
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    click(&mut window, "Show your last run, study: threads × 2");
    until(&mut window, "it is shown", |window| shows(window, "2 cases in"));
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    for name in [first, second] {
        window.get_by_role_and_label(Role::CheckBox, name).click();
        window.run_ok();
    }
    assert!(shows(&window, "× faster"), "{:?}", window.root());
    assert!(shows(&window, "Grouped bars of wait, 2 cases; totals: threads × 1 "));
    assert!(shows(&window, "threads × 2 against threads × 1: "), "the difference");
    assert!(shows(&window, "less work per worker (2 share it instead of 1)"));
    assert!(shows(&window, "✓ match"));
    click(&mut window, &format!("Compare with {second}"));
    assert!(shows(&window, "threads × 1 against threads × 2: "));
    assert!(shows(&window, "No run is clearly faster than threads\u{A0}×\u{A0}2"));

    // Another name, by the keyboard.
    window.get_by_role_and_label(Role::CheckBox, first).focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::F2);
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.get_by_label("Name of the run").type_text("one worker");
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(shows(&window, "one worker against"));

    // It is shown again as it was, with the rows of the demo untouched.
    click(&mut window, "Show one worker");
    until(&mut window, "it is shown", |window| shows(window, "(one worker)"));
    assert!(shows(&window, "2 cases in"));
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    click(&mut window, "Rename one worker");
    fill(&mut window, "Name of the run", "single");
    press(&mut window, Modifiers::NONE, Key::Enter);
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    assert!(shows(&window, "(single)") && !shows(&window, "one worker"), "the headline too");
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    click(&mut window, "Rename single");
    fill(&mut window, "Name of the run", "one worker");
    press(&mut window, Modifiers::NONE, Key::Enter);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    assert!(shows(&window, "short"));
    assert_eq!((rows(&window), value(&window, "name 1").as_str()), (3, "Case 1"));

    press(&mut window, Modifiers::COMMAND, Key::Num4);
    click(&mut window, "Delete one worker");
    assert!(shows(&window, "Delete one worker?"));
    let times = window.query_all_by_label_contains("2026-11-24").count();
    assert!(times > 2, "the dialog shows the time too, besides the list");
    click(&mut window, "Delete permanently");
    until(&mut window, "it is gone", |window| shows(window, "1 saved run"));
    drop(window);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn one_click_leads_back_from_an_example_to_the_last_run() {
    let place = tempdir().unwrap();
    let path = study(place.path(), QUICK);
    let mut window =
        show_saved_runs(usual_window(saving_runs(Some(&path), &place.path().join("runs"))));
    run(&mut window);
    until(&mut window, "the run is saved", |window| shows(window, "study: threads × 3"));
    start_example(&mut window, "Crash tests");
    until_ended(&mut window);
    assert!(shows(&window, "claims confirmed"), "the example is shown");
    until(&mut window, "its fastest run is saved", |window| shows(window, "Run history (2)"));
    click(&mut window, "Run history (2)");
    let fastest = window.query_all_by_role(Role::CheckBox).find(|node| {
        node.accesskit_node().label().is_some_and(|name| name.starts_with("Crash tests: "))
    });
    fastest.unwrap().click();
    window.run_ok();
    // Runs of other cases have no speed-up between them.
    window.get_by_role_and_label(Role::CheckBox, "study: threads × 3").scroll_to_me();
    window.run_ok();
    window.get_by_role_and_label(Role::CheckBox, "study: threads × 3").click();
    window.run_ok();
    assert!(shows(&window, "Different cases: totals only"));
    window.get_by_label("Show timelines on one axis").scroll_to_me();
    window.run_ok();
    click(&mut window, "Show timelines on one axis");
    until(&mut window, "their lanes", |window| shows(window, "2 runs on one time axis"));
    assert!(shows(&window, "The 2 selected runs"));
    assert!(!shows(&window, "claims confirmed"), "of these runs, not of the example");
    click(&mut window, "This run");
    assert!(!shows(&window, "2 runs on one time axis"));

    press(&mut window, Modifiers::COMMAND, Key::Num1);
    click(&mut window, "Back to your last run, study: threads × 3");
    assert!(shows(&window, "2 cases in") && !shows(&window, "Crash tests"));
}

#[test]
fn an_example_leaves_the_last_run_to_the_user_and_one_entry_in_the_history() {
    let place = tempdir().unwrap();
    let path = study(place.path(), QUICK);
    let mut window = usual_window(saving_runs(Some(&path), &place.path().join("runs")));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    let own = |window: &Window| window.query_all_by_label_contains("✓ ").count();
    assert_eq!(own(&window), 2, "its times in the rows");
    for example in ["Crash tests", "Crash tests about"] {
        start_example(&mut window, example);
        until_ended(&mut window);
        press(&mut window, Modifiers::COMMAND, Key::Num1);
        assert_eq!(own(&window), 2, "still");
        press(&mut window, Modifiers::COMMAND, Key::Num4);
        until(&mut window, "it is saved", |window| shows(window, "Run history (2)"));
    }
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    click(&mut window, "Back to your last run, study: threads × 3");
    assert!(shows(&window, "2 cases in") && !shows(&window, "Crash tests"));
    assert_eq!(own(&window), 2);
}

#[test]
fn the_last_run_that_is_offered_is_one_of_the_open_study() {
    let (place, other) = (tempdir().unwrap(), tempdir().unwrap());
    let folder = place.path().join("runs");
    let path = study(place.path(), QUICK);
    let mut window = show_saved_runs(usual_window(saving_runs(Some(&path), &folder)));
    run(&mut window);
    until(&mut window, "it is saved", |window| shows(window, "study: threads × 3"));
    drop(window);
    let path = other.path().join("other.caselanes");
    fs::write(&path, QUICK).unwrap();
    for (path, is_offered) in [(&path, false), (&place.path().join("study.caselanes"), true)] {
        let mut window = show_saved_runs(usual_window(saving_runs(Some(path), &folder)));
        until(&mut window, "the list is read", |window| shows(window, "study: threads × 3"));
        press(&mut window, Modifiers::COMMAND, Key::Num1);
        assert_eq!(shows(&window, "Show your last run"), is_offered, "{}", path.display());
    }
}

/// Returns a window without a study that lists a run of a study in this place.
fn with_one_run(place: &Path) -> Window {
    let path = study(place, QUICK);
    let folder = place.join("runs");
    let mut window = show_saved_runs(usual_window(saving_runs(Some(&path), &folder)));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    drop(window);
    let mut window = show_saved_runs(usual_window(saving_runs(None, &folder)));
    until(&mut window, "the list is read", |window| shows(window, "Open study: threads × 3"));
    window
}

#[test]
fn a_study_of_a_saved_run_is_unsaved_once_that_run_is_deleted() {
    let place = tempdir().unwrap();
    let mut window = with_one_run(place.path());
    click(&mut window, "Open study: threads × 3");
    until(&mut window, "the study is open", |window| value(window, "name 1") == "short");
    click(&mut window, "Delete study: threads × 3");
    click(&mut window, "Delete permanently");
    until(&mut window, "the run is gone", |window| !shows(window, "Open study: threads × 3"));
    press(&mut window, Modifiers::COMMAND, Key::N);
    assert!(shows(&window, "Save changes to the new study?"));
}

#[test]
fn a_saved_run_opens_as_a_study_without_a_file() {
    let place = tempdir().unwrap();
    let mut window = with_one_run(place.path());
    let open = "Open study: threads × 3";
    fill(&mut window, "name 1", "edited");
    window.get_by_label(open).focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(shows(&window, "Save changes to the new study?"));
    click(&mut window, "Cancel");
    assert_eq!(value(&window, "name 1"), "edited");
    click(&mut window, open);
    click(&mut window, "Don't save");
    until(&mut window, "the study is open", |window| value(window, "name 1") == "short");
    assert_eq!(rows(&window), 2);
    assert!(!shows(&window, "Crash") && !shows(&window, "study.caselanes"));
    press(&mut window, Modifiers::COMMAND, Key::S);
    assert_eq!(value(&window, "Path"), "", "it has no file yet");
    window.get_by_label("Path").type_text(place.path().join("again").to_str().unwrap());
    window.run_ok();
    click(&mut window, "Save");
    let again = place.path().join("again.caselanes");
    until(&mut window, "it is saved", |_| again.exists());
    let text = fs::read_to_string(again).unwrap();
    for line in ["name = \"wait\"", "workers = 3", "name = \"long\""] {
        assert!(text.contains(line), "{text}");
    }
}

/// A folder with three runs of the crash tests on the virtual clock: in batches,
/// as listed, longest first.
fn with_three_runs(folder: &Path) {
    let mut text = "version = 1\n[workload]\nname = \"crash-test\"\n[plan]\n\
                    clock = \"virtual\"\nworkers = 3\nseed = 1\n"
        .to_owned();
    for (mesh, y) in [("coarse", 200), ("fine", 400)] {
        for (part, x) in [("side", 10), ("front", 50), ("rear", 20)] {
            writeln!(text, "[[case]]\nname = \"{part}, {mesh}\"\nx = {x}\ny = {y}").unwrap();
        }
    }
    let place = tempdir().unwrap();
    let path = place.path().join("crashes.caselanes");
    fs::write(&path, text).unwrap();
    let mut window = show_saved_runs(usual_window(saving_runs(Some(&path), folder)));
    let plans: [fn(&mut Window); 3] = [
        |window| choose_strategy(window, "batches:"),
        |window| choose_strategy(window, "threads:"),
        |window| {
            window.get_by_role_and_label(Role::ComboBox, "Order").click();
            window.run_ok();
            window.get_by_label_contains("longest:").click();
            window.run_ok();
        },
    ];
    for (plan, name) in
        plans.into_iter().zip(["batches × 3", "threads × 3", "threads × 3, longest first"])
    {
        plan(&mut window);
        run(&mut window);
        let name = format!("crashes: {name}");
        until(&mut window, "the run is saved", |window| shows(window, &name));
    }
}

#[test]
fn a_saved_run_is_exported_and_imported_elsewhere() {
    let place = tempdir().unwrap();
    let (folder, other) = (place.path().join("runs"), place.path().join("others"));
    with_three_runs(&folder);
    let mut window = show_saved_runs(usual_window(saving_runs(None, &folder)));
    let name = "crashes: threads × 3, longest first";
    until(&mut window, "the list is read", |window| shows(window, name));
    click(&mut window, &format!("Export {name}"));
    assert!(value(&window, "Path").ends_with("crashes- threads - 3, longest first.run"));
    let file = place.path().join("mine.run");
    fs::write(&file, "precious").unwrap();
    fill(&mut window, "Path", place.path().join("mine").to_str().unwrap());
    click(&mut window, "Export");
    until(&mut window, "the window asks", |window| shows(window, "Replace mine.run?"));
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    click(&mut window, "Replace");
    until(&mut window, "it is written", |window| shows(window, "The run is in "));
    drop(window);

    let mut window = usual_window(saving_runs(None, &other));
    click(&mut window, "File");
    click(&mut window, "Import saved run…");
    let table = place.path().join("cases.csv");
    fs::write(&table, "name,x,y\n").unwrap();
    fill(&mut window, "Path", table.to_str().unwrap());
    click(&mut window, "Import");
    let problem = format!("Cannot import the run: not a saved run: {}", table.display());
    until(&mut window, "it is refused", |window| shows(window, &problem));
    fill(&mut window, "Path", file.to_str().unwrap());
    press(&mut window, Modifiers::NONE, Key::Enter);
    until(&mut window, "it is imported", |window| shows(window, &format!("Imported {name}")));
    until(&mut window, "it is listed", |window| {
        window.query_by_role_and_label(Role::CheckBox, name).is_some()
    });
    click(&mut window, &format!("Show {name}"));
    until(&mut window, "it is shown", |window| shows(window, "6 cases would take"));

    // The same file again is another run.
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    click(&mut window, "Import…");
    fill(&mut window, "Path", file.to_str().unwrap());
    click(&mut window, "Import");
    until(&mut window, "both are listed", |window| shows(window, "Run history (2)"));
    drop(window);
    assert_eq!(fs::read_dir(&other).unwrap().count(), 2);
}

#[test]
fn the_runs_that_the_search_finds_are_deleted_after_a_question_that_counts_them() {
    let place = tempdir().unwrap();
    let folder = place.path().join("runs");
    with_three_runs(&folder);
    let mut window = show_saved_runs(usual_window(saving_runs(None, &folder)));
    let boxes = |window: &Window| {
        let boxes = window.query_all_by_role(Role::CheckBox);
        boxes
            .filter(|node| {
                node.accesskit_node().label().is_some_and(|name| name.starts_with("crashes: "))
            })
            .count()
    };
    until(&mut window, "the list is read", |window| boxes(window) == 3);
    assert!(window.query_by_label("Delete found…").is_none(), "nothing is searched");
    fill(&mut window, "Search saved runs", "THREADS crashes");
    assert_eq!(boxes(&window), 2);
    assert!(shows(&window, "2 of 3"));
    click(&mut window, "Delete found…");
    assert!(shows(&window, "Delete 2 saved runs?"));
    click(&mut window, "Cancel");
    assert_eq!(boxes(&window), 2);
    click(&mut window, "Delete found…");
    click(&mut window, "Delete permanently");
    until(&mut window, "they are gone", |window| shows(window, "0 of 1"));
    click(&mut window, "Clear search");
    assert_eq!(boxes(&window), 1);
    drop(window);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn the_menu_key_opens_the_menu_of_a_saved_run() {
    let place = tempdir().unwrap();
    let folder = place.path().join("runs");
    with_three_runs(&folder);
    let mut window = show_saved_runs(usual_window(saving_runs(None, &folder)));
    let name = "crashes: batches × 3";
    until(&mut window, "the list is read", |window| shows(window, name));
    window.get_by_role_and_label(Role::CheckBox, name).focus();
    window.run_ok();
    press(&mut window, Modifiers::SHIFT, Key::F10);
    assert_eq!(focused(&window), "Show");
    press_all(&mut window, &[Key::ArrowDown, Key::ArrowDown, Key::Enter]);
    assert!(shows(&window, "Export saved run"), "the third entry");
}

#[test]
fn the_keyboard_walks_through_a_long_list_of_saved_runs() {
    let place = tempdir().unwrap();
    let folder = place.path().join("runs");
    with_three_runs(&folder);
    let one = fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    for copy in 0..17 {
        fs::copy(&one, folder.join(format!("copy {copy}.run"))).unwrap();
    }
    let mut window = show_saved_runs(usual_window(saving_runs(None, &folder)));
    until(&mut window, "the list is read", |window| shows(window, "20 saved runs"));
    let focused = |window: &Window| {
        let mut nodes = window.root().children_recursive();
        let node = nodes.find(|node| node.accesskit_node().is_focused());
        node.map(|node| (node.accesskit_node().label().unwrap_or_default(), node.rect()))
    };
    let first = window.query_all_by_role(Role::CheckBox).nth(3).unwrap();
    assert_eq!(first.accesskit_node().label().unwrap(), "crashes: threads × 3, longest first");
    first.focus();
    window.run_ok();
    // Each has a box to tick and five buttons.
    for _ in 1..120 {
        press(&mut window, Modifiers::NONE, Key::Tab);
        let (name, place) = focused(&window).unwrap();
        assert!(name.contains("crashes: "), "{name}");
        assert!(place.top() > 150.0 && place.bottom() < 765.0, "{name} is out of view: {place}");
    }
    press(&mut window, Modifiers::NONE, Key::Tab);
    let last = focused(&window).map_or(String::new(), |(name, _)| name);
    assert!(!last.contains("crashes: "), "{last}");
}

/// Kept runs in both themes, in the smallest window, and before there are any.
#[test]
fn the_run_history_looks_unchanged() {
    let mut results = SnapshotResults::new();
    let place = tempdir().unwrap();
    let folder = place.path().join("runs");
    let mut empty = show_saved_runs(usual_window(saving_runs(None, &folder)));
    until(&mut empty, "the folder is read", |window| shows(window, "No saved runs yet"));
    empty.remove_cursor();
    empty.run_ok();
    empty.picture("history_empty");
    results.extend_harness(&mut empty);

    with_three_runs(&folder);
    for (size, theme, name) in [
        ([1280.0, 1170.0], Theme::Light, "run_history_light"),
        ([1280.0, 1170.0], Theme::Dark, "run_history_dark"),
        ([800.0, 500.0], Theme::Dark, "history_small"),
    ] {
        let mut window = show_saved_runs(window_with(size, 1.0, theme, saving_runs(None, &folder)));
        until(&mut window, "the list is read", |window| shows(window, "3 saved runs"));
        for name in ["batches × 3", "threads × 3", "threads × 3, longest first"] {
            let name = format!("crashes: {name}");
            window.get_by_role_and_label(Role::CheckBox, &name).scroll_to_me();
            window.run_ok();
            window.get_by_role_and_label(Role::CheckBox, &name).click();
            window.run_ok();
        }
        let said = "4.11\u{A0}s less idle time, 3.60\u{A0}s less barrier, work the same";
        assert!(shows(&window, said));
        window.remove_cursor();
        window.run_ok();
        if size[0] > 1000.0 {
            window.screenshot(name);
        } else {
            window.picture(name);
            window.get_by_label("All parts of the difference").scroll_to_me();
            window.run_ok();
            click(&mut window, "All parts of the difference");
            window.remove_cursor();
            window.run_ok();
            window.picture("history_small_parts");
        }
        results.extend_harness(&mut window);
    }
}
