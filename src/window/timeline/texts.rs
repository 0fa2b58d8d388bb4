//! Sentences about runs on the timeline.

use super::timeline_run::TimelineRun;
use crate::report::{Occupancy, queue_times_text, unsuccessful_text};
use crate::schedule::s_from_ns;
use crate::text::{count, duration, grouped, list, percent, short_name};

/// Number of starts above which the shares of a run in progress are not computed in each frame.
const MAX_LIVE_STARTS: usize = 20_000;

/// Smallest share that is listed on its own.
pub(crate) const MIN_SHARE: f64 = 0.001;

pub(crate) fn summary(runs: &[TimelineRun<'_>]) -> String {
    if let [run] = runs {
        return summary_of(run);
    }
    let all = runs.iter().map(|run| format!("{} {}", run.title, duration(s_from_ns(run.end_ns))));
    format!("{} runs on one time axis: {}.", runs.len(), list(all))
}

fn summary_of(run: &TimelineRun<'_>) -> String {
    let (state, total) = (run.state, duration(s_from_ns(run.end_ns)));
    // Cases of earlier sessions have no place on the axis of this one.
    let (started, all) = (run.facts.map(|facts| facts.started), state.session_cases());
    let cases = match started.filter(|&started| 0 < started && started < all) {
        Some(started) => format!("{} of {}", grouped(started), count(all, "case")),
        None => count(all, "case"),
    };
    let is_log = run.report.is_some_and(|report| report.source.log().is_some());
    let at_least = if is_log { "at least " } else { "" };
    let noun = if is_log { "worker" } else { "lane" };
    let subject = format!("{cases} on {at_least}{}", count(run.lane_count(), noun));
    let (ended, done, lost) = (
        state.ended_count.saturating_sub(state.resumed_count),
        state.done_count.saturating_sub(state.resumed_count),
        unsuccessful_text(state),
    );
    if run.report.is_none() {
        let done = grouped(done);
        return format!("{subject}, {done} done{lost} in {total} so far.");
    }
    if ended == 0 {
        return format!("{subject}: no case ran.");
    }
    if done == 0 {
        return format!("{subject}: none done{lost} in {total}.");
    }
    let longest = run.facts.and_then(|facts| facts.longest).map_or(String::new(), |case| {
        let time = duration(s_from_ns(state.records[case].time_ns()));
        format!(
            "; the longest, {}, takes {time} of it",
            short_name(run.frozen.cases.case(case).name)
        )
    });
    format!("{subject} in {total}{lost}{longest}.")
}

/// Describes how many cases ran at once, and the licence count where it changed.
pub(crate) fn concurrency(run: &TimelineRun<'_>) -> String {
    let licences = licence_range(run).map_or(String::new(), |text| format!(" {text}"));
    let queued = queue_times_text(&run.state.notes, run.frozen.cases.len());
    let queued = queued.map_or(String::new(), |text| format!(" Queued: {text}."));
    concurrency_shares(run) + &licences + &queued
}

fn concurrency_shares(run: &TimelineRun<'_>) -> String {
    if run.report.is_none() && run.timeline.concurrency.started() > MAX_LIVE_STARTS {
        return "The distribution over time appears when the run ends.".to_owned();
    }
    let lanes = run.frozen.plan.workers;
    let occupancy = match run.facts {
        Some(facts) => facts.occupancy,
        None => run.timeline.concurrency.occupancy(lanes, run.cores, run.end_ns),
    };
    let Some(occupancy) = occupancy else {
        return "No time has passed.".to_owned();
    };
    // The meaning of "all lanes" changes when workers join or leave.
    let Occupancy { full, partial, idle, .. } = occupancy;
    // The wording at the start of the sentence, and after another part.
    let none = ("no lane was busy", "none", idle);
    let parts = match lanes {
        _ if run.state.workers_changed() => {
            vec![("at least one lane was busy", "", full + partial), none]
        }
        1 => vec![("the lane was busy", "", full + partial), ("the lane was idle", "idle", idle)],
        _ => vec![
            ("all lanes were busy", "", full),
            ("only some lanes were busy", "only some", partial),
            none,
        ],
    };
    let parts = parts.into_iter().filter(|(.., share)| *share >= MIN_SHARE).enumerate();
    let parts = parts.map(|(at, (first, later, share))| match (at, percent(share)) {
        (0, share) => format!("{first} for {share} of the time"),
        (_, share) => format!("{later} for {share}"),
    });
    let parts: Vec<String> = parts.collect();
    let over = match occupancy.over_cores {
        over if over < MIN_SHARE => String::new(),
        over => format!("; more cases than cores for {}", percent(over)),
    };
    let most = count(occupancy.peak, "case");
    format!("At most {most} at once: {}{over}.", parts.join(", "))
}

/// Describes the current licence count and its range; `None` if it is as planned.
fn licence_range(run: &TimelineRun<'_>) -> Option<String> {
    let &(since_ns, now) = run.state.licences.last()?;
    let counts = || run.licences().into_iter().map(|(_, count)| count);
    let (min, max) = (counts().min()?, counts().max()?);
    if min == max {
        return Some(format!("{}.", count(now, "licence")));
    }
    let (now, since) = (count(now, "licence"), duration(s_from_ns(since_ns)));
    Some(format!("{now} since {since}, between {min} and {max} during the run."))
}
