//! What it costs to have programs started: 2 000 times `/bin/true`, two at a time,
//! by `caselanes run` and by others, in turn.
//!
//! Each row is the whole of a process, its start and its report included; the first
//! is a bare loop over `std::process::Command` on two threads of this one. A ratio is
//! that of the cases per second to those of the bare loops right before and after it:
//! machines that others share change their pace within seconds.

#![expect(clippy::unwrap_used, reason = "a bench ends where something goes wrong")]
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Instant;

const CASES: usize = 2000;
const ROUNDS: usize = 7;
/// Of those that are slow anyway.
const FEW_ROUNDS: usize = 1;
const PROGRAM: &str = "/bin/true";

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let each = |text: &dyn Fn(usize) -> String| (0..CASES).map(text).collect::<Vec<_>>().concat();
    let rows = each(&|case| format!("{case},1,1\n"));
    fs::write(here.join("cases.csv"), format!("name,x,y\n{rows}")).unwrap();
    fs::write(here.join("numbers"), each(&|case| format!("{case}\n"))).unwrap();
    let rules = each(&|case| format!("t{case}:\n\t@{PROGRAM} {case}\n"));
    let all: Vec<_> = (0..CASES).map(|case| format!("t{case}")).collect();
    fs::write(here.join("Makefile"), format!("all: {}\n{rules}", all.join(" "))).unwrap();
    let rules = each(&|case| format!("build t{case}: t\n"));
    let ninja = format!("rule t\n command = {PROGRAM}\n{rules}");
    fs::write(here.join("build.ninja"), ninja).unwrap();

    let own = env!("CARGO_BIN_EXE_caselanes");
    let run = "run --cases cases.csv --workers 2 --quiet --output /dev/null";
    let peers = [
        ("output discarded", format!("{own} {run} --keep-output none -- {PROGRAM} {{x}}")),
        (
            "output discarded, in one folder",
            format!("{own} {run} --keep-output none --work-folder . -- {PROGRAM} {{x}}"),
        ),
        ("output kept", format!("{own} {run} -- {PROGRAM} {{x}}")),
        ("xargs -P 2 -n 1", format!("xargs -P 2 -n 1 -a numbers {PROGRAM}")),
        ("make -j2", "make -s -j2 all".to_owned()),
        ("ninja -j2", "ninja --quiet -j2".to_owned()),
        ("parallel -j2", format!("parallel -j2 -a numbers {PROGRAM}")),
    ];
    let mut bare = Vec::new();
    let mut ratios = vec![Vec::new(); peers.len()];
    let mut rates = vec![Vec::new(); peers.len()];
    for round in 0..ROUNDS {
        let mut before = cases_a_second(bare_loop);
        for (at, (_, line)) in peers.iter().enumerate() {
            if line.starts_with("parallel") && round >= FEW_ROUNDS {
                continue;
            }
            let mut words = line.split(' ');
            let program = words.next().unwrap();
            let there = Command::new(program).arg("--version").stdout(Stdio::null()).status();
            if there.is_err() {
                continue;
            }
            let arguments: Vec<_> = words.collect();
            let rate = cases_a_second(|| whole_process(program, &arguments, here));
            let after = cases_a_second(bare_loop);
            rates[at].push(rate);
            ratios[at].push(2.0 * rate / (before + after));
            bare.push(before);
            before = after;
        }
    }
    println!("{CASES} x {PROGRAM}, 2 at a time: cases a second, and over the bare loop; medians");
    println!("{:34}{:8.0}", "bare loop, output discarded", median(&mut bare));
    for (at, (name, _)) in peers.iter().enumerate() {
        if rates[at].is_empty() {
            println!("{name:34}     not here");
            continue;
        }
        let (rate, ratio) = (median(&mut rates[at]), median(&mut ratios[at]));
        let (least, most) = (ratios[at][0], ratios[at][ratios[at].len() - 1]);
        println!("{name:34}{rate:8.0}{ratio:8.2}   ({least:.2} to {most:.2})");
    }
}

fn cases_a_second(run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    CASES as f64 / start.elapsed().as_secs_f64()
}

fn bare_loop() {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let case = next.fetch_add(1, Relaxed);
                    if case >= CASES {
                        return;
                    }
                    let mut command = Command::new(PROGRAM);
                    command.arg(case.to_string()).stdin(Stdio::null());
                    command.stdout(Stdio::null()).stderr(Stdio::null());
                    assert!(command.status().unwrap().success());
                }
            });
        }
    });
}

fn whole_process(program: &str, arguments: &[&str], folder: &Path) {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env("TMPDIR", folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(command.status().unwrap().success());
}

/// Sorts them too.
fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
