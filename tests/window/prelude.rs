//! What all tests of the window share.

pub use std::cell::Cell;
pub use std::fmt::Write as _;
pub use std::fs;
pub use std::path::{Path, PathBuf};
pub use std::sync::Arc;
pub use std::time::{Duration, Instant};

pub use caselanes::engine::WorkerProgram;
pub use caselanes::experiment::{ExampleName, Experiment};
pub use caselanes::history::Moment;
pub use caselanes::report::{self, RunReport};
pub use caselanes::run::{CaseEnd, CaseOutcome, RunEvent, RunState, replay};
pub use caselanes::schedule::{Ticket, WaitReason, WaitSpan, ns_from_s};
pub use caselanes::study::{
    CaseTable, ClockChoice, FrozenStudy, Plan, Strategy, Study, WorkloadName, parse_setup,
};
pub use caselanes::window::{App, MachineInfo};
pub use caselanes::workload::{Environment, find, freeze};
pub use egui::{Event, Key, Modifiers, Role, Theme, accesskit::Toggled};
pub use egui_kittest::kittest::{NodeT as _, Queryable as _};
pub use egui_kittest::{Harness, SnapshotOptions, SnapshotResults};
pub use strum::VariantArray as _;
pub use tempfile::tempdir;

/// A machine that is the same on every machine.
pub const MACHINE: MachineInfo = MachineInfo {
    report: report::Machine { logical_cpus: 2, os: "linux" },
    free_memory: Some(23_000_000_000),
};

pub type Window = Harness<'static, App>;

/// The one way in which tests make a window.
pub fn window_of(size: [f32; 2], scale: f32, theme: Theme, study: Option<PathBuf>) -> Window {
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

pub fn window() -> Window {
    window_of([1280.0, 800.0], 1.0, Theme::Light, None)
}

pub fn opened(study: &Path) -> Window {
    let mut window = window_of([1280.0, 800.0], 1.0, Theme::Light, Some(study.to_owned()));
    let name = study.file_name().unwrap().to_str().unwrap().to_owned();
    until(&mut window, "the study is read", move |window| shows(window, &name));
    window
}

/// Steps until it holds, at most for a minute.
pub fn until(window: &mut Window, what: &str, holds: impl Fn(&Window) -> bool) {
    let start = Instant::now();
    while !holds(window) {
        assert!(start.elapsed() < Duration::from_mins(1), "waited in vain: {what}");
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
    until(window, "all is predicted", |window| !window.state().is_predicting());
}

pub fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.key_press_modifiers(modifiers, key);
    window.run_ok();
}

pub fn click(window: &mut Window, label: &str) {
    window.get_by_label(label).click();
    window.run_ok();
}

/// Puts a text in place of what a cell holds.
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

/// Whether a text is shown, wherever lines and numbers were kept together.
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

pub const QUICK: &str = "version = 1\n[workload]\nname = \"wait\"\n[plan]\nworkers = 3\n\
    [[case]]\nname = \"short\"\nx = 0.05\ny = 1\n[[case]]\nname = \"long\"\nx = 0.2\ny = 2\n";

/// A run on the virtual clock is the same every time.
pub fn played(size: [f32; 2], scale: f32, theme: Theme) -> Window {
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

/// Starts an example from its menu, at a hundredth of its length.
pub fn start_example(window: &mut Window, title: &str) {
    click(window, "Examples");
    click(window, "×0.01");
    window.get_by_label_contains(title).click();
    window.run_ok();
}

/// The example as it was run and recorded by tests/record.py. Of runs with many
/// cases the totals alone were kept: there the cases share the total.
pub fn recorded(name: ExampleName) -> Experiment {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let file = folder.join(format!("{}.json", <&str>::from(name)));
    let runs: Vec<serde_json::Value> = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let plan = Plan { seed: Some(10), ..Plan::default() };
    let mut session = Experiment::example(name, &plan, MACHINE.report.logical_cpus);
    assert_eq!(runs.len(), session.steps().len(), "{name:?} has other steps now: record it anew");
    for run in runs {
        let step = session.next().unwrap();
        assert_eq!(run["label"], step.label.as_str());
        let study = step.study.clone();
        let given =
            Environment { logical_cpus: MACHINE.report.logical_cpus, seed: 10, last_s: None };
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
pub fn told(ends: &[CaseEnd], frozen: &FrozenStudy) -> Vec<RunEvent> {
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
                let why = WaitReason::Barrier;
                events.push(RunEvent::Waited(WaitSpan { reason: why, from_ns, until_ns: at_ns }));
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
pub fn ends(run: &serde_json::Value, frozen: &FrozenStudy) -> Vec<CaseEnd> {
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
            outcome: CaseOutcome::Done(figure(6).or(Some(x * x))),
        }
    };
    (0..count).map(end).collect()
}

/// The example on the virtual clock.
pub fn on_the_virtual_clock(name: ExampleName) -> Experiment {
    let plan = Plan { seed: Some(10), clock: ClockChoice::Virtual, ..Plan::default() };
    let mut session = Experiment::example(name, &plan, MACHINE.report.logical_cpus);
    for _ in 0..session.steps().len() {
        let step = session.next().unwrap();
        let study = step.study.clone();
        let given =
            Environment { logical_cpus: MACHINE.report.logical_cpus, seed: 10, last_s: None };
        let workload = step.workload.as_ref();
        let frozen = freeze(study.cases, study.workload, workload, &study.plan, given).unwrap().0;
        let state = replay(&frozen);
        session.take(Arc::new(RunReport::new(Arc::new(frozen), state, MACHINE.report)));
    }
    session
}

pub fn open_strategies(window: &mut Window) {
    window.get_by_role_and_label(Role::ComboBox, "Strategy").scroll_to_me();
    window.run_ok();
    window.get_by_role_and_label(Role::ComboBox, "Strategy").click();
    window.run_ok();
}

/// Opens the list of strategies and takes this one.
pub fn choose_strategy(window: &mut Window, start: &str) {
    open_strategies(window);
    let entries = window.query_all_by_role(Role::Button);
    let said = |entry: &egui_kittest::Node<'_>| entry.accesskit_node().label().unwrap_or_default();
    entries.into_iter().find(|entry| said(entry).starts_with(start)).unwrap().click();
    window.run_ok();
}

/// A window in which so many cases were run on the virtual clock by this plan.
pub fn many(count: u32, plan: &str, theme: Theme) -> Window {
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

/// A clock on which a minute goes by at each look.
pub fn minutes() -> Moment {
    thread_local!(static LOOKS: Cell<u64> = const { Cell::new(0) });
    let minute = LOOKS.get();
    LOOKS.set(minute + 1);
    let local = format!("2026-11-24 14:{minute:02}:07");
    Moment { unix_ms: 1_800_000_000_000 + 60_000 * minute, local }
}

/// The window with this folder of kept runs, which are shown.
pub fn with_history(mut window: Window, folder: &Path) -> Window {
    let (ctx, folder) = (window.ctx.clone(), folder.to_owned());
    window.state_mut().keep_runs_in(&ctx, folder, minutes);
    press(&mut window, Modifiers::COMMAND, Key::Num4);
    window.get_by_label_contains("Run history").click();
    window.run_ok();
    window
}
