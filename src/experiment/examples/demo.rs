//! The web demo: three cases on three workers, each waiting a random time.

use super::build::{Common, alone, setup};
use crate::experiment::judge::Judge;
use crate::experiment::{Claim, RunStep};
use crate::study::{CaseTable, Plan, Strategy, WorkloadName};

pub(in super::super) const EXPLANATION: &str = "\
Three cases, each waiting a random whole number of seconds from 1 to 4, on three workers, one \
per licence. On average the longest of the three waits is 3.4 s and their sum 7.5 s. The demo \
shows that sum as the series total; here the cases also run one after another.";

const PARALLEL: &str = "3 workers";
const SERIES: &str = "in series";

pub(in super::super) fn steps(plan: &Plan) -> Vec<RunStep> {
    let common = Common::new(CaseTable::demo(), WorkloadName::Demo, plan);
    vec![
        common.step(PARALLEL, setup(Strategy::Threads, 3)),
        common.step(SERIES, alone(Strategy::Series)),
    ]
}

pub(in super::super) fn claims(judge: &Judge<'_>) -> Vec<Claim> {
    let waits_s = judge.waits_s(PARALLEL);
    vec![
        judge.expected(
            "The batch takes about as long as its slowest case",
            PARALLEL,
            waits_s.map(|waits_s| waits_s.iter().copied().fold(0.0, f64::max)),
            "the slowest case waits",
        ),
        judge.expected(
            "One after another the cases take the sum of their waits",
            SERIES,
            waits_s.map(|waits_s| waits_s.iter().sum()),
            "the waits sum to",
        ),
        judge.faster("Running in parallel saves time", PARALLEL, SERIES),
        judge.values("The values are x² + y²: 2, 5, 10", PARALLEL, &[2.0, 5.0, 10.0]),
    ]
}
