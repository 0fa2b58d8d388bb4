//! The window, used as a user uses it: by accessible names, without a display.

#![expect(clippy::unwrap_used, reason = "a test ends where something goes wrong")]

use std::cell::Cell;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use caselanes::engine::WorkerProgram;
use caselanes::experiment::{ExampleName, Session};
use caselanes::report::{self, RunReport};
use caselanes::run::{CaseEnd, CaseOutcome, RunEvent, RunState, replay};
use caselanes::schedule::{Ticket, Waited, Why, ns_from_s};
use caselanes::study::{
    CaseTable, ClockChoice, Frozen, Plan, Strategy, Study, WorkloadName, parse_setup,
};
use caselanes::window::{App, Machine, Moment};
use caselanes::workload::{Given, find, freeze};
use egui::{Event, Key, Modifiers, Role, Theme, accesskit::Toggled};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, SnapshotOptions, SnapshotResults};
use strum::VariantArray as _;
use tempfile::tempdir;

/// A machine that is the same on every machine.
const MACHINE: Machine = Machine {
    report: report::Machine { logical_cpus: 2, os: "linux" },
    free_memory: Some(23_000_000_000),
};

type Window = Harness<'static, App>;

/// The one way in which tests make a window.
fn window_of(size: [f32; 2], scale: f32, theme: Theme, study: Option<PathBuf>) -> Window {
    let mut window = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(scale)
        .with_theme(theme)
        .with_max_steps(20)
        .wgpu()
        .build_eframe(move |cc| App::with_machine(cc, study.clone(), MACHINE));
    // Worker processes are the program itself, and the tests are another one.
    let program = PathBuf::from(env!("CARGO_BIN_EXE_caselanes"));
    window.state_mut().use_worker_program(WorkerProgram::At(program));
    window.run();
    window
}

fn window() -> Window {
    window_of([1280.0, 800.0], 1.0, Theme::Light, None)
}

fn opened(study: &Path) -> Window {
    let mut window = window_of([1280.0, 800.0], 1.0, Theme::Light, Some(study.to_owned()));
    let name = study.file_name().unwrap().to_str().unwrap().to_owned();
    until(&mut window, "the study is read", move |window| shows(window, &name));
    window
}

