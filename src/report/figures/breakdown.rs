//! Where the time went, in sentences: the parts of the account of lane-seconds,
//! each with the cases behind it.

use strum::VariantArray;

use crate::run::{CaseRecord, Status};
use crate::schedule::{WaitReason, s_from_ns};
use crate::study::{ClockChoice, Dispatch};

use super::account::Account;
use crate::report::run_report::RunReport;
use crate::text::duration;

/// A part of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, VariantArray)]
pub enum AccountPart {
    /// The work and the waiting of the cases that are done.
    Work,
    /// Their time, where it is not known how much of it is work.
    Cases,
    /// Their time beyond that.
    Stretch,
    /// Making the workers.
    Startup,
    /// From one case to the next.
    Dispatch,
    /// Waiting for others of a batch.
    Barrier,
    /// Waiting for a licence, memory or the end of a pause.
    Held,
    /// Attempts that came to nothing.
    Lost,
    /// Nothing left to do.
    Idle,
    /// What was not recorded.
    Unknown,
}

impl AccountPart {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Cases => "cases",
            Self::Stretch => "stretch",
            Self::Startup => "start-up",
            Self::Dispatch => "dispatch",
            Self::Barrier => "barrier",
            Self::Held => "held",
            Self::Lost => "lost",
            Self::Idle => "idle",
            Self::Unknown => "not recorded",
        }
    }
}

/// A part of the time that the lanes had.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakdownEntry {
    /// Which.
    pub part: AccountPart,
    /// How long, in lane-seconds.
    pub seconds: f64,
    /// Its share of all lane-seconds, from 0 to 1.
    pub share: f64,
    /// What happened in it.
    pub sentence: String,
    /// Whether there are cases behind it.
    pub has_cases: bool,
}

/// Where the lane-seconds of a run went: the parts that took any time, in the
/// order of [`AccountPart`]. Empty if the lanes had no time at all.
#[must_use]
pub fn breakdown(report: &RunReport) -> Vec<BreakdownEntry> {
    let Some(account) = report.figures.account.filter(|account| account.lane_seconds > 0.0) else {
        return Vec::new();
    };
    let parts = AccountPart::VARIANTS.iter().filter_map(|&part| {
        let seconds = seconds(report, &account, part)?;
        let (sentence, has_cases) = sentence(report, &account, part);
        let share = (seconds / account.lane_seconds).min(1.0);
        (seconds > 0.0).then_some(BreakdownEntry { part, seconds, share, sentence, has_cases })
    });
    parts.collect()
}

/// How long a part is; `None` where it is not known.
fn seconds(report: &RunReport, account: &Account, part: AccountPart) -> Option<f64> {
    match part {
        AccountPart::Work => account.work,
        AccountPart::Cases => account.work.is_none().then(|| done_s(report)),
        AccountPart::Stretch => account.stretch,
        AccountPart::Startup => Some(account.startup),
        AccountPart::Dispatch => Some(account.dispatch),
        AccountPart::Barrier => Some(account.barrier),
        AccountPart::Held => Some(account.held),
        AccountPart::Lost => Some(account.lost),
        AccountPart::Idle => Some(account.idle),
        AccountPart::Unknown => {
            let known = AccountPart::VARIANTS.iter().filter(|&&part| part != AccountPart::Unknown);
            let known_s: f64 = known.filter_map(|&part| seconds(report, account, part)).sum();
            let left_s = account.lane_seconds - known_s;
            // Below that it is the grain of the clock.
            Some(left_s).filter(|&left_s| left_s > 0.002 * account.lane_seconds)
        }
    }
}

fn done_here(report: &RunReport) -> u32 {
    u32::try_from(done(report).count()).unwrap_or(u32::MAX)
}

fn done_s(report: &RunReport) -> f64 {
    done(report).map(|(_, record)| s_from_ns(record.time_ns())).fold(0.0, |sum, s| sum + s)
}

