//! Cost of starting programs: `/bin/true` 2 000 times, two at a time, by `caselanes run`
//! and by other tools in turn.
//!
//! The first row is a loop over `std::process::Command` on two threads of this process.
//! Each other row is a whole process, including its start and its report. A ratio
//! compares its cases per second with those of the loops right before and after it,
//! because the speed of shared machines changes within seconds.

#![expect(clippy::unwrap_used, reason = "benches fail by panicking")]
#![expect(clippy::print_stdout, reason = "benches print their results")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Instant;

const CASES: usize = 2000;
const ROUNDS: usize = 7;
/// Rounds of slow tools.
const SLOW_ROUNDS: usize = 1;
const PROGRAM: &str = "/bin/true";

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let each = |text: &dyn Fn(usize) -> String| (0..CASES).map(text).collect::<Vec<_>>().concat();
    let rows = each(&|case| format!("{case},1,1\n"));
    fs::write(folder.join("cases.csv"), format!("name,x,y\n{rows}")).unwrap();
    fs::write(folder.join("numbers"), each(&|case| format!("{case}\n"))).unwrap();
    let deck = "length {{ x|fmt(\"%10.4f\") }}\nload {{ x*y/2 }}\ncase {{ name }}\n".repeat(10);
    fs::write(folder.join("deck.tpl"), deck).unwrap();
    let rules = each(&|case| format!("t{case}:\n\t@{PROGRAM} {case}\n"));
    let all: Vec<_> = (0..CASES).map(|case| format!("t{case}")).collect();
    fs::write(folder.join("Makefile"), format!("all: {}\n{rules}", all.join(" "))).unwrap();
    let rules = each(&|case| format!("build t{case}: t\n"));
    let ninja = format!("rule t\n command = {PROGRAM}\n{rules}");
    fs::write(folder.join("build.ninja"), ninja).unwrap();

    let own = env!("CARGO_BIN_EXE_caselanes");
    let run = "run --cases cases.csv --workers 2 --quiet --output /dev/null";
    let peers = [
        ("output discarded", format!("{own} {run} --keep-output none -- {PROGRAM} {{x}}")),
        (
            "output discarded, in one folder",
            format!("{own} {run} --keep-output none --work-folder . -- {PROGRAM} {{x}}"),
        ),
        ("output kept", format!("{own} {run} -- {PROGRAM} {{x}}")),
        (
            "input file rendered, discarded",
            format!("{own} {run} --keep-output none --template deck.tpl -- {PROGRAM} deck"),
        ),
        ("input file rendered, kept", format!("{own} {run} --template deck.tpl -- {PROGRAM} deck")),
        ("xargs -P 2 -n 1", format!("xargs -P 2 -n 1 -a numbers {PROGRAM}")),
        ("make -j2", "make -s -j2 all".to_owned()),
        ("ninja -j2", "ninja --quiet -j2".to_owned()),
        ("parallel -j2", format!("parallel -j2 -a numbers {PROGRAM}")),
    ];
    let mut loop_rates = Vec::new();
    let mut ratios = vec![Vec::new(); peers.len()];
    let mut rates = vec![Vec::new(); peers.len()];
    for round in 0..ROUNDS {
        let mut before = cases_per_second(plain_loop);
        for (at, (_, line)) in peers.iter().enumerate() {
            if line.starts_with("parallel") && round >= SLOW_ROUNDS {
                continue;
            }
            let mut words = line.split(' ');
            let program = words.next().unwrap();
            let available = Command::new(program).arg("--version").stdout(Stdio::null()).status();
            if available.is_err() {
                continue;
            }
            let arguments: Vec<_> = words.collect();
            let rate = cases_per_second(|| whole_process(program, &arguments, folder));
            let after = cases_per_second(plain_loop);
            rates[at].push(rate);
            ratios[at].push(2.0 * rate / (before + after));
            loop_rates.push(before);
            before = after;
        }
    }
    println!(
        "{CASES} x {PROGRAM}, 2 at a time: cases per second, and ratio to the plain loop; medians"
    );
    println!("{:34}{:8.0}", "plain loop, output discarded", median(&mut loop_rates));
    for (at, (name, _)) in peers.iter().enumerate() {
        if rates[at].is_empty() {
            println!("{name:34}     not installed");
            continue;
        }
        let (rate, ratio) = (median(&mut rates[at]), median(&mut ratios[at]));
        let (low, high) = (ratios[at][0], ratios[at][ratios[at].len() - 1]);
        println!("{name:34}{rate:8.0}{ratio:8.2}   ({low:.2} to {high:.2})");
    }
}

fn cases_per_second(run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    CASES as f64 / start.elapsed().as_secs_f64()
}

fn plain_loop() {
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

/// Returns the median; sorts the figures.
fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