/// Steps until it holds, at most for a minute.
fn until(window: &mut Window, what: &str, holds: impl Fn(&Window) -> bool) {
    let start = Instant::now();
    while !holds(window) {
        assert!(start.elapsed() < Duration::from_mins(1), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
    window.step();
}

fn until_ended(window: &mut Window) {
    until(window, "the run ends", |window| !window.state().is_running());
    until_predicted(window);
}

fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.key_press_modifiers(modifiers, key);
    window.run_ok();
}

fn click(window: &mut Window, label: &str) {
    window.get_by_label(label).click();
    window.run_ok();
}

/// Puts a text in place of what a cell holds.
fn fill(window: &mut Window, cell: &str, text: &str) {
    window.get_by_label(cell).focus();
    window.run_ok();
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.get_by_label(cell).type_text(text);
    window.run_ok();
}

fn value(window: &Window, cell: &str) -> String {
    window.get_by_label(cell).accesskit_node().value().unwrap_or_default()
}

fn shows(window: &Window, text: &str) -> bool {
    window.query_all_by_label_contains(text).next().is_some()
}

fn rows(window: &Window) -> usize {
    (1..1000).take_while(|row| window.query_by_label(&format!("name {row}")).is_some()).count()
}

fn study(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("study.caselanes");
    fs::write(&path, text).unwrap();
    path
}

const QUICK: &str = "version = 1\n[workload]\nname = \"wait\"\n[plan]\nworkers = 3\n\
    [[case]]\nname = \"short\"\nx = 0.05\ny = 1\n[[case]]\nname = \"long\"\nx = 0.2\ny = 2\n";

#[test]
fn a_new_user_adds_a_case_runs_and_sees_the_totals() {
    let mut window = window();
    assert_eq!(rows(&window), 3);
    click(&mut window, "+ Add case");
    assert_eq!(rows(&window), 4);
    assert_eq!(value(&window, "name 4"), "Case 4");
    fill(&mut window, "name 4", "mine");
    fill(&mut window, "x 4", "2.5");
    // Nobody waits for the demo's seconds.
    click(&mut window, "virtual");
    window.get_by_label_contains("Run 4 cases").click();
    window.run_ok();
    until_ended(&mut window);
    assert!(shows(&window, "4 cases would take"), "the answer");
    assert!(shows(&window, "total (parallel)") && shows(&window, "total (series)"));
    // Nothing was run, and nothing looks as if it had been.
    assert!(shows(&window, "Computed") && shows(&window, "4 of 4 computed"));
    assert!(!shows(&window, "✓") && !shows(&window, "done"));
    click(&mut window, "Results");
    assert!(shows(&window, "mine"));
    click(&mut window, "Log");
    assert!(shows(&window, "started mine"));
    assert!(shows(&window, "computed Case 1") && !shows(&window, "completed"));
}

#[test]
fn a_study_runs_for_real_and_its_rows_show_their_times() {
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
    // The answer is of three workers, and says so once the form has four.
    click(&mut window, "One worker more");
    assert!(shows(&window, "the study has changed since"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert!(!shows(&window, "the study has changed since"));
}

#[test]
fn a_run_is_cancelled_and_says_what_was_done() {
    let folder = tempdir().unwrap();
    let text = QUICK.replace("x = 0.2", "x = 600");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the short case is done", |window| shows(window, "1 of 2 done"));
    // The form stays usable, and a second Run does nothing.
    click(&mut window, "+ Add case");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(shows(&window, "1 of 2 cases done"));
    assert_eq!(rows(&window), 3);
}

#[test]
fn the_time_left_is_told_while_a_run_goes_on() {
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
fn an_invalid_cell_keeps_what_was_typed_and_run_leads_to_it() {
    let mut window = window();
    fill(&mut window, "y 2", "1x");
    assert!(shows(&window, "y: no number"));
    window.get_by_label("name 1").focus();
    window.run_ok();
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert!(!window.state().is_running());
    assert_eq!(value(&window, "y 2"), "1x");
    assert!(window.get_by_label("y 2").accesskit_node().is_focused());
    assert!(shows(&window, "Row 2: expected a number for y, found \"1x\""));
}

#[test]
fn the_keyboard_walks_through_the_cells_and_adds_a_row_at_the_end() {
    let mut window = window();
    window.get_by_label("name 3").focus();
    window.run_ok();
    let focused =
        |window: &Window, cell: &str| window.get_by_label(cell).accesskit_node().is_focused();
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert!(focused(&window, "x 3"));
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    assert!(focused(&window, "name 3"));
    press(&mut window, Modifiers::NONE, Key::ArrowUp);
    assert!(focused(&window, "name 2"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(focused(&window, "name 3"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(rows(&window), 4);
    assert!(focused(&window, "name 4"));
}

#[test]
fn what_is_typed_behind_tab_goes_to_the_next_cell_even_in_one_frame() {
    let mut window = window();
    window.get_by_label("name 3").focus();
    window.run_ok();
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.event(Event::Text("a".to_owned()));
    window.key_press(Key::Tab);
    window.event(Event::Text("7".to_owned()));
    window.key_press(Key::Tab);
    window.event(Event::Text("8".to_owned()));
    window.key_press(Key::Enter);
    window.event(Event::Text("b".to_owned()));
    window.run_ok();
    let shown = ["name 3", "x 3", "y 3", "name 4"].map(|cell| value(&window, cell));
    assert_eq!(shown, ["a", "7", "8", "b"]);
}

#[test]
fn everything_can_be_taken_back_and_made_again() {
    let mut window = window();
    fill(&mut window, "name 1", "first");
    click(&mut window, "row 2");
    press(&mut window, Modifiers::COMMAND, Key::D);
    assert_eq!(rows(&window), 4);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(rows(&window), 3);
    for left in [4, 3] {
        press(&mut window, Modifiers::COMMAND, Key::Z);
        assert_eq!(rows(&window), left);
    }
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(value(&window, "name 1"), "Case 1");
    for _ in 0..3 {
        press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    }
    assert_eq!((rows(&window), value(&window, "name 1").as_str()), (3, "first"));
}

#[test]
fn selected_rows_are_marked_and_moved() {
    let mut window = window();
    click(&mut window, "row 3");
    assert_eq!(window.get_by_label("row 3").accesskit_node().toggled(), Some(Toggled::True));
    press(&mut window, Modifiers::ALT, Key::ArrowUp);
    assert_eq!(value(&window, "name 2"), "Case 3");
    press(&mut window, Modifiers::ALT, Key::ArrowDown);
    assert_eq!(value(&window, "name 3"), "Case 3");
}

#[test]
fn rows_of_a_spreadsheet_are_pasted_even_into_a_cell() {
    let mut window = window();
    window.get_by_label("name 1").focus();
    window.run_ok();
    window.event(Event::Paste("pasted\t1,5\t2\nworse\tq\t3\n".to_owned()));
    window.run_ok();
    assert_eq!(rows(&window), 5);
    // Behind the row with the keyboard.
    assert_eq!(value(&window, "name 2"), "pasted");
    assert_eq!((value(&window, "x 2"), value(&window, "x 3")), ("1.5".into(), "q".into()));
    assert_eq!(value(&window, "name 1"), "Case 1");
    window.event(Event::Paste("word".to_owned()));
    window.run_ok();
    assert_eq!(rows(&window), 5);
}

#[test]
fn a_study_is_saved_and_opened_again() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("mine");
    let mut window = window();
    fill(&mut window, "name 1", "kept");
    press(&mut window, Modifiers::COMMAND, Key::S);
    window.get_by_label("Path").type_text(path.to_str().unwrap());
    window.run_ok();
    click(&mut window, "Save");
    let saved = folder.path().join("mine.caselanes");
    until(&mut window, "the file is written", |window| shows(window, "Saved to"));
    assert!(fs::read_to_string(&saved).unwrap().contains("kept"));

    let window = opened(&saved);
    assert_eq!(value(&window, "name 1"), "kept");
}

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

#[test]
fn a_file_that_cannot_be_read_is_said_and_nothing_is_lost() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::O);
    window.get_by_label("Path").type_text("/nowhere/x.caselanes");
    window.run_ok();
    click(&mut window, "Open");
    until(&mut window, "the error is shown", |window| shows(window, "/nowhere/x.caselanes"));
    assert_eq!(rows(&window), 3);
}

#[test]
fn the_shortcuts_are_listed_and_sent_away() {
    let mut window = window();
    press(&mut window, Modifiers::NONE, Key::F1);
    assert!(shows(&window, "Keyboard shortcuts"));
    assert!(shows(&window, "Run all cases"));
    click(&mut window, "Close");
    assert!(!shows(&window, "Run all cases"));
}

#[test]
fn results_are_sorted_by_a_click_on_their_heading() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    let height = |window: &Window, name: &str| {
        let all = window.query_all_by_label(name);
        all.map(|node| node.rect()).find(|rect| rect.left() > 400.0).unwrap().top()
    };
    assert!(height(&window, "short") < height(&window, "long"));
    window.get_by_label("Value").click();
    window.run_ok();
    window.get_by_label_contains("Value").click();
    window.run_ok();
    assert!(height(&window, "long") < height(&window, "short"));

    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::C);
    until(&mut window, "the results are copied", |window| shows(window, "in the clipboard"));
}

/// A run on the virtual clock is the same every time.
fn played(size: [f32; 2], scale: f32, theme: Theme) -> Window {
    let folder = tempdir().unwrap();
    let text = "version = 1\n[workload]\nname = \"demo\"\n[plan]\nclock = \"virtual\"\nseed = 42\n";
    let path = study(folder.path(), text);
    let mut window = window_of(size, scale, theme, Some(path));
    until(&mut window, "the study is read", |window| value(window, "Seed") == "42");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    window.run_ok();
    window.remove_cursor();
    window.run_ok();
    window
}

/// The pictures of the README: run with `UPDATE_SNAPSHOTS=1` to make them anew.
#[test]
fn the_screenshots_are_of_this_window() {
    let mut results = SnapshotResults::new();
    let options =
        SnapshotOptions::new().output_path("screenshots").threshold(1.0).max_failed_pixels(60);
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut window = played([1280.0, 800.0], 1.0, theme);
        window.snapshot_options(format!("bars_{name}"), &options);
        for (key, tab) in [(Key::Num5, "results"), (Key::Num6, "log")] {
            press(&mut window, Modifiers::COMMAND, key);
            window.snapshot_options(format!("{tab}_{name}"), &options);
        }
        results.extend_harness(&mut window);
    }
}

#[test]
fn the_window_looks_as_it_did() {
    let mut results = SnapshotResults::new();
    for (name, size, scale, theme) in [
        ("light_2x", [1280.0, 800.0], 2.0, Theme::Light),
        ("small", [800.0, 500.0], 1.0, Theme::Dark),
    ] {
        let mut window = played(size, scale, theme);
        window.snapshot(format!("bars_{name}"));
        for (key, tab) in [(Key::Num5, "results"), (Key::Num6, "log")] {
            if scale == 1.0 {
                press(&mut window, Modifiers::COMMAND, key);
                window.snapshot(format!("{tab}_{name}"));
            }
        }
        results.extend_harness(&mut window);
    }
}

#[test]
fn an_empty_window_says_what_to_do() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(rows(&window), 0);
    assert!(shows(&window, "No cases to run"));
    for key in [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6] {
        press(&mut window, Modifiers::COMMAND, key);
        assert!(shows(&window, "Add a case in the form"));
    }
}

fn open_strategies(window: &mut Window) {
    window.get_by_role_and_label(Role::ComboBox, "Strategy").scroll_to_me();
    window.run_ok();
    window.get_by_role_and_label(Role::ComboBox, "Strategy").click();
    window.run_ok();
}

/// Opens the list of strategies and takes this one.
fn choose_strategy(window: &mut Window, start: &str) {
    open_strategies(window);
    let entries = window.query_all_by_role(Role::Button);
    let said = |entry: &egui_kittest::Node<'_>| entry.accesskit_node().label().unwrap_or_default();
    entries.into_iter().find(|entry| said(entry).starts_with(start)).unwrap().click();
    window.run_ok();
}

#[test]
fn every_strategy_can_be_chosen_and_says_how_many_workers_it_has() {
    let mut window = window();
    click(&mut window, "+ Add case");
    for (start, workers) in [
        ("series:", "1: the cases run one after another"),
        ("all-at-once:", "4: one for each case"),
        ("shares:", "2 logical CPUs here"),
        ("batches:", "as many as workers"),
        ("global-lock:", "2 logical CPUs here"),
        ("processes:", "2 logical CPUs here"),
        ("threads:", "2 logical CPUs here"),
    ] {
        choose_strategy(&mut window, start);
        assert!(shows(&window, workers), "{start}");
        let name = start.trim_end_matches(':');
        assert!(shows(&window, &format!("lanes of {name}")));
        assert_eq!(window.query_by_label("Batch").is_some(), name == "batches");
        // All controls are still in view, and the last can be pressed.
        let last = window.get_by_label("virtual").rect();
        assert!(last.bottom() < window.get_by_label_contains("Run 4 cases").rect().top());
    }
}

#[test]
fn batches_have_a_size_of_their_own() {
    let mut window = window();
    choose_strategy(&mut window, "batches:");
    click(&mut window, "virtual");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "3 cases would take"));
    click(&mut window, "Batches of one case fewer");
    assert!(shows(&window, "the study has changed since"));
    click(&mut window, "as workers");
    assert!(!shows(&window, "the study has changed since"));
    assert!(shows(&window, "as many as workers"));
}

#[test]
fn an_order_by_length_uses_the_last_run_and_says_so() {
    let folder = tempdir().unwrap();
    let text =
        QUICK.replace("\"wait\"", "\"power\"").replace("[plan]", "[plan]\norder = \"longest\"");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "the lengths of the cases are not known"));
    assert!(!shows(&window, "from the last run"));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "(longest first, from the last run)"));
    assert!(!shows(&window, "not known: they run as listed"));
}

/// The list of strategies, each with a picture of its lanes.
#[test]
fn the_list_of_strategies_looks_as_it_did() {
    let mut results = SnapshotResults::new();
    for (name, size, theme) in [
        ("light", [1280.0, 800.0], Theme::Light),
        ("dark", [1280.0, 800.0], Theme::Dark),
        ("small", [800.0, 500.0], Theme::Light),
    ] {
        let mut window = window_of(size, 1.0, theme, None);
        choose_strategy(&mut window, "batches:");
        open_strategies(&mut window);
        window.remove_cursor();
        window.run_ok();
        window.snapshot(format!("strategies_{name}"));
        results.extend_harness(&mut window);
    }
}

