//! The user's own programs.

use caselanes::engine::RunFolder;
use caselanes::study::read_study;
use caselanes::workload::workload_for;

use super::prelude::*;

/// A study whose program adds a line to a file `ran` beside it.
const PROGRAM: &str = "version = 1\n[workload]\nname = \"command\"\n\
    command = ['case-program', 'append=ran=ran', 'print={x}']\ntimeout = 60\n\
    work-folder = \".\"\nkeep-output = \"none\"\n[plan]\nworkers = 2\n\
    [[case]]\nname = \"first\"\nx = 3\ny = 1\n[[case]]\nname = \"second\"\nx = 4\ny = 2\n";

/// The study of the run in [`events`].
const SOLVER: &str = "version = 1\n[workload]\nname = \"command\"\n\
    command = [\"solver\", \"--mesh\", \"{mesh}\", \"--speed\", \"{x}\"]\nrefused-exit = 3\n\
    [plan]\nworkers = 3\nlicences = 3\nretries = 1\n\
    [[case]]\nname = \"idle\"\nx = 10\ny = 1\nmesh = \"coarse\"\n\
    [[case]]\nname = \"cruise\"\nx = 20\ny = 1\nmesh = \"coarse\"\n\
    [[case]]\nname = \"sprint\"\nx = 30\ny = 1\nmesh = \"fine\"\n\
    [[case]]\nname = \"climb\"\nx = 40\ny = 1\nmesh = \"fine\"\n\
    [[case]]\nname = \"glide\"\nx = 50\ny = 1\nmesh = \"fine\"\n";

/// Writes a study that runs `case-program`.
fn program_study(folder: &Path, text: &str) -> PathBuf {
    study(folder, &with_case_program(text))
}

fn type_program(window: &mut Window, line: &str) {
    fill(window, "Program", &with_case_program(line));
}

fn frozen(study: &Study) -> Arc<FrozenStudy> {
    let study = study.clone();
    let workload = workload_for(&study);
    let environment = Environment { logical_cpus: 2, seed: 1, last_s: None };
    let (cases, name) = (study.cases, study.workload);
    Arc::new(freeze(cases, name, workload.as_ref(), &study.plan, environment).unwrap().0)
}

#[test]
fn a_program_is_shown_when_its_study_opens_and_runs_only_on_request() {
    let folder = tempdir().unwrap();
    let mut window = opened(&program_study(folder.path(), PROGRAM));
    assert!(shows(&window, "Case 1 runs: ") && shows(&window, "print=3"));
    let options = "timeout = 60, work-folder = \".\", keep-output = \"none\"";
    assert!(shows(&window, options));
    std::thread::sleep(Duration::from_millis(100));
    window.run_ok();
    assert!(!folder.path().join("ran").exists(), "opening the study has started the program");

    let output = |window: &Window| value(window, "Program");
    fill(&mut window, "Program", "solve \"{x}");
    assert!(shows(&window, "a quote is missing"));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert!(shows(&window, "Program: a quote is missing") && !window.state().is_running());
    type_program(&mut window, "\"case-program\" \"id\" append=ran={{}} print={x}5");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(output(&window).contains(" id "), "without needless quotes");
    assert!(shows(&window, "2 cases in "));
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    assert!(shows(&window, "35") && shows(&window, "45"));
    assert_eq!(fs::read_to_string(folder.path().join("ran")).unwrap(), "{}\n{}\n");
}

#[test]
fn a_sample_gives_an_ended_run_of_programs_its_series_total() {
    let place = tempdir().unwrap();
    let path = program_study(place.path(), &PROGRAM.replace("'append", "'sleep=0.02', 'append"));
    let saved = place.path().join("runs");
    let mut window = usual_window(saving_runs(Some(&path), &saved));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "runs 2 cases again, about "), "the cost");
    assert!(!shows(&window, "total (series)") && !shows(&window, "faster"));
    let total = |window: &Window| {
        let chart = window.get_by_label_contains("total (parallel)");
        chart.accesskit_node().label().unwrap().split("; ").nth(1).unwrap().to_owned()
    };
    let parallel = total(&window);
    click(&mut window, "Measure a sample");
    until_ended(&mut window);
    assert!(says(&window, "total (series)") && says(&window, ", sampled"));
    assert!(shows(&window, "in series (sampled)"));
    assert_eq!(total(&window), parallel, "nothing counts as part of the run");
    assert!(!shows(&window, "Measure a sample"), "the total is known");
    let ran = || fs::read_to_string(place.path().join("ran")).unwrap();
    assert_eq!(ran(), "ran\n".repeat(4));
    // It is the same run in the history.
    let mut window = show_saved_runs(window);
    until(&mut window, "it is saved", |window| shows(window, "1 saved run"));
}

