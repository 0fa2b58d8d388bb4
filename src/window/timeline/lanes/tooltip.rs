//! Tooltips of cases and gaps in lanes.

use std::ops::Range;

use crate::report::{CaseSpan, GapSpan, Lane, STILL_RUNNING};
use crate::report::{place_texts, status_text};
use crate::run::{Attempt, CaseRecord, RunState, Status};
use crate::schedule::s_from_ns;
use crate::study::ClockChoice;
use crate::text::{count, decimal, duration, grouped, one_line};
use crate::window::help::term::{Concept, Term};
use crate::window::timeline::timeline_run::TimelineRun;

/// Returns the record of the attempt that fills a span; of an earlier attempt only
/// times and status are known.
fn attempt_record(state: &RunState, span: CaseSpan) -> CaseRecord {
    let record = state.records[span.case as usize];
    let tries = state.attempts_of_session(span.case);
    let is_recorded = record.session == state.session && record.end_ns == span.to_ns;
    match tries.iter().position(|attempt| attempt.end_ns == span.to_ns) {
        Some(index) if !is_recorded => {
            let Attempt { lane, start_ns, end_ns, status } = tries[index];
            let attempts = u32::try_from(index + 1).unwrap_or(u32::MAX);
            CaseRecord { status, attempts, lane, start_ns, end_ns, ..CaseRecord::default() }
        }
        _ => record,
    }
}

/// Tooltip of a case: name, status, lane, value, times and stretch, as far as known.
pub(crate) fn case_tooltip(run: &TimelineRun<'_>, span: CaseSpan) -> String {
    let record = attempt_record(run.state, span);
    let time = |ns: u64| duration(s_from_ns(ns));
    let is_simulated = run.frozen.plan.clock == ClockChoice::Virtual;
    let status = status_text(record.status, is_simulated);
    let attempt = match record.attempts {
        0 | 1 => String::new(),
        attempt => format!(", attempt {attempt}"),
    };
    let name = one_line(run.frozen.cases.case(span.case as usize).name);
    let mut lines = vec![name, format!("{status}, lane {}{attempt}", record.lane)];
    if let Some(value) = record.value {
        lines.push(format!("value {}", decimal(value)));
    }
    // Only the place of the latest attempt is known.
    if record == run.state.records[span.case as usize] {
        lines.extend(place_texts(&run.state.notes, span.case as usize));
    }
    if record.status == Status::Running {
        let so_far = run.end_ns.saturating_sub(record.start_ns);
        lines.push(format!("from {}, {} so far", time(record.start_ns), time(so_far)));
        return lines.join("\n");
    }
    lines.push(format!("from {} to {}", time(record.start_ns), time(record.end_ns)));
    lines.push(format!("time {}", time(record.time_ns())));
    if let Some(cpu_ns) = record.cpu_ns {
        lines.push(format!("CPU time {}", time(cpu_ns)));
    }
    if let Some(busy_ns) = record.busy_ns().filter(|_| !is_simulated) {
        let stretch_ns = record.time_ns().saturating_sub(busy_ns);
        lines.push(format!("stretch {} (beyond its own work and waiting)", time(stretch_ns)));
    }
    lines.join("\n")
}

/// Tooltip of several cases of a lane. A prediction has no state.
pub(crate) fn cases_tooltip(
    lane: &Lane,
    range: Range<usize>,
    (state, now_ns): (Option<&RunState>, u64),
) -> String {
    let cases = &lane.cases[range.clone()];
    let (Some(first), Some(last)) = (cases.first(), cases.last()) else { return String::new() };
    let to_ns = last.to_ns.min(now_ns).max(first.from_ns);
    let busy_ns = last.before_ns - first.before_ns + to_ns.saturating_sub(last.from_ns);
    let time = |ns: u64| duration(s_from_ns(ns));
    let state = state.filter(|_| lane.lost(range) > 0);
    let lost = state.map_or(String::new(), |state| lost_text(state, cases));
    format!(
        "{}{lost}\nfrom {} to {}, busy for {}\nZoom in to see single cases",
        count(cases.len(), "case"),
        time(first.from_ns),
        time(to_ns),
        time(busy_ns),
    )
}

