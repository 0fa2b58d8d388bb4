//! Reading tables of cases: a million rows of CSV, and a workbook of 100 000 rows × 10 columns;
//! and logs of other tools.

#![expect(clippy::expect_used, reason = "a bench that cannot start ends")]

use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use caselanes::report::read_recorded;
use caselanes::study::read_study;
use criterion::{Criterion, criterion_group, criterion_main};

/// Writes random cases with this many further columns, and a study that names them.
fn write_study(folder: &Path, rows: u32, columns: u32, table: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
    command.args(["cases", "--seed", "1", "--random", &rows.to_string(), "x=0..1", "y=0..1"]);
    command.args((0..columns).map(|column| format!("c{column}=0..1000")));
    let written = command.arg("--output").arg(folder.join(table)).status();
    assert!(written.expect("the cases are generated").success());
    let study = format!("version = 1\ncases = \"{table}\"\n");
    std::fs::write(folder.join("study.caselanes"), study).expect("the study is written");
}

fn tables(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("import");
    group.sample_size(10);
    for (name, rows, columns, table) in [
        ("1 000 000 rows of CSV", 1_000_000, 0, "cases.csv"),
        ("workbook of 100 000 × 10", 100_000, 7, "cases.xlsx"),
    ] {
        let folder = tempfile::tempdir().expect("a folder for the tables");
        write_study(folder.path(), rows, columns, table);
        let study = folder.path().join("study.caselanes");
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(read_study(&study).expect("the cases are read")));
        });
    }
    group.finish();
}

/// A log of a million jobs, of every format that has a line per job.
fn logs(criterion: &mut Criterion) {
    const JOBS: u32 = 1_000_000;
    let log = |header: &str, line: &dyn Fn(u32) -> String| {
        (0..JOBS).fold(header.to_owned(), |mut text, job| {
            text += &line(job);
            text
        })
    };
    let header = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";
    let parallel = log(header, &|job| {
        let start = 1_795_926_442 + job / 4;
        format!(
            "{job}\t:\t{start}.{:03}\t     0.9{:02}\t0\t0\t0\t0\tsolve {job}\n",
            job % 4,
            job % 97
        )
    });
    let ninja = log("# ninja log v5\n", &|job| {
        format!("{}\t{}\t1\tout/{job}.o\t{job:x}\n", job / 4 * 10, job / 4 * 10 + 9)
    });
    let csv = log("name,start,end\n", &|job| format!("case {job},{}.25,{}.5\n", job / 4, job / 4));
    let sacct = log("JobID|Submit|Start|End|State|ExitCode|NodeList|JobName\n", &|job| {
        let at = format!("2026-01-{:02}T{:02}:{:02}:00", 1 + job % 28, job % 24, job % 60);
        format!("{job}|{at}|{at}|{at}|COMPLETED|0:0|n{}|sweep\n", job % 40)
    });
    let mut group = criterion.benchmark_group("log of 1 000 000 jobs");
    group.sample_size(10);
    for (name, text) in [("parallel", parallel), ("ninja", ninja), ("csv", csv), ("sacct", sacct)] {
        group.bench_function(name, |bencher| {
            bencher
                .iter(|| black_box(read_recorded(text.as_bytes(), None).expect("the log is read")));
        });
    }
    group.finish();
}

criterion_group!(benches, tables, logs);
criterion_main!(benches);
