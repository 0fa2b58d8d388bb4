//! Interrupted runs of programs that are resumed, and changes to a run in progress.

use caselanes::engine::RunFolder;

use super::prelude::*;

/// Writes a study whose program adds each case to a file `ran` beside it. The case with
/// x = 2 waits until there is a file `go`.
fn waiting(folder: &Path) -> PathBuf {
    let text = "version = 1\n[workload]\nname = \"command\"\n\
        command = ['case-program', 'append=ran={name}', 'print={x}', 'if=2={x}', 'await=go']\n\
        work-folder = \".\"\ngrace = 0.5\n[plan]\nworkers = 1\n\
        [[case]]\nname = \"first\"\nx = 1\ny = 1\n[[case]]\nname = \"second\"\nx = 2\ny = 1\n\
        [[case]]\nname = \"third\"\nx = 3\ny = 1\n";
    study(folder, &with_case_program(text))
}

fn ran(folder: &Path) -> String {
    fs::read_to_string(folder.join("ran")).unwrap().replace('\n', " ")
}

/// Opens a window that makes its run folders in `folder/runs`.
fn with_run_folders(study: Option<PathBuf>, folder: &Path) -> Window {
    usual_window(AppOptions { run_folders: Some(folder.join("runs")), ..options(study) })
}

/// Runs the study of [`waiting`] until its first case is done.
fn run_first_case(window: &mut Window) {
    press(window, Modifiers::COMMAND, Key::Enter);
    until(window, "the first case is done", |window| shows(window, "1 of 3 done"));
}

/// Returns the study of [`waiting`], whose run was interrupted after its first case.
fn interrupted(folder: &Path) -> PathBuf {
    let path = waiting(folder);
    let mut window = with_run_folders(Some(path.clone()), folder);
    run_first_case(&mut window);
    close(window, folder);
    path
}

fn only_run(folder: &Path) -> PathBuf {
    let runs: Vec<_> = fs::read_dir(folder.join("runs")).unwrap().flatten().collect();
    assert_eq!(runs.len(), 1, "{runs:?}");
    runs[0].path()
}

#[test]
fn a_cancelled_run_is_resumed_with_the_remaining_cases() {
    let folder = tempdir().unwrap();
    let mut window = with_run_folders(Some(waiting(folder.path())), folder.path());
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the second case runs", |_| {
        fs::read_to_string(folder.path().join("ran")).is_ok_and(|ran| ran.contains("second"))
    });
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(shows(&window, "A run of 3 cases was interrupted: 1 done, 2 left."));
    fs::write(folder.path().join("go"), "").unwrap();
    click(&mut window, "Resume run");
    until_ended(&mut window);
    assert_eq!(ran(folder.path()), "first second second third ");
    assert!(!shows(&window, "was interrupted"));
    let run = only_run(folder.path());
    until(&mut window, "the results are written", |_| {
        fs::read_to_string(run.join("results.csv"))
            .is_ok_and(|text| text.matches(",done,").count() == 3)
    });
    press(&mut window, Modifiers::COMMAND, Key::Num6);
    assert!(shows(&window, "the run folder is"));
}

#[test]
fn the_offer_counts_finished_cases_that_have_changed() {
    let folder = tempdir().unwrap();
    let mut window = with_run_folders(Some(waiting(folder.path())), folder.path());
    run_first_case(&mut window);
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    let changed = "1 of 1 finished case has changed and would run again.";
    assert!(!shows(&window, changed));
    fill(&mut window, "name 3", "other");
    assert!(!shows(&window, changed), "it is not finished");
    press(&mut window, Modifiers::COMMAND, Key::Num7);
    click(&mut window, "+ Column");
    window.event(Event::Text("note".to_owned()));
    window.run_ok();
    click(&mut window, "Add");
    until(&mut window, "the change is counted", |window| shows(window, changed));
    fs::write(folder.path().join("go"), "").unwrap();
    click(&mut window, "Resume run");
    until_ended(&mut window);
    assert_eq!(ran(folder.path()).matches("first").count(), 2);
}

#[test]
fn a_run_folder_that_is_gone_is_reported_once_and_not_offered() {
    let folder = tempdir().unwrap();
    let mut window = with_run_folders(Some(waiting(folder.path())), folder.path());
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the second case runs", |_| {
        fs::read_to_string(folder.path().join("ran")).is_ok_and(|ran| ran.contains("second"))
    });
    fs::remove_dir_all(only_run(folder.path())).unwrap();
    fs::write(folder.path().join("go"), "").unwrap();
    until_ended(&mut window);
    until(&mut window, "it is missed", |window| shows(window, "The run folder is gone"));
    std::thread::sleep(Duration::from_millis(100));
    window.run_ok();
    assert_eq!(window.query_all_by_label_contains("The run folder is gone").count(), 1);
    for text in ["Cannot dismiss", "results.csv are in", "Resume run", "results.csv:"] {
        assert!(!shows(&window, text), "{text}");
    }
}

