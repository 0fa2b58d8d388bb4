//! Helpers that the tests of the window share.

pub use std::cell::{Cell, RefCell};
pub use std::fmt::Write as _;
pub use std::fs;
pub use std::path::{Path, PathBuf};
pub use std::sync::Arc;
pub use std::time::{Duration, Instant};

pub use super::acting::acting;
pub use super::path::case_program;
pub use super::pictures::{Pictures as _, is_changed};
pub use caselanes::engine::WorkerProgram;
pub use caselanes::experiment::{ExampleName, Experiment};
pub use caselanes::history::Moment;
pub use caselanes::report::{self, RunReport};
pub use caselanes::run::{CaseEnd, CaseOutcome, RunEvent, RunState, replay};
pub use caselanes::schedule::{Ticket, WaitReason, WaitSpan, ns_from_s};
pub use caselanes::study::{
    CaseTable, ClockChoice, FrozenStudy, Plan, Strategy, Study, WorkloadName, parse_setup,
};
pub use caselanes::window::{App, AppOptions, MachineInfo, SystemLook};
pub use caselanes::workload::{Environment, find, freeze};
pub use egui::{Event, Key, Modifiers, Role, Theme, accesskit::Toggled};
pub use egui_kittest::kittest::{NodeT as _, Queryable as _};
pub use egui_kittest::{Harness, SnapshotResults};
pub use strum::VariantArray as _;
pub use tempfile::{TempDir, tempdir};

/// The machine that all tests see, whatever machine they run on.
pub const MACHINE: MachineInfo = MachineInfo {
    report: report::Machine { logical_cpus: 2, os: "linux", cpus: None },
    free_memory: Some(23_000_000_000),
};

pub type Window = Harness<'static, App>;

/// Returns the options of a window in tests: nothing is stored.
pub fn options(study: Option<PathBuf>) -> AppOptions {
    // Worker processes run the program itself; a test is another program.
    let worker_program = WorkerProgram::At(PathBuf::from(env!("CARGO_BIN_EXE_caselanes")));
    AppOptions {
        study,
        machine: MACHINE,
        system: "Linux, x86_64".to_owned(),
        worker_program,
        saved_runs: None,
        run_folders: None,
        sessions: None,
        settings: None,
        log: None,
        system_look: SystemLook::default,
        is_first_start: false,
        started: Instant::now(),
        browser: None,
        must_end: Arc::default(),
        clock: minutes,
    }
}

/// Opens a window, which may still read its study. All tests open theirs here.
pub fn starting(size: [f32; 2], scale: f32, theme: Theme, options: AppOptions) -> Window {
    Harness::builder()
        .with_size(size)
        .with_pixels_per_point(scale)
        .with_theme(theme)
        .with_max_steps(20)
        .build_eframe(move |cc| App::new(cc, options.clone()))
}

/// Opens a window, and waits until its study is read.
pub fn window_with(size: [f32; 2], scale: f32, theme: Theme, options: AppOptions) -> Window {
    let mut window = starting(size, scale, theme, options);
    until(&mut window, "the study is read", |window| !window.state().is_opening());
    window.run();
    window
}

pub fn window_of(size: [f32; 2], scale: f32, theme: Theme, study: Option<PathBuf>) -> Window {
    window_with(size, scale, theme, options(study))
}

pub fn window() -> Window {
    usual_window(options(None))
}

/// Opens a window of the usual size, and waits until its study is read.
pub fn usual_window(options: AppOptions) -> Window {
    let study = options.study.clone();
    let mut window = window_with([1280.0, 800.0], 1.0, Theme::Light, options);
    if let Some(study) = study {
        let name = study.file_name().unwrap().to_str().unwrap().to_owned();
        until(&mut window, "the study is read", move |window| shows(window, &name));
    }
    window
}

/// Opens a window with a study.
pub fn opened(study: &Path) -> Window {
    usual_window(options(Some(study.to_owned())))
}

/// Steps until a condition holds, for at most five minutes: a loaded machine draws slowly.
pub fn until(window: &mut Window, what: &str, holds: impl Fn(&Window) -> bool) {
    let start = Instant::now();
    while !holds(window) {
        assert!(start.elapsed() < Duration::from_mins(5), "timed out waiting until {what}");
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
    window.step();
}

pub fn until_ended(window: &mut Window) {
    until(window, "the run ends", |window| !window.state().is_running());
    until_predicted(window);
}

pub fn until_predicted(window: &mut Window) {
    until(window, "predictions are complete", |window| !window.state().is_predicting());
}

pub fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.key_press_modifiers(modifiers, key);
    window.run_ok();
}

