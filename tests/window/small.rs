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
    let text = "version = 1\n[workload]\nname = \"command\"\n\
                command = ['case-program', 'exit=1']\n[[case]]\nname = \"a\"\nx = 1\ny = 1\n";
    let path = study(place.path(), &with_case_program(text));
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

/// Shows a run of this many cases, every third of which has failed.
fn with_failures(window: &mut Window, count: u32) {
    let mut cases = CaseTable::default();
    for case in 0..count {
        cases.push(&format!("a long name of case {case}"), 1.0, 1.0, &[]);
    }
    let name = WorkloadName::Wait;
    let given = Environment { logical_cpus: 2, seed: 1, last_s: None };
    let plan = Plan::default();
    let frozen = freeze(cases, name, find(name).as_ref(), &plan, given).unwrap().0;
    let end = |case: u32| {
        let start_ns = u64::from(case) * 1_000_000;
        RunEvent::Finished(CaseEnd {
            will_retry: false,
            ticket: Ticket { case, lane: 0, attempt: 1, dispatch_index: case },
            start_ns,
            end_ns: start_ns + 1_000_000 + 7000 * u64::from(case % 40),
            waited_ns: None,
            cpu_ns: None,
            memory_bytes: None,
            outcome: match case % 3 {
                0 => CaseOutcome::Failed("no mesh".to_owned()),
                _ => CaseOutcome::done(None),
            },
        })
    };
    let events = (0..count).map(end).chain([RunEvent::Ended]).collect();
    window.state_mut().show_run(Arc::new(frozen), events, 1_000_000_000);
    window.run_ok();
    until_predicted(window);
    window.run_ok();
}

#[test]
fn bars_of_failed_cases_stay_in_a_small_window() {
    for (count, theme) in [(70, Theme::Light), (70, Theme::Dark), (20, Theme::Light)] {
        let mut window = window_of(SIZES[1], 1.0, theme, None);
        press(&mut window, Modifiers::COMMAND, Key::Num1);
        with_failures(&mut window, count);
        for text in ["done", "failed", "Totals", "Bar chart of "] {
            for node in window.query_all_by_label_contains(text) {
                let place = node.rect();
                assert!(place.right() <= SIZES[1][0], "{text}: {place}");
                assert!(place.bottom() <= SIZES[1][1], "{text}: {place}");
            }
        }
    }
}

#[test]
fn results_keep_a_row_in_sight_below_notices_and_an_offer_to_resume() {
    let place = tempdir().unwrap();
    let text = "version = 1\n[workload]\nname = \"command\"\n\
                command = ['case-program', 'exit=1']\n[[case]]\nname = \"a\"\nx = 1\ny = 1\n\
                [[case]]\nname = \"b\"\nx = 1\ny = 1\n";
    let path = study(place.path(), &with_case_program(text));
    let folders = Some(place.path().join("runs"));
    let options = AppOptions { run_folders: folders, ..options(Some(path)) };
    let mut window = window_with(SIZES[1], 2.0, Theme::Light, options);
    until(&mut window, "the study is read", |window| value(window, "name 2") == "b");
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    until(&mut window, "it is offered", |window| shows(window, "Dismiss unfinished run"));
    let row = window.get_by_label("result 1").rect();
    let offer = window.get_by_label("Dismiss unfinished run").rect();
    let notices = window.query_all_by_label("Dismiss").map(|node| node.rect());
    let last = notices.max_by(|a, b| a.top().total_cmp(&b.top()));
    for below in [Some(offer), last].into_iter().flatten() {
        assert!(row.bottom() <= below.top(), "{row} is above {below}");
    }
}

#[test]
fn controls_of_charts_stay_in_a_small_window() {
    let mut window = simulated(SIZES[1], 1.0, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    for chart in ["Scatter", "Grid", "Lines"] {
        click(&mut window, chart);
        for node in window.query_all_by_role(Role::ComboBox) {
            let place = node.rect();
            assert!(place.right() <= SIZES[1][0], "{chart}: {place}");
        }
    }
}

#[test]
fn the_file_menu_fits_the_smallest_window() {
    let mut window = window_of(SIZES[1], 1.0, Theme::Light, None);
    click(&mut window, "File");
    let quit = window.get_by_label_contains("Quit").rect();
    assert!(quit.top() > 0.0 && quit.bottom() <= SIZES[1][1], "{quit}");
    let first = window.get_by_label_contains("New study").rect();
    assert!(first.top() >= 0.0, "{first}");
}