/// Closes a window during its only run, and waits until the programs have ended.
fn close(window: Window, folder: &Path) {
    drop(window);
    let lock = only_run(folder).join("lock");
    // Windows refuses to open it for writing during the run.
    let open = || fs::File::options().write(true).open(&lock);
    while open().is_err() {
        std::thread::sleep(Duration::from_millis(5));
    }
    open().unwrap().lock_shared().unwrap();
}

#[test]
fn an_interrupted_run_is_offered_at_the_next_start() {
    let folder = tempdir().unwrap();
    interrupted(folder.path());

    let mut window = with_run_folders(None, folder.path());
    until(&mut window, "it is offered", |window| shows(window, "1 done, 2 left."));
    assert_eq!(value(&window, "name 1"), "Case 1", "no study is opened unasked");
    assert!(!window.state().is_running());
    fs::write(folder.path().join("go"), "").unwrap();
    click(&mut window, "Resume run");
    until_ended(&mut window);
    assert_eq!((value(&window, "name 1"), rows(&window)), ("first".to_owned(), 3));
    let ran = ran(folder.path());
    assert_eq!((ran.matches("first").count(), ran.matches("third").count()), (1, 1), "{ran}");
    until(&mut window, "the place of the output is shown", |window| {
        shows(window, "The output of the cases and results.csv are in ")
    });
    press(&mut window, Modifiers::COMMAND, Key::Num6);
    assert!(shows(&window, "1 of 3 cases is already done"));
    // The first case has no place on the time axis.
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    window.get_by_label_contains("Timeline. ").focus();
    window.run_ok();
    press(&mut window, Modifiers::SHIFT, Key::ArrowRight);
    let is_selected =
        |row: &str| window.get_by_label(row).accesskit_node().toggled() == Some(Toggled::True);
    assert!(is_selected("row 2") && !is_selected("row 1"));

    // A complete run is not offered again.
    let mut window = with_run_folders(None, folder.path());
    std::thread::sleep(Duration::from_millis(100));
    window.run_ok();
    assert!(!shows(&window, "was interrupted"));
}

#[test]
fn a_killed_run_is_resumed_with_its_study_as_it_is_edited_in_its_file() {
    let folder = tempdir().unwrap();
    let path = interrupted(folder.path());

    let mut window = with_run_folders(Some(path), folder.path());
    until(&mut window, "it is offered", |window| shows(window, "1 done, 2 left."));
    let changed = "1 of 1 finished case has changed and would run again.";
    assert!(!shows(&window, changed));
    fill(&mut window, "name 1", "other");
    until(&mut window, "the change is counted", |window| shows(window, changed));
    fs::write(folder.path().join("go"), "").unwrap();
    click(&mut window, "Resume run");
    until_ended(&mut window);
    assert_eq!(value(&window, "name 1"), "other");
    assert!(shows(&window, "study.caselanes"), "its file stays open");
    let ran = ran(folder.path());
    assert!(ran.contains("other") && ran.matches("first").count() == 1, "{ran}");
}

#[test]
fn a_resumed_run_is_saved_with_the_name_of_its_study_and_marked() {
    let (folder, saved) = (tempdir().unwrap(), lasting_folder());
    interrupted(folder.path());

    let other = folder.path().join("other.caselanes");
    fs::write(&other, "version = 1\n").unwrap();
    fs::write(folder.path().join("go"), "").unwrap();
    let run_folders = Some(folder.path().join("runs"));
    let mut window = usual_window(AppOptions { run_folders, ..saving_runs(Some(&other), &saved) });
    until(&mut window, "it is offered", |window| shows(window, "1 done, 2 left."));
    click(&mut window, "Resume run");
    until_ended(&mut window);
    click(&mut window, "Timeline");
    assert!(says(&window, "2 cases on "), "the other has no place on the axis");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "all cases run again", |_| ran(folder.path()).matches("third").count() == 2);
    until_ended(&mut window);
    let mut window = show_saved_runs(window);
    until(&mut window, "both are saved", |window| {
        window.query_all_by_label_contains("study: threads × 1").count() >= 2
    });
    assert!(!says(&window, "other: ") && !says(&window, "command: "));
    assert!(says(&window, "for 2 of 3") && says(&window, "resumed, 1 case done earlier"));
}