/// Returns the options of a window that keeps its session below a folder.
pub fn keeping_sessions(study: Option<&Path>, folder: &Path) -> AppOptions {
    AppOptions { sessions: Some(folder.join("sessions")), ..options(study.map(Path::to_owned)) }
}

/// Returns the text of the first session file.
pub fn session(folder: &Path) -> String {
    fs::read_to_string(folder.join("sessions/0.json")).unwrap_or_default()
}

/// Returns whether the window is about to close.
pub fn closes(window: &Window) -> bool {
    window.state().is_closing()
}

/// Asks the window to close, in the next frame.
pub fn request_close(window: &mut Window) {
    let viewport = window.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default();
    viewport.events.push(egui::ViewportEvent::Close);
}

/// Presses Enter in the next frame.
pub fn enter_at_once(window: &mut Window) {
    window.event(Event::Key {
        key: Key::Enter,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    });
    window.step();
}

/// Returns the name of the control with the focus.
pub fn focused(window: &Window) -> String {
    let node = window.query_all_by(|_| true).find(|node| node.accesskit_node().is_focused());
    node.map_or(String::new(), |node| node.accesskit_node().label().unwrap_or_default())
}

/// Presses keys one after the other.
pub fn press_all(window: &mut Window, keys: &[Key]) {
    for &key in keys {
        press(window, Modifiers::NONE, key);
    }
}

pub fn click(window: &mut Window, label: &str) {
    window.get_by_label(label).click();
    window.run_ok();
}

/// Replaces the text of a cell.
pub fn fill(window: &mut Window, cell: &str, text: &str) {
    window.get_by_label(cell).focus();
    window.run_ok();
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.get_by_label(cell).type_text(text);
    window.run_ok();
}

pub fn value(window: &Window, cell: &str) -> String {
    window.get_by_label(cell).accesskit_node().value().unwrap_or_default()
}

pub fn shows(window: &Window, text: &str) -> bool {
    window.query_all_by_label_contains(text).next().is_some()
}

/// Returns whether a text is shown, with normal spaces for non-breaking ones.
pub fn says(window: &Window, text: &str) -> bool {
    let all = window.query_all_by(|node| {
        let label = node.label().or(node.value());
        label.is_some_and(|label| label.replace('\u{A0}', " ").contains(text))
    });
    all.into_iter().next().is_some()
}

pub fn rows(window: &Window) -> usize {
    (1..1000).take_while(|row| window.query_by_label(&format!("name {row}")).is_some()).count()
}

pub fn study(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("study.caselanes");
    fs::write(&path, text).unwrap();
    path
}

/// Returns the action of a browser that appends the path it is to open to a file.
pub fn append_path(file: &Path) -> String {
    format!("append={}={{last}}", file.display())
}

/// Returns the path that [`append_path`] appended; `None` before.
pub fn appended_path(file: &Path) -> Option<String> {
    Some(fs::read_to_string(file).ok()?.strip_suffix('\n')?.to_owned())
}

/// Returns a text with the path of `case-program` in place of its name.
pub fn with_case_program(text: &str) -> String {
    text.replace("case-program", case_program().to_str().unwrap())
}

/// Returns a study of two cases whose program ends at once this number of times. Later it waits
/// for a file `go` beside the study, so that a window sees the run however slowly it draws.
pub fn awaiting_after(count: u32) -> String {
    let ended = (0..count).map(|n| format!("'again={n}', ")).collect::<Vec<_>>().concat();
    with_case_program(&format!(
        "version = 1\n[workload]\nname = \"command\"\n\
         command = ['case-program', 'print={{x}}', {ended}'await=go']\nwork-folder = \".\"\n\
         grace = 0.5\n[plan]\nworkers = 2\n\
         [[case]]\nname = \"a\"\nx = 1\ny = 1\n[[case]]\nname = \"b\"\nx = 2\ny = 1\n"
    ))
}

pub const QUICK: &str = "version = 1\n[workload]\nname = \"wait\"\n[plan]\nworkers = 3\n\
    [[case]]\nname = \"short\"\nx = 0.05\ny = 1\n[[case]]\nname = \"long\"\nx = 0.2\ny = 2\n";

/// Chooses an entry of a list by the accessible name of its box.
pub fn choose(window: &mut Window, list: &str, entry: &str) {
    let place = window.get_by_role_and_label(Role::ComboBox, list).rect();
    window.get_by_role_and_label(Role::ComboBox, list).click();
    window.run_ok();
    // The list begins below its box; a heading may have the same text.
    let entries = window.query_all_by_role_and_label(Role::Button, entry);
    let distance = |node: &egui_kittest::Node<'_>| (node.rect().left() - place.left()).abs();
    let nearest = entries.min_by(|a, b| distance(a).total_cmp(&distance(b)));
    nearest.unwrap().click();
    window.run_ok();
}

