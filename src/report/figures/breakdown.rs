//! How the lane-seconds were spent: the parts of the account, each with a sentence and
//! the cases behind it.

use strum::VariantArray as _;

use super::account::{Account, AccountPart};
use super::session_cases::{
    barriers, done_cases, done_s, lane_ends, lost_cases, session_cases, stretches_ns,
};
use crate::report::run_report::RunReport;
use crate::run::{RunState, Status};
use crate::schedule::{WaitReason, s_from_ns};
use crate::study::{ClockChoice, Limits};
use crate::text::{count, duration, grouped, list, memory};

#[derive(Debug, Clone, PartialEq)]
pub struct BreakdownEntry {
    pub part: AccountPart,
    pub seconds: f64,
    /// Its share of all lane-seconds, from 0 to 1.
    pub share: f64,
    pub sentence: String,
    /// Whether [`cases_behind`] finds cases.
    pub has_cases: bool,
}

/// Breaks the lane-seconds of a run down into the parts that took any time, in the
/// order of [`AccountPart`]. Empty if there are no lane-seconds.
pub fn breakdown(report: &RunReport) -> Vec<BreakdownEntry> {
    let Some(account) = report.figures.account.filter(|account| account.lane_seconds > 0.0) else {
        return Vec::new();
    };
    let entries = AccountPart::VARIANTS.iter().filter_map(|&part| {
        let seconds = seconds(report, &account, part).filter(|&seconds| seconds > 0.0)?;
        Some(BreakdownEntry {
            part,
            seconds,
            share: (seconds / account.lane_seconds).min(1.0),
            sentence: sentence(report, &account, part),
            has_cases: !cases_behind(report, part).is_empty(),
        })
    });
    entries.collect()
}

fn seconds(report: &RunReport, account: &Account, part: AccountPart) -> Option<f64> {
    match part {
        AccountPart::Cases => account.work.is_none().then(|| done_s(report)),
        AccountPart::Unknown => {
            let known = AccountPart::VARIANTS.iter().filter(|&&part| part != AccountPart::Unknown);
            let known_s: f64 = known.filter_map(|&part| seconds(report, account, part)).sum();
            let left_s = account.lane_seconds - known_s;
            // Less than that is the resolution of the clock.
            Some(left_s).filter(|&left_s| left_s > 0.002 * account.lane_seconds)
        }
        part => account.part(part),
    }
}

/// Finds the cases behind a part, in listed order.
pub fn cases_behind(report: &RunReport, part: AccountPart) -> Vec<u32> {
    let mut behind: Vec<u32> = match part {
        AccountPart::Work | AccountPart::Cases => {
            done_cases(report).map(|(case, _)| case).collect()
        }
        AccountPart::Stretch => {
            let stretches = || stretches_ns(report);
            let count = stretches().count().max(1) as u128;
            let mean_ns = stretches().map(|(_, ns)| u128::from(ns)).sum::<u128>() / count;
            // Every case has some; those above the mean matter.
            stretches()
                .filter(|&(_, ns)| ns > 0 && u128::from(ns) >= mean_ns)
                .map(|(case, _)| case)
                .collect()
        }
        AccountPart::Barrier => barriers(report).iter().map(|barrier| barrier.case).collect(),
        AccountPart::Lost => lost_cases(report).map(|(case, _)| case).collect(),
        AccountPart::Idle => lane_ends(report).map_or(Vec::new(), |ends| ends.tail_cases),
        AccountPart::Startup | AccountPart::Dispatch | AccountPart::Held | AccountPart::Unknown => {
            Vec::new()
        }
    };
    behind.sort_unstable();
    behind
}

fn sentence(report: &RunReport, account: &Account, part: AccountPart) -> String {
    match part {
        AccountPart::Work => work(report, account),
        AccountPart::Cases => {
            let reason = match report.frozen.program {
                Some(_) => "a program that waits looks like one that is slowed down",
                None => "no CPU time was recorded",
            };
            format!("the share of work is unknown: {reason}")
        }
        AccountPart::Stretch => stretch(report),
        AccountPart::Startup => startup(report),
        AccountPart::Dispatch => {
            let ended = session_cases(report)
                .map(|(_, record)| record.attempts)
                .fold(0, u32::saturating_add);
            let dispatch_s = account.dispatch.unwrap_or(0.0);
            let each = duration(dispatch_s / f64::from(ended.max(1)));
            format!("between cases, {each} per case")
        }
        AccountPart::Barrier => barrier(report),
        AccountPart::Held => held_text(report),
        AccountPart::Lost => lost(report),
        AccountPart::Idle => idle(report),
        AccountPart::Unknown => "the run has no record of what the lanes did".to_owned(),
    }
}