/// A file as the system hands it over.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn a_dropped_file_opens() {
    let folder = tempdir().unwrap();
    let table = folder.path().join("cases.csv");
    fs::write(&table, "name,x,y\ndropped,1,2\n").unwrap();
    let mut window = window();
    window.input_mut().dropped_files.push(Arc::new(Dropped(table)));
    window.step();
    until(&mut window, "the table is read", |window| value(window, "name 1") == "dropped");
    assert_eq!(rows(&window), 1);
}

#[test]
fn the_theme_is_chosen_in_the_menu() {
    let mut window = window();
    let light = window.ctx.theme();
    click(&mut window, "View");
    click(&mut window, "Dark theme");
    assert_eq!((light, window.ctx.theme()), (Theme::Light, Theme::Dark));
}

#[test]
fn another_study_is_not_opened_over_unsaved_changes_without_asking() {
    let mut window = window();
    fill(&mut window, "name 1", "dear to me");
    press(&mut window, Modifiers::COMMAND, Key::N);
    assert!(shows(&window, "The study has changed"));
    click(&mut window, "Go back");
    assert_eq!(value(&window, "name 1"), "dear to me");
    press(&mut window, Modifiers::COMMAND, Key::N);
    click(&mut window, "Go on without saving");
    assert_eq!(value(&window, "name 1"), "Case 1");
}

#[test]
fn measuring_the_series_total_leaves_the_parallel_one_alone() {
    let folder = tempdir().unwrap();
    let text = QUICK.replace("workers = 3", "workers = 3\nseries = \"measure\"");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the series pass", |window| shows(window, "now in series"));
    let told = |window: &Window| {
        let chart = window.get_by_label_contains("total (parallel)");
        chart.accesskit_node().label().unwrap()
    };
    let first = told(&window);
    std::thread::sleep(Duration::from_millis(60));
    window.step();
    assert_eq!(first.split("; ").nth(1), told(&window).split("; ").nth(1));
    until_ended(&mut window);
    assert!(told(&window).contains("measured"));
}

#[test]
fn closing_while_cases_are_in_work_asks() {
    let folder = tempdir().unwrap();
    let text = QUICK.replace("x = 0.2", "x = 600");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the short case is done", |window| shows(window, "1 of 2 done"));
    press(&mut window, Modifiers::COMMAND, Key::Q);
    assert!(shows(&window, "A run is going on"));
    click(&mut window, "Go on");
    assert!(window.state().is_running());
}

#[test]
fn a_failed_case_says_so_in_its_row_and_in_the_answer() {
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
fn worker_processes_are_told_of_in_the_log() {
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

/// Starts an example from its menu, at a hundredth of its length.
fn start_example(window: &mut Window, title: &str) {
    click(window, "Examples");
    click(window, "×0.01");
    window.get_by_label_contains(title).click();
    window.run_ok();
}

#[test]
fn an_example_runs_by_one_click_and_says_which_claims_held() {
    let mut window = window();
    fill(&mut window, "name 1", "mine");
    start_example(&mut window, "Crash tests");
    until(&mut window, "its runs", |window| shows(window, "run 1 of 5"));
    assert!(window.state().is_running());
    until_ended(&mut window);
    assert!(shows(&window, "claims held"), "the answer");
    assert!(shows(&window, "✓ held") && shows(&window, "Three crashes are simulated"));
    assert!(shows(&window, "Grouped bars of crash-test, 6 cases; totals: in series "));
    assert!(shows(&window, "✓ match"));
    // The user's own cases are as they were, and the change can be taken back.
    assert_eq!((rows(&window), value(&window, "name 1").as_str()), (3, "mine"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(value(&window, "name 1"), "Case 1");
    assert!(!shows(&window, "old:") && !shows(&window, "✓ 1"), "no row says it was run");

    click(&mut window, "Show the run all at once");
    assert!(shows(&window, "(Crash tests: all at once)"));
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    assert!(shows(&window, "front__50__400"));
}

#[test]
fn every_example_runs_from_the_menu_and_judges_its_claims() {
    for &name in ExampleName::VARIANTS {
        let mut window = window();
        start_example(&mut window, name.title());
        until_ended(&mut window);
        assert!(shows(&window, "What was claimed"), "{name:?}");
        assert!(shows(&window, "✓ held"), "{name:?}: no claim held");
        assert!(!shows(&window, "not measured"), "{name:?}: a run is missing");
    }
}

#[test]
fn the_cases_of_an_example_open_as_a_study_after_asking() {
    let mut window = window();
    fill(&mut window, "name 1", "dear to me");
    start_example(&mut window, "Fast but wrong");
    until_ended(&mut window);
    assert!(shows(&window, "✗ did not hold") && shows(&window, "✗ DIFFER"));
    assert!(shows(&window, "fast or slow, one of them is wrong"));
    click(&mut window, "Open its cases");
    assert!(shows(&window, "The study has changed"));
    click(&mut window, "Go back");
    assert_eq!(value(&window, "name 1"), "dear to me");
    click(&mut window, "Open its cases");
    click(&mut window, "Go on without saving");
    assert_eq!((rows(&window), value(&window, "name 1").as_str()), (6, "side__10__200"));
    click(&mut window, "Compare your own cases");
    assert!(shows(&window, "Which way to run these cases is the fastest?"));
}

/// A study whose cases can be compared in a second or two.
fn compared(repeats: u32) -> Window {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    for _ in repeats..7 {
        click(&mut window, "One repeat fewer");
    }
    click(&mut window, "▶ Compare 2 setups");
    window
}

#[test]
fn setups_are_compared_in_turn_and_each_run_can_be_shown() {
    let mut window = compared(2);
    until(&mut window, "the warm-up", |window| shows(window, "of 6, to warm up: "));
    assert!(window.state().is_running());
    until(&mut window, "a run that counts", |window| shows(window, "run 3 of 6: threads"));
    // The form stays usable, but nothing else can be run.
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "Grouped bars of wait, 2 cases; totals: series "));
    assert!(shows(&window, "2 runs of each, in turn") && shows(&window, "✓ match"));
    window.get_by_label("Times of the cases").scroll_to_me();
    window.run_ok();
    click(&mut window, "Times of the cases");
    assert!(shows(&window, "2 threads"), "a column for each setup");
    click(&mut window, "Show the run series");
    assert!(shows(&window, "(Comparison: series)"));
    assert!(shows(&window, "✓ "), "the time of the short case in its row");
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    click(&mut window, "One worker more");
    assert!(shows(&window, "the study has changed since"));
}

#[test]
fn setups_are_added_changed_and_removed() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    click(&mut window, "virtual");
    click(&mut window, "+ Add setup");
    assert!(shows(&window, "▶ Compare 3 setups") && shows(&window, "24 runs"));
    window.get_by_label("Order of setup 3").click();
    window.run_ok();
    click(&mut window, "longest first");
    window.get_by_label("Workers of setup 2").focus();
    window.run_ok();
    click(&mut window, "Remove setup 1");
    assert!(shows(&window, "▶ Compare 2 setups"));
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "shares::longest"), "{:?}", window.root());
    assert!(shows(&window, "not computed"), "no values on the virtual clock");
}

#[test]
fn a_cancelled_comparison_keeps_what_has_finished() {
    let mut window = compared(7);
    until(&mut window, "two runs that count", |window| shows(window, "run 5 of 16: "));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(shows(&window, "It was ended after"));
    assert!(shows(&window, "Grouped bars of wait, 2 cases"));
    click(&mut window, "Show the run threads");
    assert!(shows(&window, "2 cases in"));
}

#[test]
fn closing_while_an_experiment_goes_on_asks() {
    let mut window = compared(7);
    until(&mut window, "its runs", |window| shows(window, "run 1 of 16"));
    press(&mut window, Modifiers::COMMAND, Key::Q);
    assert!(shows(&window, "A run is going on"));
    click(&mut window, "Go on");
    assert!(window.state().is_running());
}

#[test]
fn a_comparison_that_cannot_run_leads_to_the_cell_and_runs_nothing() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), &QUICK.replace("x = 0.2", "x = -1")));
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    click(&mut window, "▶ Compare 2 setups");
    until_ended(&mut window);
    window.run_ok();
    assert!(shows(&window, "Row 2, x: expected"));
    assert!(window.get_by_label("x 2").accesskit_node().is_focused());
    assert!(shows(&window, "No run yet"));
}