#[test]
fn a_listed_run_replaces_another_study_and_keeps_corrections_of_its_own() {
    let folder = tempdir().unwrap();
    let path = interrupted(folder.path());

    // The run of the open study is not the one that is offered.
    let other = folder.path().join("other.caselanes");
    fs::write(&other, QUICK).unwrap();
    for open in [&other, &path] {
        let mut window = with_run_folders(Some(open.clone()), folder.path());
        until(&mut window, "it is offered", |window| shows(window, "1 done, 2 left."));
        click(&mut window, "Dismiss unfinished run");
        if *open == path {
            fill(&mut window, "name 3", "corrected");
        }
        list_unfinished(&mut window);
        let starts = || ran(folder.path()).matches("second").count();
        let before = starts();
        press(&mut window, Modifiers::NONE, Key::Enter);
        until(&mut window, "the second case runs", |_| starts() > before);
        until(&mut window, "it runs", |window| window.state().is_running());
        let note = "Opened the study “study” of the run; other.caselanes stays as it was saved";
        assert_eq!(says(&window, note), *open == other);
        assert_eq!(shows(&window, "study.caselanes"), *open == path, "its file stays open");
        let third = if *open == path { "corrected" } else { "third" };
        assert_eq!(value(&window, "name 3"), third, "a correction of its study is kept");
        // Escape in a cell would leave the cell.
        window.get_by_label("Timeline").focus();
        window.run_ok();
        press(&mut window, Modifiers::NONE, Key::Escape);
        until_ended(&mut window);
    }
    assert_eq!(fs::read_to_string(&other).unwrap(), QUICK);
}