/// The cases that were run in this sitting.
fn here(report: &RunReport) -> impl Iterator<Item = (u32, &CaseRecord)> {
    let session = report.state.session();
    (0..).zip(report.state.records()).filter(move |(_, record)| record.session == session)
}

/// Those of them that are done.
fn done(report: &RunReport) -> impl Iterator<Item = (u32, &CaseRecord)> {
    here(report).filter(|(_, record)| record.status == Status::Done)
}

/// The cases behind a part, in listed order.
#[must_use]
pub fn cases_behind(report: &RunReport, part: AccountPart) -> Vec<u32> {
    let mut behind: Vec<u32> = match part {
        AccountPart::Work | AccountPart::Cases => done(report).map(|(case, _)| case).collect(),
        AccountPart::Stretch => {
            let stretches = || done(report).filter_map(|(case, r)| Some((case, stretch_ns(r)?)));
            let count = stretches().count().max(1) as u64;
            let mean_ns = stretches().map(|(_, ns)| ns).sum::<u64>() / count;
            // Every case has some; those that have more than most are behind it.
            stretches().filter(|&(_, ns)| ns > 0 && ns >= mean_ns).map(|(case, _)| case).collect()
        }
        AccountPart::Barrier => barriers(report).iter().map(|barrier| barrier.case).collect(),
        AccountPart::Lost => lost(report).map(|(case, _)| case).collect(),
        AccountPart::Idle => ends(report).map_or(Vec::new(), |ends| ends.after),
        AccountPart::Startup | AccountPart::Dispatch | AccountPart::Held | AccountPart::Unknown => {
            Vec::new()
        }
    };
    behind.sort_unstable();
    behind
}

fn stretch_ns(record: &CaseRecord) -> Option<u64> {
    Some(record.time_ns().saturating_sub(record.busy_ns()?))
}

fn lost(report: &RunReport) -> impl Iterator<Item = (u32, &CaseRecord)> {
    let lost = |record: &CaseRecord| record.has_ended() && record.status != Status::Done;
    here(report).filter(move |(_, record)| lost(record))
}

/// The attempts that did not count because another one followed.
fn lost_tries(report: &RunReport) -> usize {
    here(report).map(|(case, _)| report.state.attempts(case).len().saturating_sub(1)).sum()
}

