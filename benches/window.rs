//! CPU time of a frame, layout and tessellation, per tab with 3 to 1 000 000 cases; and
//! the longest frame of operations on all of 100 000 cases.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use caselanes::report;
use caselanes::run::{CaseEnd, CaseOutcome, RunEvent};
use caselanes::schedule::Ticket;
use caselanes::study::read_study;
use caselanes::window::{App, AppOptions, MachineInfo};
use caselanes::workload::{Environment, freeze, workload_for};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group, criterion_main};
use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

const MACHINE: MachineInfo = MachineInfo {
    report: report::Machine { logical_cpus: 2, os: "linux", cpus: None },
    free_memory: None,
};

fn options(study: Option<PathBuf>) -> AppOptions {
    AppOptions { machine: MACHINE, ..AppOptions::of_this_machine(study, None) }
}

type Window = Harness<'static, App>;

/// Returns a window after a simulated run of this many cases.
fn window(cases: u32) -> Window {
    let folder = tempfile::tempdir().expect("a folder for the study");
    let path = folder.path().join("study.caselanes");
    let mut text = String::from(
        "version = 1\ncases = \"cases.csv\"\n[workload]\nname = \"wait\"\n[plan]\nclock = \
         \"virtual\"\n",
    );
    std::fs::write(&path, &text).expect("a study is written");
    text = String::from("name,x,y\n");
    text.extend((0..cases).map(|case| format!("Case {case},{},1\n", 1 + case * 17 % 50)));
    std::fs::write(folder.path().join("cases.csv"), text).expect("its cases are written");
    let mut window = Harness::builder()
        .with_size([1280.0, 800.0])
        .build_eframe(move |cc| App::new(cc, options(Some(path))));
    settle(&mut window);
    window.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    settle(&mut window);
    drop(folder);
    window
}

/// Returns a window with the results of a run of this many cases with three outputs each.
fn window_with_outputs(cases: u32) -> Window {
    let folder = tempfile::tempdir().expect("a folder for the study");
    let path = folder.path().join("study.caselanes");
    let text = "version = 1\ncases = \"cases.csv\"\n[workload]\nname = \"command\"\n\
                command = [\"solve\"]\n[workload.values]\nlift = \"a\"\ndrag = \"b\"\nmass = \"c\"\n";
    std::fs::write(&path, text).expect("a study is written");
    let mut text = String::from("name,x,y,chord\n");
    let row = |case: u32| format!("Case {case},{},{},{}\n", case % 100, case / 100 % 100, case % 7);
    text.extend((0..cases).map(row));
    std::fs::write(folder.path().join("cases.csv"), text).expect("its cases are written");
    let study = read_study(&path).expect("the study is read").study;
    let environment = Environment { logical_cpus: 2, seed: 1, last_s: None };
    let workload = workload_for(&study);
    let (rows, name) = (study.cases, study.workload);
    let frozen = freeze(rows, name, workload.as_ref(), &study.plan, environment);
    let frozen = Arc::new(frozen.expect("the study can run").0);
    let end = |case: u32| {
        let start_ns = u64::from(case / 2) * 1_000_000;
        let x = f64::from(case * 37 % 1009);
        let values =
            [Some(x), Some(f64::from(case) - x * x), (!case.is_multiple_of(17)).then_some(-x)];
        RunEvent::Finished(CaseEnd {
            will_retry: false,
            ticket: Ticket { case, lane: case % 2, attempt: 1, dispatch_index: case },
            start_ns,
            end_ns: start_ns + 900_000,
            waited_ns: None,
            cpu_ns: None,
            memory_bytes: None,
            outcome: CaseOutcome::Done(values.into_iter().collect()),
        })
    };
    let events = (0..cases).map(end).chain([RunEvent::Ended]).collect();
    let mut window = Harness::builder()
        .with_size([1280.0, 800.0])
        .build_eframe(move |cc| App::new(cc, options(Some(path))));
    settle(&mut window);
    window.state_mut().show_run(frozen, events, u64::from(cases) * 1_000_000);
    window.key_press_modifiers(Modifiers::COMMAND, Key::Num5);
    settle(&mut window);
    drop(folder);
    window
}

fn settle(window: &mut Window) {
    let begin = Instant::now();
    let mut quiet = 0;
    // Reading, runs and predictions start a frame or two after the request.
    while quiet < 60 {
        assert!(begin.elapsed() < Duration::from_mins(2), "the window does not settle");
        std::thread::sleep(Duration::from_millis(10));
        window.step();
        let busy = window.state().is_running() || window.state().is_predicting();
        quiet = if busy { 0 } else { quiet + 1 };
    }
}