#[test]
fn a_cancelled_sample_leaves_the_run_as_it_was() {
    let place = tempdir().unwrap();
    let mut window = opened(&study(place.path(), &awaiting_after(2)));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "2 cases in "));
    click(&mut window, "Measure a sample");
    until(&mut window, "the sample runs", |window| window.state().is_running());
    std::thread::sleep(Duration::from_millis(200));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(shows(&window, "2 cases in ") && shows(&window, "Measure a sample"));
    assert!(!says(&window, "total (series)"));
}

#[test]
fn an_invalid_program_is_reported_when_its_study_opens() {
    let folder = tempdir().unwrap();
    let wrong = PROGRAM.replace("{x}", "{mesh}");
    let window = opened(&program_study(folder.path(), &wrong));
    assert!(shows(&window, "unknown field {mesh}; expected one of name, x, y, index, case, run"));
    assert!(!shows(&window, "Case 1 runs"));
}

#[test]
fn a_trial_runs_one_case_only() {
    let folder = tempdir().unwrap();
    let mut window = opened(&program_study(folder.path(), PROGRAM));
    type_program(&mut window, "\"case-program\" append=ran=ran \"print=so {x}\" warn=but");
    click(&mut window, "row 2");
    click(&mut window, "Try one case");
    assert!(shows(&window, "Try second"));
    until(&mut window, "it is done", |window| shows(window, "Done in "));
    assert!(shows(&window, "value 4"));
    assert!(shows(&window, "print=so 4"));
    until(&mut window, "its output", |window| window.query_by_label("so 4").is_some());
    window.get_by_label_contains("Errors, ").click();
    until(&mut window, "its errors", |window| window.query_by_label("but").is_some());
    click(&mut window, "Close");
    assert!(!shows(&window, "Try second") && !window.state().is_running());
    assert_eq!(fs::read_to_string(folder.path().join("ran")).unwrap(), "ran\n");
    assert!(shows(&window, "No run yet"));
}

#[test]
fn a_trial_can_be_cancelled_and_reports_a_program_that_cannot_start() {
    let folder = tempdir().unwrap();
    let mut window = opened(&program_study(folder.path(), PROGRAM));
    type_program(&mut window, "\"case-program\" sleep=600");
    press(&mut window, Modifiers::COMMAND, Key::T);
    until(&mut window, "the trial runs", |window| shows(window, "Running…"));
    let place = |window: &Window| window.get_by_label("Cancel trial").rect();
    let at_first = place(&window);
    until(&mut window, "its output", |window| shows(window, "Output, "));
    assert_eq!(place(&window), at_first, "the button has moved");
    click(&mut window, "Cancel trial");
    until(&mut window, "the trial is cancelled", |window| shows(window, "Cancelled after"));
    click(&mut window, "Close");
    fill(&mut window, "Program", "no-such-program-anywhere");
    press(&mut window, Modifiers::COMMAND, Key::T);
    until(&mut window, "the message is shown", |window| shows(window, "Failed after"));
    assert!(shows(&window, "no-such-program-anywhere"));
}

#[test]
fn the_status_line_names_what_a_blocked_run_waits_for() {
    let folder = tempdir().unwrap();
    let mut system = sysinfo::System::new().unwrap();
    system.refresh_memory();
    // The whole memory is never free.
    let floor = format!("workers = 2\nmemory-floor = {}\n", system.total_memory());
    let floor = PROGRAM.replace("workers = 2\n", &floor);
    let mut window = opened(&program_study(folder.path(), &floor));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    let text = "0 of 2 done, 2 waiting for free memory";
    until(&mut window, "the message is shown", |window| shows(window, text));
    // Not the amount of the machine that all tests see.
    until(&mut window, "the free memory is read", |window| !shows(window, "23.0 GB free"));
    let needed = system.total_memory() as f64 / 1e9;
    assert!(shows(&window, &format!(" free, {needed:.1} GB needed)")));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(!shows(&window, "waiting for free memory"));
}

#[test]
fn the_output_of_the_selected_case_is_shown_while_it_is_written() {
    let folder = tempdir().unwrap();
    let mut window = opened(&program_study(folder.path(), PROGRAM));
    let line = "\"case-program\" print=begun await=go print=over print={x}";
    type_program(&mut window, line);
    click(&mut window, "Limits and output");
    let keep = |window: &mut Window, name: &str| {
        window.get_by_role_and_label(Role::ComboBox, "Keep output").scroll_to_me();
        window.run_ok();
        window.get_by_role_and_label(Role::ComboBox, "Keep output").click();
        window.run_ok();
        let entries = window.query_all_by_role(Role::Button);
        let label = |entry: &egui_kittest::Node<'_>| entry.accesskit_node().label();
        let starts = |label: Option<String>| label.is_some_and(|label| label.starts_with(name));
        entries.into_iter().find(|entry| starts(label(entry))).unwrap().click();
        window.run_ok();
    };
    keep(&mut window, "all: ");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    assert!(shows(&window, "Select a case to see its output"));
    click(&mut window, "result 1");
    until(&mut window, "the beginning", |window| window.query_by_label("begun").is_some());
    assert!(window.state().is_running() && window.query_by_label("over").is_none());
    fs::write(folder.path().join("go"), "").unwrap();
    until(&mut window, "the rest", |window| window.query_by_label("over").is_some());
    until_ended(&mut window);
}

