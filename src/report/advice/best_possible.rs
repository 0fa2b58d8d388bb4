//! How close a run came to the best possible makespan.

use crate::report::figures::lower_bound::CaseLengths;
use crate::report::{Optimum, RunReport};
use crate::schedule::s_from_ns;
use crate::text::{count, duration, ratio};

/// Describes how the best makespan of any order and strategy with the workers of this run
/// compares with that of the run: `best possible` and `15.4 s; this run took 20 % longer`.
///
/// `None` unless all cases are done, their lengths are known, the run was neither paused nor
/// were its workers changed, starts are not kept apart, and all cases need the same of the
/// resources. Takes some milliseconds, so do not call it in every frame.
pub fn best_possible(report: &RunReport) -> Option<(&'static str, String)> {
    let (state, limits) = (&report.state, &report.frozen.plan.limits);
    if limits.start_every_s.is_some() || !report.frozen.resources.are_uniform() {
        return None;
    }
    if report.frozen.cases.is_empty() || !state.all_done() || report.figures.steering.is_some() {
        return None;
    }
    let lengths = CaseLengths::of(&report.frozen, state)?;
    let optimum = Optimum::of(&lengths.lengths_ns, report.frozen.max_running())?;
    // All CPUs of the machine: the global lock is a choice of the strategy.
    let cpus = report.machine.logical_cpus;
    let cores_ns = lengths.cores_bound_ns(cpus);
    let (label, best) = if cores_ns > optimum.makespan_ns {
        let (best, computing) = (cores_ns, lengths.computing_ns);
        let [best, computing] = [best, computing].map(|ns| duration(s_from_ns(ns)));
        let cpus = count(cpus, "CPU");
        ("best possible", format!("at least {best}, for {computing} of computing on {cpus}"))
    } else {
        best_text(optimum)
    };
    let best_ns = optimum.makespan_ns.max(cores_ns);
    Some((label, best + &comparison(state.makespan_ns, best_ns)))
}

/// The best makespan, and how much shorter it may be without a proof.
fn best_text(optimum: Optimum) -> (&'static str, String) {
    let best = duration(s_from_ns(optimum.makespan_ns));
    if optimum.is_exact() {
        return ("best possible", best);
    }
    let gap = percent_up(optimum.gap());
    ("best known", format!("{best}, within {gap} of the best possible"))
}

/// The run compared with the best, as a clause.
fn comparison(total_ns: u64, best_ns: u64) -> String {
    if best_ns == 0 {
        return String::new();
    }
    if total_ns == best_ns {
        return "; this run reaches it".to_owned();
    }
    match total_ns as f64 / best_ns as f64 {
        times if times >= 2.0 => format!("; this run took {}x as long", ratio(times)),
        times if times >= 1.0995 => {
            format!("; this run took {:.0} % longer", (times - 1.0) * 100.0)
        }
        times if times >= 1.0 => {
            format!("; this run is within {} of it", percent_up(times - 1.0))
        }
        // No schedule is shorter: the lengths are not exactly what the cases took.
        times => format!("; this run took {} less, which is noise", percent_up(1.0 - times)),
    }
}

/// A share in percent with one decimal, rounded up so that `within` is true, but not for
/// the last bits of a quotient.
fn percent_up(share: f64) -> String {
    format!("{:.1} %", ((share * 1000.0 - 1e-6).ceil() / 10.0).max(0.1))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::fixtures;
    use crate::report::fixtures::MACHINE;
    use crate::run::{CaseEnd, RunEvent, RunState, replay};
    use crate::study::{CaseTable, FrozenStudy, Lengths, Strategy};

    fn frozen(cases: usize, lengths: Lengths, workers: u32) -> FrozenStudy {
        let mut table = CaseTable::default();
        for _ in 0..cases {
            table.push("", 1.0, 1.0, &[]);
        }
        let plan = fixtures::plan(Strategy::Threads, workers);
        fixtures::study(table, lengths, plan)
    }

    fn text(frozen: FrozenStudy, state: RunState) -> Option<String> {
        let report = RunReport::new(Arc::new(frozen), state, MACHINE);
        best_possible(&report).map(|(label, text)| format!("{label} {text}"))
    }

    fn virtual_run(lengths_s: &[f64], workers: u32) -> Option<String> {
        let frozen = frozen(lengths_s.len(), Lengths::Seconds(lengths_s.to_vec()), workers);
        let state = replay(&frozen);
        text(frozen, state)
    }

    #[test]
    fn a_run_in_a_bad_order_is_compared_with_the_best() {
        let text = virtual_run(&[1.0, 1.5, 2.0, 8.0], 2).unwrap();
        assert_eq!(text, "best possible 8.0 s; this run took 19 % longer");
        let text = virtual_run(&[1.0, 8.0, 1.5, 2.0], 2).unwrap();
        assert_eq!(text, "best possible 8.0 s; this run reaches it");
        assert_eq!(virtual_run(&[], 2), None);
        assert_eq!(virtual_run(&[0.0], 2).unwrap(), "best possible 0.0 s");
    }

    #[test]
    fn an_unproven_best_says_how_far_it_may_be_off() {
        let optimum = Optimum { makespan_ns: 1_002_100_000, lower_bound_ns: 1_000_000_000 };
        let text = "1.0 s, within 0.3 % of the best possible";
        assert_eq!(best_text(optimum), ("best known", text.to_owned()));
    }

    #[test]
    fn the_comparison_never_flatters() {
        for (total_ns, text) in [
            (1_000_000, "; this run reaches it"),
            (1_000_001, "; this run is within 0.1 % of it"),
            (1_020_100, "; this run is within 2.1 % of it"),
            (1_100_000, "; this run took 10 % longer"),
            (2_500_000, "; this run took 2.5x as long"),
            (997_000, "; this run took 0.3 % less, which is noise"),
        ] {
            assert_eq!(comparison(total_ns, 1_000_000), text);
        }
    }

    fn done(case: u32, end_ns: u64) -> RunEvent {
        RunEvent::Finished(CaseEnd {
            waited_ns: Some(0),
            cpu_ns: Some(1_000_000_000),
            ..fixtures::case_end(case, case, 0, end_ns)
        })
    }

    #[test]
    fn computing_is_bound_by_the_cores() {
        let mut state = RunState::new(8);
        (0..8).for_each(|case| state.apply(done(case, 4_400_000_000)));
        let text = text(frozen(8, Lengths::Unknown, 8), state).unwrap();
        let expected = "best possible at least 4.0 s, for 8.0 s of computing on 2 CPUs; this run \
                        took 10 % longer";
        assert_eq!(text, expected);
    }

    #[test]
    fn an_unfinished_run_is_not_compared() {
        let mut state = RunState::new(2);
        state.apply(done(0, 1_000_000_000));
        assert_eq!(text(frozen(2, Lengths::Seconds(vec![1.0, 1.0]), 2), state), None);
    }
}
