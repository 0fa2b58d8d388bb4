//! Recorded runs in the window.

use super::prelude::*;

fn log(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/logs").join(name)
}

/// Opens a recorded run with File → Open.
fn open_file(window: &mut Window, path: &Path) {
    press(window, Modifiers::COMMAND, Key::O);
    fill(window, "Path", path.to_str().unwrap());
    click(window, "Open");
    until(window, "the recorded run is shown", |window| {
        window.query_by_label("Close recorded run").is_some()
    });
    window.run_ok();
}

fn show_tab(window: &mut Window, tab: &str) {
    window.get_by_role_and_label(Role::Button, tab).click();
    window.run_ok();
}

#[test]
fn a_log_is_shown_in_the_tabs_and_the_study_stays() {
    let mut window = window();
    fill(&mut window, "name 1", "mine");
    let path = log("parallel-4.joblog");
    // The study has unsaved changes, which would not be lost.
    open_file(&mut window, &path);
    assert!(says(&window, "40 cases on at least 4 workers in 7.4 s"));
    assert!(says(&window, "40 cases in 7.4 s"));
    assert!(says(&window, "no CPU time was recorded"));
    assert!(window.query_by_label("Open as study").is_none(), "a log has no study");
    assert_eq!(value(&window, "name 1"), "mine");
    show_tab(&mut window, "Workers");
    until_predicted(&mut window);
    assert!(says(&window, "predicted"));
    assert!(says(&window, "this run, measured with at least 4 workers"));
    show_tab(&mut window, "Results");
    click(&mut window, "Close recorded run");
    window.run_ok();
    assert!(window.query_by_label("Close recorded run").is_none());
    assert_eq!(value(&window, "name 1"), "mine");
}

#[test]
fn a_new_study_shows_no_recorded_run() {
    let mut window = window();
    open_file(&mut window, &log("parallel-4.joblog"));
    press(&mut window, Modifiers::COMMAND, Key::N);
    assert!(window.query_by_label("Close recorded run").is_none());
    show_tab(&mut window, "Bars");
    assert!(shows(&window, "No run yet"));
}

#[test]
fn a_log_of_lengths_has_no_timeline_and_a_prediction() {
    let mut window = window();
    open_file(&mut window, &log("hyperfine.json"));
    assert!(shows(&window, "18.276") && !shows(&window, "0.000"), "no start is shown");
    assert!(says(&window, "the log does not tell when they ran"));
    show_tab(&mut window, "Timeline");
    assert!(says(&window, "so there is no timeline"));
    show_tab(&mut window, "Workers");
    until_predicted(&mut window);
}

#[test]
fn the_report_of_a_program_opens_as_a_study_if_it_holds_all_options() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("run.json");
    let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_caselanes"));
    run.args(["run", "--retries", "2", "--value", "lift=lift = (.*)", "--output"]);
    run.arg(&path).arg("--").arg(case_program()).arg("print=lift = {x}");
    assert!(run.output().unwrap().status.success());
    let with_variable = folder.path().join("variable.json");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("\"retries=2\""), "{text}");
    fs::write(&with_variable, text.replace("\"retries=2\"", "\"env=TOKEN\"")).unwrap();
    let mut window = window();
    open_file(&mut window, &with_variable);
    assert!(window.query_by_label("Open as study").is_none(), "the variable is unknown");
    click(&mut window, "Close recorded run");
    window.run_ok();
    open_file(&mut window, &path);
    click(&mut window, "Open as study");
    until(&mut window, "the study is open", |window| says(window, "Opened the study of run.json"));
    window.run_ok();
    assert!(says(&window, "case-program"));
}

#[test]
fn the_study_of_a_report_is_opened_as_the_document() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("run.json");
    let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_caselanes"));
    run.args(["run", "--clock", "virtual", "--workers", "2", "--workload", "wait", "--output"]);
    assert!(run.arg(&path).output().unwrap().status.success());
    let mut window = window();
    open_file(&mut window, &path);
    assert!(says(&window, "Your study is unchanged"));
    click(&mut window, "Open as study");
    until(&mut window, "the study is open", |window| says(window, "Opened the study of run.json"));
    window.run_ok();
    assert!(window.query_by_label("Close recorded run").is_none());
}

#[test]
fn a_log_is_compared_with_an_own_run_of_the_same_commands() {
    let place = tempdir().unwrap();
    let program = case_program().display().to_string();
    let text = format!(
        "version = 1\n[workload]\nname = 'command'\ncommand = ['{program}', 'sleep={{x}}']\n[plan]\n\
         workers = 2\n[[case]]\nx = 0.3\ny = 0\n[[case]]\nx = 0.1\ny = 0\n"
    );
    let path = study(place.path(), &text);
    let joblog = place.path().join("make.joblog");
    // The log quotes as a shell does.
    let lines = format!(
        "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n\
         2\t:\t1700000000.000\t     0.100\t0\t0\t0\t0\t'{program}' sleep=0.1\n\
         1\t:\t1700000000.100\t     0.300\t0\t0\t0\t0\t'{program}' sleep=0.3\n"
    );
    fs::write(&joblog, lines).unwrap();
    let mut window = usual_window(saving_runs(Some(&path), &place.path().join("runs")));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    open_file(&mut window, &joblog);
    show_tab(&mut window, "Compare");
    click(&mut window, "Run history (2)");
    let log = "make.joblog, GNU parallel job log";
    for name in ["study: threads × 2", log] {
        until(&mut window, "it is listed", |window| shows(window, name));
        window.get_by_role_and_label(Role::CheckBox, name).click();
        window.run_ok();
    }
    assert!(says(&window, "The same commands, 2 cases"), "{:?}", window.root());
    assert!(says(&window, "opened, not saved · GNU parallel job log, 2 cases"));
    assert!(says(&window, "≥ 1") && says(&window, "What its log does not tell"));
    assert!(!says(&window, "DIFFER") && !says(&window, "work the same"));
    click(&mut window, &format!("Remove {log}"));
    assert!(!says(&window, "The same commands"));
    assert!(says(&window, "Run history (1)"));
}

#[test]
fn the_screenshots_of_a_recorded_run_are_up_to_date() {
    let mut results = SnapshotResults::new();
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        for (size, is_small) in [([1280.0, 800.0], false), ([800.0, 500.0], true)] {
            let mut window = window_of(size, 1.0, theme, None);
            open_file(&mut window, &log("parallel-4.joblog"));
            show_tab(&mut window, if is_small { "Timeline" } else { "Workers" });
            if !is_small {
                until_predicted(&mut window);
            }
            window.remove_cursor();
            window.run_ok();
            if is_small {
                window.picture(format!("recorded_{name}"));
            } else {
                window.screenshot(format!("recorded_{name}"));
            }
            results.extend_harness(&mut window);
        }
    }
}