#[test]
fn the_export_dialog_stays_open_until_there_is_a_path() {
    let mut window = window();
    fill(&mut window, "Time scale", "0.001");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::E);
    assert_eq!(value(&window, "Path"), "");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(shows(&window, "Export results"));
    let folder = tempdir().unwrap();
    fill(&mut window, "Path", &folder.path().join("mine").display().to_string());
    press(&mut window, Modifiers::NONE, Key::Enter);
    until(&mut window, "the message is shown", |window| shows(window, "The results are in "));
    assert!(folder.path().join("mine.csv").exists());
}

#[test]
fn results_are_exported_during_a_run() {
    let folder = tempdir().unwrap();
    let mut window = opened(&program_study(folder.path(), PROGRAM));
    type_program(&mut window, "\"case-program\" print={x} unless=3={x} sleep=600");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "one case is done", |window| shows(window, "1 of 2 done"));
    press(&mut window, Modifiers::COMMAND, Key::E);
    assert!(value(&window, "Path").ends_with("study-results.csv"));
    click(&mut window, "Export");
    until(&mut window, "the message is shown", |window| shows(window, "The results are in "));
    let text = fs::read_to_string(folder.path().join("study-results.csv")).unwrap();
    assert!(text.contains("first,3,1,3,done") && text.contains("second,4,2,,in-work"), "{text}");
    // The first Escape leaves the field that has the focus again.
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
}

#[test]
fn a_run_focuses_an_invalid_limit() {
    let folder = tempdir().unwrap();
    let mut window = opened(&program_study(folder.path(), PROGRAM));
    click(&mut window, "Limits and output");
    assert_eq!(value(&window, "Time limit [s]"), "60");
    fill(&mut window, "Licences", "none");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert!(!window.state().is_running());
    assert!(shows(&window, "Licences: expected a whole number from 1"));
    assert!(window.get_by_label("Licences").accesskit_node().is_focused());
    fill(&mut window, "Licences", "1");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "2 cases in "));
}

/// Returns the first two seconds of a run of the solver: `cruise` gets no licence at
/// first, and `sprint` fails once.
fn events() -> Vec<RunEvent> {
    let ms = |ms: u64| ms * 1_000_000;
    let ticket =
        |case, lane, attempt, dispatch_index| Ticket { case, lane, attempt, dispatch_index };
    let start = |ticket, at: u64| RunEvent::Started { ticket, asked_ns: ms(at), at_ns: ms(at) };
    let end = |ticket, from: u64, to: u64, outcome, again| {
        RunEvent::Finished(CaseEnd {
            ticket,
            start_ns: ms(from),
            end_ns: ms(to),
            waited_ns: None,
            cpu_ns: Some(ms(to - from) / 2),
            memory_bytes: Some(48_000_000 + 1_000_000 * from),
            outcome,
            will_retry: again,
        })
    };
    let (idle, cruise, sprint) = (ticket(0, 0, 1, 0), ticket(1, 1, 1, 1), ticket(2, 2, 1, 2));
    let why = "exit status 1".to_owned();
    let (climb, again, glide) = (ticket(3, 2, 1, 3), ticket(1, 0, 2, 4), ticket(4, 0, 1, 5));
    vec![
        RunEvent::FolderCreated { path: PathBuf::from("tests/output"), session: 0 },
        RunEvent::WorkerReady { at_ns: ms(4) },
        RunEvent::WorkerReady { at_ns: ms(5) },
        RunEvent::WorkerReady { at_ns: ms(6) },
        start(idle, 10),
        start(cruise, 10),
        start(sprint, 10),
        end(cruise, 12, 160, CaseOutcome::Refused, true),
        RunEvent::Licences { at_ns: ms(160), available: 2 },
        end(sprint, 12, 700, CaseOutcome::Failed(why), true),
        start(climb, 702),
        RunEvent::Waited(WaitSpan {
            reason: WaitReason::Licence,
            from_ns: ms(160),
            until_ns: ms(702),
        }),
        end(idle, 12, 900, CaseOutcome::done(Some(0.4125)), false),
        start(again, 902),
        end(again, 903, 1300, CaseOutcome::done(Some(0.39)), false),
        RunEvent::Licences { at_ns: ms(1300), available: 3 },
        start(glide, 1302),
    ]
}

