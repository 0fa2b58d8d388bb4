//! Runs in the window.

use super::prelude::*;

#[test]
fn rows_show_the_times_of_a_run_and_changes_outdate_it() {
    let folder = tempdir().unwrap();
    let text = QUICK.replace("x = 0.05", "x = 0.5").replace("x = 0.2", "x = 1");
    let mut window = opened(&study(folder.path(), &text));
    assert_eq!((rows(&window), value(&window, "name 2").as_str()), (2, "long"));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
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
fn escape_closes_a_menu_and_leaves_a_cell_before_it_cancels_a_run() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), &QUICK.replace("x = 0.2", "x = 600")));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the short case is done", |window| shows(window, "1 of 2 done"));
    press(&mut window, Modifiers::NONE, Key::F10);
    assert!(shows(&window, "New study"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!shows(&window, "New study"));
    window.get_by_label("x 1").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(shows(&window, "Cancel"), "the run continues");
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
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
    let text = awaiting_after(2).replace("[plan]", "[plan]\nseries = \"measure\"");
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
    fs::write(folder.path().join("go"), "").unwrap();
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
fn the_question_at_closing_tells_that_the_run_has_ended_meanwhile() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), &awaiting_after(0)));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    press(&mut window, Modifiers::COMMAND, Key::Q);
    assert!(shows(&window, "A run is in progress"));
    fs::write(folder.path().join("go"), "").unwrap();
    until_ended(&mut window);
    assert!(!shows(&window, "A run is in progress") && shows(&window, "The run has ended"));
    click(&mut window, "Keep open");
    assert!(!shows(&window, "The run has ended"));
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

/// Returns a window with a run in which cases have ended in all ways.
fn mixed(size: [f32; 2]) -> Window {
    mixed_and(size, &[])
}

/// Returns a window with a run in which cases have ended in all ways, and what happened then.
fn mixed_and(size: [f32; 2], then: &[RunEvent]) -> Window {
    let mut window = window_of(size, 1.0, Theme::Light, None);
    let plan = Plan { workers: Some(3), ..Plan::default() };
    let mut cases = CaseTable::default();
    for name in ["done", "also done", "failed", "late", "cancelled", "again", "running", "last"] {
        cases.push(name, 1.0, 1.0, &[]);
    }
    let environment = Environment { logical_cpus: 2, seed: 1, last_s: None };
    let workload = WorkloadName::Wait;
    let frozen = freeze(cases, workload, find(workload).as_ref(), &plan, environment).unwrap().0;
    let outcomes = [
        CaseOutcome::done(Some(1.0)),
        CaseOutcome::done(Some(2.0)),
        CaseOutcome::Failed("no mesh".to_owned()),
        CaseOutcome::TimedOut("after 1 s".to_owned()),
        CaseOutcome::Cancelled,
        CaseOutcome::Failed("no luck".to_owned()),
    ];
    let second = |at: u32| 1_000_000_000 * u64::from(at);
    let ticket = |case: u32| Ticket { case, lane: case % 3, attempt: 1, dispatch_index: case };
    let started = |case: u32| RunEvent::Started {
        ticket: ticket(case),
        asked_ns: second(case),
        at_ns: second(case),
    };
    let mut events = Vec::new();
    for (outcome, case) in outcomes.into_iter().zip(0..) {
        let (start_ns, end_ns) = (second(case), second(case + 1));
        events.push(started(case));
        let (will_retry, ticket) = (case == 5, ticket(case));
        let (waited_ns, cpu_ns, memory_bytes) = (None, None, None);
        events.push(RunEvent::Finished(CaseEnd {
            ticket,
            start_ns,
            end_ns,
            waited_ns,
            cpu_ns,
            memory_bytes,
            outcome,
            will_retry,
        }));
    }
    events.push(started(6));
    events.extend_from_slice(then);
    window.state_mut().show_run(Arc::new(frozen), events, second(8));
    window.run_ok();
    window
}

#[test]
fn the_answer_and_the_status_line_agree_on_counts_of_every_kind() {
    let window = mixed([1280.0, 800.0]);
    let counts = "1 failed, 1 timed out, 1 cancelled, 2 waiting";
    assert!(says(&window, &format!("Running 8 cases: 2 done, {counts}")));
    assert!(says(&window, &format!("2 of 8 done, {counts}")));
}