/// The example as it was run and recorded by tests/record.py. Of runs with many
/// cases the totals alone were kept: there the cases share the total.
fn recorded(name: ExampleName) -> Session {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let file = folder.join(format!("{}.json", <&str>::from(name)));
    let runs: Vec<serde_json::Value> = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let plan = Plan { seed: Some(10), ..Plan::default() };
    let mut session = Session::example(name, &plan, MACHINE.report.logical_cpus);
    assert_eq!(runs.len(), session.steps().len(), "{name:?} has other steps now: record it anew");
    for run in runs {
        let step = session.next().unwrap();
        assert_eq!(run["label"], step.label.as_str());
        let study = step.study.clone();
        let given = Given { logical_cpus: MACHINE.report.logical_cpus, seed: 10, last_s: None };
        let workload = step.workload.as_ref();
        let frozen = freeze(study.cases, study.workload, workload, &study.plan, given).unwrap().0;
        let mut state = RunState::new(frozen.cases.len());
        told(&ends(&run, &frozen), &frozen).into_iter().for_each(|event| state.apply(event));
        session.take(Arc::new(RunReport::new(Arc::new(frozen), state, MACHINE.report)));
    }
    session
}

/// What was told of a recorded run, by when its cases started and ended: in
/// between a lane waited at a barrier, if there are any, and else for its next case.
fn told(ends: &[CaseEnd], frozen: &Frozen) -> Vec<RunEvent> {
    let plan = &frozen.plan;
    let mut ends: Vec<&CaseEnd> = ends.iter().collect();
    ends.sort_by_key(|end| end.ticket.dispatch_index);
    let mut events = Vec::new();
    let (mut free_ns, mut latest_ns) = (vec![None; plan.workers as usize], 0);
    for end in ends {
        let free_ns = &mut free_ns[end.ticket.lane as usize];
        let at_ns = end.start_ns;
        let asked_ns = match *free_ns {
            Some(from_ns) if plan.strategy == Strategy::Batches && from_ns < latest_ns => {
                let why = Why::Barrier;
                events.push(RunEvent::Waited(Waited { why, from_ns, until_ns: at_ns }));
                at_ns
            }
            Some(free_ns) => free_ns,
            None => {
                events.push(RunEvent::WorkerReady { at_ns });
                at_ns
            }
        };
        events.push(RunEvent::Started { ticket: end.ticket, asked_ns, at_ns });
        events.push(RunEvent::Finished(end.clone()));
        latest_ns = latest_ns.max(end.end_ns);
        *free_ns = Some(end.end_ns);
    }
    let left = |free_ns: Option<u64>| RunEvent::WorkerLeft { at_ns: free_ns.unwrap_or(0) };
    events.extend(free_ns.into_iter().map(left));
    events
}

/// How the cases of a recorded run ended.
fn ends(run: &serde_json::Value, frozen: &Frozen) -> Vec<CaseEnd> {
    let count = u32::try_from(frozen.cases.len()).unwrap();
    let end = |case: u32| {
        let figure = |at: usize| run["cases"][case as usize][at].as_f64();
        let whole = |at: usize| u32::try_from(run["cases"][case as usize][at].as_u64()?).ok();
        let share_s = run["total_s"].as_f64().unwrap() / f64::from(count);
        let (start_s, end_s) = (share_s * f64::from(case), share_s * f64::from(case + 1));
        let x = frozen.cases.case(case as usize).x;
        let dispatch_index = whole(1).unwrap_or(case);
        CaseEnd {
            ticket: Ticket { case, lane: whole(0).unwrap_or(0), attempt: 1, dispatch_index },
            start_ns: ns_from_s(figure(2).unwrap_or(start_s)),
            end_ns: ns_from_s(figure(3).unwrap_or(end_s)),
            waited_ns: figure(4).map(ns_from_s),
            cpu_ns: figure(5).map(ns_from_s),
            memory_bytes: None,
            outcome: CaseOutcome::Done(figure(6).or(Some(x * x))),
        }
    };
    (0..count).map(end).collect()
}

/// The pictures of the examples: of recorded figures, which do not vary.
#[test]
fn the_screenshots_of_the_examples_are_of_this_window() {
    let mut results = SnapshotResults::new();
    let options =
        SnapshotOptions::new().output_path("screenshots").threshold(1.0).max_failed_pixels(60);
    for &name in ExampleName::VARIANTS {
        let session = recorded(name);
        let height = match name {
            ExampleName::Demo => 1130.0,
            ExampleName::CrashTests => 1330.0,
            ExampleName::Queries | ExampleName::IoAndCpu => 1930.0,
            ExampleName::Simulations => 1990.0,
            ExampleName::Pools => 3230.0,
            ExampleName::Race => 1390.0,
        };
        for (theme, shade) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            let mut window = window_of([1280.0, height], 1.0, theme, None);
            window.state_mut().show(&session);
            window.remove_cursor();
            window.run_ok();
            let name: &str = name.into();
            window.snapshot_options(format!("example-{name}-{shade}"), &options);
            results.extend_harness(&mut window);
        }
    }
}

/// The tab in the smallest window, with an example and with a comparison.
#[test]
fn the_tab_of_comparisons_looks_as_it_did() {
    let mut results = SnapshotResults::new();
    let session = recorded(ExampleName::CrashTests);
    for (size, theme, name) in [
        ([800.0, 500.0], Theme::Dark, "small_dark"),
        ([800.0, 1400.0], Theme::Light, "narrow_light"),
    ] {
        let mut window = window_of(size, 1.0, theme, None);
        window.state_mut().show(&session);
        window.remove_cursor();
        window.run_ok();
        window.snapshot(format!("example_{name}"));
        results.extend_harness(&mut window);
    }
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let folder = tempdir().unwrap();
        let text = QUICK.replace("[plan]", "[plan]\nclock = \"virtual\"\nseed = 1");
        let path = study(folder.path(), &text);
        let mut window = window_of([1280.0, 800.0], 1.0, theme, Some(path));
        until(&mut window, "the study is read", |window| value(window, "Seed") == "1");
        press(&mut window, Modifiers::COMMAND, Key::Num4);
        window.remove_cursor();
        window.run_ok();
        window.snapshot(format!("compare_empty_{name}"));
        press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Enter);
        until_ended(&mut window);
        window.run_ok();
        assert!(shows(&window, "would take 200") && shows(&window, "1.2x faster"));
        window.snapshot(format!("compare_{name}"));
        results.extend_harness(&mut window);
    }
}

/// A window in which so many cases were run on the virtual clock by this plan.
fn many(count: u32, plan: &str, theme: Theme) -> Window {
    let folder = tempdir().unwrap();
    let mut table = String::from("name,x,y\n");
    for case in 0..count {
        let length = 10 + case * 37 % 50;
        writeln!(table, "a long name of case {case},{length},1").unwrap();
    }
    fs::write(folder.path().join("cases.csv"), table).unwrap();
    let text = format!(
        "version = 1\ncases = \"cases.csv\"\n[workload]\nname = \"wait\"\n[plan]\nclock = \
         \"virtual\"\nseed = 1\n{plan}\n"
    );
    let path = study(folder.path(), &text);
    let mut window = window_of([1280.0, 800.0], 1.0, theme, Some(path));
    until(&mut window, "the study is read", |window| value(window, "Seed") == "1");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    window.run_ok();
    window.remove_cursor();
    window.run_ok();
    window
}

/// Tables of many cases, as pictures of the chart: names that are tilted, and
/// bars that stand for several cases.
#[test]
fn many_cases_are_drawn_as_they_were() {
    let mut results = SnapshotResults::new();
    for (count, theme) in [(40, Theme::Light), (10_000, Theme::Dark)] {
        let mut window = many(count, "workers = 8", theme);
        window.snapshot(format!("bars_{count}_cases"));
        click(&mut window, "Totals");
        window.remove_cursor();
        window.run_ok();
        window.snapshot(format!("bars_{count}_cases_alone"));
        results.extend_harness(&mut window);
    }
}

/// The example on the virtual clock.
fn on_the_virtual_clock(name: ExampleName) -> Session {
    let plan = Plan { seed: Some(10), clock: ClockChoice::Virtual, ..Plan::default() };
    let mut session = Session::example(name, &plan, MACHINE.report.logical_cpus);
    for _ in 0..session.steps().len() {
        let step = session.next().unwrap();
        let study = step.study.clone();
        let given = Given { logical_cpus: MACHINE.report.logical_cpus, seed: 10, last_s: None };
        let workload = step.workload.as_ref();
        let frozen = freeze(study.cases, study.workload, workload, &study.plan, given).unwrap().0;
        let state = replay(&frozen);
        session.take(Arc::new(RunReport::new(Arc::new(frozen), state, MACHINE.report)));
    }
    session
}