/// Returns a window with the solver's study and its run.
fn solver(size: [f32; 2], theme: Theme) -> Window {
    let folder = lasting_folder();
    let path = study(&folder, SOLVER);
    let solver = read_study(&path).unwrap().study;
    let mut window = window_of(size, 1.0, theme, Some(path));
    until(&mut window, "the study is read", |window| shows(window, "Case 1 runs"));
    window.state_mut().show_run(frozen(&solver), events(), 2_000_000_000);
    window.run_ok();
    window
}

const LOOKS: [(&str, Theme, [f32; 2]); 3] = [
    ("light", Theme::Light, [1280.0, 800.0]),
    ("dark", Theme::Dark, [1280.0, 800.0]),
    ("small_dark", Theme::Dark, [800.0, 500.0]),
];

#[test]
fn the_state_of_all_lanes_is_not_named_if_workers_join_or_leave() {
    let folder = tempdir().unwrap();
    let path = study(folder.path(), SOLVER);
    let solver = read_study(&path).unwrap().study;
    let words = |changes: [RunEvent; 2]| {
        let mut window = opened(&path);
        let events = changes.into_iter().chain(events()).collect();
        window.state_mut().show_run(frozen(&solver), events, 2_000_000_000);
        press(&mut window, Modifiers::COMMAND, Key::Num2);
        ["all lanes were busy", "at least one lane was busy", "no worker"]
            .map(|words| shows(&window, words))
    };
    let [from_ns, at_ns] = [100_000_000, 110_000_000];
    let nothing = [RunEvent::Paused { at_ns }, RunEvent::Resumed { at_ns }];
    assert_eq!(words(nothing), [true, false, false]);
    let came = RunEvent::WorkerAdded { requested_ns: from_ns, at_ns };
    let left = RunEvent::WorkerRetired { at_ns: 1_000_000_000 };
    assert_eq!(words([came, left]), [false, true, true]);
}

#[test]
fn the_program_form_looks_as_before() {
    let folder = tempdir().unwrap();
    let shell = "'sh', '-c', 'echo ran >> ran; echo $0', '{x}'";
    let text = PROGRAM.replace("'case-program', 'append=ran=ran', 'print={x}'", shell);
    let path = study(folder.path(), &text);
    let mut results = SnapshotResults::new();
    for (name, theme, size) in LOOKS {
        let mut window = window_of(size, 1.0, theme, Some(path.clone()));
        until(&mut window, "the study is read", |window| shows(window, "Case 1 runs"));
        window.picture(format!("program_{name}"));
        window.get_by_label("Limits and output").scroll_to_me();
        window.run_ok();
        click(&mut window, "Limits and output");
        fill(&mut window, "Retries", "many");
        window.get_by_label("Stop after").focus();
        window.get_by_label("Stop after").scroll_to_me();
        window.run_ok();
        window.remove_cursor();
        window.run_ok();
        window.picture(format!("program_limits_{name}"));
        results.extend_harness(&mut window);
    }
}

#[test]
fn a_run_of_programs_looks_as_before() {
    let mut results = SnapshotResults::new();
    for (name, theme, size) in LOOKS {
        let mut window = solver(size, theme);
        press(&mut window, Modifiers::COMMAND, Key::Num2);
        window.remove_cursor();
        window.run_ok();
        window.picture(format!("program_timeline_{name}"));
        press(&mut window, Modifiers::COMMAND, Key::Num5);
        click(&mut window, "row 1");
        until(&mut window, "its output", |window| shows(window, "drag = 0.4125"));
        window.remove_cursor();
        window.run_ok();
        if size[0] > 1000.0 {
            window.screenshot(format!("program_{name}"));
        } else {
            window.picture(format!("program_output_{name}"));
        }
        click(&mut window, "row 3");
        until(&mut window, "its errors", |window| shows(window, "negative volume"));
        window.remove_cursor();
        window.run_ok();
        window.picture(format!("program_errors_{name}"));
        press(&mut window, Modifiers::COMMAND, Key::Num6);
        window.picture(format!("program_log_{name}"));
        results.extend_harness(&mut window);
    }
}

#[test]
fn an_unfinished_run_looks_as_before() {
    let folder = tempdir().unwrap();
    let solver = read_study(&study(folder.path(), SOLVER)).unwrap().study;
    let mut run = RunFolder::create(&folder.path().join("2026-11-24_14-03-07")).unwrap();
    run.begin(&solver, &frozen(&solver)).unwrap();
    drop(run);
    let mut results = SnapshotResults::new();
    for (name, theme, size) in LOOKS {
        let run_folders = Some(folder.path().to_owned());
        let mut window = window_with(size, 1.0, theme, AppOptions { run_folders, ..options(None) });
        until(&mut window, "the run is offered", |window| shows(window, "was interrupted"));
        window.picture(format!("unfinished_{name}"));
        results.extend_harness(&mut window);
    }
}