/// Shows the values of the results as colours over x and y.
pub fn color_by_value(window: &mut Window) {
    choose(window, "Horizontal axis", "x");
    choose(window, "Vertical axis", "y");
    choose(window, "Colour", "value");
}

/// Returns a folder that remains until the test has ended, because a window says so when the
/// file of its study is gone.
pub fn lasting_folder() -> PathBuf {
    thread_local!(static FOLDERS: RefCell<Vec<TempDir>> = const { RefCell::new(Vec::new()) });
    let folder = tempdir().unwrap();
    let path = folder.path().to_owned();
    FOLDERS.with_borrow_mut(|folders| folders.push(folder));
    path
}

/// Returns a window after a simulated run, which is the same every time.
pub fn simulated(size: [f32; 2], scale: f32, theme: Theme) -> Window {
    let folder = lasting_folder();
    let text = "version = 1\n[workload]\nname = \"demo\"\n[plan]\nclock = \"virtual\"\nseed = 42\n";
    let path = study(&folder, text);
    let mut window = window_of(size, scale, theme, Some(path));
    until(&mut window, "the study is read", |window| value(window, "Seed") == "42");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    window.run_ok();
    window.remove_cursor();
    window.run_ok();
    window
}

/// Starts an example from its menu, at a hundredth of its length.
pub fn start_example(window: &mut Window, title: &str) {
    click(window, "Examples");
    click(window, "×0.01");
    window.get_by_label_contains(title).click();
    window.run_ok();
}

/// Returns an example as tests/record.py ran and recorded it. Runs with many cases have
/// totals only; their cases get equal shares of the total.
pub fn recorded(name: ExampleName) -> Experiment {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let file = folder.join(format!("{}.json", <&str>::from(name)));
    let runs: Vec<serde_json::Value> = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let plan = Plan { seed: Some(10), ..Plan::default() };
    let mut experiment = Experiment::example(name, &plan, MACHINE.report.logical_cpus);
    assert_eq!(runs.len(), experiment.steps.len(), "{name:?} has other steps now: record it again");
    for run in runs {
        let step = experiment.next().unwrap();
        assert_eq!(run["label"], step.label.as_str());
        let study = step.study.clone();
        let environment =
            Environment { logical_cpus: MACHINE.report.logical_cpus, seed: 10, last_s: None };
        let workload = step.workload.as_ref();
        let frozen =
            freeze(study.cases, study.workload, workload, &study.plan, environment).unwrap().0;
        let mut state = RunState::new(frozen.cases.len());
        events_of(&case_ends(&run, &frozen), &frozen)
            .into_iter()
            .for_each(|event| state.apply(event));
        experiment.take(Arc::new(RunReport::new(Arc::new(frozen), state, MACHINE.report)));
    }
    experiment
}

