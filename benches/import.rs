//! Reading tables of cases: a million rows of CSV, and a workbook of 100 000 rows × 10 columns.

#![expect(clippy::expect_used, reason = "a bench that cannot start ends")]

use std::hint::black_box;
use std::path::Path;
use std::process::Command;

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

criterion_group!(benches, tables);
criterion_main!(benches);
