//! What is said of the lanes that are pointed at.

use std::ops::Range;

use crate::report::{CaseSpan, GapReason, Lane, STILL_RUNNING};
use crate::run::{Attempt, CaseRecord, RunState, Status};
use crate::schedule::s_from_ns;
use crate::study::{Case, ClockChoice, FrozenPlan};
use crate::text::duration;
use crate::text::shortest;
use crate::window::widgets::controls::one_line;

/// The record of the attempt that a lane held so: of an earlier one its times and
/// what came of it.
pub(crate) fn attempt(state: &RunState, span: CaseSpan) -> CaseRecord {
    let record = state.records()[span.case as usize];
    let tries = state.attempts(span.case);
    match tries.iter().position(|attempt| attempt.end_ns == span.to_ns) {
        Some(number) if record.end_ns != span.to_ns => {
            let Attempt { lane, start_ns, end_ns, status } = tries[number];
            let attempts = u32::try_from(number + 1).unwrap_or(u32::MAX);
            CaseRecord { status, attempts, lane, start_ns, end_ns, ..CaseRecord::default() }
        }
        _ => record,
    }
}

/// What is said of a case: value, start, end, time, CPU time and stretch, as far
/// as they are known.
pub(crate) fn of_case(
    case: Case<'_>,
    record: &CaseRecord,
    (plan, now_ns): (&FrozenPlan, u64),
) -> String {
    let at = |ns: u64| duration(s_from_ns(ns));
    let computed = plan.clock == ClockChoice::Virtual;
    let word = match record.status {
        Status::Done if computed => "computed".to_owned(),
        status => status.name().replace('-', " "),
    };
    let word = if record.status == Status::Refused { "no licence".to_owned() } else { word };
    let nth = match record.attempts {
        0 | 1 => String::new(),
        nth => format!(", attempt {nth}"),
    };
    let mut lines = vec![one_line(case.name), format!("{word}, lane {}{nth}", record.lane)];
    if let Some(value) = record.value {
        lines.push(format!("value {}", shortest(value)));
    }
    if record.status == Status::Running {
        let so_far = now_ns.saturating_sub(record.start_ns);
        lines.push(format!("from {}, {} so far", at(record.start_ns), at(so_far)));
        return lines.join("\n");
    }
    lines.push(format!("from {} to {}", at(record.start_ns), at(record.end_ns)));
    lines.push(format!("time {}", at(record.time_ns())));
    if let Some(cpu_ns) = record.cpu_ns {
        lines.push(format!("CPU time {}", at(cpu_ns)));
    }
    if let Some(own_ns) = record.busy_ns().filter(|_| !computed) {
        let stretch_ns = record.time_ns().saturating_sub(own_ns);
        lines.push(format!("stretch {} (beyond its work and waiting)", at(stretch_ns)));
    }
    lines.join("\n")
}

/// What is said of several cases of a lane.
pub(crate) fn of_cases(lane: &Lane, among: Range<usize>, now_ns: u64) -> String {
    let cases = &lane.cases()[among.clone()];
    let (Some(first), Some(last)) = (cases.first(), cases.last()) else { return String::new() };
    let to_ns = last.to_ns.min(now_ns).max(first.from_ns);
    let busy_ns = last.before_ns - first.before_ns + to_ns.saturating_sub(last.from_ns);
    let at = |ns: u64| duration(s_from_ns(ns));
    let lost = match lane.lost(among) {
        0 => String::new(),
        lost => format!(", {lost} came to nothing"),
    };
    format!(
        "{} cases{lost}\nfrom {} to {}, {} of it in work\nZoom in to see single cases",
        cases.len(),
        at(first.from_ns),
        at(to_ns),
        at(busy_ns),
    )
}

/// What is said of a time in which a lane holds no case.
pub(crate) fn of_gap(lane: &Lane, tail: &[crate::report::GapSpan], at_ns: u64) -> Option<String> {
    let within = |gap: &&crate::report::GapSpan| (gap.from_ns..gap.to_ns).contains(&at_ns);
    let next = lane.gaps().partition_point(|gap| gap.from_ns <= at_ns);
    let found = lane.gaps()[..next].last().filter(within).or_else(|| tail.iter().find(within));
    let time = |from_ns: u64, to_ns: u64| duration(s_from_ns(to_ns - from_ns));
    if let Some(gap) = found {
        return Some(format!("{}\n{}", gap_words(gap.reason), time(gap.from_ns, gap.to_ns)));
    }
    let next = lane.cases().partition_point(|span| span.from_ns <= at_ns);
    let (before, after) = (lane.cases().get(next.checked_sub(1)?)?, lane.cases().get(next)?);
    let between = before.to_ns != STILL_RUNNING && before.to_ns <= at_ns;
    between.then(|| {
        let time = time(before.to_ns, after.from_ns);
        format!("dispatch: from one case to the next\n{time}")
    })
}

/// What a gap is, in a few words.
pub(crate) fn gap_words(why: GapReason) -> &'static str {
    match why {
        GapReason::Startup => "start-up: the worker is being made",
        GapReason::Barrier => "barrier: waits for the others of the batch",
        GapReason::Held => {
            "held: waits for a licence, memory, the end of a pause or the next attempt"
        }
        GapReason::Idle => "idle: nothing is left to start",
        GapReason::Absent => "no worker: fewer were asked for, or more only later",
    }
}

/// The name of a gap.
pub(crate) fn gap_name(why: GapReason) -> &'static str {
    match why {
        GapReason::Startup => "start-up",
        GapReason::Barrier => "barrier",
        GapReason::Held => "held",
        GapReason::Idle => "idle",
        GapReason::Absent => "no worker",
    }
}