/// The timelines of the crash tests on one axis of time.
fn crash_tests(size: [f32; 2], theme: Theme, session: &Session) -> Window {
    let mut window = window_of(size, 1.0, theme, None);
    window.state_mut().show(session);
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    window.remove_cursor();
    window.run_ok();
    window
}

#[test]
fn the_crash_tests_show_why_three_workers_are_enough() {
    let mut window =
        crash_tests([1280.0, 1400.0], Theme::Light, &on_the_virtual_clock(ExampleName::CrashTests));
    assert!(shows(&window, "Timeline. 5 runs on one axis of time: in series 37.0 s, a mesh"));
    assert!(shows(&window, "barrier 10.8 s: two workers waited for front__50__200"));
    assert!(shows(&window, "idle 9.3 s: nothing was left to start: front__50__400 ended last"));
    window.get_by_label_contains("barrier of a mesh at a time").scroll_to_me();
    window.run_ok();
    window.get_by_label_contains("barrier of a mesh at a time").click();
    window.run_ok();
    assert!(shows(&window, "1 case is selected"));
    assert!(shows(&window, "3 cases") && !shows(&window, "1 of 3 cases"), "not a row of the form");
    window.get_by_label("The runs as a table").scroll_to_me();
    window.run_ok();
    click(&mut window, "The runs as a table");
    assert!(shows(&window, "Most at once"));
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    click(&mut window, "Show the run a mesh at a time");
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    assert!(shows(&window, "Timeline. 6 cases on 3 lanes in 23.1 s; the longest, front__50__400"));
    click(&mut window, "The lanes as a table");
    assert!(shows(&window, "barrier [s]"));
    click(&mut window, "All 5 runs of the experiment");
    assert!(shows(&window, "Timeline. 5 runs on one axis of time"));
}

#[test]
fn a_case_is_selected_by_keyboard_and_in_every_tab() {
    let mut window = played([1280.0, 800.0], 1.0, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    let chart = "Timeline. 3 cases on 3 lanes";
    window.get_by_label_contains(chart).focus();
    window.run_ok();
    assert!(!shows(&window, "Show all of the time"));
    press(&mut window, Modifiers::NONE, Key::Plus);
    assert!(shows(&window, "Show all of the time"), "zoomed in");
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    press(&mut window, Modifiers::NONE, Key::ArrowUp);
    assert!(window.get_by_label_contains(chart).accesskit_node().is_focused());
    press(&mut window, Modifiers::NONE, Key::Home);
    assert!(!shows(&window, "Show all of the time"));
    press(&mut window, Modifiers::SHIFT, Key::ArrowRight);
    let selected = |window: &Window, row: &str| {
        window.get_by_label(row).accesskit_node().toggled() == Some(Toggled::True)
    };
    assert!(selected(&window, "row 1"));
    press(&mut window, Modifiers::SHIFT, Key::ArrowRight);
    assert!(selected(&window, "row 2") && !selected(&window, "row 1"));
    press(&mut window, Modifiers::SHIFT, Key::ArrowLeft);
    assert!(selected(&window, "row 1"));
}

#[test]
fn the_timeline_is_steered_by_the_mouse() {
    let mut window = played([1280.0, 800.0], 1.0, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    let lanes = window.get_by_label_contains("Timeline. 3 cases on 3 lanes").rect();
    // The middle of the second lane, where the longest case is.
    let at = lanes.center();
    let click_there = |window: &mut Window, times: usize| {
        window.hover_at(at);
        for _ in 0..times {
            for pressed in [true, false] {
                let (button, modifiers) = (egui::PointerButton::Primary, Modifiers::NONE);
                window.event(Event::PointerButton { pos: at, button, pressed, modifiers });
            }
        }
        window.run_ok();
    };
    click_there(&mut window, 1);
    assert_eq!(window.get_by_label("row 2").accesskit_node().toggled(), Some(Toggled::True));
    assert!(shows(&window, "1 case is selected"));
    window.event(Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, 200.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
    window.run_ok();
    assert!(shows(&window, "Show all of the time"), "the wheel zooms");
    click(&mut window, "Show all of the time");
    assert!(!shows(&window, "Show all of the time"));
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    let strip = window.get_by_label_contains("Lanes of the run: 3").rect();
    assert!(strip.bottom() < 770.0, "the strip stands under the bars");
}

/// The pictures of the timeline for the README.
#[test]
fn the_screenshots_of_the_timeline_are_of_this_window() {
    let mut results = SnapshotResults::new();
    let options =
        SnapshotOptions::new().output_path("screenshots").threshold(1.0).max_failed_pixels(60);
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut window = crash_tests([1280.0, 1800.0], theme, &recorded(ExampleName::CrashTests));
        window.snapshot_options(format!("timeline_{name}"), &options);
        results.extend_harness(&mut window);
    }
}

#[test]
fn the_timeline_looks_as_it_did() {
    let mut results = SnapshotResults::new();
    let mut window = crash_tests([800.0, 500.0], Theme::Dark, &recorded(ExampleName::CrashTests));
    window.snapshot("timeline_small");
    results.extend_harness(&mut window);
    for (name, theme) in [("three", Theme::Light), ("three_dark", Theme::Dark)] {
        let mut window = played([1280.0, 800.0], 1.0, theme);
        press(&mut window, Modifiers::COMMAND, Key::Num2);
        click(&mut window, "row 2");
        window.remove_cursor();
        window.run_ok();
        window.snapshot(format!("timeline_{name}"));
        results.extend_harness(&mut window);
    }
    for (name, plan, theme) in [
        ("batches", "strategy = \"batches\"\nworkers = 8\nbatch = 64", Theme::Light),
        ("shares", "strategy = \"shares\"\nworkers = 40", Theme::Dark),
    ] {
        let mut window = many(10_000, plan, theme);
        press(&mut window, Modifiers::COMMAND, Key::Num2);
        window.run_ok();
        window.snapshot(format!("timeline_10000_{name}"));
        results.extend_harness(&mut window);
    }
}

#[test]
fn every_state_has_a_timeline_that_says_something() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    assert!(shows(&window, "No run yet") && shows(&window, "each worker gets a lane here"));

    // One that is cancelled: its lanes grow, and what was done stays.
    let text =
        QUICK.replace("x = 0.2", "x = 600").replace("[plan]", "[plan]\nstrategy = \"batches\"");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "one has ended", |window| {
        shows(window, "Timeline. 2 cases on 3 lanes, 1 ended after")
    });
    assert!(shows(&window, "Known at the end of the run") && shows(&window, "in work"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(shows(&window, "1 came to nothing; the longest, long, takes"));
    assert!(shows(&window, "cases that came to nothing: 1 cancelled"));

    for (cases, workload, said) in [
        ("x = 0\ny = 1", "wait", "1 case on 3 lanes in "),
        ("x = 2e19\ny = 1", "power", "1 case on 3 lanes: none is done, 1 came to nothing"),
    ] {
        let text = format!(
            "version = 1\n[workload]\nname = \"{workload}\"\n[plan]\nworkers = 3\n[[case]]\n{cases}\n"
        );
        let mut window = opened(&study(folder.path(), &text));
        press(&mut window, Modifiers::COMMAND, Key::Num2);
        press(&mut window, Modifiers::COMMAND, Key::Enter);
        until_ended(&mut window);
        assert!(shows(&window, said), "{workload}");
        let text = text.replace("[plan]", "[plan]\nclock = \"virtual\"");
        if workload == "wait" {
            let mut window = opened(&study(folder.path(), &text));
            press(&mut window, Modifiers::COMMAND, Key::Num2);
            press(&mut window, Modifiers::COMMAND, Key::Enter);
            until_ended(&mut window);
            assert!(
                shows(&window, "1 case on 3 lanes in 0.0 s")
                    && shows(&window, "No time has passed")
            );
            assert!(shows(&window, "All cases took no time at all"));
        }
    }
}

/// The results of cases with these values, which do not vary; none is failed.
fn results_of(
    size: [f32; 2],
    theme: Theme,
    cases: CaseTable,
    value: fn(f64, f64) -> Option<f64>,
) -> Window {
    let plan = Plan { seed: Some(1), workers: Some(3), ..Plan::default() };
    let study = Study { cases, workload: WorkloadName::CrashTest, program: None, plan };
    let mut session = Session::comparison(&study, vec![parse_setup("threads:3").unwrap()], 1);
    while let Some(step) = session.next() {
        let Study { cases, workload, plan, .. } = step.study.clone();
        let given = Given { logical_cpus: 2, seed: 1, last_s: None };
        let frozen = freeze(cases, workload, find(workload).as_ref(), &plan, given).unwrap().0;
        let count = u32::try_from(frozen.cases.len()).unwrap();
        let mut state = RunState::new(frozen.cases.len());
        for case in 0..count {
            let row = frozen.cases.case(case as usize);
            let none = || CaseOutcome::Failed("overflow".to_owned());
            let start_ns = u64::from(case / 3) * 1_000_000_000;
            state.apply(RunEvent::Finished(CaseEnd {
                ticket: Ticket { case, lane: case % 3, attempt: 1, dispatch_index: case },
                start_ns,
                end_ns: start_ns + 900_000_000 + u64::from(case % 3) * 50_000_000,
                waited_ns: Some(800_000_000),
                cpu_ns: Some(1_000_000),
                memory_bytes: None,
                outcome: value(row.x, row.y).map_or_else(none, |v| CaseOutcome::Done(Some(v))),
            }));
        }
        session.take(Arc::new(RunReport::new(Arc::new(frozen), state, MACHINE.report)));
    }
    let mut window = window_of([1280.0, 800.0], 1.0, theme, None);
    window.state_mut().show(&session);
    window.run_ok();
    window.get_by_label_contains("Show the run threads").click();
    window.run_ok();
    window.set_size(size.into());
    window.run_ok();
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    window.run_ok();
    window
}

/// Meshes and loads, each with each.
fn meshes(xs: u32, ys: u32) -> CaseTable {
    let mut cases = CaseTable::default();
    for x in 1..=xs {
        for y in 1..=ys {
            cases.push(&format!("mesh {x}, load {y}"), f64::from(x), f64::from(y * 50), &[]);
        }
    }
    cases
}

/// A bowl with its least value inside; one corner has failed.
fn bowl(x: f64, y: f64) -> Option<f64> {
    (x < 9.5 || y < 400.0).then_some((x - 4.0).powi(2) + ((y - 250.0) / 50.0).powi(2) + 1.0)
}

#[test]
fn results_are_filtered_and_the_filter_says_when_none_is_left() {
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(10, 8), bowl);
    window.get_by_label("Filter by name").focus();
    window.run_ok();
    window.get_by_label("Filter by name").type_text("LOAD 8");
    window.run_ok();
    assert!(shows(&window, "10 of 80"));
    window.get_by_label("Filter by status").click();
    window.run_ok();
    window.get_by_role_and_label(Role::Button, "failed").click();
    window.run_ok();
    assert!(shows(&window, "1 of 80") && shows(&window, "mesh 10, load 8"));
    assert!(shows(&window, "No case that the filter leaves has a value"));
    window.get_by_label("Filter by name").focus();
    window.run_ok();
    window.get_by_label("Filter by name").type_text("x");
    window.run_ok();
    assert!(shows(&window, "No case is left"));
    click(&mut window, "Show all cases");
    assert!(shows(&window, "mesh 1, load 1") && !shows(&window, "No case is left"));
}

#[test]
fn the_best_of_the_results_is_one_click_away() {
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(10, 8), bowl);
    let chosen = |window: &Window, label: &str| {
        let row = window.query_by_label(label);
        row.map(|row| row.accesskit_node().toggled())
    };
    assert_eq!(chosen(&window, "result 29"), None, "its row is not in view");
    click(&mut window, "Best case mesh 4, load 5, value 1");
    assert_eq!(chosen(&window, "result 29"), Some(Some(Toggled::True)));
    let by = |window: &mut Window, start: &str| {
        window.get_by_role_and_label(Role::ComboBox, "Best value").click();
        window.run_ok();
        let entries = window.query_all_by_label_contains(start);
        entries.into_iter().last().unwrap().click();
        window.run_ok();
    };
    by(&mut window, "greatest: ");
    assert!(shows(&window, "Best case mesh 10, load 1, value 53"));
    by(&mut window, "nearest: ");
    assert!(shows(&window, "type a number"));
    window.get_by_label("Target value").focus();
    window.run_ok();
    window.get_by_label("Target value").type_text("9.9");
    window.run_ok();
    assert!(shows(&window, "Best case mesh 1, load 4, value 11") || shows(&window, "and "));
    // By keyboard: a row is selected by its number.
    window.get_by_label("result 29").focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Space);
    assert_eq!(chosen(&window, "result 29"), Some(Some(Toggled::False)));
    click(&mut window, "result 30");
    assert_eq!(chosen(&window, "result 30"), Some(Some(Toggled::True)));
}