fn name(report: &RunReport, case: u32) -> &str {
    report.frozen.cases.case(case as usize).name
}

fn work(report: &RunReport, account: &Account) -> String {
    let cases = count(done_cases(report).count(), "case");
    if report.frozen.plan.clock == ClockChoice::Virtual {
        return format!("{cases} at their own lengths");
    }
    let cpu_ns = done_cases(report).filter_map(|(_, record)| record.cpu_ns);
    let cpu_s = cpu_ns.map(s_from_ns).fold(0.0, |sum, s| sum + s);
    let waited_s = (account.work.unwrap_or(0.0) - cpu_s).max(0.0);
    format!("{cases} computed for {} and waited for {}", duration(cpu_s), duration(waited_s))
}

fn stretch(report: &RunReport) -> String {
    let most = stretches_ns(report).max_by_key(|&(_, ns)| ns);
    let most = most.filter(|_| done_cases(report).nth(1).is_some());
    let most = most.map_or(String::new(), |(case, ns)| {
        format!(", most of all {}: {}", name(report, case), duration(s_from_ns(ns)))
    });
    format!("cases took longer than their work and waiting{most}")
}

fn startup(report: &RunReport) -> String {
    let replacements = report.state.processes.iter().filter(|p| p.start.replaces).count();
    let added = report.state.added_workers_ns.len();
    let workers = report.frozen.plan.workers as usize + replacements + added;
    let including = match replacements {
        0 => String::new(),
        _ => format!(", including {}", count(replacements, "replacement")),
    };
    format!("until {} could take a case{including}", count(workers, "worker"))
}

fn barrier(report: &RunReport) -> String {
    let barriers = barriers(report);
    let Some(most) = barriers.iter().max_by_key(|barrier| barrier.waited_ns) else {
        return "workers waited for the rest of their batch".to_owned();
    };
    let most_workers = report.frozen.plan.workers.saturating_sub(1).max(1);
    let workers = count(most.workers.min(most_workers), "worker");
    let waited = format!("{workers} waited for {}", name(report, most.case));
    match barriers.len() {
        1 => waited,
        count => {
            let longest = duration(s_from_ns(most.waited_ns));
            let barriers = grouped(count);
            format!("{barriers} barriers, the longest where {waited}: {longest}")
        }
    }
}

/// What held workers waited for most of the time.
pub(crate) fn held_text(report: &RunReport) -> String {
    let sum_ns = |reason: WaitReason| {
        let waits = report.state.waits.iter().filter(|wait| wait.reason == reason);
        waits.map(|wait| wait.until_ns - wait.from_ns).fold(0, u64::saturating_add)
    };
    let all = [
        WaitReason::Licence,
        WaitReason::Memory,
        WaitReason::Paused,
        WaitReason::Backoff,
        WaitReason::StartInterval,
        WaitReason::Cores,
        WaitReason::MemoryShare,
        WaitReason::Tokens,
        WaitReason::Cluster,
    ];
    let sums = all.into_iter().map(|reason| (sum_ns(reason), reason));
    match sums.max_by_key(|&(ns, _)| ns) {
        Some((1.., most)) => format!("workers waited, mostly for {}", wait_target(most)),
        // Earlier reports hold no waits.
        _ => "workers waited".to_owned(),
    }
}

/// What a worker waits for, as an object: `a licence`.
pub fn wait_target(reason: WaitReason) -> &'static str {
    match reason {
        WaitReason::Licence => "a licence",
        WaitReason::Memory => "free memory",
        WaitReason::Paused => "the end of a pause",
        WaitReason::Backoff => "the next attempt",
        WaitReason::Barrier => "the rest of the batch",
        WaitReason::Empty => "the last cases",
        WaitReason::StartInterval => "the time between starts",
        WaitReason::Cores => "cores",
        WaitReason::MemoryShare => "memory",
        WaitReason::Tokens => "tokens",
        WaitReason::Cluster => "a free place on the cluster",
    }
}

/// How much memory is free and how much a run needs to go on: `1.2 GB free, 2.0 GB needed`.
/// Empty unless it waits for memory.
pub fn memory_amounts(reason: WaitReason, limits: &Limits, free_bytes: Option<u64>) -> String {
    match (reason, limits.memory_floor_bytes, free_bytes) {
        (WaitReason::Memory, Some(floor), Some(free)) => {
            format!("{} free, {} needed", memory(free), memory(floor))
        }
        _ => String::new(),
    }
}