#[test]
fn a_change_during_a_run_is_said_to_be_for_the_next_one() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), &QUICK.replace("x = 0.2", "x = 600")));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the short case is done", |window| shows(window, "1 of 2 done"));
    let later = "Changed for the next run, not for this one: ";
    assert!(!shows(&window, later));
    fill(&mut window, "Seed", "7");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(shows(&window, &format!("{later}Seed")));
    fill(&mut window, "name 1", "other");
    assert!(shows(&window, &format!("{later}cases, Seed")));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert!(shows(&window, &format!("{later}Seed")));
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(!shows(&window, later));
}

#[test]
fn only_a_retry_by_the_plan_is_announced_in_the_log() {
    let by_user = RunEvent::CaseRequeued { case: 2, at_ns: 8_000_000_000 };
    let mut window = mixed_and([1280.0, 800.0], &[by_user]);
    press(&mut window, Modifiers::COMMAND, Key::Num6);
    assert!(shows(&window, "failed failed after 1.0 s: no mesh"));
    assert_eq!(window.query_all_by_label_contains("it will be retried").count(), 1, "one did");
}

#[test]
fn a_running_case_is_running_in_the_tooltip_of_its_lane() {
    let mut window = mixed([1280.0, 800.0]);
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    let lanes = window.get_by_label_contains("Timeline. 8 cases on 3 lanes").rect();
    // The first lane, where the last case that started is running.
    window.hover_at(egui::pos2(lanes.right() - 12.0, lanes.top() + 0.17 * lanes.height()));
    window.run_ok();
    window.run_ok();
    assert!(shows(&window, "running, lane 0"));
}

#[test]
fn lines_of_the_log_fill_its_pane() {
    let mut window = simulated_cases(100, "workers = 8", Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::Num6);
    let lines: Vec<egui::Rect> =
        window.query_all_by_label_contains(" s  ").map(|line| line.rect()).collect();
    let bottom = lines.iter().map(egui::Rect::bottom).fold(0.0, f32::max);
    assert!(bottom > 740.0, "the last line is at {bottom}");
    assert!(lines.len() > 25, "{} lines", lines.len());
}

#[test]
fn the_log_is_searched_and_the_count_and_the_line_of_each_match_are_shown() {
    let mut window = simulated_cases(3000, "workers = 8", Theme::Light);
    // Find opens the log, with the keyboard in its field.
    press(&mut window, Modifiers::COMMAND, Key::F);
    assert!(window.get_by_label("Search log").accesskit_node().is_focused());
    window.event(Event::Text("OF CASE 7 ".to_owned()));
    window.run_ok();
    until(&mut window, "all lines are searched", |window| shows(window, "1 of 2"));
    assert!(!shows(&window, "so far"));
    let line = |window: &Window, text: &str| {
        let line = window.query_by_label_contains(text);
        line.is_some_and(|line| (100.0..780.0).contains(&line.rect().center().y))
    };
    assert!(line(&window, "started a long name of case 7 in") && !shows(&window, "no match"));
    window.event(Event::Text("x".to_owned()));
    window.run_ok();
    assert!(shows(&window, "no match"));
    fill(&mut window, "Search log", "name of case 2500");
    until(&mut window, "all lines are searched", |window| shows(window, "1 of 2"));
    assert!(line(&window, "started a long name of case 2500 in"));
    for (modifiers, count) in
        [(Modifiers::NONE, "2 of 2"), (Modifiers::NONE, "1 of 2"), (Modifiers::SHIFT, "2 of 2")]
    {
        press(&mut window, modifiers, Key::Enter);
        assert!(shows(&window, count), "{count}");
        assert!(window.get_by_label("Search log").accesskit_node().is_focused());
    }
    assert!(line(&window, "simulated a long name of case 2500 after"));
    click(&mut window, "Clear search");
    assert!(!shows(&window, "Next match"));
}

#[test]
fn the_log_is_saved_and_a_file_is_replaced_only_after_a_question() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::Num6);
    let file = folder.path().join("study-log.txt");
    for expected in ["completed long after", "replaced"] {
        click(&mut window, "Save log…");
        assert_eq!(value(&window, "Path"), file.display().to_string());
        click(&mut window, "Save");
        if expected == "replaced" {
            until(&mut window, "a question", |window| shows(window, "Replace study-log.txt?"));
            click(&mut window, "Replace");
        }
        until(&mut window, "it is saved", |window| shows(window, "Saved to"));
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("completed long after") && text.lines().count() == 4, "{text}");
        click(&mut window, "Dismiss");
    }
}