#[test]
fn the_run_of_a_killed_window_is_resumed_with_its_restored_study() {
    let folder = tempdir().unwrap();
    let text = fs::read_to_string(waiting(folder.path())).unwrap();
    let work_folder = format!("work-folder = {:?}", folder.path());
    let text = text.replace("work-folder = \".\"", &work_folder);
    let sessions = folder.path().join("sessions");
    fs::create_dir(&sessions).unwrap();
    let session = serde_json::json!({ "file": null, "tab": "Bars", "changed": text });
    fs::write(sessions.join("0.json"), session.to_string()).unwrap();
    let restored = || {
        let run_folders = Some(folder.path().join("runs"));
        let options = AppOptions { run_folders, sessions: Some(sessions.clone()), ..options(None) };
        let mut window = usual_window(options);
        until(&mut window, "the study is back", |window| value(window, "name 3") == "third");
        window
    };
    let mut window = restored();
    run_first_case(&mut window);
    until(&mut window, "the session names the run", |_| {
        fs::read_to_string(sessions.join("0.json")).unwrap().contains("runs")
    });
    close(window, folder.path());

    let mut window = restored();
    until(&mut window, "it is offered", |window| shows(window, "1 done, 2 left."));
    fill(&mut window, "name 3", "edited");
    fs::write(folder.path().join("go"), "").unwrap();
    click(&mut window, "Resume run");
    assert!(!shows(&window, "Save changes"), "the run is one of the study");
    until_ended(&mut window);
    assert_eq!(value(&window, "name 3"), "edited");
    assert!(ran(folder.path()).contains("edited") && !ran(folder.path()).contains("third"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(value(&window, "name 3"), "third", "its changes can still be undone");
}

#[test]
fn a_dismissed_run_is_not_offered_again() {
    let folder = tempdir().unwrap();
    let mut window = with_run_folders(Some(waiting(folder.path())), folder.path());
    run_first_case(&mut window);
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    click(&mut window, "Dismiss unfinished run");
    assert!(!shows(&window, "was interrupted"));
    let run = only_run(folder.path());
    until(&mut window, "the folder is marked", |_| run.join("left-alone").exists());
    let mut window = with_run_folders(None, folder.path());
    std::thread::sleep(Duration::from_millis(100));
    window.run_ok();
    assert!(!shows(&window, "was interrupted"));

    // It can still be opened by path, unless another process has it in use.
    let (locked, _) = RunFolder::open(&run).unwrap();
    resume_by_path(&mut window, &run);
    until(&mut window, "the message is shown", |window| {
        shows(window, "The run is in use by another CaseLanes")
    });
    assert!(!window.state().is_running());
    click(&mut window, "Cancel");
    drop(locked);
    fs::write(folder.path().join("go"), "").unwrap();
    resume_by_path(&mut window, &run);
    until_ended(&mut window);
    assert_eq!(value(&window, "name 3"), "third");
}

/// Opens the list of unfinished runs by the keyboard, once they are found.
fn list_unfinished(window: &mut Window) {
    press(window, Modifiers::COMMAND | Modifiers::SHIFT, Key::O);
    until(window, "the runs are found", |window| !shows(window, "Looking for unfinished runs"));
    window.run_ok();
}

#[test]
fn every_unfinished_run_is_listed_and_resumed_by_the_keyboard() {
    let folder = tempdir().unwrap();
    let mut window = with_run_folders(Some(waiting(folder.path())), folder.path());
    for done in 0..2 {
        press(&mut window, Modifiers::COMMAND, Key::Enter);
        until(&mut window, "the second case runs", |_| {
            let ran = fs::read_to_string(folder.path().join("ran")).unwrap_or_default();
            ran.matches("second").count() > done
        });
        press(&mut window, Modifiers::NONE, Key::Escape);
        until_ended(&mut window);
    }
    click(&mut window, "Dismiss unfinished run");
    until(&mut window, "the newest folder is marked", |_| {
        let runs = fs::read_dir(folder.path().join("runs")).unwrap().flatten();
        runs.filter(|run| run.path().join("left-alone").exists()).count() == 1
    });
    drop(window);

    let mut window = with_run_folders(None, folder.path());
    fill(&mut window, "name 1", "edited");
    list_unfinished(&mut window);
    let listed = |window: &Window| {
        let all = window.query_all_by_role(Role::Button);
        let label = |node: egui_kittest::Node<'_>| node.accesskit_node().label();
        let names: Vec<_> = all.into_iter().filter_map(label).collect();
        names.into_iter().filter(|name| name.contains("1 of 3 cases done")).collect::<Vec<_>>()
    };
    let runs = listed(&window);
    assert_eq!(runs.len(), 2, "the dismissed run is one of them: {runs:?}");
    assert!(
        runs[0].starts_with("2026-11-24 14:") && runs[0].contains("  study ") && runs[0] >= runs[1],
        "{runs:?}"
    );

    // The oldest one, after the question about the changes.
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(shows(&window, "Save changes to the new study?"));
    fs::write(folder.path().join("go"), "").unwrap();
    click(&mut window, "Don't save");
    until_ended(&mut window);
    assert_eq!(value(&window, "name 3"), "third");
    list_unfinished(&mut window);
    assert_eq!(listed(&window), runs[..1]);
    press(&mut window, Modifiers::NONE, Key::Enter);
    until(&mut window, "it has run", |_| ran(folder.path()).matches("third").count() == 2);
    until_ended(&mut window);
    list_unfinished(&mut window);
    assert!(shows(&window, "There is no unfinished run of programs."));
}

#[test]
fn a_run_in_use_elsewhere_is_listed_but_cannot_be_resumed() {
    let folder = tempdir().unwrap();
    let mut window = with_run_folders(Some(waiting(folder.path())), folder.path());
    run_first_case(&mut window);
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    let (_locked, _) = RunFolder::open(&only_run(folder.path())).unwrap();
    list_unfinished(&mut window);
    let run = window.get_by_label_contains("in use by another CaseLanes process");
    assert!(run.accesskit_node().is_disabled());
}

/// Resumes the run in this folder by its path.
fn resume_by_path(window: &mut Window, run: &Path) {
    list_unfinished(window);
    click(window, "Other folder…");
    window.get_by_label("Path").focus();
    window.run_ok();
    window.get_by_label("Path").type_text(run.to_str().unwrap());
    window.run_ok();
    click(window, "Resume");
}

#[test]
fn a_run_in_progress_is_paused_and_gets_more_workers() {
    let folder = tempdir().unwrap();
    let mut window = with_run_folders(Some(waiting(folder.path())), folder.path());
    run_first_case(&mut window);
    click(&mut window, "Pause");
    until(&mut window, "it is paused", |window| shows(window, "paused, 1 worker"));
    click(&mut window, "Add worker");
    until(&mut window, "there are two", |window| shows(window, "paused, 2 workers"));
    std::thread::sleep(Duration::from_millis(100));
    assert!(!ran(folder.path()).contains("third"));
    press(&mut window, Modifiers::COMMAND, Key::P);
    until(&mut window, "the third case is done", |window| shows(window, "2 of 3 done"));
    // One case is rerun, and the waiting one is cancelled.
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    click(&mut window, "result 3");
    click(&mut window, "Run again");
    until(&mut window, "it has run twice", |_| ran(folder.path()).matches("third").count() == 2);
    click(&mut window, "result 2");
    click(&mut window, "Cancel this case");
    until_ended(&mut window);
    assert!(shows(&window, "2 of 3 cases done"));
    assert!(shows(&window, "1 of 3 cases is not done. Resume to run the rest again."));
    press(&mut window, Modifiers::COMMAND, Key::Num6);
    for text in [
        "paused: no more cases start",
        "resumed",
        "2 workers from now on",
        "queued third to run again",
    ] {
        assert!(shows(&window, text), "{text}");
    }
}