#[test]
fn columns_of_results_are_chosen() {
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(2, 2), bowl);
    let heading = |window: &Window| window.query_all_by_label_contains("CPU time").count();
    assert_eq!(heading(&window), 1);
    click(&mut window, "Columns ▾");
    window.get_by_role_and_label(Role::CheckBox, "CPU time").click();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(heading(&window), 0);
}

#[test]
fn results_are_drawn_against_x_and_y_with_a_sentence() {
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(10, 8), bowl);
    click(&mut window, "Scatter");
    let from_to = "79 values from 1 (mesh 4, load 5) to 53 (mesh 10, load 1)";
    assert!(shows(&window, &format!("Value against x: {from_to}")));
    click(&mut window, "over y");
    assert!(shows(&window, "Value against y: 79 values"));
    click(&mut window, "over both");
    assert!(shows(&window, "Scale of values from 1 to 53"));
    click(&mut window, "Grid");
    assert!(shows(&window, &format!("Values over 10 x and 8 y: {from_to}; 1 field has no value")));
    let mut line = CaseTable::default();
    for n in 0..20 {
        line.push("", f64::from(n), f64::from(n * 7 % 20), &[]);
    }
    let mut window = results_of([1280.0, 800.0], Theme::Light, line, bowl);
    click(&mut window, "Grid");
    assert!(shows(&window, "x and y form no grid here"));
    click(&mut window, "Draw a scatter");
    assert!(shows(&window, "Value against x: 20 values"));
}

#[test]
fn results_without_values_say_why() {
    let mut window = played([1280.0, 800.0], 1.0, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    assert!(shows(&window, "the virtual clock runs nothing"));
    click(&mut window, "Grid");
    assert!(shows(&window, "Nothing to draw"));
    let mut window = results_of([1280.0, 800.0], Theme::Light, meshes(2, 2), |_, _| None);
    assert!(shows(&window, "No case is done, so there are no values. The Log says why"));
    click(&mut window, "Scatter");
    assert!(shows(&window, "Nothing to draw"));
}

/// Cases with values as no grid has them.
fn scattered(count: u32) -> CaseTable {
    let mut cases = CaseTable::default();
    for n in 0..count {
        let (x, y) = (f64::from(n * 37 % 1009) / 100.0, f64::from(n * 91 % 997) / 2.0);
        cases.push(&format!("case number {n}"), x, y, &[]);
    }
    cases
}

#[test]
fn the_charts_of_results_look_as_they_did() {
    let mut results = SnapshotResults::new();
    let screenshots =
        SnapshotOptions::new().output_path("screenshots").threshold(1.0).max_failed_pixels(60);
    for (theme, shade) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut window = results_of([1280.0, 800.0], theme, meshes(10, 8), bowl);
        click(&mut window, "Best case mesh 4, load 5, value 1");
        let picture = |window: &mut Window, name: &str, options: &SnapshotOptions| {
            window.remove_cursor();
            window.run_ok();
            window.snapshot_options(format!("results-{name}-{shade}"), options);
        };
        let plain = SnapshotOptions::new();
        picture(&mut window, "best", &plain);
        click(&mut window, "Grid");
        picture(&mut window, "grid", &screenshots);
        click(&mut window, "Scatter");
        picture(&mut window, "scatter", &plain);
        click(&mut window, "over both");
        picture(&mut window, "scatter-both", &plain);
        window.get_by_label("Filter by name").focus();
        window.run_ok();
        window.get_by_label("Filter by name").type_text("nothing like it");
        window.run_ok();
        click(&mut window, "Table");
        picture(&mut window, "filtered-empty", &plain);
        results.extend_harness(&mut window);
    }
    for (count, theme, name) in [(3, Theme::Dark, "3"), (10_000, Theme::Light, "10000")] {
        let mut window = results_of([1280.0, 800.0], theme, scattered(count), bowl);
        for (label, kind) in [("Scatter", "x"), ("over both", "both"), ("Grid", "grid")] {
            click(&mut window, label);
            window.remove_cursor();
            window.run_ok();
            window.snapshot(format!("results-{kind}-{name}"));
        }
        results.extend_harness(&mut window);
    }
    for theme in [Theme::Light, Theme::Dark] {
        let shade = if theme == Theme::Light { "light" } else { "dark" };
        let mut window = results_of([800.0, 500.0], theme, meshes(10, 8), bowl);
        for (label, kind) in [("Table", "table"), ("Scatter", "scatter"), ("Grid", "grid")] {
            click(&mut window, label);
            window.remove_cursor();
            window.run_ok();
            window.snapshot(format!("results-small-{kind}-{shade}"));
        }
        results.extend_harness(&mut window);
    }
}