/// Replaces the text of a field of the plan; a tab may have its name too.
fn fill_field(window: &mut Window, name: &str, text: &str) {
    field(window, name).focus();
    window.run_ok();
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.event(Event::Text(text.to_owned()));
    window.run_ok();
}

fn field<'w>(window: &'w Window, name: &'w str) -> egui_kittest::Node<'w> {
    window.get_by_role_and_label(Role::TextInput, name)
}

fn field_value(window: &Window, name: &str) -> String {
    field(window, name).accesskit_node().value().unwrap_or_default()
}

#[test]
fn a_number_of_workers_typed_by_the_user_stays_with_another_workload() {
    let mut window = window();
    assert_eq!(field_value(&window, "Workers"), "3");
    fill_field(&mut window, "Workers", "3");
    press(&mut window, Modifiers::NONE, Key::Tab);
    window.get_by_role_and_label(Role::ComboBox, "Workload").click();
    window.run_ok();
    window.get_by_label_contains("wait: ").click();
    window.run_ok();
    assert_eq!(field_value(&window, "Workers"), "3");
    press(&mut window, Modifiers::COMMAND, Key::Z);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    window.get_by_role_and_label(Role::ComboBox, "Workload").click();
    window.run_ok();
    window.get_by_label_contains("wait: ").click();
    window.run_ok();
    assert_eq!(field_value(&window, "Workers"), "2", "the number of logical CPUs");
}

#[test]
fn an_invalid_number_of_the_plan_is_explained_beside_its_field_and_stays() {
    let mut window = window();
    choose_strategy(&mut window, "batches:");
    for (name, text, why) in [
        ("Batch", "many", "expected a whole number from 1 to 4294967295, found \"many\""),
        ("Time scale", "99999", "expected a number above 0 and at most 1000, found \"99999\""),
        ("Workers", "99999", "expected a whole number from 1 to 256, found \"99999\""),
        ("Seed", "seven", "expected a whole number from 0 to 18446744073709551615, found"),
    ] {
        fill_field(&mut window, name, text);
        let message = window.get_by_label_contains(why).rect();
        let edit = field(&window, name).rect();
        assert!((message.top() - edit.bottom()).abs() < 12.0, "{message} is not below {edit}");
        press(&mut window, Modifiers::COMMAND, Key::Enter);
        assert!(!window.state().is_running());
        assert!(shows(&window, &format!("{name}: {why}")), "in the message");
        assert!(field(&window, name).accesskit_node().is_focused());
        assert_eq!(field_value(&window, name), text);
        fill_field(&mut window, name, "5");
    }
    click(&mut window, "One worker more");
    assert_eq!(
        (field_value(&window, "Workers"), field_value(&window, "Seed")),
        ("6".into(), "5".into())
    );
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    fill_field(&mut window, "Repeats", "99999");
    assert!(shows(&window, "expected a whole number from 1 to "));
    assert_eq!(field_value(&window, "Repeats"), "99999");
    click(&mut window, "One repeat more");
    assert!(!shows(&window, "expected a whole number from 1 to "));
}

#[test]
fn a_press_meant_for_cancel_does_not_run_the_cases_again() {
    let folder = tempdir().unwrap();
    let go = folder.path().join("go");
    let mut window = opened(&study(folder.path(), &awaiting_after(0)));
    window.get_by_label_contains("▶ Run 2 cases").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    fs::write(&go, "").unwrap();
    while window.state().is_running() {
        window.step();
    }
    enter_at_once(&mut window);
    assert!(!window.state().is_running());
    until_ended(&mut window);
    fs::remove_file(&go).unwrap();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(window.state().is_running());
    fs::write(&go, "").unwrap();
    until_ended(&mut window);
}

#[test]
fn an_open_menu_keeps_its_entries_when_a_run_ends() {
    let folder = tempdir().unwrap();
    let text = awaiting_after(0).replace("'await=go'", "'if=2={x}', 'await=go'");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the first case is done", |window| shows(window, "1 of 2 done"));
    window.get_by_label("name 1").focus();
    window.run_ok();
    press(&mut window, Modifiers::SHIFT, Key::F10);
    let is_disabled = |window: &Window| {
        let entry = window.get_by_label_contains("Rerun selected cases");
        entry.accesskit_node().is_disabled()
    };
    assert!(!is_disabled(&window));
    fs::write(folder.path().join("go"), "").unwrap();
    until_ended(&mut window);
    assert!(is_disabled(&window));
}
