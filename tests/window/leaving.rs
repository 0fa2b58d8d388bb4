//! What stays when the window closes or its folders cannot be written.

use std::sync::atomic::Ordering;

use super::prelude::*;

/// A short case and one that does not end by itself.
fn endless() -> String {
    QUICK.replace("x = 0.2", "x = 600")
}

/// Opens a window that keeps everything below a folder.
fn keeping(study: Option<&Path>, folder: &Path) -> AppOptions {
    AppOptions {
        saved_runs: Some(folder.join("runs")),
        settings: Some(folder.to_owned()),
        ..keeping_sessions(study, folder)
    }
}

/// Starts a run, and waits until its first case has ended.
fn run_until_one_case_is_done(window: &mut Window) {
    press(window, Modifiers::COMMAND, Key::Enter);
    until(window, "a case has ended", |window| shows(window, "1 of 2 done"));
}

/// Returns whether a new window lists the run with one of two cases done.
fn one_case_is_kept(folder: &Path) -> bool {
    let mut window = show_saved_runs(usual_window(keeping(None, folder)));
    until(&mut window, "the runs are listed", |window| shows(window, "Run history (1)"));
    says(&window, "wait, 2 cases · 1 done")
}

#[test]
fn finished_cases_are_kept_when_the_window_closes_during_a_run() {
    let place = tempdir().unwrap();
    let path = study(place.path(), &endless());
    let mut window = usual_window(keeping(Some(&path), place.path()));
    run_until_one_case_is_done(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::Q);
    assert!(says(&window, "The run history keeps the finished ones, as a cancelled run."));
    click(&mut window, "Stop run and close");
    until(&mut window, "the window closes", closes);
    drop(window);
    assert!(one_case_is_kept(place.path()));
}

#[test]
fn the_question_says_that_results_are_lost_where_there_is_no_run_history() {
    let place = tempdir().unwrap();
    let mut window = opened(&study(place.path(), &endless()));
    run_until_one_case_is_done(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::Q);
    assert!(says(&window, "The results of finished cases are lost."));
}

#[test]
fn a_window_that_the_system_ends_keeps_finished_cases_and_unsaved_changes() {
    let place = tempdir().unwrap();
    let path = study(place.path(), &endless());
    let options = keeping(Some(&path), place.path());
    let mut window = usual_window(options.clone());
    fill(&mut window, "name 1", "kept");
    run_until_one_case_is_done(&mut window);
    options.must_end.store(true, Ordering::Relaxed);
    until(&mut window, "the window closes", closes);
    drop(window);
    let mut window = usual_window(keeping(None, place.path()));
    until(&mut window, "the study is back", |window| value(window, "name 1") == "kept");
    drop(window);
    assert!(one_case_is_kept(place.path()));
}

#[test]
fn a_data_folder_that_cannot_be_written_is_reported_once() {
    let place = tempdir().unwrap();
    let file = place.path().join("data");
    fs::write(&file, "not a folder").unwrap();
    let mut window = usual_window(keeping(None, &file));
    let count = |window: &Window| window.query_all_by_label_contains("data").count();
    until(&mut window, "it is reported", |window| shows(window, "Cannot write to"));
    for text in [file.to_str().unwrap(), "settings are not kept", "unsaved changes are not kept"] {
        assert!(shows(&window, text), "{text}");
    }
    click(&mut window, "virtual");
    for _ in 0..2 {
        press(&mut window, Modifiers::COMMAND, Key::Enter);
        until_ended(&mut window);
    }
    fill(&mut window, "name 1", "edited");
    for _ in 0..20 {
        std::thread::sleep(Duration::from_millis(40));
        window.step();
    }
    assert_eq!(count(&window), 1, "one notice, however often something is not kept");
    click(&mut window, "Dismiss");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    std::thread::sleep(Duration::from_millis(200));
    window.run_ok();
    assert_eq!(count(&window), 0);
}

#[test]
fn a_study_with_a_bad_cell_is_saved_with_its_text() {
    let place = tempdir().unwrap();
    let path = place.path().join("draft.caselanes");
    let mut window = window();
    fill(&mut window, "x 2", "1x");
    press(&mut window, Modifiers::COMMAND, Key::S);
    fill(&mut window, "Path", path.to_str().unwrap());
    click(&mut window, "Save");
    until(&mut window, "it is saved", |window| shows(window, "Saved to"));
    drop(window);
    let read = caselanes::study::read_study(&path).unwrap_err().describe(&path);
    assert!(read.contains("expected a number for x, found \"1x\""), "{read}");

    let mut window = opened(&path);
    until(&mut window, "it is read", |window| value(window, "x 2") == "1x");
    assert!(!shows(&window, ", changed"));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert!(shows(&window, "Row 2: expected a number for x, found \"1x\""));
}

#[test]
fn refused_cases_are_said_once_and_name_the_cell() {
    let place = tempdir().unwrap();
    let mut window = window();
    fill(&mut window, "x 2", "1x");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    window.get_by_label("Command").type_text("Save cases");
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Enter);
    fill(&mut window, "Path", place.path().join("a.csv").to_str().unwrap());
    click(&mut window, "Save");
    let why = "Cannot save: row 2, x: expected a number for x, found \"1x\"";
    until(&mut window, "it is refused", |window| shows(window, why));
    assert_eq!(window.query_all_by_label_contains("Cannot save").count(), 1);
}