/// A clock on which a minute goes by at each look.
fn minutes() -> Moment {
    thread_local!(static LOOKS: Cell<u64> = const { Cell::new(0) });
    let minute = LOOKS.get();
    LOOKS.set(minute + 1);
    let local = format!("2026-11-24 14:{minute:02}:07");
    Moment { unix_ms: 1_800_000_000_000 + 60_000 * minute, local }
}

/// The window with this folder of kept runs, which are shown.
fn with_history(mut window: Window, folder: &Path) -> Window {
    let (ctx, folder) = (window.ctx.clone(), folder.to_owned());
    window.state_mut().keep_runs_in(&ctx, folder, minutes);
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    window.get_by_label_contains("Kept runs").click();
    window.run_ok();
    window
}

#[test]
fn runs_are_kept_and_compared_also_after_a_restart() {
    let place = tempdir().unwrap();
    let folder = place.path().join("runs");
    let path = study(place.path(), &QUICK.replace("workers = 3", "workers = 1"));
    let mut window = with_history(opened(&path), &folder);
    until(&mut window, "the folder is read", |window| shows(window, "No run is kept yet"));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    let first = "study: threads × 1";
    until(&mut window, "the first is kept", |window| shows(window, first));
    click(&mut window, "One worker more");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    let second = "study: threads × 2";
    until(&mut window, "the second is kept", |window| shows(window, second));
    drop(window);

    let mut window = window_of([1280.0, 1100.0], 1.0, Theme::Light, None);
    window = with_history(window, &folder);
    until(&mut window, "the list is read", |window| shows(window, "2 runs are kept"));
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    click(&mut window, "Show your last run, study: threads × 2");
    until(&mut window, "it is shown", |window| shows(window, "2 cases in"));
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    for name in [first, second] {
        window.get_by_role_and_label(Role::CheckBox, name).click();
        window.run_ok();
    }
    assert!(shows(&window, "x faster"), "{:?}", window.root());
    assert!(shows(&window, "Grouped bars of wait, 2 cases; totals: threads × 1 2"));
    assert!(shows(&window, "threads × 2 against threads × 1: "), "the difference");
    assert!(shows(&window, "less work for each worker (2 share it instead of 1)"));
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
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    assert!(shows(&window, "short"));
    assert_eq!((rows(&window), value(&window, "name 1").as_str()), (3, "Case 1"));

    press(&mut window, Modifiers::COMMAND, Key::Num4);
    click(&mut window, "Delete one worker");
    assert!(shows(&window, "Delete one worker?"));
    click(&mut window, "Delete for good");
    until(&mut window, "it is gone", |window| shows(window, "1 run is kept"));
    drop(window);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn the_way_back_from_an_example_to_the_own_run_is_one_click() {
    let place = tempdir().unwrap();
    let path = study(place.path(), QUICK);
    let mut window = with_history(opened(&path), &place.path().join("runs"));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    until(&mut window, "it is kept", |window| shows(window, "study: threads × 3"));
    start_example(&mut window, "Crash tests");
    until_ended(&mut window);
    assert!(shows(&window, "claims held"), "the example is shown");
    until(&mut window, "its runs are kept", |window| shows(window, "Kept runs (6)"));
    click(&mut window, "Kept runs (6)");
    for way in ["a mesh at a time", "3 workers, longest first"] {
        let name = format!("Crash tests: {way}");
        window.get_by_role_and_label(Role::CheckBox, &name).scroll_to_me();
        window.run_ok();
        window.get_by_role_and_label(Role::CheckBox, &name).click();
        window.run_ok();
    }
    assert!(shows(&window, "less barrier"), "the difference in parts");
    // Runs of other cases have no speed-up between them.
    window.get_by_role_and_label(Role::CheckBox, "study: threads × 3").scroll_to_me();
    window.run_ok();
    window.get_by_role_and_label(Role::CheckBox, "study: threads × 3").click();
    window.run_ok();
    assert!(shows(&window, "Different cases: totals alone"));

    press(&mut window, Modifiers::COMMAND, Key::Num1);
    click(&mut window, "Back to your last run, study: threads × 3");
    until(&mut window, "it is shown", |window| shows(window, "(study: threads × 3)"));
    assert!(shows(&window, "✓ "), "its times in the rows");
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
    let mut window = with_history(opened(&path), folder);
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
    for (plan, kept) in
        plans.into_iter().zip(["batches × 3", "threads × 3", "threads × 3, longest first"])
    {
        plan(&mut window);
        press(&mut window, Modifiers::COMMAND, Key::Enter);
        let kept = format!("crashes: {kept}");
        until(&mut window, "the run is kept", |window| shows(window, &kept));
    }
}

#[test]
fn the_keyboard_walks_through_a_long_list_of_kept_runs() {
    let place = tempdir().unwrap();
    let folder = place.path().join("runs");
    with_three_runs(&folder);
    let one = fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    for copy in 0..17 {
        fs::copy(&one, folder.join(format!("copy {copy}.run"))).unwrap();
    }
    let mut window = with_history(window(), &folder);
    until(&mut window, "the list is read", |window| shows(window, "20 runs are kept"));
    let focused = |window: &Window| {
        let mut nodes = window.root().children_recursive();
        let node = nodes.find(|node| node.accesskit_node().is_focused());
        node.map(|node| (node.accesskit_node().label().unwrap_or_default(), node.rect()))
    };
    let first = window.query_all_by_role(Role::CheckBox).nth(3).unwrap();
    assert_eq!(first.accesskit_node().label().unwrap(), "crashes: threads × 3, longest first");
    first.focus();
    window.run_ok();
    // Each has a box to tick and three buttons.
    for _ in 1..80 {
        press(&mut window, Modifiers::NONE, Key::Tab);
        let (name, place) = focused(&window).unwrap();
        assert!(name.contains("crashes: "), "{name}");
        assert!(place.top() > 150.0 && place.bottom() < 470.0, "{name} is out of view: {place}");
    }
    press(&mut window, Modifiers::NONE, Key::Tab);
    let last = focused(&window).map_or(String::new(), |(name, _)| name);
    assert!(!last.contains("crashes: "), "{last}");
}

/// Kept runs in both themes, in the smallest window, and before there are any.
#[test]
fn the_kept_runs_look_as_they_did() {
    let mut results = SnapshotResults::new();
    let screenshots =
        SnapshotOptions::new().output_path("screenshots").threshold(1.0).max_failed_pixels(60);
    let place = tempdir().unwrap();
    let folder = place.path().join("runs");
    let mut empty = with_history(window(), &folder);
    until(&mut empty, "the folder is read", |window| shows(window, "No run is kept yet"));
    empty.remove_cursor();
    empty.run_ok();
    empty.snapshot("kept_empty");
    results.extend_harness(&mut empty);

    with_three_runs(&folder);
    for (size, theme, name) in [
        ([1280.0, 1170.0], Theme::Light, "kept-runs-light"),
        ([1280.0, 1170.0], Theme::Dark, "kept-runs-dark"),
        ([800.0, 500.0], Theme::Dark, "kept_small"),
    ] {
        let mut window = with_history(window_of(size, 1.0, theme, None), &folder);
        until(&mut window, "the list is read", |window| shows(window, "3 runs are kept"));
        for kept in ["batches × 3", "threads × 3", "threads × 3, longest first"] {
            let name = format!("crashes: {kept}");
            window.get_by_role_and_label(Role::CheckBox, &name).scroll_to_me();
            window.run_ok();
            window.get_by_role_and_label(Role::CheckBox, &name).click();
            window.run_ok();
        }
        let said = "4.11\u{A0}s less idle time, 3.60\u{A0}s less barrier, work the same";
        assert!(shows(&window, said));
        window.remove_cursor();
        window.run_ok();
        if name.contains('-') {
            window.snapshot_options(name, &screenshots);
        } else {
            window.snapshot(name);
            window.get_by_label("All parts of the difference").scroll_to_me();
            window.run_ok();
            click(&mut window, "All parts of the difference");
            window.remove_cursor();
            window.run_ok();
            window.snapshot("kept_small_parts");
        }
        results.extend_harness(&mut window);
    }
}

fn until_predicted(window: &mut Window) {
    until(window, "all is predicted", |window| !window.state().is_predicting());
}

/// The crash tests on the virtual clock, in the tab of this key.
fn crash_tests_in(size: [f32; 2], theme: Theme, key: Key) -> Window {
    let folder = tempdir().unwrap();
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
    let mut window = window_of(size, 1.0, theme, Some(study(folder.path(), &text)));
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

/// Whether a text is shown, wherever lines and numbers were kept together.
fn says(window: &Window, text: &str) -> bool {
    let all = window.query_all_by(|node| {
        let label = node.label().or(node.value());
        label.is_some_and(|label| label.replace('\u{A0}', " ").contains(text))
    });
    all.into_iter().next().is_some()
}

#[test]
fn the_screen_says_why_three_workers_are_enough_for_the_crash_tests() {
    let mut window = crash_tests_in([1280.0, 800.0], Theme::Light, Key::Num3);
    assert!(says(&window, ENOUGH));
    assert!(says(&window, "3 workers are enough: 15.43 s, predicted"));
    assert!(says(&window, "Predicted lanes: 6 cases on 3 lanes, 15.43 s"));
    // The slider goes by the keyboard, and the lanes follow.
    window.get_by_role(Role::Slider).focus();
    window.run_ok();
    press(&mut window, Modifiers::NONE, Key::ArrowLeft);
    until_predicted(&mut window);
    assert!(says(&window, "Predicted lanes: 6 cases on 2 lanes, 18.51 s"), "{:?}", window.root());
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    assert!(says(&window, ENOUGH), "under the bars too");
}

/// The pictures of the README: run with `UPDATE_SNAPSHOTS=1` to make them anew.
#[test]
fn the_screenshots_of_the_workers_tab_are_of_this_window() {
    let mut results = SnapshotResults::new();
    let options =
        SnapshotOptions::new().output_path("screenshots").threshold(1.0).max_failed_pixels(60);
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut window = crash_tests_in([1280.0, 800.0], theme, Key::Num3);
        window.snapshot_options(format!("workers_{name}"), &options);
        results.extend_harness(&mut window);
    }
    let mut window = crash_tests_in([800.0, 500.0], Theme::Dark, Key::Num3);
    window.snapshot("workers_small");
    results.extend_harness(&mut window);
    let mut window = crash_tests_in([1280.0, 1000.0], Theme::Light, Key::Num3);
    click(&mut window, "▶ Sweep workers");
    until_ended(&mut window);
    click(&mut window, "+ Strategy");
    window.get_by_label("batches").click();
    window.run_ok();
    until_predicted(&mut window);
    press(&mut window, Modifiers::NONE, Key::Escape);
    click(&mut window, "Totals in figures");
    window.remove_cursor();
    window.run_ok();
    window.snapshot("workers_swept");
    results.extend_harness(&mut window);
    let mut window = crash_tests_in([1280.0, 800.0], Theme::Light, Key::Num1);
    window.snapshot("bars_advice");
    results.extend_harness(&mut window);
}

#[test]
fn the_advice_after_the_example_of_the_crash_tests_is_theirs() {
    let mut window = window();
    start_example(&mut window, "Crash tests");
    until_ended(&mut window);
    let advice = "3 workers, longest first: 154.3 ms. A fourth saves nothing: front__50__400 alone \
                  takes 154.3 ms.";
    assert!(says(&window, advice), "beside what was claimed");
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    assert!(says(&window, advice));
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    until_predicted(&mut window);
    assert!(says(&window, advice) && says(&window, "this run, measured: "));
    assert!(says(&window, "Predicted lanes: 6 cases on 3 lanes, 154.3 ms"));
}

#[test]
fn a_sweep_measures_growing_numbers_of_workers_beside_what_is_predicted() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    assert!(shows(&window, "see here what more workers would save"));
    click(&mut window, "One run fewer of each");
    click(&mut window, "▶ Sweep workers");
    until(&mut window, "its runs", |window| shows(window, "Sweep, run 2: 1 worker"));
    assert!(window.state().is_running());
    until(&mut window, "a first point", |window| says(window, "1 total of a sweep, measured"));
    until_ended(&mut window);
    assert!(says(&window, "2 totals of a sweep, measured, from 1 to 2 workers"));
    assert!(!says(&window, "No advice"));
    window.get_by_label("Totals in figures").scroll_to_me();
    window.run_ok();
    click(&mut window, "Totals in figures");
    window.get_by_label_contains("Error").scroll_to_me();
    window.run_ok();
    assert!(shows(&window, " %"), "{:?}", window.root());
    // What was measured is of this study, and of no other.
    press(&mut window, Modifiers::COMMAND, Key::N);
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    click(&mut window, "virtual");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(!says(&window, "of a sweep") && says(&window, "this run, computed"));
}

