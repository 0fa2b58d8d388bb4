//! How far a run was from the best possible, in one sentence.

use std::fmt;

use crate::schedule::s_from_ns;

use crate::report::figures::case_lengths::CaseLengths;
use crate::report::predict::optimum::Optimum;
use crate::report::run_report::RunReport;
use crate::text::{duration, ratio};

/// The sentence, such as `best possible 15.4 s; this run took 20 % longer`, or
/// `best known 15.4 s, within 0.3 % of the best possible; …` where the search for
/// the best ended without a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BestPossible {
    /// Its first two words.
    pub label: &'static str,
    /// The others.
    pub words: String,
}

impl fmt::Display for BestPossible {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} {}", self.label, self.words)
    }
}

/// What any order and strategy could make of these cases on so many workers, and
/// how this run compares. Only if all cases are done and their lengths known.
/// Computes for some milliseconds: not for every frame.
#[must_use]
pub fn best_possible(report: &RunReport) -> Option<BestPossible> {
    if report.frozen.cases.is_empty() || !report.state.all_done() {
        return None;
    }
    let known = CaseLengths::of(&report.frozen, &report.state)?;
    if report.state.target_workers().is_some() {
        // Of lanes that came and went it is not looked for.
        return None;
    }
    let optimum = Optimum::of(&known.lengths_ns, report.frozen.plan.max_running())?;
    // Those of the machine: under a global lock it is the lock that binds.
    let cpus = report.machine.logical_cpus;
    let cores_ns = known.cores_bound_ns(cpus);
    let mut best = if cores_ns > optimum.makespan_ns {
        let computing = duration(s_from_ns(known.computing_ns));
        let cpus = if cpus == 1 { "1 CPU".to_owned() } else { format!("{cpus} CPUs") };
        let least = duration(s_from_ns(cores_ns));
        let words = format!("{least} at least, for {computing} of computing on {cpus}");
        BestPossible { label: "best possible", words }
    } else {
        found(&optimum)
    };
    let best_ns = optimum.makespan_ns.max(cores_ns);
    best.words.push_str(&compared(report.state.makespan_ns(), best_ns));
    Some(best)
}

fn found(optimum: &Optimum) -> BestPossible {
    let best = duration(s_from_ns(optimum.makespan_ns));
    if optimum.is_exact() {
        return BestPossible { label: "best possible", words: best };
    }
    let words = format!("{best}, within {} of the best possible", percent_up(optimum.gap()));
    BestPossible { label: "best known", words }
}

/// The run beside the best, where they can be told apart.
fn compared(total_ns: u64, best_ns: u64) -> String {
    if best_ns == 0 {
        return String::new();
    }
    match total_ns as f64 / best_ns as f64 {
        times if times >= 2.0 => format!("; this run took {}x as long", ratio(times)),
        times if times >= 1.0995 => {
            format!("; this run took {:.0} % longer", (times - 1.0) * 100.0)
        }
        times if times >= 1.0 => {
            format!("; this run is within {} of it", percent_up(times - 1.0))
        }
        // No schedule can; the lengths are not quite what the cases took.
        times => format!("; this run took {} less, which is noise", percent_up(1.0 - times)),
    }
}

/// A part in percent with one digit, rounded up, so that `within` is true, but
/// not for the last bits of a quotient.
fn percent_up(part: f64) -> String {
    format!("{:.1} %", ((part * 1000.0 - 1e-6).ceil() / 10.0).max(0.1))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::run_report::Machine;
    use crate::run::{CaseEnd, CaseOutcome, RunEvent, RunState, replay};
    use crate::schedule::Ticket;
    use crate::study::{
        CaseTable, ClockChoice, FrozenPlan, FrozenStudy, Lengths, Order, SeriesChoice, Strategy,
        WorkloadName,
    };

    fn frozen(cases: usize, lengths: Lengths, workers: u32) -> FrozenStudy {
        let mut table = CaseTable::default();
        for _ in 0..cases {
            table.push("", 1.0, 1.0, &[]);
        }
        let plan = FrozenPlan {
            limits: crate::study::Limits::default(),
            strategy: Strategy::Threads,
            workers,
            batch: None,
            order: Order::Listed,
            seed: 0,
            time_scale: 1.0,
            series: SeriesChoice::Estimate,
            clock: ClockChoice::Virtual,
        };
        FrozenStudy { cases: table, workload: WorkloadName::Wait, plan, lengths, program: None }
    }

    fn said(frozen: FrozenStudy, state: RunState) -> Option<String> {
        let machine = Machine { logical_cpus: 2, os: "linux" };
        let report = RunReport::new(Arc::new(frozen), state, machine);
        best_possible(&report).map(|best| best.to_string())
    }

    fn played(lengths_s: &[f64], workers: u32) -> Option<String> {
        let frozen = frozen(lengths_s.len(), Lengths::Seconds(lengths_s.to_vec()), workers);
        let state = replay(&frozen);
        said(frozen, state)
    }

    #[test]
    fn a_run_in_a_bad_order_hears_what_the_best_is() {
        let said = played(&[1.0, 1.5, 2.0, 8.0], 2).unwrap();
        assert_eq!(said, "best possible 8.0 s; this run took 19 % longer");
        let said = played(&[1.0, 8.0, 1.5, 2.0], 2).unwrap();
        assert_eq!(said, "best possible 8.0 s; this run is within 0.1 % of it");
        assert_eq!(played(&[], 2), None);
        assert_eq!(played(&[0.0], 2).unwrap(), "best possible 0.0 s");
    }

    #[test]
    fn what_is_not_proven_says_how_far_it_may_be_off() {
        let optimum = Optimum { makespan_ns: 1_002_100_000, lower_bound_ns: 1_000_000_000 };
        let said = found(&optimum).to_string();
        assert_eq!(said, "best known 1.0 s, within 0.3 % of the best possible");
    }

    #[test]
    fn the_comparison_never_flatters() {
        for (total_ns, text) in [
            (1_000_001, "; this run is within 0.1 % of it"),
            (1_020_100, "; this run is within 2.1 % of it"),
            (1_100_000, "; this run took 10 % longer"),
            (2_500_000, "; this run took 2.5x as long"),
            (997_000, "; this run took 0.3 % less, which is noise"),
        ] {
            assert_eq!(compared(total_ns, 1_000_000), text);
        }
    }

    fn done(case: u32, end_ns: u64) -> RunEvent {
        RunEvent::Finished(CaseEnd {
            will_retry: false,
            ticket: Ticket { case, lane: case, attempt: 1, dispatch_index: case },
            start_ns: 0,
            end_ns,
            waited_ns: Some(0),
            cpu_ns: Some(1_000_000_000),
            memory_bytes: None,
            outcome: CaseOutcome::Done(None),
        })
    }

    #[test]
    fn computing_is_bound_by_the_cores() {
        let mut state = RunState::new(8);
        (0..8).for_each(|case| state.apply(done(case, 4_400_000_000)));
        let said = said(frozen(8, Lengths::Unknown, 8), state).unwrap();
        let expected = "best possible 4.0 s at least, for 8.0 s of computing on 2 CPUs; this run \
                        took 10 % longer";
        assert_eq!(said, expected);
    }

    #[test]
    fn a_run_that_is_not_whole_is_not_compared() {
        let mut state = RunState::new(2);
        state.apply(done(0, 1_000_000_000));
        assert_eq!(said(frozen(2, Lengths::Seconds(vec![1.0, 1.0]), 2), state), None);
    }
}