/// What is said of a part, and whether there are cases behind it.
fn sentence(report: &RunReport, account: &Account, part: AccountPart) -> (String, bool) {
    let name = |case: u32| report.frozen.cases.case(case as usize).name;
    let workers = report.frozen.plan.workers;
    match part {
        AccountPart::Work if report.frozen.plan.clock == ClockChoice::Virtual => {
            (format!("{} at their own lengths", cases(done_here(report))), true)
        }
        AccountPart::Work => {
            let cpu_ns = done(report).filter_map(|(_, record)| record.cpu_ns);
            let cpu_s = cpu_ns.map(s_from_ns).fold(0.0, |sum, s| sum + s);
            let waited_s = (account.work.unwrap_or(0.0) - cpu_s).max(0.0);
            let (cpu, waited) = (duration(cpu_s), duration(waited_s));
            let cases = cases(done_here(report));
            (format!("{cases} computed for {cpu} and waited for {waited}"), true)
        }
        AccountPart::Cases => {
            let why = match report.frozen.program {
                Some(_) => "from outside, waiting cannot be told from being held up",
                None => "there is no CPU time",
            };
            (format!("how much of it was work is not known: {why}"), true)
        }
        AccountPart::Stretch => {
            let stretches = done(report).filter_map(|(case, r)| Some((case, stretch_ns(r)?)));
            let most = stretches.max_by_key(|&(_, ns)| ns);
            let most = most.filter(|_| done_here(report) > 1).map_or(String::new(), |most| {
                format!(", {} by {} more", name(most.0), duration(s_from_ns(most.1)))
            });
            (format!("cases took longer than their own work and waiting{most}"), true)
        }
        AccountPart::Startup => {
            let died = report.state.processes().iter().filter(|p| p.start.replaces).count();
            let again = match died {
                0 => String::new(),
                died => format!(", {died} of them in place of others that died"),
            };
            let added = report.state.added_workers_ns().len();
            let made = workers + u32::try_from(died + added).unwrap_or(0);
            (format!("until {} could take a case{again}", counted(made, "worker")), false)
        }
        AccountPart::Dispatch => {
            let ended = here(report).map(|(_, record)| record.attempts).sum::<u32>().max(1);
            let each = duration(account.dispatch / f64::from(ended));
            (format!("from one case to the next, {each} a case"), false)
        }
        AccountPart::Barrier => {
            let all = barriers(report);
            let Some(most) = all.iter().max_by_key(|barrier| barrier.waited_ns) else {
                return ("workers waited for others of their batch".to_owned(), false);
            };
            let waited = counted(most.workers.min(workers.saturating_sub(1).max(1)), "worker");
            let sentence = match all.len() {
                1 => format!("{waited} waited for {}", name(most.case)),
                count => {
                    let longest = duration(s_from_ns(most.waited_ns));
                    format!(
                        "{count} barriers, most of it where {waited} waited for {}: {longest}",
                        name(most.case)
                    )
                }
            };
            (sentence, true)
        }
        AccountPart::Held => (held(report), false),
        AccountPart::Lost => {
            let count = |status| lost(report).filter(|(_, record)| record.status == status).count();
            let all = [Status::Failed, Status::TimedOut, Status::Cancelled];
            let counts = all.map(|status| (count(status), status.name().replace('-', " ")));
            let words = counts.iter().filter(|(count, _)| *count > 0);
            let words: Vec<String> = words.map(|(count, word)| format!("{count} {word}")).collect();
            let mut sentence = String::new();
            if !words.is_empty() {
                sentence = format!("cases that came to nothing: {}", words.join(", "));
            }
            let tries = lost_tries(report);
            if tries > 0 {
                let tries = if tries == 1 { "1 attempt" } else { &format!("{tries} attempts") };
                let between = if sentence.is_empty() { "" } else { "; " };
                sentence = format!("{sentence}{between}{tries} before the last one of a case");
            }
            (sentence, !words.is_empty())
        }
        AccountPart::Idle => idle(report),
        AccountPart::Unknown => {
            ("what the lanes did then is not known of this run".to_owned(), false)
        }
    }
}

/// What workers that were held waited for, most of the time.
pub(crate) fn held(report: &RunReport) -> String {
    let sum_ns = |why: WaitReason| {
        let waits = report.state.waits().iter().filter(|wait| wait.reason == why);
        waits.map(|wait| wait.until_ns - wait.from_ns).sum::<u64>()
    };
    let all = [WaitReason::Licence, WaitReason::Memory, WaitReason::Paused, WaitReason::Backoff];
    let most = all.into_iter().max_by_key(|&why| sum_ns(why));
    format!("workers waited, most for {}", most.map_or("", wait_target))
}

/// What is waited for, in words.
#[must_use]
pub fn wait_target(why: WaitReason) -> &'static str {
    match why {
        WaitReason::Licence => "a licence",
        WaitReason::Memory => "free memory",
        WaitReason::Paused => "the end of a pause",
        WaitReason::Backoff => "another attempt",
        WaitReason::Barrier => "the rest of the batch",
        WaitReason::Empty => "the last cases",
    }
}

fn idle(report: &RunReport) -> (String, bool) {
    let Some(ends) = ends(report) else {
        return ("nothing was there to start".to_owned(), false);
    };
    let name = |case: u32| report.frozen.cases.case(case as usize).name;
    let never = ends.workers.saturating_sub(ends.lanes);
    if never > 0 {
        let (never, last) = (counted(never, "worker"), name(ends.last));
        return (format!("{never} never had a case; {last} ended last"), true);
    }
    let (last, later) = (name(ends.last), duration(s_from_ns(ends.later_ns)));
    let sentence = format!(
        "nothing was left to start: {last} ended last, {later} after the first worker was free"
    );
    (sentence, true)
}