/// Text for the status of a case.
pub(crate) fn status_text(status: Status, is_simulated: bool) -> String {
    match status {
        Status::Done if is_simulated => "simulated".to_owned(),
        Status::Refused => "no licence".to_owned(),
        Status::Running => "running".to_owned(),
        status => status.name().replace('-', " "),
    }
}

/// Counts of the cases that have ended without success, each after a comma: `, 1 failed`.
pub(crate) fn unsuccessful_text(state: &RunState) -> String {
    let counts = state.unsuccessful_counts().into_iter().filter(|(_, count)| *count > 0);
    let texts = counts
        .map(|(status, count)| format!(", {} {}", grouped(count), status_text(status, false)));
    texts.collect()
}

fn lost(report: &RunReport) -> String {
    let mut clauses = Vec::new();
    let statuses = [Status::Failed, Status::TimedOut, Status::Cancelled];
    let counts = statuses.map(|status| {
        let with_status = lost_cases(report).filter(|(_, record)| record.status == status);
        (with_status.count(), status_text(status, false))
    });
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts = list(counts.map(|(count, status)| format!("{} {status}", grouped(count))));
    if !counts.is_empty() {
        clauses.push(format!("unsuccessful cases: {counts}"));
    }
    let retried = report.state.session_attempts().filter(|one| !one.is_recorded).count();
    if retried > 0 {
        clauses.push(format!("{} tried again", count(retried, "attempt")));
    }
    clauses.join("; ")
}

