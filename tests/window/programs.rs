//! Programs of the user's own.

use super::prelude::*;

const PROGRAM: &str = "version = 1\n[workload]\nname = \"command\"\n\
    command = [\"sh\", \"-c\", \"echo ran >> ran; echo $0\", \"{x}\"]\ntimeout = 60\n\
    work-folder = \".\"\nkeep-output = \"none\"\n[plan]\nworkers = 2\n\
    [[case]]\nname = \"first\"\nx = 3\ny = 1\n[[case]]\nname = \"second\"\nx = 4\ny = 2\n";

#[test]
fn a_program_is_shown_when_its_study_is_opened_and_runs_when_asked_to() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), PROGRAM));
    assert!(shows(&window, "Case 1 runs: sh -c 'echo ran >> ran; echo $0' 3"));
    let options = "From the study: timeout = 60, work-folder = \".\", keep-output = \"none\"";
    assert!(shows(&window, options));
    std::thread::sleep(Duration::from_millis(100));
    window.run_ok();
    assert!(!folder.path().join("ran").exists(), "opening it has started it");

    let output = |window: &Window| value(window, "Program");
    fill(&mut window, "Program", "sh -c 'echo $0");
    assert!(shows(&window, "a quote is missing"));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert!(shows(&window, "Program: a quote is missing") && !window.state().is_running());
    fill(&mut window, "Program", "sh -c 'echo ran >> ran; echo ${{0}}5' '{x}'");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert_eq!(output(&window), "sh -c 'echo ran >> ran; echo ${{0}}5' {x}");
    assert!(shows(&window, "2 cases in "));
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    assert!(shows(&window, "35") && shows(&window, "45"));
    assert_eq!(fs::read_to_string(folder.path().join("ran")).unwrap(), "ran\nran\n");
}

#[test]
fn programs_look_as_before() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), PROGRAM);
    let mut results = SnapshotResults::new();
    for (name, theme, size) in
        [("light", Theme::Light, [1280.0, 800.0]), ("small_dark", Theme::Dark, [800.0, 500.0])]
    {
        let mut window = window_of(size, 1.0, theme, Some(path.clone()));
        until(&mut window, "the study is read", |window| shows(window, "Case 1 runs"));
        window.snapshot(format!("program_{name}"));
        results.extend_harness(&mut window);
    }
}