/// The first frame, from creating the window, without the display.
fn first_frame(criterion: &mut Criterion) {
    criterion.bench_function("first frame", |bencher| {
        bencher.iter(|| {
            let mut window = Harness::builder()
                .with_size([1280.0, 800.0])
                .build_eframe(|cc| App::new(cc, options(None)));
            window.step();
            black_box(window.output().shapes.len())
        });
    });
}

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frame");
    group.sample_size(20).measurement_time(Duration::from_secs(2));
    for cases in [3, 10_000, 100_000, 1_000_000] {
        let mut window = window(cases);
        let tabs = [
            (Key::Num1, "bars"),
            (Key::Num2, "timeline"),
            (Key::Num3, "workers"),
            (Key::Num4, "compare"),
            (Key::Num5, "results"),
            (Key::Num6, "log"),
            (Key::Num7, "cases"),
        ];
        for (key, tab) in tabs {
            window.key_press_modifiers(Modifiers::COMMAND, key);
            settle(&mut window);
            frame(&mut group, tab, cases, &mut window);
        }
        let mut window = window_with_outputs(cases);
        frame(&mut group, "outputs table", cases, &mut window);
        for (mode, name) in [
            ("Scatter", "outputs scatter"),
            ("Pareto front", "outputs front"),
            ("Grid", "outputs grid"),
            ("Lines", "outputs lines"),
        ] {
            window.get_by_label(mode).click();
            settle(&mut window);
            frame(&mut group, name, cases, &mut window);
        }
    }
    group.finish();
}

fn frame(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, cases: u32, window: &mut Window) {
    group.bench_function(BenchmarkId::new(name, cases), |bencher| {
        bencher.iter(|| {
            window.step();
            let output = window.output();
            let shapes = output.shapes.clone();
            black_box(window.ctx.tessellate(shapes, output.pixels_per_point))
        });
    });
}

/// Returns the longest frame of an operation.
fn longest(window: &mut Window) -> Duration {
    let frame = |window: &mut Window| {
        let start = Instant::now();
        window.step();
        start.elapsed()
    };
    (0..4).map(|_| frame(window)).max().unwrap_or_default()
}

/// Returns the longest frame of an operation that a thread may end.
fn longest_until_settled(window: &mut Window) -> Duration {
    let frames = (0..60).map(|_| {
        std::thread::sleep(Duration::from_millis(10));
        longest(window)
    });
    frames.max().unwrap_or_default()
}

fn operations(_: &mut Criterion) {
    let mut window = window(100_000);
    let mut rows = String::new();
    rows.extend((0..100_000).map(|row| format!("pasted {row}\t1\t2\n")));
    let shift = Modifiers::COMMAND | Modifiers::SHIFT;
    let keys = [
        ("sort by end", Modifiers::COMMAND, Key::Num5),
        ("select all", shift, Key::A),
        ("move all", Modifiers::ALT, Key::ArrowUp),
        ("duplicate all", Modifiers::COMMAND, Key::J),
        ("delete selected", Modifiers::NONE, Key::Delete),
        ("undo", Modifiers::COMMAND, Key::Z),
        ("redo", shift, Key::Z),
        ("copy results", shift, Key::C),
    ];
    for (name, modifiers, key) in keys {
        window.key_press_modifiers(modifiers, key);
        println!("100 000 cases, {name}: longest frame {:?}", longest(&mut window));
    }
    window.event(Event::Paste(rows));
    println!("100 000 cases, paste as many: longest frame {:?}", longest(&mut window));
    window.key_press_modifiers(Modifiers::COMMAND, Key::Num7);
    settle(&mut window);
    for (name, title) in [("select a column", "Column x"), ("sort by it", "Sort ▾")] {
        window.get_by_label(title).click();
        println!("200 000 cases, {name}: longest frame {:?}", longest_until_settled(&mut window));
    }
    let keys = [
        ("undo the sort", Modifiers::COMMAND, Key::Z),
        ("fill a column down", Modifiers::COMMAND, Key::D),
        ("clear it", Modifiers::NONE, Key::Delete),
        ("undo that", Modifiers::COMMAND, Key::Z),
    ];
    for (name, modifiers, key) in keys {
        window.key_press_modifiers(modifiers, key);
        println!("200 000 cases, {name}: longest frame {:?}", longest_until_settled(&mut window));
    }
    window.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    let frames = (0..40).map(|_| {
        std::thread::sleep(Duration::from_millis(5));
        longest(&mut window)
    });
    println!("200 000 cases, run: longest frame {:?}", frames.max().unwrap_or_default());
}

criterion_group!(benches, first_frame, frames, operations);
criterion_main!(benches);