/// How the lanes ended.
struct Ends {
    /// How many workers there were in the end.
    workers: u32,
    /// How many of their lanes ever held a case.
    lanes: u32,
    /// The case that ended last.
    last: u32,
    /// How long after the first lane was free for good, in nanoseconds.
    later_ns: u64,
    /// The last cases of the lanes that went on after that.
    after: Vec<u32>,
}

fn ends(report: &RunReport) -> Option<Ends> {
    let mut ends: Vec<Option<(u64, u32)>> = Vec::new();
    for (case, record) in here(report) {
        if record.has_ended() {
            let lane = record.lane as usize;
            ends.resize(ends.len().max(lane + 1), None);
            ends[lane] = ends[lane].max(Some((record.end_ns, case)));
        }
    }
    let workers = report.state.target_workers().unwrap_or(report.frozen.plan.workers);
    // A lane without a worker is not free.
    let there = || ends.iter().take(workers as usize).flatten();
    let lanes = u32::try_from(there().count()).unwrap_or(u32::MAX);
    let last = ends.iter().flatten().max()?;
    // A lane that never held a case was free from the start.
    let free_ns = if lanes < workers { 0 } else { there().min()?.0 };
    let after = ends.iter().flatten().filter(|end| end.0 > free_ns).map(|end| end.1).collect();
    Some(Ends { workers, lanes, last: last.1, later_ns: last.0 - free_ns, after })
}

/// A barrier at which somebody waited.
struct Barrier {
    /// The case that ended last.
    case: u32,
    /// How many waited for it.
    workers: u32,
    /// How long in all, in nanoseconds.
    waited_ns: u64,
}

fn barriers(report: &RunReport) -> Vec<Barrier> {
    let plan = &report.frozen.plan;
    if plan.strategy.dispatch() != Dispatch::Batches {
        return Vec::new();
    }
    let batch = plan.batch.unwrap_or(plan.workers).max(1);
    // The end of each batch, and the case that ended last.
    let mut lifts: Vec<(u64, u32)> = Vec::new();
    for (case, record) in here(report) {
        if record.has_ended() {
            let at = (record.dispatch_index / batch) as usize;
            lifts.resize(lifts.len().max(at + 1), (0, 0));
            lifts[at] = lifts[at].max((record.end_ns, case));
        }
    }
    let mut all: Vec<Barrier> =
        lifts.iter().map(|lift| Barrier { case: lift.1, workers: 0, waited_ns: 0 }).collect();
    for wait in report.state.waits().iter().filter(|wait| wait.reason == WaitReason::Barrier) {
        let at = lifts.partition_point(|lift| lift.0 <= wait.from_ns);
        if let Some(barrier) = all.get_mut(at) {
            barrier.workers += 1;
            barrier.waited_ns += wait.until_ns - wait.from_ns;
        }
    }
    let most_ns = all.iter().map(|barrier| barrier.waited_ns).max().unwrap_or(0);
    // What takes no time beside the others is no wait but the way to the next case.
    all.retain(|barrier| barrier.waited_ns > most_ns / 1000);
    all
}

fn cases(count: u32) -> String {
    counted(count, "case")
}