#[test]
fn a_save_that_succeeds_takes_back_the_error_before() {
    let place = tempdir().unwrap();
    let folder = place.path().join("studies");
    fs::create_dir(&folder).unwrap();
    let path = study(&folder, QUICK);
    let mut window = opened(&path);
    fill(&mut window, "name 1", "mine");
    let away = place.path().join("away");
    fs::rename(&folder, &away).unwrap();
    press(&mut window, Modifiers::COMMAND, Key::S);
    until(&mut window, "it is refused", |window| shows(window, "Cannot save"));
    fs::rename(&away, &folder).unwrap();
    press(&mut window, Modifiers::COMMAND, Key::S);
    until(&mut window, "it is saved", |window| shows(window, "Saved to"));
    assert!(!shows(&window, "Cannot save"));
}

#[test]
fn a_file_that_does_not_exist_is_named_in_the_window() {
    let place = tempdir().unwrap();
    let path = place.path().join("missing.caselanes");
    let size = [1280.0, 800.0];
    let mut window = window_of(size, 1.0, Theme::Light, Some(path.clone()));
    until(&mut window, "the error", |window| shows(window, path.to_str().unwrap()));
    assert_eq!(rows(&window), 3, "the demo is open");
}

#[test]
fn the_palette_leads_to_the_field_of_an_option() {
    let place = tempdir().unwrap();
    let text = "version = 1\n[workload]\nname = \"command\"\ncommand = [\"true\"]\n";
    let mut window = opened(&study(place.path(), text));
    for name in ["Time limit [s]", "Keep output"] {
        press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
        window.get_by_label("Command").type_text(name);
        window.run_ok();
        press(&mut window, Modifiers::NONE, Key::Enter);
        window.run_ok();
        let focused =
            window.query_all_by_label(name).any(|node| node.accesskit_node().is_focused());
        assert!(focused, "{name}");
    }
}

#[test]
fn a_session_that_could_not_be_written_is_tried_again() {
    let place = tempdir().unwrap();
    let mut window = usual_window(keeping(None, place.path()));
    let session = place.path().join("sessions/0.json");
    until(&mut window, "the folder is there", |_| place.path().join("sessions").is_dir());
    fs::remove_file(&session).ok();
    fs::create_dir(&session).unwrap();
    fill(&mut window, "name 1", "edited");
    until(&mut window, "it is reported", |window| shows(window, "Unsaved changes are not kept"));
    fs::remove_dir(&session).unwrap();
    until(&mut window, "it is written", |window| {
        fs::read_to_string(&session).is_ok_and(|text| text.contains("edited"))
            && !shows(window, "Unsaved changes are not kept")
    });
}

#[test]
fn a_name_that_is_being_typed_is_kept_when_the_window_closes() {
    for is_asked_by_system in [false, true] {
        let place = tempdir().unwrap();
        let path = study(place.path(), QUICK);
        let options = keeping(Some(&path), place.path());
        let mut window = show_saved_runs(usual_window(options.clone()));
        press(&mut window, Modifiers::COMMAND, Key::Enter);
        until_ended(&mut window);
        press(&mut window, Modifiers::COMMAND, Key::Num4);
        until(&mut window, "it is saved", |window| shows(window, "study: threads × 3"));
        click(&mut window, "Rename study: threads × 3");
        fill(&mut window, "Name of the run", "three workers");
        if is_asked_by_system {
            options.must_end.store(true, Ordering::Relaxed);
        } else {
            press(&mut window, Modifiers::COMMAND, Key::Q);
        }
        until(&mut window, "the window closes", closes);
        drop(window);
        let mut window = show_saved_runs(usual_window(keeping(None, place.path())));
        until(&mut window, "its name is kept", |window| shows(window, "three workers"));
    }
}

fn choose_workload(window: &mut Window, name: &str) {
    window.get_by_role_and_label(Role::ComboBox, "Workload").click();
    window.run_ok();
    window.get_by_label_contains(&format!("{name}: ")).click();
    window.run_ok();
}

#[test]
fn the_program_of_a_study_is_saved_beside_another_workload() {
    let place = tempdir().unwrap();
    let text = "[workload]\nname = 'command'\ncommand = ['true', '{x}']\ntimeout = 7\n";
    let path = study(place.path(), &QUICK.replace("[workload]\nname = \"wait\"\n", text));
    let mut window = opened(&path);
    choose_workload(&mut window, "wait");
    press(&mut window, Modifiers::COMMAND, Key::S);
    until(&mut window, "it is saved", |window| shows(window, "Saved to"));
    drop(window);
    let mut window = opened(&path);
    assert_eq!(value(&window, "name 1"), "short");
    choose_workload(&mut window, "command");
    assert_eq!(value(&window, "Program"), "true {x}");
}

#[test]
fn the_window_stays_open_while_a_changed_column_is_neither_applied_nor_cancelled() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    click(&mut window, "x, row 2");
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    let typed = |window: &Window| {
        let field = window.get_by_role_and_label(Role::TextInput, "Values, from an expression");
        field.accesskit_node().value().unwrap()
    };
    window.event(Event::Text("y*3+x".to_owned()));
    window.run_ok();
    assert_eq!(typed(&window), "y*3+x");
    request_close(&mut window);
    window.run_ok();
    assert!(!closes(&window) && says(&window, "The window stays open"));
    assert_eq!(typed(&window), "y*3+x");
    press(&mut window, Modifiers::NONE, Key::Escape);
    request_close(&mut window);
    window.run_ok();
    assert!(closes(&window));
}
