//! Waiting and computing: seven cases of each, run in series, by threads under a global
//! lock, and by processes.

use super::build::{Common, alone, setup, table};
use crate::experiment::findings::{Best, Claim, FigureCell, FigureTable};
use crate::experiment::judge::{Judge, RunTotals, test};
use crate::experiment::step::RunStep;
use crate::study::{CaseTable, Plan, Strategy, WORKER_RANGE, WorkloadName};
use crate::text::{four_digit_duration, list};

pub(in super::super) const EXPLANATION: &str = "\
Seven cases that wait 1 s and seven that compute the factorials of 1000 to 3999 run one after \
another, by 8 threads under a global lock, and by one process per logical CPU. Threads suit \
waiting, processes suit computing: the right worker count depends on the work. The computing \
cases run six times, interleaved.";

const REPEATS: usize = 6;

const ROWS: [&str; 3] = ["one after another", "8 threads, global lock", "processes"];
const COLUMNS: [&str; 2] = ["computing", "waiting"];

/// Returns seven cases, as in `range(1, 8)`; the original text says eight.
fn cases() -> CaseTable {
    let names = ["id 1", "id 2", "id 3", "id 4", "id 5", "id 6", "id 7"];
    table(names.map(|name| (name, 1.0, 0.0)))
}

fn label(row: usize, column: usize) -> String {
    format!("{}: {}", COLUMNS[column], ROWS[row])
}

pub(in super::super) fn steps(plan: &Plan, logical_cpus: u32) -> Vec<RunStep> {
    let processes = logical_cpus.clamp(*WORKER_RANGE.start(), *WORKER_RANGE.end());
    let setups = [
        alone(Strategy::Series),
        setup(Strategy::GlobalLock, 8),
        setup(Strategy::Processes, processes),
    ];
    let column = |column: usize, name| {
        let common = Common::new(cases(), name, plan);
        let rows = setups.iter().enumerate();
        rows.map(|(row, setup)| common.step(label(row, column), *setup)).collect::<Vec<_>>()
    };
    let computing = vec![column(0, WorkloadName::Factorials); REPEATS].concat();
    [computing, column(1, WorkloadName::Wait)].concat()
}

pub(in super::super) fn claims(judge: &Judge<'_>) -> Vec<Claim> {
    vec![
        best(judge, "Processes speed up computing the most", 2, 0),
        best(judge, "Threads speed up waiting the most", 1, 1),
        judge.faster("Threads under the lock slow down computing", &label(0, 0), &label(1, 0)),
        judge.faster("Processes speed up waiting as well", &label(2, 1), &label(0, 1)),
        eight(judge),
    ]
}

/// Tests that a row is clearly the best of its column.
fn best(judge: &Judge<'_>, claim: &str, row: usize, column: usize) -> Claim {
    let all = (0..ROWS.len()).map(|row| judge.totals(&label(row, column)));
    let finding = all.collect::<Option<Vec<_>>>().map(|all| {
        let holds = |all: &[RunTotals]| {
            let others = (0..ROWS.len()).filter(|&other| other != row);
            let verdicts: Vec<_> = others.map(|other| all[row].is_less(&all[other])).collect();
            let is_beaten = verdicts.contains(&Some(false));
            (is_beaten || !verdicts.contains(&None)).then_some(!is_beaten)
        };
        let totals = ROWS.iter().zip(&all);
        let shown =
            totals.map(|(name, totals)| format!("{name} {}", four_digit_duration(totals.median_s)));
        (test(&all, holds), list(shown))
    });
    Claim::new(claim, finding)
}

fn eight(judge: &Judge<'_>) -> Claim {
    let series = label(0, 1);
    let totals = judge.reports(&series).next().zip(judge.totals(&series));
    let finding = totals.map(|(report, totals)| {
        let (cases, total) = (report.frozen.cases.len(), four_digit_duration(totals.median_s));
        let evidence = format!("range(1, 8) has {cases}; the waiting cases took {total} in series");
        (Some(cases == 8), evidence)
    });
    Claim::new("Eight cases run (as the text states)", finding)
}

/// Builds the table of totals, marking the best of each column and totals within noise of it.
pub(in super::super) fn grid(judge: &Judge<'_>) -> Option<FigureTable> {
    let column = |column: usize| {
        let totals: Vec<_> = (0..ROWS.len()).map(|row| judge.totals(&label(row, column))).collect();
        let by_median = |a: &&RunTotals, b: &&RunTotals| a.median_s.total_cmp(&b.median_s);
        let least = totals.iter().flatten().min_by(by_median);
        let cell = |own: &Option<RunTotals>| FigureCell {
            text: own.as_ref().map_or(String::new(), |own| four_digit_duration(own.median_s)),
            best: match (least, own) {
                (Some(least), Some(own)) if least.median_s == own.median_s => Some(Best::Least),
                (Some(least), Some(own)) if least.is_less(own) != Some(true) => {
                    Some(Best::WithinNoise)
                }
                _ => None,
            },
        };
        totals.iter().map(cell).collect::<Vec<_>>()
    };
    let columns: Vec<Vec<FigureCell>> = (0..COLUMNS.len()).map(column).collect();
    let row = |row: usize| columns.iter().map(|cells| cells[row].clone()).collect();
    let any = columns.iter().flatten().any(|cell| !cell.text.is_empty());
    any.then(|| FigureTable {
        columns: COLUMNS.map(str::to_owned).to_vec(),
        rows: (0..ROWS.len()).map(|at| (ROWS[at].to_owned(), row(at))).collect(),
    })
}