#[test]
fn a_cancelled_sweep_keeps_what_was_measured() {
    let folder = tempdir().unwrap();
    let mut window = opened(&study(folder.path(), QUICK));
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::W);
    until(&mut window, "a first point", |window| says(window, "1 total of a sweep, measured"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(shows(&window, "The sweep was ended before all of it was run"));
    assert!(says(&window, "of a sweep, measured"));
    assert!(!window.state().is_running());
}

/// What the tab says of runs of which there is little to say.
#[test]
fn the_workers_tab_is_true_of_every_run() {
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
        (of(&strategy("series"), &["1", "3"]), &["this run, computed: 4.0 s with 1 worker"]),
        (of(&strategy("all-at-once"), &["1", "3"]), &["this run, computed: 3.0 s with 2 workers"]),
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
fn a_run_that_was_cancelled_or_failed_says_why_there_is_no_advice() {
    let folder = tempdir().unwrap();
    let text = QUICK.replace("\"wait\"", "\"crunch\"").replace("x = 0.2", "x = 1e6");
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until(&mut window, "the short case is done", |window| shows(window, "1 of 2 done"));
    assert!(says(&window, "is said when the run has ended"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    until_ended(&mut window);
    assert!(says(&window, "No advice: 1 of 2 cases are done"));
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    until_predicted(&mut window);
    assert!(says(&window, "No advice: 1 of 2 cases are done") && shows(&window, "Sweep workers"));
}

#[test]
fn a_sweep_of_a_part_says_what_all_cases_would_take() {
    let folder = tempdir().unwrap();
    let mut text =
        String::from("version = 1\n[workload]\nname = \"wait\"\n[plan]\nclock = \"virtual\"\n");
    for case in 1..=40 {
        writeln!(text, "[[case]]\nname = \"c{case}\"\nx = {case}\ny = 1").unwrap();
    }
    let mut window = opened(&study(folder.path(), &text));
    press(&mut window, Modifiers::COMMAND, Key::Num3);
    window.get_by_role_and_label(Role::SpinButton, "With").focus();
    window.run_ok();
    window.get_by_role_and_label(Role::SpinButton, "With").type_text("8");
    press(&mut window, Modifiers::NONE, Key::Enter);
    click(&mut window, "▶ Sweep workers");
    until_ended(&mut window);
    assert!(says(&window, "only 8 of 40 cases were run, chosen by their lengths"));
    window.get_by_label("Totals in figures").scroll_to_me();
    window.run_ok();
    click(&mut window, "Totals in figures");
    assert!(shows(&window, "All 40 cases ["));
}

#[test]
fn a_sweep_does_not_keep_the_comparison_before_it_again() {
    let place = tempdir().unwrap();
    let folder = place.path().join("runs");
    let text = QUICK.replace("[plan]", "[plan]\nclock = \"virtual\"\nseed = 1");
    let mut window = with_history(opened(&study(place.path(), &text)), &folder);
    let kept = || fs::read_dir(&folder).map_or(0, Iterator::count);
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Enter);
    until_ended(&mut window);
    until(&mut window, "both setups are kept", |_| kept() >= 2);
    let before = kept();
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::W);
    until_ended(&mut window);
    assert!(says(&window, "totals of a sweep, computed"));
    // A run of its own is kept, and behind it nothing else can be on its way.
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    until(&mut window, "the run is kept", |_| kept() > before);
    assert_eq!(kept(), before + 1);
}