/// `one worker`, `two workers`, `13 workers`.
fn counted(count: u32, noun: &str) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    let number = WORDS.get(count as usize).map_or(count.to_string(), |word| (*word).to_owned());
    format!("{number} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::report::run_report::Machine;
    use crate::run::{CaseEnd, CaseOutcome, RunEvent, RunState, replay};
    use crate::schedule::Ticket;
    use crate::study::{
        CaseTable, FrozenPlan, FrozenStudy, Lengths, Order, SeriesChoice, Strategy, WorkloadName,
    };

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
        let plan = FrozenPlan {
            limits: crate::study::Limits::default(),
            strategy,
            workers,
            batch: None,
            order: Order::Listed,
            seed: 1,
            time_scale: 1.0,
            series: SeriesChoice::Estimate,
            clock,
        };
        let lengths = Lengths::Seconds(cases.iter().map(|case| case.1).collect());
        FrozenStudy { cases: table, workload: WorkloadName::Wait, plan, lengths, program: None }
    }

    const MACHINE: Machine = Machine { logical_cpus: 2, os: "linux" };

    fn played(strategy: Strategy, workers: u32, cases: &[(&str, f64)]) -> RunReport {
        let frozen = frozen(strategy, workers, cases, ClockChoice::Virtual);
        let state = replay(&frozen);
        RunReport::new(Arc::new(frozen), state, MACHINE)
    }

    fn said(report: &RunReport) -> Vec<(AccountPart, f64, String)> {
        let all = breakdown(report).into_iter();
        all.map(|went| (went.part, went.seconds, went.sentence)).collect()
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
    fn a_barrier_names_the_case_that_was_waited_for() {
        let report = played(Strategy::Batches, 3, &CRASHES);
        let expected = [
            (AccountPart::Work, 36.0, "six cases at their own lengths"),
            (AccountPart::Barrier, 10.5, "two workers waited for front__50__200"),
            (
                AccountPart::Idle,
                21.0,
                "nothing was left to start: front__50__400 ended last, 12.0 s after the first \
                 worker was free",
            ),
        ];
        assert_eq!(said(&report), expected.map(|(part, s, text)| (part, s, text.to_owned())));
        assert_eq!(cases_behind(&report, AccountPart::Barrier), [1]);
        assert_eq!(cases_behind(&report, AccountPart::Idle), [4, 5]);
        assert_eq!(cases_behind(&report, AccountPart::Work), [0, 1, 2, 3, 4, 5]);
        assert!(cases_behind(&report, AccountPart::Held).is_empty());
    }

    #[test]
    fn workers_without_a_case_are_said() {
        let report = played(Strategy::Threads, 5, &CRASHES[..2]);
        let [_, (AccountPart::Idle, 28.5, sentence)] = &said(&report)[..] else { panic!() };
        assert_eq!(sentence, "three workers never had a case; front__50__200 ended last");
        assert_eq!(cases_behind(&report, AccountPart::Idle), [0, 1]);
    }

    #[test]
    fn a_lane_whose_worker_left_was_not_free() {
        let mut frozen = frozen(Strategy::Threads, 2, &[("a", 1.0), ("b", 1.0)], ClockChoice::Real);
        frozen.lengths = Lengths::Unknown;
        let mut state = RunState::new(2);
        let ns = crate::schedule::ns_from_s;
        for (case, (lane, end_s)) in [(1, 2.0), (0, 9.0)].into_iter().enumerate() {
            let case = u32::try_from(case).unwrap();
            state.apply(RunEvent::Finished(CaseEnd {
                will_retry: false,
                ticket: Ticket { case, lane, attempt: 1, dispatch_index: case },
                start_ns: 0,
                end_ns: ns(end_s),
                waited_ns: Some(0),
                cpu_ns: Some(ns(end_s)),
                memory_bytes: None,
                outcome: CaseOutcome::Done(None),
            }));
        }
        state.apply(RunEvent::Resized { at_ns: ns(2.0), workers: 1 });
        state.apply(RunEvent::WorkerRetired { at_ns: ns(2.0) });
        let report = RunReport::new(Arc::new(frozen), state, MACHINE);
        let ends = ends(&report).unwrap();
        assert_eq!((ends.workers, ends.lanes, ends.last, ends.later_ns), (1, 1, 1, 0));
        let account = report.figures.account.unwrap();
        assert_eq!((account.lane_seconds, account.idle), (11.0, 0.0));
    }

    #[test]
    fn nothing_went_anywhere_in_no_time() {
        for cases in [&[][..], &[("a", 0.0), ("b", 0.0)]] {
            assert!(breakdown(&played(Strategy::Threads, 2, cases)).is_empty());
        }
    }

    /// Start, end, and CPU and waited time where known, in seconds.
    type Ran = (f64, f64, Option<(f64, f64)>, CaseOutcome);

    /// A run of these cases for real.
    fn ran(cases: &[Ran]) -> RunReport {
        let names: Vec<_> = cases.iter().map(|_| ("a case", 1.0)).collect();
        let mut frozen = frozen(Strategy::Threads, 1, &names, ClockChoice::Real);
        frozen.lengths = Lengths::Unknown;
        let mut state = RunState::new(cases.len());
        let ns = crate::schedule::ns_from_s;
        for ((start_s, end_s, own_s, outcome), case) in cases.iter().zip(0..) {
            state.apply(RunEvent::Finished(CaseEnd {
                will_retry: false,
                ticket: Ticket { case, lane: 0, attempt: 1, dispatch_index: case },
                start_ns: ns(*start_s),
                end_ns: ns(*end_s),
                waited_ns: own_s.map(|own| ns(own.1)),
                cpu_ns: own_s.map(|own| ns(own.0)),
                memory_bytes: None,
                outcome: outcome.clone(),
            }));
        }
        RunReport::new(Arc::new(frozen), state, MACHINE)
    }

    #[test]
    fn stretch_is_of_those_that_have_most_of_it_and_what_is_lost_is_counted() {
        let done = || CaseOutcome::Done(None);
        let report = ran(&[
            (0.0, 2.0, Some((1.0, 0.5)), done()),
            (2.0, 3.0, Some((0.5, 0.5)), done()),
            (3.0, 4.0, Some((0.5, 0.5)), CaseOutcome::Failed("overflow".to_owned())),
        ]);
        let all = said(&report);
        let sentences: Vec<_> =
            all.iter().map(|(part, s, text)| (*part, *s, text.as_str())).collect();
        assert_eq!(
            sentences,
            [
                (AccountPart::Work, 2.5, "two cases computed for 1.5 s and waited for 1.0 s"),
                (
                    AccountPart::Stretch,
                    0.5,
                    "cases took longer than their own work and waiting, a case by 500 ms more"
                ),
                (AccountPart::Lost, 1.0, "cases that came to nothing: 1 failed"),
            ]
        );
        assert_eq!(cases_behind(&report, AccountPart::Stretch), [0]);
        assert_eq!(cases_behind(&report, AccountPart::Lost), [2]);
    }

    #[test]
    fn without_cpu_times_work_and_stretch_are_absent_and_gaps_are_owned_up_to() {
        let report = ran(&[(1.0, 2.0, None, CaseOutcome::Done(None))]);
        let parts: Vec<_> = said(&report).iter().map(|(part, s, _)| (*part, *s)).collect();
        assert_eq!(parts, [(AccountPart::Cases, 1.0), (AccountPart::Unknown, 1.0)]);
    }

    #[test]
    fn counts_are_words_where_they_are_short() {
        let all = [1, 2, 12, 13].map(|count| counted(count, "worker"));
        assert_eq!(all, ["one worker", "two workers", "twelve workers", "13 workers"]);
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
            let sum_s: f64 = parts.iter().map(|went| went.seconds).sum();
            prop_assert!((sum_s - whole_s).abs() < 1e-6);
            let shares: f64 = parts.iter().map(|went| went.share).sum();
            prop_assert!(parts.is_empty() || (shares - 1.0).abs() < 1e-9);
            for went in parts {
                let behind = cases_behind(&report, went.part);
                prop_assert_eq!(went.has_cases, !behind.is_empty(), "{:?}", went.part);
                prop_assert!(behind.is_sorted() && behind.iter().all(|&c| (c as usize) < cases.len()));
            }
        }
    }
}
