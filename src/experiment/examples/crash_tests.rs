//! Crash tests: six simulations on two meshes, run in several ways.

use super::build::{Common, alone, setup, table};
use crate::experiment::judge::Judge;
use crate::experiment::{Claim, RunStep};
use crate::study::{CaseTable, Order, Plan, Setup, Strategy, WorkloadName};

pub(in super::super) const EXPLANATION: &str = "\
Three crashes are simulated on a coarse mesh, then on a fine one: six cases that wait between \
1.5 and 15.4 s. They run in series; one mesh at a time, with a barrier between the meshes; and \
all six at once. The original overlooks that three workers are as fast as six if they start \
with the longest case.";

const SERIES: &str = "in series";
const MESH: &str = "a mesh at a time";
const AT_ONCE: &str = "all at once";
const THREE: &str = "3 workers, as listed";
const LONGEST: &str = "3 workers, longest first";

/// Returns the six cases: x is the complexity of the simulation, y that of the mesh.
pub(super) fn cases() -> CaseTable {
    table([
        ("side__10__200", 10.0, 200.0),
        ("front__50__200", 50.0, 200.0),
        ("rear__20__200", 20.0, 200.0),
        ("side__10__400", 10.0, 400.0),
        ("front__50__400", 50.0, 400.0),
        ("rear__20__400", 20.0, 400.0),
    ])
}

pub(in super::super) fn steps(plan: &Plan) -> Vec<RunStep> {
    let common = Common::new(cases(), WorkloadName::CrashTest, plan);
    let three = setup(Strategy::Threads, 3);
    vec![
        common.step(SERIES, alone(Strategy::Series)),
        common.step(MESH, setup(Strategy::Batches, 3)),
        common.step(AT_ONCE, alone(Strategy::AllAtOnce)),
        common.step(THREE, three),
        common.step(LONGEST, Setup { order: Some(Order::Longest), ..three }),
    ]
}

pub(in super::super) fn claims(judge: &Judge<'_>) -> Vec<Claim> {
    let waits_s = judge.waits_s(SERIES).filter(|waits_s| waits_s.len() == 6);
    let longest = |waits_s: &[f64]| waits_s.iter().copied().fold(0.0, f64::max);
    vec![
        judge.expected(
            "In series the total is the sum of all simulations (37 s at full length)",
            SERIES,
            waits_s.map(|waits_s| waits_s.iter().sum()),
            "the waits sum to",
        ),
        judge.expected(
            "One mesh at a time, the total is the slowest case of each mesh (23 s)",
            MESH,
            waits_s.map(|waits_s| longest(&waits_s[..3]) + longest(&waits_s[3..])),
            "the slowest cases of both meshes take",
        ),
        judge.expected(
            "All at once, the slowest simulation determines the total (15 s)",
            AT_ONCE,
            waits_s.map(longest),
            "the slowest case takes",
        ),
        judge.faster("A barrier costs time: all at once is faster", AT_ONCE, MESH),
        judge.about_equal(
            "Three workers suffice: longest first, they take no longer than all at once",
            LONGEST,
            AT_ONCE,
            0.02,
        ),
        judge.faster(
            "The order matters: in listed order, three workers are slower",
            LONGEST,
            THREE,
        ),
        judge.values(
            "The results are simulation complexity times mesh complexity",
            AT_ONCE,
            &[2000.0, 10_000.0, 4000.0, 4000.0, 20_000.0, 8000.0],
        ),
    ]
}