/// Counts of the unsuccessful attempts by status, each after a comma.
fn lost_text(state: &RunState, cases: &[CaseSpan]) -> String {
    let statuses: Vec<Status> =
        cases.iter().map(|&span| attempt_record(state, span).status).collect();
    let lost = [Status::Failed, Status::TimedOut, Status::Cancelled, Status::Refused];
    let texts = lost.map(|lost| match statuses.iter().filter(|&&status| status == lost).count() {
        0 => String::new(),
        count => format!(", {} {}", grouped(count), status_text(lost, false)),
    });
    texts.concat()
}

/// Tooltip of a time at which a lane has no case; `tail` holds the gaps after its last. `is_over`:
/// all waits are known.
pub(crate) fn gap_tooltip(
    lane: &Lane,
    tail: &[GapSpan],
    at_ns: u64,
    is_over: bool,
) -> Option<String> {
    let contains = |gap: &&GapSpan| (gap.from_ns..gap.to_ns).contains(&at_ns);
    let next = lane.gaps.partition_point(|gap| gap.from_ns <= at_ns);
    let gap = lane.gaps[..next].last().filter(contains).or_else(|| tail.iter().find(contains));
    let time = |from_ns: u64, to_ns: u64| duration(s_from_ns(to_ns - from_ns));
    if let Some(gap) = gap {
        let description = Term::from(gap.reason).full_text();
        return Some(format!("{description}\n{}", time(gap.from_ns, gap.to_ns)));
    }
    let next = lane.cases.partition_point(|span| span.from_ns <= at_ns);
    let (before, after) = (lane.cases.get(next.checked_sub(1)?)?, lane.cases.get(next)?);
    let is_between = before.to_ns != STILL_RUNNING && before.to_ns <= at_ns;
    is_between.then(|| {
        let time = time(before.to_ns, after.from_ns);
        if !is_over {
            return format!("no case for {time}; why is known when the run ends");
        }
        format!("{}\n{time}", Term::from(Concept::Dispatch).full_text())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Lanes;
    use crate::report::fixtures;
    use crate::run::{CaseEnd, CaseOutcome, RunEvent};
    use crate::schedule::Ticket;
    use crate::study::Strategy;

    #[test]
    fn several_attempts_tell_failed_timed_out_and_cancelled_ones_apart() {
        let plan = fixtures::plan(Strategy::Series, 1);
        let failed = || CaseOutcome::Failed("no mesh".to_owned());
        let late = CaseOutcome::TimedOut("after 1 s".to_owned());
        let outcomes = [CaseOutcome::done(None), failed(), late, failed(), CaseOutcome::Cancelled];
        let (mut lanes, mut state) = (Lanes::new(&plan, 5), RunState::new(5));
        for (outcome, case) in outcomes.into_iter().zip(0..) {
            let event = RunEvent::Finished(CaseEnd {
                will_retry: false,
                ticket: Ticket { case, lane: 0, attempt: 1, dispatch_index: case },
                start_ns: u64::from(case) * 1_000_000_000,
                end_ns: u64::from(case + 1) * 1_000_000_000,
                waited_ns: None,
                cpu_ns: None,
                memory_bytes: None,
                outcome,
            });
            lanes.apply(&event);
            state.apply(event);
        }
        let lane = &lanes.lanes()[0];
        let text = |range| cases_tooltip(lane, range, (Some(&state), u64::MAX));
        assert!(
            text(0..5).starts_with("5 cases, 2 failed, 1 timed out, 1 cancelled\nfrom 0.0 s to")
        );
        assert!(text(0..1).starts_with("1 case\n"));
    }
}