/// Returns the events of a recorded run from the starts and ends of its cases. Between
/// cases, a lane waits at a barrier if the strategy has some, else for its next case.
pub fn events_of(ends: &[CaseEnd], frozen: &FrozenStudy) -> Vec<RunEvent> {
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
                let reason = WaitReason::Barrier;
                events.push(RunEvent::Waited(WaitSpan { reason, from_ns, until_ns: at_ns }));
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

/// Returns how the cases of a recorded run ended.
pub fn case_ends(run: &serde_json::Value, frozen: &FrozenStudy) -> Vec<CaseEnd> {
    let count = u32::try_from(frozen.cases.len()).unwrap();
    let end = |case: u32| {
        let figure = |at: usize| run["cases"][case as usize][at].as_f64();
        let whole = |at: usize| u32::try_from(run["cases"][case as usize][at].as_u64()?).ok();
        let share_s = run["total_s"].as_f64().unwrap() / f64::from(count);
        let (start_s, end_s) = (share_s * f64::from(case), share_s * f64::from(case + 1));
        let x = frozen.cases.case(case as usize).x;
        let dispatch_index = whole(1).unwrap_or(case);
        CaseEnd {
            will_retry: false,
            ticket: Ticket { case, lane: whole(0).unwrap_or(0), attempt: 1, dispatch_index },
            start_ns: ns_from_s(figure(2).unwrap_or(start_s)),
            end_ns: ns_from_s(figure(3).unwrap_or(end_s)),
            waited_ns: figure(4).map(ns_from_s),
            cpu_ns: figure(5).map(ns_from_s),
            memory_bytes: None,
            outcome: CaseOutcome::done(figure(6).or(Some(x * x))),
        }
    };
    (0..count).map(end).collect()
}

/// Returns an example simulated on the virtual clock.
pub fn on_the_virtual_clock(name: ExampleName) -> Experiment {
    let plan = Plan { seed: Some(10), clock: ClockChoice::Virtual, ..Plan::default() };
    let mut experiment = Experiment::example(name, &plan, MACHINE.report.logical_cpus);
    for _ in 0..experiment.steps.len() {
        let step = experiment.next().unwrap();
        let study = step.study.clone();
        let environment =
            Environment { logical_cpus: MACHINE.report.logical_cpus, seed: 10, last_s: None };
        let workload = step.workload.as_ref();
        let frozen =
            freeze(study.cases, study.workload, workload, &study.plan, environment).unwrap().0;
        let state = replay(&frozen);
        experiment.take(Arc::new(RunReport::new(Arc::new(frozen), state, MACHINE.report)));
    }
    experiment
}

pub fn open_strategies(window: &mut Window) {
    window.get_by_role_and_label(Role::ComboBox, "Strategy").scroll_to_me();
    window.run_ok();
    window.get_by_role_and_label(Role::ComboBox, "Strategy").click();
    window.run_ok();
}

/// Chooses the strategy whose entry starts with this text.
pub fn choose_strategy(window: &mut Window, start: &str) {
    open_strategies(window);
    let entries = window.query_all_by_role(Role::Button);
    let label = |entry: &egui_kittest::Node<'_>| entry.accesskit_node().label().unwrap_or_default();
    entries.into_iter().find(|entry| label(entry).starts_with(start)).unwrap().click();
    window.run_ok();
}

/// Returns a window after a simulated run of `count` cases with this plan.
pub fn simulated_cases(count: u32, plan: &str, theme: Theme) -> Window {
    let folder = lasting_folder();
    let mut table = String::from("name,x,y\n");
    for case in 0..count {
        let length = 10 + case * 37 % 50;
        writeln!(table, "a long name of case {case},{length},1").unwrap();
    }
    fs::write(folder.join("cases.csv"), table).unwrap();
    let text = format!(
        "version = 1\ncases = \"cases.csv\"\n[workload]\nname = \"wait\"\n[plan]\nclock = \
         \"virtual\"\nseed = 1\n{plan}\n"
    );
    let path = study(&folder, &text);
    let mut window = window_of([1280.0, 800.0], 1.0, theme, Some(path));
    until(&mut window, "the study is read", |window| value(window, "Seed") == "1");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    window.run_ok();
    window.remove_cursor();
    window.run_ok();
    window
}

/// A clock that advances by a minute per reading.
pub fn minutes() -> Moment {
    thread_local!(static READINGS: Cell<u64> = const { Cell::new(0) });
    let minute = READINGS.get();
    READINGS.set(minute + 1);
    let local = format!("2026-11-24 14:{minute:02}:07");
    Moment { unix_ms: 1_800_000_000_000 + 60_000 * minute, local }
}

/// Returns the options of a window that saves runs in this folder.
pub fn saving_runs(study: Option<&Path>, folder: &Path) -> AppOptions {
    AppOptions { saved_runs: Some(folder.to_owned()), ..options(study.map(Path::to_owned)) }
}

/// Opens the list of saved runs.
pub fn show_saved_runs(mut window: Window) -> Window {
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    window.get_by_label_contains("Run history").click();
    window.run_ok();
    window
}

/// Presses the pointer at a place of the window and releases it at another.
pub fn drag_to(window: &mut Window, from: egui::Pos2, to: egui::Pos2) {
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    window.hover_at(from);
    window.run_ok();
    window.event(button(from, true));
    window.run_ok();
    for part in [0.5, 1.0] {
        window.hover_at(from + (to - from) * part);
        window.run_ok();
    }
    window.event(button(to, false));
    window.run_ok();
}

/// Saves the chart of the open tab by the command palette, and returns the file.
pub fn save_picture(window: &mut Window, path: &Path) -> Vec<u8> {
    press(window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    window.event(Event::Text("Save picture".to_owned()));
    window.run_ok();
    press(window, Modifiers::NONE, Key::Enter);
    fill(window, "Path", path.to_str().unwrap());
    click(window, "Save");
    until(window, "it is written", |window| shows(window, &format!("Saved to {}", path.display())));
    fs::read(path).unwrap()
}