fn idle(report: &RunReport) -> String {
    let Some(ends) = lane_ends(report) else { return "no case was started".to_owned() };
    let last = name(report, ends.last_case);
    let unused = ends.workers.saturating_sub(ends.used_lanes);
    if unused > 0 {
        return format!("{} never had a case; {last} ended last", count(unused, "worker"));
    }
    let tail = duration(s_from_ns(ends.tail_ns));
    format!(
        "nothing was left to start: {last} ended last; the first worker to finish was done {tail} \
         earlier"
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::report::fixtures;
    use crate::report::fixtures::MACHINE;
    use crate::run::{CaseEnd, CaseOutcome, RunEvent, RunState, replay};
    use crate::schedule::{WaitSpan, ns_from_s};
    use crate::study::{CaseTable, FrozenPlan, FrozenStudy, Lengths, Strategy};

    fn frozen(
        strategy: Strategy,
        workers: u32,
        cases: &[(&str, f64)],
        clock: ClockChoice,
    ) -> FrozenStudy {
        let mut table = CaseTable::default();
        for &(name, length_s) in cases {
            table.push(name, length_s, 1.0, &[]);
        }
        let plan = FrozenPlan { clock, ..fixtures::plan(strategy, workers) };
        let lengths = Lengths::Seconds(cases.iter().map(|case| case.1).collect());
        fixtures::study(table, lengths, plan)
    }

    fn played(strategy: Strategy, workers: u32, cases: &[(&str, f64)]) -> RunReport {
        let frozen = frozen(strategy, workers, cases, ClockChoice::Virtual);
        let state = replay(&frozen);
        RunReport::new(Arc::new(frozen), state, MACHINE)
    }

    fn entries(report: &RunReport) -> Vec<(AccountPart, f64, String)> {
        let entries = breakdown(report).into_iter();
        entries.map(|entry| (entry.part, entry.seconds, entry.sentence)).collect()
    }

    const CRASHES: [(&str, f64); 6] = [
        ("side__10__200", 1.5),
        ("front__50__200", 7.5),
        ("rear__20__200", 3.0),
        ("side__10__400", 3.0),
        ("front__50__400", 15.0),
        ("rear__20__400", 6.0),
    ];

    #[test]
    fn a_barrier_names_the_case_that_workers_waited_for() {
        let report = played(Strategy::Batches, 3, &CRASHES);
        let expected = [
            (AccountPart::Work, 36.0, "6 cases at their own lengths"),
            (AccountPart::Barrier, 10.5, "2 workers waited for front__50__200"),
            (
                AccountPart::Idle,
                21.0,
                "nothing was left to start: front__50__400 ended last; the first worker to finish \
                 was done 12.0 s earlier",
            ),
        ];
        assert_eq!(entries(&report), expected.map(|(part, s, text)| (part, s, text.to_owned())));
        assert_eq!(cases_behind(&report, AccountPart::Barrier), [1]);
        assert_eq!(cases_behind(&report, AccountPart::Idle), [4, 5]);
        assert_eq!(cases_behind(&report, AccountPart::Work), [0, 1, 2, 3, 4, 5]);
        assert!(cases_behind(&report, AccountPart::Held).is_empty());
    }

    #[test]
    fn workers_that_never_had_a_case_are_counted() {
        let report = played(Strategy::Threads, 5, &CRASHES[..2]);
        let [_, (AccountPart::Idle, 28.5, sentence)] = &entries(&report)[..] else { panic!() };
        assert_eq!(sentence, "3 workers never had a case; front__50__200 ended last");
        assert_eq!(cases_behind(&report, AccountPart::Idle), [0, 1]);
    }

    #[test]
    fn absurd_numbers_saturate() {
        let cases = [("a", 1.0), ("b", 1.0), ("c", 1.0)];
        let mut frozen = frozen(Strategy::Batches, 1, &cases, ClockChoice::Real);
        frozen.lengths = Lengths::Unknown;
        let mut state = RunState::new(3);
        for record in &mut state.records {
            record.status = Status::Done;
            (record.attempts, record.dispatch_index) = (u32::MAX, u32::MAX);
            (record.waited_ns, record.cpu_ns) = (Some(0), Some(u64::MAX / 2));
            record.end_ns = u64::MAX;
        }
        (state.done_count, state.ended_count, state.makespan_ns) = (3, 3, u64::MAX);
        let waits = [WaitReason::Barrier, WaitReason::Licence];
        let wait = |reason| WaitSpan { reason, from_ns: 0, until_ns: u64::MAX };
        state.waits = [waits, waits].concat().into_iter().map(wait).collect();
        let report = RunReport::new(Arc::new(frozen), state, MACHINE);
        assert!(breakdown(&report).len() > 3);
        for &part in AccountPart::VARIANTS {
            cases_behind(&report, part);
        }
    }

    #[test]
    fn a_worker_with_failed_attempts_only_had_a_case() {
        let cases = [("a", 3.0), ("b", 1.0)];
        let mut frozen = frozen(Strategy::Threads, 3, &cases, ClockChoice::Real);
        frozen.lengths = Lengths::Unknown;
        let mut state = RunState::new(2);
        for lane in 0..3 {
            state.apply(RunEvent::WorkerReady { at_ns: lane });
        }
        let end = |case, lane, [from_s, to_s]: [f64; 2]| {
            fixtures::case_end(case, lane, ns_from_s(from_s), ns_from_s(to_s))
        };
        let failed = CaseEnd {
            will_retry: true,
            outcome: CaseOutcome::Failed("no".to_owned()),
            ..end(1, 1, [0.0, 1.0])
        };
        let mut again = end(1, 2, [1.0, 2.0]);
        again.ticket.attempt = 2;
        for end in [failed, again, end(0, 0, [0.0, 3.0])] {
            let (ticket, asked_ns, at_ns) = (end.ticket, end.start_ns, end.start_ns);
            state.apply(RunEvent::Started { ticket, asked_ns, at_ns });
            state.apply(RunEvent::Finished(end));
        }
        let report = RunReport::new(Arc::new(frozen), state, MACHINE);
        assert_eq!(report.state.attempts(1).len(), 2);
        let expected = "nothing was left to start: a ended last; the first worker to finish was \
                        done 2.0 s earlier";
        assert_eq!(idle(&report), expected);
    }

    #[test]
    fn a_lane_whose_worker_left_was_not_free() {
        let mut frozen = frozen(Strategy::Threads, 2, &[("a", 1.0), ("b", 1.0)], ClockChoice::Real);
        frozen.lengths = Lengths::Unknown;
        let mut state = RunState::new(2);
        for (case, (lane, end_s)) in [(1, 2.0), (0, 9.0)].into_iter().enumerate() {
            let case = u32::try_from(case).unwrap();
            state.apply(RunEvent::Finished(CaseEnd {
                waited_ns: Some(0),
                cpu_ns: Some(ns_from_s(end_s)),
                ..fixtures::case_end(case, lane, 0, ns_from_s(end_s))
            }));
        }
        state.apply(RunEvent::Resized { at_ns: ns_from_s(2.0), workers: 1 });
        state.apply(RunEvent::WorkerRetired { at_ns: ns_from_s(2.0) });
        let report = RunReport::new(Arc::new(frozen), state, MACHINE);
        let ends = lane_ends(&report).unwrap();
        let found = (ends.workers, ends.used_lanes, ends.last_case, ends.tail_ns);
        assert_eq!(found, (1, 1, 1, 0));
        let account = report.figures.account.unwrap();
        assert_eq!((account.lane_seconds, account.idle), (11.0, Some(0.0)));
    }

    #[test]
    fn a_run_that_took_no_time_has_no_breakdown() {
        for cases in [&[][..], &[("a", 0.0), ("b", 0.0)]] {
            assert!(breakdown(&played(Strategy::Threads, 2, cases)).is_empty());
        }
    }

    /// Start, end, and CPU and waited time where known, in seconds.
    type Ran = (f64, f64, Option<(f64, f64)>, CaseOutcome);

    /// A real run of these cases.
    fn ran(cases: &[Ran]) -> RunReport {
        let names: Vec<_> = cases.iter().map(|_| ("a case", 1.0)).collect();
        let mut frozen = frozen(Strategy::Threads, 1, &names, ClockChoice::Real);
        frozen.lengths = Lengths::Unknown;
        let mut state = RunState::new(cases.len());
        for ((start_s, end_s, own_s, outcome), case) in cases.iter().zip(0..) {
            state.apply(RunEvent::Finished(CaseEnd {
                waited_ns: own_s.map(|own| ns_from_s(own.1)),
                cpu_ns: own_s.map(|own| ns_from_s(own.0)),
                outcome: outcome.clone(),
                ..fixtures::case_end(case, 0, ns_from_s(*start_s), ns_from_s(*end_s))
            }));
        }
        RunReport::new(Arc::new(frozen), state, MACHINE)
    }

    #[test]
    fn stretch_names_the_most_stretched_case_and_lost_cases_are_counted() {
        let done = || CaseOutcome::done(None);
        let report = ran(&[
            (0.0, 2.0, Some((1.0, 0.5)), done()),
            (2.0, 3.0, Some((0.5, 0.5)), done()),
            (3.0, 4.0, Some((0.5, 0.5)), CaseOutcome::Failed("overflow".to_owned())),
        ]);
        let all = entries(&report);
        let sentences: Vec<_> =
            all.iter().map(|(part, s, text)| (*part, *s, text.as_str())).collect();
        assert_eq!(
            sentences,
            [
                (AccountPart::Work, 2.5, "2 cases computed for 1.5 s and waited for 1.0 s"),
                (
                    AccountPart::Stretch,
                    0.5,
                    "cases took longer than their work and waiting, most of all a case: 500 ms"
                ),
                (AccountPart::Lost, 1.0, "unsuccessful cases: 1 failed"),
            ]
        );
        assert_eq!(cases_behind(&report, AccountPart::Stretch), [0]);
        assert_eq!(cases_behind(&report, AccountPart::Lost), [2]);
    }

    #[test]
    fn without_cpu_times_work_and_stretch_are_absent_and_gaps_are_shown() {
        let report = ran(&[(1.0, 2.0, None, CaseOutcome::done(None))]);
        let parts: Vec<_> = entries(&report).iter().map(|(part, s, _)| (*part, *s)).collect();
        assert_eq!(parts, [(AccountPart::Cases, 1.0), (AccountPart::Unknown, 1.0)]);
    }

    proptest! {
        #[test]
        fn the_parts_sum_to_the_whole(
            lengths in prop::collection::vec(0_u8..20, 1..40),
            workers in 1_u32..6,
            strategy in prop::sample::select(Strategy::VARIANTS),
        ) {
            let cases: Vec<_> = lengths.iter().map(|&length| ("c", f64::from(length))).collect();
            let report = played(strategy, workers, &cases);
            let parts = breakdown(&report);
            let whole_s = report.figures.account.unwrap().lane_seconds;
            let sum_s: f64 = parts.iter().map(|entry| entry.seconds).sum();
            prop_assert!((sum_s - whole_s).abs() < 1e-6);
            let shares: f64 = parts.iter().map(|entry| entry.share).sum();
            prop_assert!(parts.is_empty() || (shares - 1.0).abs() < 1e-9);
            for entry in parts {
                let behind = cases_behind(&report, entry.part);
                prop_assert_eq!(entry.has_cases, !behind.is_empty(), "{:?}", entry.part);
                prop_assert!(behind.is_sorted() && behind.iter().all(|&c| (c as usize) < cases.len()));
            }
        }
    }
}
